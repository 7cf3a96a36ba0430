"""Cells drawn with a few strokes for the readers' tests, and real characters put into cells."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CellImage, Certificate, Pixels

MARGIN = 12  # 1.5 mm at 8 pixels a millimetre
FOUND = Certificate(residual_mm=0.1, support=1.0, is_found=True)
# Of ten writers the last one trained nothing (training/data.py).
TEST_TENTH = 9

Line = tuple[tuple[int, int], tuple[int, int]]


def cell(
    reader: str = "number",
    size: tuple[int, int] = (160, 54),
    lines: tuple[Line, ...] = (),
    darkness: int = 220,
    thick: int = 3,
) -> CellImage:
    """A cell of `size` pixels with straight strokes; points count from the box's corner."""
    width, height = size
    ink = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    for (x0, y0), (x1, y1) in lines:
        start, end = (x0 + MARGIN, y0 + MARGIN), (x1 + MARGIN, y1 + MARGIN)
        cv2.line(ink, start, end, darkness, thick, cv2.LINE_AA)
    return of_ink(ink, reader)


def of_ink(
    ink: Pixels, reader: str, part: str = "", alphabet: str = "digits", field: str = "field"
) -> CellImage:
    """A cell from its ink; the box is all of it without the margin."""
    height, width = ink.shape
    box = (MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
    printed = np.zeros_like(ink)
    return CellImage(field, part, reader, alphabet, 255 - ink, ink, printed, box, FOUND)


def ring(size: tuple[int, int] = (110, 54), darkness: int = 220) -> Pixels:
    """Ink of a choice's cell with a ring around its middle."""
    ink = np.zeros((size[1] + 2 * MARGIN, size[0] + 2 * MARGIN), np.uint8)
    middle = (ink.shape[1] // 2, ink.shape[0] // 2)
    cv2.ellipse(ink, middle, (size[0] * 2 // 5, size[1] // 2), 4, 0, 350, darkness, 3, cv2.LINE_AA)
    return ink


def unseen_characters(file: Path, count: int) -> tuple[list[Pixels], list[str]]:
    """Real characters that trained nothing: of writers (or samples) kept for testing."""
    with np.load(file) as data:
        images, labels = data["images"], data["labels"]
        if "writer_id" in data.files:
            writers = data["writer_id"]
        else:
            writers = np.random.default_rng(0).permutation(len(images))
    chosen = np.random.default_rng(7).permutation(np.flatnonzero(writers % 10 == TEST_TENTH))
    return [_cut(images[i]) for i in chosen[:count]], [str(labels[i]) for i in chosen[:count]]


def row_of(glyphs: list[Pixels], height: int = 30, gap: int = 5) -> Pixels:
    """Characters side by side in a cell, as ink with its margin."""
    made = [_scaled(glyph, height) for glyph in glyphs]
    width = sum(g.shape[1] + gap for g in made) + 24
    ink = np.zeros((height + 24 + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    x = MARGIN + 10
    for glyph in made:
        top = MARGIN + 12 + height - glyph.shape[0]
        ink[top : top + glyph.shape[0], x : x + glyph.shape[1]] = glyph
        x += glyph.shape[1] + gap
    return ink


def _cut(image: NDArray[np.uint8]) -> Pixels:
    ys, xs = np.nonzero(image > 40)
    return np.ascontiguousarray(image[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])


def _scaled(glyph: Pixels, height: int) -> Pixels:
    scale = height / max(glyph.shape)
    size = (max(round(glyph.shape[1] * scale), 2), max(round(glyph.shape[0] * scale), 2))
    return np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_LINEAR))
