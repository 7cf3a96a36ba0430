"""What only the registered blank shows: cut sheets, missing corners, a second sheet, scale."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import PageImage, PageMatch, Pixels, Quality
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.coaching.coach import advise_form, advise_unplaced
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.rectify import rectify
from cpims_scan.imaging.register import register
from tests.imaging.conftest import grey_of
from tests.imaging.warps import Taking, kind, take

UNKNOWN = PageMatch(None, None, 0, 0, 0.0, "layout")


def advice_for(page: PageImage, index: BlankIndex) -> tuple[str, ...]:
    """What is told about a page that is found."""
    aligned = register(page, identify(page, index), index)
    return advise_form(aligned, rectify(aligned, index), index, Quality()).advice


def scanned(sheet: Blank, rng: np.random.Generator, how: Taking | None = None) -> PageImage:
    """The sheet's first page, taken by a scanner or as said."""
    taken = take(grey_of(sheet), sheet.size_mm, how or Taking(dpi=200, skew=0.5, noise=2), rng)
    return taken.page


def with_pixels(page: PageImage, pixels: Pixels) -> PageImage:
    """The same page with other pixels."""
    return dataclasses.replace(page, pixels=pixels)


@pytest.mark.parametrize("way", ["scan", "warped", "copy", "phone"])
def test_advise_form__good_page_is_told_nothing(
    few: BlankIndex, first: Blank, rng: np.random.Generator, way: str
) -> None:
    """Scans, bent paper, copies and photographs of whole sheets raise no alarm."""
    assert advice_for(scanned(first, rng, kind(way, rng)), few) == ()


def test_advise_form__cut_sheet(few: BlankIndex, first: Blank, rng: np.random.Generator) -> None:
    """A scan that lost a rim of the sheet is said to be cut."""
    page = scanned(first, rng, Taking(dpi=200, margin=-0.08, skew=1))

    assert "cut_off" in advice_for(page, few)


def test_advise_form__dark_lid_in_a_corner(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """Where a corner is torn off, the scanner's dark lid shows."""
    page = scanned(first, rng)
    wide = page.pixels.shape[1]
    corner = np.array([(wide, 0), (wide - 260, 0), (wide, 260)])
    cv2.fillPoly(page.pixels, [corner], 45)

    assert advice_for(page, few) == ("cut_corner",)


def test_advise_form__folded_corner_hides_print(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """A white corner over the print is noticed by the print that is not there."""
    page = scanned(first, rng)
    cv2.fillPoly(page.pixels, [np.array([(0, 0), (520, 0), (0, 620)])], 245)

    assert advice_for(page, few) == ("cut_corner",)


def test_advise_form__sheet_beside(few: BlankIndex, first: Blank, rng: np.random.Generator) -> None:
    """Two sheets on one glass are told, whichever is read."""
    page, other = scanned(first, rng), scanned(first, rng)
    both = with_pixels(page, np.hstack([page.pixels, other.pixels[: page.pixels.shape[0]]]))

    assert "two_pages" in advice_for(both, few)


def test_advise_form__sheet_over_it(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """A sheet that covers a third of the form is told."""
    page, other = scanned(first, rng), scanned(first, rng)
    high = page.pixels.shape[0]
    covered = page.pixels.copy()
    covered[2 * high // 3 :] = other.pixels[: high - 2 * high // 3]

    assert "two_pages" in advice_for(with_pixels(page, covered), few)


def test_advise_form__small_on_a_photograph(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """What counts is the form's own resolution, not that of the picture around it."""
    page = scanned(first, rng, Taking(dpi=200, margin=0.35, scale=0.66, table=60))

    assert "low_resolution" in advice_for(page, few)


def test_advise_unplaced__foreign() -> None:
    """A page without any of the forms' print is a foreign page."""
    page = PageImage("0", np.full((1754, 1240), 245, np.uint8), None, 150.0)

    assert advise_unplaced(page, UNKNOWN, Quality()).advice == ("foreign",)


def test_advise_unplaced__part_of_a_form() -> None:
    """A page with some of a form's print is a part of it: covered, or cut."""
    page = PageImage("0", np.full((1754, 1240), 245, np.uint8), None, 150.0)
    partly = dataclasses.replace(UNKNOWN, support=0.4)

    assert advise_unplaced(page, partly, Quality()).advice == ("partial",)


def test_advise_unplaced__shine_through() -> None:
    """What is as pale as the front shining through is the back of a leaf."""
    page = PageImage("0", np.full((1754, 1240), 245, np.uint8), None, 150.0)
    pale = Quality(contrast=0.09, advice=("too_light",))

    assert advise_unplaced(page, UNKNOWN, pale).advice == ("wrong_side",)


def test_advise_unplaced__pencil_letter_is_no_back() -> None:
    """A letter in pencil stays a foreign page."""
    page = PageImage("0", np.full((1754, 1240), 245, np.uint8), None, 150.0)

    assert advise_unplaced(page, UNKNOWN, Quality(contrast=0.2)).advice == ("foreign",)
