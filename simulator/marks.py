"""Marks of a pen: ticks, crosses, rings, lines, scribbles, strokes through what was wrong."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import Box
from simulator.glyphs import Curve
from simulator.pens import Stroke, plain_stroke

# Habits of marking printed choices, with how common they are among writers [judgement:
# practice.md 8 lists them without numbers].
HABITS = {"ring": 0.42, "tick": 0.33, "cross": 0.13, "underline": 0.12}

OVER_MM = 0.6  # that a ring reaches over its cell's rules at most


def mark_print(habit: str, cell: Box, printed: Box, rng: Generator) -> list[Stroke]:
    """
    Mark a choice that is printed as text in a ruled cell.

    Args:
        habit: ring, tick, cross or underline.
        cell: The ruled cell, mm.
        printed: What is printed in it, mm.
        rng: Of this mark.
    """
    if habit == "ring":
        return [ring(_with_room(printed, cell, rng), rng)]
    if habit == "underline":
        return [underline(printed, cell, rng)]
    size = float(np.clip(cell.height * rng.uniform(0.55, 0.85), 2.6, 6.0))
    beside = rng.random() < 0.6 and printed.right + size * 0.8 < cell.right
    x = printed.right + size * 0.35 if beside else rng.uniform(printed.left, printed.right)
    middle = (float(x), printed.top + printed.height / 2 + rng.normal(0, 0.25))
    return tick(middle, size, rng) if habit == "tick" else cross(middle, size, rng)


def mark_square(habit: str, square: Box, rng: Generator) -> list[Stroke]:
    """Mark a tick square: a tick or a cross that may reach out of it, or it is filled."""
    middle = (square.left + square.width / 2, square.top + square.height / 2)
    if habit in ("ring", "fill"):
        return [scribble(square.grown(-0.4), rng)]
    size = square.height * float(rng.uniform(0.9, 1.6))
    return tick(middle, size, rng) if habit == "tick" else cross(middle, size, rng)


def tick(middle: tuple[float, float], size: float, rng: Generator) -> list[Stroke]:
    """A check mark, quick and upward."""
    points = np.array([(-0.45, -0.05), (-0.2, 0.42), (0.02, 0.1), (0.6, -0.62)])
    points = points * size * rng.normal(1, 0.1, (4, 2)) + rng.normal(0, 0.05 * size, (4, 2))
    down, up = _line(points[0], points[1], rng), _line(points[1], points[3], rng, 0.09)
    curve = np.vstack([down, up[1:]]) + middle
    return [Stroke(curve, np.linspace(1.1, 0.7, len(curve)))]


def cross(middle: tuple[float, float], size: float, rng: Generator) -> list[Stroke]:
    """An X of two quick strokes."""
    ends = np.array([(-0.5, -0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, 0.5)]) * size * (0.9, 0.8)
    ends = ends + rng.normal(0, 0.09 * size, (4, 2)) + middle
    return [plain_stroke(_line(ends[i], ends[i + 1], rng, 0.05)) for i in (0, 2)]


def ring(around: Box, rng: Generator) -> Stroke:
    """A ring drawn around a box; it rarely closes where it began."""
    start = rng.uniform(-2.6, -0.6)
    sweep = rng.choice([-1, 1]) * (2 * np.pi + rng.uniform(-0.25, 0.75))
    angle = start + np.linspace(0, sweep, 52)
    growth = 1 + rng.uniform(-0.07, 0.12) * np.linspace(0, 1, 52)
    lean = rng.normal(0, 0.12)
    x = np.cos(angle) * growth * around.width / 2
    y = (np.sin(angle) * growth + lean * np.cos(angle)) * around.height / 2
    wobble = 1 + 0.05 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.03 * np.sin(3 * angle)
    middle = (around.left + around.width / 2, around.top + around.height / 2)
    return plain_stroke(np.column_stack([x, y]) * wobble[:, None] + middle)


def underline(printed: Box, cell: Box, rng: Generator) -> Stroke:
    """A line below the print, inside its cell."""
    y = min(printed.bottom + rng.uniform(0.25, 0.7), cell.bottom - 0.45)
    a = np.array([printed.left - rng.uniform(0, 0.8), y + rng.normal(0, 0.15)])
    b = np.array([printed.right + rng.uniform(0, 0.8), y + rng.normal(0, 0.2)])
    return plain_stroke(_line(a, b, rng, 0.02))


def strike(over: Box, rng: Generator, lines: int = 1) -> list[Stroke]:
    """Strokes through what was written."""
    made = []
    for index in range(lines):
        y = over.top + over.height * (0.5 + 0.22 * (index - (lines - 1) / 2))
        a = np.array([over.left - rng.uniform(0.2, 1.0), y + rng.normal(0, 0.25)])
        b = np.array([over.right + rng.uniform(0.2, 1.0), y + rng.normal(0, 0.35)])
        made.append(plain_stroke(_line(a, b, rng, 0.02), 1.1))
    return made


def scribble(over: Box, rng: Generator) -> Stroke:
    """A zigzag that covers a box."""
    turns = max(int(over.width / 0.8), 5)
    x = np.linspace(over.left, over.right, turns) + rng.normal(0, 0.12, turns)
    y = np.where(np.arange(turns) % 2, over.top, over.bottom) + rng.normal(0, 0.2, turns)
    points = np.column_stack([x, y])
    fine = np.vstack([_line(points[i], points[i + 1], rng, 0.03)[:-1] for i in range(turns - 1)])
    return plain_stroke(fine, 1.05)


def dash(box: Box, rng: Generator) -> Stroke:
    """A stroke in an empty cell: nothing to say here."""
    half = min(box.width * rng.uniform(0.15, 0.32), 6.0)
    middle = np.array([box.left + box.width * rng.uniform(0.42, 0.58), box.top + box.height * 0.55])
    lean = rng.normal(0, 0.25)
    reach = np.array([half, -lean])
    return plain_stroke(_line(middle - reach, middle + reach, rng, 0.03))


def signature(initial: Curve, box: Box, rng: Generator) -> list[Stroke]:
    """A signature: an initial, waves that tire, a flourish below. `initial` is in mm."""
    left = float(initial[:, 0].max())
    room = max(min(box.right - left - 2, rng.uniform(14, 26)), 6)
    count = int(rng.integers(9, 15))
    x = left + np.cumsum(rng.uniform(0.4, 1.0, count)) / count * room * 1.3
    height = box.height * rng.uniform(0.18, 0.3)
    fading = np.linspace(1, 0.35, count)
    y = box.top + box.height * 0.62 + np.where(np.arange(count) % 2, -1, 0.6) * height * fading
    y = y + rng.normal(0, 0.25, count)
    waves = _through(np.column_stack([x, y]))
    end, low = np.array([x[-1], y[-1]]), box.top + box.height * 0.86
    tail = np.array([end, (x[-1] + 3, y[-1] - 1.4), (left - 1, low), (x[-1] + 1, low - 0.5)])
    flourish = _through(tail + rng.normal(0, 0.3, tail.shape))
    return [plain_stroke(initial), plain_stroke(np.vstack([waves, flourish[1:]]))]


def _with_room(printed: Box, cell: Box, rng: Generator) -> Box:
    """The print with room around it for a ring; a ring may cross its cell's rules a little."""
    grown = Box(
        printed.left - rng.uniform(0.8, 1.8),
        printed.top - rng.uniform(0.8, 1.6),
        printed.width + rng.uniform(1.8, 3.6),
        printed.height + rng.uniform(1.8, 3.0),
    )
    left, top = max(grown.left, cell.left - OVER_MM), max(grown.top, cell.top - OVER_MM)
    right, bottom = min(grown.right, cell.right + OVER_MM), min(grown.bottom, cell.bottom + OVER_MM)
    return Box(left, top, right - left, bottom - top)


def _line(a: Curve, b: Curve, rng: Generator, bend: float = 0.04) -> Curve:
    """A drawn line: slightly bent, points every third of a millimetre."""
    length = float(np.hypot(*(b - a)))
    t = np.linspace(0, 1, max(int(length / 0.35), 4))[:, None]
    across = np.array([-(b - a)[1], (b - a)[0]])
    shape = np.sin(np.pi * t) * rng.normal(0, bend) + np.sin(2 * np.pi * t) * rng.normal(
        0, bend / 3
    )
    return np.asarray(a + (b - a) * t + across * shape)


def _through(points: Curve) -> Curve:
    """A smooth curve through points."""
    padded = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 8, endpoint=False)[None, :, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i][:, None, :] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, 2), points[-1:]])
