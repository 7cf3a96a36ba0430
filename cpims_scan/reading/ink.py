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
# What a badly subtracted ruled line leaves: thin, along the line.
LINE_DISTANCE = 3
LINE_DARKNESS = 110
# A pen stroke is at least this long (1 mm) and has this area; dust and staples' shadows of less
# are told from dots by nobody.
STROKE_EXTENT = CELL_PX_PER_MM
STROKE_AREA = 12
# Ink this many pixels inside the box is no line's left-over.
INNER = 5
# More dust than this in one cell (1.5 mm^2) is looked at.
DUST_AREA = 96
# Rings around an option run outside its cell: look for marks this far beyond the box, in pixels.
_REACH = {"cells": 8, "squares": 10}
# Share of a component that lies on lines or printed edges before it counts as their left-over.
RESIDUE_SHARE = 0.85
PRINTED_FLOOR = 40


@dataclass(frozen=True, slots=True)
class Ink:
    """
    The ink that belongs to one cell.

    Attributes:
        pixels: Darkness of the own strokes, scaled so that the pen's black is 255, uint8 (h, w).
        window: left, top, right, bottom of the own strokes, in pixels; None without strokes.
        area: Ink area in pixels.
        share: Ink area over the area of the cell's box, 0..1.
        black: Darkness of the pen before scaling, 0..255.
    """

    pixels: Pixels
    window: tuple[int, int, int, int] | None
    area: float
    share: float
    black: float


def own_ink(cell: CellImage) -> Ink:
    """Separate a cell's own strokes from dust, left-over lines and the neighbours' overflow."""
    ink = cell.ink
    above = ink[ink >= INK_FLOOR]
    if above.size < SPECK_AREA:
        return _no_ink(ink)
    rank = int(above.size * BLACK_QUANTILE)
    black = float(np.partition(above, rank)[rank])
    mask = (ink >= max(INK_FLOOR, HALO_SHARE * black)).view(np.uint8)
    count, labels, stats = _components(mask)
    keep = _own(count, labels, stats, cell)
    if not keep.any():
        return _no_ink(ink)
    rows = stats[keep]
    left, top = rows[:, cv2.CC_STAT_LEFT], rows[:, cv2.CC_STAT_TOP]
    right = left + rows[:, cv2.CC_STAT_WIDTH]
    bottom = top + rows[:, cv2.CC_STAT_HEIGHT]
    window = (int(left.min()), int(top.min()), int(right.max()), int(bottom.max()))
    own = keep[labels].view(np.uint8)
    soft = cv2.dilate(own, np.ones((3, 3), np.uint8))
    pixels = cast(Pixels, cv2.convertScaleAbs(ink * soft, alpha=255.0 / max(black, 1.0)))
    area = float(rows[:, cv2.CC_STAT_AREA].sum())
    return Ink(pixels, window, area, min(area / max(cell.box[2] * cell.box[3], 1), 1.0), black)


def is_plainly_blank(cell: CellImage) -> bool:
    """
    Tell whether a cell holds nothing but paper, dust and what the ruled lines left over.

    Careful by design: whatever might be a pen or a light pencil is not plainly blank and goes to
    a network, which may still call it empty.
    """
    if int(cell.ink.max(initial=0)) < INK_FLOOR:
        return True
    left, top, width, height = cell.box
    reach = _REACH.get(cell.reader, 0)
    y0, x0 = max(top - reach, 0), max(left - reach, 0)
    ink = cell.ink[y0 : top + height + reach, x0 : left + width + reach]
    mask = (ink >= INK_FLOOR).view(np.uint8)
    if int(cv2.countNonZero(mask)) < SPECK_AREA:
        return True
    inner = cell.ink[top + INNER : top + height - INNER, left + INNER : left + width - INNER]
    if int(np.count_nonzero(inner >= LINE_DARKNESS)) > DUST_AREA:
        return False
    count, labels, stats = _components(mask)
    rows = stats[1:]
    extent = np.maximum(rows[:, cv2.CC_STAT_WIDTH], rows[:, cv2.CC_STAT_HEIGHT])
    stroke = (extent >= STROKE_EXTENT) & (rows[:, cv2.CC_STAT_AREA] >= STROKE_AREA)
    if not stroke.any():
        return bool(rows[:, cv2.CC_STAT_AREA].sum() < DUST_AREA)
    total = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)[1:]
    faint = total / rows[:, cv2.CC_STAT_AREA] < LINE_DARKNESS
    box = (left - x0, top - y0, width, height)
    if (stroke & ~faint).any():
        return False
    residue = _on_lines(labels, count, box) | _on_print(labels, count, cell, (x0, y0))
    return bool(residue[1:][stroke].all())


def _components(mask: Pixels) -> tuple[int, Labels, Labels]:
    """Connected strokes: their number, the picture of their numbers, their boxes and areas."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return count, cast(Labels, labels), cast(Labels, stats)


def _no_ink(ink: Pixels) -> Ink:
    return Ink(np.zeros_like(ink), None, 0.0, 0.0, 0.0)


def _own(count: int, labels: Labels, stats: Labels, cell: CellImage) -> NDArray[np.bool_]:
    """Which components are the cell's own; index 0 (the paper) is never."""
    left, top, width, height = cell.box
    inside = np.bincount(labels[top : top + height, left : left + width].ravel(), minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    share = inside / np.maximum(area, 1)
    x0, y0 = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    x1, y1 = x0 + stats[:, cv2.CC_STAT_WIDTH], y0 + stats[:, cv2.CC_STAT_HEIGHT]
    at_edge = (x0 == 0) | (y0 == 0) | (x1 == labels.shape[1]) | (y1 == labels.shape[0])
    keep = (area >= SPECK_AREA) & (share >= np.where(at_edge, OWN_SHARE_AT_EDGE, OWN_SHARE))
    if keep.any():
        total = np.bincount(labels.ravel(), weights=cell.ink.ravel(), minlength=count)
        faint = keep & (total / np.maximum(area, 1) < LINE_DARKNESS)
        if faint.any():
            keep &= ~(faint & _on_lines(labels, count, cell.box))
    keep[0] = False
    return np.asarray(keep)


def _on_lines(labels: Labels, count: int, box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """Components that lie almost wholly along the box's four lines."""
    left, top, width, height = box
    frame = np.zeros(labels.shape, np.uint8)
    corners = (left, top), (left + width, top + height)
    cv2.rectangle(frame, *corners, 1, 2 * LINE_DISTANCE + 1)
    return _mostly_in(frame, labels, count)


def _on_print(
    labels: Labels, count: int, cell: CellImage, corner: tuple[int, int]
) -> NDArray[np.bool_]:
    """Components that lie almost wholly on the edges of what is printed."""
    x0, y0 = corner
    printed = cell.printed[y0 : y0 + labels.shape[0], x0 : x0 + labels.shape[1]]
    edges = cv2.morphologyEx(printed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return _mostly_in((edges >= PRINTED_FLOOR).view(np.uint8), labels, count)


def _mostly_in(places: Pixels, labels: Labels, count: int) -> NDArray[np.bool_]:
    """Components of which `RESIDUE_SHARE` lie where `places` is not 0."""
    inside = np.bincount(labels[places > 0], minlength=count)
    return np.asarray(inside >= RESIDUE_SHARE * np.bincount(labels.ravel(), minlength=count))
