"""What people do with records: look, settle a field, let a finding stand, finish."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.record import (
    FieldReading,
    Finding,
    PageReading,
    State,
    Value,
)
from cpims_scan.errors import StoreError, WrongUseError
from cpims_scan.forms.template import Edition
from cpims_scan.pipeline.kinds import check_value
from cpims_scan.pipeline.records import (
    RULE,
    Refreshed,
    ask_about_record,
    open_findings,
    refresh_record,
    save_decoded,
)
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import review, settlements
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.audit import Event, append
from cpims_scan.store.people import Person
from cpims_scan.store.queue import readings_of
from cpims_scan.store.records import StaleRecordError, record_of, record_row, set_state
from cpims_scan.store.settlements import Entry, settled_fields
from cpims_scan.store.sheets import find_sheet, save_sheet, sheet_row
from cpims_scan.store.states import ArrivalState, RecordState, Step, TaskKind
from cpims_scan.store.tables import BatchRow, RecordRow, SheetRow, TaskRow

# The same words for "not there" and "not yours": nobody learns what other offices have.
NOT_HERE = "There is no such record in your offices. Go back to the queue."


class NotFinishedError(WrongUseError):
    """A record still has fields or findings that nobody settled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says about a field; `note` is a reason code, never a value."""

    value: Value = None
    state: State = State.ANSWERED
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """
    A record as the desk shows it.

    Attributes:
        version: Grows with every change; given back with every answer.
        pages: Page number of the form -> content.
        crops: Field -> content and number of its picture.
        open_rules: Findings that nobody has let stand.
    """

    sheet: str
    index: int
    version: int
    state: RecordState
    edition: Edition
    fields: dict[str, FieldReading]
    findings: tuple[Finding, ...]
    open_rules: tuple[str, ...]
    pages: dict[int, str]
    batch: str
    office: str | None
    crops: dict[str, tuple[str, int]]

    @property
    def open_fields(self) -> tuple[str, ...]:
        """Fields a person must see: marks and formats first, then findings, then text to key."""
        flagged = [f for f in self.fields.values() if f.decision == "review"]
        order = {name: i for i, name in enumerate(self.edition.form.fields)}
        return tuple(f.field for f in sorted(flagged, key=lambda f: (_rank(f), order[f.field])))


def _rank(field: FieldReading) -> int:
    if "ask" in field.reasons:
        return 3
    if "handwriting" in field.reasons:
        return 2
    return 1 if any(r.startswith(RULE) for r in field.reasons) else 0


def record_view(place: Workplace, person: Person, sheet: str, index: int = 1) -> RecordView:
    """
    Look at a record.

    Raises:
        StoreError: There is none in this person's offices.
    """
    with place.db.read() as session:
        row = _visible(session, person, sheet, index)
        pages = find_sheet(session, sheet)
        readings = readings_of(session, list(pages.pages.values()) if pages else [])
        answers = settled_fields(session, sheet, index)
        return _view(place, session, row, Refreshed(record_of(row), answers, readings))


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
        row = _visible(session, person, sheet, index)
        known = record_of(row).fields
        for field, answer in answers.items():
            checked = _checked(place, row, field, answer)
            entry = _entry(row, field, known.get(field), checked, person, place.now())
            settlements.settle(session, entry, Step.CORRECTION)
        return _decode_again(place, session, row, version)


def acknowledge(
    place: Workplace, person: Person, key: tuple[str, int, int], rule: str, reason: str
) -> RecordView:
    """Let a finding stand, with a reason code; the record says who did."""
    sheet, index, version = key
    with place.db.begin() as session:
        row = _visible(session, person, sheet, index)
        answer = Answer(reason, State.ANSWERED, reason)
        entry = _entry(row, RULE + rule, None, answer, person, place.now())
        settlements.settle(session, entry, Step.CORRECTION)
        return _decode_again(place, session, row, version)


def undo(place: Workplace, person: Person, key: tuple[str, int, int]) -> RecordView:
    """Take back this person's last settled field of the record; nobody else's."""
    sheet, index, version = key
    with place.db.begin() as session:
        row = _visible(session, person, sheet, index)
        mine = [s for s in settled_fields(session, sheet, index).values() if s.by == person.name]
        if mine:
            last = max(mine, key=lambda s: s.at)
            answer = Answer(last.value, last.state, "undo")
            entry = _entry(row, last.field, None, answer, person, place.now())
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
        if task is None or task.sheet is None:
            raise StoreError(NOT_HERE)
        row = _visible(session, person, task.sheet, task.index or 1)
        view = _decode_again(place, session, row, row.version)
        if view.open_fields or view.open_rules:
            names = ", ".join([*view.open_fields, *view.open_rules][:5])
            raise NotFinishedError(f"The record is not finished. Still open: {names}.")
        if not review.finish_task(session, task_id, person.name, place.now()):
            raise StoreError("Somebody else has this record now. Take the next one.")
        row.state = RecordState.READY
        for content in view.pages.values():
            settle_content(session, content, ArrivalState.ACCEPTED)
        append(
            session,
            Event(person.name, "record.finish", "sheet", task.sheet, row.office),
            place.now(),
        )
        return dataclasses.replace(view, state=RecordState.READY)


def answer_held(place: Workplace, person: Person, task_id: str, answers: dict[str, Value]) -> None:
    """
    Answer what held a record back from loading; the next load tries it again.

    `answers` stand under `duplicate:<role>` (an id of CPIMS or "different"), `return:second`
    (replaces or rejected) or `return:blank_is_meant`; fields are settled like any other field.

    Raises:
        StoreError: The question is answered, or somebody else has it.
    """
    with place.db.begin() as session:
        task = session.get(TaskRow, task_id)
        if task is None or task.sheet is None:
            raise StoreError(NOT_HERE)
        row = _visible(session, person, task.sheet, task.index or 1)
        if not review.finish_task(session, task_id, person.name, place.now()):
            raise StoreError("Somebody else has this record now. Take the next one.")
        for name, value in answers.items():
            entry = _entry(row, name, None, Answer(value), person, place.now())
            settlements.settle(session, entry, Step.CORRECTION)
        set_state(session, (row.sheet, row.index), RecordState.READY, place.now())
        sheet = find_sheet(session, row.sheet)
        for content in sheet.pages.values() if sheet else ():
            settle_content(session, content, ArrivalState.ACCEPTED)
        told = Event(person.name, "record.release", "sheet", row.sheet, row.office)
        append(session, told, place.now())


def _visible(session: Session, person: Person, sheet: str, index: int) -> RecordRow:
    row = record_row(session, sheet, index, person.scope)
    if row is None:
        raise StoreError(NOT_HERE)
    return row


def _checked(place: Workplace, row: RecordRow, field: str, answer: Answer) -> Answer:
    known = place.catalog.forms[row.form].fields.get(field)
    if known is None:
        raise WrongUseError(f"The form has no field '{field}'.")
    if answer.state is not State.ANSWERED:
        return dataclasses.replace(answer, value=None)
    check_value(known, answer.value)
    return answer


def _entry(
    row: RecordRow,
    field: str,
    before: FieldReading | None,
    answer: Answer,
    person: Person,
    now: dt.datetime,
) -> Entry:
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
    if row.loaded_revision == sheet.revision:
        # What was loaded stays as it was: a correction after it is a new revision.
        sheet = dataclasses.replace(sheet, revision=sheet.revision + 1)
        save_sheet(session, sheet, session.get_one(SheetRow, sheet.key).batch_id, place.now())
    was = RecordState(row.state)
    now = refresh_record(session, sheet, place.catalog, place.today())
    save_decoded(session, now.record, now.answers, place.now(), version)
    session.refresh(row)
    _leave_open(place, session, row, now, was)
    return _view(place, session, row, now)


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


def _view(place: Workplace, session: Session, row: RecordRow, now: Refreshed) -> RecordView:
    sheet = find_sheet(session, row.sheet)
    owner = sheet_row(session, row.sheet)
    if sheet is None or owner is None:
        raise StoreError(NOT_HERE)
    return RecordView(
        sheet=row.sheet,
        index=row.index,
        version=row.version,
        state=RecordState(row.state),
        edition=place.catalog.edition(row.form, row.edition),
        fields=now.record.fields,
        findings=now.record.findings,
        open_rules=tuple(open_findings(now.record, now.answers)),
        pages=sheet.pages,
        batch=session.get_one(BatchRow, owner.batch_id).name,
        office=row.office,
        crops=_crops(now.readings),
    )


def _crops(readings: dict[str, PageReading]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for content, reading in readings.items():
        found |= {c.field: (content, c.crop) for c in reading.cells if c.crop is not None}
    return found
