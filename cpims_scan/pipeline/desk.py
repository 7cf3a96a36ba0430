"""What people do with records: look, settle a field, let a finding stand, finish."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.record import Decision, FieldReading, State, Value
from cpims_scan.errors import StoreError, WrongUseError
from cpims_scan.pipeline.kinds import check_value
from cpims_scan.pipeline.records import (
    RULE,
    Refreshed,
    accept_pages,
    ask_about_record,
    forget_record,
    save_decoded,
)
from cpims_scan.pipeline.trust.blind import must_look_again, refresh_sampled
from cpims_scan.pipeline.view import NOT_HERE, RecordView, show, visible
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import review, settlements
from cpims_scan.store.audit import Event, append
from cpims_scan.store.people import Person
from cpims_scan.store.queue import readings_of
from cpims_scan.store.records import StaleRecordError, record_of, records_of
from cpims_scan.store.settlements import Entry, settled_fields
from cpims_scan.store.sheets import find_sheet, save_sheet, sheet_row
from cpims_scan.store.states import RecordState, Step, TaskKind
from cpims_scan.store.tables import RecordRow, SheetRow, TaskRow


class NotFinishedError(WrongUseError):
    """A record still has fields or findings that nobody settled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says about a field; `note` is a reason code, never a value."""

    value: Value = None
    state: State = State.ANSWERED
    note: str = ""


def record_view(place: Workplace, person: Person, sheet: str, index: int = 1) -> RecordView:
    """
    Look at a record.

    Raises:
        StoreError: There is none in this person's offices.
    """
    with place.db.read() as session:
        row = visible(session, person, sheet, index)
        pages = find_sheet(session, sheet)
        readings = readings_of(session, list(pages.pages.values()) if pages else [])
        answers = settled_fields(session, sheet, index)
        return show(place, session, row, Refreshed(record_of(row), answers, readings))


def settle(
    place: Workplace,
    person: Person,
    key: tuple[str, int, int],
    field: str,
    answer: Answer,
) -> RecordView:
    """
    Settle one field; everything that depends on it is decoded and checked again.

    Args:
        place: The workspace.
        person: Who answers.
        key: Sheet, index and the version that the person saw.
        field: Name of the field.
        answer: Value and state.

    Raises:
        StaleRecordError: Somebody changed the record meanwhile; nothing is changed.
        WrongUseError: The form has no such field, or that cannot be its value.
    """
    return settle_fields(place, person, key, {field: answer})


def settle_fields(
    place: Workplace,
    person: Person,
    key: tuple[str, int, int],
    answers: Mapping[str, Answer],
) -> RecordView:
    """Settle several fields of a record at once, or none when one of them is refused."""
    sheet, index, version = key
    with place.db.begin() as session:
        row = visible(session, person, sheet, index)
        known = record_of(row).fields
        for field, answer in answers.items():
            checked = _checked(place, row, field, answer)
            entry = entry_of(row, field, known.get(field), checked, person, place.now())
            if must_look_again(place, session, entry):
                settlements.add_entry(session, entry, Step.SAMPLE)
            else:
                settlements.settle(session, entry, Step.CORRECTION)
        return _decode_again(place, session, row, version)


def acknowledge(
    place: Workplace, person: Person, key: tuple[str, int, int], rule: str, reason: str
) -> RecordView:
    """Let a finding stand, with a reason code; the record says who did."""
    sheet, index, version = key
    with place.db.begin() as session:
        row = visible(session, person, sheet, index)
        answer = Answer(reason, State.ANSWERED, reason)
        entry = entry_of(row, RULE + rule, None, answer, person, place.now())
        settlements.settle(session, entry, Step.CORRECTION)
        return _decode_again(place, session, row, version)


def undo(place: Workplace, person: Person, key: tuple[str, int, int]) -> RecordView:
    """Take back this person's last settled field of the record; nobody else's."""
    sheet, index, version = key
    with place.db.begin() as session:
        row = visible(session, person, sheet, index)
        mine = [s for s in settled_fields(session, sheet, index).values() if s.by == person.name]
        if mine:
            last = max(mine, key=lambda s: s.at)
            answer = Answer(last.value, last.state, "undo")
            entry = entry_of(row, last.field, None, answer, person, place.now())
            settlements.reopen(session, entry)
        return _decode_again(place, session, row, version)


def finish(place: Workplace, person: Person, task_id: str) -> RecordView:
    """
    Finish a record: it is ready to load.

    Raises:
        NotFinishedError: Fields or findings are still open; the message names them.
    """
    with place.db.begin() as session:
        task = session.get(TaskRow, task_id)
        # A record that CPIMS kept back is answered, not finished: see pipeline.held.
        if task is None or task.sheet is None or task.kind == TaskKind.HELD:
            raise StoreError(NOT_HERE)
        row = visible(session, person, task.sheet, task.index or 1)
        view = _decode_again(place, session, row, row.version)
        if view.open_fields or view.open_rules:
            names = ", ".join([*view.open_fields, *view.open_rules][:5])
            raise NotFinishedError(f"The record is not finished. Still open: {names}.")
        if not review.finish_task(session, task_id, person.name, place.now()):
            raise StoreError("Somebody else has this record now. Take the next one.")
        row.state = RecordState.READY
        session.flush()
        accept_pages(session, task.sheet)
        append(
            session,
            Event(person.name, "record.finish", "sheet", task.sheet, row.office),
            place.now(),
        )
        return dataclasses.replace(view, state=RecordState.READY)


def _checked(place: Workplace, row: RecordRow, field: str, answer: Answer) -> Answer:
    known = place.catalog.forms[row.form].fields.get(field)
    if known is None:
        raise WrongUseError(f"The form has no field '{field}'.")
    if answer.state is not State.ANSWERED:
        return dataclasses.replace(answer, value=None)
    check_value(known, answer.value)
    return answer


def entry_of(
    row: RecordRow,
    field: str,
    before: FieldReading | None,
    answer: Answer,
    person: Person,
    now: dt.datetime,
) -> Entry:
    """One row of a field's history: what a person said at the desk, and what stood there before."""
    return Entry(
        sheet=row.sheet,
        index=row.index,
        revision=row.revision,
        field=field,
        before=before.value if before else None,
        value=answer.value,
        state=answer.state,
        by=person.name,
        at=now,
        source="desk",
        reason=answer.note or None,
    )


def _decode_again(place: Workplace, session: Session, row: RecordRow, version: int) -> RecordView:
    if row.version != version:
        raise StaleRecordError(
            f"Somebody changed this record at {row.updated_at:%H:%M} UTC. "
            "Nothing of yours was stored; look at it again."
        )
    if row.state == RecordState.LOADING:
        raise StoreError("This record is being loaded. Look at it again in a minute.")
    sheet = find_sheet(session, row.sheet)
    if sheet is None:
        raise StoreError(NOT_HERE)
    if any(one.loaded_revision == sheet.revision for one in records_of(session, row.sheet)):
        # What was loaded stays as it was: a correction after it is a new revision.
        sheet = dataclasses.replace(sheet, revision=sheet.revision + 1)
        save_sheet(session, sheet, session.get_one(SheetRow, sheet.key).batch_id, place.now())
    found = refresh_sampled(place, session, sheet)
    now = found.pop(row.index, None)
    _bring_along(place, session, row, found)
    if now is None:
        return _emptied(place, session, row)
    _save_open(place, session, row, now)
    return show(place, session, row, now)


def _save_open(place: Workplace, session: Session, row: RecordRow, now: Refreshed) -> None:
    was = RecordState(row.state)
    save_decoded(session, now.record, now.answers, place.now(), row.version)
    session.refresh(row)
    _leave_open(place, session, row, now, was)


def _bring_along(
    place: Workplace, session: Session, row: RecordRow, others: dict[int, Refreshed]
) -> None:
    """Save what the answer changed in the sheet's other records: they share fields and sums."""
    for other in records_of(session, row.sheet):
        now = others.get(other.index)
        if now is None or other.index == row.index or other.state == RecordState.LOADING:
            continue
        was = record_of(other)
        if (was.fields, was.findings) != (now.record.fields, now.record.findings):
            _save_open(place, session, other, now)


def _emptied(place: Workplace, session: Session, row: RecordRow) -> RecordView:
    """The person found nothing in this row of the page: it is no record any more."""
    record = record_of(row)
    blank = {
        name: dataclasses.replace(
            field, state=State.BLANK, value=None, decision=Decision.ACCEPT, reasons=()
        )
        for name, field in record.fields.items()
    }
    record = dataclasses.replace(record, fields=blank, findings=())
    view = show(place, session, row, Refreshed(record, {}, {}))
    forget_record(session, record, place.now())
    return view


def _leave_open(
    place: Workplace, session: Session, row: RecordRow, now: Refreshed, was: RecordState
) -> None:
    """What is ready may be loaded at any moment: a record with a question waits for its answer."""
    asked = {task.kind for task in review.tasks_of(session, row.sheet) if task.index == row.index}
    owner = sheet_row(session, row.sheet)
    if was is RecordState.HELD and TaskKind.HELD in asked:
        row.state = RecordState.HELD
    elif TaskKind.RECORD in asked:
        row.state = RecordState.REVIEW
    elif row.state == RecordState.REVIEW and owner is not None:
        ask_about_record(session, now.record, owner.batch_id, place.catalog, place.now())
    session.flush()
