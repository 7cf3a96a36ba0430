"""The only door to the work database: opened by URL, one short transaction at a time."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session

from cpims_scan.errors import MissingProgramError, StoreError
from cpims_scan.store.folders import make_private, refuse_network_folder

# A scan of 500 pages commits in well under a second; who waits longer than this for the
# writer before is better told than kept.
WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Database:
    """
    An open work database.

    Attributes:
        engine: SQLAlchemy's, with its pool.
        name: What a person calls it: the file, or host and database; never a password.
        file: The SQLite file, None for PostgreSQL.
    """

    engine: Engine
    name: str
    file: Path | None = None
    _identity: tuple[int, int] | None = None
    _writer: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """
        Run one transaction that may write; it commits at the end or leaves no trace.

        On SQLite it is BEGIN IMMEDIATE, one writer at a time in this process, so that a
        transaction never fails halfway for want of the lock.

        Raises:
            StoreError: The database is lost, locked, full, damaged, or refuses the data.
        """
        if self.file is not None and not self._writer.acquire(timeout=WAIT_SECONDS):
            raise StoreError(f"{self.name}: another part of this program keeps writing. Try again.")
        try:
            with (
                self._translated(),
                Session(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        finally:
            if self.file is not None:
                self._writer.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Run one transaction that only reads: a still picture that waits for no writer."""
        if self.file is not None:
            still = self.engine.execution_options(sqlite_begin="DEFERRED")
        else:
            still = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with self._translated(), Session(still, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        self._refuse_when_moved()
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise StoreError(_sentence(self.name, error)) from error

    def _refuse_when_moved(self) -> None:
        # SQLite would go on writing into a deleted file and everything would be lost.
        if self.file is not None and _identity(self.file) != self._identity:
            raise StoreError(
                f"{self.name}: the database file was moved, deleted or replaced while in use. "
                "Put it back or restore the backup, then start again."
            )


def open_database(url: str) -> Database:
    """
    Open the work database, without changing its tables; see `migrations.migrate`.

    Args:
        url: SQLAlchemy's, `sqlite:////folder/work.sqlite` or `postgresql+psycopg://host/name`.

    Raises:
        StoreError: It cannot be reached, is damaged, is no database, or lies on a network share.
        MissingProgramError: The driver is not installed.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    name = f"{parsed.host or 'local'}/{parsed.database}"
    engine = _engine(parsed, name, pool_pre_ping=True)
    database = Database(engine, name)
    _try(database)
    return database


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "The database URL cannot be understood. Example: sqlite:///w.db"
        ) from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(
            f"{parsed.get_backend_name()}: this database is not supported. "
            "Use a URL that begins with sqlite:/// or postgresql://."
        )
    return parsed


def _open_sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise StoreError("The work database needs a file: a database in memory is lost at the end.")
    file = Path(url.database).absolute()
    refuse_network_folder(make_private(file.parent))
    engine = _engine(url.set(database=str(file)), str(file), connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    try:
        with closing(engine.raw_connection()) as connection:
            # Kept in the file itself; asked once, because changing it needs the file alone.
            connection.cursor().execute("PRAGMA journal_mode = WAL")
            connection.cursor().execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except (DBAPIError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(_sentence(str(file), error)) from error
    return Database(engine, str(file), file, _identity(file))


def _engine(url: URL, name: str, **options: Any) -> Engine:
    try:
        # Parameters hold names of children: they stay out of every error and log.
        return create_engine(url, hide_parameters=True, json_serializer=_json, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingProgramError(
            f"{name}: the driver for this database is not installed. "
            "Install it with: pip install 'cpims-scan[postgres]'."
        ) from error


def _json(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own idea of when to begin is switched off: see _begin_sqlite.
    connection.isolation_level = None
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {int(WAIT_SECONDS * 1000)}",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _try(database: Database) -> None:
    with database.read() as session:
        session.execute(text("SELECT 1"))


# What SQLite and PostgreSQL say, and what a person should do about it.
CURES = (
    ("append-only", "what happened is never changed or removed. Add a new entry instead."),
    ("locked", "another program holds it locked. Close that program and try again."),
    ("busy", "another program holds it locked. Close that program and try again."),
    ("not a database", "the file is not a database. Check the path, or restore the backup."),
    ("malformed", "the file is damaged. Stop here and restore the last backup."),
    ("disk is full", "the disk is full. Make room; nothing was half written."),
    ("no space left", "the disk is full. Make room; nothing was half written."),
    ("readonly", "the file cannot be written. Check who owns it and its folder."),
    ("unable to open", "the file cannot be opened. Check the folder and its rights."),
    ("disk i/o", "the disk reports an error. Check the disk, then restore the last backup."),
    ("no such table", "its tables are missing or old. Run: cpims-scan migrate."),
    ("no such column", "its tables are missing or old. Run: cpims-scan migrate."),
    ("does not exist", "it or its tables do not exist. Create it, then run: cpims-scan migrate."),
    ("password authentication", "the server refused the name or password in the URL."),
    ("deadlock", "two programs waited for each other. Try again; nothing was changed."),
)
CONTRADICTED = (
    "the database refused an entry that contradicts another one. Nothing was changed; "
    "look at the page again."
)
UNFIT = "a value does not fit, for instance a name that is too long. Nothing was changed."
REFUSED = "the database refused the change, and nothing was changed. The log says why."
LOST = "it cannot be reached, or the connection was lost. Check the server and try again."


def _sentence(name: str, error: DBAPIError | sqlite3.Error) -> str:
    said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    cures: tuple[tuple[str, str], ...] = CURES
    other = REFUSED
    if isinstance(error, IntegrityError):
        # Its text may quote the row: only our own word in it means anything.
        cures, other = CURES[:1], CONTRADICTED
    elif isinstance(error, DataError):
        other = UNFIT
    elif isinstance(error, OperationalError | InterfaceError):
        other = LOST
    return f"{name}: " + next((cure for words, cure in cures if words in said), other)
