"""A record from its sheet's pages and all that people said; the same for machine and desk."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.record import (
    Decision,
    FieldReading,
    PageReading,
    Settled,
    Sheet,
    State,
    ValidatedRecord,
)
from cpims_scan.domain.trust import Thresholds
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.records import fields_named, is_shared, record_rows
from cpims_scan.forms.template import Form
from cpims_scan.pipeline.steps import decode_sheet, rules_of
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.queue import readings_of
from cpims_scan.store.records import (
    drop_record,
    list_records,
    record_of,
    records_of,
    save_record,
)
from cpims_scan.store.review import NewTask, add_task, withdraw
from cpims_scan.store.settlements import settled_by_record
from cpims_scan.store.sheets import find_sheet, sheet_row
from cpims_scan.store.states import ArrivalState, RecordState, TaskKind

# An answer to a finding is kept in the history of the record under this name.
RULE = "rule:"
# A sheet that may be about a child in danger comes before any other question (practice 24).
URGENT_DAYS = 30
URGENT_PRIORITY = 100
URGENT_PROBABILITY = 0.05  # of another reading: one needless question in twenty is cheap here
RECORD_PRIORITY = 0
OPEN = (RecordState.REVIEW, RecordState.HELD, RecordState.WAITING)


def build_records(  # noqa: PLR0913, all that a record depends on
    sheet: Sheet,
    readings: dict[str, PageReading],
    answers: Mapping[int, dict[str, Settled]],
    catalog: Catalog,
    today: dt.date,
    thresholds: Thresholds | None = None,
) -> list[ValidatedRecord]:
    """
    Decode a sheet with everything people settled.

    Args:
        sheet: Its pages.
        readings: By content of the page.
        answers: What people settled, by index of the record and field; answers to other questions
            stand beside them under names with a colon, such as `rule:<id>`.
        catalog: The packs.
        today: In Nairobi.
        thresholds: That the machine decides by; None for those that ship.
    """
    pages = {n: readings[c] for n, c in sheet.pages.items() if c in readings}
    settled = {n: s for said in answers.values() for n, s in said.items() if ":" not in n}
    decoded = decode_sheet(sheet, pages, settled, catalog, today, thresholds)
    return [_answered(record, settled, answers.get(record.index, {})) for record in decoded]


def _answered(
    record: ValidatedRecord, settled: Mapping[str, Settled], answers: Mapping[str, Settled]
) -> ValidatedRecord:
    """Ask nothing again that was settled, and nothing about a finding that a person let stand."""
    acknowledged = {name.removeprefix(RULE) for name in answers if name.startswith(RULE)}
    fields = {
        n: _kept(f) if n in settled else _without(f, acknowledged) for n, f in record.fields.items()
    }
    return dataclasses.replace(record, fields=fields)


def _kept(field: FieldReading) -> FieldReading:
    """A settled field, or one that an earlier revision accepted, is not asked again by a rule."""
    return dataclasses.replace(field, decision=Decision.ACCEPT, reasons=())


def _without(field: FieldReading, acknowledged: set[str]) -> FieldReading:
    """Drop the reasons of findings that a person let stand; without a reason it is accepted."""
    reasons = tuple(r for r in field.reasons if r.removeprefix(RULE) not in acknowledged)
    if reasons == field.reasons:
        return field
    decision = field.decision if reasons else Decision.ACCEPT
    return dataclasses.replace(field, reasons=reasons, decision=decision)


def open_findings(record: ValidatedRecord, answers: dict[str, Settled]) -> list[str]:
    """Rules whose finding no person has let stand yet."""
    return [f.rule for f in record.findings if RULE + f.rule not in answers]


def save_decoded(
    session: Session,
    record: ValidatedRecord,
    answers: dict[str, Settled],
    now: dt.datetime,
    expected_version: int | None = None,
) -> int:
    """Keep a record; while a field or a finding is open it is in review, else it is ready."""
    is_open = bool(record.flagged or open_findings(record, answers))
    state = RecordState.REVIEW if is_open else RecordState.READY
    return save_record(session, record, state, now, expected_version)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A record of a stored sheet decoded again, with what it was decoded from."""

    record: ValidatedRecord
    answers: dict[str, Settled]
    readings: dict[str, PageReading]


def refresh_records(
    session: Session,
    sheet: Sheet,
    catalog: Catalog,
    today: dt.date,
    thresholds: Thresholds | None = None,
) -> dict[int, Refreshed]:
    """
    Decode a stored sheet again from its stored readings; nothing is saved.

    What a person said about a field that all records share counts for each of them; of two
    answers the later one.

    Returns:
        Its records by index: one, or as many as the page has rows with something in them.
    """
    readings = readings_of(session, list(sheet.pages.values()))
    answers = _answers_of(session, sheet.key, catalog.forms[sheet.form])
    found = {}
    for record in build_records(sheet, readings, answers, catalog, today, thresholds):
        # Looked for once, when nothing else is open: it reads the whole batch.
        whole = record if record.flagged else _with_repeats(session, record, catalog)
        found[record.index] = Refreshed(whole, answers[record.index], readings)
    return found


def _answers_of(session: Session, sheet: str, form: Form) -> dict[int, dict[str, Settled]]:
    """What people settled by index of the record, the word about a shared field in each."""
    own = settled_by_record(session, sheet)
    said = sorted((s for one in own.values() for s in one.values()), key=lambda s: s.at)
    shared = {s.field: s for s in said if is_shared(form, s.field)}
    return {index: own.get(index, {}) | shared for index in record_rows(form) or (1,)}


def accept_pages(session: Session, sheet: str) -> None:
    """Call a sheet's pages accepted, once none of its records waits for a person."""
    if any(row.state in OPEN for row in records_of(session, sheet)):
        return
    found = find_sheet(session, sheet)
    for content in found.pages.values() if found else ():
        settle_content(session, content, ArrivalState.ACCEPTED)


def _with_repeats(session: Session, record: ValidatedRecord, catalog: Catalog) -> ValidatedRecord:
    """Add what stands on another sheet of the batch as well, though it must be there only once."""
    owner = sheet_row(session, record.sheet)
    rows = list_records(session, batch_id=owner.batch_id) if owner else []
    others = [
        record_of(row).fields
        for row in rows
        if row.form == record.form and row.sheet != record.sheet
    ]
    repeated = rules_of(catalog, record.form).repeated([record.fields, *others])
    return dataclasses.replace(record, findings=(*record.findings, *repeated.get(0, ())))


def ask_about_record(
    session: Session, record: ValidatedRecord, batch_id: int, catalog: Catalog, now: dt.datetime
) -> None:
    """Put a record on the desk; what may be urgent goes before everything else."""
    urgent = urgent_fields(record, catalog, now.date())
    add_task(
        session,
        NewTask(
            key=task_key(record),
            kind=TaskKind.RECORD,
            sheet=record.sheet,
            index=record.index,
            batch_id=batch_id,
            office=record.context.office,
            priority=URGENT_PRIORITY if urgent else RECORD_PRIORITY,
            question={"urgent": urgent},
        ),
        now,
    )


def withdraw_record_task(session: Session, record: ValidatedRecord, now: dt.datetime) -> None:
    """Take the question back when nothing about the record is open any more."""
    withdraw(session, [task_key(record)], now)


def forget_record(session: Session, record: ValidatedRecord, now: dt.datetime) -> None:
    """Take away a record whose row turned out to be empty, with its question."""
    withdraw_record_task(session, record, now)
    drop_record(session, record.sheet, record.index)


def task_key(record: ValidatedRecord) -> str:
    """Name of the question about a record; a new revision asks anew."""
    return f"record:{record.sheet}:{record.index}"


def urgent_fields(record: ValidatedRecord, catalog: Catalog, today: dt.date) -> list[str]:
    """
    Fields whose reading may mean a child in danger; the machine orders, it never decides.

    A value counts when it is read or is among the alternatives: better a needless question than
    a missed one. Sheets reported long ago are left to the ordinary order.
    """
    form = catalog.forms[record.form]
    reported = fields_named(form, form.spec.settings.get("reported_on", ""))
    if any(_is_old(record, name, today) for name in reported):
        return []
    found = []
    named = [(n, values) for w, values in form.spec.urgent.items() for n in fields_named(form, w)]
    for name, values in named:
        field = record.fields.get(name)
        if field is None or field.state in (State.BLANK, State.UNREAD):
            continue
        likely = (a for a in field.alternatives if a.probability >= URGENT_PROBABILITY)
        seen = {str(field.value), *(str(a.value) for a in likely)}
        if seen & set(values):
            found.append(name)
    return found


def _is_old(record: ValidatedRecord, reported_on: str, today: dt.date) -> bool:
    reported = record.fields.get(reported_on)
    if reported is None or not isinstance(reported.value, str):
        return False
    try:
        day = dt.date.fromisoformat(reported.value)
    except ValueError:
        return False
    return (today - day).days > URGENT_DAYS
