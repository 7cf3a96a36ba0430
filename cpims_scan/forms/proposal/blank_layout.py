"""Which words and boxes of a blank stand together: phrases, the words in a box, its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.blank import BlankPrint, FoundBox, PrintedWord
from cpims_scan.domain.paper import Box

# Hints inside a box (dd/mm/yyyy) are printed lighter than this; labels darker.
HINT_DARKNESS = 0.45
WORD_GAP = 1.1  # letters' heights between two words of one phrase
LEVEL = 0.6  # letters' heights by which words of one line differ
TOUCH_MM = 0.9  # two cells share a rule when they are no further apart
OVERLAP = 0.6  # share of the shorter side that two neighbours have in common
OUT_OF = re.compile(r"^/?\s*\d+$")  # `/ 30`: the number goes before it
OUT_OF_MM = 15.0
OUT_OF_SHARE = 0.6
UNREAD = "?"  # stands for print that could not be read: the cell is not empty
# A section's heading is as wide as this, or all capitals.
HEADING_MM = 60.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one line that stand together."""

    text: str
    box: Box
    darkness: float

    @property
    def is_hint(self) -> bool:
        """True when it is printed to be written over."""
        return self.darkness < HINT_DARKNESS


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One closed cell with what is printed in it.

    Attributes:
        text: Its dark words, in reading order; "" when there are none.
        hints: Its light phrases, left to right.
        print: Box around the dark words, or None.
    """

    box: Box
    text: str
    hints: tuple[Phrase, ...]
    print: Box | None
    is_shaded: bool

    @property
    def is_empty(self) -> bool:
        """True when nothing but a hint is printed in it."""
        return not self.text

    @property
    def hint(self) -> str:
        """Its hints as one line."""
        return " ".join(hint.text for hint in self.hints)


@dataclass(frozen=True, slots=True)
class Layout:
    """
    One page, its words put where they belong.

    Attributes:
        cells: Closed cells, shaded ones too, top to bottom.
        loose: Phrases that stand in no cell.
        headings: Titles of sections, top to bottom.
    """

    page: int
    print: BlankPrint
    cells: tuple[Cell, ...]
    loose: tuple[Phrase, ...]
    headings: tuple[Phrase, ...]


def lay_out(page: int, blank: BlankPrint) -> Layout:
    """Put the words of a page into its cells, and the others into phrases."""
    in_cells: set[int] = set()
    cells = []
    for found in blank.boxes:
        if found.kind != "cell":
            continue
        mine = [w for w in blank.words if is_inside(w.box, found.box)]
        in_cells |= {id(w) for w in mine}
        cells.append(_cell(found, mine))
    loose = phrases([w for w in blank.words if id(w) not in in_cells])
    return Layout(page, blank, tuple(cells), tuple(loose), tuple(_headings(cells, loose)))


def phrases(words: list[PrintedWord]) -> list[Phrase]:
    """Join the words of each line that stand close together, top to bottom, left to right."""
    made: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda w: w.box.left):
        last = next((p for p in reversed(made) if _continues(p[-1], word)), None)
        if last is None:
            made.append([word])
        else:
            last.append(word)
    found = [
        Phrase(
            " ".join(w.text for w in group),
            Box.around([w.box for w in group]),
            max(w.darkness for w in group),
        )
        for group in made
    ]
    return sorted(found, key=lambda p: (round(p.box.top), p.box.left))


def reading_text(words: list[PrintedWord]) -> str:
    """Words of one box as one text, line by line."""
    lines: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda w: w.box.top):
        middle = word.box.top + word.box.height / 2
        line = next((n for n in lines if _spans(n[0].box, middle)), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    ordered = [sorted(line, key=lambda w: w.box.left) for line in lines]
    return " ".join(w.text for line in ordered for w in line)


def is_inside(inner: Box, outer: Box) -> bool:
    """True when the middle of one box lies in another."""
    x, y = inner.left + inner.width / 2, inner.top + inner.height / 2
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def overlap(a_low: float, a_high: float, b_low: float, b_high: float) -> float:
    """Common length of two stretches as a share of the shorter one; negative when apart."""
    common = min(a_high, b_high) - max(a_low, b_low)
    return common / max(min(a_high - a_low, b_high - b_low), 1e-6)


class Neighbours:
    """Which cell touches which; built once a page."""

    def __init__(self, boxes: list[Box]) -> None:
        self._boxes = boxes
        table = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], dtype=np.float64)
        self._table: NDArray[np.float64] = table.reshape(-1, 4)

    def left(self, index: int) -> int | None:
        """The cell that shares this cell's left rule, at its middle."""
        return self._side(index, (0, 2), 1)

    def right(self, index: int) -> int | None:
        """The cell that shares its right rule."""
        return self._side(index, (2, 0), 1)

    def above(self, index: int) -> int | None:
        """The cell that shares its top rule, at its middle."""
        return self._side(index, (1, 3), 0)

    def below(self, index: int) -> int | None:
        """The cell that shares its bottom rule, at its middle."""
        return self._side(index, (3, 1), 0)

    def _side(self, index: int, sides: tuple[int, int], along: int) -> int | None:
        """The touching cell that covers the middle of this cell's side."""
        if len(self._table) == 0:
            return None
        mine, table = self._table[index], self._table
        middle = (mine[along] + mine[along + 2]) / 2
        fits = np.abs(table[:, sides[1]] - mine[sides[0]]) < TOUCH_MM
        fits &= (table[:, along] < middle) & (middle < table[:, along + 2])
        fits[index] = False
        found = np.flatnonzero(fits)
        return int(found[0]) if len(found) else None


def _cell(found: FoundBox, words: list[PrintedWord]) -> Cell:
    is_out_of = _is_out_of(found.box, words)
    hints = [w for w in words if w.darkness < HINT_DARKNESS or is_out_of]
    dark = [w for w in words if w not in hints]
    around = Box.around([w.box for w in dark]) if dark else None
    text = reading_text(dark) or (UNREAD if found.is_printed and not hints else "")
    return Cell(found.box, text, tuple(phrases(hints)), around, found.is_shaded)


def _is_out_of(box: Box, words: list[PrintedWord]) -> bool:
    """True for `/ 30` at the end of a cell; Tesseract drops the stroke, a PDF's text keeps it."""
    text = reading_text(words)
    if not words or not OUT_OF.match(text):
        return False
    start = min(w.box.left for w in words) - box.left
    return text.startswith("/") or (box.width > OUT_OF_MM and start > OUT_OF_SHARE * box.width)


def _headings(cells: list[Cell], loose: list[Phrase]) -> list[Phrase]:
    found = [
        Phrase(c.text, c.box, 1.0)
        for c in cells
        if c.is_shaded and c.text and c.box.width > HEADING_MM
    ]
    found += [p for p in loose if p.text.isupper() and re.search(r"[A-Z]{3}", p.text)]
    return sorted(found, key=lambda p: p.box.top)


def _continues(last: PrintedWord, word: PrintedWord) -> bool:
    height = max(last.box.height, word.box.height)
    level = abs((last.box.top + last.box.bottom) - (word.box.top + word.box.bottom)) / 2
    gap = word.box.left - last.box.right
    same_tone = (last.darkness < HINT_DARKNESS) == (word.darkness < HINT_DARKNESS)
    return same_tone and level < LEVEL * height and -height < gap < WORD_GAP * height


def _spans(box: Box, y: float) -> bool:
    return box.top <= y <= box.bottom
