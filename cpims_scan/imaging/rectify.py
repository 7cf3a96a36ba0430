"""A page drawn in its blank's frame: over its own paper, and what of it the blank explains."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import (
    CELL_PX_PER_MM,
    AlignedPage,
    PageImage,
    Pixels,
    Transform,
)
from cpims_scan.imaging.blanks import Blank, BlankIndex

# A page is drawn in squares of two grid steps of the transform: inside one, the map is affine
# to within 0.04 mm on the most bent page, and OpenCV's affine warp needs no map (half the time).
TILE_MM = 20.0
# Above this, a page is halved before it is drawn, so that no pixel is skipped.
MAX_DRAW_DPI = 450.0
CHROMA_PX_PER_MM = CELL_PX_PER_MM // 2

# Paper's own white is the lightest within this distance, found at 2 pixels a millimetre.
PAPER_WINDOW_MM = 9.0
PAPER_PX_PER_MM = 2
EVEN_PAPER = 6  # grey levels by which the paper of a flatbed scan varies at most
NOISE = 18  # darkness of clean paper: its grain, and the printer's dust
# How far beyond the blank's print a page's print may reach, pixels at 8 a millimetre: 2 is the
# certificate's 0.25 mm; a photocopy's bold print needs more.
REACHES = (2, 3, 4)
BOLD = 0.3  # mean darkness of the ring just outside the print that calls for more
# Light print (hints, grey bands) comes out darker or dotted by another printer.
HINT_GAIN = 1.3
HINT_LIFT = 30
COLOURED = 22  # distance from the page's neutral tint that only coloured ink has
RING_SAMPLES = 6000


@dataclass(frozen=True, slots=True)
class Rectified:
    """
    A page in its blank's frame at 8 pixels a millimetre; all planes uint8 (H, W).

    Attributes:
        picture: The page's own grey.
        chroma: Its Cr and Cb at half the scale, or None.
        grey: Page over its own paper, 255 paper.
        ink: Darkness that the blank does not explain, 0 none.
        printed: Darkness of the blank.
    """

    picture: Pixels
    chroma: Pixels | None
    grey: Pixels
    ink: Pixels
    printed: Pixels


@dataclass(frozen=True, slots=True)
class PrintCover:
    """
    What a blank's print may darken on a page.

    Attributes:
        planes: Darkness that print explains, uint8 (H, W), one for each of `REACHES`.
        rings: Places (flat) just outside one reach and inside the next, dark on bold copies.
    """

    planes: tuple[Pixels, ...]
    rings: tuple[NDArray[np.intp], ...]


def rectify(aligned: AlignedPage, index: BlankIndex) -> Rectified:
    """Draw an aligned page in its blank's frame and separate its ink from its print."""
    match = aligned.match
    blank = index.blank(match.form, match.edition, match.page)
    picture = draw(aligned.page, aligned.transform, blank.size_mm)
    chroma = draw_chroma(aligned.page, aligned.transform, blank.size_mm)
    grey = over_paper(picture)
    darkness = cast(Pixels, cv2.bitwise_not(grey))
    ink = unexplained(darkness, cover_of(blank, index))
    if chroma is not None:
        ink = with_coloured(ink, darkness, chroma)
    return Rectified(picture, chroma, grey, ink, blank.darkness)


def draw(page: PageImage, transform: Transform, size_mm: tuple[float, float]) -> Pixels:
    """The page's grey in the blank's frame, white beyond the picture's edge."""
    pixels, scale = page.pixels, 1.0
    if page.dpi > MAX_DRAW_DPI:
        height, width = pixels.shape
        pixels = cast(
            Pixels, cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        )
        scale = 0.5
    return _draw_tiles(pixels, scale, transform, size_mm, CELL_PX_PER_MM)


def draw_chroma(
    page: PageImage, transform: Transform, size_mm: tuple[float, float]
) -> Pixels | None:
    """The page's colour in the blank's frame at 4 pixels a millimetre, or None."""
    if page.chroma is None:
        return None
    return _draw_tiles(page.chroma, 0.5, transform, size_mm, CHROMA_PX_PER_MM)


def _draw_tiles(
    pixels: Pixels, scale: float, transform: Transform, size_mm: tuple[float, float], px_per_mm: int
) -> Pixels:
    width, height = round(size_mm[0] * px_per_mm), round(size_mm[1] * px_per_mm)
    step = round(TILE_MM * px_per_mm)
    cols, rows = -(-width // step), -(-height // step)
    ys, xs = np.mgrid[0 : rows + 1, 0 : cols + 1] * float(step)
    # A frame pixel's centre stands half a pixel inside its square.
    corners_mm = (np.column_stack([xs.ravel(), ys.ravel()]) + 0.5) / px_per_mm
    corners = (transform.to_pixels(corners_mm) + 0.5) * scale - 0.5
    affine = _affines(corners.reshape(rows + 1, cols + 1, 2), step)
    drawn = np.empty((height, width, *pixels.shape[2:]), np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    beyond = 255.0 if pixels.ndim == 2 else 128.0
    for r in range(rows):
        for c in range(cols):
            tile = drawn[r * step : (r + 1) * step, c * step : (c + 1) * step]
            cv2.warpAffine(
                pixels,
                affine[r, c],
                (tile.shape[1], tile.shape[0]),
                dst=tile,
                flags=flags,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(beyond, beyond, beyond),
            )
    return drawn


def _affines(corners: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Per tile, the affine map (2, 3) of its own pixels that fits its four corners best."""
    a, b = corners[:-1, :-1], corners[:-1, 1:]
    c, d = corners[1:, :-1], corners[1:, 1:]
    along = (b - a + d - c) / (2 * step)
    down = (c - a + d - b) / (2 * step)
    origin = (a + b + c + d) / 4 - (along + down) * (step / 2)
    return np.stack([along, down, origin], axis=-1)


def over_paper(picture: Pixels) -> Pixels:
    """Divide a page by its own paper: shadows and grey copies become black on white."""
    height, width = picture.shape
    scale = CELL_PX_PER_MM // PAPER_PX_PER_MM
    small = cv2.resize(picture, (width // scale, height // scale), interpolation=cv2.INTER_AREA)
    side = round(PAPER_WINDOW_MM * PAPER_PX_PER_MM) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.blur(paper, (side // 2 | 1, side // 2 | 1))
    low, high = np.percentile(paper[::4, ::4], (1, 99))
    if high - low <= EVEN_PAPER:
        levels = np.arange(256) * (255.0 / max(float(high), 1.0))
        return cast(Pixels, cv2.LUT(picture, levels.clip(0, 255).astype(np.uint8)))
    full = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return cast(Pixels, cv2.divide(picture, full, scale=255))


def unexplained(darkness: Pixels, cover: PrintCover) -> Pixels:
    """Darkness beyond what the blank prints there, with room for bolder and lighter print."""
    ink = cv2.subtract(darkness, cover.planes[_reach(darkness, cover)])
    return cast(Pixels, cv2.threshold(ink, NOISE, 255, cv2.THRESH_TOZERO)[1])


def _reach(darkness: Pixels, cover: PrintCover) -> int:
    """How far this page's print reaches beyond the blank's: an index of `REACHES`."""
    chosen = 0
    flat = darkness.reshape(-1)
    for i, ring in enumerate(cover.rings):
        if len(ring) and float(flat[ring].mean()) > BOLD * 255:
            chosen = i + 1
    return chosen


def with_coloured(ink: Pixels, darkness: Pixels, chroma: Pixels) -> Pixels:
    """Keep coloured ink where it crosses print: what is coloured is never the print's own."""
    neutral = np.median(chroma[::8, ::8].reshape(-1, 2), axis=0)
    low = tuple(float(v) - COLOURED for v in neutral)
    high = tuple(float(v) + COLOURED for v in neutral)
    plain = cv2.inRange(chroma, low, high)
    size = (ink.shape[1], ink.shape[0])
    plain = cv2.resize(plain, size, interpolation=cv2.INTER_NEAREST)
    return cast(Pixels, np.maximum(ink, cv2.subtract(darkness, plain)))


def cover_of(blank: Blank, index: BlankIndex) -> PrintCover:
    """The cover of a blank, made when its first page is drawn and kept for the process."""
    found = index.covers.get(blank.key)
    if found is None:
        found = index.covers[blank.key] = make_cover(blank.darkness)
    return found


def make_cover(darkness: Pixels) -> PrintCover:
    """Grow a blank's print by every reach."""
    grown = [_grown(darkness, reach) for reach in REACHES]
    levels = np.arange(256, dtype=np.float64)
    lifted = np.where(levels > NOISE / 2, levels * HINT_GAIN + HINT_LIFT, levels)
    table = lifted.clip(0, 255).astype(np.uint8)
    rings = []
    for inner, outer in pairwise(grown):
        places = np.flatnonzero((outer > 200) & (inner < 40))
        rings.append(places[:: max(len(places) // RING_SAMPLES, 1)])
    return PrintCover(tuple(cast(Pixels, cv2.LUT(plane, table)) for plane in grown), tuple(rings))


def _grown(darkness: Pixels, reach: int) -> Pixels:
    round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cast(Pixels, cv2.dilate(darkness, round_brush))
