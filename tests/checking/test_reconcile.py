"""A sheet that came back."""

from __future__ import annotations

import datetime as dt

from cpims_scan.checking.reconcile import reconcile
from cpims_scan.domain.record import Decision, Settled, State
from tests.checking.records import field, record

AT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def test_reconcile__takes_only_new_cells() -> None:
    """A follow-up row that was blank is added; what was read before stays as it was."""
    first = record(field("name", "Amani"), field("follow_up"))
    later = record(field("name", "Amani"), field("follow_up", "2018-06-01"))
    found = reconcile(first, later, {})

    assert found.added == ("follow_up",)
    assert found.record.values == {"name": "Amani", "follow_up": "2018-06-01"}
    assert found.record.revision == 2


def test_reconcile__a_sheet_without_anything_new_is_no_revision() -> None:
    """The same content again changes nothing."""
    first = record(field("name", "Amani"))
    found = reconcile(first, record(field("name", "Amani")), {})

    assert (found.added, found.conflicts, found.record.revision) == ((), (), 1)


def test_reconcile__another_value_is_asked_and_the_first_stays() -> None:
    """Two certain readings that differ go to a person; nothing is overwritten."""
    found = reconcile(record(field("count", 4)), record(field("count", 9)), {})

    assert found.conflicts == ("count",)
    assert found.record.fields["count"].value == 4
    assert found.record.fields["count"].reasons == ("version_differs",)


def test_reconcile__a_doubtful_second_look_contradicts_nothing() -> None:
    """A later reading that is itself in doubt does not reopen a settled reading."""
    doubt = field("count", 9, decision=Decision.REVIEW, reasons=("low_probability",))
    found = reconcile(record(field("count", 4)), record(doubt), {})

    assert found.conflicts == ()


def test_reconcile__what_a_person_settled_stays() -> None:
    """A field that a person called blank stays blank, whatever comes later."""
    settled = {"count": Settled("count", None, State.BLANK, "u1", AT, "desk")}
    first = record(field("count", source="person"))
    found = reconcile(first, record(field("count", 9)), settled)

    assert (found.added, found.record.values) == ((), {})


def test_reconcile__lost_ink_is_a_worse_picture() -> None:
    """A cell that is blank on the later version keeps its value."""
    found = reconcile(record(field("count", 4)), record(field("count")), {})

    assert (found.conflicts, found.record.values) == ((), {"count": 4})


def test_reconcile__a_page_that_had_not_come_is_new() -> None:
    """Fields of a page that was missing are added whole, blanks included but not called new."""
    later = record(field("two", "B", page=2), field("three", page=2))
    found = reconcile(record(field("one", "A")), later, {})

    assert found.added == ("two",)
    assert list(found.record.fields) == ["one", "two", "three"]
