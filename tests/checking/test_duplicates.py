"""One child, one case, one ink. All people are invented."""

from __future__ import annotations

from typing import Any

import pytest

from cpims_scan.checking.duplicates import (
    Likeness,
    Sameness,
    compare_pages,
    same_case,
    same_child,
)
from tests.checking.records import page

CHILD: dict[str, Any] = {
    "first_name": "Amani",
    "middle_name": "Tumaini",
    "last_name": "Baraka",
    "date_of_birth": "2010-03-04",
    "sex": "female",
    "home_sub_county": "48",
}


@pytest.mark.parametrize(
    ("other", "found"),
    [
        pytest.param({}, Sameness.CERTAIN_BY_RULE, id="the same"),
        pytest.param({"first_name": "AMANI"}, Sameness.CERTAIN_BY_RULE, id="in capitals"),
        pytest.param({"middle_name": None}, Sameness.CERTAIN_BY_RULE, id="without middle name"),
        pytest.param({"home_sub_county": "49"}, Sameness.POSSIBLE, id="lives elsewhere"),
        pytest.param(
            {"first_name": "Baraka", "last_name": "Amani"}, Sameness.POSSIBLE, id="other order"
        ),
        pytest.param({"last_name": "Barakka"}, Sameness.POSSIBLE, id="another spelling"),
        pytest.param({"date_of_birth": None}, Sameness.POSSIBLE, id="no birth date"),
        pytest.param({"first_name": "Imani"}, Sameness.DIFFERENT, id="a twin"),
        pytest.param({"date_of_birth": "2011-03-04"}, Sameness.DIFFERENT, id="another age"),
        pytest.param({"sex": "male"}, Sameness.DIFFERENT, id="a brother"),
        pytest.param(
            {"first_name": "Zawadi", "middle_name": None, "last_name": "Pendo"},
            Sameness.DIFFERENT,
            id="another child",
        ),
    ],
)
def test_same_child__by_cpims_rule_or_possible(other: dict[str, Any], found: Sameness) -> None:
    """CPIMS's own rule is certain, other likenesses are shown, twins are never offered."""
    assert same_child(CHILD, {**CHILD, **other}) is found


def test_same_child__two_nameless_children_are_not_one() -> None:
    """Records without names say nothing about each other."""
    assert same_child({}, {}) is Sameness.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        pytest.param(
            {"case_serial": "CCO/1/48/5/29/7/2018"},
            {"case_serial": "cco/1/48/5/29/7/2018"},
            Sameness.CERTAIN_BY_RULE,
            id="one serial",
        ),
        pytest.param(
            {"case_category": "CSIC", "event_date": "2018-05-01"},
            {"case_category": "CSIC", "event_date": "2018-05-01"},
            Sameness.POSSIBLE,
            id="one event of a child that may be the same",
        ),
        pytest.param(
            {"case_category": "CSIC", "event_date": "2018-05-01"},
            {"case_category": "CSIC", "event_date": "2018-06-01"},
            Sameness.DIFFERENT,
            id="another day",
        ),
        pytest.param({}, {}, Sameness.DIFFERENT, id="nothing said"),
    ],
)
def test_same_case__by_serial_or_by_child_category_and_day(
    one: dict[str, Any], other: dict[str, Any], found: Sameness
) -> None:
    """A case is one by its serial, or as surely as the child is one."""
    assert same_case(one, other, Sameness.POSSIBLE) is found


WRITTEN = {"a": 0.1, "b": 0.2, "c": 0.1, "d": 0.3, "e": 0.1, "f": 0.0, "g": 0.0}


def test_compare_pages__the_same_sheet_scanned_twice() -> None:
    """The same cells with about as much ink are the same ink."""
    again = {name: share * 1.3 for name, share in WRITTEN.items()}

    assert compare_pages(page(**WRITTEN), page(**again)).likeness is Likeness.SAME


def test_compare_pages__the_sheet_came_back_with_more_ink() -> None:
    """New ink in blank cells alone is a later version, and the new cells are named."""
    found = compare_pages(page(**WRITTEN), page(**{**WRITTEN, "f": 0.1}))

    assert (found.likeness, found.added, found.removed) == (Likeness.MORE, ("f",), ())


def test_compare_pages__another_sheet() -> None:
    """Other cells, or another amount of ink in them, are another sheet."""
    other = {"a": 0.3, "b": 0.05, "c": 0.0, "d": 0.0, "e": 0.1, "f": 0.2, "g": 0.2}

    assert compare_pages(page(**WRITTEN), page(**other)).likeness is Likeness.DIFFERENT


def test_compare_pages__an_almost_empty_page_is_never_known_again() -> None:
    """A signature and a date say too little."""
    assert compare_pages(page(a=0.1), page(a=0.1)).likeness is Likeness.DIFFERENT
