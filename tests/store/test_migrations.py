"""The tables that the steps make are the tables that the program knows."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from cpims_scan.errors import StoreError
from cpims_scan.store import office_tables, tables
from cpims_scan.store.columns import Base
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.migrations import is_current, migrate, newest, require_current

KNOWN = (office_tables, tables)  # imported so that the metadata is whole


def test_migrate__makes_exactly_the_tables_of_the_metadata(work_database: Database) -> None:
    """Nothing differs between the migrated database and the mapped classes."""
    with work_database.read() as session:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(session.connection(), opts=options)

        assert compare_metadata(context, Base.metadata) == []


def test_migrate__twice_is_harmless(work_database: Database) -> None:
    """A second run changes nothing."""
    migrate(work_database)

    assert is_current(work_database)


def test_is_current__empty_database_is_not(empty_url: str) -> None:
    """A database without tables is told from one that is up to date."""
    database = open_database(empty_url)

    assert not is_current(database)
    database.close()


def test_require_current__names_the_command(empty_url: str) -> None:
    """The sentence says what to type."""
    database = open_database(empty_url)

    with pytest.raises(StoreError, match="cpims-scan migrate"):
        require_current(database)
    database.close()


def test_migrate__newer_database_is_refused(work_database: Database) -> None:
    """A database of a newer program is left alone and says so."""
    with work_database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match="newer cpims-scan"):
        migrate(work_database)


def test_newest__is_a_step() -> None:
    """The steps end in one place."""
    assert newest() != ""


@pytest.mark.parametrize("table", ["audit", "settlement", "page_reading"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET hash = 'x'"])
def test_migrate__append_only_tables_refuse_changes(
    work_database: Database, table: str, verb: str
) -> None:
    """The database itself refuses to change or remove what was added."""
    from tests.store.test_audit import seeded

    seeded(work_database)
    statement = verb.format(table)
    if table != "audit":
        statement = statement.replace("hash", "id").replace("'x'", "99")

    with pytest.raises(StoreError, match="never changed"), work_database.begin() as session:
        session.execute(text(statement))
