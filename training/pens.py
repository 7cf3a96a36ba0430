"""One mark on one option: the ways people choose, and the ways they take a choice back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator

from training import strokes
from training.data import Glyphs
from training.strokes import Canvas

Rect = tuple[float, float, float, float]  # left, top, width, height
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """An option on the paper: its cell or square, and the words (or the square) to be marked."""

    box: Rect
    words: Rect

    @property
    def is_square(self) -> bool:
        """True for a tick square: the square itself is marked."""
        return self.box == self.words


@dataclass(frozen=True, slots=True)
class Pen:
    """One hand over one field."""

    thick: int
    wobble: float
    size: float
    drift: Point
    rng: Generator
    digits: Glyphs

    def line(self, canvas: Canvas, *points: Point) -> None:
        """A line through points, as steady as this hand is."""
        for a, b in pairwise(points):
            strokes.draw(canvas, strokes.wander(a, b, self.rng, self.wobble), self.thick)

    def aim(self, spot: Spot) -> tuple[float, float, float]:
        """Where this hand puts a mark of no special place, and how large: x, y, size."""
        x, y, w, h = spot.words
        sideways = float(np.clip(self.drift[0] + self.rng.normal(0, 0.1), -0.4, 0.4))
        upwards = float(np.clip(self.drift[1] + self.rng.normal(0, 0.07), -0.25, 0.25))
        size = min(spot.box[2], spot.box[3]) * self.size * self.rng.uniform(0.8, 1.2)
        return x + w * (0.5 + sideways), y + h * 0.5 + spot.box[3] * upwards, float(size)


def mark(canvas: Canvas, spot: Spot, pen: Pen, kind: str) -> None:
    """Draw a mark that chooses the option."""
    _MARKS[kind](canvas, spot, pen)


def cancel(canvas: Canvas, spot: Spot, pen: Pen, kind: str) -> None:
    """Take a choice back: `strike` with level lines, anything else by scribbling."""
    x, y, w, h = spot.words
    rng = pen.rng
    if kind == "strike":
        # A line no longer than the words would vanish with them when the print is taken off.
        half = w / 2 * rng.uniform(1.0, 1.25) + rng.uniform(5, 16)
        if spot.is_square:
            half = w * rng.uniform(0.6, 1.0)
        for _ in range(int(rng.choice([1, 1, 2, 3]))):
            level, rise = y + h * rng.uniform(0.3, 0.7), rng.normal(0, 0.05) * half
            ends = (x + w / 2 - half, level + rise), (x + w / 2 + half, level - rise)
            strokes.draw(canvas, strokes.wander(*ends, rng, 0.03), pen.thick)
        return
    wide, high = w / 2 * rng.uniform(0.9, 1.3) + 6, spot.box[3] * rng.uniform(0.35, 0.7)
    if spot.is_square:
        wide, high = w * rng.uniform(0.6, 0.95), h * rng.uniform(0.6, 0.95)
    cx, cy = x + w / 2, y + h / 2
    for _ in range(int(rng.integers(1, 3))):
        path = strokes.scribble((cx - wide, cy - high, cx + wide, cy + high), rng)
        strokes.draw(canvas, path, pen.thick)


def number(canvas: Canvas, at: Point, size: float, rng: Generator, digits: Glyphs) -> None:
    """A real digit around a point: the option's number written in, or a stray one."""
    image = digits.images[int(rng.integers(len(digits.images)))]
    scale = size * rng.uniform(0.5, 0.9) / max(image.shape)
    glyph = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    h, w = glyph.shape
    x, y = max(int(at[0] - w / 2), 0), max(int(at[1] - h / 2), 0)
    part = canvas[y : y + h, x : x + w]
    np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)


def _tick(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    (cx, cy, s), rng = pen.aim(spot), pen.rng
    down = (cx - s * 0.1, cy + s * rng.uniform(0.2, 0.45))
    end = (cx + s * rng.uniform(0.4, 0.9), cy - s * rng.uniform(0.4, 0.9))
    pen.line(canvas, (cx - s * rng.uniform(0.2, 0.5), cy), down, end)


def _cross(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    cx, cy, s = pen.aim(spot)
    a, b = s * pen.rng.uniform(0.3, 0.6), s * pen.rng.uniform(0.3, 0.55)
    pen.line(canvas, (cx - a, cy - b), (cx + a, cy + b))
    pen.line(canvas, (cx + a, cy - b), (cx - a, cy + b))


def _slash(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    cx, cy, s = pen.aim(spot)
    a, b = s * pen.rng.uniform(0.25, 0.6), s * pen.rng.uniform(0.35, 0.7)
    way = 1 if pen.rng.random() < 0.8 else -1
    pen.line(canvas, (cx - a, cy + way * b), (cx + a, cy - way * b))


def _line(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    """A level or upright line through a square."""
    cx, cy, s = pen.aim(spot)
    a, slant = s * pen.rng.uniform(0.4, 0.8), pen.rng.normal(0, 0.15)
    if pen.rng.random() < 0.6:
        pen.line(canvas, (cx - a, cy), (cx + a, cy + slant * a))
    else:
        pen.line(canvas, (cx, cy - a), (cx + slant * a, cy + a))


def _ring(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    """A ring around the words, flat or round, often beyond the cell, seldom closed."""
    x, y, w, h = spot.words
    rng = pen.rng
    a = w / 2 * rng.uniform(0.95, 1.45) + rng.uniform(1, 8)
    b = min(h / 2 * rng.uniform(1.1, 2.8) + rng.uniform(1, 7), 0.8 * spot.box[3])
    if rng.random() < 0.2:  # around the whole cell, far into the next ones
        (x, y, w, h), b = spot.box, spot.box[3] * rng.uniform(0.35, 0.65)
        a = w / 2 * rng.uniform(0.85, 1.1) + rng.uniform(0, 26)
    at = (x + w * (0.5 + rng.normal(0, 0.05)), y + h / 2 + spot.box[3] * rng.normal(0, 0.06))
    _oval(canvas, at, (a, b), pen)


def _ring_code(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    """A small ring around the number at the end of the words."""
    x, y, w, h = spot.words
    size = (spot.box[3] * pen.rng.uniform(0.2, 0.42), spot.box[3] * pen.rng.uniform(0.22, 0.48))
    _oval(canvas, (x + w * pen.rng.uniform(0.7, 0.98), y + h / 2), size, pen)


def _oval(canvas: Canvas, at: Point, size: Point, pen: Pen) -> None:
    rng = pen.rng
    start, turns = rng.uniform(0, 2 * np.pi), rng.uniform(0.82, 1.4)
    t = start + np.linspace(0, 2 * np.pi * turns, 40) * (1 if rng.random() < 0.5 else -1)
    grow = 1 + rng.normal(0, 0.07) * np.linspace(-1, 1, 40)
    grow = grow + 0.6 * pen.wobble * np.sin(3 * t + start)
    lean = rng.normal(0, 0.12)
    across, down = size[0] * grow * np.cos(t), size[1] * grow * np.sin(t)
    path = np.column_stack([at[0] + across - lean * down, at[1] + down + 0.3 * lean * across])
    strokes.draw(canvas, path, pen.thick)


def _underline(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    x, y, w, h = spot.words
    rng = pen.rng
    half = w / 2 * rng.uniform(0.5, 1.2)
    low = min(y + h + rng.uniform(0, 7), spot.box[1] + 0.97 * spot.box[3])
    cx = x + w / 2 + rng.normal(0, 0.08) * w
    ends = (cx - half, low), (cx + half, low + rng.normal(0, 0.04) * half)
    path = strokes.wander(*ends, rng, 0.02)
    strokes.draw(canvas, path, pen.thick)
    if rng.random() < 0.25:
        strokes.draw(canvas, path + np.array([0, 2 + pen.thick]), pen.thick)


def _dot(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    cx, cy, s = pen.aim(spot)
    radius = max(int(s * pen.rng.uniform(0.08, 0.25)), 4)
    cv2.circle(canvas, (int(cx), int(cy)), radius, 255, -1, cv2.LINE_AA)


def _code(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    cx, cy, s = pen.aim(spot)
    number(canvas, (cx, cy), s, pen.rng, pen.digits)


def _fill(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    """A square filled to its lines, or a patch of ink in the middle."""
    x, y, w, h = spot.box
    if spot.is_square and pen.rng.random() < 0.5:
        inset = pen.rng.uniform(-1, 4)
        corners = (int(x + inset), int(y + inset)), (int(x + w - inset), int(y + h - inset))
        cv2.rectangle(canvas, *corners, 255, -1)
        return
    cx, cy, s = pen.aim(spot)
    path = strokes.scribble((cx - s * 0.35, cy - s * 0.3, cx + s * 0.35, cy + s * 0.3), pen.rng)
    strokes.draw(canvas, path, max(pen.thick, 3))


def _squiggle(canvas: Canvas, spot: Spot, pen: Pen) -> None:
    """A quick wave inside the square: a tick drawn twice."""
    cx, cy, s = pen.aim(spot)
    turns = int(pen.rng.integers(3, 7))
    x = np.linspace(cx - s * 0.4, cx + s * 0.4, turns)
    y = cy + s * np.where(np.arange(turns) % 2, 0.3, -0.3) * pen.rng.uniform(0.6, 1.1, turns)
    strokes.draw(canvas, strokes.smooth(np.column_stack([x, y])), pen.thick)


_MARKS = {
    "tick": _tick,
    "cross": _cross,
    "slash": _slash,
    "line": _line,
    "ring": _ring,
    "ring_code": _ring_code,
    "underline": _underline,
    "dot": _dot,
    "number": _code,
    "fill": _fill,
    "squiggle": _squiggle,
}
