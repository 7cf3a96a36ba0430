"""How good a picture is by itself: sharp, light and fine enough, or a page without writing."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import MM_PER_INCH, PageImage, Pixels, Quality

WORK_DPI = 70.0  # at least: strokes are a pixel wide, dust is not
BORDER_MM = 8.0  # a feeder's dark rim and a sheet's torn edge
SHADE_MM = 8.0
INK_DARKNESS = (
    18  # over the local paper, of 255; pale pencil is 40, a duplex scan shines through 10
)
SPECK_MM2 = 0.6  # dust, staple holes, grain: smaller than a comma written by hand
BLANK_INK_MM2 = 3.0  # a lone dash is about 2 mm2, the shortest signature 10

# Grey of the paper below which a picture is too dark; coloured forms have 150 and more.
DARK_PAPER = 125
# Darkness of print over that of the paper below which writing is lost: ballpoint has half of it.
LIGHT_INK = 0.36
FAINT_INK = 0.25  # the same in a blurred picture
BURNT_INK = 0.5  # the same where the paper is burnt out: pencil is gone before print is pale
BURNT = 254
BURNT_SHARE = 0.5
# Of the sharpness below. Of 65 drawn pages, photographs by a still hand had 0.25 to 0.36, those
# whose points are discs of 0.6 mm or lines of 0.8 mm and more had 0.07 to 0.23.
BLURRED = 0.24
FINE_DPI = 200.0  # coarser pixels are themselves wider than a sharp edge
COARSE_DPI = 140.0  # pictures of 150 dpi say 149 when the paper is a little narrow
GRAIN = 10  # a smaller step is paper or shadow, not an edge
STEEP_SHARE = 0.99  # of all edges are less steep than the sharpness: hints in grey are soft too
STEP_DPI = 100.0  # edges are measured over about 0.25 mm
EVERY_ROW = 10  # is looked at for edges: 350 rows of a page say as much as all
BLACKEST_SHARE = 0.995


def measure(page: PageImage) -> Quality:
    """Measure a picture's sharpness, contrast and ink, say whether it is blank, and advise."""
    small, px_per_mm = _reduced(page)
    paper = _paper(small, px_per_mm)
    darkness = cv2.subtract(paper, small)
    border = round(BORDER_MM * px_per_mm)
    inner = cast(Pixels, darkness[border:-border, border:-border])
    if inner.size == 0:
        inner = cast(Pixels, darkness)
    ink = (inner > INK_DARKNESS).astype(np.uint8)
    contrast, blackest = _contrast(inner)
    sharpness = _sharpness(page, blackest)
    is_blank = _ink_area(ink, px_per_mm) < BLANK_INK_MM2
    paper_grey = float(np.median(paper[::4, ::4]))
    advice = ["low_resolution"] if page.dpi < COARSE_DPI else []
    if paper_grey < DARK_PAPER:
        advice.append("too_dark")
    is_blurred = sharpness < BLURRED * min(page.dpi / FINE_DPI, 1.0)
    if not is_blank and _is_pale(small, contrast / max(paper_grey, 1.0), is_blurred):
        advice.append("too_light")
    if not is_blank and is_blurred:
        advice.append("blurred")
    if is_blank:
        advice.append("blank_back")
    return Quality(
        round(sharpness, 3),
        round(contrast / 255, 3),
        round(float(ink.mean()), 5),
        is_blank,
        tuple(advice),
    )


def halved(pixels: Pixels) -> Pixels:
    """A picture at half its size: four pixels into one, six times as fast as other scales."""
    height, width = (side // 2 for side in pixels.shape)
    even = pixels[: height * 2, : width * 2]
    return cast(Pixels, cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))


def _reduced(page: PageImage) -> tuple[Pixels, float]:
    small, dpi = page.pixels, page.dpi
    while dpi / 2 >= WORK_DPI:
        small, dpi = halved(small), dpi / 2
    return small, dpi / MM_PER_INCH


def _paper(small: Pixels, px_per_mm: float) -> Pixels:
    """The lightest grey around every pixel, found at half the size."""
    height, width = small.shape
    half = halved(small)
    side = round(SHADE_MM * px_per_mm / 2) | 1
    closed = cv2.morphologyEx(half, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return cast(Pixels, cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR))


def _ink_area(ink: NDArray[np.uint8], px_per_mm: float) -> float:
    """Square millimetres of ink in pieces larger than a speck."""
    if ink.mean() > 0.01:  # a hundredth of a page is writing, whatever its pieces
        return float(ink.sum()) / px_per_mm**2
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA] / px_per_mm**2
    return float(areas[areas >= SPECK_MM2].sum())


def _contrast(darkness: Pixels) -> tuple[float, float]:
    """Darkness that nine tenths of the ink do not reach, and that of the blackest print."""
    counts = cv2.calcHist([darkness], [0], None, [256], [0, 256]).ravel()
    blackest = float(np.searchsorted(counts.cumsum(), BLACKEST_SHARE * darkness.size))
    counts[: INK_DARKNESS + 1] = 0
    total = counts.cumsum()
    if total[-1] == 0:
        return 0.0, blackest
    return float(np.searchsorted(total, 0.9 * total[-1])), blackest


def _is_pale(small: Pixels, contrast: float, is_blurred: bool) -> bool:
    if contrast < LIGHT_INK:
        return True
    # Blur makes thin print pale; that is told by its own name.
    return (
        not is_blurred
        and contrast < BURNT_INK
        and float((small[::2, ::2] >= BURNT).mean()) > BURNT_SHARE
    )


def _sharpness(page: PageImage, blackest: float) -> float:
    """
    How steep the edges of ink are, as a share of the blackest print per 0.1 mm.

    Across and down, whichever is less: a hand that moves blurs one of them alone.
    """
    if blackest <= 0:
        return 0.0
    # The middle says enough.
    height, width = page.pixels.shape
    middle = page.pixels[:, width // 4 : 3 * width // 4]
    step = max(round(page.dpi / STEP_DPI), 1)
    count = (height - step - 1) // EVERY_ROW
    # Two pixels averaged across the step: edges keep theirs, grain loses half of its own.
    last = EVERY_ROW * count
    upper, lower = middle[0:last:EVERY_ROW], middle[1 : last + 1 : EVERY_ROW]
    rows = cv2.addWeighted(upper, 0.5, lower, 0.5, 0)
    below = cv2.blur(middle[step : last + step : EVERY_ROW], (2, 1))
    across = cv2.absdiff(rows[:, step:], rows[:, :-step])
    down = cv2.absdiff(below, cv2.blur(upper, (2, 1)))
    steep = min(_steep(cast(Pixels, across)), _steep(cast(Pixels, down)))
    return steep / step / blackest * (page.dpi / MM_PER_INCH) / 10


def _steep(steps: Pixels) -> float:
    counts = cv2.calcHist([steps], [0], None, [256], [0, 256]).ravel()
    counts[:GRAIN] = 0
    total = counts.cumsum()
    return float(np.searchsorted(total, STEEP_SHARE * total[-1])) if total[-1] else 0.0
