"""Adding a row that another process may be adding at this moment."""

from __future__ import annotations

from typing import Any

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
    result = session.execute(insert(row).values(**values).on_conflict_do_nothing())
    return bool(result.rowcount)  # type: ignore[attr-defined]
