"""What the printed marks around a place prove about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Box, Certificate, Points, Transform
from cpims_scan.imaging.landmarks import Patches
from cpims_scan.imaging.patches import CLEAR_LIKENESS, Axis, Matrix, Sightings, project

NEAR_MM = 22.0  # patches this near to a box speak for its place
BAND_MM = 7.0  # and anchors in its row or column speak against a slip of one row
FAR_MM = 40.0  # where little is printed the nearest three may be further, but not beyond this
MIN_NEAR = 3
CORNER_MM = 20.0  # a corner further than this from all that agree is a guess
# What a certificate asks for. 0.25 mm is 3 px at 300 dpi, the reader's tolerance.
MAX_RESIDUAL_MM = 0.2
MIN_SUPPORT = 0.5
MIN_ANCHORS = 2
# Patches around a place, or in line with it, that are clearly seen elsewhere: the page is torn
# between two opinions there. By chance one is.
MAX_SLIPPED = 2
TORN_SHARE = 0.15  # of those that agree
SIDE_ANCHORS = 3  # looked at on each side of a place whose own row or column has none
NOWHERE_MM = 9.0  # residual of a place that nothing speaks for

Share = NDArray[np.float32]  # (P, N): 1 where a patch speaks for a place


@dataclass(frozen=True, slots=True)
class Witnesses:
    """
    Which patches of a blank may speak for which of its places; never changes.

    Attributes:
        fields: Names of the P places.
        corners: (P, 4, 2) mm.
        near: For x and for y, the patches around a place that pin that direction.
        edge: (4P, N) for x and for y, patches near each corner that pin that direction.
        band: For x the anchors above and below it, for y those beside it.
        line: All patches that stand so.
        sides: For x the nearest anchors to the left and to the right, for y above and below.
    """

    fields: tuple[str, ...]
    corners: Points
    near: tuple[Share, Share]
    edge: tuple[Share, Share]
    band: tuple[Share, Share]
    line: tuple[Share, Share]
    sides: tuple[tuple[Share, Share], tuple[Share, Share]]


def choose_witnesses(boxes: dict[str, Box], patches: Patches) -> Witnesses:
    """Measure which patches speak for which boxes."""
    edges = np.array([[b.left, b.top, b.right, b.bottom] for b in boxes.values()]).reshape(-1, 4)
    corners = np.array([b.corners for b in boxes.values()]).reshape(-1, 2)
    centres = patches.centres
    gaps = [
        (edges[:, axis, None] - centres[:, axis], centres[:, axis] - edges[:, axis + 2, None])
        for axis in range(2)
    ]
    aside = [np.maximum(np.maximum(before, after), 0) for before, after in gaps]
    apart = np.hypot(*aside)
    everyone = np.ones(len(centres), dtype=bool)
    return Witnesses(
        tuple(boxes),
        corners.reshape(-1, 4, 2),
        (_near(apart, patches.pins[:, 0]), _near(apart, patches.pins[:, 1])),
        (_at_corners(corners, patches, 0), _at_corners(corners, patches, 1)),
        # What lies across from a place in one direction stands in line with it in the other.
        (_in_band(aside[0], patches.is_anchor), _in_band(aside[1], patches.is_anchor)),
        (_in_band(aside[0], everyone), _in_band(aside[1], everyone)),
        (_either_side(gaps[0], patches.is_anchor), _either_side(gaps[1], patches.is_anchor)),
    )


def _near(apart: Matrix, pins: Axis) -> Share:
    away = np.where(pins > 0, apart, np.inf)
    if not away.size:
        return away.astype(np.float32)
    count = min(MIN_NEAR, away.shape[1]) - 1
    reach = np.partition(away, count, axis=1)[:, count]
    return np.asarray(away <= np.clip(reach, NEAR_MM, FAR_MM)[:, None], dtype=np.float32)


def _at_corners(corners: Points, patches: Patches, axis: int) -> Share:
    apart = np.linalg.norm(corners[:, None, :] - patches.centres, axis=2)
    return np.asarray((apart <= CORNER_MM) & (patches.pins[:, axis] > 0), dtype=np.float32)


def _in_band(aside: Matrix, is_anchor: NDArray[np.bool_]) -> Share:
    within: Share = np.asarray((aside <= BAND_MM) & is_anchor, dtype=np.float32)
    return within


def _either_side(gaps: tuple[Matrix, Matrix], is_anchor: NDArray[np.bool_]) -> tuple[Share, Share]:
    """The nearest anchors before and after every place."""
    found = []
    for gap in gaps:
        away = np.where(is_anchor & (gap > 0), gap, np.inf)
        if not away.size:
            found.append(away.astype(np.float32))
            continue
        count = min(SIDE_ANCHORS, away.shape[1]) - 1
        reach = np.partition(away, count, axis=1)[:, count, None]
        found.append(((away <= reach) & np.isfinite(away)).astype(np.float32))
    return found[0], found[1]


def certify(
    seen: Sightings, transform: Transform, witnesses: Witnesses, shape: tuple[int, ...]
) -> dict[str, Certificate]:
    """
    Say of every place what the patches around it, and the anchors in line with it, prove.

    Across and down are proven apart: a rule that passes a cell says nothing of where it ends, and
    a heading above it nothing of its row. Anchors must hold: in a ruled table all else looks the
    same one row further.

    Args:
        seen: Where the blank's patches were seen.
        transform: What was made of them.
        witnesses: Of the blank, `choose_witnesses`.
        shape: Of the picture, pixels; a place beyond its edge is not found.
    """
    left_over = np.abs(seen.moved - _bend_at(transform, seen.expected))
    elsewhere = ~seen.agrees & seen.pins.all(axis=1) & (seen.likeness >= CLEAR_LIKENESS)
    residuals, supports, proven = [], [], []
    for axis in range(2):
        near = witnesses.near[axis]
        agreeing = near @ seen.agrees.astype(np.float32)
        total = near @ (left_over[:, axis] * seen.agrees).astype(np.float32)
        residuals.append(np.where(agreeing > 0, total / np.maximum(agreeing, 1), NOWHERE_MM))
        supports.append(agreeing / np.maximum(near.sum(axis=1), MIN_NEAR))
        held = (witnesses.edge[axis] @ seen.agrees.astype(np.float32)).reshape(-1, 4)
        torn = (held < 1).any(axis=1)  # beyond the last patch, bent paper is guessed
        torn |= _is_torn(seen.has_slipped, near, seen.agrees)
        torn |= _is_torn(elsewhere, witnesses.line[axis], seen.agrees)
        proven.append(_no_slip(seen, witnesses.band[axis], witnesses.sides[axis]) & ~torn)
    residual = np.hypot(*residuals)
    support = np.minimum(*supports)
    found = (support >= MIN_SUPPORT) & (residual <= MAX_RESIDUAL_MM) & proven[0] & proven[1]
    found &= _is_pictured(transform, witnesses.corners, shape)
    return {
        field: Certificate(r, s, f)
        for field, r, s, f in zip(
            witnesses.fields,
            residual.astype(float).round(3).tolist(),
            support.astype(float).round(3).tolist(),
            found.tolist(),
            strict=True,
        )
    }


def _no_slip(seen: Sightings, band: Share, sides: tuple[Share, Share]) -> NDArray[np.bool_]:
    """
    Whether anchors rule out that a place was found one row or column off.

    Those in line with it must hold. Where nothing in line can be told from its neighbours, or is
    written over, the nearest must hold on either side: paper does not slip in between. An anchor
    that is seen a row further speaks against it.
    """
    holds = seen.holds.astype(np.float32)
    slipped = seen.has_slipped.astype(np.float32)
    there = (seen.is_anchor & seen.is_inside).astype(np.float32)
    holding, against = band @ holds, band @ slipped
    in_line = (holding >= MIN_ANCHORS) & (holding >= 2 * against)
    around = np.zeros(len(band))
    either = np.ones(len(band), dtype=bool)
    for side in sides:
        count, standing = side @ holds, side @ there
        # One anchor alone may be written over, or lie where the paper curls.
        either &= (standing < MIN_ANCHORS) | ((count > 0) & (side @ slipped == 0))
        around = around + count
    fallback = either & (around >= MIN_ANCHORS) & (against == 0)
    return np.asarray(in_line | fallback)


def _is_torn(
    strays: NDArray[np.bool_], around: Share, agrees: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether too many patches around places are clearly seen elsewhere than the map says."""
    straying = around @ strays.astype(np.float32)
    agreeing = around @ agrees.astype(np.float32)
    return np.asarray((straying >= MAX_SLIPPED) & (straying >= TORN_SHARE * agreeing))


def _is_pictured(
    transform: Transform, corners: Points, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    at = transform.to_pixels(corners.reshape(-1, 2)).reshape(-1, 4, 2)
    inside = (at >= -0.5) & (at <= np.array([shape[1], shape[0]]) - 0.5)
    return np.asarray(inside.all(axis=(1, 2)))


def _bend_at(transform: Transform, places: Axis) -> Axis:
    """The transform's own shift at places, mm of the blank, to first order."""
    flat = project(transform.homography, places)
    shift = transform.to_pixels(places) - flat
    right = project(transform.homography, places + np.array([1.0, 0.0])) - flat
    down = project(transform.homography, places + np.array([0.0, 1.0])) - flat
    area = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]
    dx = (shift[:, 0] * down[:, 1] - shift[:, 1] * down[:, 0]) / area
    dy = (right[:, 0] * shift[:, 1] - right[:, 1] * shift[:, 0]) / area
    return np.column_stack([dx, dy])
