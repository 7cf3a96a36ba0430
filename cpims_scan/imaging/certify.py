"""What the printed marks around a place prove about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Certificate, Transform
from cpims_scan.forms.template import Place
from cpims_scan.imaging.patches import Axis, Sightings, project

NEAR_MM = 22.0  # patches this near to a box speak for its place
BAND_MM = 7.0  # and anchors in its row or column speak against a slip of one row
MIN_NEAR = 3
# What a certificate asks for. 0.25 mm is 3 px at 300 dpi, the reader's tolerance (issue 2).
MAX_RESIDUAL_MM = 0.2
MIN_SUPPORT = 0.5
MIN_ANCHORS = 2
NOWHERE_MM = 9.0  # residual of a place that nothing speaks for


def certify(seen: Sightings, transform: Transform, places: list[Place]) -> dict[str, Certificate]:
    """
    Say of every place what the patches around it, and the anchors of its row and column, prove.

    A place needs agreeing neighbours with little left over, and anchors beside or above it:
    in a ruled table all else looks the same one row further.
    """
    if not places:
        return {}
    left_over = seen.moved - _bend_at(transform, seen.expected)
    residual = np.linalg.norm(left_over * seen.pins, axis=1)
    edges = np.array([[p.box.left, p.box.top, p.box.right, p.box.bottom] for p in places])
    x, y = seen.expected[:, 0], seen.expected[:, 1]
    beside = np.maximum(np.maximum(edges[:, :1] - x, x - edges[:, 2:3]), 0)
    above = np.maximum(np.maximum(edges[:, 1:2] - y, y - edges[:, 3:]), 0)
    apart = np.hypot(beside, above)
    reach = np.sort(apart, axis=1)[:, min(MIN_NEAR, apart.shape[1] - 1)]
    near = apart <= np.maximum(reach, NEAR_MM)[:, None]
    agreeing = near & seen.agrees & seen.is_inside
    support = agreeing.sum(axis=1) / np.maximum(near.sum(axis=1), 1)
    median = _medians(residual, agreeing)
    banded = seen.is_anchor & ((above <= BAND_MM) | (beside <= BAND_MM))
    holding = (banded & seen.agrees).sum(axis=1)
    rows_hold = (holding >= MIN_ANCHORS) & (holding >= MIN_SUPPORT * banded.sum(axis=1))
    found = (
        (agreeing.sum(axis=1) >= MIN_NEAR)
        & (support >= MIN_SUPPORT)
        & (median <= MAX_RESIDUAL_MM)
        & rows_hold
    )
    return {
        place.field: Certificate(round(float(r), 3), round(float(s), 3), bool(f))
        for place, r, s, f in zip(places, median, support, found, strict=True)
    }


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
