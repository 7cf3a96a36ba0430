"""Finding an edition's printed boxes on a page, with a certificate for every one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import AlignedPage, Certificate, PageImage, PageMatch, Transform
from cpims_scan.errors import AlignmentError
from cpims_scan.forms.template import Place
from cpims_scan.imaging.blanks import (
    FINE_PX_PER_MM,
    MIDDLE_PX_PER_MM,
    PATCH_MM,
    SEARCH_MM,
    Blank,
    BlankIndex,
)
from cpims_scan.imaging.patches import (
    MIN_PATCHES,
    Matrix,
    Scale,
    Sightings,
    fit_homography,
    into_frame,
    outliers_removed,
    project,
    see_patches,
)
from cpims_scan.imaging.pose import Pose, View, feature_poses, layout_poses, view_of

# The layout's thumb errs by half a pixel (1.7 mm) and half a degree: 4.5 mm at the corners.
MIDDLE = Scale(MIDDLE_PX_PER_MM, 16.0, 4.5)
FINE = Scale(FINE_PX_PER_MM, PATCH_MM, SEARCH_MM)
# The middle stage looks at this share of its patches only: every other one.
MIDDLE_STEP = 2
MIN_MIDDLE_SHARE = 0.25

MIN_SHARE = 0.5  # of the firm patches, below which a page is not the form (reading.md section 3)
FEATURE_COUNTS = (1000, 3000)  # corner features tried, in turn

GRID_STEP_MM = 10.0
BEND_MM = 19.0  # Gaussian reach of the local corrections: 220 px at 300 dpi in the trial
FLAT_WEIGHT = 0.3  # patches' worth of belief that paper is flat where nothing is printed

NEAR_MM = 22.0  # patches this near to a box speak for its place
BAND_MM = 7.0  # and anchors in its row or column speak against a slip of one row
MIN_NEAR = 3
# What a certificate asks for. 0.25 mm is 3 px at 300 dpi, the reader's tolerance (issue 2).
MAX_RESIDUAL_MM = 0.2
MIN_SUPPORT = 0.5
MIN_ANCHORS = 2


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


def register(page: PageImage, match: PageMatch, index: BlankIndex) -> AlignedPage:
    """
    Find an edition's printed boxes on a page.

    A coarse pose is refined by patches of the blank that do not repeat; a smooth grid of shifts
    follows bent paper; every place then gets a certificate from what is printed around it.

    Returns:
        The page with its transform (mm -> page pixels) and a certificate per field.

    Raises:
        AlignmentError: Fewer than half of the patches agree.
    """
    blank = index.blank(match.form, match.edition, match.page)
    fit = index.poses.get((page.content, *blank.key)) or best_fit(view_of(page), (blank,))
    if fit is None or fit.share < MIN_SHARE:
        raise AlignmentError(
            f"The page looks like {match.form} {match.edition}, page {match.page}, but its boxes "
            "could not be found with proof. Scan the sheet again, flat and complete."
        )
    transform = transform_of(fit)
    places = index.edition(blank).on_page(blank.number)
    witness = _Witness.of(fit, transform)
    certificates = {place.field: witness.certificate(place) for place in places}
    return AlignedPage(page, match, transform, certificates)


def best_fit(view: View, blanks: tuple[Blank, ...]) -> Fit | None:
    """The best fit of any of some blanks: by layout, then by features when that fails."""
    for pose in layout_poses(view, blanks)[:2]:
        fit = fit_pose(view, pose)
        if fit is not None and fit.share >= MIN_SHARE:
            return fit
    best: Fit | None = None
    for count in FEATURE_COUNTS:
        for pose in feature_poses(view, blanks, count)[:2]:
            fit = fit_pose(view, pose)
            if fit is not None and (best is None or fit.share > best.share):
                best = fit
        if best is not None and best.share >= MIN_SHARE:
            return best
    return best


def fit_pose(view: View, pose: Pose) -> Fit | None:
    """Refine a pose by patches, coarse then fine; None when the blank is not there."""
    blank = pose.blank
    if not _is_sane(pose.homography, view, blank):
        return None
    firm = blank.patches.pins.all(axis=1)
    middle = _thinned(blank, firm)
    drawn = into_frame(view.base, pose.homography, blank.size_mm, MIDDLE.px_per_mm)
    seen = see_patches(drawn, blank.middle, middle, MIDDLE)
    found = fit_homography(pose.homography, seen, MIDDLE.px_per_mm)
    if found is None or _explained(seen, found[1]) < MIN_MIDDLE_SHARE:
        return None
    homography = found[0]
    if not _is_sane(homography, view, blank):
        return None
    drawn = into_frame(view.base, homography, blank.size_mm, FINE.px_per_mm)
    seen = see_patches(drawn, blank.fine, blank.patches, FINE)
    found = fit_homography(homography, seen, FINE.px_per_mm)
    if found is None:
        return None
    left_over = seen.expected + seen.moved - project(found[1], seen.expected)
    agrees = outliers_removed(seen, left_over)
    # `moved` is from now on what the flat sheet does not explain.
    seen = replace(seen, moved=left_over, agrees=agrees)
    return Fit(replace(pose, homography=found[0]), seen, view.base_scale)


def _thinned(blank: Blank, firm: NDArray[np.bool_]):  # type: ignore[no-untyped-def]
    chosen = np.flatnonzero(firm)[::MIDDLE_STEP]
    patches = blank.patches
    return replace(
        patches,
        centres=patches.centres[chosen],
        pins=patches.pins[chosen],
        is_anchor=patches.is_anchor[chosen],
    )


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


def transform_of(fit: Fit) -> Transform:
    """The map mm -> page pixels: the homography, and the shifts that bent paper needs."""
    scale, blank = fit.base_scale, fit.pose.blank
    # Base pixel centres at whole numbers; halving moves them by a fraction of a pixel.
    to_page = np.array(
        [[1 / scale, 0, (1 / scale - 1) / 2], [0, 1 / scale, (1 / scale - 1) / 2], [0, 0, 1]]
    )
    homography = to_page @ fit.pose.homography
    homography = homography / homography[2, 2]
    cols = int(np.ceil(blank.size_mm[0] / GRID_STEP_MM)) + 1
    rows = int(np.ceil(blank.size_mm[1] / GRID_STEP_MM)) + 1
    ys, xs = np.mgrid[0:rows, 0:cols] * GRID_STEP_MM
    nodes = np.column_stack([xs.ravel(), ys.ravel()]).astype(np.float64)
    bend_mm = local_bend(fit.seen, nodes)
    shifts = project(homography, nodes + bend_mm) - project(homography, nodes)
    return Transform(homography, shifts.reshape(rows, cols, 2), GRID_STEP_MM)


def local_bend(seen: Sightings, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Interpolate the left-over shifts (mm) at places, by Gaussian-weighted local planes.

    Belief in flat paper holds the planes down where little is printed.
    Source: locally weighted regression, Cleveland 1979, with a ridge.
    """
    use = seen.agrees
    places, moved, pins = seen.expected[use], seen.moved[use], seen.pins[use]
    bend = np.zeros((len(nodes), 2))
    if not use.any():
        return bend
    away = (places[None, :, :] - nodes[:, None, :]) / BEND_MM
    weights = np.exp(-0.5 * (away**2).sum(axis=2))
    basis = np.concatenate([np.ones((*weights.shape, 1)), away], axis=2)
    for axis in range(2):
        weighted = basis * (weights * pins[:, axis])[:, :, None]
        normal = np.einsum("npi,npj->nij", weighted, basis)
        normal += FLAT_WEIGHT * np.diag([0.3, 1.0, 1.0])
        right = np.einsum("npi,p->ni", weighted, moved[:, axis])
        bend[:, axis] = np.linalg.solve(normal, right[:, :, None])[:, 0, 0]
    return bend


@dataclass(frozen=True, slots=True)
class _Witness:
    """Everything that the sightings of one page say about places on it."""

    seen: Sightings
    residual: NDArray[np.float64]  # (N,) mm after the fit, in the pinned directions

    @staticmethod
    def of(fit: Fit, transform: Transform) -> _Witness:
        seen = fit.seen
        rest = (seen.moved - local_bend(seen, seen.expected)) * seen.pins
        return _Witness(seen, np.linalg.norm(rest, axis=1))

    def certificate(self, place: Place) -> Certificate:
        """What the patches around a place, and the anchors of its row and column, say."""
        seen, box = self.seen, place.box
        x, y = seen.expected[:, 0], seen.expected[:, 1]
        beside = np.maximum(np.maximum(box.left - x, x - box.right), 0)
        above = np.maximum(np.maximum(box.top - y, y - box.bottom), 0)
        apart = np.hypot(beside, above)
        near = apart <= max(NEAR_MM, float(np.sort(apart)[: MIN_NEAR + 1].max()))
        banded = seen.is_anchor & ((above <= BAND_MM) | (beside <= BAND_MM))
        spoken = near & seen.is_inside
        agreeing = spoken & seen.agrees
        support = float(agreeing.sum() / max(near.sum(), 1))
        residual = float(np.median(self.residual[agreeing])) if agreeing.any() else 9.0
        anchors = int((banded & seen.agrees).sum())
        rows_hold = anchors >= MIN_ANCHORS and anchors >= MIN_SUPPORT * banded.sum()
        is_found = (
            agreeing.sum() >= MIN_NEAR
            and support >= MIN_SUPPORT
            and residual <= MAX_RESIDUAL_MM
            and bool(rows_hold)
        )
        return Certificate(round(residual, 3), round(support, 3), bool(is_found))
