"""Message passing over sums: what each number in a total says about all the others."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# A number that arithmetic cannot use: unread, blank without a rule, or not foreseen.
UNKNOWN = None
Number = float | None
Weights = dict[Number, float]
Messages = dict[tuple[int, str], Weights]

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
        said: What each factor, by its index, says to each of its numbers in doubt.
    """

    likelihoods: dict[str, Weights]
    differs: tuple[float, ...]
    said: Messages


Hear = Callable[[str], Weights]
ZERO: Weights = {0: 1.0}


@dataclass(frozen=True, slots=True)
class _Link:
    """A sum of which only what is in doubt is left: fixed parts are counted once, in `base`."""

    total: str
    parts: tuple[str, ...]
    base: Weights
    kind: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.total, *self.parts)


def infer(priors: Mapping[str, Weights], factors: Sequence[Factor]) -> Inference:
    """
    Pass messages between numbers and sums until all have heard of each other.

    Args:
        priors: Weight of every number a cell may hold, UNKNOWN included.
        factors: The sums.

    Source: Kschischang, Frey, Loeliger, Factor graphs and the sum-product algorithm, 2001.
    """
    links = [_link(factor, priors) for factor in factors]
    around: dict[str, list[int]] = {name: [] for name in priors}
    for index, link in enumerate(links):
        for name in link.names:
            around[name].append(index)
    said: Messages = {}

    def hear(index: int, name: str) -> Weights:
        others = [said[i, name] for i in around[name] if i != index and (i, name) in said]
        return _scaled(_product(priors[name], others)) if others else priors[name]

    for _ in range(SWEEPS):
        fresh: Messages = {}
        for index, link in enumerate(links):
            fresh |= _speak(index, link, functools.partial(hear, index))
        is_still = _is_same(said, fresh)
        said = fresh
        if is_still:
            break
    heard = {n: [said[i, n] for i in around[n] if (i, n) in said] for n in priors}
    likelihoods = {n: _product(dict.fromkeys(w, 1.0), heard[n]) for n, w in priors.items()}
    differs = [_differs(link, functools.partial(hear, i)) for i, link in enumerate(links)]
    return Inference(likelihoods, tuple(differs), said)


def _link(factor: Factor, priors: Mapping[str, Weights]) -> _Link:
    if factor.kind == "percent":
        return _Link(factor.total, factor.parts, ZERO, factor.kind)
    base, free = ZERO, []
    for name in factor.parts:
        if len(priors[name]) == 1:
            base = _add(base, priors[name])
        else:
            free.append(name)
    return _Link(factor.total, tuple(free), base, factor.kind)


def _speak(index: int, link: _Link, hear: Hear) -> Messages:
    """What one sum says to each of its numbers in doubt, having heard all others."""
    if UNKNOWN in link.base and len(link.base) == 1:
        return {}  # a part that nobody can read: the sum tells nothing
    total = hear(link.total)
    parts = [hear(name) for name in link.parts]
    if link.kind == "percent":
        # A percentage is told by the counts; it is too coarse to tell them anything.
        return {(index, link.total): _about_total(total, _percentages(parts, total))}
    before = [link.base]
    for part in parts:
        before.append(_add(before[-1], part))
    spoken: Messages = {}
    if len(total) > 1:
        spoken[index, link.total] = _about_total(total, before[-1])
    after = ZERO
    for i in range(len(parts) - 1, -1, -1):
        rest = _add(before[i], after)
        spoken[index, link.parts[i]] = _about_part(parts[i], total, rest)
        after = _add(after, parts[i])
    return spoken


def _about_total(total: Weights, sums: Weights) -> Weights:
    return _scaled({t: math.fsum(_masses({t: 1.0}, sums)) for t in total})


def _about_part(part: Weights, total: Weights, rest: Weights) -> Weights:
    return _scaled({n: math.fsum(_masses(total, _add(rest, {n: 1.0}))) for n in part})


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


def _differs(link: _Link, hear: Hear) -> float:
    total = hear(link.total)
    parts = [hear(name) for name in link.parts]
    if link.kind == "percent":
        sums = _percentages(parts, total)
    else:
        sums = functools.reduce(_add, parts, link.base)
    agree, disagree, untold = _masses(total, sums)
    everything = agree + disagree + untold
    return disagree / everything if everything else 0.0


def _percentages(parts: Sequence[Weights], total: Weights) -> Weights:
    """Hundredths of the second part that the first is, as the nearest candidate of the total."""
    found: Weights = {}
    written = [t for t in total if t is not UNKNOWN]
    for a, weight_a in parts[0].items():
        for b, weight_b in parts[1].items():
            percent = UNKNOWN if a is UNKNOWN or b is UNKNOWN or b == 0 else 100 * a / b
            if percent is not UNKNOWN and written:
                percent = _nearest(percent, written)
            found[percent] = found.get(percent, 0.0) + weight_a * weight_b
    return found


def _nearest(percent: float, written: Sequence[float]) -> float:
    distance, nearest = min((abs(number - percent), number) for number in written)
    return nearest if distance < PERCENT_SLACK else percent


def _add(one: Weights, other: Weights) -> Weights:
    """Weights of the sum of two numbers; with UNKNOWN in it, it is UNKNOWN."""
    added: Weights = {}
    for a, weight_a in one.items():
        for b, weight_b in other.items():
            number = UNKNOWN if a is UNKNOWN or b is UNKNOWN else a + b
            added[number] = added.get(number, 0.0) + weight_a * weight_b
    if len(added) <= MOST_NUMBERS:
        return added
    kept = sorted(added.items(), key=lambda item: -item[1])
    lost = math.fsum(weight for _, weight in kept[MOST_NUMBERS:])
    short = dict(kept[:MOST_NUMBERS])
    short[UNKNOWN] = short.get(UNKNOWN, 0.0) + lost
    return short


def _product(weights: Weights, others: Sequence[Weights]) -> Weights:
    return {n: w * math.prod(other.get(n, 0.0) for other in others) for n, w in weights.items()}


def _scaled(weights: Weights) -> Weights:
    """Same proportions, largest 1: long products neither vanish nor grow."""
    largest = max(weights.values(), default=0.0)
    return {n: w / largest for n, w in weights.items()} if largest else weights


def _is_same(one: Messages, other: Messages) -> bool:
    return one.keys() == other.keys() and all(
        abs(one[key][n] - w) < SETTLED for key, weights in other.items() for n, w in weights.items()
    )
