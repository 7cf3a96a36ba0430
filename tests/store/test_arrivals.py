"""What came in is entered once, under a name that cannot harm."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpims_scan.store import queue
from cpims_scan.store.arrivals import (
    arrivals_of,
    arrivals_with,
    deliveries_read,
    escape_name,
    mark_same_ink,
    pages_of,
    settle_content,
)
from cpims_scan.store.database import Database
from cpims_scan.store.states import ArrivalState
from tests.store.work import NOW, add_batch, add_file, digest, read_all, reading_of_page


def test_deliveries_read__only_whole_files(work_database: Database) -> None:
    """A file is put together when its last page is read, not before."""
    with work_database.begin() as session:
        batch = add_batch(session)
        came = add_file(session, batch, ["a", "b"])
        taken = queue.claim(session, "w", NOW, 60)[0].content
        queue.finish(session, taken, "w", reading_of_page(taken), NOW)
        assert deliveries_read(session) == []

        read_all(session)
        assert deliveries_read(session, batch.id) == [came.id]
        assert [row.number for row in pages_of(session, came.id)] == [1, 2]

        settle_content(session, digest("a"), ArrivalState.REVIEW)
        settle_content(session, digest("b"), ArrivalState.ACCEPTED)
        assert deliveries_read(session) == []


def test_deliveries_read__copy_of_an_unread_page_waits(work_database: Database) -> None:
    """A file with a page that another file brought waits until that page is read."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["b", "a"], "first.pdf")
        add_file(session, batch, ["a", "c"], "second.pdf")
        queue.claim(session, "other", NOW, 3600)
        read_all(session)

        assert [row.file_name for row in arrivals_with(session, digest("a"))] == [
            "first.pdf",
            "second.pdf",
        ]
        assert len(deliveries_read(session)) == 1


def test_mark_same_ink__says_which_page_it_repeats(work_database: Database) -> None:
    """The second scan of a sheet is a duplicate that names the first."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["a", "b"])
        mark_same_ink(session, digest("b"), digest("a"))

        rows = arrivals_of(session, batch.id)
    assert (rows[1].state, rows[1].reason, rows[1].same_as) == (
        "duplicate",
        "same_ink",
        digest("a"),
    )
    assert rows[0].state == "unfinished"


def test_take_in__same_pages_at_the_same_moment_are_queued_once(work_database: Database) -> None:
    """Two copiers that send the same pages in other orders wait in line and lose nothing."""
    with work_database.begin() as session:
        batch = add_batch(session)
    letters = [f"page-{number}" for number in range(12)]

    def send(name: str, contents: list[str]) -> None:
        with work_database.begin() as session:
            add_file(session, batch, contents, name)

    senders = [
        threading.Thread(target=send, args=(f"{number}.pdf", letters[:: -1 if number % 2 else 1]))
        for number in range(6)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    with work_database.read() as session:
        states = [row.state for row in arrivals_of(session, batch.id)]
        assert queue.counts(session)["todo"] == 12
    assert (states.count("unfinished"), states.count("duplicate")) == (12, 60)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Scan 01.pdf", "Scan 01.pdf"),
        ("mtoto wa Ng'ang'a.pdf", "mtoto wa Ng'ang'a.pdf"),
        ("a\x1b[31m.pdf", r"a\x1b[31m.pdf"),
        ("two\nlines.pdf", r"two\x0alines.pdf"),
        ("fdp.\u202egpj", r"fdp.\u202egpj"),
        ("bad\udcff.pdf", r"bad\udcff.pdf"),
        ("<img src=x>.pdf", "<img src=x>.pdf"),
    ],
)
def test_escape_name__shows_what_hides(name: str, shown: str) -> None:
    """Signs that hide, turn or end a line are written out; the rest stays readable."""
    assert escape_name(name) == shown


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_escape_name__any_name_is_one_short_printable_line(name: str) -> None:
    """Whatever a file is called, it is shown in one line of at most 255 signs."""
    shown = escape_name(name)

    assert len(shown) <= 255
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown
