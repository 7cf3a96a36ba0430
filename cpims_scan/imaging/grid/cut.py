"""Cells of a printed workbook cut upright in their own proportions, and its page for the desk."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import (
    CELL_PX_PER_MM,
    AlignedPage,
    CellImage,
    PageImage,
    Pixels,
    Transform,
)
from cpims_scan.forms.template import Edition, Place
from cpims_scan.imaging.rectify import Rectified, over_paper

# A row is drawn this high: print of 11 points in a row of 15 is then 21 pixels high.
ROW_PX = 48
WIDEST = 12.0  # of a row's height; a value's place may be longer than any figure
# How far from a cell's edge its ruled line is looked for, share of the row's height.
LINE_ZONE = 0.22
LINE_DARKNESS = 38  # a row of pixels this dark nearly all along is a line's
LINE_QUANTILE = 0.25
HALO_PX = 2  # a line's blur beyond it
NOISE = 18
THROUGH = 0.98  # of the height between a cell's lines: bold figures reach 0.9
PAPER_QUANTILE = 0.6  # most of a cell is paper, or the grey that fills it


def cut_grid_cells(aligned: AlignedPage, edition: Edition) -> list[CellImage]:
    """
    Cut every cell that stands on this page, in its own proportions, 48 pixels a row.

    `printed` is the darkness of the ruled lines; ink is what they do not explain.
    """
    fields = [name for name in edition.places if name in aligned.certificates]
    return [_cell(aligned, edition.places[name]) for name in fields]


def _cell(aligned: AlignedPage, place: Place) -> CellImage:
    grey = _upright(aligned.page, aligned.transform, place)
    paper = max(float(np.quantile(grey, PAPER_QUANTILE)), 1.0)
    level = np.clip(grey.astype(np.float32) * (255.0 / paper), 0, 255)
    darkness = (255 - level).astype(np.uint8)
    lines = _line_mask(darkness)
    ink = np.where(lines | (darkness < NOISE), 0, darkness).astype(np.uint8)
    height, width = grey.shape
    return CellImage(
        place.field,
        "",
        place.reader,
        place.alphabet,
        level.astype(np.uint8),
        ink,
        np.where(lines, darkness, 0).astype(np.uint8),
        (0, 0, width, height),
        aligned.certificates[place.field],
    )


def _upright(page: PageImage, transform: Transform, place: Place) -> Pixels:
    corners = transform.to_pixels(place.box.corners)
    across = np.linalg.norm(corners[[1, 2]] - corners[[0, 3]], axis=1).mean()
    down = np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1).mean()
    width = round(ROW_PX * float(np.clip(across / max(down, 1.0), 0.3, WIDEST)))
    goal = np.array([(0, 0), (width, 0), (width, ROW_PX), (0, ROW_PX)], np.float32) - 0.5
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), goal)
    drawn = cv2.warpPerspective(
        page.pixels, warp, (width, ROW_PX), flags=cv2.INTER_LINEAR, borderValue=(255,)
    )
    return cast(Pixels, drawn)


def _line_mask(darkness: Pixels) -> NDArray[np.bool_]:
    """Pixels of the lines that close a cell: dark nearly all along an edge."""
    mask = np.zeros(darkness.shape, dtype=bool)
    height, width = darkness.shape
    across = np.quantile(darkness, LINE_QUANTILE, axis=1) >= LINE_DARKNESS
    down = np.quantile(darkness, LINE_QUANTILE, axis=0) >= LINE_DARKNESS
    zone = round(LINE_ZONE * height)
    top, bottom = _edges(across, zone)
    left, right = _edges(down, min(zone, width // 3))
    mask[:top] = mask[height - bottom :] = True
    mask[:, :left] = mask[:, width - right :] = True
    inner = darkness[top : height - bottom]
    if inner.size:
        # A line right through a cell is a streak of a dirty glass: no figure is as high as its row.
        streak = (inner >= NOISE).mean(axis=0) >= THROUGH
        mask |= np.convolve(streak, np.ones(2 * HALO_PX + 1), "same")[None, :] > 0
    return mask


def _edges(dark: NDArray[np.bool_], zone: int) -> tuple[int, int]:
    """How many pixels at both ends are a line's, its blur included."""
    first = np.flatnonzero(dark[:zone])
    last = np.flatnonzero(dark[::-1][:zone])
    start = int(first[-1]) + 1 + HALO_PX if len(first) else 1
    end = int(last[-1]) + 1 + HALO_PX if len(last) else 1
    return start, end


def rectify_grid(aligned: AlignedPage, size_mm: tuple[float, float]) -> Rectified:
    """The page in the workbook's frame at 8 pixels a millimetre, for the desk's pictures."""
    scale = float(CELL_PX_PER_MM)
    width, height = (round(side * scale) for side in size_mm)
    x, y = _dense(aligned.transform, (width, height))
    border = cv2.BORDER_CONSTANT
    picture = cast(
        Pixels,
        cv2.remap(aligned.page.pixels, x, y, cv2.INTER_LINEAR, borderMode=border, borderValue=255),
    )
    grey = over_paper(picture)
    chroma = None
    if aligned.page.chroma is not None:
        halves = [np.ascontiguousarray((plane[::2, ::2] - 0.5) / 2) for plane in (x, y)]
        neutral = (128.0, 128.0)
        chroma = cast(
            Pixels,
            cv2.remap(
                aligned.page.chroma, halves[0].astype(np.float32), halves[1].astype(np.float32),
                cv2.INTER_LINEAR, borderMode=border, borderValue=neutral,
            ),
        )  # fmt: skip
    ink = cast(Pixels, cv2.bitwise_not(grey))
    return Rectified(picture, chroma, grey, ink, np.zeros_like(ink))


def _dense(
    transform: Transform, size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Page pixels of every pixel of the frame: nodes read linearly along both sides."""
    rows, cols = transform.shifts.shape[:2]
    ys, xs = np.mgrid[0:rows, 0:cols] * transform.step_mm
    nodes = transform.to_pixels(np.column_stack([xs.ravel(), ys.ravel()])).reshape(rows, cols, 2)
    width, height = size
    down = _weights((np.arange(height) + 0.5) / CELL_PX_PER_MM / transform.step_mm, rows)
    across = _weights((np.arange(width) + 0.5) / CELL_PX_PER_MM / transform.step_mm, cols)
    x = down @ nodes[..., 0].astype(np.float32) @ across.T
    y = down @ nodes[..., 1].astype(np.float32) @ across.T
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _weights(places: NDArray[np.float64], count: int) -> NDArray[np.float32]:
    """(places, nodes): shares of the two nodes beside each place."""
    first = np.clip(places.astype(int), 0, count - 2)
    share = places - first
    weights = np.zeros((len(places), count), np.float32)
    every = np.arange(len(places))
    weights[every, first] = 1 - share
    weights[every, first + 1] = share
    return weights
