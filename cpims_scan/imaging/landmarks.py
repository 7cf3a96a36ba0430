"""Choosing the pieces of a blank that say where they are: lettering, crossings of rules."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Points

Plane = NDArray[np.float32]
_Measured = tuple[Points, NDArray[np.float64], float, float]  # centre mm, pins, rivals


# Scales of the blank's frame, pixels a millimetre: 4 is 102 dpi, where reading.md section 2
# found the fine stage to gain nothing from more; 2 bridges the layout's error of 2 mm.
FINE_PX_PER_MM = 4
MIDDLE_PX_PER_MM = 2

# One patch is sought in every cell of this size; it holds a label or a crossing.
PATCH_CELL_MM = 16.0
PATCH_MM = 8.0
SOFT_MM = 0.25  # deviation of the softness at which patches are compared with pages
APART_MM = 7.0  # two patches nearer than this see the same
CROSSINGS_TRIED = 2  # places tried per cell
LETTERS_TRIED = 3
RULE_MM = 14.0  # a longer stroke is a ruled line, not a letter
# The layout's thumb errs by half a pixel (1.7 mm) and half a degree: 4 mm at the corners. The
# reach is wider than a row's pitch (5 mm), so that anchors mend a slip of one row.
MIDDLE_PATCH_MM = 16.0
MIDDLE_REACH_MM = 6.0
# The fine search looks this far; a patch must not look like its own surroundings there.
SEARCH_MM = 1.5
# A patch that is alone this far around, and all along its row and its column, is an anchor:
# tables repeat along rows and columns, a register by records 35 mm high.
ALONE_MM = 10.0
IN_LINE_MM = 3.0
SELF_LIKENESS = 0.75  # correlation with a shifted self that still counts as another place
# and for an anchor, which is compared with its rival on the page itself
ANCHOR_LIKENESS = 0.85
PEAK_MM = 0.75  # half width of a patch's own correlation peak
MIN_CONTRAST = 8.0  # standard deviation of grey below which a patch is empty paper

# The middle stage bridges 2 mm with so many patches, anchors first, spread over the page.
MIDDLE_COUNT = 44
ENOUGH_ANCHORS = 20
# A blank with fewer anchors than this gets a second one where there is any.
SCARCE_ANCHORS = 50


@dataclass(frozen=True, slots=True)
class Patches:
    """
    Pieces of a blank that a page is matched with.

    Attributes:
        centres: (N, 2) mm from the blank's top-left corner.
        pins: (N, 2) 1.0 where the patch says something about x, about y: a piece of a
            horizontal rule pins y only.
        is_anchor: (N,) True where nothing around it, or along its row or column, looks the same.
        rival: (N,) correlation with what looks most like it there.
        around: (N,) the same within 10 mm only.
    """

    centres: Points
    pins: NDArray[np.float64]
    is_anchor: NDArray[np.bool_]
    rival: NDArray[np.float64]
    around: NDArray[np.float64]

    def chosen(self, which: NDArray[np.intp]) -> Patches:
        """Some of the patches, by position."""
        return Patches(
            self.centres[which],
            self.pins[which],
            self.is_anchor[which],
            self.rival[which],
            self.around[which],
        )


def choose_patches(fine: Plane, middle: Plane) -> Patches:
    """
    Choose the pieces of a blank that say where they are.

    From every cell of a grid comes the crossing of rules or corner that pins its place best
    and, unless that is one, a piece of lettering that nothing nearby resembles.
    Likeness is measured on the blank itself.

    Args:
        fine: The blank's grey at 4 pixels a millimetre.
        middle: The same at 2.
    """
    crossings, letters = _corner_strength(middle), _corner_strength(_lettering(middle))
    found: list[_Measured] = []
    for window in _cells(middle):
        firm = _first(_peaks(crossings, window, CROSSINGS_TRIED), fine, middle, False)
        found += [firm] if firm else []
        _clear(crossings, firm)
        _clear(letters, firm)
        if not (firm and _is_anchor(firm)):
            anchor = _first(_peaks(letters, window, LETTERS_TRIED), fine, middle, True)
            if anchor and (_is_anchor(anchor) or not firm):
                found.append(anchor)
                _clear(letters, anchor)
    if sum(_is_anchor(measured) for measured in found) < SCARCE_ANCHORS:
        for window in _cells(middle):
            anchor = _first(_peaks(letters, window, LETTERS_TRIED), fine, middle, True)
            if anchor and _is_anchor(anchor):
                found.append(anchor)
                _clear(letters, anchor)
    return Patches(
        np.array([m[0] for m in found]).reshape(-1, 2),
        np.array([m[1] for m in found]).reshape(-1, 2),
        np.array([m[2] < ANCHOR_LIKENESS for m in found], dtype=bool),
        np.array([m[2] for m in found], dtype=np.float64),
        np.array([m[3] for m in found], dtype=np.float64),
    )


def _clear(strength: Plane, taken: _Measured | None) -> None:
    """Keep the next choice off a place that is taken already."""
    if taken is None:
        return
    x, y = (int(v) for v in taken[0] * MIDDLE_PX_PER_MM)
    apart = round(APART_MM * MIDDLE_PX_PER_MM)
    strength[max(y - apart, 0) : y + apart + 1, max(x - apart, 0) : x + apart + 1] = 0


def _first(
    points: list[Points], fine: Plane, middle: Plane, wants_anchor: bool
) -> _Measured | None:
    """The first patch that is what is wanted, else the best of the others."""
    best: _Measured | None = None
    for point in points:
        measured = _measure(fine, middle, point)
        if measured is None:
            continue
        if _is_anchor(measured) if wants_anchor else measured[1].all():
            return measured
        if best is None or measured[1].sum() > best[1].sum():
            best = measured
    return best


def spread(patches: Patches, size_mm: tuple[float, float]) -> Patches:
    """Anchors far from each other, then other firm patches when anchors are few."""
    away_from_edge = MIDDLE_PATCH_MM / 2 + MIDDLE_REACH_MM
    room = np.array(size_mm) - away_from_edge
    fits = ((patches.centres > away_from_edge) & (patches.centres < room)).all(axis=1)
    firm = patches.pins.all(axis=1) & fits
    first = _far_apart(patches.centres, np.flatnonzero(firm & patches.is_anchor), MIDDLE_COUNT)
    if len(first) >= ENOUGH_ANCHORS:
        return patches.chosen(first)
    rest = np.flatnonzero(firm & ~patches.is_anchor)
    more = _far_apart(patches.centres, rest, MIDDLE_COUNT - len(first))
    return patches.chosen(np.concatenate([first, more]))


def _far_apart(places: Points, pool: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Choose places one after another, each the farthest from those chosen before."""
    if len(pool) <= count:
        return pool
    taken = [int(pool[0])]
    apart = np.linalg.norm(places[pool] - places[taken[0]], axis=1)
    while len(taken) < count:
        taken.append(int(pool[int(apart.argmax())]))
        apart = np.minimum(apart, np.linalg.norm(places[pool] - places[taken[-1]], axis=1))
    return np.array(taken)


def _lettering(middle: Plane) -> Plane:
    """A blank without its rules: what is darker than its surroundings, but not in long lines."""
    darkness = 255 - middle
    length = round(RULE_MM * MIDDLE_PX_PER_MM)
    level = cv2.morphologyEx(darkness, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(darkness, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    rules = cv2.dilate(np.maximum(level, upright), np.ones((3, 3), np.uint8))
    return np.asarray(255 - np.maximum(darkness - rules, 0), dtype=np.float32)


def _corner_strength(middle: Plane) -> Plane:
    """How much a patch around each pixel pins its place in both directions, a little in one."""
    window = round(PATCH_MM * 0.6 * MIDDLE_PX_PER_MM) | 1
    eigen = cv2.cornerEigenValsAndVecs(middle, window, 3)
    strength = eigen[:, :, :2].min(axis=2) + 0.02 * eigen[:, :, :2].max(axis=2)
    # Only summits: a slope that ends at a cell's border is the neighbour's.
    summit = cv2.dilate(strength, np.ones((5, 5), np.uint8))
    return np.asarray(np.where(strength >= summit, strength, 0), dtype=np.float32)


def _cells(middle: Plane) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of the grid's cells, pixels of the middle scale."""
    height, width = middle.shape
    margin = round((PATCH_MM / 2 + SEARCH_MM) * MIDDLE_PX_PER_MM)
    step = round(PATCH_CELL_MM * MIDDLE_PX_PER_MM)
    return [
        (left, top, min(left + step, width - margin), min(top + step, height - margin))
        for top in range(margin, height - margin, step)
        for left in range(margin, width - margin, step)
    ]


def _peaks(strength: Plane, window: tuple[int, int, int, int], count: int) -> list[Points]:
    """The strongest places of a window, in millimetres, at least a third of a patch apart."""
    left, top, right, bottom = window
    inside = strength[top:bottom, left:right].copy()
    apart = round(PATCH_MM / 3 * MIDDLE_PX_PER_MM)
    places: list[Points] = []
    while len(places) < count:
        y, x = np.unravel_index(int(inside.argmax()), inside.shape)
        if inside[y, x] <= 0:
            break
        places.append((np.array([left + x, top + y], dtype=np.float64) + 0.5) / MIDDLE_PX_PER_MM)
        inside[max(y - apart, 0) : y + apart + 1, max(x - apart, 0) : x + apart + 1] = 0
    return places


def _measure(fine: Plane, middle: Plane, point: Points) -> _Measured | None:
    """A patch's exact centre, the directions it pins and whether it is alone; None if empty."""
    near = _self_likeness(fine, point, FINE_PX_PER_MM, SEARCH_MM)
    if near is None:
        return None
    likeness, offsets = near
    far_x = likeness[:, np.abs(offsets) >= PEAK_MM].max()
    far_y = likeness[np.abs(offsets) >= PEAK_MM, :].max()
    pins = np.array([far_x < SELF_LIKENESS, far_y < SELF_LIKENESS], dtype=np.float64)
    if not pins.any():
        return None
    if not pins.all():
        return point, pins, 1.0, 1.0
    return point, pins, *_rivals(middle, point)


def _is_anchor(measured: _Measured) -> bool:
    return measured[2] < ANCHOR_LIKENESS


def _rivals(middle: Plane, point: Points) -> tuple[float, float]:
    """
    Correlation of what looks most like a patch: around, or along its row or column; around only.

    Softened as the patches are when they are compared with pages: soft pictures are more alike.
    """
    half = round(PATCH_MM / 2 * MIDDLE_PX_PER_MM)
    x, y = (round(v) for v in point * MIDDLE_PX_PER_MM - 0.5)
    height, width = middle.shape
    alone, aside = (round(v * MIDDLE_PX_PER_MM) for v in (ALONE_MM, IN_LINE_MM))
    highest: list[float] = []
    for across, down in ((alone, alone), (width, aside), (aside, height)):
        left, top = max(x - half - across, 0), max(y - half - down, 0)
        around = cv2.GaussianBlur(
            middle[top : y + half + down, left : x + half + across],
            (0, 0),
            SOFT_MM * MIDDLE_PX_PER_MM,
        )
        patch = around[y - half - top : y + half - top, x - half - left : x + half - left]
        likeness = np.nan_to_num(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED))
        ys, xs = np.ogrid[: likeness.shape[0], : likeness.shape[1]]
        dx = (xs + left + half - x) / MIDDLE_PX_PER_MM
        dy = (ys + top + half - y) / MIDDLE_PX_PER_MM
        likeness[np.hypot(dx, dy) < 2 * PEAK_MM] = 0
        highest.append(float(likeness.max()))
        if highest[0] >= ANCHOR_LIKENESS:
            break  # no anchor, whatever stands further off
    return max(highest), highest[0]


def _self_likeness(
    frame: Plane, point: Points, px_per_mm: int, reach_mm: float
) -> tuple[Plane, NDArray[np.float64]] | None:
    """Correlation of a patch with its surroundings, and the offsets in mm along each side."""
    half, reach = round(PATCH_MM / 2 * px_per_mm), round(reach_mm * px_per_mm)
    x, y = (round(v) for v in point * px_per_mm - 0.5)
    patch = frame[y - half : y + half, x - half : x + half]
    if patch.shape != (2 * half, 2 * half) or patch.std() < MIN_CONTRAST:
        return None
    wide = half + reach
    around = frame[max(y - wide, 0) : y + wide, max(x - wide, 0) : x + wide]
    # Beyond the paper's edge there is nothing alike.
    pad = (
        max(wide - y, 0),
        max(y + wide - frame.shape[0], 0),
        max(wide - x, 0),
        max(x + wide - frame.shape[1], 0),
    )
    framed = cv2.copyMakeBorder(around, *pad, cv2.BORDER_CONSTANT, value=(255.0,))
    likeness = cv2.matchTemplate(framed, patch, cv2.TM_CCOEFF_NORMED)
    offsets = (np.arange(likeness.shape[0]) - reach) / px_per_mm
    return np.asarray(np.nan_to_num(likeness), dtype=np.float32), offsets
