"""A blank back is blank, a bad picture gets the right advice."""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import PageImage, Pixels
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.quality import ADVICE, advice_text, measure
from cpims_scan.imaging.register import register
from tests.imaging.conftest import grey_of
from tests.imaging.warps import Taking, take


def paper(rng: np.random.Generator) -> Pixels:
    """A blank back at 150 dpi: grain, a few specks, a dark rim from the feeder."""
    pixels = rng.normal(243, 3, (1754, 1240)).clip(0, 255).astype(np.uint8)
    for x, y in rng.integers(60, 1100, (12, 2)):
        pixels[y : y + 2, x : x + 2] = 60
    pixels[:, :12] = 30
    return pixels


def page(pixels: Pixels, dpi: float = 150.0) -> PageImage:
    """A page of some pixels."""
    return PageImage("0", pixels, None, dpi)


def test_measure__blank_back(rng: np.random.Generator) -> None:
    """Grain, dust and the feeder's rim are not writing."""
    assert measure(page(paper(rng))).is_blank


def test_measure__one_short_word_is_not_blank(rng: np.random.Generator) -> None:
    """A single short word in pencil keeps a back from being thrown away."""
    pixels = paper(rng)
    cv2.putText(pixels, "Juma", (500, 800), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1, (175,), 2)

    assert not measure(page(pixels)).is_blank


def test_measure__good_scan_has_no_advice(sheet: Blank, rng: np.random.Generator) -> None:
    """A plain 200-dpi scan needs nothing."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=200, noise=3, blur=0.5), rng)

    assert measure(taken.page).advice == ()


def test_measure__blurred(sheet: Blank, rng: np.random.Generator) -> None:
    """A photograph out of focus is said to be blurred."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=200, blur=3.5), rng)

    assert measure(taken.page).advice == ("blurred",)


def test_measure__coarse(sheet: Blank, rng: np.random.Generator) -> None:
    """100 dpi is read, with the advice to scan finer."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=100), rng)

    assert measure(taken.page).advice == ("low_resolution",)


def test_measure__dark(sheet: Blank) -> None:
    """A picture taken in the dark is said to be dark."""
    dark = (grey_of(sheet).astype(np.float32) * 0.3).astype(np.uint8)

    assert "too_dark" in measure(page(dark, 203.2)).advice


def test_measure__cut_sheet(index: BlankIndex, sheet: Blank, rng: np.random.Generator) -> None:
    """A scan that lost a rim of the sheet is said to be cut."""
    how = Taking(dpi=200, margin=-0.08, skew=1)
    taken = take(grey_of(sheet), sheet.size_mm, how, rng)
    aligned = register(taken.page, identify(taken.page, index), index)

    assert "cut_off" in measure(taken.page, aligned).advice


def test_advice__is_in_both_languages() -> None:
    """Every advice has an English and a Swahili sentence."""
    assert [i for i in ADVICE if advice_text(i, "en") == advice_text(i, "sw")] == []
