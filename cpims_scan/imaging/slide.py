"""The last fraction of a pixel: patches slid over a page until their greys agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points
from cpims_scan.imaging.landmarks import PATCH_MM, SOFT_MM, Plane

# Patches are sampled at 76 dpi, softened so far that nothing finer is left to sample.
SLIDE_PX_PER_MM = 3
SIDE = round(PATCH_MM * SLIDE_PX_PER_MM)  # pixels of a patch
STEPS = 2  # the second step moves by less than 0.02 mm
STEP_MM = 0.35  # a longer step has left the slope that it was computed on
STIFF = 0.02  # share of a patch's own slope that holds a direction which it does not pin
# A grey that is off by so many deviations counts half: it is ink or a speck. Below 1, patches
# held on to one rule of two and let the other go.
OUTLYING = 1.5
NO_GREY = 1e-3  # deviation of an even patch


@dataclass(frozen=True, slots=True)
class Stamps:
    """
    The patches of a blank as they are laid on a page, K pixels each.

    Attributes:
        centres: (N, 2) mm.
        grey: (N, K) standardised: mean 0, deviation 1.
        slope: (2, N, K) its change per mm to the right and downward.
    """

    centres: Points
    grey: Plane
    slope: Plane

    def chosen(self, which: NDArray[np.intp]) -> Stamps:
        """Some of the stamps, by position."""
        return Stamps(self.centres[which], self.grey[which], self.slope[:, which])


def cut_stamps(blank: Pixels, px_per_mm: float, centres: Points) -> Stamps:
    """
    Cut the patches out of a blank as they are later cut out of pages.

    It is softened before it is sampled: a thin rule that is averaged into pixels first has lost
    where in its pixel it stands. That was most of the residual of clean scans.
    """
    soft = cast(Plane, cv2.GaussianBlur(blank.astype(np.float32), (0, 0), SOFT_MM * px_per_mm))
    to_blank = np.array([[px_per_mm, 0, -0.5], [0, px_per_mm, -0.5], [0, 0, 1]])
    grey, deviation = _standard(_under(soft, to_blank, centres))
    slopes = [
        _under(cast(Plane, cv2.Sobel(soft, cv2.CV_32F, 1 - axis, axis, ksize=1)), to_blank, centres)
        for axis in range(2)
    ]
    # Sobel's difference spans two pixels.
    slope = np.stack(slopes) * np.float32(px_per_mm / 2) / deviation
    return Stamps(centres, grey, slope.astype(np.float32))


def slide(
    soft: Pixels, to_page: NDArray[np.float64], stamps: Stamps, moved: Points
) -> tuple[Points, NDArray[np.float64]]:
    """
    Slide stamps on a page from roughly right places to right ones.

    Args:
        soft: The page, softened as the blank is.
        to_page: (3, 3) mm of the blank to pixels of `soft`.
        stamps: What lies there.
        moved: (N, 2) mm, how far from its place each is known to lie, within 0.3 mm.

    Returns:
        The same to about 0.01 mm, and the correlation (N,) there.

    Source: inverse compositional alignment, Baker and Matthews 2004, with greys that disagree
    weighed down as in iteratively reweighted least squares.
    """
    weights: Plane | None = None
    likeness = np.zeros(len(moved))
    for step in range(STEPS):
        page = _under(soft, to_page, stamps.centres + moved)
        plain, _ = _standard(page)
        if step == STEPS - 1:
            likeness = np.einsum("nk,nk->n", plain, stamps.grey) / plain.shape[1]
        grey = plain if weights is None else _standard(plain, weights)[0]
        off = grey - stamps.grey
        weights = np.asarray(1 / (1 + (off / np.float32(OUTLYING)) ** 2), dtype=np.float32)
        moved = np.asarray(moved + _stride(off, weights, stamps.slope))
    return moved, likeness.astype(np.float64)


def _under(
    picture: NDArray[np.uint8] | Plane, to_page: NDArray[np.float64], places: Points
) -> Plane:
    """Greys (N, K) of a picture under stamps centred at places (mm)."""
    lifted = np.column_stack([places, np.ones(len(places))]) @ to_page.T
    at = lifted[:, :2] / lifted[:, 2:]
    # How a millimetre to the right, and one downward, moves on the picture there.
    along = ((to_page[:2, 0] - at * to_page[2, 0]) / lifted[:, 2:]).astype(np.float32)
    down = ((to_page[:2, 1] - at * to_page[2, 1]) / lifted[:, 2:]).astype(np.float32)
    offsets = ((np.arange(SIDE) - (SIDE - 1) / 2) / SLIDE_PX_PER_MM).astype(np.float32)
    grid = np.stack([np.tile(offsets, SIDE), np.repeat(offsets, SIDE), np.ones(SIDE * SIDE)])
    parts = np.stack([along, down, at.astype(np.float32)], axis=1)  # (N, 3, 2)
    maps = [parts[:, :, i] @ grid.astype(np.float32) for i in range(2)]
    drawn = cv2.remap(picture, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast(Plane, drawn.reshape(len(places), -1).astype(np.float32))


def _standard(grey: Plane, weights: Plane | None = None) -> tuple[Plane, Plane]:
    """Greys with (weighted) mean 0 and deviation 1, and the deviation that they had."""
    if weights is None:
        level = grey - grey.mean(axis=1, keepdims=True)
        power = np.einsum("nk,nk->n", level, level) / grey.shape[1]
    else:
        total = weights.sum(axis=1)
        level = grey - (np.einsum("nk,nk->n", grey, weights) / total)[:, None]
        power = np.einsum("nk,nk,nk->n", level, level, weights) / total
    deviation = np.maximum(np.sqrt(power), NO_GREY)[:, None]
    return level / deviation, deviation


def _stride(off: Plane, weights: Plane, slope: Plane) -> Points:
    """One Gauss-Newton step (N, 2), mm."""
    across, down = slope[0] * weights, slope[1] * weights
    a = np.einsum("nk,nk->n", across, slope[0])
    b = np.einsum("nk,nk->n", across, slope[1])
    d = np.einsum("nk,nk->n", down, slope[1])
    hold = STIFF * (a + d) + NO_GREY
    a, d = a + hold, d + hold
    u, v = np.einsum("nk,nk->n", across, off), np.einsum("nk,nk->n", down, off)
    step = np.column_stack([b * v - d * u, b * u - a * v]) / (a * d - b * b)[:, None]
    return np.asarray(np.clip(step, -STEP_MM, STEP_MM), dtype=np.float64)
