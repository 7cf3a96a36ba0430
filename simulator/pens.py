"""Pens: what their ink looks like on paper, and the layer of ink that strokes leave."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Curve = NDArray[np.float64]

MM_PER_INCH = 25.4
# Strokes are drawn this much finer than the page, so that their edges are smooth.
FINE = 3
SHIFT_BITS = 4  # of cv2's fractional coordinates
TILE = 512  # pixels of the repeating grain


@dataclass(frozen=True, slots=True)
class Pen:
    """
    What is in the hand.

    Attributes:
        colour: Of full ink, blue, green, red, 0..255.
        width_mm: Of a line at middle pressure.
        density: Darkness of a line, 0..1.
        grain: How much the paper shows through, 0..1; high for a pencil.
        skips: Share of the line where a ballpoint gives little ink.
    """

    name: str
    colour: tuple[int, int, int]
    width_mm: float
    density: float
    grain: float
    skips: float


# Judged by eye beside scans of real writing: widths from 0.3 mm (worn ballpoint) to 0.5 (gel).
PENS = (
    Pen("blue ballpoint", (142, 58, 32), 0.40, 0.92, 0.16, 0.05),
    Pen("black ballpoint", (46, 40, 38), 0.40, 0.92, 0.16, 0.05),
    Pen("blue gel", (150, 44, 22), 0.44, 0.98, 0.04, 0.0),
    Pen("black gel", (30, 28, 28), 0.43, 0.98, 0.04, 0.0),
    Pen("pencil", (84, 82, 82), 0.36, 0.74, 0.55, 0.0),
    Pen("worn blue ballpoint", (158, 84, 52), 0.34, 0.80, 0.28, 0.14),
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """
    The way of a pen between down and up.

    Attributes:
        points: (n, 2) millimetres from the page's top-left.
        pressure: (n,) about 1; width and darkness follow it.
    """

    points: Curve
    pressure: NDArray[np.float64]


def plain_stroke(points: Curve, pressure: float = 1.0) -> Stroke:
    """A stroke of even pressure that thins where the pen comes down and lifts."""
    return Stroke(points, pressure * _ends(len(points)))


def put_ink(page: Pixels, strokes: list[Stroke], pen: Pen, dpi: float) -> Pixels:
    """
    Draw strokes on a colour page.

    Args:
        page: uint8 (H, W, 3), blue, green, red.
        strokes: In millimetres of that page.
        pen: Whose ink it is.
        dpi: Of the page.

    Returns:
        A new page.
    """
    made = page.copy()
    for group in _neighbours(strokes):
        _ink_group(made, group, pen, dpi / MM_PER_INCH)
    return made


def _ends(count: int) -> NDArray[np.float64]:
    rise = np.clip(np.arange(count) / 3 + 0.62, 0, 1)
    return np.minimum(rise, rise[::-1])


def _neighbours(strokes: list[Stroke]) -> list[list[Stroke]]:
    """Strokes in runs that stay within a few centimetres, so that each canvas is small."""
    groups: list[list[Stroke]] = []
    anchor = np.zeros(2)
    for stroke in strokes:
        if not groups or np.abs(stroke.points[0] - anchor).max() > 25:
            groups.append([])
            anchor = stroke.points[0]
        groups[-1].append(stroke)
    return groups


def _ink_group(page: Pixels, strokes: list[Stroke], pen: Pen, scale: float) -> None:
    every = np.vstack([s.points for s in strokes]) * scale
    pad = pen.width_mm * scale * 2 + 2
    height, width = page.shape[:2]
    x0, y0 = np.maximum(np.floor(every.min(axis=0) - pad), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(every.max(axis=0) + pad), (width, height)).astype(int)
    if x1 <= x0 or y1 <= y0:
        return
    fine = _drawn(strokes, pen, scale, (int(x0), int(y0), int(x1), int(y1)))
    density = cv2.resize(fine, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    density = density.astype(np.float32) / 255 * _grain(pen, (int(x0), int(y0)), density.shape)
    colour = np.array(pen.colour, np.float32) / 255
    under = page[y0:y1, x0:x1].astype(np.float32)
    page[y0:y1, x0:x1] = np.clip(under * (1 - density[..., None] * (1 - colour)), 0, 255)


def _drawn(
    strokes: list[Stroke], pen: Pen, scale: float, window: tuple[int, int, int, int]
) -> Pixels:
    """Density of the strokes in a window of the page, FINE times enlarged, uint8."""
    x0, y0, x1, y1 = window
    canvas = np.zeros(((y1 - y0) * FINE, (x1 - x0) * FINE), np.uint8)
    starts, ends, pressures = _segments(strokes)
    # Millimetre 0 is the corner of the first pixel; whole numbers are the middles of pixels.
    corner, unit = np.array([x0, y0]), 1 << SHIFT_BITS
    a = np.round((((starts * scale) - corner) * FINE - 0.5) * unit).astype(np.int32)
    b = np.round((((ends * scale) - corner) * FINE - 0.5) * unit).astype(np.int32)
    thick = np.maximum(np.round(pen.width_mm * pressures**0.7 * scale * FINE), 1).astype(int)
    dark = np.clip(255 * pen.density * np.minimum(pressures, 1.06) ** 0.6, 0, 255).astype(int)
    for i in np.argsort(dark, kind="stable"):  # the darker covers the lighter
        p, q = tuple(map(int, a[i])), tuple(map(int, b[i]))
        cv2.line(canvas, p, q, int(dark[i]), int(thick[i]), cv2.LINE_8, SHIFT_BITS)
    return canvas


def _segments(strokes: list[Stroke]) -> tuple[Curve, Curve, NDArray[np.float64]]:
    starts = np.vstack([s.points[:-1] for s in strokes])
    ends = np.vstack([s.points[1:] for s in strokes])
    pressures = np.concatenate([(s.pressure[:-1] + s.pressure[1:]) / 2 for s in strokes])
    return starts, ends, np.maximum(pressures, 0.2)


def _grain(pen: Pen, corner: tuple[int, int], shape: tuple[int, ...]) -> Floats:
    rows = (np.arange(shape[0]) + corner[1]) % TILE
    cols = (np.arange(shape[1]) + corner[0]) % TILE
    fine, slow = _tiles()
    paper = 1 - pen.grain * fine[np.ix_(rows, cols)]
    dry = np.clip((slow[np.ix_(rows, cols)] - (1 - pen.skips)) * 6, 0, 0.75)
    return np.asarray(paper * (1 - dry), dtype=np.float32)


@functools.cache
def _tiles() -> tuple[Floats, Floats]:
    """Two repeating textures, 0..1: the tooth of paper, and where a ball turns dry."""
    rng = np.random.default_rng(20150800)
    made = []
    for sigma in (0.9, 5.0):
        noise = rng.random((TILE, TILE)).astype(np.float32)
        tiled = cv2.GaussianBlur(np.tile(noise, (3, 3)), (0, 0), sigma)[TILE:-TILE, TILE:-TILE]
        ranks = tiled.ravel().argsort().argsort().reshape(tiled.shape)
        made.append((ranks / tiled.size).astype(np.float32))
    return made[0], made[1]
