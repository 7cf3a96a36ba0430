"""Coarse poses: where a blank may lie on a picture, from its layout or from corner features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels
from cpims_scan.imaging.blanks import (
    FEATURE_PX_PER_MM,
    THUMB_PX_PER_MM,
    Blank,
    features,
    thumb_of,
)
from cpims_scan.imaging.patches import Matrix
from cpims_scan.imaging.views import View, skew_of

# A page's print may be off the blank's place by this much (feeder, photocopier).
MAX_SHIFT_MM = 27.0

OUTLINE_SHRINK = 4  # a sheet's outline is sought at 19 dpi
SHEET_SHARE = (0.2, 0.97)  # of the picture
SHEET_FULL = 0.93  # of its hull that the four-sided outline covers

RATIO = 0.85  # best over second best distance
MIN_INLIERS = 14
INLIER_PX = 4.0


@dataclass(frozen=True, slots=True)
class Pose:
    """A guess: the blank, how it lies on the base picture (mm -> base pixels), how likely."""

    blank: Blank
    homography: Matrix
    likeness: float
    found_by: str  # layout or features


def layout_poses(view: View, blanks: tuple[Blank, ...]) -> list[Pose]:
    """Poses of all blanks in all turns by the layout of the whole page, likeliest first."""
    skew = skew_of(view.darkness)
    height, width = view.darkness.shape
    straighten = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew, 1.0)
    straight = cv2.warpAffine(view.darkness, straighten, (width, height))
    back = np.vstack([cv2.invertAffineTransform(straighten), [0, 0, 1]])
    return _thumb_poses(cast(Pixels, straight), view.small_per_mm, back, blanks)


def sheet_poses(view: View, blanks: tuple[Blank, ...]) -> list[Pose]:
    """Poses by the outline of a light sheet on a darker table, likeliest first."""
    poses = []
    for quad in sheet_outlines(view.small):
        for size in {blank.size_mm for blank in blanks}:
            same = tuple(blank for blank in blanks if blank.size_mm == size)
            poses += _flattened_poses(view, quad, size, same)
    return sorted(poses, key=lambda pose: -pose.likeness)


def _flattened_poses(
    view: View, quad: Matrix, size: tuple[float, float], blanks: tuple[Blank, ...]
) -> list[Pose]:
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    # The sheet as it lies: its longer sides are the paper's longer sides.
    lies_wide = sides[0] + sides[2] > sides[1] + sides[3]
    wide, high = (max(size), min(size)) if lies_wide else (min(size), max(size))
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) * FEATURE_PX_PER_MM - 0.5
    back = cv2.getPerspectiveTransform(frame.astype(np.float32), quad.astype(np.float32))
    shape = (round(wide * FEATURE_PX_PER_MM), round(high * FEATURE_PX_PER_MM))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(view.darkness, back, shape, flags=flags)
    return _thumb_poses(
        cast(Pixels, flat), FEATURE_PX_PER_MM, np.asarray(back, dtype=np.float64), blanks
    )


def sheet_outlines(small: Pixels) -> list[Matrix]:
    """
    Find four-sided light things, corners clockwise from the top left, pixels of `small`.

    Empty when the sheet fills the picture. In a shadow several thresholds give several answers.
    """
    shrunk = 1 / OUTLINE_SHRINK
    tiny = cv2.resize(small, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    # Print must not cut the sheet in pieces.
    filled = cv2.morphologyEx(tiny, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    soft = cast(Pixels, cv2.GaussianBlur(filled, (5, 5), 0))
    level, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_OTSU)
    # The darker class alone, once more: a sheet half in shadow over a table.
    below, _ = cv2.threshold(soft[soft <= level].reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)
    found = [_outline(soft, threshold) for threshold in (level, below)]
    return [quad for quad in found if quad is not None]


def _outline(soft: Pixels, level: float) -> Matrix | None:
    _, light = cv2.threshold(soft, level, 255, cv2.THRESH_BINARY)
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    area = cv2.contourArea(hull)
    low, high = SHEET_SHARE
    if not low < area / soft.size < high:
        return None
    for rough in (0.015, 0.025, 0.04):
        corners = cv2.approxPolyDP(hull, rough * cv2.arcLength(hull, True), True)
        if len(corners) == 4 and cv2.contourArea(corners) > SHEET_FULL * area:
            flat = np.asarray(corners[:, 0, :], dtype=np.float64)
            return _clockwise((flat + 0.5) * OUTLINE_SHRINK - 0.5)
    return None


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    around = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _thumb_poses(
    darkness: Pixels, px_per_mm: float, back: Matrix, blanks: tuple[Blank, ...]
) -> list[Pose]:
    """Poses by correlating layouts; `back` maps pixels of `darkness` to those of `small`."""
    height, width = darkness.shape
    thumb = thumb_of(darkness, px_per_mm)
    # Thumb pixels to pixels of `darkness`, pixel centres at whole numbers.
    steps = (width / thumb.shape[1], height / thumb.shape[0])
    grow = np.array(
        [[steps[0], 0, (steps[0] - 1) / 2], [0, steps[1], (steps[1] - 1) / 2], [0, 0, 1]]
    )
    poses = []
    for quarter in range(4):
        turned = np.ascontiguousarray(np.rot90(thumb, quarter))
        unturn = _unturn(quarter, thumb.shape[1], thumb.shape[0])
        for blank in blanks:
            if (blank.thumb.shape[0] > blank.thumb.shape[1]) != (turned.shape[0] > turned.shape[1]):
                continue
            likeness, corner = _best_place(turned, blank.thumb)
            place = _mm_to_thumb(blank, corner)
            pose = _small_to_base() @ back @ grow @ unturn @ place
            poses.append(Pose(blank, pose, likeness, "layout"))
    return sorted(poses, key=lambda pose: -pose.likeness)


def _best_place(
    page: NDArray[np.float32], blank: NDArray[np.float32]
) -> tuple[float, tuple[float, float]]:
    """Likeness of the best place, and the blank's corner in thumb pixels there."""
    pad = round(MAX_SHIFT_MM * THUMB_PX_PER_MM)
    grow_y = max(blank.shape[0] - page.shape[0], 0) // 2 + pad
    grow_x = max(blank.shape[1] - page.shape[1], 0) // 2 + pad
    around = cv2.copyMakeBorder(page, grow_y, grow_y + 1, grow_x, grow_x + 1, cv2.BORDER_CONSTANT)
    surface = np.nan_to_num(cv2.matchTemplate(around, blank, cv2.TM_CCOEFF_NORMED))
    _, likeness, _, (x, y) = cv2.minMaxLoc(surface)
    place = np.array([x, y], dtype=np.float64)
    if 0 < x < surface.shape[1] - 1 and 0 < y < surface.shape[0] - 1:
        for axis, three in enumerate((surface[y, x - 1 : x + 2], surface[y - 1 : y + 2, x])):
            bend = three[0] - 2 * three[1] + three[2]
            place[axis] += (three[0] - three[2]) / (2 * bend) if bend < 0 else 0.0
    return float(likeness), (float(place[0]) - grow_x, float(place[1]) - grow_y)


def _mm_to_thumb(blank: Blank, corner: tuple[float, float]) -> Matrix:
    """Map millimetres of a blank to pixels of a page's thumb, given where its corner lies."""
    per_x = blank.thumb.shape[1] / blank.size_mm[0]
    per_y = blank.thumb.shape[0] / blank.size_mm[1]
    return np.array([[per_x, 0, corner[0] - 0.5], [0, per_y, corner[1] - 0.5], [0, 0, 1]])


def _unturn(quarter: int, width: int, height: int) -> Matrix:
    """Map pixels of a thumb turned counter-clockwise by quarters back to the thumb's own."""
    if quarter == 1:
        return np.array([[0.0, -1, width - 1], [1, 0, 0], [0, 0, 1]])
    if quarter == 2:
        return np.array([[-1.0, 0, width - 1], [0, -1, height - 1], [0, 0, 1]])
    if quarter == 3:
        return np.array([[0.0, 1, 0], [-1, 0, height - 1], [0, 0, 1]])
    return np.eye(3)


def _small_to_base() -> Matrix:
    return np.array([[2.0, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])


def feature_poses(view: View, blanks: tuple[Blank, ...], count: int) -> list[Pose]:
    """Poses by corner features, for photographs and odd scales; most inliers first."""
    scale = min(1.0, FEATURE_PX_PER_MM / view.small_per_mm)
    grey = view.small
    if scale < 0.99:
        grey = cast(
            Pixels, cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
    else:
        scale = 1.0
    places, descriptors = features(grey, count)
    if len(places) < MIN_INLIERS:
        return []
    places = (places + 0.5) / scale - 0.5
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    poses = [_feature_pose(blank, places, descriptors, matcher) for blank in blanks]
    return sorted((p for p in poses if p is not None), key=lambda pose: -pose.likeness)


def _feature_pose(
    blank: Blank, places: NDArray[np.float64], descriptors: Pixels, matcher: cv2.BFMatcher
) -> Pose | None:
    if len(blank.descriptors) < MIN_INLIERS:
        return None
    pairs = matcher.knnMatch(descriptors, blank.descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    if len(good) < MIN_INLIERS:
        return None
    on_blank = blank.keypoints[[m.trainIdx for m in good]]
    on_page = places[[m.queryIdx for m in good]]
    found, inliers = cv2.findHomography(
        on_blank, on_page, cv2.USAC_MAGSAC, INLIER_PX, maxIters=3000
    )
    if found is None or inliers is None or inliers.sum() < MIN_INLIERS:
        return None
    share = float(inliers.sum()) / len(blank.keypoints)
    return Pose(blank, _small_to_base() @ np.asarray(found, dtype=np.float64), share, "features")
