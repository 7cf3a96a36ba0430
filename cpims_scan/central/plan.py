"""From a validated record to the rows it becomes in CPIMS, or to what must be asked before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.cells import ABOUT_US, Cell, cell_of
from cpims_scan.central.convert import Inputs, is_picture
from cpims_scan.central.derive import Deferred
from cpims_scan.central.held import Question
from cpims_scan.central.loadspec import Loading, LoadRow, feeding, is_made_by_database
from cpims_scan.central.reference import LoadContext, PersonAnswer
from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord, Value


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """
    One row to be in CPIMS.

    Attributes:
        role: What it is in the record: `child`, `sibling.2`, `followup.1`.
        person: child or relative, when it may be in CPIMS already; None for other rows.
        same_as: Id of the person in CPIMS that a person said it is.
        once: Columns by which a row that is there already is taken instead.
        lives_in: Roles of the rows that say where that person lives.
    """

    role: str
    table: str
    cells: dict[str, Cell]
    person: str | None = None
    same_as: int | None = None
    is_answered: bool = False
    once: tuple[str, ...] = ()
    lives_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """A record's rows in load order, the values without a column, and what is still asked."""

    sheet: str
    index: int
    revision: int
    form: str
    edition: str
    rows: tuple[PlannedRow, ...]
    kept: dict[str, Value]  # field -> value as written
    questions: tuple[Question, ...]
    now: dt.datetime
    single_keyed: bool = False

    @property
    def is_ready(self) -> bool:
        """True when nothing is left to ask."""
        return not self.questions

    @property
    def digest(self) -> str:
        """sha256 of what is to be loaded, hex; the same for the same record and answers."""
        rows = [[row.role, row.table, row.same_as, _digestible(row)] for row in self.rows]
        text = json.dumps([rows, self.kept], sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_load(record: ValidatedRecord, loading: Loading, context: LoadContext) -> LoadPlan:
    """
    Work out what a record becomes in CPIMS; reads and writes nothing.

    Args:
        record: As validated, with everything people settled.
        loading: The form's load.yaml.
        context: Places, units, who loads, and what people said about possible duplicates.

    Returns:
        The rows with the source of every value. It may be loaded when `is_ready`.
    """
    rows: list[PlannedRow] = []
    questions = broken_rules(record)
    roles: set[str] = set()
    for spec in loading.rows:
        for role, item in _instances(spec, record):
            inputs = Inputs(record, loading.form, context, role, next(iter(spec.table.columns)))
            row, asked = _row(spec, dataclasses.replace(inputs, item=item), roles)
            questions += asked
            if row is not None:
                rows.append(row)
                roles.add(role)
    return LoadPlan(
        sheet=record.sheet,
        index=record.index,
        revision=record.revision,
        form=record.form,
        edition=record.edition,
        rows=tuple(rows),
        kept=_kept(record, rows),
        questions=tuple(dict.fromkeys(questions)),
        now=context.now,
        single_keyed=context.single_keyed,
    )


def broken_rules(record: ValidatedRecord) -> list[Question]:
    """One question for each error that a rule found; a warning holds nothing back."""
    return [
        Question(finding.fields[0] if finding.fields else None, f"rule:{finding.rule}")
        for finding in record.findings
        if finding.severity == "error"
    ]


def is_present(reading: FieldReading | None) -> bool:
    """True when the paper, or a person, says something in that field."""
    return reading is not None and (reading.state is State.ANSWERED or is_picture(reading))


def _instances(spec: LoadRow, record: ValidatedRecord) -> list[tuple[str, str | None]]:
    """The rows that one entry makes: role and, for `each`, the value or part."""
    fields = record.fields
    if any(is_present(fields.get(name)) for name in spec.spec.unless):
        return []
    each = spec.spec.each
    if each and is_present(fields.get(each)):
        value = fields[each].value
        if isinstance(value, list):
            return [(f"{spec.role}.{item}", item) for item in value]
        parts = [p for p in (part.strip() for part in str(value or "").split(",")) if p]
        return [(f"{spec.role}.{n}", part) for n, part in enumerate(parts, start=1)]
    when = spec.spec.when
    if when == "always":
        return [(spec.role, None)]
    wanted = when or feeding(spec)
    return [(spec.role, None)] if any(is_present(fields.get(n)) for n in wanted) else []


def _row(
    spec: LoadRow, inputs: Inputs, roles: set[str]
) -> tuple[PlannedRow | None, list[Question]]:
    cells: dict[str, Cell] = {}
    questions: list[Question] = []
    for column in spec.table.columns:
        if is_made_by_database(column):
            continue
        cell, reason = cell_of(spec, dataclasses.replace(inputs, column=column), roles)
        cells[column.name] = cell
        if cell.value is None and reason is None and not column.nullable:
            reason = "ask"
        if reason == "ask" and cell.paper is not None:
            reason = "unlisted"
        if reason:
            questions.append(Question(cell.field, reason, spec.table.name, column.name))
        elif cell.value is not None and _is_open(inputs, cell):
            questions.append(Question(cell.field, "not_accepted", spec.table.name, column.name))
    if spec.spec.incomplete == "keep" and _lacks(spec.table, cells):
        return None, []
    answer: PersonAnswer | None = inputs.context.people.get(inputs.role)
    row = PlannedRow(
        role=inputs.role,
        table=spec.table.name,
        cells=cells,
        person=spec.spec.person,
        same_as=answer if isinstance(answer, int) else None,
        is_answered=answer is not None,
        once=tuple(spec.spec.once),
        lives_in=tuple(spec.spec.lives_in),
    )
    return row, questions


def _is_open(inputs: Inputs, cell: Cell) -> bool:
    reading = inputs.reading(cell.field) if cell.field and cell.source == "field" else None
    return reading is not None and reading.decision is Decision.REVIEW


def _lacks(table: sa.Table, cells: dict[str, Cell]) -> bool:
    return any(
        cells[c.name].value is None for c in table.columns if not c.nullable and c.name in cells
    )


def _kept(record: ValidatedRecord, rows: list[PlannedRow]) -> dict[str, Value]:
    """What was written and has no column: it is kept as written, never lost."""
    loaded = {
        c.field for row in rows for c in row.cells.values() if c.field and c.value is not None
    }
    return {n: v for n, v in record.values.items() if n not in loaded}


def _digestible(row: PlannedRow) -> dict[str, Any]:
    """What the record says; who loads it from where is no part of that."""
    return {
        name: [cell.value.kind, *cell.value.given]
        if isinstance(cell.value, Deferred)
        else [cell.value, cell.paper]
        for name, cell in row.cells.items()
        if cell.source not in ABOUT_US
    }
