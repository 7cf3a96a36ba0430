"""A page at the scales that finding works with, and how far it is turned askew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from cpims_scan.domain.paper import MM_PER_INCH, PageImage, Pixels
from cpims_scan.imaging.landmarks import Plane

# The working picture keeps at least this: 125 dpi, above the fine stage's 102.
BASE_DPI = 125.0
COARSE_DPI = 115.0  # a coarser picture is doubled, so that half of it is no coarser than patches
STRIPS = 8  # of a page, for finding its skew
MAX_SKEW = 7.0  # degrees; a feeder keeps within 5
PAPER_SHRINK = 4
PAPER_WINDOW = 9  # shrunk pixels in which the lightest is paper: 12 mm
PAPER_NOISE = 24  # darkness below which a pixel is paper


@dataclass(frozen=True, slots=True)
class View:
    """
    A page at the scales that finding works with.

    Attributes:
        base: Grey, 125 dpi or a little more.
        base_scale: Base pixels per page pixel.
        small: Grey, half of base, softened: pixel (x, y) stands on pixel (2x, 2y) of base.
        darkness: Of `small`, over its local paper.
        small_per_mm: Pixels a millimetre of `small`, by the page's dpi.
    """

    base: Pixels
    base_scale: float
    small: Pixels
    darkness: Pixels
    small_per_mm: float


def view_of(page: PageImage) -> View:
    """Halve a page down to its working scales."""
    base, dpi, scale = page.pixels, page.dpi, 1.0
    while dpi / 2 >= BASE_DPI:
        base, dpi, scale = _halved(base), dpi / 2, scale / 2
    if dpi < COARSE_DPI:
        height, width = base.shape
        base = cast(Pixels, cv2.resize(base, (2 * width, 2 * height)))
        dpi, scale = dpi * 2, scale * 2
    # Softened before every other pixel is taken: an average of four would leave thin rules
    # that flicker between pixels, and places found by them off by half a pixel.
    small = cast(Pixels, cv2.pyrDown(base))
    shrunk = 1 / PAPER_SHRINK
    tiny = cv2.resize(small, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    light = cv2.dilate(tiny, np.ones((PAPER_WINDOW, PAPER_WINDOW), np.uint8))
    paper = cv2.resize(light, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)
    darkness = cv2.subtract(paper, small)
    return View(base, scale, small, cast(Pixels, darkness), dpi / 2 / MM_PER_INCH)


def _halved(picture: Pixels) -> Pixels:
    height, width = picture.shape
    even = picture[: height // 2 * 2, : width // 2 * 2]
    return cast(Pixels, cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA))


def skew_of(darkness: Pixels) -> float:
    """
    Degrees to turn a page counter-clockwise so that its lines lie level.

    Neighbouring strips of a skewed page have the same profile, shifted; the shift over the
    distance of the strips is the tangent. Rows and columns are tried, the clearer one counts.
    """
    clean = cv2.threshold(darkness, PAPER_NOISE, 255, cv2.THRESH_TOZERO)[1]
    along_rows, row_peak = _strip_slope(cast(Pixels, clean))
    along_columns, column_peak = _strip_slope(cast(Pixels, cv2.transpose(clean)))
    slope = along_rows if row_peak >= column_peak else -along_columns
    return float(np.degrees(np.arctan(slope)))


def _strip_slope(darkness: Pixels) -> tuple[float, float]:
    wide = darkness.shape[1] // STRIPS
    profiles = np.stack(
        [
            cv2.reduce(
                darkness[:, i * wide : (i + 1) * wide], 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F
            ).ravel()
            for i in range(STRIPS)
        ]
    )
    level = np.asarray(profiles - cv2.blur(profiles, (41, 1)), dtype=np.float32)
    reach = int(np.ceil(wide * np.tan(np.radians(MAX_SKEW))))
    slope, peak = 0.0, 0.0
    for distance in (1, 3):
        around = slope * wide * distance
        lags = np.arange(-reach, reach + 1) if distance == 1 else np.arange(-3, 4)
        lags = lags + round(around)
        score = np.array([_agreement(level, distance, int(lag)) for lag in lags])
        best = int(score.argmax())
        lag = float(lags[best])
        if 0 < best < len(lags) - 1:
            before, at, after = score[best - 1 : best + 2]
            bend = before - 2 * at + after
            lag += (before - after) / (2 * bend) if bend < 0 else 0.0
        slope, peak = lag / (wide * distance), float(score[best])
    return slope, peak


def _agreement(profiles: Plane, distance: int, lag: int) -> float:
    """Correlation of strips that many apart when the right one is moved up by `lag` pixels."""
    left, right = profiles[:-distance], profiles[distance:]
    length = profiles.shape[1] - abs(lag)
    a = left[:, max(-lag, 0) : max(-lag, 0) + length]
    b = right[:, max(lag, 0) : max(lag, 0) + length]
    power = float(np.sqrt((a * a).sum() * (b * b).sum())) or 1.0
    return float((a * b).sum()) / power
