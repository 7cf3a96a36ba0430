"""Finished records into the central database: one at a time, each read back, none twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.create import create_central
from cpims_scan.central.held import HeldBack, Question
from cpims_scan.central.load import load as load_case
from cpims_scan.central.loadspec import Loading, find_loading
from cpims_scan.central.plan import plan_load
from cpims_scan.central.reference import LoadContext, Reference, read_reference
from cpims_scan.central.returns import ReturnAnswers, load_return, plan_return
from cpims_scan.domain.record import LoadedRecord, Settled, ValidatedRecord
from cpims_scan.errors import StoreError
from cpims_scan.forms.records import form_of_one, full_name, plain_name
from cpims_scan.forms.template import Form
from cpims_scan.pipeline.engine import is_alive
from cpims_scan.pipeline.records import RULE, accept_pages
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import records
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.review import NewTask, add_task, withdraw
from cpims_scan.store.settlements import settled_fields
from cpims_scan.store.sheets import find_sheet, sheet_row
from cpims_scan.store.states import ArrivalState, Reason, RecordState, TaskKind

# What a person says about a record that was held back stands in its history under these names.
DUPLICATE = "duplicate:"  # followed by the role: an id of CPIMS, or "different"
RETURN = "return:"  # followed by blank_is_meant or second
HELD_PRIORITY = 10


@dataclass(frozen=True, slots=True)
class LoadStep:
    """What became of one record: loaded, held, values (a form that goes nowhere), or not equal."""

    sheet: str
    index: int
    form: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Loader:
    """What every record of one run needs."""

    place: Workplace
    central: Database
    reference: Reference
    worker: str


def load_ready(
    place: Workplace, told: Callable[[LoadStep], None] = lambda step: None
) -> list[LoadStep]:
    """
    Load every finished record; repeat it as often as you like.

    A record is first marked as being loaded, then written in one central transaction, then read
    back, then marked as loaded. After a crash what was being loaded is looked for in the central
    database by its derived key, so that nothing is there twice.

    Raises:
        StoreError: A database refuses. What was loaded until then stays loaded.
    """
    central = open_database(place.settings.central)
    try:
        create_central(central, place.catalog.root)
        worker = f"{socket.gethostname()}:{os.getpid()}"
        loader = Loader(place, central, read_reference(central), worker)
        free_dead_loaders(place)
        steps = []
        while (record := _claim(loader)) is not None:
            steps.append(_load_one(loader, record))
            told(steps[-1])
        return steps
    finally:
        central.close()


def preview_load(place: Workplace) -> list[LoadStep]:
    """Say what a load would do, and change nothing."""
    with place.db.read() as session:
        ready = [records.record_of(r) for r in records.list_records(session, RecordState.READY)]
    return [LoadStep(r.sheet, r.index, r.form, "would load") for r in ready]


def _claim(loader: Loader) -> ValidatedRecord | None:
    place = loader.place
    with place.db.begin() as session:
        lease = place.settings.lease_seconds
        return records.claim_for_load(session, loader.worker, place.now(), lease)


def _load_one(loader: Loader, record: ValidatedRecord) -> LoadStep:
    place = loader.place
    with place.db.read() as session:
        answers = settled_fields(session, record.sheet, record.index)
    form = place.catalog.forms[record.form]
    loading = find_loading(place.catalog.root, form_of_one(form))
    result: LoadedRecord | HeldBack
    if form.spec.yields == "values" or loading is None:
        result = LoadedRecord(record.sheet, record.revision, {}, place.now(), True)
        outcome = "values"
    else:
        try:
            result = _write(loader, _accepted_as_it_is(record, answers), loading, answers)
        except StoreError:
            # A refusal of this record must not keep the others; a lost database stops them all.
            with loader.central.read() as session:
                session.execute(sa.text("SELECT 1"))
            return _stop(loader, record, "refused")
        outcome = "loaded"
    if isinstance(result, HeldBack):
        return _hold(loader, record, result)
    if not result.is_equal:
        return _stop(loader, record, "not_equal")
    with place.db.begin() as session:
        records.mark_loaded(session, record.index, result, loader.worker)
        withdraw(session, [_held_key(record)], place.now())
        accept_pages(session, record.sheet)
    return LoadStep(record.sheet, record.index, record.form, outcome)


def _write(
    loader: Loader, record: ValidatedRecord, loading: Loading, answers: dict[str, Settled]
) -> LoadedRecord | HeldBack:
    people = {
        name.removeprefix(DUPLICATE): answer.value
        for name, answer in answers.items()
        if name.startswith(DUPLICATE)
    }
    place = loader.place
    record = _in_plain_names(record, place.catalog.forms[record.form])
    context = LoadContext(
        loader.reference,
        place.now(),
        user=place.settings.cpims_user,
        people=people,  # type: ignore[arg-type]
    )
    if loading.returns is None:
        return load_case(loader.central, plan_load(record, loading, context))
    edition = place.catalog.edition(record.form, record.edition)
    plan = plan_return(record, loading, edition, context, _return_answers(answers))
    return load_return(loader.central, plan)


def _in_plain_names(record: ValidatedRecord, form: Form) -> ValidatedRecord:
    """A record of a register as load.yaml sees it: one rule for every row of the page."""
    fields = {plain_name(form, name): field for name, field in record.fields.items()}
    return dataclasses.replace(record, fields=fields)


def _return_answers(answers: dict[str, Settled]) -> ReturnAnswers:
    meant = answers.get(f"{RETURN}blank_is_meant")
    second = answers.get(f"{RETURN}second")
    chosen = second.value if second and second.value in ("replaces", "rejected") else None
    return ReturnAnswers(meant is not None, chosen)  # type: ignore[arg-type]


def _accepted_as_it_is(record: ValidatedRecord, answers: dict[str, Settled]) -> ValidatedRecord:
    """Findings that a person let stand no longer hold a record back; they stay in its history."""
    kept = tuple(f for f in record.findings if RULE + f.rule not in answers)
    return dataclasses.replace(record, findings=kept)


def _hold(loader: Loader, record: ValidatedRecord, held: HeldBack) -> LoadStep:
    """Keep a record back and put the question on the desk, without what stands on the paper."""
    place = loader.place
    why = _why(held)
    with place.db.begin() as session:
        records.set_state(session, (record.sheet, record.index), RecordState.HELD, place.now(), why)
        owner = sheet_row(session, record.sheet)
        add_task(
            session,
            NewTask(
                key=_held_key(record),
                kind=TaskKind.HELD,
                sheet=record.sheet,
                index=record.index,
                batch_id=owner.batch_id if owner else None,
                office=record.context.office,
                priority=HELD_PRIORITY,
                question=_question(held, place.catalog.forms[record.form], record.index),
            ),
            place.now(),
        )
        sheet = find_sheet(session, record.sheet)
        for content in sheet.pages.values() if sheet else ():
            settle_content(session, content, ArrivalState.REVIEW, Reason.FIELDS)
    return LoadStep(record.sheet, record.index, record.form, "held", why)


def _question(held: HeldBack, form: Form, index: int) -> dict[str, Any]:
    """What a held record waits for; its fields under their names on the sheet."""
    named = [(q, full_name(form, index, q.field) if q.field else None) for q in held.questions]
    return {
        "questions": [asdict(question) | {"field": name} for question, name in named],
        "duplicates": [asdict(d) for d in held.duplicates],
        "conflicts": [asdict(c) for c in held.conflicts],
        "other_sheet": held.other_sheet,
    }


def _held_key(record: ValidatedRecord) -> str:
    return f"held:{record.sheet}:{record.index}"


def _why(held: HeldBack) -> str:
    if held.duplicates:
        return "possible_duplicate"
    if held.conflicts:
        return "second_return"
    return held.questions[0].reason if held.questions else "asked"


def _stop(loader: Loader, record: ValidatedRecord, why: str) -> LoadStep:
    """Refused, or read back otherwise: nobody loads it again until a person has looked."""
    held = (Question(None, why),)
    return _hold(loader, record, HeldBack(record.sheet, record.index, record.revision, held))


def free_dead_loaders(place: Workplace) -> None:
    """Records that a killed process of this machine was loading need not wait for its lease."""
    past = place.now() - dt.timedelta(seconds=1)
    with place.db.begin() as session:
        for row in records.list_records(session, RecordState.LOADING):
            host, _, process = (row.worker or "").rpartition(":")
            if host == socket.gethostname() and not is_alive(int(process)):
                row.lease_until = past
