"""The history of every field: rows are added, never changed, and the newest final row counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Settled, State, Value
from cpims_scan.store.states import Step
from cpims_scan.store.tables import SettlementRow


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One thing that happened to a field.

    Attributes:
        sheet: Key of the sheet.
        index: Of the record, 1-based.
        revision: Of the sheet.
        before: The value as it stood.
        source: desk, second_key, office, sample, batch; ink and the like for the machine.
        content: Page whose crop was looked at, with the crop's number.
        reason: Code a person gave, for instance why a warning stands.
    """

    sheet: str
    index: int
    revision: int
    field: str
    before: Value
    value: Value
    state: State
    by: str
    at: dt.datetime
    source: str
    content: str | None = None
    crop: int | None = None
    reason: str | None = None


def add_entry(session: Session, entry: Entry, step: Step) -> int:
    """Add one row to a field's history, and say nothing final; returns the row's id."""
    row = SettlementRow(
        sheet=entry.sheet,
        index=entry.index,
        revision=entry.revision,
        field=entry.field,
        step=step,
        before=entry.before,
        value=entry.value,
        state=str(entry.state),
        by=entry.by,
        at=entry.at,
        source=entry.source,
        content=entry.content,
        crop=entry.crop,
        reason=entry.reason,
    )
    session.add(row)
    session.flush()
    return row.id


def settle(session: Session, entry: Entry, step: Step = Step.CORRECTION) -> None:
    """Add what a person did and that this is now the field's value."""
    add_entry(session, entry, step)
    add_entry(session, entry, Step.FINAL)


def reopen(session: Session, entry: Entry) -> None:
    """Undo: the field is no longer settled; what stood before stays in the history."""
    add_entry(session, entry, Step.REOPENED)


def settled_fields(session: Session, sheet: str, index: int = 1) -> dict[str, Settled]:
    """What people settled about a record, by field; a machine never changes these."""
    newest = (
        select(func.max(SettlementRow.id))
        .where(
            SettlementRow.sheet == sheet,
            SettlementRow.index == index,
            SettlementRow.step.in_((Step.FINAL, Step.REOPENED)),
        )
        .group_by(SettlementRow.field)
    )
    rows = session.scalars(
        select(SettlementRow)
        .where(SettlementRow.id.in_(newest), SettlementRow.step == Step.FINAL)
        .order_by(SettlementRow.id)
    )
    return {
        row.field: Settled(row.field, row.value, State(row.state), row.by, row.at, row.source)
        for row in rows
    }


def settled_by_record(session: Session, sheet: str) -> dict[int, dict[str, Settled]]:
    """What people settled about every record of a sheet: index -> field -> answer."""
    query = select(SettlementRow.index).where(SettlementRow.sheet == sheet).distinct()
    return {i: settled_fields(session, sheet, i) for i in sorted(session.scalars(query))}


def history(
    session: Session, sheet: str, index: int = 1, field: str | None = None
) -> list[SettlementRow]:
    """Everything that happened to a record or to one field of it, oldest first."""
    query = (
        select(SettlementRow)
        .where(SettlementRow.sheet == sheet, SettlementRow.index == index)
        .order_by(SettlementRow.id)
    )
    if field is not None:
        query = query.where(SettlementRow.field == field)
    return list(session.scalars(query))
