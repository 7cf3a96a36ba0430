"""Which of the blank's print is really on a page: what is torn off, cut away or covered."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from cpims_scan.domain.paper import CELL_PX_PER_MM
from cpims_scan.imaging.coaching.quality import halved
from cpims_scan.imaging.rectify import Rectified

TILE_MM = 10
PX_PER_MM = CELL_PX_PER_MM // 4  # a line of print is half a pixel wide and still there
BLACK = 90  # darkness at half the scale of print that every copy keeps; a hairline has 100
PRINTED = 40  # of 255, reduced: a hairline
SOLID = 160  # of 255, reduced: thick print, which shows how black this picture's print is
KEPT = 0.35  # of that darkness, where the print is on the page
BAR_MM = 3  # what is wider and higher is a bar, not a line or a letter
INKED = 40.0  # mean darkness of the blank in a tile with bars or a printed code
FEWEST = 12.0  # reduced pixels of print that a tile must have to say something


@dataclass(frozen=True, slots=True)
class Presence:
    """
    A page in tiles of 10 mm, in its blank's frame; both planes float32 (rows, columns).

    Attributes:
        print_share: Share of the blank's print that is there; not a number where none is.
        light: Mean grey of the page itself, white beyond the picture; not a number where the
            blank's own print is dark.
    """

    print_share: NDArray[np.float32]
    light: NDArray[np.float32]


def presence_of(upright: Rectified) -> Presence:
    """Look for every tile's print on an upright page."""
    # Greys and hints fade away in a copier; black print never does.
    black = cv2.threshold(halved(upright.printed), BLACK, 255, cv2.THRESH_BINARY)[1]
    printed = halved(np.asarray(black, np.uint8))
    dark = cv2.bitwise_not(halved(halved(upright.grey)))
    # Half a millimetre of room for what the registration leaves over.
    reached = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    # A broad grey bar is paper to a picture that is set against its own paper: only what is
    # printed on it tells.
    bars = cv2.morphologyEx(printed, cv2.MORPH_OPEN, np.ones((BAR_MM * PX_PER_MM,) * 2, np.uint8))
    lines = cv2.subtract(printed, bars)
    is_printed = cv2.threshold(lines, PRINTED - 1, 255, cv2.THRESH_BINARY)[1]
    # A pale picture's print is pale everywhere; where a sheet covers it, the best of it counts.
    solid = reached[lines >= SOLID][::7]
    level = float(np.percentile(solid, 80)) / 255 if len(solid) else 1.0
    faded = cv2.convertScaleAbs(lines, alpha=KEPT * level)
    is_there = cv2.bitwise_and(is_printed, cv2.compare(reached, faded, cv2.CMP_GE))
    asked, there = _mean_of_tiles(is_printed), _mean_of_tiles(is_there)
    is_telling = asked >= FEWEST / (TILE_MM * PX_PER_MM) ** 2 * 255
    share = np.where(is_telling, there / np.maximum(asked, 1e-6), np.nan)
    light = _mean_of_tiles(halved(halved(upright.picture)))
    inked = _mean_of_tiles(halved(halved(upright.printed)))
    return Presence(share.astype(np.float32), np.where(inked < INKED, light, np.nan))


def _mean_of_tiles(plane: MatLike) -> NDArray[np.float32]:
    """Means over tiles of `TILE_MM`; the last ones repeat the plane's edge."""
    side = TILE_MM * PX_PER_MM
    below, beside = -plane.shape[0] % side, -plane.shape[1] % side
    whole = cv2.copyMakeBorder(plane, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    size = (whole.shape[1] // side, whole.shape[0] // side)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)
