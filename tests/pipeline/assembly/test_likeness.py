"""Whether a sheet that comes in has been here before."""

from __future__ import annotations

import pytest

from cpims_scan.pipeline.assembly.likeness import (
    Likeness,
    alike,
    contradict,
    likeness,
    sheets_alike,
)

WRITTEN = ("11110000", "00001111", "33330000", "12301230", "00330033", "21212121")
OTHERS = ("00002222", "33330000", "00001111", "00000033", "33000000", "00000001")
EMPTY = ". . . . . ."
PAGE, OTHER = " ".join(WRITTEN), " ".join(OTHERS)
LONGER = f"{PAGE} 33333333"
LATER = f"{PAGE} ."


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (PAGE, PAGE, Likeness.SAME),
        (LATER, LONGER, Likeness.MORE),
        (LONGER, LATER, Likeness.MORE),
        (PAGE, OTHER, Likeness.DIFFERENT),
        (EMPTY, EMPTY, Likeness.DIFFERENT),
    ],
)
def test_likeness__of_two_pages(before: str, now: str, found: Likeness) -> None:
    """The same ink, more or less of it, another child's; an empty page is like none."""
    assert likeness(before, now) is found


def test_alike__finds_the_page_among_others() -> None:
    """Its place in the list is given."""
    assert alike([OTHER, EMPTY, LATER], LONGER) == [2]


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        pytest.param({1: PAGE, 2: EMPTY}, {1: PAGE, 2: EMPTY}, Likeness.SAME, id="empty-page"),
        pytest.param({1: PAGE, 2: EMPTY}, {1: PAGE, 2: OTHER}, Likeness.MORE, id="written-since"),
        pytest.param({1: PAGE}, {1: PAGE, 2: OTHER}, Likeness.MORE, id="page-that-was-missing"),
        pytest.param({1: PAGE, 2: PAGE}, {1: PAGE, 2: OTHER}, Likeness.MORE, id="another-page-2"),
        pytest.param({1: PAGE, 2: PAGE}, {1: PAGE}, Likeness.SAME, id="only-one-page-again"),
    ],
)
def test_sheets_alike__page_by_page(
    before: dict[int, str], now: dict[int, str], found: Likeness
) -> None:
    """Everything but the same ink on every page is asked about."""
    assert sheets_alike(before, now) is found


@pytest.mark.parametrize(
    ("one", "other", "does"),
    [(PAGE, OTHER, True), (PAGE, PAGE, False), (LATER, LONGER, False), (EMPTY, EMPTY, False)],
)
def test_contradict__two_papers_for_one_page(one: str, other: str, does: bool) -> None:
    """Only two different contents do; empty ones prove nothing either way."""
    assert contradict(one, other) is does
