"""From a validated monthly return to its figures, or to what must be asked before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from cpims_scan.central.convert import day_of
from cpims_scan.central.held import Question
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.loadwords import ReturnSpec
from cpims_scan.central.plan import broken_rules
from cpims_scan.central.reference import SUB_COUNTY, LoadContext
from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord
from cpims_scan.errors import TemplateError
from cpims_scan.forms.template import Edition

WRITTEN, ZERO_BY_BLANK, NIL, BLANK = "written", "zero_by_blank", "nil", "blank"

# block, row, band, sex
Place = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ReturnCell:
    """
    One figure.

    Attributes:
        state: written (a written 0 too), zero_by_blank, nil (dash, stroke or NIL), blank.
    """

    value: int | None
    state: str


@dataclass(frozen=True, slots=True)
class ReturnAnswers:
    """
    What a person said about a return.

    Attributes:
        blank_is_meant: Its blanks are zeros, although it is unsigned or a whole block is blank.
        second: What a different return for the same office and month does: it replaces the one
            that stands, or it is rejected (kept on file, counted never).
    """

    blank_is_meant: bool = False
    second: Literal["replaces", "rejected"] | None = None


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """A return's figures, and what is still asked."""

    record: ValidatedRecord
    office: str  # area_id of the sub-county, or visible id of the unit
    period: str  # YYYY-MM
    as_of: dt.date | None
    figures: dict[Place, ReturnCell]
    questions: tuple[Question, ...]
    answers: ReturnAnswers
    now: dt.datetime
    single_keyed: bool = False

    @property
    def is_ready(self) -> bool:
        """True when nothing is left to ask."""
        return not self.questions

    @property
    def digest(self) -> str:
        """sha256 of the figures, hex."""
        figures = [[*place, c.value, c.state] for place, c in sorted(self.figures.items())]
        text = json.dumps([self.office, self.period, figures])
        return hashlib.sha256(text.encode()).hexdigest()


def plan_return(
    record: ValidatedRecord,
    loading: Loading,
    edition: Edition,
    context: LoadContext,
    answers: ReturnAnswers | None = None,
) -> ReturnPlan:
    """
    Work out the figures of a return; reads and writes nothing.

    Raises:
        TemplateError: The form's load.yaml has no `returns`.
    """
    spec = loading.returns
    if spec is None:
        raise TemplateError(f"{loading.form.name}: load.yaml says nothing under 'returns'.")
    answers = answers or ReturnAnswers()
    office, period = _office(record, spec, context), _period(record, spec)
    figures, questions = _figures(record, spec, edition)
    if office is None:
        questions.append(Question(spec.office, "ask"))
    if period is None:
        questions.append(Question(spec.month, "ask"))
    if not answers.blank_is_meant:
        questions += _doubts(record, spec, edition, figures)
    questions += broken_rules(record)
    signed_on = record.values.get(spec.as_of) if spec.as_of else None
    return ReturnPlan(
        record=record,
        office=office or "",
        period=period or "",
        as_of=day_of(signed_on),
        figures=figures,
        questions=tuple(questions),
        answers=answers,
        now=context.now,
        single_keyed=context.single_keyed,
    )


def _office(record: ValidatedRecord, spec: ReturnSpec, context: LoadContext) -> str | None:
    """The sub-county that is named, else the batch's; a unit by its visible id."""
    for written in (record.values.get(spec.office), record.context.office):
        if not isinstance(written, str):
            continue
        area = context.reference.area(written, (SUB_COUNTY,))
        if area is not None:
            return str(area.area_id)
        if context.reference.unit(written) is not None:
            return written.strip().upper()
    return None


def _period(record: ValidatedRecord, spec: ReturnSpec) -> str | None:
    month, year = record.values.get(spec.month), record.values.get(spec.year)
    if isinstance(month, str) and month.isdigit() and isinstance(year, int | str):
        return f"{int(year):04d}-{int(month):02d}"
    return record.context.month


def _figures(
    record: ValidatedRecord, spec: ReturnSpec, edition: Edition
) -> tuple[dict[Place, ReturnCell], list[Question]]:
    figures: dict[Place, ReturnCell] = {}
    questions: list[Question] = []
    for name, field in edition.form.fields.items():
        if field.table not in spec.blocks or field.row is None:
            continue
        column = spec.columns.get(name.rpartition(".")[2])
        if column is None or field.row in spec.sums or name not in record.fields:
            continue
        cell = _figure(record.fields[name], edition)
        if cell is None:
            questions.append(Question(name, "not_accepted"))
        else:
            figures[(field.table, field.row, *column)] = cell
    return figures, questions


def _figure(reading: FieldReading, edition: Edition) -> ReturnCell | None:
    """One cell; None while it waits for a person."""
    if reading.decision is Decision.REVIEW:
        return None
    if reading.state is State.ANSWERED and isinstance(reading.value, int):
        return ReturnCell(reading.value, WRITTEN)
    if reading.state is State.NOT_APPLICABLE:
        return ReturnCell(0, NIL)
    if reading.state is State.BLANK:
        is_zero = edition.blank_counts_as_zero(reading.field)
        return ReturnCell(0, ZERO_BY_BLANK) if is_zero else ReturnCell(None, BLANK)
    return None


def _doubts(
    record: ValidatedRecord,
    spec: ReturnSpec,
    edition: Edition,
    figures: dict[Place, ReturnCell],
) -> list[Question]:
    """Where blanks may mean that something is missing, not zero (practice.md 18)."""
    blank = {
        block: all(c.state in (ZERO_BY_BLANK, BLANK) for p, c in figures.items() if p[0] == block)
        for block in spec.blocks
        if any(p[0] == block for p in figures)
    }
    if blank and all(blank.values()):
        return [Question(None, "nil_return")]
    doubts = [
        Question(None, "blank_block", column=block) for block, is_so in blank.items() if is_so
    ]
    signed = record.fields.get(spec.signed) if spec.signed in edition.places else None
    has_blanks = any(c.state == ZERO_BY_BLANK for c in figures.values())
    if signed is not None and signed.state is State.BLANK and has_blanks:
        doubts.append(Question(spec.signed, "unsigned"))
    return doubts
