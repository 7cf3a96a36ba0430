"""Boxes that the rules of a blank close: cells, tick squares, bubbles, frames around others."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.blank import FoundBox, FoundKind
from cpims_scan.domain.paper import CELL_PX_PER_MM, Box, Pixels
from cpims_scan.imaging.finding.rulings import THICKEST_RULE_MM, Rulings

SMALLEST_MM = 1.7  # between the rules of the smallest tick square met
# Share of a region's bounding box that it fills when it is a rectangle; letters fill less.
RECTANGLE = 0.86
# Share of each side that a rule must cover.
SIDE_COVER = 0.8
# A tick square stands alone and is no larger than this (the 2015 sheet's is 5.3 x 3.0 mm).
SQUARE_MM = 8.5
SQUARE_ASPECT = (0.45, 2.4)
BUBBLE_MM = (2.0, 7.0)
ROUNDNESS = 0.82  # 4 pi area / perimeter^2: 1 for a circle, 0.785 for a square
BUBBLE_DARKNESS = 60
# Print in a cell: darker than a hint, a stroke of a digit 1 (0.2 x 1.5 mm), off the rules.
PRINT_DARKNESS = 115
PRINT_MM2 = 0.25
PRINT_MARGIN_MM = 0.7
TOUCH_MM = 0.7  # two boxes share a rule when they are no further apart
HELD = 0.9  # share of a box's area that lies in a frame around it
FILLED_SHARE = 0.6
# Paper beside a tick square: from .. to mm off its side; letters stand closer to each other.
CLEAR_MM = (0.35, 0.9)
CLEAR_SHARE = 0.06
LARGE_MM = 2.8


@dataclass(frozen=True, slots=True)
class Edges:
    """Boxes as arrays, one entry a box, mm: comparing hundreds pair by pair takes no loop."""

    left: NDArray[np.float64]
    top: NDArray[np.float64]
    right: NDArray[np.float64]
    bottom: NDArray[np.float64]


def find_cells(rulings: Rulings) -> list[FoundBox]:
    """
    Find every box that rules close.

    Returns:
        Cells, squares, circles and frames, top to bottom, left to right; combs are still cells.
    """
    closed = _without_highlights(_closed(rulings))
    boxes = [box for box, _ in closed]
    alone, holds = _relations(boxes)
    found = []
    for i, (box, shaded) in enumerate(closed):
        kind = _kind(box, alone[i], holds[i])
        is_printed = kind == "cell" and _has_print(box, rulings.darkness)
        found.append(FoundBox(kind, box, is_shaded=shaded, is_printed=is_printed))
    found += [FoundBox("circle", box) for box in _bubbles(rulings, boxes)]
    found = [f for f in found if f.kind not in ("square", "circle") or _is_for_ticks(f, rulings)]
    return sorted(found, key=lambda f: (round(f.box.top), f.box.left))


def _without_highlights(closed: list[tuple[Box, bool]]) -> list[tuple[Box, bool]]:
    """Leave out shaded areas inside shaded cells: a marker was drawn over a heading's words."""
    shaded = [box for box, is_shaded in closed if is_shaded]
    _, holds = _relations(shaded)
    outer = [box for box, holder in zip(shaded, holds, strict=True) if holder]
    return [
        (box, is_shaded)
        for box, is_shaded in closed
        if not (is_shaded and any(o != box and _covers(o, box) for o in outer))
    ]


def _covers(outer: Box, box: Box) -> bool:
    across = outer.left - TOUCH_MM < box.left and box.right < outer.right + TOUCH_MM
    return across and outer.top - TOUCH_MM < box.top and box.bottom < outer.bottom + TOUCH_MM


def _has_print(box: Box, darkness: Pixels) -> bool:
    """True when a dark spot as large as a letter's stroke stands in a cell."""
    inner = box.grown(-PRINT_MARGIN_MM)
    left, top, right, bottom = (
        round(side * CELL_PX_PER_MM) for side in (inner.left, inner.top, inner.right, inner.bottom)
    )
    inside = darkness[top:bottom, left:right]
    if inside.size == 0:
        return False
    binary = cv2.threshold(inside, PRINT_DARKNESS, 255, cv2.THRESH_BINARY)[1]
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(binary))
    areas = stats[1:, cv2.CC_STAT_AREA]
    return bool(len(areas) and areas.max() >= PRINT_MM2 * CELL_PX_PER_MM**2)


def edges_of(boxes: list[Box]) -> Edges:
    """The edges of all boxes."""
    table = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], dtype=np.float64)
    table = table.reshape(-1, 4)
    return Edges(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _closed(rulings: Rulings) -> list[tuple[Box, bool]]:
    """Rectangles between rules, to the middle of the rules, and whether each is filled."""
    lines = rulings.both
    free = cv2.bitwise_not(lines)
    contours, tree = cv2.findContours(free, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    height, width = free.shape
    smallest = SMALLEST_MM * CELL_PX_PER_MM
    found = []
    for contour, links in zip(contours, [] if tree is None else tree[0], strict=True):
        if links[3] != -1:  # a hole: the outline of print, not of a region
            continue
        x, y, w, h = cv2.boundingRect(contour)
        is_border = x == 0 or y == 0 or x + w == width or y + h == height
        if is_border or min(w, h) < smallest:
            continue
        if cv2.contourArea(contour) < RECTANGLE * (w - 1) * (h - 1):
            continue
        box = _to_middle(lines, (x, y, w, h))
        if box is not None:
            inside = rulings.filled[y : y + h, x : x + w]
            found.append((box, float((inside > 0).mean()) > FILLED_SHARE))
    return found


def _to_middle(lines: Pixels, inner: tuple[int, int, int, int]) -> Box | None:
    """Grow the free inside of a box to the middle of the rules around it; None when one lacks."""
    x, y, w, h = inner
    reach = round(THICKEST_RULE_MM * CELL_PX_PER_MM)
    strips = (
        lines[y : y + h, max(x - reach, 0) : x][:, ::-1].T,
        lines[max(y - reach, 0) : y, x : x + w][::-1],
        lines[y : y + h, x + w : x + w + reach].T,
        lines[y + h : y + h + reach, x : x + w],
    )
    halves = []
    for strip in strips:
        is_rule = strip > 0
        if len(is_rule) == 0 or is_rule[:2].any(axis=0).mean() < SIDE_COVER:
            return None
        halves.append(float(np.median(np.cumprod(is_rule, axis=0).sum(axis=0))) / 2)
    left, top, right, bottom = halves
    scale = 1 / CELL_PX_PER_MM
    return Box(
        (x - left) * scale,
        (y - top) * scale,
        (w + left + right) * scale,
        (h + top + bottom) * scale,
    )


def _relations(boxes: list[Box]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each box: does it share no rule with another; does it hold another."""
    e = edges_of(boxes)
    across = np.minimum(e.right[:, None], e.right) - np.maximum(e.left[:, None], e.left)
    down = np.minimum(e.bottom[:, None], e.bottom) - np.maximum(e.top[:, None], e.top)
    width, height = e.right - e.left, e.bottom - e.top
    area = width * height
    inside = (np.clip(across, 0, None) * np.clip(down, 0, None)) / np.maximum(area, 1e-6)
    holds = (inside > HELD) & (area[:, None] > area * 1.05)
    # Two boxes beside each other share most of the shorter one's side.
    beside = (np.abs(across) < TOUCH_MM) & (down > 0.5 * np.minimum(height[:, None], height))
    over = (np.abs(down) < TOUCH_MM) & (across > 0.5 * np.minimum(width[:, None], width))
    touches = beside | over
    np.fill_diagonal(touches, False)
    np.fill_diagonal(holds, False)
    return ~touches.any(axis=1), holds.any(axis=1)


def _kind(box: Box, is_alone: bool, holds: bool) -> FoundKind:
    if holds:
        return "frame"
    low, high = SQUARE_ASPECT
    is_small = max(box.width, box.height) <= SQUARE_MM and low <= box.width / box.height <= high
    return "square" if is_small and is_alone else "cell"


def _bubbles(rulings: Rulings, boxes: list[Box]) -> list[Box]:
    """Printed circles to be filled in; at least two of a size, or it is a letter."""
    binary = cv2.threshold(rulings.darkness, BUBBLE_DARKNESS, 255, cv2.THRESH_BINARY)[1]
    contours, tree = cv2.findContours(binary, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    low, high = (side * CELL_PX_PER_MM for side in BUBBLE_MM)
    found = []
    for contour, links in zip(contours, [] if tree is None else tree[0], strict=True):
        x, y, w, h = cv2.boundingRect(contour)
        if links[3] == -1 or not (low <= w <= high and low <= h <= high and abs(w - h) <= 0.2 * w):
            continue
        length = cv2.arcLength(contour, closed=True)
        is_round = 4 * np.pi * cv2.contourArea(contour) >= ROUNDNESS * length * length
        rim = rulings.filled[max(y - 4, 0) : y + h + 4, max(x - 4, 0) : x + w + 4]
        if is_round and float((rim > 0).mean()) < FILLED_SHARE / 2:
            found.append(Box(*(side / CELL_PX_PER_MM for side in (x, y, w, h))))
    sizes = np.array([box.width for box in found])
    alike = [int((np.abs(sizes - box.width) < 0.15 * box.width).sum()) > 1 for box in found]
    return [
        b for b, is_one in zip(found, alike, strict=True) if is_one and not _in_square(b, boxes)
    ]


def _is_for_ticks(found: FoundBox, rulings: Rulings) -> bool:
    """A square in a heading's grey is part of a picture; one between letters is a letter."""
    if found.is_shaded:
        return False
    box = found.box
    left, top, right, bottom = (
        round(side * CELL_PX_PER_MM) for side in (box.left, box.top, box.right, box.bottom)
    )
    near, far = (round(side * CELL_PX_PER_MM) for side in CLEAR_MM)
    before = rulings.darkness[top:bottom, max(left - far, 0) : max(left - near, 1)]
    after = rulings.darkness[top:bottom, right + near : right + far]
    clear = [float((s > BUBBLE_DARKNESS).mean()) < CLEAR_SHARE for s in (before, after) if s.size]
    # Bubbles have their letter close by on one side; only those larger than small print may.
    return all(clear) or (any(clear) and box.height >= LARGE_MM)


def _in_square(circle: Box, boxes: list[Box]) -> bool:
    """A round hole in a tick square is the square's own."""
    return any(
        abs(circle.left - b.left) < 1 and abs(circle.top - b.top) < 1 and b.width < SQUARE_MM
        for b in boxes
    )
