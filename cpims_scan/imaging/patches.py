"""Finding the pieces of a blank on a page that lies roughly in the blank's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points
from cpims_scan.imaging.landmarks import PEAK_MM, SOFT_MM, Patches, Plane

Matrix = NDArray[np.float64]
Axis = NDArray[np.float64]

MIN_LIKENESS = 0.5  # correlation below which a patch was not seen (ink, blur, another form)
# Paper that is curled departs from a flat sheet by up to 8 px at 300 dpi (reading.md section 2).
FLATNESS_MM = 1.2
CLEAR_LIKENESS = 0.75  # of a patch that is there, wherever its neighbours are
MIN_PATCHES = 8
REFITS = 4  # of a homography to what it explains
RIVAL_MARGIN = 0.06  # a slipped patch was never seen likelier than its rival by more than 0.03
FLAT_PEAK = 1e-6  # curvature of a correlation that has no peak


@dataclass(frozen=True, slots=True)
class Sightings:
    """
    Where a blank's patches were seen.

    Attributes:
        expected: (N, 2) mm, where they stand on the blank.
        moved: (N, 2) mm, how far from there they were seen in the frame.
        likeness: (N,) correlation at that place, 0 where the page has no picture.
        agrees: (N,) True where a sighting fits its neighbours.
        pins: (N, 2) as in `Patches`.
        is_anchor: (N,) as in `Patches`.
        is_inside: (N,) False beyond the picture's edge.
        has_slipped: (N,) True where a patch is clearly seen elsewhere than its neighbours say.
        rival: (N,) as in `Patches`, or as likely as what was seen around the patch on the page.
    """

    expected: Points
    moved: Points
    likeness: NDArray[np.float64]
    agrees: NDArray[np.bool_]
    pins: NDArray[np.float64]
    is_anchor: NDArray[np.bool_]
    is_inside: NDArray[np.bool_]
    rival: NDArray[np.float64]
    has_slipped: NDArray[np.bool_]

    @property
    def holds(self) -> NDArray[np.bool_]:
        """
        Which sightings prove that nothing slipped.

        A patch that slipped to the place that resembles its own most is no likelier there than
        that place is; what holds is likelier than its rival.
        """
        return self.is_anchor & self.agrees & (self.likeness >= self.rival + RIVAL_MARGIN)

    def judged(self, agrees: NDArray[np.bool_]) -> Sightings:
        """The same sightings with another opinion of which agree."""
        return replace(self, agrees=agrees)

    @property
    def share(self) -> float:
        """
        Share of the two-way patches on the picture that agree, 0 when half lie outside it.

        Anchors are also counted alone: on a form one row off, all but they agree.
        """
        firm = self.pins.all(axis=1)
        inside = firm & self.is_inside
        if inside.sum() < max(MIN_PATCHES, 0.5 * firm.sum()):
            return 0.0
        share = float(self.agrees[inside].mean())
        anchors = inside & self.is_anchor
        if anchors.sum() < MIN_PATCHES:
            return share
        return min(share, float(self.agrees[anchors].mean()))


@dataclass(frozen=True, slots=True)
class Scale:
    """One stage of the search: pixels a millimetre, patch size and reach in mm."""

    px_per_mm: float
    patch_mm: float
    reach_mm: float


def unseen(patches: Patches) -> Sightings:
    """No patch seen anywhere."""
    count = len(patches.centres)
    nowhere, nothing = np.zeros(count, bool), np.zeros(count)
    return Sightings(
        patches.centres,
        np.zeros((count, 2)),
        nothing,
        nowhere,
        patches.pins,
        patches.is_anchor,
        nowhere,
        patches.rival,
        nowhere,
    )


def frame_matrix(homography: Matrix, px_per_mm: float) -> Matrix:
    """Map pixels of the blank's frame to page pixels, given the map from millimetres."""
    to_mm = np.array(
        [[1 / px_per_mm, 0, 0.5 / px_per_mm], [0, 1 / px_per_mm, 0.5 / px_per_mm], [0, 0, 1]]
    )
    return np.asarray(homography @ to_mm)


def into_frame(
    page: Pixels, homography: Matrix, size_mm: tuple[float, float], px_per_mm: float
) -> Plane:
    """Draw a page in the blank's frame; beyond its edge it is black, which resembles nothing."""
    size = (round(size_mm[0] * px_per_mm), round(size_mm[1] * px_per_mm))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = frame_matrix(homography, px_per_mm)
    return np.asarray(cv2.warpPerspective(page, matrix, size, flags=flags), dtype=np.float32)


def see_patches(
    page: Plane, blank: Plane, patches: Patches, scale: Scale, shift: Points | None = None
) -> Sightings:
    """
    Look for every patch around its place; both pictures are in the blank's frame.

    The peak of the normalised correlation is refined to a fraction of a pixel by parabolas.

    Args:
        page: The page.
        blank: The blank.
        patches: What to look for.
        scale: Of both pictures.
        shift: (N, 2) mm, how far from its place each patch is expected; None for not at all.
    """
    half = round(scale.patch_mm / 2 * scale.px_per_mm)
    reach = round(scale.reach_mm * scale.px_per_mm)
    wide, last = half + reach, 2 * reach + 1
    count = len(patches.centres)
    centres = np.rint(patches.centres * scale.px_per_mm - 0.5).astype(int)
    aside = np.zeros((count, 2), dtype=int)
    if shift is not None:
        aside = np.rint(shift * scale.px_per_mm).astype(int)
    is_inside = _is_pictured(page, centres + aside, wide)
    surfaces = np.zeros((count, last, last), np.float32)
    for i in np.flatnonzero(is_inside):
        x, y = centres[i]
        u, v = centres[i] + aside[i]
        around = page[v - wide : v + wide, u - wide : u + wide]
        patch = blank[y - half : y + half, x - half : x + half]
        cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED, surfaces[i])
    moved, likeness = _summits(surfaces)
    return Sightings(
        patches.centres,
        (moved - reach + aside) / scale.px_per_mm,
        likeness,
        likeness >= MIN_LIKENESS,
        patches.pins,
        patches.is_anchor,
        is_inside,
        patches.rival,
        np.zeros(count, bool),
    )


def softened(picture: Plane, scale: Scale) -> Plane:
    """A picture without detail finer than what patches are compared at."""
    soft = cv2.GaussianBlur(picture, (0, 0), SOFT_MM * scale.px_per_mm)
    return np.asarray(soft, dtype=np.float32)


def here_and_there(
    page: Plane, blank: Plane, patches: Patches, scale: Scale, shift: Points
) -> tuple[Axis, Axis]:
    """
    How likely each patch is where it was found, and at best elsewhere within a scale's reach.

    Args:
        page: In the blank's frame.
        blank: The blank.
        patches: What was found.
        scale: Of both pictures.
        shift: (N, 2) mm, where each was found, from its place on the blank.
    """
    half, reach = (round(v * scale.px_per_mm) for v in (scale.patch_mm / 2, scale.reach_mm))
    centres = np.rint(patches.centres * scale.px_per_mm - 0.5).astype(int)
    found = np.rint((patches.centres + shift) * scale.px_per_mm - 0.5).astype(int)
    here, there = np.zeros(len(centres)), np.zeros(len(centres))
    # As soft as when the blank was searched for its own rivals: thin print half a pixel off
    # resembles itself less than a soft likeness does.
    page, blank = softened(page, scale), softened(blank, scale)
    for i, ((x, y), (u, v)) in enumerate(zip(centres, found, strict=True)):
        left, top = max(u - half - reach, 0), max(v - half - reach, 0)
        around = page[top : v + half + reach, left : u + half + reach]
        patch = blank[y - half : y + half, x - half : x + half]
        if patch.shape != (2 * half, 2 * half) or min(around.shape) < 2 * half:
            continue
        likeness = np.nan_to_num(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED))
        ys, xs = np.ogrid[: likeness.shape[0], : likeness.shape[1]]
        apart = np.hypot(xs + left + half - u, ys + top + half - v) / scale.px_per_mm
        here[i] = likeness.max(initial=0.0, where=apart <= PEAK_MM)
        there[i] = likeness.max(initial=0.0, where=apart >= 2 * PEAK_MM)
    return here, there


def pictured(page: Plane, patches: Patches, scale: Scale) -> NDArray[np.bool_]:
    """Whether all that a search for patches may touch lies on the picture."""
    wide = round(scale.patch_mm / 2 * scale.px_per_mm) + round(scale.reach_mm * scale.px_per_mm)
    return _is_pictured(page, np.rint(patches.centres * scale.px_per_mm - 0.5).astype(int), wide)


def _is_pictured(page: Plane, centres: NDArray[np.intp], wide: int) -> NDArray[np.bool_]:
    """Beyond the picture's edge the frame is 0."""
    height, width = page.shape
    low, high = centres - wide, centres + wide
    fits = (low >= 0).all(axis=1) & (high[:, 0] <= width) & (high[:, 1] <= height)
    for x, y in ((low, low), (low, high - 1), (high - 1, low), (high - 1, high - 1)):
        fits &= page[y[:, 1].clip(0, height - 1), x[:, 0].clip(0, width - 1)] > 0
    return np.asarray(fits)


def _summits(surfaces: Plane) -> tuple[Points, Axis]:
    """Where correlation surfaces (N, S, S) are highest, x and y to a fraction, and how high."""
    count, last = surfaces.shape[:2]
    flat = surfaces.reshape(count, last * last)
    highest = flat.argmax(axis=1)
    rows = np.arange(count)
    likeness = flat[rows, highest].astype(np.float64)
    likeness[~np.isfinite(likeness)] = 0.0
    peaks = np.column_stack([highest % last, highest // last])
    inner = np.clip(peaks, 1, last - 2)
    near = np.arange(-1, 2)
    across = surfaces[rows[:, None], inner[:, 1:], inner[:, :1] + near]
    down = surfaces[rows[:, None], inner[:, 1:] + near, inner[:, :1]]
    tops = np.column_stack([_vertices(across), _vertices(down)])
    return peaks + np.where(peaks == inner, tops, 0.0), likeness


def _vertices(lines: Plane) -> Axis:
    """Where parabolas through three values (N, 3) have their tops, -0.5..0.5."""
    before, at, after = lines.astype(np.float64).T
    bend = before - 2 * at + after
    safe = np.where(bend < -FLAT_PEAK, bend, -1.0)
    tops = np.where(bend < -FLAT_PEAK, (before - after) / (2 * safe), 0.0)
    return np.asarray(np.clip(tops, -0.5, 0.5))


def fit_homography(homography: Matrix, seen: Sightings) -> tuple[Matrix, Matrix] | None:
    """
    Bend a homography to where the firm patches were seen.

    Returns:
        The new map from mm to page pixels, and which patches it explains (N, bool);
        None when too few agree.

    Source: MAGSAC++, Barath et al. 2020, as built into OpenCV.
    """
    firm = seen.agrees & seen.pins.all(axis=1)
    if firm.sum() < MIN_PATCHES:
        return None
    frame = seen.expected[firm]
    found, inliers = cv2.findHomography(
        frame, frame + seen.moved[firm], cv2.USAC_MAGSAC, FLATNESS_MM, maxIters=500
    )
    if found is None or inliers is None or inliers.sum() < MIN_PATCHES:
        return None
    # MAGSAC keeps the best sample; least squares over what it explains is steadier, and what
    # that explains besides belongs to it: a corner that perspective has bent away.
    there, kept = frame + seen.moved[firm], inliers.ravel().astype(bool)
    flat = np.asarray(found, dtype=np.float64)
    for _ in range(REFITS):
        refined, _ = cv2.findHomography(frame[kept], there[kept], 0)
        if refined is None:
            break
        flat = np.asarray(refined, dtype=np.float64)
        wider = np.linalg.norm(project(flat, frame) - there, axis=1) <= FLATNESS_MM
        if (wider == kept).all() or wider.sum() < MIN_PATCHES:
            break
        kept = wider
    return homography @ flat, flat


def project(flat: Matrix, points: Points) -> Points:
    """Map points (N, 2) by a homography."""
    lifted = np.column_stack([points, np.ones(len(points))]) @ flat.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
