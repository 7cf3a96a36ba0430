"""The sums a paper prints, used as an error-correcting code over what was read in its cells."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from cpims_scan.domain.record import Kind, Settled, State
from cpims_scan.forms.template import Edition, Total
from cpims_scan.reading.beliefs import UNKNOWN, Factor, Weights, marginals
from cpims_scan.reading.outcomes import Belief, Outcome, rank
from cpims_scan.reading.trust import ACCEPT, ACCEPT_BLANK

SUM_DIFFERS = "sum_differs"

# A reading below this is not seen by the ink; no sum may call it up.
INK_SUPPORTS = 0.02
# A cell that is blank with this certainty is nothing but a blank in the arithmetic, too.
SURELY_BLANK = 0.5
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
    priors = {
        name: _weights(name, beliefs.get(name), settled.get(name), edition) for name in names
    }
    factors = [Factor(total.total, total.parts, total.kind) for total in totals]
    found = marginals(priors, factors)
    weighed = {
        name: _weighed(belief, found.weights[name]) if name in names else belief
        for name, belief in beliefs.items()
    }
    holds = dict(zip(totals, found.differs, strict=True))
    return Weighed(weighed, _doubts(holds, weighed, settled))


def _unfolded(
    totals: tuple[Total, ...], beliefs: Mapping[str, Belief], settled: Mapping[str, Settled]
) -> list[Total]:
    """Sums whose total is written; a part that is itself a blank total becomes its own parts."""
    blank = {
        t.total: t
        for t in totals
        if t.kind == "sum" and _is_blank(t.total, beliefs, settled)
    }

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
    weights: Weights = {}
    for outcome in belief.outcomes:
        if outcome.probability >= INK_SUPPORTS:
            number = _number(outcome.state, outcome.value, name, edition)
            weights[number] = weights.get(number, 0.0) + outcome.probability
    unseen = max(1.0 - sum(weights.values()), 0.0)
    if unseen:
        weights[UNKNOWN] = weights.get(UNKNOWN, 0.0) + unseen
    return weights


def _number(state: State, value: object, name: str, edition: Edition) -> float | None:
    if state is State.ANSWERED and isinstance(value, int | float):
        return value
    if state is State.NOT_APPLICABLE:  # a dash or NIL in a column of counts
        return 0
    if state is State.BLANK and edition.blank_counts_as_zero(name):
        return 0
    return UNKNOWN


def _weighed(belief: Belief, weights: Weights, ) -> Belief:
    return belief
