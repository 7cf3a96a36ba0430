"""Printed words of a blank with their places: from a PDF's own text, or read by Tesseract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium

from cpims_scan.domain.blank import PrintedWord
from cpims_scan.domain.paper import CELL_PX_PER_MM, MM_PER_INCH, Box, Pixels
from cpims_scan.imaging.finding.cells import find_cells
from cpims_scan.imaging.finding.rulings import find_rulings, without_rules
from cpims_scan.imaging.rectify import over_paper
from cpims_scan.tesseract import SPARSE, read_words

POINT_MM = MM_PER_INCH / 72
# Fewer words than this: the file is a scan, and its text, if any, is a stamp.
LEAST_WORDS = 5
# Dots, dashes and underscores are lines to write on, and part words.
LEADER = re.compile(r"[._…‥·\-–—]{3,}")
WORD_GAP = 1.0  # of the letters' height: a wider gap parts words even without a space
COLUMN_STEP = 2.5  # letters' heights that a letter may stand off the line above it
UNSURE = 0.6
LEAST_CONFIDENCE = 0.5  # below, Tesseract has read a rule or a picture
HEIGHT_MM = (0.9, 9.0)  # of a word on a form: footnotes to titles
# Two passes: the page as it is, and larger with its light hints darkened, which Tesseract
# passes over otherwise. The first pass is kept where both read a word, unless it was unsure.
PASSES = ((1.0, 1.0), (1.5, 2.2))  # scale, darkening
SAME_WORD = 0.5  # of the smaller box, that two readings of one word have in common
INK_PERCENTILE = 90  # of a word's box: its strokes, not the paper between them
LETTER = tuple[str, Box]


def words_of_pdf(file: Path, number: int) -> list[PrintedWord]:
    """Words of a PDF page's own text; [] when it has next to none."""
    document = pdfium.PdfDocument(file)
    try:
        page = document[number - 1]
        words = _grouped(_without_leaders(_letters(page)))
        return words if len(words) >= LEAST_WORDS else []
    finally:
        document.close()


def words_of_picture(picture: Pixels) -> list[PrintedWord]:
    """
    Words on a straight page by Tesseract, which reads rules and squares as letters: they are
    taken out first.

    Args:
        picture: Grey, 8 pixels a millimetre.

    Raises:
        MissingProgramError: Tesseract is not installed.
    """
    rulings = find_rulings(picture)
    small = [f.box for f in find_cells(rulings) if f.kind in ("square", "circle")]
    clean = without_rules(picture, rulings, small)
    read = [found for scale, gain in PASSES for found in _read(clean, scale, gain)]
    read.sort(key=lambda found: found[0] < UNSURE)  # stable: else in the order of the passes
    kept: list[PrintedWord] = []
    for _, word in read:
        if not any(_is_same(word.box, other.box) for other in kept):
            kept.append(word)
    return kept


def _read(clean: Pixels, scale: float, gain: float) -> list[tuple[float, PrintedWord]]:
    levels = 255 - (255 - np.arange(256)) * gain
    dark = cv2.LUT(clean, levels.clip(0, 255).astype(np.uint8))
    large = cv2.resize(dark, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    found = []
    for word in read_words(np.asarray(large, dtype=np.uint8), SPARSE):
        sides = (word.left, word.top, word.width, word.height)
        box = Box(*(side / scale / CELL_PX_PER_MM for side in sides))
        # The stroke between two languages is kept: `Jina / Name` is one label twice.
        is_word = word.confidence >= LEAST_CONFIDENCE and re.search(r"\w|^/$", word.text)
        if is_word and HEIGHT_MM[0] <= box.height <= HEIGHT_MM[1]:
            found += [(word.confidence, made) for made in _parted(word.text, box)]
    return found


def _is_same(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    smaller = min(a.width * a.height, b.width * b.height)
    return across > 0 and down > 0 and across * down > SAME_WORD * smaller


def with_darkness(words: list[PrintedWord], picture: Pixels) -> list[PrintedWord]:
    """The words with how dark each is printed on the page."""
    darkness = 255 - over_paper(picture)
    return [PrintedWord(word.text, word.box, _darkness(word.box, darkness)) for word in words]


def _darkness(box: Box, darkness: Pixels) -> float:
    left, top, right, bottom = (
        max(round(side * CELL_PX_PER_MM), 0) for side in (box.left, box.top, box.right, box.bottom)
    )
    inside = darkness[top : bottom + 1, left : right + 1]
    return float(np.percentile(inside, INK_PERCENTILE)) / 255 if inside.size else 1.0


def _letters(page: Any) -> list[LETTER]:
    """Every letter of a page with its tight box in mm, in the file's order."""
    text = page.get_textpage()
    if page.get_rotation():  # letters are placed on the page before it is turned
        return []
    left, _, _, top = page.get_cropbox()
    letters = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        x1, y1, x2, y2 = text.get_charbox(index)
        box = Box(
            (x1 - left) * POINT_MM,
            (top - y2) * POINT_MM,
            (x2 - x1) * POINT_MM,
            (y2 - y1) * POINT_MM,
        )
        letters.append((letter, box))
    return letters


def _without_leaders(letters: list[LETTER]) -> list[LETTER]:
    """Spaces for the dots and underscores that are lines to write on."""
    text = "".join(letter[:1] or " " for letter, _ in letters)
    drop = {i for run in LEADER.finditer(text) for i in range(*run.span())}
    drop |= {i for i, (letter, _) in enumerate(letters) if letter in ("…", "‥")}
    return [(" " if i in drop else letter, box) for i, (letter, box) in enumerate(letters)]


def _grouped(letters: list[LETTER]) -> list[PrintedWord]:
    words: list[PrintedWord] = []
    text = ""
    boxes: list[Box] = []
    for letter, box in [*letters, (" ", Box(0, 0, 0, 0))]:
        is_space = not letter.strip() or box.width <= 0
        if text and (is_space or _parts(boxes, box)):
            words += _parted(text, Box.around(boxes))
            text, boxes = "", []
        if not is_space:
            text, boxes = text + letter, [*boxes, box]
    return words


def _parts(boxes: list[Box], box: Box) -> bool:
    """True when a letter does not continue the word before it."""
    height = max(b.height for b in boxes[-3:])
    last = boxes[-1]
    off_line = abs(box.bottom - last.bottom) > COLUMN_STEP * height
    return off_line or box.left < last.left - height or box.left - last.right > WORD_GAP * height


def _parted(text: str, box: Box) -> list[PrintedWord]:
    """A word without the dots or underscores in and around it; in two where they part it."""
    words, start = [], 0
    step = box.width / max(len(text), 1)
    for piece in LEADER.split(text):
        place = text.find(piece, start) if piece else start
        start = place + len(piece)
        if re.search(r"\w", piece) or (piece and piece == text):
            left = box.left + place * step
            words.append(PrintedWord(piece, Box(left, box.top, len(piece) * step, box.height)))
    return words
