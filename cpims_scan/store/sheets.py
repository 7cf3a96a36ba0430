"""Which pages are one filled form, revision by revision."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Sheet
from cpims_scan.store.inserts import insert_new
from cpims_scan.store.states import SheetState
from cpims_scan.store.tables import BatchRow, SheetPageRow, SheetRow


def save_sheet(session: Session, sheet: Sheet, batch_id: int, now: dt.datetime) -> bool:
    """
    Keep a sheet with its pages, or its next revision.

    Returns:
        False when this revision is kept already: assembling again after a crash is harmless.
    """
    told = {
        "revision": sheet.revision,
        "joined_by": sheet.joined_by,
        "form": sheet.form,
        "edition": sheet.edition,
        "office": sheet.context.office,
        "month": sheet.context.month,
        "officer": sheet.context.officer,
    }
    if not insert_new(session, SheetRow, key=sheet.key, batch_id=batch_id, created_at=now, **told):
        row = session.get_one(SheetRow, sheet.key, with_for_update=True)
        if row.superseded_by is None:  # taken apart for a question, and joined again
            row.state = SheetState.ACTIVE
        if row.revision >= sheet.revision:
            return False
        for name, value in told.items():
            setattr(row, name, value)
        session.flush()
    for number, content in sheet.pages.items():
        session.add(
            SheetPageRow(sheet=sheet.key, revision=sheet.revision, number=number, content=content)
        )
    session.flush()
    return True


def find_sheet(session: Session, key: str) -> Sheet | None:
    """A sheet in its newest revision, or None."""
    row = session.get(SheetRow, key)
    return None if row is None else _sheet(session, row)


def sheet_row(session: Session, key: str) -> SheetRow | None:
    """The sheet's row, for its batch and state."""
    return session.get(SheetRow, key)


def sheets_in(session: Session, batch_id: int) -> list[Sheet]:
    """All active sheets of a batch, oldest first."""
    rows = session.scalars(
        select(SheetRow)
        .where(SheetRow.batch_id == batch_id, SheetRow.state == SheetState.ACTIVE)
        .order_by(SheetRow.created_at, SheetRow.key)
    ).all()
    return [_sheet(session, row) for row in rows]


def sheets_with(session: Session, content: str) -> list[Sheet]:
    """Active sheets whose newest revision has this page."""
    rows = session.scalars(
        select(SheetRow)
        .join(
            SheetPageRow,
            (SheetPageRow.sheet == SheetRow.key) & (SheetPageRow.revision == SheetRow.revision),
        )
        .where(SheetPageRow.content == content, SheetRow.state == SheetState.ACTIVE)
    ).all()
    return [_sheet(session, row) for row in rows]


def set_office(session: Session, key: str, office: str | None) -> None:
    """Say which office a sheet is of; the paper's own word goes before the batch's."""
    row = session.get(SheetRow, key)
    if row is not None:
        row.office = office
        session.flush()


def supersede_sheet(session: Session, key: str, by_key: str | None) -> None:
    """
    Let another sheet take this one's place; its records no longer count.

    Without another one the sheet is only taken apart: joining the same pages brings it back.
    """
    row = session.get(SheetRow, key)
    if row is not None:
        row.state, row.superseded_by = SheetState.SUPERSEDED, by_key
        session.flush()


def _sheet(session: Session, row: SheetRow) -> Sheet:
    pages = session.execute(
        select(SheetPageRow.number, SheetPageRow.content)
        .where(SheetPageRow.sheet == row.key, SheetPageRow.revision == row.revision)
        .order_by(SheetPageRow.number)
    ).all()
    batch = session.get_one(BatchRow, row.batch_id)
    context = BatchContext(row.office, row.month, row.officer, batch.sheets_expected)
    numbered = {number: content for number, content in pages}
    return Sheet(row.key, row.revision, row.form, row.edition, numbered, row.joined_by, context)
