"""The pages of a file become sheets, records and questions; every arrival gets its state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.pipeline.kin import Likeness, find_kin, sheet_of_kin
from cpims_scan.pipeline.records import (
    ask_about_record,
    open_findings,
    refresh_record,
    save_decoded,
    withdraw_record_task,
)
from cpims_scan.pipeline.sheets import FilePage, assemble
from cpims_scan.pipeline.stacks import is_counted, is_read
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import (
    deliveries_read,
    mark_same_ink,
    pages_of,
    settle_content,
)
from cpims_scan.store.batches import context_of
from cpims_scan.store.queue import readings_of
from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.sheets import save_sheet
from cpims_scan.store.states import ArrivalState, Reason, TaskKind
from cpims_scan.store.tables import ArrivalRow, BatchRow

# Pages that no machine could place come before the fields of those it could.
PAGE_PRIORITY = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions about a batch go."""

    batch_id: int
    office: str | None


def arrange_all(place: Workplace, batch_id: int | None = None) -> int:
    """Arrange every file whose pages are all read; returns how many. Harmless to repeat."""
    with place.db.read() as session:
        waiting = deliveries_read(session, batch_id)
    for delivery in waiting:
        with place.db.begin() as session:
            arrange(place, session, delivery)
    return len(waiting)


def arrange(place: Workplace, session: Session, delivery: str) -> None:
    """
    Give every page of one taken-in file its state, in one transaction.

    Where the clerk counted the sheets, it waits until all pages of the batch are read.
    """
    arrivals = _unfinished(session, delivery)
    if not arrivals:
        return
    batch = session.get_one(BatchRow, arrivals[0].batch_id)
    if batch.sheets_expected is not None and not is_read(session, batch):
        return
    desk = Desk(batch.id, batch.office)
    context = context_of(batch)
    pages = _file_pages(session, arrivals)
    _place_odd_pages(session, pages, desk, place)
    assembly = assemble(pages, place.catalog, context, is_counted(session, batch, place.catalog))
    for sheet in assembly.sheets:
        enter_sheet(place, session, sheet, desk)
    for page in assembly.unjoined:
        _ask_where_it_belongs(place, session, page, pages, desk)


def _unfinished(session: Session, delivery: str) -> list[ArrivalRow]:
    """What is left to arrange of a file, once no other process arranges its batch."""
    arrivals = pages_of(session, delivery)
    session.get_one(BatchRow, arrivals[0].batch_id, with_for_update=True)
    for arrival in arrivals:
        session.refresh(arrival)
    return [arrival for arrival in arrivals if arrival.state == ArrivalState.UNFINISHED]


def _file_pages(session: Session, arrivals: list[ArrivalRow]) -> list[FilePage]:
    contents = [a.content for a in arrivals if a.content]
    readings = readings_of(session, contents)
    return [
        FilePage(a.file_name, a.number, readings[a.content])
        for a in arrivals
        if a.content and a.content in readings
    ]


def _place_odd_pages(session: Session, pages: list[FilePage], desk: Desk, place: Workplace) -> None:
    for page in pages:
        reading = page.reading
        if reading.state == "blank":
            settle_content(session, reading.content, ArrivalState.ACCEPTED, Reason.BLANK_BACK)
        elif reading.state == "error":
            _ask(session, reading, (TaskKind.FAILED, Reason.UNREADABLE), desk, place)
            settle_content(
                session, reading.content, ArrivalState.ERROR, Reason.UNREADABLE, reading.error
            )
        elif reading.state in ("unknown", "unaligned"):
            kind = TaskKind(reading.state)
            _ask(session, reading, (kind, Reason(reading.state)), desk, place)


def _ask(
    session: Session,
    reading: PageReading,
    what: tuple[TaskKind, Reason],
    desk: Desk,
    place: Workplace,
    question: dict[str, object] | None = None,
) -> None:
    kind, reason = what
    add_task(
        session,
        NewTask(
            key=f"{kind}:{reading.content}",
            kind=kind,
            content=reading.content,
            batch_id=desk.batch_id,
            office=desk.office,
            priority=PAGE_PRIORITY,
            question=dict(question or {}),
        ),
        place.now(),
    )
    settle_content(session, reading.content, ArrivalState.REVIEW, reason)


def enter_sheet(place: Workplace, session: Session, sheet: Sheet, desk: Desk) -> None:
    """
    Keep a new sheet and its record, unless it has been here before.

    The same ink in other bytes is a duplicate; the same sheet with more ink is a question, and
    so is one whose first page was here before and whose other pages were not.
    """
    readings = readings_of(session, list(sheet.pages.values()))
    kin = {n: k for n, c in sheet.pages.items() if (k := find_kin(session, readings[c]))}
    known = sheet_of_kin(session, kin) if min(sheet.pages) in kin else None
    if known is not None and known.key != sheet.key:
        is_same = all(found.likeness is Likeness.SAME for found in kin.values())
        if is_same and len(kin) == len(sheet.pages):
            for number, content in sheet.pages.items():
                mark_same_ink(session, content, kin[number].content)
        else:
            ask_if_continued(place, session, sheet.pages, known, desk)
        return
    save_sheet(session, sheet, desk.batch_id, place.now())
    save_sheet_record(place, session, sheet, desk.batch_id)


def save_sheet_record(place: Workplace, session: Session, sheet: Sheet, batch_id: int) -> None:
    """Decode a sheet, keep its record, and ask about it or call it ready."""
    now = refresh_record(session, sheet, place.catalog, place.today())
    record, answers = now.record, now.answers
    save_decoded(session, record, answers, place.now())
    is_ready = not record.flagged and not open_findings(record, answers)
    if is_ready:
        withdraw_record_task(session, record, place.now())
    else:
        ask_about_record(session, record, batch_id, place.catalog, place.now())
    state = ArrivalState.ACCEPTED if is_ready else ArrivalState.REVIEW
    for content in sheet.pages.values():
        settle_content(session, content, state, None if is_ready else Reason.FIELDS)


def ask_if_continued(
    place: Workplace, session: Session, pages: dict[int, str], known: Sheet, desk: Desk
) -> None:
    """Ask whether these pages are a known sheet that came back with more on it."""
    first = pages[min(pages)]
    add_task(
        session,
        NewTask(
            key=f"continued:{first}",
            kind=TaskKind.CONTINUED,
            sheet=known.key,
            content=first,
            batch_id=desk.batch_id,
            office=desk.office,
            priority=PAGE_PRIORITY,
            question={"pages": {str(n): c for n, c in pages.items()}, "sheet": known.key},
        ),
        place.now(),
    )
    for content in pages.values():
        settle_content(session, content, ArrivalState.REVIEW, Reason.CONTINUED)


def _ask_where_it_belongs(
    place: Workplace, session: Session, page: FilePage, pages: list[FilePage], desk: Desk
) -> None:
    """A page without its partner: known already, a sheet's page with more ink, or a question."""
    reading = page.reading
    number = reading.match.page if reading.match else 0
    kin = find_kin(session, reading)
    known = sheet_of_kin(session, {number: kin}) if kin else None
    if kin is not None and known is not None:
        if kin.likeness is Likeness.SAME:
            mark_same_ink(session, reading.content, kin.content)
        else:
            ask_if_continued(place, session, {number: reading.content}, known, desk)
        return
    neighbours = [
        other.reading.content
        for other in pages
        if abs(other.number - page.number) == 1 and other.reading.state == "read"
    ]
    _ask(
        session,
        reading,
        (TaskKind.UNJOINED, Reason.UNJOINED),
        desk,
        place,
        {"page": number, "neighbours": neighbours},
    )
