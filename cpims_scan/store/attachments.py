"""Pages without a form that go with a record, and what each of them is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Sheet
from cpims_scan.store.inserts import insert_new
from cpims_scan.store.tables import AttachmentRow


@dataclass(frozen=True, slots=True)
class Attachment:
    """A page, what it is (a word of pipeline.odd_pages), and the form page that it lies behind."""

    content: str
    kind: str
    beside: str | None


def attach(session: Session, attachment: Attachment, by: str, now: dt.datetime) -> None:
    """Put a page to a record; said again, the last word holds."""
    told = {"kind": attachment.kind, "beside": attachment.beside, "said_by": by, "said_at": now}
    if not insert_new(session, AttachmentRow, content=attachment.content, **told):
        row = session.get_one(AttachmentRow, attachment.content, with_for_update=True)
        for name, value in told.items():
            setattr(row, name, value)
        session.flush()


def attachments_of(session: Session, sheet: Sheet) -> list[Attachment]:
    """What goes with a sheet, in the order of its pages and of what was said."""
    pages = list(sheet.pages.values())
    rows = session.scalars(
        select(AttachmentRow)
        .where(AttachmentRow.beside.in_(pages))
        .order_by(AttachmentRow.said_at, AttachmentRow.content)
    ).all()
    ordered = sorted(rows, key=lambda row: pages.index(str(row.beside)))
    return [Attachment(row.content, row.kind, row.beside) for row in ordered]
