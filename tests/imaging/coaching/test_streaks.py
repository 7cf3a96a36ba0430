"""Dirt on the glass is told from the form's own lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import MM_PER_INCH, AlignedPage, PageImage, Streak
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.coaching.streaks import find_streak
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.register import register
from tests.imaging.conftest import grey_of
from tests.imaging.warps import Taking, take

SCAN = Taking(dpi=300, skew=0.4, noise=3, blur=0.6)
PX_PER_MM = 300 / MM_PER_INCH


def scanned(sheet: Blank, how: Taking, rng: np.random.Generator) -> PageImage:
    """The sheet's first page, scanned."""
    return take(grey_of(sheet), sheet.size_mm, how, rng).page


def found_on(page: PageImage, index: BlankIndex) -> Streak | None:
    """The streak of a page beside its blank."""
    aligned: AlignedPage = register(page, identify(page, index), index)
    match = aligned.match
    blank = index.blank(match.form, match.edition, match.page)
    return find_streak(page, aligned, blank.darkness)


@pytest.mark.parametrize(("wide", "grey"), [(1, 120), (2, 150), (4, 60)])
def test_find_streak__down_the_page(
    few: BlankIndex, first: Blank, rng: np.random.Generator, wide: int, grey: int
) -> None:
    """A line of one to four pixels, dark or grey, is found within a millimetre."""
    page = scanned(first, SCAN, rng)
    left = round(43 * PX_PER_MM)
    page.pixels[:, left : left + wide] = np.minimum(page.pixels[:, left : left + wide], grey)

    streak = found_on(page, few)

    assert streak is not None
    assert abs(streak.at_mm - 43) < 1


def test_find_streak__part_of_the_page(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """A smear that lasted half a sheet is found as well."""
    page = scanned(first, SCAN, rng)
    page.pixels[1700:, 1300:1302] = 90

    assert found_on(page, few) is not None


def test_find_streak__across_a_turned_picture(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """In a picture that the machine turned, the line runs from side to side."""
    page = scanned(first, SCAN, rng)
    page.pixels[1500:1502] = 90

    assert found_on(page, few) == Streak(127.1, is_across=True)


def test_find_streak__none_on_a_good_page(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """The form's own lines are no streaks, even where they stand upright to the hair."""
    page = scanned(first, Taking(dpi=300, skew=0.0, noise=2), rng)

    assert found_on(page, few) is None


def test_find_streak__a_ruled_line_leans(
    few: BlankIndex, first: Blank, rng: np.random.Generator
) -> None:
    """A line that leans lies on the paper: ruled by hand, or from the copier that made it."""
    page = scanned(first, SCAN, rng)
    cv2.line(page.pixels, (1300, 0), (1308, page.pixels.shape[0]), 100, 2)

    assert found_on(page, few) is None


def test_find_streak__on_a_page_without_a_form() -> None:
    """On a letter only a line from end to end is dirt."""
    sheet = np.full((3508, 2480), 245, np.uint8)
    sheet[:, 1000:1002] = 120
    half = sheet.copy()
    half[:1800] = 245

    assert find_streak(PageImage("0", sheet, None, 300.0)) is not None
    assert find_streak(PageImage("0", half, None, 300.0)) is None
