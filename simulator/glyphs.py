"""From a skeleton's text to the curve that a pen follows."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.capitals import CAPITALS, DIGITS, SIGNS
from simulator.letters import SMALL

Curve = NDArray[np.float64]  # (n, 2): x to the right, y upward, grid units (see letters)

CAP_HEIGHT = 20.0  # grid units from the baseline to the top of a capital or digit
X_HEIGHT = 10.0
# Points that a Catmull-Rom piece is drawn with: at 4 mm a piece is then 0.3 mm long at most.
STEPS = 7


@dataclass(frozen=True, slots=True)
class Skeleton:
    """
    One way to write a character.

    Attributes:
        strokes: Points of each stroke, (n, 2).
        corners: For each stroke, whether the pen turns sharply at a point, (n,).
    """

    strokes: tuple[Curve, ...]
    corners: tuple[NDArray[np.bool_], ...]

    @property
    def right(self) -> float:
        """Right edge of the points, grid units."""
        return max(float(s[:, 0].max()) for s in self.strokes)


@functools.cache
def skeletons(character: str) -> tuple[Skeleton, ...]:
    """Every way to write a character; one without a skeleton is written as a dash."""
    table = {**SMALL, **CAPITALS, **DIGITS, **SIGNS}
    ways = table.get(character) or SIGNS["-"]
    return tuple(_parse(way) for way in ways)


def trace(points: Curve, corners: NDArray[np.bool_], bow: float) -> Curve:
    """
    The curve through a stroke's points, sharp at its corners.

    Args:
        points: (n, 2), grid units.
        corners: (n,), where the pen turns sharply.
        bow: How far a straight piece bends, share of its length.
    """
    cuts = [0, *np.flatnonzero(corners[1:-1]) + 1, len(points) - 1]
    pieces = [_catmull_rom(_bowed(points[a : b + 1], bow)) for a, b in itertools.pairwise(cuts)]
    return np.vstack([pieces[0], *[piece[1:] for piece in pieces[1:]]])


def _parse(way: str) -> Skeleton:
    strokes, corners = [], []
    for text in way.split(";"):
        marks = text.split()
        points = [tuple(float(v) for v in mark.rstrip("|").split(",")) for mark in marks]
        strokes.append(np.array(points, dtype=np.float64))
        corners.append(np.array([mark.endswith("|") for mark in marks]))
    return Skeleton(tuple(strokes), tuple(corners))


def _bowed(points: Curve, bow: float) -> Curve:
    if len(points) != 2:
        return points
    along = points[1] - points[0]
    across = np.array([-along[1], along[0]])
    return np.array([points[0], points.mean(axis=0) + bow * across, points[1]])


def _catmull_rom(points: Curve) -> Curve:
    """Source: Catmull & Rom, A class of local interpolating splines, 1974."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[None, :, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i][:, None, :] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, 2), points[-1:]])
