"""Four printed points near a blank's corners that a person can find again on a page."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points

LOOK_PX_PER_MM = 2.0  # at least: letters blur away, corners of boxes and bars stay
MOST = 400  # corners of print looked at
QUALITY = 0.15  # of the clearest corner's
APART_MM = 4.0
RIM_MM = 5.0  # print nearer to the sheet's edge is often cut away


def choose_targets(darkness: Pixels, size_mm: tuple[float, float]) -> Points:
    """
    Choose the clearest printed corner nearest to each corner of the sheet.

    Args:
        darkness: Of the blank, any scale.
        size_mm: Width and height of the blank.

    Returns:
        Four points (4, 2) in mm, clockwise from the top left; the sheet's own corner where a
        quarter of it bears no print.
    """
    small, px_per_mm = darkness, darkness.shape[1] / size_mm[0]
    while px_per_mm / 2 >= LOOK_PX_PER_MM:
        height, width = (side // 2 for side in small.shape)
        small = cast(Pixels, cv2.resize(small, (width, height), interpolation=cv2.INTER_AREA))
        px_per_mm /= 2
    found = cv2.goodFeaturesToTrack(small, MOST, QUALITY, APART_MM * px_per_mm)
    points: Points = np.zeros((0, 2))
    if found is not None:
        points = (found.reshape(-1, 2).astype(np.float64) + 0.5) / px_per_mm
    wide, high = size_mm
    corners = np.array([(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)])
    return np.array([_nearest(points, corner, size_mm) for corner in corners])


def _nearest(
    points: Points, corner: NDArray[np.float64], size_mm: tuple[float, float]
) -> NDArray[np.float64]:
    middle = np.array(size_mm) / 2
    is_inside = (np.abs(points - middle) < middle - RIM_MM).all(axis=1)
    is_quarter = (np.sign(points - middle) == np.sign(corner - middle)).all(axis=1)
    near = points[is_inside & is_quarter]
    if not len(near):
        return corner
    return np.asarray(near[np.abs(near - corner).sum(axis=1).argmin()])
