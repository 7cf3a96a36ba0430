"""Finding the pieces of a blank on a page that lies roughly in the blank's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points
from cpims_scan.imaging.landmarks import Patches, Plane

Matrix = NDArray[np.float64]
Axis = NDArray[np.float64]

MIN_LIKENESS = 0.5  # correlation below which a patch was not seen (ink, blur, another form)
# Paper that is curled departs from a flat sheet by up to 8 px at 300 dpi (reading.md section 2).
FLATNESS_MM = 1.2
MIN_PATCHES = 8
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
    """

    expected: Points
    moved: Points
    likeness: NDArray[np.float64]
    agrees: NDArray[np.bool_]
    pins: NDArray[np.float64]
    is_anchor: NDArray[np.bool_]
    is_inside: NDArray[np.bool_]

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
    count = len(patches.centres)
    likeness, crosses = np.zeros(count), np.zeros((count, 3, 3))
    peaks = np.full((count, 2), reach)
    last = 2 * reach + 1
    is_inside = np.zeros(count, dtype=bool)
    wide = half + reach
    height, width = blank.shape
    centres = np.rint(patches.centres * scale.px_per_mm - 0.5).astype(int)
    aside = np.zeros((count, 2), dtype=int)
    if shift is not None:
        aside = np.rint(shift * scale.px_per_mm).astype(int)
    for i, ((x, y), (u, v)) in enumerate(zip(centres, centres + aside, strict=True)):
        if u < wide or v < wide or u + wide > width or v + wide > height:
            continue
        around = page[v - wide : v + wide, u - wide : u + wide]
        corners = around[:: 2 * wide - 1, :: 2 * wide - 1]
        if not corners.any():
            continue
        is_inside[i] = True
        patch = blank[y - half : y + half, x - half : x + half]
        surface = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
        _, likeness[i], _, peaks[i] = cv2.minMaxLoc(surface)
        px, py = peaks[i]
        crosses[i] = surface[_ring(py, last), _ring(px, last)]
    moved = peaks + _vertices(crosses, peaks, last) - reach + aside
    likeness[~np.isfinite(likeness)] = 0.0
    moved /= scale.px_per_mm
    return Sightings(
        patches.centres,
        moved,
        likeness,
        likeness >= MIN_LIKENESS,
        patches.pins,
        patches.is_anchor,
        is_inside,
    )


def _ring(at: int, last: int) -> slice:
    """Three positions around a peak, moved inside where the peak is at the border."""
    start = min(max(at - 1, 0), last - 3)
    return slice(start, start + 3)


def _vertices(crosses: Axis, peaks: NDArray[np.intp], last: int) -> Points:
    """Where parabolas through the peaks (N, 3, 3) have their tops, -0.5..0.5 in x and y."""
    inner = (peaks > 0) & (peaks < last - 1)
    tops = np.zeros((len(peaks), 2))
    for axis, line in enumerate((crosses[:, 1, :], crosses[:, :, 1])):
        before, at, after = line.T
        bend = before - 2 * at + after
        safe = np.where(bend < -FLAT_PEAK, bend, -1.0)
        top = (before - after) / (2 * safe)
        good = inner[:, axis] & (bend < -FLAT_PEAK)
        tops[:, axis] = np.where(good, np.clip(top, -0.5, 0.5), 0.0)
    return tops


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
    # MAGSAC keeps the best sample; a plain least squares over its inliers is steadier.
    kept = inliers.ravel().astype(bool)
    refined, _ = cv2.findHomography(frame[kept], (frame + seen.moved[firm])[kept], 0)
    flat = np.asarray(refined if refined is not None else found, dtype=np.float64)
    return homography @ flat, flat


def project(flat: Matrix, points: Points) -> Points:
    """Map points (N, 2) by a homography."""
    lifted = np.column_stack([points, np.ones(len(points))]) @ flat.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
