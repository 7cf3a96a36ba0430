"""The audit chain breaks wherever somebody changes it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from cpims_scan.domain.record import State
from cpims_scan.errors import StoreError
from cpims_scan.store.audit import Event, Head, append, head_of, list_events, verify
from cpims_scan.store.database import Database
from cpims_scan.store.scope import Scope
from cpims_scan.store.settlements import Entry, settle
from tests.store.work import NOW, OFFICE, stocked

# Each example makes a database of its own.
FRESH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VIEW = Event("amina", "record.view", "record", "s-1", OFFICE, {"form": "case_record_sheet_a"})


def seeded(database: Database, entries: int = 5) -> Head:
    """A database with something in every append-only table."""
    with database.begin() as session:
        _, sheet = stocked(session, ["a"])
        entry = Entry(sheet.key, 1, 1, "age", None, 3, State.ANSWERED, "amina", NOW, "desk")
        settle(session, entry)
        for _ in range(entries):
            append(session, VIEW, NOW)
        return head_of(session)


def tamper(database: Database, *statements: str) -> None:
    """Change the chain as somebody with the file in hand could: triggers go first."""
    with database.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_no_update"))
            session.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))


def test_verify__untouched_chain_is_whole(work_database: Database) -> None:
    """A chain that nobody changed verifies up to its head."""
    head = seeded(work_database)

    with work_database.read() as session:
        found = verify(session, (head,))

    assert found.is_whole
    assert found.head == head == Head(5, head.hash)


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        pytest.param(["UPDATE audit SET by = 'other' WHERE number = 2"], 2, id="changed"),
        pytest.param(["DELETE FROM audit WHERE number = 3"], 3, id="removed"),
        pytest.param(["DELETE FROM audit WHERE number = 5"], 5, id="cut off"),
        pytest.param(
            [
                "UPDATE audit SET number = 99 WHERE number = 2",
                "UPDATE audit SET number = 2 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 99",
            ],
            2,
            id="exchanged",
        ),
    ],
)
def test_verify__finds_where_it_was_changed(
    work_database: Database, statements: list[str], broken_at: int
) -> None:
    """Each kind of change is found at its place."""
    seeded(work_database)

    tamper(work_database, *[s.replace(" by ", ' "by" ') for s in statements])

    with work_database.read() as session:
        assert verify(session).broken_at == broken_at


def test_verify__kept_head_finds_a_chain_that_was_cut_with_its_head(
    work_database: Database,
) -> None:
    """Whoever cuts the chain and its head is found by a head printed before."""
    printed = seeded(work_database)
    tamper(
        work_database,
        "DELETE FROM audit WHERE number > 3",
        "UPDATE audit_head SET number = 3, hash = (SELECT hash FROM audit WHERE number = 3)",
    )

    with work_database.read() as session:
        assert verify(session).is_whole
        assert verify(session, (printed,)).broken_at == 4


@settings(FRESH, max_examples=15)
@given(
    number=st.integers(1, 8),
    column=st.sampled_from(["action", "object_kind", "object_id", "office", "details", "at"]),
)
def test_verify__any_changed_column_of_any_entry_is_found(
    new_sqlite: Callable[[], Database], number: int, column: str
) -> None:
    """No column can be changed unseen."""
    database = new_sqlite()
    seeded(database, entries=8)
    value = {"details": "[]", "at": "2020-01-01 00:00:00.000000"}.get(column, "changed")
    statement = f"UPDATE audit SET {column} = '{value}' WHERE number = {number}"  # noqa: S608 - a test
    tamper(database, statement)

    with database.read() as session:
        assert verify(session).broken_at == number


@pytest.mark.parametrize(
    "details", [{"village": "Kapsoya"}, {"reason": "x" * 65}], ids=["field", "sentence"]
)
def test_append__refuses_what_could_be_a_value(
    work_database: Database, details: dict[str, str | int]
) -> None:
    """Nothing that stands on the paper gets into the chain."""
    event = Event("amina", "record.view", "record", "s-1", details=details)

    with pytest.raises(StoreError, match="takes no detail"), work_database.begin() as session:
        append(session, event, NOW)


def test_append__many_at_once_make_one_chain(work_database: Database) -> None:
    """People who work at the same moment never fork the chain."""

    def work() -> None:
        for _ in range(8):
            with work_database.begin() as session:
                append(session, VIEW, NOW)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with work_database.read() as session:
        found = verify(session)
    assert (found.is_whole, found.head.number) == (True, 40)


def test_list_events__keeps_to_the_scope(work_database: Database) -> None:
    """An auditor of one office sees that office's entries alone."""
    with work_database.begin() as session:
        append(session, VIEW, NOW)
        append(session, Event("x", "record.view", "record", "s-2", "031-001"), NOW)

    with work_database.read() as session:
        seen = [row.object_id for row in list_events(session, Scope(("047*",)))]

    assert seen == ["s-1"]
