"""One record into the central database: one transaction, read back, and safe to repeat."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.held import HeldBack, Question
from cpims_scan.central.loads import alone, was_loaded, write_load
from cpims_scan.central.own import scan_load
from cpims_scan.central.people import find_duplicates
from cpims_scan.central.plan import LoadPlan
from cpims_scan.central.provenance import Standing, standing_rows, write_values
from cpims_scan.central.readback import is_as_loaded
from cpims_scan.central.rows import (
    ChangedInCpimsError,
    SerialTakenError,
    Writing,
    void_row,
    write_row,
)
from cpims_scan.domain.record import LoadedRecord
from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database


def load(central: Database, plan: LoadPlan) -> LoadedRecord | HeldBack:
    """
    Load one record, or say why it must wait. Loading it again changes nothing.

    A later revision of the same sheet writes only what is new or different: the case, its serial
    and the persons stay. What is gone from the sheet is voided, as CPIMS does it.

    Args:
        central: The central database.
        plan: From `plan_load`, with nothing left to ask.

    Returns:
        The record as read back, or what a person must say. `is_equal` is False when the database
        gives back something else than was written.

    Raises:
        StoreError: The database refused, or this revision was loaded with other values, or a
            later one was.
    """
    if not plan.is_ready:
        return HeldBack(plan.sheet, plan.index, plan.revision, plan.questions)
    try:
        with central.begin() as session:
            alone(session)
            held = None if was_loaded(session, plan, plan.digest) else _write(session, plan)
    except SerialTakenError as taken:
        held = _held(plan, Question(taken.field, "serial_taken", "ovc_case_record", "case_serial"))
    except ChangedInCpimsError as changed:
        held = _held(
            plan, Question(changed.field, "changed_in_cpims", changed.table, changed.column)
        )
    if held is not None:
        return held
    loaded = is_loaded(central, plan.sheet, plan.index, plan.revision)
    if loaded is None:
        raise StoreError(f"Sheet {plan.sheet}: the load was committed but is not there. Stop here.")
    return loaded


def is_loaded(central: Database, sheet: str, index: int, revision: int) -> LoadedRecord | None:
    """
    Look whether a record is in the central database, and read it back.

    This settles a work row that says `loading` after a crash: it is looked for, never loaded again.

    Returns:
        None when this revision is not there.
    """
    with central.read() as session:
        found = session.execute(
            sa.select(scan_load).where(
                scan_load.c.sheet == sheet,
                scan_load.c.record_index == index,
                scan_load.c.revision == revision,
            )
        ).one_or_none()
        if found is None:
            return None
        rows = standing_rows(session, sheet, index)
        return LoadedRecord(
            sheet=sheet,
            revision=revision,
            central_ids=_central_ids(rows),
            loaded_at=_utc(found.loaded_at),
            is_equal=is_as_loaded(session, rows),
        )


def _held(plan: LoadPlan, question: Question) -> HeldBack:
    return HeldBack(plan.sheet, plan.index, plan.revision, (question,))


def _write(session: Session, plan: LoadPlan) -> HeldBack | None:
    before = standing_rows(session, plan.sheet, plan.index)
    duplicates = find_duplicates(session, plan, frozenset(before))
    if duplicates:
        return HeldBack(plan.sheet, plan.index, plan.revision, duplicates=duplicates)
    write_load(session, plan, plan.digest, plan.now, plan.single_keyed)
    writing = Writing(session, plan, {})
    for row in plan.rows:
        write_row(writing, row, before.get(row.role))
    planned = {row.role for row in plan.rows}
    for standing in before.values():
        if standing.role not in planned and not standing.is_void:
            void_row(writing, standing)
    write_values(session, plan, before)
    return None


def _central_ids(rows: dict[str, Standing]) -> dict[str, str]:
    ids = {role: row.key for role, row in rows.items() if not row.is_void}
    for row in rows.values():
        if "case_serial" in row.loaded:
            ids["case_serial"] = str(row.loaded["case_serial"])
    return ids


def _utc(moment: dt.datetime) -> dt.datetime:
    """SQLite gives back a time without its zone; what we store is UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
