"""The sums a paper prints, used as an error-correcting code over what was read in its cells."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from cpims_scan.domain.record import Settled, State
from cpims_scan.forms.template import Edition, Total
from cpims_scan.reading.factors import UNKNOWN, Factor, Number, Weights, infer
from cpims_scan.reading.hands import Groups, best_numbers, equal_groups, one_hand_limits
from cpims_scan.reading.outcomes import Belief, Outcome, rank

# Ids of reasons, see FieldReading.reasons.
SUM_DIFFERS = "sum_differs"
NO_TOTAL = "no_total"

# A reading below this is not seen by the ink; no sum may call it up.
INK_SUPPORTS = 0.02
# Readings this sure are taken as fixed: no sum could move them, and most of a return's 870
# cells are plain blanks that need no message.
CERTAIN = 0.999
# A cell that is blank with this certainty is nothing but a blank in the arithmetic, too.
SURELY_BLANK = 0.5
# From this gain on a reading rests on the sum and says so: less changes no decision.
SUM_DECIDES = 0.005
# An officer who leaves more than half of a column of totals blank does not write them.
ALL_LEFT_OUT = 0.5
# The sums of a row are called different from here on.
DIFFERS = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """Beliefs after the sums spoke, and the fields of sums that do not hold on the paper."""

    beliefs: dict[str, Belief]
    doubts: dict[str, tuple[str, ...]]


def weigh_sums(
    beliefs: Mapping[str, Belief], edition: Edition, settled: Mapping[str, Settled]
) -> Weighed:
    """
    Let printed sums weigh the readings of their cells against each other.

    Only readings that the ink supports compete (`INK_SUPPORTS`); what a person settled is
    certain; a blank total is no constraint, a blank part is zero where the edition says so.
    Where no supported reading makes a sum hold, nothing is changed and its cells are doubted:
    the paper is reported, never mended.

    Returns:
        All beliefs, those of cells in sums with their probability given the sums. Exact where
        the sums form a tree (rows into totals into a footer, as Tool B prints them); with
        column totals beside row totals it is the usual loopy approximation.

    Source: Kschischang, Frey, Loeliger, Factor graphs and the sum-product algorithm, 2001.
    """
    totals = _unfolded(edition.totals, beliefs, settled)
    names = {name for total in totals for name in (total.total, *total.parts)}
    priors = {name: _weights(name, beliefs.get(name), settled.get(name), edition) for name in names}
    factors = [Factor(t.total, t.parts, t.kind) for t in totals]
    found = infer(priors, factors)
    inks = {name: _inks(name, beliefs, settled, edition) for name in names}
    limits = one_hand_limits(priors, inks, factors, found)
    weighed = {
        name: _limited(
            _weighed(name, belief, found.likelihoods[name], edition), limits.get(name, 1.0)
        )
        if name in names and name not in settled
        else belief
        for name, belief in beliefs.items()
    }
    groups = equal_groups(factors, best_numbers(priors, found))
    doubted = _doubted(list(zip(totals, found.differs, strict=True)), groups)
    doubts: dict[str, tuple[str, ...]] = dict.fromkeys(doubted, (SUM_DIFFERS,))
    return Weighed(weighed, doubts | dict.fromkeys(_missing(edition, weighed), (NO_TOTAL,)))


def _unfolded(
    totals: tuple[Total, ...], beliefs: Mapping[str, Belief], settled: Mapping[str, Settled]
) -> list[Total]:
    """Sums whose total is written; a part that is itself a blank total becomes its own parts."""
    blank = {t.total: t for t in totals if t.kind == "sum" and _is_blank(t.total, beliefs, settled)}

    def leaves(name: str) -> list[str]:
        inner = blank.get(name)
        return [leaf for part in inner.parts for leaf in leaves(part)] if inner else [name]

    return [
        t if t.kind != "sum" else Total(t.total, tuple(n for p in t.parts for n in leaves(p)))
        for t in totals
        if not _is_blank(t.total, beliefs, settled)
    ]


def _is_blank(name: str, beliefs: Mapping[str, Belief], settled: Mapping[str, Settled]) -> bool:
    if name in settled:
        return settled[name].state is State.BLANK
    best = beliefs[name].best if name in beliefs else Outcome(State.BLANK, None, 1.0)
    return best.state is State.BLANK and best.probability >= SURELY_BLANK


def _weights(
    name: str, belief: Belief | None, settled: Settled | None, edition: Edition
) -> Weights:
    """Weight of each number a cell may hold; UNKNOWN for all that arithmetic cannot use."""
    if settled is not None:
        return {_number(settled.state, settled.value, name, edition): 1.0}
    if belief is None or not belief.is_certified:
        return {UNKNOWN: 1.0}
    best = belief.best
    if best.probability >= CERTAIN:
        return {_number(best.state, best.value, name, edition): 1.0}
    weights: Weights = {}
    for outcome in belief.outcomes:
        if outcome.probability >= INK_SUPPORTS:
            number = _number(outcome.state, outcome.value, name, edition)
            weights[number] = weights.get(number, 0.0) + outcome.probability
    unseen = max(1.0 - sum(weights.values()), 0.0)
    if unseen:
        weights[UNKNOWN] = weights.get(UNKNOWN, 0.0) + unseen
    return weights


def _inks(
    name: str, beliefs: Mapping[str, Belief], settled: Mapping[str, Settled], edition: Edition
) -> Weights:
    """What the ink says of every number, faint ones too; a person's word is certain."""
    if name in settled:
        return {_number(settled[name].state, settled[name].value, name, edition): 1.0}
    if name not in beliefs:
        return {}
    weights: Weights = {}
    for outcome in beliefs[name].outcomes:
        number = _number(outcome.state, outcome.value, name, edition)
        weights[number] = weights.get(number, 0.0) + outcome.ink
    return weights


def _number(state: State, value: object, name: str, edition: Edition) -> Number:
    if state is State.ANSWERED and isinstance(value, int | float):
        return value
    if state is State.NOT_APPLICABLE:  # a dash or NIL in a column of counts
        return 0
    if state is State.BLANK and edition.blank_counts_as_zero(name):
        return 0
    return UNKNOWN


def _weighed(name: str, belief: Belief, likelihood: Weights, edition: Edition) -> Belief:
    """Give every reading the weight of its number; what ink does not support gains nothing."""
    # A field without a cell is of a page that has not come: no sum may guess it.
    if not belief.outcomes or belief.best.probability >= CERTAIN:
        return belief
    unknown = likelihood.get(UNKNOWN, 1.0)
    weights = []
    for outcome in belief.outcomes:
        number = _number(outcome.state, outcome.value, name, edition)
        fits = likelihood.get(number, unknown) if outcome.ink >= INK_SUPPORTS else unknown
        weights.append(outcome.probability * fits)
    unseen = max(1.0 - sum(o.probability for o in belief.outcomes), 0.0) * unknown
    everything = sum(weights) + unseen
    if not everything:
        return belief
    told = [w / everything for w in weights]
    outcomes = rank(
        dataclasses.replace(o, probability=p) for o, p in zip(belief.outcomes, told, strict=True)
    )
    return dataclasses.replace(belief, outcomes=_signed(belief.best, outcomes))


def _limited(belief: Belief, limit: float) -> Belief:
    """No surer than one hand's repeated number may be; what is taken away stays in doubt."""
    best = belief.best
    if best.probability <= limit:
        return belief
    return dataclasses.replace(
        belief, outcomes=(dataclasses.replace(best, probability=limit), *belief.outcomes[1:])
    )


def _signed(before: Outcome, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Record that a sum chose: another value than the ink's best, or the same with more trust."""
    best = outcomes[0]
    is_other = (best.state, best.value) != (before.state, before.value)
    if is_other or best.probability >= before.probability + SUM_DECIDES:
        return (dataclasses.replace(best, source="sum"), *outcomes[1:])
    return outcomes


def _doubted(told: list[tuple[Total, float]], groups: Groups) -> set[str]:
    """
    Names in sums that differ: the total, and its parts unless a sum of their own confirms them.

    A number that only repeats another one confirms nothing, and is doubted with it. Blanks are
    doubted too: a digit may have been lost there. A sum over many rows tells nothing of one row.
    """
    repeated = {index for _, inside in groups for index in inside}
    confirmed = {
        total.total
        for index, (total, p) in enumerate(told)
        if p < DIFFERS and index not in repeated
    }
    doubted: set[str] = set()
    for total in (total for total, p in told if p >= DIFFERS):
        row = total.total.rpartition(".")[0]
        doubted |= {total.total} | {
            part for part in total.parts if part not in confirmed and part.rpartition(".")[0] == row
        }
    return doubted | {n for group, _ in groups if doubted & set(group) for n in group}


def _missing(edition: Edition, beliefs: Mapping[str, Belief]) -> list[str]:
    """Blank totals of written parts, where most other rows have theirs: ink may have been lost."""
    expected: dict[str, list[str]] = {}
    for total in edition.totals:
        if total.kind == "sum" and any(_is_written(part, beliefs) for part in total.parts):
            pattern = edition.form.fields[total.total].pattern
            expected.setdefault(pattern, []).append(total.total)
    missing = []
    for names in expected.values():
        blank = [name for name in names if not _is_written(name, beliefs)]
        missing += blank if len(blank) <= ALL_LEFT_OUT * len(names) else []
    return missing


def _is_written(name: str, beliefs: Mapping[str, Belief]) -> bool:
    return name in beliefs and beliefs[name].best.state is not State.BLANK
