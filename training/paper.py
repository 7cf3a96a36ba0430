"""From a pen's canvas to what the product cuts: print, scanner, subtraction, dust."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cpims_scan.domain.paper import CellImage, Certificate
from training.strokes import Canvas

Rect = tuple[int, int, int, int]

# Margin of a cut cell, pixels: 1.5 mm.
MARGIN = 12

FOUND = Certificate(residual_mm=0.1, support=1.0, is_found=True)


def cell_image(ink: Canvas, printed: Canvas, box: Rect, reader: str) -> CellImage:
    """A cell as imaging.crops would cut it; the grey picture is not needed for training."""
    return CellImage("field", "", reader, "digits", ink, ink, printed, box, FOUND)


def expose(pen: Canvas, printed: Canvas, rng: Generator, is_rough: bool) -> Canvas:
    """
    The ink that is left when a scan of `pen` over `printed` is compared with the blank.

    Args:
        rng: Draws whatever is left to chance.
        pen: Strokes, 255 where the pen was, uint8 (h, w).
        printed: Darkness of the blank, uint8 (h, w).
        is_rough: Pencils, pens that skip, photocopies, dust, low resolution; otherwise a ball
            pen on an office scanner.
    """
    page: Canvas
    if not is_rough:
        strokes = pen.astype(np.float32) * np.float32(rng.uniform(0.55, 1))
        page = 255 - (255 - strokes) * (255 - printed.astype(np.float32)) / 255
        page = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.4, 0.9)))
        page = page + rng.normal(0, rng.uniform(0, 4), page.shape).astype(np.float32)
        return _unexplained(page, printed, rng)
    strokes = _pen_darkness(pen, rng)
    shift = rng.normal(0, 0.6, 2)
    there = _shifted(printed, shift) if printed.any() else printed
    page = 255 - (255 - strokes) * (255 - there.astype(np.float32) * rng.uniform(0.75, 1.0)) / 255
    page = _scanned(page, rng)
    return _unexplained(page, printed, rng)


def _unexplained(page: Canvas, printed: Canvas, rng: Generator) -> Canvas:
    left = page - _explained(printed, rng)
    left[left < rng.uniform(5, 20)] = 0
    return np.asarray(np.clip(left, 0, 255).astype(np.uint8))


def _explained(printed: Canvas, rng: Generator) -> Canvas:
    """What the product takes for print: the blank's darkness, grown and lifted, with doubt."""
    reach = int(rng.choice([0, 1, 1, 2, 2, 2, 2, 3]))
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    grown = cv2.dilate(printed, brush).astype(np.float32)
    lifted = grown * rng.uniform(0.9, 1.3) + rng.uniform(0, 30)
    return np.where(grown > 9, lifted, grown)


def ruled(shape: tuple[int, int], box: Rect, rng: Generator, hint: bool) -> Canvas:
    """A printed cell: its four lines, and a grey hint inside when asked."""
    printed = np.zeros(shape, np.uint8)
    if rng.random() < 0.12:
        return printed
    left, top, width, height = box
    dark, thick = int(rng.uniform(140, 255)), int(rng.integers(1, 4))
    cv2.rectangle(printed, (left, top), (left + width, top + height), dark, thick)
    if rng.random() < 0.3:
        cv2.line(printed, (0, top), (shape[1], top), dark, thick)
        cv2.line(printed, (0, top + height), (shape[1], top + height), dark, thick)
    if hint:
        words = ("dd/mm/yyyy", "(dd/mm/yyyy)", "dd/mm/yy", "Yes/No", "(F or M)", "eg 12")
        size = height / 70 * rng.uniform(0.7, 1.3)
        at = (
            left + int(rng.integers(2, max(width // 3, 3))),
            top + int(height * rng.uniform(0.5, 0.8)),
        )
        cv2.putText(printed, str(rng.choice(words)), at, int(rng.choice([0, 2, 16])), size,
                    int(rng.uniform(25, 65)), 1, cv2.LINE_AA)  # fmt: skip
    return cv2.GaussianBlur(printed, (0, 0), 0.6)


def _pen_darkness(pen: Canvas, rng: Generator) -> Canvas:
    """Black pens, blue pens, pencils, pens that skip."""
    darkness = rng.uniform(65, 125) if rng.random() < 0.12 else rng.uniform(120, 255)
    strokes = pen.astype(np.float32) * np.float32(darkness / 255)
    if rng.random() < 0.35:
        h, w = pen.shape
        grain = rng.uniform(0.45, 1.1, (h // 5 + 2, w // 5 + 2)).astype(np.float32)
        strokes *= np.clip(cv2.resize(grain, (w, h), interpolation=cv2.INTER_CUBIC), 0.2, 1)
    return strokes


def _shifted(image: Canvas, shift: NDArray[np.float64]) -> Canvas:
    h, w = image.shape
    turn = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    return np.asarray(cv2.warpAffine(image, turn, (w, h), flags=cv2.INTER_LINEAR))


def _scanned(page: Canvas, rng: Generator) -> Canvas:
    """Blur, low resolution, grain, dust, JPEG, photocopy: each sometimes."""
    h, w = page.shape
    if rng.random() < 0.6:
        page = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.3, 1.1)))
    if rng.random() < 0.15:
        part = float(rng.uniform(0.5, 0.8))
        small = cv2.resize(page, (int(w * part), int(h * part)), interpolation=cv2.INTER_AREA)
        page = cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)
    page = page + rng.normal(0, rng.uniform(0, 7), page.shape).astype(np.float32)
    if rng.random() < 0.25:
        page = _dusty(page, rng)
    if rng.random() < 0.12:
        # A photocopier's exposure follows the writing: what it loses wholly nobody can read.
        level = rng.uniform(0.3, 0.55) * max(float(np.quantile(page, 0.995)), 90)
        page = np.where(page > level, 255, 0).astype(np.float32)
        page = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.3, 0.7)))
    if rng.random() < 0.3:
        quality = int(rng.integers(35, 85))
        whole = np.clip(255 - page, 0, 255).astype(np.uint8)
        code = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        seen = np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE))
        page = 255 - seen.astype(np.float32)
    return page


def _dusty(page: Canvas, rng: Generator) -> Canvas:
    h, w = page.shape
    dust = np.zeros((h, w), np.uint8)
    for _ in range(int(rng.integers(1, 10))):
        at = (int(rng.integers(0, w)), int(rng.integers(0, h)))
        cv2.circle(
            dust, at, int(rng.choice([0, 0, 0, 0, 1, 1, 1, 2])), int(rng.uniform(60, 255)), -1
        )
    return np.maximum(page, dust.astype(np.float32))
