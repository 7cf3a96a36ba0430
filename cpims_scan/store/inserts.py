"""Adding a row that another process may be adding at this moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cpims_scan.store.columns import Base


def insert_new(session: Session, row: type[Base], **values: Any) -> bool:
    """
    Add a row unless one with its key is there; waits for a process that is adding it.

    Returns:
        False when it was there already; then nothing is changed.
    """
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    # Not by rowcount: what it counts after ON CONFLICT differs between drivers.
    statement = insert(row).values(**values).on_conflict_do_nothing()
    key = inspect(row).primary_key
    return session.execute(statement.returning(*key)).first() is not None
