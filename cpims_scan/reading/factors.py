"""Message passing over sums: what each number in a total says about all the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# A number that arithmetic cannot use: unread, blank without a rule, or not foreseen.
UNKNOWN = None
Number = float | None
Weights = dict[Number, float]

# One printed sum in ten of hand-filled returns does not hold (judgement; no office has
# counted): a total that agrees is evidence, not proof.
PAPER_DIFFERS = 0.1
# A total that does not follow from its parts could be about so many other numbers. Small on
# purpose: one hand makes the same mistake twice (a 1 like a 7 in the cell and in its total),
# so that agreement counts for less than chance alone would say.
OTHER_TOTALS = 20
AGREES = (1 - PAPER_DIFFERS) * OTHER_TOTALS
DISAGREES = PAPER_DIFFERS
# A percentage may be rounded to a whole one, up or down.
PERCENT_SLACK = 1.0
# Cell, row total, row, footer, percentage and back: six steps cross the deepest form. The
# same number bounds the approximation where sums form loops.
SWEEPS = 6
SETTLED = 1e-9
# Numbers kept of a long sum: beyond them nothing weighs in.
MOST_NUMBERS = 64


@dataclass(frozen=True, slots=True)
class Factor:
    """One printed sum: `total` is the sum of `parts`, or parts[0] in hundredths of parts[1]."""

    total: str
    parts: tuple[str, ...]
    kind: str = "sum"


@dataclass(frozen=True, slots=True)
class Inference:
    """
    What the sums say.

    Attributes:
        likelihoods: Per name and number, how well that number fits all sums around it; 1 for
            every number of a name means that they say nothing.
        differs: Per factor, probability that the sum does not hold on the paper.
    """

    likelihoods: dict[str, Weights]
    differs: tuple[float, ...]


Messages = dict[tuple[int, str], Weights]


def infer(priors: Mapping[str, Weights], factors: Sequence[Factor]) -> Inference:
    """
    Pass messages between numbers and sums until all have heard of each other.

    Args:
        priors: Weight of every number a cell may hold, UNKNOWN included.
        factors: The sums.

    Source: Kschischang, Frey, Loeliger, Factor graphs and the sum-product algorithm, 2001.
    """
    around: dict[str, list[int]] = {name: [] for name in priors}
    for index, factor in enumerate(factors):
        for name in (factor.total, *factor.parts):
            around[name].append(index)
    said: Messages = {}

    def hear(index: int, name: str) -> Weights:
        others = [said[i, name] for i in around[name] if i != index and (i, name) in said]
        return _scaled(_product(priors[name], others))

    for _ in range(SWEEPS):
        fresh: Messages = {}
        for index, factor in enumerate(factors):
            spoken = _speak(factor, lambda name, i=index: hear(i, name))
            fresh.update({(index, name): weights for name, weights in spoken.items()})
        is_still = _is_same(said, fresh)
        said = fresh
        if is_still:
            break
    likelihoods = {
        name: _product(dict.fromkeys(prior, 1.0), [said[i, name] for i in around[name]])
        for name, prior in priors.items()
    }
    differs = [_differs(f, lambda name, i=i: hear(i, name)) for i, f in enumerate(factors)]
    return Inference(likelihoods, tuple(differs))


Hear = Callable[[str], Weights]


def _speak(factor: Factor, hear: Hear) -> dict[str, Weights]:
    """What one sum says to each of its numbers, having heard all others."""
    total = hear(factor.total)
    parts = [hear(name) for name in factor.parts]
    if factor.kind == "percent":
        return _speak_percent(factor, total, parts)
    before = [{0.0: 1.0}]
    for part in parts:
        before.append(_add(before[-1], part))
    spoken = {factor.total: _about_total(total, before[-1])}
    after: Weights = {0.0: 1.0}
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if len(part) > 1:
            rest = _add(before[index], after)
            spoken[factor.parts[index]] = _about_part(part, total, rest)
        else:
            spoken[factor.parts[index]] = dict.fromkeys(part, 1.0)
        after = _add(after, part)
    return spoken


def _about_total(total: Weights, sums: Weights) -> Weights:
    known = math.fsum(w for s, w in sums.items() if s is not UNKNOWN)
    unknown = sums.get(UNKNOWN, 0.0)
    return _scaled(
        {
            t: known + unknown
            if t is UNKNOWN
            else DISAGREES * known + (AGREES - DISAGREES) * sums.get(t, 0.0) + unknown
            for t in total
        }
    )


def _about_part(part: Weights, total: Weights, rest: Weights) -> Weights:
    spoken: Weights = {}
    for number in part:
        sums = _add(rest, {number: 1.0})
        spoken[number] = sum(_masses(total, sums))
    return _scaled(spoken)


def _masses(total: Weights, sums: Weights) -> tuple[float, float, float]:
    """Weight of: the sum holds, it does not, it cannot be told."""
    known = math.fsum(w for s, w in sums.items() if s is not UNKNOWN)
    all_sums = known + sums.get(UNKNOWN, 0.0)
    all_totals = math.fsum(total.values())
    written = all_totals - total.get(UNKNOWN, 0.0)
    equal = math.fsum(w * sums.get(t, 0.0) for t, w in total.items() if t is not UNKNOWN)
    different = max(written * known - equal, 0.0)
    untold = max(all_totals * all_sums - written * known, 0.0)
    return AGREES * equal, DISAGREES * different, untold


def _differs(factor: Factor, hear: Hear) -> float:
    total = hear(factor.total)
    if factor.kind == "percent":
        weights = [0.0, 0.0, 0.0]
        for t, w, value in _percent_ways(factor, total, [hear(p) for p in factor.parts]):
            weights[1 if value == DISAGREES else 0] += w * value if t is not None else 0.0
        agree, disagree, untold = weights
    else:
        sums: Weights = {0.0: 1.0}
        for name in factor.parts:
            sums = _add(sums, hear(name))
        agree, disagree, untold = _masses(total, sums)
    everything = agree + disagree + untold
    return disagree / everything if everything else 0.0
