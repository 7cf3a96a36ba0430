"""Pages of one serial that lie in other files, and sheets whose serial was photocopied."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Sheet
from cpims_scan.pipeline.assembly.serials import Elsewhere, FilePage, SerialKey, serial_of
from cpims_scan.store.queue import readings_of
from cpims_scan.store.review import tasks_of, withdraw
from cpims_scan.store.sheets import sheets_with, supersede_sheet
from cpims_scan.store.states import ArrivalState, Reason, RecordState
from cpims_scan.store.tables import ArrivalRow, PageRow, RecordRow


def pages_elsewhere(session: Session, pages: list[FilePage]) -> Elsewhere:
    """Pages of the workspace that bear a serial of these pages and are not among them."""
    serials = {key[2] for page in pages if (key := serial_of(page))}
    if not serials:
        return Elsewhere()
    mine = {page.reading.content for page in pages}
    rows = session.execute(
        select(PageRow, ArrivalRow)
        .join(ArrivalRow, ArrivalRow.content == PageRow.content)
        .where(
            PageRow.serial.in_(serials),
            ArrivalRow.state.in_((ArrivalState.REVIEW, ArrivalState.ACCEPTED)),
        )
        .order_by(ArrivalRow.id)
    )
    found = {page.content: (page, arrival) for page, arrival in rows if page.content not in mine}
    waiting, joined = [], []
    readings = readings_of(session, list(found))  # whole: their strokes are compared
    for page, arrival in found.values():
        whole = FilePage(arrival.file_name, arrival.number, readings[page.content])
        if sheets_with(session, page.content):
            joined.append(whole)
        elif arrival.reason == Reason.UNJOINED:
            waiting.append(whole)
    return Elsewhere(tuple(waiting), tuple(joined))


def sheets_of_copies(
    session: Session, copied: frozenset[SerialKey], elsewhere: Elsewhere
) -> list[Sheet]:
    """
    Sheets that a serial alone joined, now that it stands on the papers of more than one child.

    What is loaded, or was joined by a person or by the order of a counted file, stays.
    """
    contents = [p.reading.content for p in elsewhere.joined if serial_of(p) in copied]
    sheets = {sheet.key: sheet for content in contents for sheet in sheets_with(session, content)}
    return [
        sheet
        for sheet in sheets.values()
        if sheet.joined_by == "qr" and not _is_loaded(session, sheet.key)
    ]


def take_apart(session: Session, sheet: Sheet, now: dt.datetime) -> None:
    """Let a sheet no longer count; the same pages joined again bring it back as it was."""
    withdraw(session, [task.key for task in tasks_of(session, sheet=sheet.key)], now)
    supersede_sheet(session, sheet.key, None)


def _is_loaded(session: Session, key: str) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    RecordRow.sheet == key,
                    RecordRow.state.in_((RecordState.LOADING, RecordState.LOADED)),
                )
            )
        )
    )
