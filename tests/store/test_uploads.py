"""A file that comes in pieces over a bad line arrives whole, or is asked for again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError
from cpims_scan.store.database import Database
from cpims_scan.store.pages import PageStore
from cpims_scan.store.uploads import (
    LARGEST,
    NewUpload,
    begin_upload,
    complete,
    find_upload,
    forget_part,
    receive,
)
from tests.store.work import NOW

# Each example makes a database of its own.
FRESH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DATA = os.urandom(1000)


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    """An empty page store."""
    return PageStore(tmp_path / "pages")


def announced(data: bytes = DATA, by: str = "county") -> NewUpload:
    """What the sender says before sending."""
    sha256 = hashlib.sha256(data).hexdigest()
    return NewUpload(sha256, "march\x00.pdf", len(data), by, BatchContext("047", "2026-02"))


def test_upload__pieces_become_the_file(work_database: Database, store: PageStore) -> None:
    """Pieces in order give the file, byte by byte."""
    with work_database.begin() as session:
        upload = begin_upload(session, announced(), NOW)
        assert receive(session, store, upload, (0, DATA[:600]), NOW) == 600
        assert receive(session, store, upload, (600, DATA[600:]), NOW) == 1000
        part = complete(session, store, upload, NOW)

    assert part is not None and part.read_bytes() == DATA
    assert upload.state == "done"
    assert upload.name == r"march\x00.pdf"
    forget_part(store, upload.id)
    assert not part.exists()


def test_begin_upload__goes_on_where_it_broke(work_database: Database, store: PageStore) -> None:
    """After a broken line the sender is told how much is here."""
    with work_database.begin() as session:
        first = begin_upload(session, announced(), NOW)
        receive(session, store, first, (0, DATA[:400]), NOW)
    with work_database.begin() as session:
        again = begin_upload(session, announced(), NOW)

    assert (again.id, again.received) == (first.id, 400)


@settings(FRESH, max_examples=15)
@given(cuts=st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 400)), max_size=12))
def test_receive__any_order_of_pieces_never_damages_the_file(
    new_sqlite: Callable[[], Database], tmp_path: Path, cuts: list[tuple[int, int]]
) -> None:
    """Repeated and overlapping pieces change nothing; those that leave a gap are refused."""
    database, store = new_sqlite(), PageStore(tmp_path / "pages")
    with database.begin() as session:
        upload = begin_upload(session, announced(), NOW)
        for offset, length in cuts:
            data = DATA[offset : offset + length]
            if offset > upload.received:
                with pytest.raises(InputError, match="go on from byte"):
                    receive(session, store, upload, (offset, data), NOW)
            else:
                receive(session, store, upload, (offset, data), NOW)
        receive(session, store, upload, (upload.received, DATA[upload.received :]), NOW)
        part = complete(session, store, upload, NOW)
    database.close()

    assert part is not None and part.read_bytes() == DATA


def test_complete__damaged_file_begins_again(work_database: Database, store: PageStore) -> None:
    """When the digest differs nothing is taken in and the sender begins anew."""
    with work_database.begin() as session:
        upload = begin_upload(session, announced(), NOW)
        receive(session, store, upload, (0, DATA[:-1] + b"?"), NOW)

        assert complete(session, store, upload, NOW) is None
        assert (upload.received, upload.state) == (0, "receiving")


def test_complete__missing_piece_is_named(work_database: Database, store: PageStore) -> None:
    """A file that is not whole is not taken in."""
    with work_database.begin() as session:
        upload = begin_upload(session, announced(), NOW)
        receive(session, store, upload, (0, DATA[:10]), NOW)

        with pytest.raises(InputError, match="from byte 10"):
            complete(session, store, upload, NOW)


def test_receive__more_than_announced_is_refused(work_database: Database, store: PageStore) -> None:
    """Nobody fills the disk beyond what was said."""
    with work_database.begin() as session:
        upload = begin_upload(session, announced(), NOW)

        with pytest.raises(InputError, match="More came"):
            receive(session, store, upload, (0, DATA + b"x"), NOW)


@pytest.mark.parametrize(
    ("sha256", "size"), [("../x", 10), ("ab" * 32, 0), ("ab" * 32, LARGEST + 1)]
)
def test_begin_upload__impossible_files_are_refused(
    work_database: Database, sha256: str, size: int
) -> None:
    """Empty, too large, or without a digest: refused before a byte is sent."""
    new = NewUpload(sha256, "x.pdf", size, "county", BatchContext())

    with pytest.raises(InputError), work_database.begin() as session:
        begin_upload(session, new, NOW)


def test_find_upload__nobody_sees_anothers(work_database: Database) -> None:
    """The number of an upload is worth nothing to somebody else."""
    with work_database.begin() as session:
        upload = begin_upload(session, announced(), NOW)

        assert find_upload(session, upload.id, "other") is None
        assert find_upload(session, upload.id, "county") is upload
        assert begin_upload(session, announced(by="other"), NOW).id != upload.id
