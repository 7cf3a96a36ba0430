"""The fields of a register's page become one record a filled row."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.domain.record import Decision, FieldReading, Kind, State
from cpims_scan.forms.template import Form
from cpims_scan.reading.many import split_records
from tests.forms.test_records import BOOK, form_of


@pytest.fixture
def book(tmp_path: Path) -> Form:
    """A book of three lines a page, each a name and an age."""
    return form_of(BOOK, tmp_path)


def read(name: str, state: State = State.BLANK, reasons: tuple[str, ...] = ()) -> FieldReading:
    """One field as decoded, on page 1."""
    decision = Decision.REVIEW if reasons else Decision.ACCEPT
    return FieldReading(name, Kind.TEXT, state, None, 1.0, "ink", decision, reasons, page=1)


def page(*filled: FieldReading) -> dict[str, FieldReading]:
    """A page whose other cells are blank."""
    names = ["office", *(f"lines.{n}.{what}" for n in (1, 2, 3) for what in ("name", "age"))]
    return {name: read(name) for name in names} | {field.field: field for field in filled}


def test_split__one_record_a_filled_row(book: Form) -> None:
    """A row keeps its number when the one above it is empty."""
    made = split_records(page(read("lines.3.name", State.UNREAD)), book)

    assert [(index, list(fields)) for index, fields in made] == [
        (3, ["office", "lines.3.name", "lines.3.age"])
    ]


def test_split__empty_page_gives_none(book: Form) -> None:
    """Nothing on the page, no record."""
    assert split_records(page(), book) == []


@pytest.mark.parametrize("reason", ["low_probability", "always_seen"])
def test_split__doubtful_blank_makes_no_record(book: Form, reason: str) -> None:
    """A speck, or a field that a person always sees, is no case."""
    assert split_records(page(read("lines.1.name", State.BLANK, (reason,))), book) == []


def test_split__row_that_was_not_found_is_seen_by_a_person(book: Form) -> None:
    """Blanks whose place was not proven prove nothing: the case may stand beside them."""
    lost = [read(f"lines.2.{what}", State.BLANK, ("not_certified",)) for what in ("name", "age")]

    assert [index for index, _ in split_records(page(*lost), book)] == [2]


def test_split__other_forms_are_one_record(tmp_path: Path) -> None:
    """Without `records` a sheet is one record, filled or not."""
    form = form_of(BOOK.replace("records: lines\n", ""), tmp_path)

    assert split_records(page(), form) == [(1, page())]
