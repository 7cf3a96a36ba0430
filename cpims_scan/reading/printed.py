"""Typed cells, all of a page in one call of Tesseract."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cpims_scan.domain.paper import CellImage, Pixels
from cpims_scan.tesseract import Word, read_words

Distribution = tuple[tuple[str, float], ...]

# Cells are 203 dpi; Tesseract was trained on 300 and more.
ENLARGE = 1.6
# White around each cell's line, so that Tesseract sees lines and not a paragraph's noise.
GAP = 24
# Tesseract's confidence is no probability; typed cells of the trial were right at this share
# of what it says, and nothing it says is believed beyond this.
MOST_BELIEVED = 0.98


@dataclass(frozen=True, slots=True)
class _Line:
    top: int
    bottom: int


def read_printed(cells: list[CellImage]) -> list[Distribution]:
    """
    Read typed cells in one call; "" is a cell without print.

    Raises:
        MissingProgramError: Tesseract is not installed.
        ReadingError: Tesseract failed.
    """
    if not cells:
        return []
    picture, lines = _stitched(cells)
    words: list[list[Word]] = [[] for _ in cells]
    for word in read_words(picture):
        middle = word.top + word.height / 2
        row = next((i for i, line in enumerate(lines) if line.top <= middle < line.bottom), None)
        if row is not None:
            words[row].append(word)
    return [_as_distribution(line) for line in words]


def _stitched(cells: list[CellImage]) -> tuple[Pixels, list[_Line]]:
    """One white page with a cell a line, and where each line stands."""
    strips = [_strip(cell) for cell in cells]
    width = max(strip.shape[1] for strip in strips) + 2 * GAP
    page = np.full((sum(s.shape[0] + GAP for s in strips) + GAP, width), 255, np.uint8)
    lines, top = [], GAP
    for strip in strips:
        height = strip.shape[0]
        page[top : top + height, GAP : GAP + strip.shape[1]] = strip
        lines.append(_Line(top - GAP // 2, top + height + GAP // 2))
        top += height + GAP
    return page, lines


def _strip(cell: CellImage) -> Pixels:
    left, top, width, height = cell.box
    own = 255 - cell.ink[top : top + height, left : left + width]
    return np.asarray(cv2.resize(own, None, fx=ENLARGE, fy=ENLARGE, interpolation=cv2.INTER_CUBIC))


def _as_distribution(words: list[Word]) -> Distribution:
    if not words:
        return (("", MOST_BELIEVED),)
    text = " ".join(word.text for word in sorted(words, key=lambda word: word.left))
    weakest = min(word.confidence for word in words)
    return ((text, min(weakest, MOST_BELIEVED)),)
