"""Nothing that was ever said about a field is lost, and the newest final word counts."""

from __future__ import annotations

import dataclasses

import pytest

from cpims_scan.domain.record import Settled, State, Value
from cpims_scan.store.database import Database
from cpims_scan.store.settlements import (
    Entry,
    add_entry,
    history,
    reopen,
    settle,
    settled_fields,
)
from cpims_scan.store.states import Step
from tests.store.work import NOW, digest, later, stocked


@pytest.fixture
def entry(work_database: Database) -> Entry:
    """What Amina says about the age on a sheet."""
    with work_database.begin() as session:
        _, sheet = stocked(session, ["a"])
    return Entry(
        sheet.key, 1, 1, "age", 17, 11, State.ANSWERED, "amina", NOW, "desk", digest("a"), 4
    )


def test_settle__is_what_the_decoder_gets(work_database: Database, entry: Entry) -> None:
    """A settled field comes back with who, when and from where."""
    with work_database.begin() as session:
        settle(session, entry)

        assert settled_fields(session, entry.sheet) == {
            "age": Settled("age", 11, State.ANSWERED, "amina", NOW, "desk")
        }


def test_settle__later_word_counts_and_the_earlier_stays(
    work_database: Database, entry: Entry
) -> None:
    """A second correction is added; the history shows both, oldest first."""
    second = dataclasses.replace(entry, before=11, value=12, by="juma", at=later(60))
    with work_database.begin() as session:
        settle(session, entry)
        settle(session, second, Step.OFFICE)

        assert settled_fields(session, entry.sheet)["age"].value == 12
        rows = history(session, entry.sheet, field="age")
    assert [(row.step, row.before, row.value, row.by) for row in rows] == [
        ("correction", 17, 11, "amina"),
        ("final", 17, 11, "amina"),
        ("office", 11, 12, "juma"),
        ("final", 11, 12, "juma"),
    ]
    assert (rows[0].content, rows[0].crop) == (digest("a"), 4)


def test_add_entry__first_key_alone_settles_nothing(work_database: Database, entry: Entry) -> None:
    """Machine readings and first keys are history, not decisions."""
    with work_database.begin() as session:
        add_entry(session, entry, Step.MACHINE)
        add_entry(session, entry, Step.FIRST_KEY)

        assert settled_fields(session, entry.sheet) == {}


def test_reopen__field_is_open_again(work_database: Database, entry: Entry) -> None:
    """An undone decision no longer counts, and can be made anew."""
    with work_database.begin() as session:
        settle(session, entry)
        reopen(session, entry)
        assert settled_fields(session, entry.sheet) == {}

        settle(session, entry)
        assert settled_fields(session, entry.sheet)["age"].value == 11
    with work_database.read() as session:
        assert len(history(session, entry.sheet)) == 5


@pytest.mark.parametrize(
    "value",
    [None, 0, "", "NIL", ["NEG", "ABN"], {"precision": "year", "value": "2012"}],
    ids=str,
)
def test_settle__every_kind_of_value_comes_back(
    work_database: Database, entry: Entry, value: Value
) -> None:
    """Zero, empty text, lists and dates with a precision stay what they are."""
    with work_database.begin() as session:
        settle(session, dataclasses.replace(entry, value=value))

    with work_database.read() as session:
        assert settled_fields(session, entry.sheet)["age"].value == value


def test_settled_fields__other_records_are_not_mixed_in(
    work_database: Database, entry: Entry
) -> None:
    """Each record of a sheet has its own decisions."""
    with work_database.begin() as session:
        settle(session, dataclasses.replace(entry, index=2))

        assert settled_fields(session, entry.sheet, 1) == {}
        assert list(settled_fields(session, entry.sheet, 2)) == ["age"]
