"""What is printed in and around a ruled table: labels and headings, in one call of Tesseract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from cpims_scan.domain.paper import Pixels
from cpims_scan.imaging.grid.lines import Line
from cpims_scan.imaging.grid.pages import GridPage, over_paper
from cpims_scan.tesseract import SPARSE, Word, read_words

# Tesseract reads capitals of about this height best.
CAPITAL_PX = 26.0
CAPITAL_OF_ROW = 0.45  # Excel's 11 points in a row of 15
SCALES = (0.7, 2.6)  # a smaller picture loses small print, a larger one only costs
# Bands below a table's top that may be headings; below them figures are not read here.
HEADING_BANDS = 3
# Where the sheet's own grid lines are printed, the header's rows are ruled as well.
GRIDDED_BANDS = 11
TABLE_GAP = 2.2  # rows' heights; tables that stand further apart are two
LINE_PX = 3  # of a traced line, at the lines' scale; more would bite into letters beside it
HALO = 45  # darkness that the scanner's blur leaves beside an erased line
STRONGER = 1.8  # and print is made as much darker again


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word and its box, pixels at the lines' scale."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """Of its box."""
        return self.bottom - self.top


def read_page_words(grid: GridPage) -> list[PrintedWord]:
    """
    Read all print of a page but the figures in its tables.

    Raises:
        MissingProgramError: Tesseract is not installed.
        ReadingError: Tesseract failed.
    """
    scale = _scale(grid)
    picture = _picture(grid)
    enlarged = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    factor = scale * grid.scale
    return [_placed(word, factor) for word in read_words(cast(Pixels, enlarged), SPARSE)]


def row_pitch(grid: GridPage) -> float:
    """Median height of a row, pixels at the lines' scale."""
    places = sorted(line.at((line.start + line.end) / 2) for line in grid.lines.across)
    return float(np.median(np.diff(places)))


def _scale(grid: GridPage) -> float:
    capital = CAPITAL_OF_ROW * row_pitch(grid) * grid.scale
    return float(np.clip(CAPITAL_PX / max(capital, 1.0), *SCALES))


def _placed(word: Word, factor: float) -> PrintedWord:
    left, top = word.left / factor, word.top / factor
    return PrintedWord(
        word.text, left, top, left + word.width / factor, top + word.height / factor,
        word.confidence,
    )  # fmt: skip


def _picture(grid: GridPage) -> Pixels:
    """The page without its lines and without the figures of its tables, dark print on white."""
    darkness = over_paper(grid.grey, grid.lines.px_per_mm * grid.scale)
    levels = (np.arange(256) - HALO) * STRONGER
    darkness = cast(Pixels, cv2.LUT(darkness, levels.clip(0, 255).astype(np.uint8)))
    hidden = cv2.bitwise_or(_line_mask(grid), _figures_mask(grid))
    height, width = darkness.shape
    hidden = cv2.resize(hidden, (width, height), interpolation=cv2.INTER_NEAREST)
    darkness[hidden > 0] = 0
    return cast(Pixels, cv2.bitwise_not(darkness))


def _line_mask(grid: GridPage) -> Pixels:
    """Where the table's own lines are dark; bars of letters are not among them."""
    near = np.zeros(grid.darkness.shape, np.uint8)
    for line in grid.lines.across:
        _draw(near, line, is_across=True)
    for line in grid.lines.down:
        _draw(near, line, is_across=False)
    return cast(Pixels, cv2.bitwise_and(near, grid.lines.mask))


def _draw(mask: Pixels, line: Line, is_across: bool) -> None:
    along = np.linspace(line.start, line.end, max(int((line.end - line.start) / 20), 2))
    other = np.polyval(line.curve, along)
    points = np.column_stack([along, other] if is_across else [other, along])
    cv2.polylines(mask, [np.rint(points).astype(np.int32)], False, 255, LINE_PX)


def _figures_mask(grid: GridPage) -> Pixels:
    """Right of the widest column and below each table's headings."""
    mask = np.zeros(grid.darkness.shape, np.uint8)
    down = grid.lines.down
    places = np.array([line.at((line.start + line.end) / 2) for line in down])
    first = int(np.diff(places).argmax()) + 1
    if first >= len(down) - 1:
        return cast(Pixels, mask)
    edge, last = down[first], down[-1]
    tables = tables_of(grid)
    bands = HEADING_BANDS if len(tables) > 1 else GRIDDED_BANDS
    for table in tables:
        if len(table) <= bands + 1:
            continue
        top, bottom = table[bands], table[-1]
        x0, x1 = edge.at((edge.start + edge.end) / 2), last.at((last.start + last.end) / 2)
        corners = [(edge, top), (last, top), (last, bottom), (edge, bottom)]
        quad = [(d.at(a.at(x0 if d is edge else x1)), a.at(x0 if d is edge else x1))
                for d, a in corners]  # fmt: skip
        cv2.fillPoly(mask, [np.rint(np.array(quad)).astype(np.int32)], 255)
    return cast(Pixels, mask)


def tables_of(grid: GridPage) -> list[list[Line]]:
    """Lines across, table by table: what stands further apart than two rows is another table."""
    lines = list(grid.lines.across)
    places = [line.at((line.start + line.end) / 2) for line in lines]
    pitch = row_pitch(grid)
    tables: list[list[Line]] = [[lines[0]]]
    for before, now, line in zip(places, places[1:], lines[1:], strict=False):
        if now - before > TABLE_GAP * pitch:
            tables.append([])
        tables[-1].append(line)
    return tables
