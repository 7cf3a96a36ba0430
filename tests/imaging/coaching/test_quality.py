"""A blank back is blank, a bad picture gets the right advice."""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import PageImage, Pixels
from cpims_scan.imaging.blanks import Blank
from cpims_scan.imaging.coaching.quality import measure
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


def test_measure__good_scan_has_no_advice(first: Blank, rng: np.random.Generator) -> None:
    """A plain 200-dpi scan needs nothing."""
    taken = take(grey_of(first), first.size_mm, Taking(dpi=200, noise=3, blur=0.5), rng)

    assert measure(taken.page).advice == ()


def test_measure__blurred(first: Blank, rng: np.random.Generator) -> None:
    """A photograph out of focus is said to be blurred."""
    taken = take(grey_of(first), first.size_mm, Taking(dpi=200, blur=3.5), rng)

    assert measure(taken.page).advice == ("blurred",)


def test_measure__coarse(first: Blank, rng: np.random.Generator) -> None:
    """100 dpi is read, with the advice to scan finer."""
    taken = take(grey_of(first), first.size_mm, Taking(dpi=100), rng)

    assert measure(taken.page).advice == ("low_resolution",)


def test_measure__dark(first: Blank) -> None:
    """A picture taken in the dark is said to be dark."""
    dark = (grey_of(first).astype(np.float32) * 0.3).astype(np.uint8)

    assert "too_dark" in measure(page(dark, 203.2)).advice


def test_measure__shaken_one_way(first: Blank) -> None:
    """A hand that moved along the lines blurs one direction alone, and is told."""
    blurred = cv2.blur(grey_of(first), (13, 1))

    assert "blurred" in measure(page(np.asarray(blurred, np.uint8), 203.2)).advice


def test_measure__burnt_out(first: Blank) -> None:
    """Paper burnt out to white with pale print is too light."""
    grey = grey_of(first).astype(np.float32)
    pale = (255 - (255 - grey) * 0.35).clip(0, 255).astype(np.uint8)

    assert "too_light" in measure(page(pale, 203.2)).advice


def test_measure__pencil_on_a_form_is_not_too_light(first: Blank, rng: np.random.Generator) -> None:
    """Light pencil on a well printed form raises no alarm."""
    taken = take(grey_of(first), first.size_mm, Taking(dpi=200, noise=2, blur=0.4), rng)
    cv2.putText(taken.page.pixels, "Juma", (300, 800), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1, 190, 2)

    assert measure(taken.page).advice == ()


def test_measure__coloured_paper_is_not_too_dark(first: Blank) -> None:
    """A form on blue or pink paper is no dark picture."""
    tinted = (grey_of(first).astype(np.float32) * 0.68).astype(np.uint8)

    assert measure(page(tinted, 203.2)).advice == ()


def test_measure__150_dpi_is_fine_enough(first: Blank, rng: np.random.Generator) -> None:
    """A scan at 150 dpi is read as it is."""
    taken = take(grey_of(first), first.size_mm, Taking(dpi=150, noise=2), rng)

    assert "low_resolution" not in measure(taken.page).advice


def test_measure__blank_back_says_so(rng: np.random.Generator) -> None:
    """An empty page is told to be one."""
    assert measure(page(paper(rng))).advice == ("blank_back",)
