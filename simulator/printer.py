"""A laser printer: toner is there or not, grey is dots, and the paper is drawn a little long."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.random import Generator
from numpy.typing import NDArray

from simulator.pens import Pixels
from simulator.warps import MM_PER_INCH, Points

TONER_DPI, PAGE_DPI = 600, 300
# A dot of grey is a cell of 6 x 6 toner dots: 100 lines an inch, as office printers set.
DOT = 6
SPREAD_PX = 0.6  # toner creeps so far into the paper, in toner dots
STRETCH = 0.005  # of the paper's way through the printer, either way
SHIFT_MM = 1.0
WHITE = 255


@dataclass(frozen=True, slots=True)
class Feed:
    """Where the printer puts the page: (3, 3), millimetres of the form to millimetres of paper."""

    matrix: NDArray[np.float64]

    def on_paper(self, points_mm: Points) -> Points:
        """Points (n, 2) of the form as they come to stand on the paper, mm."""
        lifted = np.column_stack([points_mm, np.ones(len(points_mm))])
        return np.asarray((lifted @ self.matrix.T)[:, :2])


def toner(pdf: bytes) -> list[Pixels]:
    """Every page of a PDF in toner, at its true place: uint8 (H, W, 3), 300 dpi."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [_set(page) for page in document]
    finally:
        document.close()


def drawn_through(page: Pixels, rng: Generator) -> tuple[Pixels, Feed]:
    """The page as the paper's way through the printer stretches and shifts it."""
    size = np.array(page.shape[1::-1])
    scale = 1 + rng.uniform(-STRETCH, STRETCH, 2)
    shift = rng.uniform(-SHIFT_MM, SHIFT_MM, 2)
    middle = size / 2 / PAGE_DPI * MM_PER_INCH
    matrix = np.diag([*scale, 1.0])
    matrix[:2, 2] = middle * (1 - scale) + shift
    pixels = matrix[:2].copy()
    pixels[:, 2] *= PAGE_DPI / MM_PER_INCH
    pixels[:, 2] += (scale - 1) * 0.5  # middles of pixels are whole numbers
    moved = cv2.warpAffine(
        page, pixels, tuple(int(v) for v in size), borderValue=(WHITE, WHITE, WHITE)
    )
    return np.asarray(moved, np.uint8), Feed(matrix)


def _set(page: pdfium.PdfPage) -> Pixels:
    bitmap = page.render(scale=TONER_DPI / 72, grayscale=True)
    grey = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    height, width = grey.shape
    screen = np.tile(_screen(), (height // DOT + 1, width // DOT + 1))[:height, :width]
    dark = np.where(grey > screen, np.uint8(WHITE), np.uint8(0))
    spread = cv2.GaussianBlur(dark, (0, 0), SPREAD_PX)
    half = cv2.resize(spread, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(half, cv2.COLOR_GRAY2BGR), np.uint8)


def _screen() -> NDArray[np.uint8]:
    """Thresholds of one dot, growing from its middle: black and white stay what they are."""
    across, down = np.meshgrid(np.arange(DOT), np.arange(DOT))
    middle = (DOT - 1) / 2
    away = np.hypot(across - middle + 0.1, down - middle + 0.23)
    order = away.ravel().argsort().argsort().reshape(DOT, DOT)
    return np.asarray(250 - order * (240 / (DOT * DOT - 1)), np.uint8)
