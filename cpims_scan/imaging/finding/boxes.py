"""All boxes of a blank page that somebody could write in or tick."""

from __future__ import annotations

import re

from cpims_scan.domain.blank import FoundBox, PrintedWord
from cpims_scan.domain.paper import Box, Pixels
from cpims_scan.imaging.finding.cells import find_cells
from cpims_scan.imaging.finding.combs import gather_combs
from cpims_scan.imaging.finding.lines import find_lines
from cpims_scan.imaging.finding.rulings import find_rulings, without_words

# What Tesseract makes of a tick square or a rule has fewer than two letters or digits.
REAL_WORD = re.compile(r"\w.*\w")


def find_boxes(picture: Pixels, words: list[PrintedWord], codes: list[Box]) -> list[FoundBox]:
    """
    Find cells, squares, circles, combs, frames and writing lines on a straight blank page.

    Args:
        picture: Grey, 8 pixels a millimetre, the whole page.
        words: Its printed words.
        codes: Where QR codes stand: their modules are no tick squares.

    Returns:
        Top to bottom, left to right.
    """
    print_boxes = [word.box for word in words if REAL_WORD.search(word.text)]
    rulings = without_words(find_rulings(picture), [*print_boxes, *codes])
    cells = [
        cell
        for cell in find_cells(rulings)
        if not _within(cell.box, codes)
        and not (cell.kind in ("square", "circle") and _within(cell.box, print_boxes))
    ]
    lines = find_lines(rulings, cells, print_boxes)
    gathered = gather_combs(cells, print_boxes)
    return sorted([*gathered, *lines], key=lambda f: (round(f.box.top), f.box.left))


def _within(box: Box, areas: list[Box]) -> bool:
    x, y = box.left + box.width / 2, box.top + box.height / 2
    return any(a.left <= x <= a.right and a.top <= y <= a.bottom for a in areas)
