"""Reads back what was loaded and compares it, column by column."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.provenance import Standing, as_json
from cpims_scan.central.rows import typed_key


def is_as_loaded(session: Session, rows: dict[str, Standing]) -> bool:
    """True when every row of a record is in CPIMS with the values that were written."""
    return not differences(session, rows)


def differences(session: Session, rows: dict[str, Standing]) -> list[tuple[str, str]]:
    """List role and column (or "" for a missing row) where CPIMS holds something else."""
    found: list[tuple[str, str]] = []
    for row in rows.values():
        table = TABLES[row.table]
        (key,) = table.primary_key.columns
        query = sa.select(table).where(key == typed_key(table, row.key))
        now = session.execute(query).mappings().one_or_none()
        if now is None:
            found.append((row.role, ""))
            continue
        found += [
            (row.role, name) for name, value in row.loaded.items() if as_json(now[name]) != value
        ]
    return found
