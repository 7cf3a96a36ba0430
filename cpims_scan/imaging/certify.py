"""What the printed marks around a place prove about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Certificate, Transform
from cpims_scan.forms.template import Place
from cpims_scan.imaging.patches import Axis, Sightings, project

NEAR_MM = 22.0  # patches this near to a box speak for its place
BAND_MM = 7.0  # and anchors in its row or column speak against a slip of one row
FAR_MM = 40.0  # where little is printed the nearest three may be further, but not beyond this
MIN_NEAR = 3
# What a certificate asks for. 0.25 mm is 3 px at 300 dpi, the reader's tolerance (issue 2).
MAX_RESIDUAL_MM = 0.2
MIN_SUPPORT = 0.5
MIN_ANCHORS = 2
NOWHERE_MM = 9.0  # residual of a place that nothing speaks for


def certify(seen: Sightings, transform: Transform, places: list[Place]) -> dict[str, Certificate]:
    """
    Say of every place what the patches around it, and the anchors of its row and column, prove.

    Across and down are proven apart: a rule that passes a cell says nothing of where it ends.
    Anchors must hold beside or above the place: in a ruled table all else looks the same one
    row further.
    """
    if not places:
        return {}
    edges = np.array([[p.box.left, p.box.top, p.box.right, p.box.bottom] for p in places])
    x, y = seen.expected[:, 0], seen.expected[:, 1]
    beside = np.maximum(np.maximum(edges[:, :1] - x, x - edges[:, 2:3]), 0)
    above = np.maximum(np.maximum(edges[:, 1:2] - y, y - edges[:, 3:]), 0)
    apart = np.hypot(beside, above)
    left_over = seen.moved - _bend_at(transform, seen.expected)
    proofs = [_proof(seen, apart, left_over, axis) for axis in range(2)]
    residual = np.hypot(proofs[0][0], proofs[1][0])
    support = np.minimum(proofs[0][1], proofs[1][1])
    banded = seen.is_anchor & ((above <= BAND_MM) | (beside <= BAND_MM))
    holding = (banded & seen.agrees).sum(axis=1)
    rows_hold = (holding >= MIN_ANCHORS) & (holding >= MIN_SUPPORT * banded.sum(axis=1))
    found = (support >= MIN_SUPPORT) & (residual <= MAX_RESIDUAL_MM) & rows_hold
    return {
        place.field: Certificate(round(float(r), 3), round(float(s), 3), bool(f))
        for place, r, s, f in zip(places, residual, support, found, strict=True)
    }


def _proof(seen: Sightings, apart: Axis, left_over: Axis, axis: int) -> tuple[Axis, Axis]:
    """Median residual (mm) and share of agreeing patches that pin one direction, per place."""
    pinning = seen.pins[:, axis] > 0
    away = np.where(pinning, apart, np.inf)
    count = min(MIN_NEAR, apart.shape[1]) - 1
    reach = np.partition(away, count, axis=1)[:, count]
    near = away <= np.clip(reach, NEAR_MM, FAR_MM)[:, None]
    agreeing = near & seen.agrees
    share = agreeing.sum(axis=1) / np.maximum(near.sum(axis=1), MIN_NEAR)
    return _medians(np.abs(left_over[:, axis]), agreeing), share


def _medians(values: Axis, chosen: NDArray[np.bool_]) -> Axis:
    """Median of the chosen values per row; far off where none is."""
    picked = np.sort(np.where(chosen, values, np.inf), axis=1)
    counts = chosen.sum(axis=1)
    middle = picked[np.arange(len(picked)), np.maximum(counts - 1, 0) // 2]
    return np.where(counts > 0, middle, NOWHERE_MM)


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
