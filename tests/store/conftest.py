"""A work database of each kind, migrated and empty, for every test of the store."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cpims_scan.store.audit import BEGINNING
from cpims_scan.store.columns import Base
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.migrations import migrate, newest
from cpims_scan.store.office_tables import AuditHeadRow
from tests.postgres import postgres_server


def empty_postgres() -> str:
    """URL of the one migrated PostgreSQL database of this run, emptied: quicker than a copy."""
    url = _migrated_postgres()
    database = open_database(url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.begin() as session:
        session.execute(text("SET LOCAL lock_timeout = '20s'"))
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        session.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": newest()})
        session.add(AuditHeadRow(id=1, number=0, hash=BEGINNING))
    database.close()
    return url


@functools.cache
def _migrated_postgres() -> str:
    server = postgres_server()
    url = server.url(server.new_database())
    database = open_database(url)
    migrate(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, copied for every test: quicker than migrating each time."""
    file = tmp_path_factory.mktemp("template") / "work.sqlite"
    database = open_database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a new database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/work.sqlite"
    server = postgres_server()
    return server.url(server.new_database())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def work_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """URL of a new work database with all its tables, empty."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'work.sqlite')}"
    return empty_postgres()


@pytest.fixture
def work_database(work_url: str) -> Iterator[Database]:
    """An open work database, empty."""
    database = open_database(work_url)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """An open work database of SQLite, empty, for facts that are SQLite's alone."""
    file = shutil.copy(migrated_file, tmp_path / "work.sqlite")
    database = open_database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture
def new_sqlite(tmp_path: Path, migrated_file: Path) -> Iterator[Callable[[], Database]]:
    """Makes as many empty work databases of SQLite as a test of random cases asks for."""
    opened: list[Database] = []

    def make() -> Database:
        file = shutil.copy(migrated_file, tmp_path / f"work-{len(opened)}.sqlite")
        database = open_database(f"sqlite:///{file}")
        opened.append(database)
        return database

    yield make
    for database in opened:
        database.close()
