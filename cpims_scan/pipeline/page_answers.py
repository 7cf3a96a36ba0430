"""What people say about pages that no machine could place: what they are, where they belong."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext, PageMatch
from cpims_scan.domain.record import Decision, PageReading, Sheet, State
from cpims_scan.errors import StoreError, WrongUseError
from cpims_scan.pipeline.arrange import Desk, enter_sheet, save_sheet_record
from cpims_scan.pipeline.sheets import SHEETS
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import queue, review
from cpims_scan.store.arrivals import arrivals_with, mark_same_ink, settle_content
from cpims_scan.store.audit import Event, append
from cpims_scan.store.batches import context_of
from cpims_scan.store.people import Person
from cpims_scan.store.records import find_record
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
    CONTINUED = "continued"
    OTHER = "other"  # not the sheet it resembles


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """A person's answer; `content` is the other page of a join, the rest says what form it is."""

    word: PageWord
    content: str | None = None
    form: str | None = None
    edition: str | None = None
    page: int = 1
    turned: int = 0


SETTLED = {
    PageWord.BLANK_BACK: (ArrivalState.ACCEPTED, Reason.BLANK_BACK),
    PageWord.FOREIGN: (ArrivalState.REJECTED, Reason.FOREIGN),
    PageWord.ATTACHMENT: (ArrivalState.ACCEPTED, Reason.ATTACHMENT),
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
        for content in contents.values():
            settle_content(session, content, state, reason)
    elif answer.word is PageWord.FORM:
        _read_again(place, session, list(contents.values()), answer)
    elif answer.word is PageWord.JOIN:
        _join(place, session, task, answer.content, desk)
    elif answer.word is PageWord.ALONE:
        _enter(place, session, contents, desk)
    elif answer.word is PageWord.SAME:
        _same(session, contents, task)
    elif answer.word is PageWord.CONTINUED:
        _continue(place, session, contents, task)
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
    match = PageMatch(edition.form.name, edition.name, answer.page, answer.turned, 0.0, "person")
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


def _continue(place: Workplace, session: Session, contents: dict[int, str], task: TaskRow) -> None:
    known = find_sheet(session, str(task.sheet))
    if known is None:
        raise StoreError("The sheet that this one continues is gone. Say 'other'.")
    _add_page(place, session, known, contents)


def _add_page(place: Workplace, session: Session, known: Sheet, contents: dict[int, str]) -> None:
    """Make the sheet's next revision: what was settled stays, only new cells are asked."""
    old = [known.pages[n] for n in contents if n in known.pages]
    pages = {**known.pages, **contents}
    sheet = Sheet(
        known.key, known.revision + 1, known.form, known.edition, pages, "person", known.context
    )
    batch_id = _batch_of(session, contents)
    _freeze(session, known, place.now())
    save_sheet(session, sheet, batch_id, place.now())
    save_sheet_record(place, session, sheet, batch_id)
    for content in old:
        settle_content(session, content, ArrivalState.REJECTED, Reason.SUPERSEDED)


def _freeze(session: Session, sheet: Sheet, now: dt.datetime) -> None:
    """Keep what the machine accepted on the earlier revision: only formerly blank cells are new."""
    record = find_record(session, sheet.key)
    settled = settled_fields(session, sheet.key)
    for field in record.fields.values() if record else ():
        is_known = field.state is State.ANSWERED and field.decision is Decision.ACCEPT
        if is_known and field.field not in settled:
            entry = Entry(
                sheet=sheet.key,
                index=1,
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
