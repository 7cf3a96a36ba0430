"""What people say about pages that no machine could place: what they are, where they belong."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext, PageMatch
from cpims_scan.domain.record import Decision, PageReading, Sheet, State, ValidatedRecord
from cpims_scan.errors import StoreError, WrongUseError
from cpims_scan.pipeline.assembly.arrange import enter_sheet, save_sheet_record
from cpims_scan.pipeline.assembly.attaching import ask_again, discard, pages_asked, put_to_record
from cpims_scan.pipeline.assembly.odd_pages import Desk
from cpims_scan.pipeline.assembly.sheets import SHEETS
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import queue, review
from cpims_scan.store.arrivals import arrivals_with, mark_same_ink, settle_content
from cpims_scan.store.audit import Event, append
from cpims_scan.store.batches import context_of
from cpims_scan.store.people import Person
from cpims_scan.store.records import record_of, records_of
from cpims_scan.store.settlements import Entry, settle, settled_fields
from cpims_scan.store.sheets import find_sheet, save_sheet, sheets_with
from cpims_scan.store.states import ArrivalState, Reason, Step, TaskKind
from cpims_scan.store.tables import BatchRow, TaskRow


class PageWord(StrEnum):
    """What a page is, in one word."""

    JOIN = "join"  # it belongs with another page
    ALONE = "alone"  # its other pages will not come
    BLANK_BACK = "blank_back"
    FOREIGN = "foreign"
    ATTACHMENT = "attachment"
    RESCAN = "rescan"
    FORM = "form"  # it is a page of a form: read it again as that
    SAME = "same"
    CONTINUED = "continued"  # the same sheet with more on it: only what was blank is new
    BETTER = "better"  # the same sheet, a better picture: read it instead of the old one
    OTHER = "other"  # not the sheet it resembles


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """
    A person's answer; form, edition, page and turn say what form page it is.

    Attributes:
        content: The other page of a join, or the form page that an attachment goes with.
        kind: What an attachment is, a word of AttachmentKind; "" for what was proposed.
        corners: Where the blank's corners lie, when a person placed them: as in `PageMatch`.
    """

    word: PageWord
    content: str | None = None
    form: str | None = None
    edition: str | None = None
    page: int = 1
    turned: int = 0
    corners: tuple[tuple[float, float], ...] = ()
    kind: str = ""


SETTLED = {
    PageWord.BLANK_BACK: (ArrivalState.ACCEPTED, Reason.BLANK_BACK),
    PageWord.RESCAN: (ArrivalState.REJECTED, Reason.SUPERSEDED),
}


def answer_page(place: Workplace, person: Person, task_id: str, answer: PageAnswer) -> None:
    """
    Carry out what a person says about a page, in one transaction.

    Raises:
        StoreError: The question is answered already, or somebody else has it.
        WrongUseError: The answer does not fit the question.
    """
    with place.db.begin() as session:
        task = session.get(TaskRow, task_id)
        if task is None or task.content is None or not person.scope.allows(task.office):
            raise StoreError("There is no such question in your offices. Take the next one.")
        said = {"word": answer.word.value}
        if not review.finish_task(session, task_id, person.name, place.now(), said):
            raise StoreError("This question is answered, or somebody else has it.")
        _carry_out(place, session, task, answer)
        said_of = Event(person.name, f"page.{answer.word}", "page", task.content, task.office)
        append(session, said_of, place.now())


def _carry_out(place: Workplace, session: Session, task: TaskRow, answer: PageAnswer) -> None:
    contents = _contents(task)
    desk = Desk(task.batch_id or 0, task.office)
    if answer.word in SETTLED:
        state, reason = SETTLED[answer.word]
        for content in pages_asked(task):
            settle_content(session, content, state, reason)
    elif answer.word is PageWord.FOREIGN:
        discard(place, session, task)
    elif answer.word is PageWord.ATTACHMENT:
        put_to_record(place, session, task, answer.content, answer.kind)
    elif answer.word is PageWord.FORM:
        first, *others = pages_asked(task)
        _read_again(place, session, [first], answer)
        ask_again(place, session, task, others)
    elif answer.word is PageWord.JOIN:
        _join(place, session, task, answer.content, desk)
    elif answer.word is PageWord.ALONE:
        _enter(place, session, contents, desk)
    elif answer.word is PageWord.SAME:
        _same(session, contents, task)
    elif answer.word in (PageWord.CONTINUED, PageWord.BETTER):
        _continue(place, session, contents, task, answer.word is PageWord.CONTINUED)
    else:
        _enter(place, session, contents, desk, is_known_other=True)


def _contents(task: TaskRow) -> dict[int, str]:
    pages = task.question.get("pages")
    if isinstance(pages, dict):
        return {int(number): str(content) for number, content in pages.items()}
    return {int(task.question.get("page") or 1): str(task.content)}


def _read_again(
    place: Workplace, session: Session, contents: list[str], answer: PageAnswer
) -> None:
    edition = place.catalog.edition(answer.form or "", answer.edition or "")
    match = PageMatch(
        edition.form.name,
        edition.name,
        answer.page,
        answer.turned,
        0.0,
        "person",
        corners=answer.corners,
    )
    queue.requeue(session, contents, place.now(), match)
    for content in contents:
        settle_content(session, content, ArrivalState.UNFINISHED)


def _join(place: Workplace, session: Session, task: TaskRow, other: str | None, desk: Desk) -> None:
    if other is None:
        raise WrongUseError("Say which page it belongs with.")
    readings = queue.readings_of(session, [str(task.content), other])
    numbered = {_number(reading): content for content, reading in readings.items()}
    editions = {(r.match.form, r.match.edition) for r in readings.values() if r.match}
    if len(numbered) != 2 or len(editions) != 1:
        raise WrongUseError("These two are not different pages of one edition. Choose another.")
    sheets = sheets_with(session, other)
    review.withdraw(session, [f"{TaskKind.UNJOINED}:{c}" for c in numbered.values()], place.now())
    if sheets:
        _freeze(session, sheets[0], place.now())
        _add_page(
            place, session, sheets[0], {_number(readings[str(task.content)]): str(task.content)}
        )
        return
    _enter(place, session, numbered, desk, joined_by="person")


def _enter(
    place: Workplace,
    session: Session,
    contents: dict[int, str],
    desk: Desk,
    joined_by: str = "person",
    is_known_other: bool = False,
) -> None:
    """Make a sheet of pages; `is_known_other` when a person said it is not the one it resembles."""
    reading = queue.readings_of(session, list(contents.values()))[contents[min(contents)]]
    match = reading.match
    if match is None or match.form is None or match.edition is None:
        raise WrongUseError("The page is not recognised yet. Say which form it is first.")
    batch = session.get(BatchRow, desk.batch_id)
    context = context_of(batch) if batch else BatchContext()
    key = uuid.uuid5(SHEETS, " ".join(contents[n] for n in sorted(contents)))
    sheet = Sheet(str(key), 1, match.form, match.edition, contents, joined_by, context)
    if is_known_other:
        save_sheet(session, sheet, desk.batch_id, place.now())
        save_sheet_record(place, session, sheet, desk.batch_id)
    else:
        enter_sheet(place, session, sheet, desk)


def _same(session: Session, contents: dict[int, str], task: TaskRow) -> None:
    known = find_sheet(session, str(task.sheet))
    for number, content in contents.items():
        mark_same_ink(session, content, known.pages[number] if known else content)


def _continue(
    place: Workplace, session: Session, contents: dict[int, str], task: TaskRow, is_frozen: bool
) -> None:
    """Take a sheet's new pages; `is_frozen` keeps what a machine accepted on the old ones."""
    known = find_sheet(session, str(task.sheet))
    if known is None:
        raise StoreError("The sheet that this one continues is gone. Say 'other'.")
    if is_frozen:
        _freeze(session, known, place.now())
    _add_page(place, session, known, contents)


def _add_page(place: Workplace, session: Session, known: Sheet, contents: dict[int, str]) -> None:
    """Make the sheet's next revision; what people settled stays."""
    old = [known.pages[n] for n in contents if n in known.pages]
    pages = {**known.pages, **contents}
    sheet = Sheet(
        known.key, known.revision + 1, known.form, known.edition, pages, "person", known.context
    )
    batch_id = _batch_of(session, contents)
    save_sheet(session, sheet, batch_id, place.now())
    save_sheet_record(place, session, sheet, batch_id)
    for content in old:
        settle_content(session, content, ArrivalState.REJECTED, Reason.SUPERSEDED)


def _freeze(session: Session, sheet: Sheet, now: dt.datetime) -> None:
    """Keep what the machine accepted on the earlier revision: only formerly blank cells are new."""
    for row in records_of(session, sheet.key):
        _freeze_record(session, sheet, record_of(row), now)


def _freeze_record(
    session: Session, sheet: Sheet, record: ValidatedRecord, now: dt.datetime
) -> None:
    settled = settled_fields(session, sheet.key, record.index)
    for field in record.fields.values():
        is_known = field.state is State.ANSWERED and field.decision is Decision.ACCEPT
        if is_known and field.field not in settled:
            entry = Entry(
                sheet=sheet.key,
                index=record.index,
                revision=sheet.revision,
                field=field.field,
                before=None,
                value=field.value,
                state=field.state,
                by="machine",
                at=now,
                source=field.source,
            )
            settle(session, entry, Step.MACHINE)


def _batch_of(session: Session, contents: dict[int, str]) -> int:
    first = contents[min(contents)]
    return arrivals_with(session, first)[0].batch_id


def _number(reading: PageReading) -> int:
    return reading.match.page if reading.match else 0
