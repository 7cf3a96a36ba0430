"""The door to the work database: whole transactions, one clear sentence when it cannot be."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from cpims_scan.errors import ExitCode, StoreError
from cpims_scan.store import database as door
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.migrations import is_current
from cpims_scan.store.tables import BatchRow
from tests.store.conftest import empty_postgres
from tests.store.work import NOW, add_batch
from tests.store.workers import write_until_killed


def batches_in(database: Database) -> int:
    """How many batches there are."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(BatchRow)) or 0


def test_begin__error_leaves_no_trace(work_database: Database) -> None:
    """A transaction that fails in the middle changes nothing."""
    with pytest.raises(ZeroDivisionError), work_database.begin() as session:
        add_batch(session)
        raise ZeroDivisionError

    assert batches_in(work_database) == 0


def test_begin__times_come_back_in_utc(work_database: Database) -> None:
    """A moment written in Nairobi's zone is the same moment in UTC when read."""
    nairobi = dt.timezone(dt.timedelta(hours=3))
    with work_database.begin() as session:
        add_batch(session).closed_at = NOW.astimezone(nairobi)

    with work_database.read() as session:
        read = session.scalars(select(BatchRow.closed_at)).one()
    assert (read, read.tzinfo if read else None) == (NOW, dt.UTC)


def test_begin__contradiction_is_one_sentence(work_database: Database) -> None:
    """What the database refuses reaches the person without what was in the row."""
    rows = [BatchRow(name="Wanjiru's", created_at=NOW, created_by="amina") for _ in range(2)]

    with pytest.raises(StoreError, match="refused") as caught, work_database.begin() as session:
        session.add_all(rows)

    assert "Wanjiru" not in str(caught.value)
    assert caught.value.exit_code is ExitCode.DATABASE


def test_errors__never_hold_the_parameters(work_database: Database) -> None:
    """Neither message nor cause of a database error shows a value that was to be stored."""
    with pytest.raises(StoreError) as caught, work_database.begin() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:v)"), {"v": "Wanjiru"})

    assert "Wanjiru" not in f"{caught.value} {caught.value.__cause__}"
    assert "cpims-scan migrate" in str(caught.value)


@pytest.mark.postgres
def test_errors__value_that_does_not_fit_is_not_a_lost_server() -> None:
    """PostgreSQL keeps to the width of a column; the sentence says so."""
    database = open_database(empty_postgres())

    with pytest.raises(StoreError, match="does not fit"), database.begin() as session:
        session.add(BatchRow(name="x" * 65, created_at=NOW, created_by="amina"))
    database.close()


def test_read__waits_for_no_writer(work_database: Database) -> None:
    """While one writes, another reads the last committed state."""
    with work_database.begin() as writing:
        add_batch(writing)

        assert batches_in(work_database) == 0


def test_read__is_a_still_picture(work_database: Database) -> None:
    """What is committed meanwhile is not seen before the next look."""
    count = select(func.count()).select_from(BatchRow)
    with work_database.read() as session:
        before = session.scalar(count)
        with work_database.begin() as writing:
            add_batch(writing)

        assert session.scalar(count) == before == 0


def test_begin__threads_write_one_after_another(work_database: Database) -> None:
    """Twelve threads that write at once lose nothing and none fails."""

    def write(number: int) -> None:
        with work_database.begin() as session:
            add_batch(session, f"B-{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert batches_in(work_database) == 12


def test_open__sqlite_is_set_for_safety(sqlite_database: Database) -> None:
    """WAL, full sync, foreign keys and a patient lock, on every connection."""
    with sqlite_database.read() as session:
        told = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_open__new_folder_is_private(tmp_path: Path) -> None:
    """Nobody else on the machine can look into a workspace that was made."""
    open_database(f"sqlite:///{tmp_path}/room/work.sqlite").close()

    assert stat.S_IMODE((tmp_path / "room").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"this is a letter, not a database" * 40, "not a database", id="letter"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 4096, "damaged|not a database", id="torn"),
    ],
)
def test_open__other_file_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    """A file that is no database, or is damaged at its head, is left as it is."""
    file = tmp_path / "work.sqlite"
    file.write_bytes(content)

    with pytest.raises(StoreError, match=sentence):
        open_database(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_read__damaged_page_is_one_sentence(tmp_path: Path, sqlite_database: Database) -> None:
    """A page that a failing disk overwrote is met with advice, not with wrong data."""
    file = sqlite_database.file
    assert file is not None
    sqlite_database.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))

    with pytest.raises(StoreError, match="restore"):
        batches_in(open_database(f"sqlite:///{file}"))


def test_begin__database_locked_by_another_program(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program's lock is named after the wait."""
    monkeypatch.setattr(door, "WAIT_SECONDS", 0.1)
    impatient = open_database(f"sqlite:///{sqlite_database.file}")
    with closing(sqlite3.connect(str(sqlite_database.file), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="locked"), impatient.begin() as session:
            add_batch(session)
    impatient.close()


def test_begin__full_disk_leaves_the_last_whole_state(sqlite_database: Database) -> None:
    """A disk that fills up is named, nothing is half written, and work goes on after."""
    with sqlite_database.begin() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(StoreError, match="disk is full"), sqlite_database.begin() as session:
        for number in range(500):
            add_batch(session, f"B-{number}")

    assert batches_in(sqlite_database) == 0
    with sqlite_database.begin() as session:
        session.execute(text("PRAGMA max_page_count = 100000"))
        add_batch(session)
    assert batches_in(sqlite_database) == 1


@pytest.mark.postgres
def test_begin__connection_lost_in_the_middle() -> None:
    """A server that ends the connection is one sentence, and the next transaction works."""
    database = open_database(empty_postgres())

    with pytest.raises(StoreError, match="connection was lost"), database.begin() as session:
        add_batch(session)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with database.begin() as session:
        add_batch(session)
    assert batches_in(database) == 1
    database.close()


def test_begin__deleted_file_is_noticed(sqlite_database: Database) -> None:
    """Nothing is written into a database file that was taken away."""
    assert sqlite_database.file is not None
    sqlite_database.file.unlink()

    with pytest.raises(StoreError, match="moved, deleted or replaced"):
        batches_in(sqlite_database)


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_open__unusable_url_is_one_sentence(url: str) -> None:
    """A URL that cannot be a work database says so."""
    with pytest.raises(StoreError):
        open_database(url)


@pytest.mark.postgres
def test_open__lost_server_is_one_sentence(tmp_path: Path) -> None:
    """No server: the sentence names the host and never the password."""
    pytest.importorskip("psycopg")

    with pytest.raises(StoreError, match="Check the server") as caught:
        open_database(f"postgresql://u:s3cret@/work?host={tmp_path}")

    assert "s3cret" not in str(caught.value)


def test_is_current__needs_no_write(work_database: Database) -> None:
    """Looking whether tables are current changes nothing."""
    assert is_current(work_database)


@pytest.mark.slow
def test_begin__killed_writer_leaves_whole_transactions(work_url: str) -> None:
    """A process killed while writing leaves both rows of a transaction or none, ready at once."""
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=write_until_killed, args=(work_url, started))
    process.start()
    assert started.wait(60)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()

    database = open_database(work_url)
    count = batches_in(database)
    with database.begin() as session:
        add_batch(session, "after")
    database.close()

    assert count >= 6
    assert count % 2 == 0
