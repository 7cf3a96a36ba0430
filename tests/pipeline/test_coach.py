"""What a run of pages tells: one missing, out of order, twice, or face down."""

from __future__ import annotations

import pytest

from cpims_scan.domain.paper import Quality
from cpims_scan.pipeline.coach import RunPage, tell

EDITION = ("case_record_sheet_a", "2015-08")


def stack(order: str) -> list[RunPage]:
    """Pages of a two-page form by their numbers; b is an empty page, ? a letter, | a slip."""
    made = []
    for place, sign in enumerate(order, start=1):
        content = f"{place}{sign}"
        if sign.isdigit():
            page = RunPage(
                "a.pdf", place, content, "read", edition=EDITION, length=2, page=int(sign)
            )
        elif sign == "|":
            page = RunPage("a.pdf", place, content, "blank", is_separator=True)
        else:
            state = "blank" if sign == "b" else "unknown"
            page = RunPage("a.pdf", place, content, state)
        made.append(page)
    return made


def told(pages: list[RunPage]) -> list[tuple[int, str, int]]:
    """Where which note stands: place in the file, its id, the page that is missing."""
    return [(t.page.number, n.advice, n.page) for t in tell(pages) for n in t.notes]


@pytest.mark.parametrize("order", ["1212", "12", "1b2b1b2b", "12|12", "?12?", "12?b"])
def test_tell__nothing_about_a_whole_stack(order: str) -> None:
    """Whole sheets, both sides scanned, slips and letters between them: all is well."""
    assert told(stack(order)) == []


@pytest.mark.parametrize(
    ("order", "notes"),
    [
        ("12112", [(3, "missing_page", 2)]),
        ("12212", [(3, "missing_page", 1)]),
        ("1b2b1b1b2b", [(5, "missing_page", 2)]),
        ("1|2", [(1, "missing_page", 2), (3, "missing_page", 1)]),
    ],
)
def test_tell__missing_page(order: str, notes: list[tuple[int, str, int]]) -> None:
    """The page whose other page did not come says which one is missing."""
    assert told(stack(order)) == notes


@pytest.mark.parametrize(("order", "places"), [("122112", [3, 4]), ("212121", [1, 2, 3, 4, 5, 6])])
def test_tell__out_of_order(order: str, places: list[int]) -> None:
    """Neighbours that complete each other are no missing pages; nor is a stack fed backwards."""
    assert told(stack(order)) == [(place, "out_of_order", 0) for place in places]


@pytest.mark.parametrize(("order", "place"), [("121b12", 4), ("b", 1), ("121212b12", 7)])
def test_tell__wrong_side(order: str, place: int) -> None:
    """An empty page in the place of a form page, or all alone, came face down."""
    assert told(stack(order)) == [(place, "wrong_side", 0)]


def test_tell__same_page_twice() -> None:
    """A page that came before is told, and changes nothing about the order of the others."""
    pages = stack("12")

    assert told([pages[0], pages[0], pages[1]]) == [(1, "same_twice", 0)]


def test_tell__serials_join_whatever_the_order() -> None:
    """Pages with one serial are one sheet, however they lie."""
    pages = [
        RunPage("a.pdf", n, f"c{n}", "read", Quality(), EDITION, 2, page, serial)
        for n, (page, serial) in enumerate([(2, "K7"), (1, "M3"), (1, "K7"), (2, "M3")], start=1)
    ]

    assert told(pages) == []


def test_tell__picture_first() -> None:
    """What is wrong with the picture stands before what is wrong with the order."""
    page = RunPage("a.pdf", 1, "c", "read", Quality(advice=("blurred",)), EDITION, 2, 1)

    assert told([page]) == [(1, "blurred", 0), (1, "missing_page", 2)]


def test_said__a_back_in_place_of_a_form_is_no_ordinary_back() -> None:
    """The clerk hears one sentence about it, the one that says what to do."""
    page = RunPage("a.pdf", 1, "c", "blank", Quality(advice=("blank_back",)))

    assert [note.advice for note in tell([page])[0].said] == ["wrong_side"]
