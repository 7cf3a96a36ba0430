"""Has this sheet been here before? The same ink in other bytes, or the same sheet with more ink."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.pipeline.assembly.likeness import Likeness, alike, likeness
from cpims_scan.store.queue import reading_of
from cpims_scan.store.sheets import sheets_with
from cpims_scan.store.tables import PageRow

# Pages looked through, newest first; a year of a sub-county office.
MOST_PAGES = 5000


@dataclass(frozen=True, slots=True)
class Kin:
    """A page that came before and bears the same ink, or less of it."""

    content: str
    likeness: Likeness


def find_kin(session: Session, reading: PageReading) -> Kin | None:
    """
    The newest page of a sheet that bears the same ink as this one, or less of it.

    A page whose code bears a serial is looked for among the pages of that serial alone.
    """
    match = reading.match
    if match is None or match.is_unknown or not reading.fingerprint:
        return None
    query = (
        select(PageRow.content, PageRow.fingerprint)
        .where(
            PageRow.form == match.form,
            PageRow.edition == match.edition,
            PageRow.form_page == match.page,
            PageRow.content != reading.content,
            PageRow.fingerprint != "",
        )
        .order_by(PageRow.queued_at.desc())
        .limit(MOST_PAGES)
    )
    if match.serial:
        is_unread = PageRow.serial.is_(None)  # of a page whose code was torn or blotted
        query = query.where(or_(PageRow.serial == match.serial, is_unread))
    rows = session.execute(query).all()
    for at in alike([row.fingerprint for row in rows], reading.fingerprint):
        content = rows[at].content
        if sheets_with(session, content):
            before = reading_of(session, content)
            whole = before.fingerprint if before else rows[at].fingerprint
            return Kin(content, likeness(whole, reading.fingerprint))
    return None


def sheet_of_kin(session: Session, kin: dict[int, Kin]) -> Sheet | None:
    """The one sheet that all these pages belong to, or None when they disagree."""
    sheets = {
        sheet.key: sheet for page in kin.values() for sheet in sheets_with(session, page.content)
    }
    return next(iter(sheets.values())) if len(sheets) == 1 else None
