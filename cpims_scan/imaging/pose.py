"""Coarse poses: where a blank may lie on a picture, from the layout of the whole page."""

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
    coarser,
    thumb_of,
)
from cpims_scan.imaging.landmarks import Plane
from cpims_scan.imaging.outline import sheet_outlines
from cpims_scan.imaging.patches import Matrix
from cpims_scan.imaging.views import View, skew_of

# A page's print may be off the blank's place by this much (feeder, photocopier).
MAX_SHIFT_MM = 27.0
# Layouts that are compared in full: the coarse comparison ranks the right one among these
# (50 forms of like structure, 400 pages of all kinds: never below the fourth).
FULL_LOOKS = 8
# Prints that fill another paper than their own: A3 on A4 is 71 %, A4 on Letter 94 %. Nearer to
# true size than this, the layout bridges the difference itself.
SCALED = 0.03
LARGEST_SCALE = 1.6  # A4 on A3 is 141 %; beyond it a paper is no copy of the other
STRAIGHT = 0.3  # degrees of skew that a layout bridges
SMALL_TO_BASE = np.diag([2.0, 2.0, 1.0])  # pixels of a view's half to pixels of its base


@dataclass(frozen=True, slots=True)
class Pose:
    """A guess: the blank, how it lies on the base picture (mm -> base pixels), how likely."""

    blank: Blank
    homography: Matrix
    likeness: float
    found_by: str  # layout, features or person


@dataclass(frozen=True, slots=True)
class _Layout:
    """
    A page laid flat and level, to be compared with blanks.

    Attributes:
        darkness: Over its local paper.
        px_per_mm: Of `darkness`, were the print of true size.
        back: (3, 3) its pixels to pixels of the view's `small`.
    """

    darkness: Pixels
    px_per_mm: float
    back: Matrix


def layout_poses(view: View, blanks: tuple[Blank, ...]) -> list[Pose]:
    """Poses of blanks in all turns by the layout of the whole page, likeliest first."""
    skew = skew_of(view.darkness)
    darkness, back = view.darkness, np.eye(3)
    if abs(skew) > STRAIGHT:
        height, width = darkness.shape
        straighten = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew, 1.0)
        back = np.vstack([cv2.invertAffineTransform(straighten), [0, 0, 1]])
        darkness = cast(Pixels, cv2.warpAffine(darkness, straighten, (width, height)))
    size_mm = (darkness.shape[1] / view.small_per_mm, darkness.shape[0] / view.small_per_mm)
    poses = []
    for scale, alike in _by_scale(size_mm, blanks).items():
        poses += _thumb_poses(_Layout(darkness, view.small_per_mm * scale, back), alike)
    return sorted(poses, key=lambda pose: -pose.likeness)


def _by_scale(
    size_mm: tuple[float, float], blanks: tuple[Blank, ...]
) -> dict[float, tuple[Blank, ...]]:
    """Blanks by the sizes at which they may be printed on a paper: true, or filling it."""
    groups: dict[float, list[Blank]] = {}
    for blank in blanks:
        sides = zip(sorted(size_mm), sorted(blank.size_mm), strict=True)
        filling = round(min(paper / print_ for paper, print_ in sides), 2)
        groups.setdefault(1.0, []).append(blank)
        if abs(filling - 1) > SCALED and 1 / LARGEST_SCALE < filling < LARGEST_SCALE:
            groups.setdefault(filling, []).append(blank)
    return {scale: tuple(alike) for scale, alike in groups.items()}


def sheet_poses(view: View, blanks: tuple[Blank, ...]) -> list[Pose]:
    """Poses by the outline of a light sheet on a darker table, likeliest first."""
    poses = []
    for quad in sheet_outlines(view.small):
        for size in {blank.size_mm for blank in blanks}:
            same = tuple(blank for blank in blanks if blank.size_mm == size)
            poses += _thumb_poses(_flattened(view, quad, size), same)
    return sorted(poses, key=lambda pose: -pose.likeness)


def _flattened(view: View, quad: Matrix, size: tuple[float, float]) -> _Layout:
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    # The sheet as it lies: its longer sides are the paper's longer sides.
    lies_wide = sides[0] + sides[2] > sides[1] + sides[3]
    wide, high = (max(size), min(size)) if lies_wide else (min(size), max(size))
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) * FEATURE_PX_PER_MM - 0.5
    back = cv2.getPerspectiveTransform(frame.astype(np.float32), quad.astype(np.float32))
    shape = (round(wide * FEATURE_PX_PER_MM), round(high * FEATURE_PX_PER_MM))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(view.darkness, back, shape, flags=flags)
    return _Layout(cast(Pixels, flat), FEATURE_PX_PER_MM, np.asarray(back, dtype=np.float64))


def _thumb_poses(layout: _Layout, blanks: tuple[Blank, ...]) -> list[Pose]:
    """Poses by correlating layouts, coarsely with all blanks, then in full with the likeliest."""
    height, width = layout.darkness.shape
    thumb = thumb_of(layout.darkness, layout.px_per_mm)
    # Thumb pixels to pixels of `darkness`, pixel centres at whole numbers.
    steps = (width / thumb.shape[1], height / thumb.shape[0])
    grow = np.array(
        [[steps[0], 0, (steps[0] - 1) / 2], [0, steps[1], (steps[1] - 1) / 2], [0, 0, 1]]
    )
    turned = [np.ascontiguousarray(np.rot90(thumb, quarter)) for quarter in range(4)]
    pairs = [
        (quarter, blank)
        for quarter in range(4)
        for blank in blanks
        if _lies_wide(blank.thumb) == _lies_wide(turned[quarter])
    ]
    poses = []
    for quarter, blank in _likeliest(turned, pairs):
        likeness, corner = _best_place(turned[quarter], blank.thumb, THUMB_PX_PER_MM)
        unturn = _unturn(quarter, thumb.shape[1], thumb.shape[0])
        place = _mm_to_thumb(blank, corner)
        pose = SMALL_TO_BASE @ layout.back @ grow @ unturn @ place
        poses.append(Pose(blank, pose, likeness, "layout"))
    return poses


def _likeliest(turned: list[Plane], pairs: list[tuple[int, Blank]]) -> list[tuple[int, Blank]]:
    if len(pairs) <= FULL_LOOKS:
        return pairs
    coarse = [coarser(thumb) for thumb in turned]
    likeness = [
        _best_place(coarse[quarter], blank.coarse, THUMB_PX_PER_MM / 2)[0]
        for quarter, blank in pairs
    ]
    best = np.argsort(likeness)[::-1][:FULL_LOOKS]
    return [pairs[i] for i in best]


def _lies_wide(thumb: Plane) -> bool:
    height, width = thumb.shape
    return bool(width > height)


def _best_place(page: Plane, blank: Plane, px_per_mm: float) -> tuple[float, tuple[float, float]]:
    """Likeness of the best place, and the blank's corner in thumb pixels there."""
    pad = round(MAX_SHIFT_MM * px_per_mm)
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


def _unturn(quarter: int, width: int, height: int) -> NDArray[np.float64]:
    """Map pixels of a thumb turned counter-clockwise by quarters back to the thumb's own."""
    if quarter == 1:
        return np.array([[0.0, -1, width - 1], [1, 0, 0], [0, 0, 1]])
    if quarter == 2:
        return np.array([[-1.0, 0, width - 1], [0, -1, height - 1], [0, 0, 1]])
    if quarter == 3:
        return np.array([[0.0, 1, 0], [-1, 0, height - 1], [0, 0, 1]])
    return np.eye(3)
