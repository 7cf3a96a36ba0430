"""Steps from one shape of the work database to the next; `migrate` takes those that are missing."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database

HERE = Path(__file__).parent


def migrate(database: Database) -> None:
    """
    Bring the work database to the newest shape, in one transaction; harmless to repeat.

    Raises:
        StoreError: A newer program made this database, or it cannot be changed.
    """
    with database.begin() as session:
        connection = session.connection()
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"{database.name}: a newer cpims-scan made this database. Install that version."
            ) from error


def is_current(database: Database) -> bool:
    """Whether the database has the shape that this program needs."""
    with database.read() as session:
        return _revision(session.connection()) == newest()


def require_current(database: Database) -> None:
    """
    Refuse to work on another shape.

    Raises:
        StoreError: The database needs `migrate`.
    """
    if not is_current(database):
        raise StoreError(
            f"{database.name}: its tables are missing or old. Run: cpims-scan migrate."
        )


def newest() -> str:
    """Name of the newest step."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as an interpolation.
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config
