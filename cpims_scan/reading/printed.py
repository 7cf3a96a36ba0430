"""Typed cells: the only room that calls Tesseract, once a page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pytesseract

from cpims_scan.domain.paper import CellImage, Pixels
from cpims_scan.errors import MissingProgramError, ReadingError

Distribution = tuple[tuple[str, float], ...]

# Cells are 203 dpi; Tesseract was trained on 300 and more.
ENLARGE = 1.6
# White around each cell's line, so that Tesseract sees lines and not a paragraph's noise.
GAP = 24
# Assume a single uniform block of text: one line a cell.
CONFIG = "--psm 6"
LANGUAGE = "eng"
# Tesseract's confidence is no probability; typed cells of the trial were right at this share
# of what it says, and nothing it says is believed beyond this.
MOST_BELIEVED = 0.98
# A machine with four cores must not let one cell use them all: the pool already does.
THREADS = {"OMP_THREAD_LIMIT": "1"}


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
    words: list[list[tuple[int, str, float]]] = [[] for _ in cells]
    found = _recognise(picture)
    for text, left, top, height, confidence in zip(
        found["text"], found["left"], found["top"], found["height"], found["conf"], strict=True
    ):
        middle = top + height / 2
        row = next((i for i, line in enumerate(lines) if line.top <= middle < line.bottom), None)
        if str(text).strip() and row is not None:
            words[row].append((int(left), str(text).strip(), float(confidence)))
    return [_as_distribution(line) for line in words]


def _recognise(picture: Pixels) -> dict[str, list[Any]]:
    os.environ.update(THREADS)
    try:
        return dict(
            pytesseract.image_to_data(
                picture, lang=LANGUAGE, config=CONFIG, output_type=pytesseract.Output.DICT
            )
        )
    except pytesseract.TesseractNotFoundError as error:
        raise MissingProgramError(
            "Tesseract is not installed; it reads typed cells. "
            "Install it: sudo apt-get install tesseract-ocr."
        ) from error
    except pytesseract.TesseractError as error:
        raise ReadingError(
            f"Tesseract stopped with status {error.status} on the page's typed cells. "
            "Check its installation: tesseract --list-langs must name eng."
        ) from error


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


def _as_distribution(words: list[tuple[int, str, float]]) -> Distribution:
    if not words:
        return (("", MOST_BELIEVED),)
    words = sorted(words)
    text = " ".join(word for _, word, _ in words)
    weakest = min(confidence for _, _, confidence in words) / 100
    return ((text, max(min(weakest, MOST_BELIEVED), 0.0)),)
