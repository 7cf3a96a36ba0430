"""Which thresholds are in force, and the only thing that moves them: the office's blind sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from cpims_scan.domain.trust import Basis, Bound, FieldClass, Thresholds
from cpims_scan.reading.trust.bound import CONFIDENCE
from cpims_scan.reading.trust.drift import evidence_of_drift, is_alarm, tightened
from cpims_scan.reading.trust.prior import loosest, machine, priors
from cpims_scan.reading.trust.thresholds import Proven, evidence_by_step, prove
from cpims_scan.store import samples
from cpims_scan.store.samples import Compared, InForce

# Looking at a bound after every answer would find a lucky moment: it is looked at when the sample
# has doubled, and the k-th look may err half as often as the one before (the errors add up to 5 %).
FIRST_LOOK = 1000
BY, SHIPPED = "quality sample", "shipped"
NOTED = FieldClass.BLANK  # all classes are noted together: one tells whether they are


def thresholds_in_force(session: Session, target: float) -> Thresholds:
    """Thresholds that this office's machine decides by: as shipped, where no sample moved them."""
    moved = samples.threshold_history(session, machine())
    return Thresholds({name: in_force(name, moved.get(name, []), target) for name in FieldClass})


def note_priors(session: Session, target: float, now: dt.datetime) -> None:
    """Write down, once for each machine and target, by which thresholds it began."""
    known = samples.threshold_history(session, machine())
    if any(m.basis is Basis.PRIOR and m.why["target"] == target for m in known.get(NOTED, [])):
        return
    newest = samples.newest_draw(session)
    for name, prior in priors(target).items():
        why = {"target": target, "is_proven": prior.is_proven, **in_words(prior.bound)}
        samples.add_threshold(
            session, InForce(name, prior.least, Basis.PRIOR, newest, now, SHIPPED, machine(), why)
        )


def in_force(name: FieldClass, moved: Sequence[InForce], target: float) -> float:
    """
    Threshold of one class.

    What was loosened for a lesser accuracy than is asked now counts no longer; what was
    tightened does, whatever was asked then.
    """
    least = priors(target)[name].least
    for step in moved:
        if step.basis is Basis.TIGHTENED:
            least = max(least, step.least)
        elif step.basis is Basis.LOOSENED and step.why.get("target", 1.0) <= target:
            least = step.least
    return least


def weigh_sample(session: Session, name: FieldClass, target: float, now: dt.datetime) -> None:
    """
    Move a class's threshold if the sample demands or allows it; to be called after every answer.

    It is tightened at once when the sequential test alarms, and loosened only by the bound.
    """
    samples.lock_sample(session)
    moved = samples.threshold_history(session, machine()).get(name, [])
    least = in_force(name, moved, target)
    evidence = evidence_of_drift(shares_by_sheet(session, name, _last(moved)), target)
    if is_alarm(evidence):
        why = {"target": target, "evidence": round(evidence, 1), "from": least}
        _move(session, name, (tightened(least), Basis.TIGHTENED), why, now)
        return
    found = samples.compared(session, name, machine(), last_tightened(moved))
    proven = _at_a_look(name, found, target)
    if proven is not None and proven.least < least:
        why = {"target": target, "from": least, **in_words(proven.bound)}
        _move(session, name, (proven.least, Basis.LOOSENED), why, now)


def shares_by_sheet(session: Session, name: FieldClass, after: int) -> list[float]:
    """
    Share wrong among the drawn accepted fields of each sheet, in the order of their last answers.

    A sheet whose drawn fields are not all answered waits: which of them come first must not matter.
    """
    unfinished = samples.open_sheets(session, name, machine())
    by_sheet: dict[str, list[bool]] = {}
    for one in samples.compared(session, name, machine(), after):
        if one.is_accepted and one.sheet not in unfinished:
            earlier = by_sheet.pop(one.sheet, [])  # put at the end: the dict keeps the order
            by_sheet[one.sheet] = [*earlier, one.checked.is_wrong]
    return [sum(wrong) / len(wrong) for wrong in by_sheet.values()]


def _at_a_look(name: FieldClass, found: Sequence[Compared], target: float) -> Proven | None:
    """What the sample proves, if its size is one at which it is looked at."""
    look, size = 1, FIRST_LOOK
    while size < len(found):
        look, size = look + 1, size * 2
    if size != len(found):
        return None
    steps = evidence_by_step([one.checked for one in found])
    allowed = [step for step in steps if step[0] >= loosest(name)]
    return prove(allowed, target, 1.0 - (1.0 - CONFIDENCE) / 2**look)


def last_tightened(moved: Sequence[InForce]) -> int:
    """Draws up to this number were made before the machine was found to have become worse."""
    return max((m.after_draw for m in moved if m.basis is Basis.TIGHTENED), default=0)


def _last(moved: Sequence[InForce]) -> int:
    return max((m.after_draw for m in moved if m.basis is not Basis.PRIOR), default=0)


def _move(
    session: Session,
    name: FieldClass,
    to: tuple[float, Basis],
    why: dict[str, Any],
    now: dt.datetime,
) -> None:
    least, basis = to
    newest = samples.newest_draw(session)
    samples.add_threshold(session, InForce(name, least, basis, newest, now, BY, machine(), why))


def in_words(bound: Bound) -> dict[str, Any]:
    """A bound as plain data: never without its n."""
    return {
        "checked": bound.n,
        "wrong": bound.wrong,
        "writers": bound.writers,
        "effective": round(bound.effective, 1),
        "bound": round(bound.upper, 6),
    }
