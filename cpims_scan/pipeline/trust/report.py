"""How far the machine is right: per class what was accepted, checked, wrong, and the proof."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Decision, FieldReading
from cpims_scan.domain.trust import NEVER, Basis, Bound, Checked, FieldClass
from cpims_scan.pipeline.trust.blind import NOT_MACHINES
from cpims_scan.pipeline.trust.weigh import in_force, in_words, last_tightened
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.reading.trust.bound import CONFIDENCE, Evidence, bound_of, spread_of, weigh
from cpims_scan.reading.trust.judge import Classes
from cpims_scan.reading.trust.prior import Prior, machine, priors
from cpims_scan.store import samples
from cpims_scan.store.records import record_of
from cpims_scan.store.samples import Compared, InForce
from cpims_scan.store.states import SheetState
from cpims_scan.store.tables import RecordRow, SheetRow

# Bins of the reliability diagram: where thresholds stand, not where half of the scale is empty.
EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
ROWS_AT_ONCE = 200  # records held in memory
BLIND, SYNTHETIC, NOTHING = "blind sample", "synthetic", "nothing checked"


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings whose probability lies from `low` up to `high`, and how many of them were right."""

    low: float
    high: float
    n: int
    said: float  # mean probability, weighted
    right: float  # share right, weighted


@dataclass(frozen=True, slots=True)
class ClassReport:
    """
    One class of fields.

    Attributes:
        accepted: Readings that the machine kept without a person, drawn ones included.
        asked: Readings that a person was asked for whatever reason.
        checked: Accepted readings whose blind answer was compared; `wrong` of them.
        least: Threshold in force; NEVER for a class that a person always sees.
        basis: prior, tightened or loosened; `why` what it rests on, with its n.
        bound: 95 % upper bound on the share wrong among the accepted.
        bound_from: blind sample, synthetic (drawn sheets) or nothing checked.
        bins: Of the blind sample; () when it is empty.
    """

    name: FieldClass
    accepted: int
    asked: int
    checked: int
    wrong: int
    least: float
    basis: Basis
    why: Mapping[str, Any]
    bound: Bound
    bound_from: str
    bins: tuple[Bin, ...]
    moved: tuple[InForce, ...]

    @property
    def review_rate(self) -> float:
        """Share of readings that a person was asked for."""
        total = self.accepted + self.asked
        return self.asked / total if total else 0.0


@dataclass(frozen=True, slots=True)
class TrustReport:
    """Every class that this office's paper or the shipped evidence knows."""

    target: float
    sample_share: float
    classes: tuple[ClassReport, ...]


def trust_report(place: Workplace) -> TrustReport:
    """Put together what is known about how far the machine is right."""
    target = place.settings.accuracy_target
    with place.db.read() as session:
        counts = _counts(place, session)
        moved = samples.threshold_history(session, machine())
        known = priors(target)
        classes = [
            _class_report(
                counts.get(name, (0, 0)),
                (name, known[name], moved.get(name, []), target),
                samples.compared(session, name, machine()),
            )
            for name in FieldClass
        ]
    return TrustReport(target, place.settings.sample_share, tuple(classes))


def _class_report(
    counted: tuple[int, int],
    rule: tuple[FieldClass, Prior, Sequence[InForce], float],
    found: Sequence[Compared],
) -> ClassReport:
    name, prior, moved, target = rule
    least = in_force(name, moved, target)
    current = [one.checked for one in found if one.number > last_tightened(moved)]
    evidence = weigh([c for c in current if c.probability >= least], spread_of(current))
    bound, source = _bound(evidence, prior, least)
    is_moved = bool(moved) and moved[-1].basis is not Basis.PRIOR and least != prior.least
    return ClassReport(
        name=name,
        accepted=counted[0],
        asked=counted[1],
        checked=evidence.n,
        wrong=evidence.wrong,
        least=least,
        basis=moved[-1].basis if is_moved else Basis.PRIOR,
        why=moved[-1].why if is_moved else _prior_why(prior),
        bound=bound,
        bound_from=source,
        bins=reliability([one.checked for one in found]),
        moved=tuple(moved),
    )


def _bound(evidence: Evidence, prior: Prior, least: float) -> tuple[Bound, str]:
    """The office's own bound; until it has one, the drawn sheets', called what it is."""
    if evidence.n:
        return bound_of(evidence, CONFIDENCE), BLIND
    kept = [step for at, step in prior.evidence if at >= least]
    if kept and kept[-1].n:
        return bound_of(kept[-1], CONFIDENCE), SYNTHETIC
    return Bound(0, 0, 0, 0.0, 1.0), NOTHING


def _prior_why(prior: Prior) -> dict[str, Any]:
    rests_on = "drawn sheets" if prior.is_proven else "judgement"
    return {"rests_on": rests_on, **in_words(prior.bound)}


def reliability(checked: Sequence[Checked]) -> tuple[Bin, ...]:
    """
    Compare what the machine said with how often it was right, bin by bin; empty bins are left out.

    Source: DeGroot and Fienberg, The Statistician 32, 1983.
    """
    bins = []
    for low, high in itertools.pairwise(EDGES):
        inside = [c for c in checked if low <= c.probability < high or c.probability == high == 1.0]
        weight = sum(c.weight for c in inside)
        if inside:
            said = sum(c.weight * c.probability for c in inside) / weight
            right = sum(c.weight for c in inside if not c.is_wrong) / weight
            bins.append(Bin(low, high, len(inside), said, right))
    return tuple(bins)


def _counts(place: Workplace, session: Session) -> dict[FieldClass, tuple[int, int]]:
    """Readings of all records, by class: kept by the machine, asked."""
    drawn = samples.drawn_fields(session)
    found: dict[FieldClass, list[int]] = {}
    for row in session.scalars(
        select(RecordRow)
        .join(SheetRow, SheetRow.key == RecordRow.sheet)
        .where(SheetRow.state == SheetState.ACTIVE)
        .execution_options(yield_per=ROWS_AT_ONCE)
    ):
        classes = Classes.of(place.catalog.edition(row.form, row.edition))
        for name, reading in record_of(row).fields.items():
            is_machines = reading.page and reading.source not in ("batch", "rule")
            if not is_machines or name not in classes.edition.form.fields:
                continue
            counted = found.setdefault(
                classes.of_reading(name, reading.state, reading.source), [0, 0]
            )
            is_kept = drawn.get((row.sheet, row.index, name), _is_kept(reading))
            counted[0 if is_kept else 1] += 1
    return {name: (kept, asked) for name, (kept, asked) in found.items()}


def _is_kept(reading: FieldReading) -> bool:
    """Whether the machine kept it; what a person settled was asked."""
    return reading.decision is Decision.ACCEPT and reading.source not in NOT_MACHINES


def as_plain(report: TrustReport) -> dict[str, Any]:
    """The document of `report trust --json`."""
    return {
        "target": report.target,
        "sample_share": report.sample_share,
        "confidence": CONFIDENCE,
        "classes": [_plain(one) for one in report.classes],
    }


def _plain(one: ClassReport) -> dict[str, Any]:
    return {
        "class": one.name.value,
        "accepted": one.accepted,
        "asked": one.asked,
        "review_rate": round(one.review_rate, 4),
        "checked": one.checked,
        "wrong": one.wrong,
        "bound": round(one.bound.upper, 6) if one.bound.n else None,
        "bound_from": one.bound_from,
        "bound_rests_on": {k: v for k, v in in_words(one.bound).items() if k != "bound"},
        "threshold": None if one.least >= NEVER else one.least,
        "basis": one.basis.value,
        "why": dict(one.why),
        "reliability": [
            {
                "from": b.low,
                "to": b.high,
                "n": b.n,
                "said": round(b.said, 5),
                "right": round(b.right, 5),
            }
            for b in one.bins
        ],
        "history": [
            {
                "threshold": None if m.least >= NEVER else m.least,
                "basis": m.basis.value,
                "at": m.at.isoformat(),
                "by": m.by,
                "why": m.why,
            }
            for m in one.moved
        ],
    }
