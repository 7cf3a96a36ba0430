"""Is there another sheet in the picture, beside the one that was found?"""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import AlignedPage, Pixels, Points
from cpims_scan.imaging.coaching.quality import halved

LOOK_PX_PER_MM = 2.0  # at least, of the form: print is grey texture, not lines
TILE_MM = 10
MARGIN_MM = 5.0  # around the found sheet that is its own edge and shadow
FEWEST_BESIDE = 0.12  # of the found sheet's area: less is the scanner's lid or a table's edge
# Of the found sheet's paper. A second sheet lies in the same light; wood and lids are darker or
# bear no print.
AS_LIGHT = 0.8
DARK_SHARE = 0.82  # of its tile's paper: a pixel that may be print
PRINT_SHARE = (0.01, 0.5)  # of a tile that bears print or writing
FEWEST_TILES = 24  # with print: 24 cm2, a twentieth of a sheet's printed part


def has_neighbour(aligned: AlignedPage, size_mm: tuple[float, float]) -> bool:
    """
    Whether paper with print or writing lies in the picture beyond the sheet that was found.

    Costs nothing where the sheet fills the picture.
    """
    corners = _corners(aligned, size_mm, 0.0)
    area = float(cv2.contourArea(corners.astype(np.float32)))
    if _bare(corners, aligned.page.pixels.shape) < FEWEST_BESIDE * area:
        return False
    small, scale = _reduced(aligned.page.pixels, np.sqrt(area / (size_mm[0] * size_mm[1])))
    inside = np.zeros(small.shape, np.uint8)
    grown = (_corners(aligned, size_mm, MARGIN_MM) + 0.5) * scale - 0.5
    cv2.fillConvexPoly(inside, np.rint(grown).astype(np.int32), 255)
    paper = float(np.median(small[inside > 0]))
    side = round(TILE_MM * np.sqrt(area / (size_mm[0] * size_mm[1])) * scale)
    return _printed_tiles(small, inside, side, AS_LIGHT * paper) >= FEWEST_TILES


def _bare(corners: Points, shape: tuple[int, ...]) -> float:
    """Pixels of the picture that the sheet does not fill; the sheet may go on beyond it."""
    height, width = shape
    picture = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    filled, _ = cv2.intersectConvexConvex(picture, corners.astype(np.float32))
    return height * width - float(filled)


def _corners(aligned: AlignedPage, size_mm: tuple[float, float], margin: float) -> Points:
    wide, high = size_mm[0] + margin, size_mm[1] + margin
    places = np.array([(-margin, -margin), (wide, -margin), (wide, high), (-margin, high)])
    return aligned.transform.to_pixels(places)


def _reduced(pixels: Pixels, px_per_mm: float) -> tuple[Pixels, float]:
    scale = 1.0
    while px_per_mm * scale / 2 >= LOOK_PX_PER_MM:
        pixels, scale = halved(pixels), scale / 2
    return pixels, scale


def _printed_tiles(small: Pixels, inside: Pixels, side: int, lightest: float) -> int:
    """How many tiles outside are light paper with something on it."""
    rows, columns = small.shape[0] // side, small.shape[1] // side
    tiled = (rows, side, columns, side)
    picture = small[: rows * side, : columns * side].reshape(tiled)
    covered = inside[: rows * side, : columns * side].reshape(tiled)
    is_out = covered.max(axis=(1, 3)) == 0
    # The lightest of a tile, without the sensor's grain, is its paper.
    soft = cv2.blur(small, (3, 3))[: rows * side, : columns * side].reshape(tiled)
    paper = soft.max(axis=(1, 3))
    is_out &= paper >= lightest
    tiles = picture.transpose(0, 2, 1, 3).reshape(rows, columns, side * side)[is_out]
    dark = (tiles < DARK_SHARE * paper[is_out][:, None]).mean(axis=1)
    return int(((dark > PRINT_SHARE[0]) & (dark < PRINT_SHARE[1])).sum())
