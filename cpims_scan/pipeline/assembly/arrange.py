"""The pages of a file become sheets, records and questions; every arrival gets its state."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.paper import Quality
from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.pipeline.assembly.agreement import contradicts_itself, without_contradictions
from cpims_scan.pipeline.assembly.copies import pages_elsewhere, sheets_of_copies, take_apart
from cpims_scan.pipeline.assembly.covers import take_covers
from cpims_scan.pipeline.assembly.kin import find_kin, sheet_of_kin
from cpims_scan.pipeline.assembly.likeness import Likeness, sheets_alike
from cpims_scan.pipeline.assembly.odd_pages import (
    PAGE_PRIORITY,
    Desk,
    ask_about_attachments,
    ask_about_page,
    place_odd_pages,
)
from cpims_scan.pipeline.assembly.serials import Elsewhere, FilePage, SerialKey, serial_of
from cpims_scan.pipeline.assembly.sheets import Assembly, assemble
from cpims_scan.pipeline.assembly.stacks import is_read, order_of
from cpims_scan.pipeline.records import (
    ask_about_record,
    forget_record,
    open_findings,
    save_decoded,
    withdraw_record_task,
)
from cpims_scan.pipeline.trust.blind import refresh_sampled
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import (
    deliveries_read,
    mark_same_ink,
    pages_of,
    settle_content,
)
from cpims_scan.store.batches import context_of
from cpims_scan.store.queue import readings_of
from cpims_scan.store.records import record_of, records_of
from cpims_scan.store.review import NewTask, add_task, withdraw
from cpims_scan.store.sheets import save_sheet
from cpims_scan.store.states import ArrivalState, Reason, TaskKind
from cpims_scan.store.tables import ArrivalRow, BatchRow

SETTLED = "settled"  # of a page in the file that was arranged before: it ends runs


@dataclass(frozen=True, slots=True)
class _File:
    """The pages of a file, and the serials on them that were photocopied."""

    pages: list[FilePage]
    copied: frozenset[SerialKey]


def arrange_all(place: Workplace, batch_id: int | None = None) -> list[str]:
    """
    Arrange every file whose pages are all read; harmless to repeat.

    Returns:
        One sentence for every cover that contradicts what was said about its batch.
    """
    with place.db.read() as session:
        waiting = deliveries_read(session, batch_id)
    problems: list[str] = []
    for delivery in waiting:
        with place.db.begin() as session:
            problems += arrange(place, session, delivery)
    return problems


def arrange(place: Workplace, session: Session, delivery: str) -> list[str]:
    """
    Give every page of one taken-in file its state, in one transaction.

    Where somebody counted the sheets, it waits until all pages of the batch are read.

    Returns:
        One sentence for every cover that contradicts what was said about the batch.
    """
    arrivals = _locked(session, delivery)
    new = frozenset(a.content for a in arrivals if a.content and _is_unfinished(a))
    if not new:
        return []
    batch = session.get_one(BatchRow, arrivals[0].batch_id)
    covered = take_covers(session, batch, _file_pages(session, arrivals), new)
    if batch.sheets_expected is not None and not is_read(session, batch):
        return []
    desk = Desk(batch.id, batch.office)
    pages = covered.pages
    place_odd_pages(place, session, [p for p in pages if p.reading.content in new], desk)
    ask_about_attachments(place, session, pages, new, desk)
    for content, said in covered.problems.items():
        settle_content(session, content, ArrivalState.ACCEPTED, Reason.COVER, said)
    elsewhere = pages_elsewhere(session, pages)
    order = order_of(session, batch, place.catalog)
    assembly = assemble(pages, place.catalog, context_of(batch), order, elsewhere)
    assembly = without_contradictions(assembly, pages, _contradiction(place, session))
    _reopen_copies(place, session, assembly, elsewhere, desk)
    _enter(place, session, assembly, pages, desk)
    return list(covered.problems.values())


def _contradiction(place: Workplace, session: Session) -> Callable[[Sheet], bool]:
    def asked(sheet: Sheet) -> bool:
        readings = readings_of(session, list(sheet.pages.values()))
        return contradicts_itself(sheet, readings, place.catalog, place.today())

    return asked


def _enter(
    place: Workplace, session: Session, assembly: Assembly, pages: list[FilePage], desk: Desk
) -> None:
    """Keep the sheets of a file and ask about its other pages."""
    for sheet in assembly.sheets:
        asked = [f"{TaskKind.UNJOINED}:{content}" for content in sheet.pages.values()]
        withdraw(session, asked, place.now())
        enter_sheet(place, session, sheet, _desk_of(desk, sheet.context.office))
    for content, same_as in assembly.doubles.items():
        mark_same_ink(session, content, same_as)
    file = _File(pages, assembly.copied)
    for page in assembly.unjoined:
        own = _desk_of(desk, page.context.office if page.context else None)
        _ask_where_it_belongs(place, session, page, file, own)


def _reopen_copies(
    place: Workplace, session: Session, assembly: Assembly, elsewhere: Elsewhere, desk: Desk
) -> None:
    """Ask about the pages of sheets that only a serial joined which, now, proves nothing."""
    for sheet in sheets_of_copies(session, assembly.copied, elsewhere):
        take_apart(session, sheet, place.now())
        readings = readings_of(session, list(sheet.pages.values()))
        for number, content in sheet.pages.items():
            others = [c for c in sheet.pages.values() if c != content]
            question = {"page": number, "neighbours": others, "is_copy": True}
            what = (TaskKind.UNJOINED, Reason.UNJOINED)
            own = _desk_of(desk, sheet.context.office)
            ask_about_page(place, session, readings[content], what, own, question)


def _desk_of(desk: Desk, office: str | None) -> Desk:
    return dataclasses.replace(desk, office=office or desk.office)


def _locked(session: Session, delivery: str) -> list[ArrivalRow]:
    """The arrivals of a file, once no other process arranges its batch."""
    arrivals = pages_of(session, delivery)
    session.get_one(BatchRow, arrivals[0].batch_id, with_for_update=True)
    for arrival in arrivals:
        session.refresh(arrival)
    return arrivals


def _is_unfinished(arrival: ArrivalRow) -> bool:
    return arrival.state == ArrivalState.UNFINISHED


def _file_pages(session: Session, arrivals: list[ArrivalRow]) -> list[FilePage]:
    """All pages of a file; those that are settled already only stand in the way of runs."""
    readings = readings_of(session, [a.content for a in arrivals if a.content])
    contents = {a.content for a in arrivals if _is_open(a)}
    pages = []
    for arrival in arrivals:
        reading = readings.get(arrival.content or "")
        if reading is None:
            reading = PageReading("", SETTLED, None, Quality())
        elif arrival.content not in contents and not reading.separator:
            reading = dataclasses.replace(reading, state=SETTLED)
        pages.append(FilePage(arrival.file_name, arrival.number, reading))
    return pages


def _is_open(arrival: ArrivalRow) -> bool:
    """Whether a page may still be joined: it is new, or waits for its partner."""
    is_lone = arrival.state == ArrivalState.REVIEW and arrival.reason == Reason.UNJOINED
    return _is_unfinished(arrival) or is_lone


def enter_sheet(place: Workplace, session: Session, sheet: Sheet, desk: Desk) -> None:
    """
    Keep a new sheet and its record, unless it has been here before.

    The same ink in other bytes is a duplicate; the same sheet with more ink is a question, and
    so is one whose first page was here before and whose other pages were not.
    """
    readings = readings_of(session, list(sheet.pages.values()))
    first = min(sheet.pages)
    kin = find_kin(session, readings[sheet.pages[first]])
    known = sheet_of_kin(session, {first: kin}) if kin else None
    if known is not None and known.key != sheet.key:
        before = readings_of(session, list(known.pages.values()))
        older = {n: before[c].fingerprint for n, c in known.pages.items() if c in before}
        now = {n: readings[c].fingerprint for n, c in sheet.pages.items()}
        if sheets_alike(older, now) is Likeness.SAME:
            for number, content in sheet.pages.items():
                mark_same_ink(session, content, known.pages[number])
        else:
            ask_if_continued(place, session, sheet.pages, known, desk)
        return
    save_sheet(session, sheet, desk.batch_id, place.now())
    save_sheet_record(place, session, sheet, desk.batch_id)


def save_sheet_record(place: Workplace, session: Session, sheet: Sheet, batch_id: int) -> None:
    """Decode a sheet, keep its records, and ask about each or call it ready."""
    found = refresh_sampled(place, session, sheet)
    for row in records_of(session, sheet.key):
        if row.index not in found and row.loaded_at is None:
            forget_record(session, record_of(row), place.now())
    is_ready = True
    for now in found.values():
        record, answers = now.record, now.answers
        save_decoded(session, record, answers, place.now())
        if record.flagged or open_findings(record, answers):
            is_ready = False
            ask_about_record(session, record, batch_id, place.catalog, place.now())
        else:
            withdraw_record_task(session, record, place.now())
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
    place: Workplace, session: Session, page: FilePage, file: _File, desk: Desk
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
        for other in file.pages
        if abs(other.number - page.number) == 1 and other.reading.match is not None
    ]
    neighbours = _with_serial(session, page, file.pages) + neighbours
    is_copy = serial_of(page) in file.copied
    question = {"page": number, "neighbours": neighbours, "is_copy": is_copy}
    what = (TaskKind.UNJOINED, Reason.UNJOINED)
    ask_about_page(place, session, reading, what, desk, question)


def _with_serial(session: Session, page: FilePage, pages: list[FilePage]) -> list[str]:
    """Pages that bear the serial of a page and wait as it does: the likeliest partners."""
    key = serial_of(page)
    if key is None:
        return []
    here = [p for p in pages if serial_of(p) == key and p.reading.content != page.reading.content]
    there = pages_elsewhere(session, [page]).waiting
    return list(dict.fromkeys(p.reading.content for p in (*here, *there)))
