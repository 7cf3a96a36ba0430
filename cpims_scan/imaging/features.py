"""Poses by corner features, for photographs and odd scales, when no layout fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points
from cpims_scan.imaging.blanks import FEATURE_PX_PER_MM, Blank, features
from cpims_scan.imaging.pose import SMALL_TO_BASE, Pose
from cpims_scan.imaging.views import View

RATIO = 0.85  # best over second best distance
MIN_INLIERS = 14
INLIER_PX = 4.0
# Which of many blanks are worth matching: so many features of the page look for their nearest
# among the features of all blanks, and the blanks with most votes stay.
VOTERS = 250
VOTED = 4


@dataclass(frozen=True, slots=True)
class Corners:
    """Corner features of a page: places (N, 2) in pixels of the view's `small`, and ORB's bytes."""

    places: Points
    descriptors: Pixels


def corners_of(view: View, count: int) -> Corners:
    """Find a page's corner features at the scale of the blanks' own."""
    scale = min(1.0, FEATURE_PX_PER_MM / view.small_per_mm)
    grey = view.small
    if scale < 0.99:
        grey = cast(
            Pixels, cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
    else:
        scale = 1.0
    places, descriptors = features(grey, count)
    return Corners((places + 0.5) / scale - 0.5, descriptors)


def feature_poses(view: View, blanks: tuple[Blank, ...], count: int) -> list[Pose]:
    """Poses by corner features; most inliers first."""
    corners = corners_of(view, count)
    if len(corners.places) < MIN_INLIERS:
        return []
    poses = [_feature_pose(blank, corners) for blank in _voted(corners, blanks)]
    return sorted((p for p in poses if p is not None), key=lambda pose: -pose.likeness)


def _voted(corners: Corners, blanks: tuple[Blank, ...]) -> tuple[Blank, ...]:
    """The blanks that most features of the page resemble; all, when there are few."""
    if len(blanks) <= VOTED:
        return blanks
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    matcher.add([blank.descriptors for blank in blanks])
    step = max(len(corners.descriptors) // VOTERS, 1)
    votes = np.bincount(
        [match.imgIdx for match in matcher.match(corners.descriptors[::step])],
        minlength=len(blanks),
    )
    return tuple(blanks[i] for i in np.argsort(-votes, kind="stable")[:VOTED])


def _feature_pose(blank: Blank, corners: Corners) -> Pose | None:
    if len(blank.descriptors) < MIN_INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(corners.descriptors, blank.descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    if len(good) < MIN_INLIERS:
        return None
    on_blank = blank.keypoints[[m.trainIdx for m in good]]
    on_page = corners.places[[m.queryIdx for m in good]]
    found, inliers = cv2.findHomography(
        on_blank, on_page, cv2.USAC_MAGSAC, INLIER_PX, maxIters=3000
    )
    if found is None or inliers is None or inliers.sum() < MIN_INLIERS:
        return None
    share = float(inliers.sum()) / len(blank.keypoints)
    pose: NDArray[np.float64] = SMALL_TO_BASE @ np.asarray(found, dtype=np.float64)
    return Pose(blank, pose, share, "features")
