"""Which ink in a cut cell is the cell's own, and whether there is any at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CELL_PX_PER_MM, CellImage, Pixels

Labels = NDArray[np.int32]

# Darkness (0..255) below which nothing is ink. Light pencil, blurred by the scanner, peaks at
# 40 to 90; the grain of paper and JPEG stays below 20.
INK_FLOOR = 28
# In a cell with dark ink the halo around a stroke is brighter than this share of its black.
HALO_SHARE = 0.3
# The darkest pixels are found at this quantile of what is above the floor.
BLACK_QUANTILE = 0.9
# Smaller specks are dust: a ball pen's dot has 0.4 mm, 8 pixels.
SPECK_AREA = 5
# A stroke's own cell holds most of it; a neighbour's overflow leaves this share at most.
OWN_SHARE = 0.4
# What also runs out of the picture belongs to the next cell unless most of it is here.
OWN_SHARE_AT_EDGE = 0.6
# What a badly subtracted ruled line leaves lies this close to it, pixels.
LINE_DISTANCE = 3
# Darker ink is a pen's, whatever it lies on.
PEN_DARKNESS = 110
# A component whose mean is darker than this is no line's left-over: a one that a pen wrote along
# a ruled line keeps 75 and more after scanning.
FAINT_LINE = 70
# Dirt on a copier's glass draws a line down the page: this thin and leaning at most this much
# within a cell, pixels, and covering this share of its picture.
STREAK_WIDTH = 3
STREAK_LEAN = 5
STREAK_COVER = 0.6
# A pen stroke is at least this long (1 mm) and has this area; dust and staples' shadows of less
# are told from dots by nobody.
STROKE_EXTENT = CELL_PX_PER_MM
STROKE_AREA = 12
# Within this many pixels of the box's line ink may be the line's left-over.
INNER = 5
# More dust than this in one cell (0.4 mm^2) is looked at: it may be what a copier left of a pen.
DUST_AREA = 24
# Rings around an option run outside its cell: look for marks this far beyond the box, in pixels.
MARGIN_SEEN = {"cells": 8, "squares": 10}
# Share of a component that lies on lines or printed edges before it counts as their left-over.
RESIDUE_SHARE = 0.85
# Black print; what is left of light hints is written over them, for imaging takes them off whole.
PRINTED_FLOOR = 110


@dataclass(frozen=True, slots=True)
class Ink:
    """
    The ink that belongs to one cell.

    Attributes:
        pixels: Darkness of the own strokes, scaled so that the pen's black is 255, uint8 (h, w).
        window: left, top, right, bottom of the own strokes, in pixels; None without strokes.
        area: Ink area in pixels.
        black: Darkness of the pen before scaling, 0..255.
    """

    pixels: Pixels
    window: tuple[int, int, int, int] | None
    area: float
    black: float


def own_ink(cell: CellImage) -> Ink:
    """Separate a cell's own strokes from dust, left-over lines and the neighbours' overflow."""
    black = _black(cell.ink)
    if black is None:
        return _no_ink(cell.ink)
    parts = _parts(cell, max(INK_FLOOR, HALO_SHARE * black), None)
    keep = _own(parts)
    if not keep.any():
        return _no_ink(cell.ink)
    soft = cv2.dilate(keep[parts.labels].view(np.uint8), np.ones((3, 3), np.uint8))
    pixels = np.zeros_like(cell.ink)
    x0, y0 = parts.corner
    height, width = parts.labels.shape
    pixels[y0 : y0 + height, x0 : x0 + width] = cv2.convertScaleAbs(
        parts.ink * soft, alpha=255.0 / black
    )
    rows = parts.stats[keep]
    left, top = rows[:, cv2.CC_STAT_LEFT] + x0, rows[:, cv2.CC_STAT_TOP] + y0
    right = left + rows[:, cv2.CC_STAT_WIDTH]
    bottom = top + rows[:, cv2.CC_STAT_HEIGHT]
    window = (int(left.min()), int(top.min()), int(right.max()), int(bottom.max()))
    return Ink(pixels, window, float(rows[:, cv2.CC_STAT_AREA].sum()), black)


def own_area(cell: CellImage) -> float:
    """Area of a cell's own strokes in pixels: what `own_ink` finds, without its picture."""
    black = _black(cell.ink)
    if black is None:
        return 0.0
    parts = _parts(cell, max(INK_FLOOR, HALO_SHARE * black), None)
    return float(parts.stats[_own(parts), cv2.CC_STAT_AREA].sum())


def share_of(area: float, cell: CellImage) -> float:
    """Ink area over the area of the cell's box, 0..1."""
    return min(area / max(cell.box[2] * cell.box[3], 1), 1.0)


def is_plainly_blank(cell: CellImage) -> bool:
    """
    Tell whether a cell holds nothing but paper, dust and what the ruled lines left over.

    Careful by design: whatever might be a pen or a light pencil is not plainly blank and goes to
    a network, which may still call it empty.
    """
    if int(cell.ink.max(initial=0)) < INK_FLOOR:
        return True
    left, top, width, height = cell.box
    inner = cell.ink[top + INNER : top + height - INNER, left + INNER : left + width - INNER]
    if int(np.count_nonzero(inner >= PEN_DARKNESS)) > DUST_AREA:
        return False
    parts = _parts(cell, INK_FLOOR, MARGIN_SEEN.get(cell.reader, 0))
    if parts.count < 2:
        return True
    rows = parts.stats
    extent = np.maximum(rows[:, cv2.CC_STAT_WIDTH], rows[:, cv2.CC_STAT_HEIGHT])
    stroke = (extent >= STROKE_EXTENT) & (rows[:, cv2.CC_STAT_AREA] >= STROKE_AREA)
    stroke[0] = False
    if not stroke.any():
        return bool(rows[1:, cv2.CC_STAT_AREA].sum() < DUST_AREA)
    dark = np.bincount(parts.labels[parts.ink >= PEN_DARKNESS], minlength=parts.count)
    if (stroke & (dark >= STROKE_AREA)).any():
        return False
    return bool((_on_lines(parts) | _on_print(parts, cell.printed))[stroke].all())


@dataclass(frozen=True, slots=True)
class _Parts:
    """
    Connected strokes of the inked part of a cell.

    Attributes:
        count: Of components, the paper (0) included.
        labels: Which component each pixel belongs to.
        stats: OpenCV's boxes and areas, in pixels of `labels`.
        ink: The same pixels' darkness.
        corner: x, y of this part in the cell's picture.
        box: The cell's box, counted from `corner`.
        size: width, height of the whole picture.
    """

    count: int
    labels: Labels
    stats: Labels
    ink: Pixels
    corner: tuple[int, int]
    box: tuple[int, int, int, int]
    size: tuple[int, int]


def _parts(cell: CellImage, floor: float, margin: int | None) -> _Parts:
    """Strokes of at least `floor`, at most `margin` pixels off the box (None: anywhere)."""
    height, width = cell.ink.shape
    left, top, box_width, box_height = cell.box
    x0, y0, x1, y1 = 0, 0, width, height
    if margin is not None:
        x0, y0 = max(left - margin, 0), max(top - margin, 0)
        x1, y1 = left + box_width + margin, top + box_height + margin
    mask = (cell.ink[y0:y1, x0:x1] >= floor).view(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)  # most cells are mostly paper
    inked = np.ascontiguousarray(mask[y : y + h, x : x + w])
    if w == 0:  # a picture of one pixel of paper
        w, h, inked = 1, 1, np.zeros((1, 1), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    corner = (x0 + x, y0 + y)
    return _Parts(
        count,
        cast(Labels, labels),
        cast(Labels, stats),
        cell.ink[corner[1] : corner[1] + h, corner[0] : corner[0] + w],
        corner,
        (left - corner[0], top - corner[1], box_width, box_height),
        (width, height),
    )


def _own(parts: _Parts) -> NDArray[np.bool_]:
    """Which components are the cell's own; index 0 (the paper) is never."""
    area = parts.stats[:, cv2.CC_STAT_AREA]
    keep = (area >= SPECK_AREA) & ~_is_streak(parts)
    keep[0] = False
    if not (keep & _near_lines(parts)).any():
        return np.asarray(keep)
    left, top, width, height = parts.box
    rows = slice(max(top, 0), max(top + height, 0))
    columns = slice(max(left, 0), max(left + width, 0))
    inside = np.bincount(parts.labels[rows, columns].ravel(), minlength=parts.count)
    x0, y0 = (parts.stats[:, i] + parts.corner[i] for i in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
    x1, y1 = x0 + parts.stats[:, cv2.CC_STAT_WIDTH], y0 + parts.stats[:, cv2.CC_STAT_HEIGHT]
    at_edge = (x0 == 0) | (y0 == 0) | (x1 == parts.size[0]) | (y1 == parts.size[1])
    keep &= inside >= np.where(at_edge, OWN_SHARE_AT_EDGE, OWN_SHARE) * area
    faint = keep & _faint(parts)
    if faint.any():
        keep &= ~(faint & _on_lines(parts))
    return np.asarray(keep)


def _is_streak(parts: _Parts) -> NDArray[np.bool_]:
    """Pieces of a thin upright line from the picture's top to its bottom: a copier's streak."""
    stats, height = parts.stats, parts.size[1]
    top = stats[:, cv2.CC_STAT_TOP] + parts.corner[1]
    tall = stats[:, cv2.CC_STAT_HEIGHT]
    is_streak = np.zeros(parts.count, np.bool_)
    thin = stats[:, cv2.CC_STAT_WIDTH] <= STREAK_LEAN
    thin &= stats[:, cv2.CC_STAT_AREA] <= STREAK_WIDTH * tall
    ends = (top[thin] <= LINE_DISTANCE).any() and (
        (top + tall)[thin] >= height - LINE_DISTANCE
    ).any()
    if not ends:
        return is_streak
    middle = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2
    for i in np.flatnonzero(thin & (top <= LINE_DISTANCE)):
        along = thin & (abs(middle - middle[i]) <= STREAK_LEAN)
        reaches = ((top + tall)[along] >= height - LINE_DISTANCE).any()
        if reaches and tall[along].sum() >= STREAK_COVER * height:
            is_streak |= along
    return is_streak


def _near_lines(parts: _Parts) -> NDArray[np.bool_]:
    """Components that come near one of the box's lines, or lie beyond it."""
    left, top, width, height = parts.box
    x0, y0 = parts.stats[:, cv2.CC_STAT_LEFT], parts.stats[:, cv2.CC_STAT_TOP]
    x1, y1 = x0 + parts.stats[:, cv2.CC_STAT_WIDTH], y0 + parts.stats[:, cv2.CC_STAT_HEIGHT]
    low = (x0 <= left + LINE_DISTANCE) | (y0 <= top + LINE_DISTANCE)
    high = (x1 >= left + width - LINE_DISTANCE) | (y1 >= top + height - LINE_DISTANCE)
    return np.asarray(low | high)


def _faint(parts: _Parts) -> NDArray[np.bool_]:
    """Components that may be what print left over: lighter than a pen's stroke."""
    total = np.bincount(parts.labels.ravel(), weights=parts.ink.ravel(), minlength=parts.count)
    return np.asarray(total < FAINT_LINE * parts.stats[:, cv2.CC_STAT_AREA])


def _on_lines(parts: _Parts) -> NDArray[np.bool_]:
    """Components that lie almost wholly along the box's four lines."""
    left, top, width, height = parts.box
    frame = np.zeros(parts.labels.shape, np.uint8)
    cv2.rectangle(frame, (left, top), (left + width, top + height), 1, 2 * LINE_DISTANCE + 1)
    return _mostly_in(frame, parts)


def _on_print(parts: _Parts, printed: Pixels) -> NDArray[np.bool_]:
    """Components that lie almost wholly on the edges of what is printed."""
    (x0, y0), (height, width) = parts.corner, parts.labels.shape
    there = printed[y0 : y0 + height, x0 : x0 + width]
    edges = cv2.morphologyEx(there, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return _mostly_in((edges >= PRINTED_FLOOR).view(np.uint8), parts)


def _mostly_in(places: Pixels, parts: _Parts) -> NDArray[np.bool_]:
    """Components of which `RESIDUE_SHARE` lie where `places` is not 0."""
    inside = np.bincount(parts.labels[places > 0], minlength=parts.count)
    return np.asarray(inside >= RESIDUE_SHARE * parts.stats[:, cv2.CC_STAT_AREA])


def _black(ink: Pixels) -> float | None:
    """The pen's own darkness; None for a cell without ink."""
    above = ink[ink >= INK_FLOOR]
    if above.size < SPECK_AREA:
        return None
    rank = int(above.size * BLACK_QUANTILE)
    return float(np.partition(above, rank)[rank])


def _no_ink(ink: Pixels) -> Ink:
    return Ink(np.zeros_like(ink), None, 0.0, 0.0)
