"""How paper departs from a flat sheet, from what its patches say in one neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Points
from cpims_scan.imaging.landmarks import Plane
from cpims_scan.imaging.patches import FLATNESS_MM, MIN_PATCHES, Sightings

GRID_STEP_MM = 10.0
# Gaussian reach of the local planes: a broad one carries beyond the last print to the sheet's
# edge, a narrow one follows what it leaves. One of 19 mm, the trial's, left 3 px at corners.
REACHES_MM = (38.0, 13.0)
FLAT_WEIGHT = 0.3  # patches' worth of belief that paper is flat where nothing is printed
# Patches of one neighbourhood move together: paper bends smoothly. Further off is an outlier.
NEIGHBOURS = 8
NEIGHBOURHOOD = 32  # patches among which as many firm ones are looked for
OUTLIER_MM = 0.35
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Kinship:
    """
    How much the patches of a blank have to say about each other and about a grid; never changes.

    Attributes:
        among: Per reach, Gaussian weights (N, N) of the patches for each other's places.
        strangers: The same without a patch's own voice.
        nodes: (M, 2) mm, the grid's nodes, row by row.
        grid: Per reach, weights (M, N) of the patches for the nodes.
        nearest: (N, K) the patches around each patch, nearest first, without itself.
    """

    among: tuple[Plane, ...]
    strangers: tuple[Plane, ...]
    nodes: Points
    grid: tuple[Plane, ...]
    nearest: NDArray[np.intp]


def kinship(places: Points, size_mm: tuple[float, float]) -> Kinship:
    """Measure the distances between a blank's patches, and to the nodes of its grid."""
    cols, rows = grid_shape(size_mm)
    across, down = np.arange(cols) * GRID_STEP_MM, np.arange(rows) * GRID_STEP_MM
    nodes = np.column_stack([np.tile(across, rows), np.repeat(down, cols)])
    among = _weights(places, places)
    others = (1.0 - np.eye(len(places))).astype(np.float32)
    apart = ((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    nearest = apart.argsort(axis=1)[:, 1 : 1 + NEIGHBOURHOOD]
    strangers = tuple(m * others for m in among)
    return Kinship(among, strangers, nodes, _weights(nodes, places), nearest)


def grid_shape(size_mm: tuple[float, float]) -> tuple[int, int]:
    """Columns and rows of the grid that covers a blank."""
    wide, high = size_mm
    return int(np.ceil(wide / GRID_STEP_MM)) + 1, int(np.ceil(high / GRID_STEP_MM)) + 1


def _weights(nodes: Points, places: Points) -> tuple[Plane, ...]:
    apart = ((nodes[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    return tuple(np.exp(apart * (-0.5 / reach**2)).astype(np.float32) for reach in REACHES_MM)


def bend_of(seen: Sightings, kin: Kinship) -> Points:
    """
    Interpolate the left-over shifts (mm) at the grid's nodes, by Gaussian-weighted local planes.

    Belief in flat paper holds the planes down where little is printed.

    Source: locally weighted regression, Cleveland 1979, with a ridge.
    """
    return _two_planes(seen, kin.among, kin.grid, kin.nodes)


def bend_beside(seen: Sightings, kin: Kinship) -> Points:
    """What the agreeing patches around each patch, without itself, say of its place (N, 2) mm."""
    return _two_planes(seen, kin.strangers, kin.strangers, seen.expected)


def agreeing(seen: Sightings, kin: Kinship) -> NDArray[np.bool_]:
    """
    Keep the sightings that go with their neighbours, in the directions they pin.

    The neighbours' median starts; then planes fitted without the patch itself, so that patches
    at a bent edge are taken back in one after another.
    """
    liked = seen.agrees
    held = liked & _near_median(seen, kin)
    for _ in range(ROUNDS):
        if held.sum() < MIN_PATCHES:
            return np.asarray(held)
        off = np.abs((seen.moved - bend_beside(seen.judged(held), kin)) * seen.pins)
        after = liked & (off.max(axis=1) <= OUTLIER_MM)
        if (after == held).all():
            break
        held = after
    return np.asarray(held)


def _two_planes(
    seen: Sightings, among: tuple[Plane, ...], wide: tuple[Plane, ...], nodes: Points
) -> Points:
    """Planes of the broad reach, then of the narrow one through what the broad ones leave."""
    voices = seen.pins * seen.agrees[:, None]
    bend, rest = np.zeros((len(nodes), 2)), seen.moved
    for at_places, at_nodes, reach in zip(among, wide, REACHES_MM, strict=True):
        here, there = seen.expected / reach, nodes / reach
        bend += _planes(at_nodes, voices, here, rest, there)
        if reach != REACHES_MM[-1]:
            rest = rest - _planes(at_places, voices, here, rest, here)
    return bend


def _planes(weights: Plane, voices: Points, places: Points, moved: Points, nodes: Points) -> Points:
    """Heights (M, 2) at every node of the planes that fit the voices (N, 2) around it best."""
    px, py = places[:, 0], places[:, 1]
    plain = np.column_stack([np.ones_like(px), px, py, px * px, px * py, py * py])
    terms = np.concatenate(
        [plain[:, :, None] * voices[:, None, :], plain[:, :3, None] * (voices * moved)[:, None, :]],
        axis=1,
    )
    summed = weights @ terms.reshape(len(places), -1).astype(np.float32)
    sums = summed.astype(np.float64).reshape(len(nodes), 9, 2)
    n, sx, sy, sxx, sxy, syy, m, mx, my = (sums[:, i] for i in range(9))
    x, y = nodes[:, :1], nodes[:, 1:]
    # The same sums about each node, and the ridge.
    a = n + FLAT_WEIGHT / 3
    b, c = sx - x * n, sy - y * n
    d = sxx - 2 * x * sx + x * x * n + FLAT_WEIGHT
    e = sxy - x * sy - y * sx + x * y * n
    f = syy - 2 * y * sy + y * y * n + FLAT_WEIGHT
    r, s, t = m, mx - x * m, my - y * m
    # The plane's height at the node, by Cramer's rule: one symmetric 3 x 3 system a node.
    df, bf, be = d * f - e * e, b * f - c * e, b * e - c * d
    return np.asarray((r * df - s * bf + t * be) / (a * df - b * bf + c * be))


def _near_median(seen: Sightings, kin: Kinship) -> NDArray[np.bool_]:
    """Keep the sightings that moved as the typical one of their neighbours did."""
    plausible = seen.agrees & (np.abs(seen.moved * seen.pins).max(axis=1) <= FLATNESS_MM)
    firm = plausible & seen.pins.all(axis=1)
    pool = firm if firm.sum() >= MIN_PATCHES else plausible
    if pool.sum() < MIN_PATCHES:
        return np.asarray(plausible)
    asked = pool[kin.nearest]
    asked &= asked.cumsum(axis=1) <= NEIGHBOURS
    count = asked.sum(axis=1)
    shifts = np.sort(np.where(asked[:, :, None], seen.moved[kin.nearest], np.inf), axis=1)
    typical = shifts[np.arange(len(shifts)), np.maximum(count - 1, 0) // 2]
    typical[count == 0] = 0.0
    off = np.abs((seen.moved - typical) * seen.pins).max(axis=1)
    return np.asarray(plausible & (off <= OUTLIER_MM))
