"""Sheets that lie on a darker table: their four corners in a photograph."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels

OUTLINE_SHRINK = 4  # a sheet's outline is sought at 19 dpi
SHEET_SHARE = (0.2, 0.97)  # of the picture
SHEET_FULL = 0.93  # of its hull that the four-sided outline covers
ROUGHNESS = (0.015, 0.025, 0.04)  # of the hull's length that four straight sides may cut off
PRINT_GAP = 11  # shrunk pixels closed, so that print does not cut the sheet in pieces


def sheet_outlines(small: Pixels) -> list[NDArray[np.float64]]:
    """
    Find four-sided light things, corners clockwise from the top left, pixels of `small`.

    Empty when the sheet fills the picture. In a shadow several thresholds give several answers.
    """
    shrunk = 1 / OUTLINE_SHRINK
    tiny = cv2.resize(small, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    filled = cv2.morphologyEx(tiny, cv2.MORPH_CLOSE, np.ones((PRINT_GAP, PRINT_GAP), np.uint8))
    soft = cast(Pixels, cv2.GaussianBlur(filled, (5, 5), 0))
    level, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_OTSU)
    # The darker class alone, once more: a sheet half in shadow over a table.
    below, _ = cv2.threshold(soft[soft <= level].reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)
    found = [_outline(soft, threshold) for threshold in (level, below)]
    return [quad for quad in found if quad is not None]


def _outline(soft: Pixels, level: float) -> NDArray[np.float64] | None:
    _, light = cv2.threshold(soft, level, 255, cv2.THRESH_BINARY)
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    area = cv2.contourArea(hull)
    low, high = SHEET_SHARE
    if not low < area / soft.size < high:
        return None
    for rough in ROUGHNESS:
        corners = cv2.approxPolyDP(hull, rough * cv2.arcLength(hull, True), True)
        if len(corners) == 4 and cv2.contourArea(corners) > SHEET_FULL * area:
            flat = np.asarray(corners[:, 0, :], dtype=np.float64)
            return _clockwise((flat + 0.5) * OUTLINE_SHRINK - 0.5)
    return None


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    around = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)
