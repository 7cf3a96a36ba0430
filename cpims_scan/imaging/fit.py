"""Proving that a blank lies where a pose says, by patches found coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Points
from cpims_scan.imaging.bend import agreeing, bend_beside
from cpims_scan.imaging.blanks import Blank
from cpims_scan.imaging.features import feature_poses
from cpims_scan.imaging.landmarks import (
    ALONE_MM,
    MIDDLE_PATCH_MM,
    MIDDLE_PX_PER_MM,
    MIDDLE_REACH_MM,
    PATCH_MM,
    SEARCH_MM,
    Plane,
)
from cpims_scan.imaging.patches import (
    CLEAR_LIKENESS,
    MIN_LIKENESS,
    MIN_PATCHES,
    RIVAL_MARGIN,
    Matrix,
    Scale,
    Sightings,
    fit_homography,
    here_and_there,
    into_frame,
    pictured,
    project,
    see_patches,
    unseen,
)
from cpims_scan.imaging.pose import Pose, layout_poses, sheet_poses
from cpims_scan.imaging.slide import Stamps, slide
from cpims_scan.imaging.views import View

MIDDLE = Scale(MIDDLE_PX_PER_MM, MIDDLE_PATCH_MM, MIDDLE_REACH_MM)
# The first look brought a pose within this far, when half of its patches agree.
CLOSER = Scale(MIDDLE_PX_PER_MM, MIDDLE_PATCH_MM, 2.5)
FINE = Scale(MIDDLE_PX_PER_MM, PATCH_MM, SEARCH_MM)
AROUND = Scale(MIDDLE_PX_PER_MM, PATCH_MM, ALONE_MM)  # where an anchor's rivals are
FLAT = Scale(MIDDLE_PX_PER_MM, PATCH_MM, 0.0)  # patches are slid, not sought
SMALL = np.diag([0.5, 0.5, 1.0])  # base pixels to pixels of the view's half
MIN_MIDDLE_SHARE = 0.25  # of its patches, below which the middle stage gives up
GOOD_MIDDLE_SHARE = 0.85  # and from which it need not look again
MIDDLE_LOOKS = 3

MIN_SHARE = 0.5  # of the firm patches, below which a page is not the form (reading.md section 3)
FEATURE_COUNTS = (1000, 3000)  # corner features tried, in turn
# Poses that the fine stage checks: the thumb alone ranked wrong (reading.md section 3).
SECOND_LOOKS = 2
# A fine look that explains less of the patches is made again from where it led: the middle stage
# had left out a corner.
FINE_LOOKS = 3
GOOD_FINE_SHARE = 0.8
SLIPPED_LEAD = 0.2  # by which a patch is likelier elsewhere than where it belongs
DOUBTFUL_SHARE = 0.04  # of a page's patches: fewer are written over, and looked for in vain
# Sliding alone must find so many of a page's patches, and no further off than this: two steps
# from further away stop short, all to the same side.
FLAT_SHARE = 0.9
FLAT_MM = 0.2
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
    for _ in range(FINE_LOOKS):
        looking = _Look.make(view, blank, homography)
        seen = looking.at_all()
        found = fit_homography(homography, seen)
        if found is None:
            return None
        homography, flat = found
        if _explained(seen, flat) >= GOOD_FINE_SHARE:
            break
    seen = _looked_again(looking, _against(seen, flat, blank), flat)
    seen = _challenged(looking, seen, flat)
    return Fit(replace(pose, homography=homography), seen, view.base_scale)


@dataclass(frozen=True, slots=True)
class _Look:
    """A page drawn where a blank lies to about a millimetre, to look for the blank's patches."""

    view: View
    blank: Blank
    homography: Matrix
    drawn: Plane

    @staticmethod
    def make(view: View, blank: Blank, homography: Matrix) -> _Look:
        drawn = into_frame(view.small, SMALL @ homography, blank.size_mm, FINE.px_per_mm)
        return _Look(view, blank, homography, drawn)

    def at_all(self) -> Sightings:
        """
        Find all patches: by sliding them from where they belong, which does for flat paper.

        Where many do not agree then, they are sought.
        """
        blank = self.blank
        there = pictured(self.drawn, blank.patches, FLAT)
        seen = self._slid(replace(unseen(blank.patches), is_inside=there), blank.stamps)
        slid = np.abs(seen.moved * seen.pins).max(axis=1)
        settled = seen.agrees & (slid <= FLAT_MM)
        if settled.sum() >= FLAT_SHARE * there.sum():
            return seen
        return self.at(np.arange(len(there)), np.zeros((len(there), 2)))

    def at(self, which: NDArray[np.intp], shift: Points) -> Sightings:
        """Seek some patches, by position, around where they are expected to have moved (mm)."""
        patches = self.blank.patches.chosen(which)
        seen = see_patches(self.drawn, self.blank.middle, patches, FINE, shift)
        return self._slid(seen, self.blank.stamps.chosen(which))

    def _slid(self, seen: Sightings, stamps: Stamps) -> Sightings:
        moved, likeness = slide(self.view.small, SMALL @ self.homography, stamps, seen.moved)
        likeness = np.where(seen.is_inside, likeness, 0.0)
        return replace(seen, moved=moved, likeness=likeness, agrees=likeness >= MIN_LIKENESS)


def _bridged(view: View, blank: Blank, homography: Matrix) -> Matrix | None:
    """Bridge a coarse pose's error by the middle stage, again when a look left much open."""
    scale = MIDDLE
    for _ in range(MIDDLE_LOOKS):
        drawn = into_frame(view.small, SMALL @ homography, blank.size_mm, scale.px_per_mm)
        seen = see_patches(drawn, blank.middle, blank.middle_patches, scale)
        found = fit_homography(homography, seen)
        if found is None:
            return None
        explained = _explained(seen, found[1])
        homography = found[0]
        if explained < MIN_MIDDLE_SHARE or not _is_sane(homography, view, blank):
            return None
        if explained >= GOOD_MIDDLE_SHARE:
            break
        scale = CLOSER if explained >= MIN_SHARE else MIDDLE
    return homography


def _against(seen: Sightings, flat: Matrix, blank: Blank) -> Sightings:
    """The sightings with what a flat sheet does not explain as their shift."""
    seen = replace(seen, moved=seen.expected + seen.moved - project(flat, seen.expected))
    return seen.judged(agreeing(seen, blank.kinship))


def _looked_again(looking: _Look, seen: Sightings, flat: Matrix) -> Sightings:
    """Look for patches that disagree where their neighbours say that they should be."""
    blank = looking.blank
    for _ in range(SECOND_LOOKS):
        doubtful = np.flatnonzero(seen.is_inside & ~seen.agrees)
        few = max(MIN_DOUBTFUL, DOUBTFUL_SHARE * seen.is_inside.sum())
        if len(doubtful) < few or seen.agrees.sum() < MIN_PATCHES:
            break
        bend = bend_beside(seen, blank.kinship)[doubtful]
        places = seen.expected[doubtful]
        again = looking.at(doubtful, project(flat, places) - places + bend)
        moved, likeness = seen.moved.copy(), seen.likeness.copy()
        moved[doubtful] = again.expected + again.moved - project(flat, places)
        likeness[doubtful] = again.likeness
        seen = replace(seen, moved=moved, likeness=likeness, agrees=likeness >= MIN_LIKENESS)
        seen = seen.judged(agreeing(seen, blank.kinship))
    return seen


def _challenged(looking: _Look, seen: Sightings, flat: Matrix) -> Sightings:
    """
    See on the page what else looks like those anchors that are hardly likelier than a rival may be.

    Written over or copied badly, an anchor that has not slipped still fits better than one that
    lies a row further; one that slipped fits worse.
    """
    clear = np.maximum(looking.blank.patches.around + RIVAL_MARGIN, CLEAR_LIKENESS)
    local = (clear < 1) & seen.is_inside
    weak = np.flatnonzero(local & ~seen.holds & (seen.is_anchor | ~seen.agrees))
    slipped = local & ~seen.agrees & (seen.likeness >= clear)
    if not len(weak):
        return replace(seen, has_slipped=slipped)
    here = project(flat, seen.expected[weak]) - seen.expected[weak]
    patches = looking.blank.patches.chosen(weak)
    near, far = here_and_there(looking.drawn, looking.blank.middle, patches, AROUND, here)
    rival = seen.rival.copy()
    rival[weak] = seen.likeness[weak] - near + far
    slipped[weak] |= (far >= clear[weak]) & (far >= near + SLIPPED_LEAD)
    return replace(seen, rival=rival, has_slipped=slipped)


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
