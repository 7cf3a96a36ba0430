"""Pens and vector digits of this generator's own; the simulator's hands are others."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

# Pictures: uint8, or float32 where they are being mixed; OpenCV does not say which it returns.
Canvas = NDArray[Any]
Path2 = NDArray[np.float64]

# Grey level at which a scanned character, enlarged, ends: lower keeps its thin strokes whole.
EDGE = 60

# Fractional bits of cv2's coordinates.
SHIFT = 4

# Digits as strokes through points in a unit box, y downwards: several ways to write each.
# Drawn for this project after how digits are taught and how they are seen on forms.
DIGIT_WAYS: dict[str, list[list[list[tuple[float, float]]]]] = {
    "0": [
        [[(0.5, 0.0), (0.1, 0.2), (0.05, 0.6), (0.35, 1.0), (0.8, 0.85), (0.95, 0.4), (0.5, 0.0)]],
        [[(0.6, 0.05), (0.15, 0.2), (0.0, 0.6), (0.4, 1.0), (0.9, 0.7), (0.9, 0.2), (0.4, 0.02)]],
    ],
    "1": [
        [[(0.5, 0.0), (0.48, 0.5), (0.5, 1.0)]],
        [[(0.2, 0.25), (0.4, 0.1), (0.55, 0.0), (0.55, 0.5), (0.52, 1.0)]],
        [[(0.2, 0.22), (0.5, 0.0), (0.5, 0.5), (0.5, 1.0)], [(0.15, 1.0), (0.85, 0.98)]],
    ],
    "2": [
        [[(0.05, 0.25), (0.3, 0.0), (0.75, 0.05), (0.85, 0.3), (0.5, 0.65), (0.02, 1.0),
          (0.5, 0.97), (1.0, 0.95)]],
        [[(0.1, 0.2), (0.45, 0.0), (0.85, 0.2), (0.65, 0.6), (0.2, 0.95), (0.05, 0.85),
          (0.25, 0.75), (0.6, 0.95), (1.0, 0.9)]],
    ],
    "3": [
        [[(0.1, 0.1), (0.5, 0.0), (0.85, 0.2), (0.6, 0.45), (0.4, 0.48), (0.75, 0.55),
          (0.9, 0.78), (0.5, 1.0), (0.05, 0.9)]],
        [[(0.1, 0.02), (0.5, 0.02), (0.88, 0.02), (0.6, 0.25), (0.42, 0.42), (0.8, 0.52),
          (0.9, 0.78), (0.5, 1.0), (0.05, 0.88)]],
    ],
    "4": [
        [[(0.3, 0.0), (0.15, 0.3), (0.05, 0.6), (0.5, 0.6), (1.0, 0.58)],
         [(0.7, 0.15), (0.68, 0.6), (0.65, 1.0)]],
        [[(0.7, 1.0), (0.7, 0.5), (0.72, 0.0), (0.35, 0.35), (0.02, 0.68), (0.5, 0.68),
          (1.0, 0.66)]],
        [[(0.1, 0.0), (0.08, 0.3), (0.12, 0.52), (0.5, 0.52), (0.85, 0.5)],
         [(0.82, 0.0), (0.8, 0.5), (0.82, 1.0)]],
    ],
    "5": [
        [[(0.2, 0.02), (0.17, 0.25), (0.13, 0.45), (0.5, 0.38), (0.9, 0.6), (0.75, 0.92),
          (0.4, 1.0), (0.05, 0.9)], [(0.2, 0.02), (0.5, 0.02), (0.9, 0.0)]],
        [[(0.95, 0.02), (0.5, 0.03), (0.22, 0.05), (0.18, 0.4), (0.6, 0.38), (0.88, 0.65),
          (0.6, 0.98), (0.05, 0.92)]],
    ],
    "6": [
        [[(0.7, 0.0), (0.35, 0.2), (0.08, 0.6), (0.25, 0.97), (0.7, 0.95), (0.88, 0.7),
          (0.55, 0.52), (0.12, 0.7)]],
        [[(0.35, 0.0), (0.12, 0.4), (0.1, 0.8), (0.45, 1.0), (0.85, 0.85), (0.7, 0.58),
          (0.3, 0.6), (0.12, 0.8)]],
    ],
    "7": [
        [[(0.02, 0.03), (0.5, 0.02), (0.95, 0.0), (0.65, 0.45), (0.4, 1.0)]],
        [[(0.05, 0.2), (0.06, 0.04), (0.5, 0.03), (0.92, 0.02), (0.6, 0.5), (0.45, 1.0)]],
        [[(0.02, 0.05), (0.5, 0.03), (0.95, 0.0), (0.6, 0.5), (0.38, 1.0)],
         [(0.3, 0.5), (0.6, 0.48), (0.9, 0.47)]],
    ],
    "8": [
        [[(0.75, 0.12), (0.45, 0.0), (0.18, 0.2), (0.5, 0.48), (0.85, 0.75), (0.5, 1.0),
          (0.12, 0.78), (0.5, 0.48), (0.8, 0.22), (0.7, 0.08)]],
        [[(0.5, 0.47), (0.2, 0.3), (0.35, 0.02), (0.7, 0.05), (0.8, 0.3), (0.5, 0.47)],
         [(0.5, 0.47), (0.1, 0.7), (0.3, 0.98), (0.75, 0.97), (0.9, 0.7), (0.5, 0.47)]],
    ],
    "9": [
        [[(0.85, 0.25), (0.6, 0.02), (0.2, 0.1), (0.15, 0.4), (0.5, 0.55), (0.85, 0.3),
          (0.85, 0.6), (0.8, 1.0)]],
        [[(0.88, 0.2), (0.5, 0.0), (0.12, 0.25), (0.4, 0.52), (0.85, 0.3), (0.88, 0.2),
          (0.8, 0.65), (0.5, 0.97), (0.2, 0.98)]],
    ],
}  # fmt: skip


def smooth(points: Path2, steps: int = 6) -> Path2:
    """A Catmull-Rom curve through the points."""
    ends = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:], strict=True)
    ]
    return np.vstack([*pieces, points[-1:]])


def draw(canvas: Canvas, path: Path2, thickness: int, darkness: int = 255) -> None:
    """Draw one stroke in place; `path` (n, 2) is x, y in pixels."""
    scaled = np.round(path * (1 << SHIFT)).astype(np.int32)
    cv2.polylines(canvas, [scaled], False, darkness, thickness, cv2.LINE_AA, SHIFT)


def digit(label: str, height: float, rng: Generator, hand: int) -> Canvas:
    """A vector digit `height` pixels tall; `hand` settles the way it is written."""
    ways = DIGIT_WAYS[label]
    way = ways[(hand + int(rng.random() < 0.15)) % len(ways)]
    thickness = int(np.clip(round(height * (0.05 + 0.018 * (hand % 8))), 1, 8))
    width = height * (0.32 + 0.06 * (hand % 7)) * (0.25 if label == "1" and len(way) == 1 else 1)
    pad = thickness + 3
    canvas = np.zeros((int(height) + 2 * pad, int(width) + 2 * pad), np.uint8)
    for stroke in way:
        points = np.array(stroke) + rng.normal(0, 0.035, (len(stroke), 2))
        draw(canvas, smooth(points) * (width, height) + pad, thickness)
    ys, xs = np.nonzero(canvas)
    return np.ascontiguousarray(canvas[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])


def wander(
    start: tuple[float, float], end: tuple[float, float], rng: Generator, wobble: float
) -> Path2:  # noqa: E501
    """A hand-drawn line between two points: it bends by `wobble` of its length."""
    a, b = np.array(start, float), np.array(end, float)
    t = np.linspace(0, 1, 5)[:, None]
    length = float(np.hypot(*(b - a)))
    bend = rng.normal(0, wobble * length, (5, 2)) * np.sin(np.pi * t)
    return smooth(a + (b - a) * t + bend)


def cursive(width: float, height: float, rng: Generator) -> Path2:
    """Something like a joined word of small letters on the line y = 0; upwards is negative."""
    humps = max(int(width / (0.45 * height)), 2) * 2
    x = np.linspace(0, width, humps) + rng.normal(0, 0.06 * height, humps)
    tall = np.where(
        rng.random(humps) < 0.2, rng.uniform(0.8, 1.1, humps), rng.uniform(0.3, 0.6, humps)
    )
    y = np.where(np.arange(humps) % 2, -tall * height, rng.uniform(-0.05, 0.08, humps) * height)
    deep = (np.arange(humps) % 2 == 0) & (rng.random(humps) < 0.12)
    y = np.where(deep, 0.4 * height, y)
    return smooth(np.column_stack([x - 0.15 * y * rng.normal(0, 1), y]))


def scribble(box: tuple[float, float, float, float], rng: Generator) -> Path2:
    """A zigzag over left, top, right, bottom."""
    x0, y0, x1, y1 = box
    turns = int(rng.integers(5, 14))
    x = np.linspace(x0, x1, turns) + rng.normal(0, 0.04 * (x1 - x0), turns)
    y = np.where(np.arange(turns) % 2, y0, y1) + rng.normal(0, 0.12 * (y1 - y0), turns)
    if rng.random() < 0.4:
        x, y = (
            np.where(np.arange(turns) % 2, x0, x1) + rng.normal(0, 0.08 * (x1 - x0), turns),
            np.linspace(y0, y1, turns),
        )
    return smooth(np.column_stack([x, y]))
