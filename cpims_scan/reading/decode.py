"""The pages of one sheet into values: cells, sums, what people settled, what the batch says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import (
    Alternative,
    CellReading,
    Decision,
    FieldReading,
    Settled,
    State,
    Value,
)
from cpims_scan.domain.trust import Thresholds
from cpims_scan.forms.relevant import is_relevant, relevant_in
from cpims_scan.forms.template import Edition, FormField, Place
from cpims_scan.reading.choices import choice_outcomes, written_outcomes
from cpims_scan.reading.coded import as_printed, coded_outcomes
from cpims_scan.reading.dates import date_outcomes
from cpims_scan.reading.numbers import (
    GAP,
    code_outcomes,
    comb_strings,
    number_outcomes,
    squeeze_comb,
    text_outcomes,
)
from cpims_scan.reading.outcomes import HANDWRITING, Belief, Outcome, believe
from cpims_scan.reading.sums import weigh_sums
from cpims_scan.reading.trust.judge import Classes, judge
from cpims_scan.reading.trust.prior import shipped_thresholds

ASK = "ask"
SIGNED = "signed"
# A person is offered up to three other readings, none rarer than one in a thousand.
# What a sheet's earlier revision accepted without a person stays what it was: a machine's.
NOT_PEOPLE = ("batch", "ink", "print", "sum", "list", "date", "rule")
MOST_ALTERNATIVES = 3
LEAST_ALTERNATIVE = 0.001


def decode(
    cells: Sequence[CellReading],
    edition: Edition,
    settled: Mapping[str, Settled],
    context: BatchContext,
    thresholds: Thresholds | None = None,
) -> dict[str, FieldReading]:
    """
    Turn a sheet's cells into its fields. Pure; runs again after every correction.

    What a person settled is returned as it was settled and counts as certain in the sums; a
    total on page 2 may settle a cell on page 1. Paper that contradicts itself stays as written.

    Args:
        cells: Of all pages of the sheet that came.
        edition: Whose places and sums they are.
        settled: By field name.
        context: What the batch says; it fills only what the paper leaves blank.
        thresholds: From which probability a reading is kept; None for those that ship.

    Returns:
        Every field that the edition prints, or that is asked or filled without paper, in the
        form's order. A field without paper has page 0.
    """
    by_field: dict[str, list[CellReading]] = {}
    for cell in cells:
        by_field.setdefault(cell.field, []).append(cell)
    fields = edition.form.fields
    beliefs = {
        name: _believe(fields[name], place, by_field.get(name, []))
        for name, place in edition.places.items()
    }
    weighed = weigh_sums(beliefs, edition, settled)
    bar = _Bar(Classes.of(edition), thresholds or shipped_thresholds())
    readings: dict[str, FieldReading] = {}
    for name, field in fields.items():
        place = edition.places.get(name)
        page = place.page if place else 0
        belief = weighed.beliefs.get(name)
        if name in settled:
            readings[name] = _as_settled(field, settled[name], belief, page)
        elif belief is not None:
            reading = _as_read(field, belief, bar.judged(field, belief, weighed.doubts), page)
            readings[name] = _from_batch(field, reading, context) or reading
        else:
            asked = _without_paper(field)
            filled = _from_batch(field, asked, context)
            if filled or _is_asked(field, readings):
                readings[name] = filled or asked
    return readings


def _believe(field: FormField, place: Place, cells: list[CellReading]) -> Belief:
    """All that one field may be, by its cells alone."""
    if not cells:
        return Belief((), is_certified=False)
    if place.reader in ("cells", "squares"):
        belief = believe(choice_outcomes(field, cells), cells)
        is_whole = {cell.part for cell in cells} >= set(place.options)
        return belief if is_whole else Belief(belief.outcomes, False, belief.residual_mm)
    if all([text for text, _ in cell.distribution] == [""] for cell in cells):
        return _plain_blank(cells)
    return believe(_outcomes(field, place, cells), cells)


def _plain_blank(cells: list[CellReading]) -> Belief:
    """
    Most cells of a return are nothing but paper; they need no weighing.

    A comb in which nobody wrote is as sure as its least sure cell: who writes a name fills
    several cells, and all of these would have to look empty.
    """
    p = min(cell.distribution[0][1] for cell in cells)
    blank = Outcome(State.BLANK, None, p, ink=p)
    is_certified = all(cell.is_certified for cell in cells)
    return Belief((blank,), is_certified, max(cell.residual_mm for cell in cells))


def _outcomes(field: FormField, place: Place, cells: list[CellReading]) -> list[Outcome]:
    distribution = cells[0].distribution
    if place.reader == "signature":
        return [
            _ink(text, p, Outcome(State.ANSWERED, SIGNED, p, ink=p)) for text, p in distribution
        ]
    if place.reader == "text":
        hand = (HANDWRITING,)
        return [
            _ink(text, p, Outcome(State.UNREAD, None, p, ink=p, reasons=hand))
            for text, p in distribution
        ]
    gap: tuple[str, ...] = ()
    if place.codes:
        return coded_outcomes(field, place.codes, comb_strings(cells))
    if place.reader == "comb":
        distribution = as_printed(field, place, comb_strings(cells))
        if not (field.spec.type == "date" and place.format) and place.alphabet == "digits":
            distribution, is_gap = squeeze_comb(distribution)
            gap = (GAP,) if is_gap else ()
    source = "print" if place.reader in ("print", "qr") else "ink"
    return [_marked(o, gap, source) for o in _typed(field, place, distribution)]


def _typed(
    field: FormField, place: Place, distribution: tuple[tuple[str, float], ...]
) -> list[Outcome]:
    """Readings as strings into values of the field's type."""
    kind = field.spec.type.partition(" ")[0]
    if kind == "date":
        layout = place.format if place.reader == "comb" else None
        return date_outcomes(distribution, field.spec.day_first, layout)
    if kind in ("integer", "decimal"):
        return number_outcomes(field, distribution)
    if kind == "code":
        return code_outcomes(field, distribution)
    if field.choices:
        return written_outcomes(field, distribution)
    return text_outcomes(distribution)


def _ink(text: str, p: float, written: Outcome) -> Outcome:
    return written if text else Outcome(State.BLANK, None, p, ink=p)


def _marked(outcome: Outcome, reasons: tuple[str, ...], source: str) -> Outcome:
    return dataclasses.replace(
        outcome,
        reasons=(*outcome.reasons, *reasons),
        source=outcome.source if outcome.source != "ink" else source,
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """How sure a machine must be, by the class of what it read."""

    classes: Classes
    thresholds: Thresholds

    def judged(
        self, field: FormField, belief: Belief, doubts: Mapping[str, tuple[str, ...]]
    ) -> tuple[Decision, tuple[str, ...]]:
        best = belief.best
        found = self.classes.of_reading(field.name, best.state, best.source)
        return judge(field, belief, self.thresholds.of(found), doubts.get(field.name, ()))


def _as_read(
    field: FormField, belief: Belief, judged: tuple[Decision, tuple[str, ...]], page: int
) -> FieldReading:
    best, (decision, reasons) = belief.best, judged
    return FieldReading(
        field=field.name,
        kind=field.kind,
        state=best.state,
        value=best.value if best.state is State.ANSWERED else None,
        probability=min(best.probability, 1.0),
        source=best.source,
        decision=decision,
        reasons=reasons,
        text=best.text,
        alternatives=_alternatives(belief),
        page=page,
        residual_mm=belief.residual_mm,
    )


def _alternatives(belief: Belief) -> tuple[Alternative, ...]:
    others = [
        Alternative(o.value, o.probability)
        for o in belief.outcomes[1:]
        if o.state is State.ANSWERED and o.probability >= LEAST_ALTERNATIVE
    ]
    known = [other.value for other in others]
    others += [Alternative(v, 0.0) for v in belief.best.offers if v not in known]
    return tuple(others[:MOST_ALTERNATIVES])


def _as_settled(
    field: FormField, settled: Settled, belief: Belief | None, page: int
) -> FieldReading:
    """As the person said, word for word; the ink's readings stay beside it for the desk."""
    return FieldReading(
        field=field.name,
        kind=field.kind,
        state=settled.state,
        value=settled.value,
        probability=1.0,
        source=settled.source if settled.source in NOT_PEOPLE else "person",
        decision=Decision.ACCEPT,
        text=belief.best.text if belief else "",
        alternatives=_alternatives(belief) if belief else (),
        page=page,
        residual_mm=belief.residual_mm if belief else None,
    )


def _is_asked(field: FormField, readings: Mapping[str, FieldReading]) -> bool:
    """Asked only once it is relevant: no name of a court before the reporter is a court."""
    known = {n: r.value for n, r in readings.items() if r.state is State.ANSWERED}
    return field.spec.ask and is_relevant(relevant_in(field), known)


def _without_paper(field: FormField) -> FieldReading:
    return FieldReading(
        field.name, field.kind, State.UNREAD, None, 0.0, "person", Decision.REVIEW, (ASK,)
    )


def _from_batch(
    field: FormField, reading: FieldReading, context: BatchContext
) -> FieldReading | None:
    """What the batch says where the paper is certainly silent; None when it may not speak."""
    is_silent = reading.state is State.BLANK and reading.decision is Decision.ACCEPT
    if not is_silent and reading.page:
        return None
    value = _batch_value(field, context)
    if value is None:
        return None
    return FieldReading(
        field.name,
        field.kind,
        State.ANSWERED,
        value,
        1.0,
        "batch",
        Decision.ACCEPT,
        page=reading.page,
        residual_mm=reading.residual_mm,
    )


def _batch_value(field: FormField, context: BatchContext) -> Value:
    """The batch's word for a field, typed as the field is."""
    year, _, month = (context.month or "").partition("-")
    said = {"office": context.office, "officer": context.officer, "year": year, "month": month}
    word = said.get(field.spec.context or "")
    if not word:
        return None
    if field.spec.type == "integer":
        return int(word)
    if field.choices:
        names = [choice.name for choice in field.choices]
        if field.spec.context == "month" and len(names) == 12:
            return names[int(word) - 1]
        return word if word in names else None
    return word
