"""Proving that a blank lies where a pose says, by patches found coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cpims_scan.imaging.bend import agreeing, bend_beside
from cpims_scan.imaging.blanks import Blank
from cpims_scan.imaging.landmarks import (
    FINE_PX_PER_MM,
    MIDDLE_PATCH_MM,
    MIDDLE_PX_PER_MM,
    MIDDLE_REACH_MM,
    PATCH_MM,
    SEARCH_MM,
    Plane,
)
from cpims_scan.imaging.patches import (
    MIN_LIKENESS,
    MIN_PATCHES,
    Matrix,
    Scale,
    Sightings,
    fit_homography,
    into_frame,
    project,
    see_patches,
)
from cpims_scan.imaging.pose import Pose, feature_poses, layout_poses, sheet_poses
from cpims_scan.imaging.views import View

MIDDLE = Scale(MIDDLE_PX_PER_MM, MIDDLE_PATCH_MM, MIDDLE_REACH_MM)
FINE = Scale(FINE_PX_PER_MM, PATCH_MM, SEARCH_MM)
MIN_MIDDLE_SHARE = 0.25  # of its patches, below which the middle stage gives up
GOOD_MIDDLE_SHARE = 0.85  # and from which it need not look again
MIDDLE_LOOKS = 3

MIN_SHARE = 0.5  # of the firm patches, below which a page is not the form (reading.md section 3)
FEATURE_COUNTS = (1000, 3000)  # corner features tried, in turn
# Poses that the fine stage checks: the thumb alone ranked wrong (reading.md section 3).
SECOND_LOOKS = 2
MIN_DOUBTFUL = 3
CANDIDATES = 4
MIN_LAYOUT = 0.25  # thumb correlation below which a layout is not worth a look
# A fit this good needs no other pose of the same blank.
CERTAIN_SHARE = 0.85
RIVAL_LIKENESS = 0.85  # of the best pose's: another blank's pose that must be looked at too


@dataclass(frozen=True, slots=True)
class Fit:
    """
    A blank found on a picture.

    Attributes:
        pose: Its blank, and the map mm -> base pixels after all stages.
        seen: The fine stage's sightings; `moved` and `agrees` are after the fit.
        base_scale: Base pixels per page pixel.
    """

    pose: Pose
    seen: Sightings
    base_scale: float

    @property
    def share(self) -> float:
        """Share of the blank's firm patches that agree."""
        return self.seen.share

    @property
    def likeness(self) -> float:
        """Mean correlation of the agreeing patches, for telling near-equal editions apart."""
        agreed = self.seen.likeness[self.seen.agrees]
        return float(agreed.mean()) if len(agreed) else 0.0


def find(view: View, blanks: tuple[Blank, ...]) -> Fit | None:
    """
    The best fit of any of some blanks; one with a share below `MIN_SHARE` proves nothing.

    Cheap proposals come first; dearer ones are made until a fit is certain.
    """
    best: Fit | None = None
    for propose in (layout_poses, sheet_poses):
        poses = [pose for pose in propose(view, blanks) if pose.likeness >= MIN_LAYOUT]
        best = _best(best, poses, view)
        if best is not None and best.share >= CERTAIN_SHARE:
            return best
    for count in FEATURE_COUNTS:
        if best is not None and best.share >= MIN_SHARE:
            break
        best = _best(best, feature_poses(view, blanks, count), view)
    return best


def _best(best: Fit | None, poses: list[Pose], view: View) -> Fit | None:
    for pose in poses[:CANDIDATES]:
        if best is None or not _is_settled(best, pose):
            best = _better(best, fit_pose(view, pose))
    return best


def _is_settled(best: Fit, rival: Pose) -> bool:
    """Whether a rival need not be looked at: the same blank fits already, or it is far behind."""
    if best.pose.blank.key == rival.blank.key:
        return best.share >= CERTAIN_SHARE
    return best.share >= MIN_SHARE and rival.likeness < RIVAL_LIKENESS * best.pose.likeness


def _better(best: Fit | None, other: Fit | None) -> Fit | None:
    if best is None or other is None:
        return best or other
    return max(best, other, key=lambda fit: (round(fit.share, 2), fit.likeness))


def fit_pose(view: View, pose: Pose) -> Fit | None:
    """Refine a pose by patches, coarse then fine; None when the blank is not there."""
    blank = pose.blank
    if not _is_sane(pose.homography, view, blank):
        return None
    homography = _bridged(view, blank, pose.homography)
    if homography is None:
        return None
    drawn = into_frame(view.base, homography, blank.size_mm, FINE.px_per_mm)
    seen = see_patches(drawn, blank.fine, blank.patches, FINE)
    found = fit_homography(homography, seen)
    if found is None:
        return None
    seen = _looked_again(drawn, blank, _against(seen, found[1], blank), found[1])
    return Fit(replace(pose, homography=found[0]), seen, view.base_scale)


def _bridged(view: View, blank: Blank, homography: Matrix) -> Matrix | None:
    """Bridge a coarse pose's error by the middle stage, twice when the first left much open."""
    for _ in range(MIDDLE_LOOKS):
        drawn = into_frame(view.base, homography, blank.size_mm, MIDDLE.px_per_mm)
        seen = see_patches(drawn, blank.middle, blank.middle_patches, MIDDLE)
        found = fit_homography(homography, seen)
        if found is None:
            return None
        explained = _explained(seen, found[1])
        homography = found[0]
        if explained < MIN_MIDDLE_SHARE or not _is_sane(homography, view, blank):
            return None
        if explained >= GOOD_MIDDLE_SHARE:
            break
    return homography


def _against(seen: Sightings, flat: Matrix, blank: Blank) -> Sightings:
    """The sightings with what a flat sheet does not explain as their shift."""
    seen = replace(seen, moved=seen.expected + seen.moved - project(flat, seen.expected))
    return seen.judged(agreeing(seen, blank.kinship))


def _looked_again(drawn: Plane, blank: Blank, seen: Sightings, flat: Matrix) -> Sightings:
    """Look for patches that disagree where their neighbours say that they should be."""
    for _ in range(SECOND_LOOKS):
        doubtful = np.flatnonzero(seen.is_inside & ~seen.agrees)
        if len(doubtful) < MIN_DOUBTFUL or seen.agrees.sum() < MIN_PATCHES:
            break
        bend = bend_beside(seen, blank.kinship)[doubtful]
        places = seen.expected[doubtful]
        goal = project(flat, places) - places + bend
        again = see_patches(drawn, blank.fine, blank.patches.chosen(doubtful), FINE, goal)
        moved, likeness = seen.moved.copy(), seen.likeness.copy()
        moved[doubtful] = again.expected + again.moved - project(flat, places)
        likeness[doubtful] = again.likeness
        seen = replace(seen, moved=moved, likeness=likeness, agrees=likeness >= MIN_LIKENESS)
        seen = seen.judged(agreeing(seen, blank.kinship))
    return seen


def _explained(seen: Sightings, flat: Matrix) -> float:
    off = np.linalg.norm(seen.expected + seen.moved - project(flat, seen.expected), axis=1)
    inside = seen.is_inside
    if not inside.any():
        return 0.0
    return float(((off < 1.0) & seen.agrees)[inside].mean())


def _is_sane(homography: Matrix, view: View, blank: Blank) -> bool:
    """A blank's outline must be a convex piece of the picture, not a sliver or mirrored."""
    width, height = blank.size_mm
    corners = project(homography, np.array([[0.0, 0], [width, 0], [width, height], [0, height]]))
    if not np.isfinite(corners).all():
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    after = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
    picture = view.base.shape[0] * view.base.shape[1]
    nexts = np.roll(corners, -1, axis=0)
    area = 0.5 * float((corners[:, 0] * nexts[:, 1] - nexts[:, 0] * corners[:, 1]).sum())
    return bool((turns > 0).all() and 0.1 * picture < area < 4 * picture)


def turned_of(homography: Matrix, blank: Blank) -> int:
    """Degrees clockwise, in quarters, that a picture is turned against its blank."""
    width, height = blank.size_mm
    left, right = project(homography, np.array([[0, height / 2], [width, height / 2]]))
    angle = np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0]))
    return int(round(angle / 90.0) * 90) % 360
