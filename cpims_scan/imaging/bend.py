"""How paper departs from a flat sheet, from what its patches say in one neighbourhood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpims_scan.imaging.patches import FLATNESS_MM, MIN_PATCHES, Axis, Sightings

BEND_MM = 13.0
FLAT_WEIGHT = 0.3  # patches' worth of belief that paper is flat where nothing is printed
# Patches of one neighbourhood move together: paper bends smoothly. Further off is an outlier.
NEIGHBOURS = 8
OUTLIER_MM = 0.35
ROUNDS = 3


def local_bend(seen: Sightings, columns: Axis, rows: Axis) -> Axis:
    """
    Interpolate the left-over shifts (mm) at a grid's nodes, by Gaussian-weighted local planes.

    Belief in flat paper holds the planes down where little is printed.

    Args:
        seen: The sightings after the flat fit.
        columns: (C,) mm from the left.
        rows: (R,) mm from the top.

    Returns:
        (R, C, 2) mm.

    Source: locally weighted regression, Cleveland 1979, with a ridge.
    """
    use = seen.agrees
    places, moved, pins = seen.expected[use] / BEND_MM, seen.moved[use], seen.pins[use]
    bend = np.zeros((len(rows), len(columns), 2))
    if not use.any():
        return bend
    x, y = columns / BEND_MM, rows / BEND_MM
    # A Gaussian of both directions is the product of two of one direction.
    across = np.exp(-0.5 * (x[:, None] - places[:, 0]) ** 2)
    down = np.exp(-0.5 * (y[:, None] - places[:, 1]) ** 2)
    weights = (down[:, None, :] * across[None, :, :]).reshape(-1, len(places))
    node_x, node_y = np.tile(x, len(y)), np.repeat(y, len(x))
    for axis in range(2):
        shift = _planes(weights * pins[:, axis], places, moved[:, axis], node_x, node_y)
        bend[:, :, axis] = shift.reshape(len(rows), len(columns))
    return bend


def _planes(weights: Axis, places: Axis, moved: Axis, node_x: Axis, node_y: Axis) -> Axis:
    """Value at every node of the plane that fits best around it."""
    px, py = places[:, 0], places[:, 1]
    basis = np.column_stack(
        [np.ones_like(px), px, py, px * px, px * py, py * py, moved, moved * px, moved * py]
    )
    n, sx, sy, sxx, sxy, syy, m, mx, my = (weights @ basis).T
    # The same sums about each node.
    xx = sxx - 2 * node_x * sx + node_x**2 * n + FLAT_WEIGHT
    yy = syy - 2 * node_y * sy + node_y**2 * n + FLAT_WEIGHT
    xy = sxy - node_x * sy - node_y * sx + node_x * node_y * n
    x, y = sx - node_x * n, sy - node_y * n
    normal = np.array([[n + FLAT_WEIGHT / 3, x, y], [x, xx, xy], [y, xy, yy]])
    right = np.array([m, mx - node_x * m, my - node_y * m])
    solved = np.linalg.solve(normal.transpose(2, 0, 1), right.T[:, :, None])
    return np.asarray(solved[:, 0, 0])


def bend_beside(seen: Sightings) -> Axis:
    """What the agreeing patches around each patch, without itself, say of its place (N, 2) mm."""
    use = np.flatnonzero(seen.agrees)
    places = seen.expected / BEND_MM
    known, moved, pins = places[use], seen.moved[use], seen.pins[use]
    apart = ((places[:, None, :] - known[None, :, :]) ** 2).sum(axis=2)
    weights = np.exp(-0.5 * apart)
    weights[use, np.arange(len(use))] = 0.0
    return np.column_stack(
        [
            _planes(weights * pins[:, axis], known, moved[:, axis], places[:, 0], places[:, 1])
            for axis in range(2)
        ]
    )


def agreeing(seen: Sightings) -> NDArray[np.bool_]:
    """
    Keep the sightings that go with their neighbours, in the directions they pin.

    The neighbours' median starts; then planes fitted without the patch itself, so that patches
    at a bent edge are taken back in one after another.
    """
    liked = seen.agrees
    held = liked & _near_median(seen)
    for _ in range(ROUNDS):
        if held.sum() < MIN_PATCHES:
            return np.asarray(held)
        off = np.abs((seen.moved - bend_beside(seen.judged(held))) * seen.pins).max(axis=1)
        after = liked & (off <= OUTLIER_MM)
        if (after == held).all():
            break
        held = after
    return np.asarray(held)


def _near_median(seen: Sightings) -> NDArray[np.bool_]:
    plausible = seen.agrees & (np.abs(seen.moved * seen.pins).max(axis=1) <= FLATNESS_MM)
    firm = plausible & seen.pins.all(axis=1)
    pool = firm if firm.sum() >= MIN_PATCHES else plausible
    if pool.sum() < MIN_PATCHES:
        return np.asarray(plausible)
    places, shifts = seen.expected[pool], seen.moved[pool]
    apart = ((seen.expected[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    apart[apart == 0] = np.inf  # a patch is no witness of itself
    near = np.argpartition(apart, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
    typical = np.median(shifts[near], axis=1)
    off = np.abs((seen.moved - typical) * seen.pins).max(axis=1)
    return np.asarray(plausible & (off <= OUTLIER_MM))
