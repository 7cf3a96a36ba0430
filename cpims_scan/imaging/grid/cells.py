"""Words into the cells that ruled lines close, and words outside tables into lines of text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from cpims_scan.imaging.grid.lines import Line
from cpims_scan.imaging.grid.pages import GridPage
from cpims_scan.imaging.grid.words import PrintedWord

TextLine = list[PrintedWord]

SAME_LINE = 0.6  # of a word's height: words whose middles differ by less stand on one line
SAME_COLUMN_MM = 1.0  # pieces of one line down, broken by a fold or a blank row, agree this well


@dataclass(frozen=True, slots=True)
class GridCell:
    """
    A cell with print in it.

    Attributes:
        above, below: Numbers of the lines across that close it, in their order on the page.
        left, right: Numbers of the columns of lines (`Columns`) that close it.
        words: In reading order.
    """

    above: int
    below: int
    left: int
    right: int
    words: tuple[PrintedWord, ...]

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Lines down, those that continue each other taken as one.

    Attributes:
        groups: The lines of each column line, from left to right.
    """

    groups: tuple[tuple[Line, ...], ...]

    def at(self, number: int, y: float) -> float:
        """Where column line `number` stands at a height; the piece that is nearest speaks."""
        pieces = self.groups[number]
        nearest = min(pieces, key=lambda line: max(line.start - y, y - line.end))
        return nearest.at(float(np.clip(y, nearest.start, nearest.end)))

    def spans(self, number: int, y: float, reach: float) -> bool:
        """Whether a column line reaches a height."""
        return any(p.start - reach <= y <= p.end + reach for p in self.groups[number])

    def beside(self, x: float, y: float, reach: float) -> tuple[int, int]:
        """Numbers of the column lines left and right of a point; -1 where there is none."""
        places = [(self.at(n, y), n) for n in range(len(self.groups)) if self.spans(n, y, reach)]
        left = max((place for place in places if place[0] <= x), default=(0.0, -1))
        right = min((place for place in places if place[0] > x), default=(0.0, -1))
        return left[1], right[1]


def columns_of(grid: GridPage) -> Columns:
    """Join the lines down that continue each other."""
    apart = SAME_COLUMN_MM * grid.lines.px_per_mm
    groups: list[list[Line]] = []
    for line in grid.lines.down:
        own = next((g for g in groups if _continue(g[-1], line, apart)), None)
        if own is None:
            groups.append([line])
        else:
            own.append(line)
    groups.sort(key=lambda g: float(np.mean([p.at((p.start + p.end) / 2) for p in g])))
    return Columns(tuple(tuple(group) for group in groups))


def _continue(one: Line, other: Line, apart: float) -> bool:
    first, second = (one, other) if one.start <= other.start else (other, one)
    shared = min(first.end, second.end) - second.start
    if shared > 0.5 * (second.end - second.start):
        return False
    y = (first.end + second.start) / 2
    return abs(first.at(min(y, first.end)) - second.at(max(y, second.start))) <= apart


def between_lines(grid: GridPage, x: float, y: float) -> tuple[int, int]:
    """Numbers of the lines across above and below a point, of those that reach over it."""
    reach = grid.lines.reach
    places = [
        (line.at(x), n)
        for n, line in enumerate(grid.lines.across)
        if line.start - reach <= x <= line.end + reach
    ]
    above = max((place for place in places if place[0] <= y), default=(0.0, -1))
    below = min((place for place in places if place[0] > y), default=(0.0, -1))
    return above[1], below[1]


def cells_of(grid: GridPage, columns: Columns, words: list[PrintedWord]) -> list[GridCell]:
    """Put every word that stands in a closed cell into it; the rest is left out."""
    found: dict[tuple[int, int, int, int], list[PrintedWord]] = {}
    for word in words:
        x, y = word.middle
        above, below = between_lines(grid, x, y)
        left, right = columns.beside(x, y, grid.lines.reach)
        found.setdefault((above, below, left, right), []).append(word)
    return [
        GridCell(*key, tuple(in_reading_order(inside)))
        for key, inside in found.items()
        if key[0] >= 0 and key[1] >= 0
    ]


def in_reading_order(words: list[PrintedWord]) -> list[PrintedWord]:
    """Words of one cell, line by line."""
    left = sorted(words, key=lambda word: word.middle[1])
    ordered: list[PrintedWord] = []
    while left:
        high = left[0].middle[1] + SAME_LINE * max(word.height for word in left)
        line = [word for word in left if word.middle[1] <= high]
        ordered += sorted(line, key=lambda word: word.left)
        left = left[len(line) :]
    return ordered


def text_lines(grid: GridPage, words: list[PrintedWord]) -> list[TextLine]:
    """All words in lines of text, from left to right, as level as the table's own lines."""
    levelled = sorted((_level(grid, word), word.left, word) for word in words)
    lines: list[list[PrintedWord]] = []
    last = -np.inf
    for level, _, word in levelled:
        if level - last > SAME_LINE * word.height:
            lines.append([])
        lines[-1].append(word)
        last = level
    return [sorted(line, key=lambda word: word.left) for line in lines]


def _level(grid: GridPage, word: PrintedWord) -> float:
    """Height of a word as it would be at the left end of the table."""
    x, y = word.middle
    nearest = min(grid.lines.across, key=lambda line: abs(line.at((line.start + line.end) / 2) - y))
    at = nearest.at(float(np.clip(x, nearest.start, nearest.end)))
    return y - (at - nearest.at(nearest.start))


def squeezed(text: str) -> str:
    """Letters and digits of a text in small letters, for comparing print."""
    return re.sub(r"[^a-z0-9%+]", "", text.lower())
