"""What we remember about what was loaded, in tables of our own beside CPIMS's."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cells import Cell
from cpims_scan.central.derive import Deferred
from cpims_scan.central.own import scan_row, scan_value
from cpims_scan.central.plan import LoadPlan

# The project's namespace: identifiers of central rows are worked out, never drawn, so that
# loading again finds the same row.
CENTRAL = uuid.UUID("0c9a3f5e-2d57-5b38-9b0e-6b1f6f2f7c44")


@dataclass(frozen=True, slots=True)
class Standing:
    """A central row of a record as it was last written: `loaded` is plain JSON by column."""

    role: str
    table: str
    key: str
    is_ours: bool
    is_void: bool
    loaded: dict[str, Any]


def key_of(sheet: str, index: int, role: str, revision: int) -> uuid.UUID:
    """Identifier of a row: UUIDv5 of sheet key, record, role and revision."""
    return uuid.uuid5(CENTRAL, f"{sheet}/{index}/{role}/{revision}")


def own_id_of(sheet: str, index: int, name: str) -> uuid.UUID:
    """Identifier beside the key, such as a sync_id; the same in every revision."""
    return uuid.uuid5(CENTRAL, f"{sheet}/{index}/{name}")


def standing_rows(session: Session, sheet: str, index: int) -> dict[str, Standing]:
    """Read what a record's rows are now, by role, in the order they were first made."""
    query = (
        sa.select(scan_row)
        .where(scan_row.c.sheet == sheet, scan_row.c.record_index == index)
        .order_by(scan_row.c.revision)
    )
    return {
        row.role: Standing(
            row.role, row.table_name, row.row_key, row.is_ours, row.is_void, row.loaded
        )
        for row in session.execute(query)
    }


def write_standing(session: Session, plan: LoadPlan, row: Standing) -> None:
    """Note what became of a row in this revision."""
    session.execute(
        sa.insert(scan_row).values(
            sheet=plan.sheet,
            record_index=plan.index,
            role=row.role,
            revision=plan.revision,
            table_name=row.table,
            row_key=row.key,
            is_ours=row.is_ours,
            is_void=row.is_void,
            loaded=row.loaded,
        )
    )


def write_values(session: Session, plan: LoadPlan, before: dict[str, Standing]) -> None:
    """Note where values come from, for what is new or different since the last revision."""
    entries = [
        _entry(plan, row.role, row.table, name, cell)
        for row in plan.rows
        for name, cell in row.cells.items()
        if row.same_as is None
        and _is_worth_noting(cell)
        and _is_new(before.get(row.role), name, cell)
    ]
    known = _kept_before(session, plan) if before else {}
    entries += [
        _entry(plan, "", "", "", Cell(None, "kept", field, value))
        for field, value in plan.kept.items()
        if known.get(field) != value
    ]
    if entries:
        session.execute(sa.insert(scan_value), entries)


def as_json(value: Any) -> Any:
    """A column's value as plain JSON, the same from every database."""
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value
        return moment.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def _is_worth_noting(cell: Cell) -> bool:
    """The paper's own words beside a code, and whatever the paper does not say itself."""
    is_made = cell.source.startswith(("derived: ", "context: ")) and not cell.is_fixed
    is_serial = isinstance(cell.value, Deferred) and cell.value.kind == "serial"
    return cell.paper is not None or cell.source == "unknown" or is_made or is_serial


def _is_new(before: Standing | None, name: str, cell: Cell) -> bool:
    if before is None:
        return True
    return not isinstance(cell.value, Deferred) and before.loaded.get(name) != as_json(cell.value)


def _kept_before(session: Session, plan: LoadPlan) -> dict[str, Any]:
    query = (
        sa.select(scan_value.c.field, scan_value.c.paper)
        .where(
            scan_value.c.sheet == plan.sheet,
            scan_value.c.record_index == plan.index,
            scan_value.c.source == "kept",
        )
        .order_by(scan_value.c.revision)
    )
    return {row.field: row.paper for row in session.execute(query)}


def _entry(plan: LoadPlan, role: str, table: str, column: str, cell: Cell) -> dict[str, Any]:
    return {
        "sheet": plan.sheet,
        "record_index": plan.index,
        "revision": plan.revision,
        "role": role,
        "table_name": table,
        "column_name": column,
        "loaded": None if isinstance(cell.value, Deferred) else as_json(cell.value),
        "source": cell.source,
        "field": cell.field,
        "paper": cell.paper,
    }
