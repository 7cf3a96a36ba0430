"""One hand makes one mistake often: sums of equal numbers are no independent witnesses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from cpims_scan.reading.factors import UNKNOWN, Factor, Inference, Number, Weights

# A number that a cell's reader did not name may still have all that its named ones leave over,
# and never less than this: the readers keep five strings.
NOT_NAMED = 1e-4

Groups = list[tuple[list[str], set[int]]]


def one_hand_limits(
    priors: Mapping[str, Weights],
    inks: Mapping[str, Weights],
    factors: Sequence[Factor],
    inference: Inference,
) -> dict[str, float]:
    """
    How sure a number may be at most, given that one hand wrote it and its sums.

    A row with a single count repeats it in its sub-total and its total. When the hand's 1 looks
    like a 7, it does so in all three, and the sums hold for both. So numbers that must be equal
    count as ONE look at the ink (the mean of theirs), and only sums around them are evidence.

    Args:
        priors: As the sums were given them.
        inks: By name, what the ink alone says of every number, however faint.
        factors: The sums.
        inference: What they said.

    Returns:
        By name; names that stand alone are left out.
    """
    best = best_numbers(priors, inference)
    limits: dict[str, float] = {}
    for group, inside in equal_groups(factors, best):
        around = [w for (i, n), w in inference.said.items() if n in group and i not in inside]
        sure = _limit(best[group[0]], [inks[name] for name in group], around)
        limits |= dict.fromkeys(group, sure)
    return limits


def best_numbers(priors: Mapping[str, Weights], inference: Inference) -> dict[str, Number]:
    """The likeliest number of every name, by ink and sums together."""
    return {name: _best(priors[name], inference.likelihoods[name]) for name in priors}


def _best(prior: Weights, likelihood: Weights) -> Number:
    return max(prior, key=lambda number: prior[number] * likelihood.get(number, 1.0))


def equal_groups(factors: Sequence[Factor], best: Mapping[str, Number]) -> Groups:
    """Names that must be equal, as all other parts of their sums are zero; and those sums."""
    group_of: dict[str, list[str]] = {}
    sums_of: dict[str, set[int]] = {}
    for index, factor in enumerate(factors):
        counted = [part for part in factor.parts if best[part] != 0]
        value = best[factor.total]
        if factor.kind != "sum" or [best[part] for part in counted] != [value]:
            continue
        if value is UNKNOWN:
            continue
        pair = (factor.total, counted[0])
        group = [n for name in pair for n in group_of.get(name, [name])]
        inside = {i for name in pair for i in sums_of.get(name, set())} | {index}
        for name in group:
            group_of[name], sums_of[name] = group, inside
    return [(g, sums_of[g[0]]) for g in {id(g): g for g in group_of.values()}.values()]


def _limit(value: Number, looks: Sequence[Weights], around: Sequence[Weights]) -> float:
    """Probability of the group's number against every other one it may be read as, all at once."""
    others = {n for look in looks for n in look if n not in (value, UNKNOWN)}
    # UNKNOWN stands for one more number, which nobody named: sums may speak against it only.
    odds = 0.0
    for other in (*others, UNKNOWN):
        ratios = [math.log(_chance(look, other) / _chance(look, value)) for look in looks]
        evidence = math.prod(_prefers(w, other, value) for w in around)
        evidence = min(evidence, 1.0) if other is UNKNOWN else evidence
        odds += math.exp(math.fsum(ratios) / len(ratios)) * evidence
    return 1 / (1 + odds)


def _chance(look: Weights, number: Number) -> float:
    """What one look gives a number; what is left over when it did not name it."""
    if number is not UNKNOWN and number in look:
        return max(look[number], NOT_NAMED)
    named = math.fsum(w for n, w in look.items() if n is not UNKNOWN)
    return max(1 - named, NOT_NAMED)


def _prefers(weights: Weights, other: Number, value: Number) -> float:
    """How much better a sum around fits the other number."""
    unknown = weights.get(UNKNOWN, 0.0)
    return weights.get(other, unknown) / max(weights.get(value, unknown), NOT_NAMED)
