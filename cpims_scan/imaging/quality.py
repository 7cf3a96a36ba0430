"""How good a picture is, and what the clerk should do about it."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import MM_PER_INCH, AlignedPage, PageImage, Pixels, Quality

WORK_PX_PER_MM = 3.0  # 76 dpi: strokes are a pixel wide, dust is not
BORDER_MM = 8.0  # a feeder's dark rim and a sheet's torn edge
SHADE_MM = 8.0
INK_DARKNESS = (
    18  # over the local paper, of 255; pale pencil is 40, a duplex scan shines through 10
)
SPECK_MM2 = 0.6  # dust, staple holes, grain: smaller than a comma written by hand
BLANK_INK_MM2 = 3.0  # a lone dash is about 2 mm2, the shortest signature 10

DARK_PAPER = 110  # grey of the paper below which a picture is too dark
LIGHT_INK = 60  # contrast of print below which a picture is too light
BLURRED = 0.17  # of the sharpness below; sharp print has 0.22 at 100 dpi and 0.55 at 300
COARSE_DPI = 150.0
GRAIN = 10  # a smaller step from pixel to pixel is paper or shadow, not an edge
STEEP_SHARE = 0.9  # nine tenths of all edges are less steep than the sharpness
INSET_MM = 12.0  # no form prints nearer to the sheet's edge

ADVICE = {
    "low_resolution": {
        "en": "The picture is coarse. Scan at 200 or 300 dpi.",
        "sw": "Picha haina ubora wa kutosha. Skani kwa dpi 200 au 300.",
    },
    "too_dark": {
        "en": "The picture is too dark. Use more light, or a lighter setting of the scanner.",
        "sw": "Picha ni nyeusi mno. Tumia mwanga zaidi au punguza giza kwenye skana.",
    },
    "too_light": {
        "en": "The writing is too pale. Use a darker setting of the scanner.",
        "sw": "Maandishi ni hafifu. Ongeza giza kwenye skana.",
    },
    "blurred": {
        "en": "The picture is blurred. Hold the camera still, or clean the scanner's glass.",
        "sw": "Picha haiko wazi. Shikilia kamera bila kutikisa au safisha kioo cha skana.",
    },
    "cut_off": {
        "en": "A part of the sheet is missing. Scan the whole sheet, unfolded.",
        "sw": "Sehemu ya karatasi haionekani. Skani karatasi nzima bila kuikunja.",
    },
}


def measure(page: PageImage, aligned: AlignedPage | None = None) -> Quality:
    """
    Measure a page's sharpness, contrast and ink, say whether it is blank, and advise.

    Args:
        page: The picture.
        aligned: The same page found on its blank, when it was: shows what is cut off.
    """
    small, px_per_mm = _reduced(page)
    paper = _paper(small, px_per_mm)
    darkness = cv2.subtract(paper, small)
    border = round(BORDER_MM * px_per_mm)
    inner = cast(Pixels, darkness[border:-border, border:-border])
    if inner.size == 0:
        inner = cast(Pixels, darkness)
    ink = (inner > INK_DARKNESS).astype(np.uint8)
    ink_mm2 = _ink_area(ink, px_per_mm)
    contrast = _contrast(inner, ink)
    sharpness = _sharpness(page, contrast)
    is_blank = ink_mm2 < BLANK_INK_MM2
    advice = []
    if page.dpi < COARSE_DPI:
        advice.append("low_resolution")
    if float(np.median(paper)) < DARK_PAPER:
        advice.append("too_dark")
    if not is_blank and contrast < LIGHT_INK:
        advice.append("too_light")
    if not is_blank and sharpness < BLURRED:
        advice.append("blurred")
    if aligned is not None and is_cut(aligned):
        advice.append("cut_off")
    return Quality(
        round(sharpness, 3),
        round(contrast / 255, 3),
        round(float(ink.mean()), 5),
        is_blank,
        tuple(advice),
    )


def advice_text(advice: str, language: str = "en") -> str:
    """The sentence of an advice id in English or Swahili."""
    return ADVICE[advice].get(language, ADVICE[advice]["en"])


def _reduced(page: PageImage) -> tuple[Pixels, float]:
    px_per_mm = page.dpi / MM_PER_INCH
    # A whole number of pixels into one: four times as fast as any other scale.
    factor = max(round(px_per_mm / WORK_PX_PER_MM), 1)
    height, width = (side // factor for side in page.pixels.shape)
    even = page.pixels[: height * factor, : width * factor]
    small = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return cast(Pixels, small), px_per_mm / factor


def _paper(small: Pixels, px_per_mm: float) -> Pixels:
    side = round(SHADE_MM * px_per_mm) | 1
    return cast(Pixels, cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))


def _ink_area(ink: NDArray[np.uint8], px_per_mm: float) -> float:
    """Square millimetres of ink in pieces larger than a speck."""
    if ink.mean() > 0.01:  # a hundredth of a page is writing, whatever its pieces
        return float(ink.sum()) / px_per_mm**2
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA] / px_per_mm**2
    return float(areas[areas >= SPECK_MM2].sum())


def _contrast(darkness: Pixels, ink: NDArray[np.uint8]) -> float:
    found = darkness[ink > 0]
    return float(np.percentile(found, 90)) if len(found) else 0.0


def _sharpness(page: PageImage, contrast: float) -> float:
    """How steep the edges of ink are, as a share of its contrast per 0.1 mm; 0 for a blank."""
    if contrast <= 0:
        return 0.0
    # The middle says enough. Three rows averaged into one: upright strokes keep their edges,
    # grain loses its own.
    height, width = page.pixels.shape
    middle = page.pixels[: height // 3 * 3, width // 4 : 3 * width // 4]
    size = (middle.shape[1], height // 3)
    rows = cv2.resize(middle, size, interpolation=cv2.INTER_AREA)
    steps = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    counts = cv2.calcHist([steps], [0], None, [256], [0, 256]).ravel()
    counts[:GRAIN] = 0
    total = counts.cumsum()
    if total[-1] == 0:
        return 0.0
    steep = float(np.searchsorted(total, STEEP_SHARE * total[-1]))
    return steep / contrast * (page.dpi / MM_PER_INCH) / 10


def is_cut(aligned: AlignedPage) -> bool:
    """Whether a part of the blank that may be printed lies beyond the picture."""
    transform = aligned.transform
    rows, cols = transform.shifts.shape[:2]
    # The grid covers the blank and less than one step more.
    wide, high = ((n - 2) * transform.step_mm for n in (cols, rows))
    inset = INSET_MM
    corners = np.array([(inset, inset), (wide, inset), (wide, high - inset), (inset, high - inset)])
    places = transform.to_pixels(corners)
    height, width = aligned.page.pixels.shape
    beyond = (places < -0.5) | (places > np.array([width, height]) - 0.5)
    return bool(beyond.any())
