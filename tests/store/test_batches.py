"""The states of a batch's pages add up, whatever happens to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.store import queue
from cpims_scan.store.arrivals import arrivals_of, mark_same_ink, settle_arrival, settle_content
from cpims_scan.store.batches import (
    accounting,
    close_batch,
    context_of,
    list_batches,
    open_batch,
    status,
)
from cpims_scan.store.database import Database
from cpims_scan.store.records import save_record
from cpims_scan.store.scope import Scope
from cpims_scan.store.sheets import supersede_sheet
from cpims_scan.store.states import ArrivalState, Reason, RecordState
from tests.store.work import (
    NOW,
    add_batch,
    add_file,
    digest,
    later,
    read_all,
    reading_of_page,
    record_for,
    stocked,
)

# Each example makes a database of its own.
FRESH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CONTENTS = ["a", "b", "c", "d", ""]
actions = st.one_of(
    st.tuples(st.just("file"), st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=4)),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("finish"), st.sampled_from(CONTENTS[:4])),
    st.tuples(st.just("fail"), st.sampled_from(CONTENTS[:4])),
    st.tuples(
        st.just("settle"),
        st.tuples(st.sampled_from(CONTENTS[:4]), st.sampled_from(ArrivalState)),
    ),
    st.tuples(st.just("same_ink"), st.sampled_from(CONTENTS[:4])),
    st.tuples(st.just("expire"), st.just(None)),
)


def act(session: Session, step: int, action: str, what: object) -> int:
    """Do one thing that happens to pages; returns how many pages came in."""
    now = later(step * 100)
    match action, what:
        case "file", list(contents):
            add_file(session, add_batch(session), contents, f"{step}.pdf")
            return len(contents)
        case "claim", int(limit):
            queue.claim(session, "w", now, 1000, limit)
        case "expire", _:
            queue.claim(session, "w", later(100_000 + step * 100), 1, 2)
        case "finish", str(letter):
            queue.finish(session, digest(letter), "w", reading_of_page(digest(letter)), now)
        case "fail", str(letter):
            queue.fail(session, digest(letter), "w", "Broken.", now)
        case "settle", (str(letter), ArrivalState() as state):
            settle_content(session, digest(letter), state)
        case "same_ink", str(letter):
            mark_same_ink(session, digest(letter), digest("a"))
    return 0


@settings(FRESH, max_examples=25)
@given(history=st.lists(actions, max_size=15))
def test_accounting__adds_up_after_any_history(
    new_sqlite: Callable[[], Database], history: list[tuple[str, object]]
) -> None:
    """Whatever happens, `in` is what came in and the sum of the six states."""
    database = new_sqlite()
    with database.begin() as session:
        batch = add_batch(session)
    came = 0
    for step, (action, what) in enumerate(history):
        with database.begin() as session:
            came += act(session, step, action, what)

    with database.read() as session:
        pages = accounting(session, batch)["pages"]
    database.close()

    assert pages["in"] == came
    assert pages.pop("in") == sum(pages.values())


def test_status__is_the_document_of_the_contract(work_database: Database) -> None:
    """The words and their nesting are those that scripts rely on."""
    with work_database.begin() as session:
        add_file(session, add_batch(session, sheets=2), ["a", ""])

    with work_database.read() as session:
        told = status(session)

    assert told == {
        "batches": [
            {
                "name": "B-1",
                "sheets": {"expected": 2, "missing": 2},
                "pages": {
                    "in": 2,
                    "accepted": 0,
                    "review": 0,
                    "rejected": 0,
                    "duplicate": 0,
                    "error": 1,
                    "unfinished": 1,
                },
                "records": {"waiting": 0, "review": 0, "ready": 0, "loaded": 0},
            }
        ]
    }


def test_take_in__same_bytes_are_a_duplicate_and_no_work(work_database: Database) -> None:
    """The same page again, in any batch, is counted where it came and read once."""
    with work_database.begin() as session:
        add_file(session, add_batch(session, "B-1"), ["a", "b"])
        came = add_file(session, add_batch(session, "B-2"), ["b", "c"], "other.pdf")

    assert (came.new, came.duplicate, came.error) == (1, 1, 0)
    with work_database.read() as session:
        assert status(session)["batches"][1]["pages"]["duplicate"] == 1
        assert queue.counts(session)["todo"] == 3


def test_take_in__file_that_would_not_open_is_one_page(work_database: Database) -> None:
    """A file without pages is not lost: it is one arrival in error."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, [])

    with work_database.read() as session:
        arrivals = arrivals_of(session, batch.id)
    assert [(row.number, row.state, row.reason) for row in arrivals] == [(0, "error", "unreadable")]


def test_settle_content__leaves_duplicates_alone(work_database: Database) -> None:
    """Accepting a page does not make its copies accepted pages."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["a", "a"])
        settle_content(session, digest("a"), ArrivalState.ACCEPTED)

        states = [row.state for row in arrivals_of(session, batch.id)]
    assert states == ["accepted", "duplicate"]


def test_missing_sheets__first_pages_count_joined_or_not(work_database: Database) -> None:
    """A sheet has come when its first page has; copies and superseded pages do not count."""
    with work_database.begin() as session:
        batch = add_batch(session, sheets=5)
        add_file(session, batch, ["a", "b", "b", "c", "d"])
        read_all(session)
        mark_same_ink(session, digest("c"), digest("a"))
        last = arrivals_of(session, batch.id)[-1]
        settle_arrival(session, last.id, ArrivalState.REJECTED, Reason.SUPERSEDED)

        assert accounting(session, batch)["sheets"] == {"expected": 5, "missing": 3}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (RecordState.WAITING, "waiting"),
        (RecordState.HELD, "waiting"),
        (RecordState.REVIEW, "review"),
        (RecordState.READY, "ready"),
        (RecordState.LOADING, "ready"),
        (RecordState.LOADED, "loaded"),
    ],
)
def test_accounting__counts_records_by_four_words(
    work_database: Database, state: RecordState, word: str
) -> None:
    """Every state of a record is under one of the contract's words."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a", "b"])
        save_record(session, record_for(sheet), state, NOW)

        records = accounting(session, batch)["records"]
    assert records == {"waiting": 0, "review": 0, "ready": 0, "loaded": 0} | {word: 1}


def test_accounting__superseded_sheet_has_no_records(work_database: Database) -> None:
    """Records of a replaced sheet no longer count."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a"])
        save_record(session, record_for(sheet), RecordState.READY, NOW)
        supersede_sheet(session, sheet.key, "other")

        assert sum(accounting(session, batch)["records"].values()) == 0


def test_open_batch__unnamed_ones_are_numbered(work_database: Database) -> None:
    """Batches without a name get the next free number."""
    with work_database.begin() as session:
        open_batch(session, "B-0002", BatchContext(), "amina", NOW)
        names = [open_batch(session, None, BatchContext(), "amina", NOW).name for _ in range(2)]

    assert names == ["B-0003", "B-0004"] or names == ["B-0001", "B-0003"]


def test_open_batch__goes_on_and_fills_what_was_missing(work_database: Database) -> None:
    """The same name is the same batch; what is said later is added."""
    with work_database.begin() as session:
        first = open_batch(session, "B-1", BatchContext(office="047"), "amina", NOW)
        again = open_batch(session, "B-1", BatchContext(sheets_expected=20), "juma", NOW)

    assert again.id == first.id
    assert context_of(again) == BatchContext("047", None, None, 20)


def test_open_batch__contradiction_is_refused(work_database: Database) -> None:
    """One batch has one office."""
    with work_database.begin() as session:
        add_batch(session)

    with pytest.raises(WrongUseError, match="begun with office"), work_database.begin() as session:
        open_batch(session, "B-1", BatchContext(office="031"), "amina", NOW)


@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines"])
def test_open_batch__odd_names_are_refused(work_database: Database, name: str) -> None:
    """A name fits on one line of the cover sheet."""
    with pytest.raises(WrongUseError, match="one line"), work_database.begin() as session:
        open_batch(session, name, BatchContext(), "amina", NOW)


def test_list_batches__keeps_to_the_scope(work_database: Database) -> None:
    """An office sees its own stacks."""
    with work_database.begin() as session:
        add_batch(session)
        open_batch(session, "other", BatchContext(office="031-001"), "amina", NOW)

        assert [row.name for row in list_batches(session, Scope(("047-*",)))] == ["B-1"]


def test_close_batch__missing_sheets_need_a_reason(work_database: Database) -> None:
    """A batch with missing sheets closes only with a reason, and then takes no more pages."""
    with work_database.begin() as session:
        batch = add_batch(session, sheets=3)
        with pytest.raises(InputError, match="3 sheets are missing"):
            close_batch(session, batch, "amina", " ", NOW)
        close_batch(session, batch, "amina", "two are with the officer", NOW)

    with pytest.raises(WrongUseError, match="closed"), work_database.begin() as session:
        add_batch(session, sheets=3)


def test_close_batch__unfinished_pages_keep_it_open(work_database: Database) -> None:
    """Nothing closes over pages that are not read."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["a"])

        with pytest.raises(InputError, match="1 pages are not read yet"):
            close_batch(session, batch, "amina", None, NOW)


def test_times__without_a_zone_are_refused(work_database: Database) -> None:
    """A time that could mean Nairobi or UTC does not get in."""
    naive = dt.datetime(2026, 3, 2, 7, 30)

    with pytest.raises(Exception, match="no zone"), work_database.begin() as session:
        open_batch(session, "B-9", BatchContext(), "amina", naive)
