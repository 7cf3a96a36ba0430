"""Message passing over sums, against the same sums counted out."""

from __future__ import annotations

import itertools
import math

import pytest

from cpims_scan.reading.factors import AGREES, DISAGREES, UNKNOWN, Factor, Weights, infer

PRIORS: dict[str, Weights] = {
    "a": {1: 0.5, 7: 0.4, UNKNOWN: 0.1},
    "b": {2: 0.9, 0: 0.1},
    "c": {3: 0.6, 9: 0.3, UNKNOWN: 0.1},
    "d": {4: 1.0},
    "e": {7: 0.5, 13: 0.5},
}
FACTORS = [Factor("c", ("a", "b")), Factor("e", ("c", "d"))]


def _counted_out(name: str) -> Weights:
    """Marginal of a name by summing over every assignment."""
    found: Weights = {}
    for numbers in itertools.product(*PRIORS.values()):
        row = dict(zip(PRIORS, numbers, strict=True))
        weight = math.prod(PRIORS[n][v] for n, v in row.items())
        for factor in FACTORS:
            parts = [row[p] for p in factor.parts]
            known = [p for p in parts if p is not UNKNOWN]
            if len(known) == len(parts) and row[factor.total] is not UNKNOWN:
                weight *= AGREES if sum(known) == row[factor.total] else DISAGREES
        found[row[name]] = found.get(row[name], 0.0) + weight
    whole = sum(found.values())
    return {number: weight / whole for number, weight in found.items()}


@pytest.mark.parametrize("name", PRIORS)
def test_infer__is_exact_on_sums_that_form_a_tree(name: str) -> None:
    """Row sums into a total give the same marginals as counting all assignments."""
    likelihood = infer(PRIORS, FACTORS).likelihoods[name]
    weights = {n: w * likelihood[n] for n, w in PRIORS[name].items()}
    told = {n: w / sum(weights.values()) for n, w in weights.items()}

    assert told == pytest.approx(_counted_out(name))


def test_infer__says_which_sum_differs() -> None:
    """Certain numbers that do not add up differ for certain; those that do, do not."""
    priors: dict[str, Weights] = {"a": {1: 1.0}, "b": {2: 1.0}, "c": {3: 1.0}, "d": {4: 1.0}}
    factors = [Factor("c", ("a", "b")), Factor("d", ("a", "b"))]

    assert infer(priors, factors).differs == pytest.approx((0.0, 1.0))


def test_infer__an_unknown_part_keeps_a_sum_silent() -> None:
    """A sum with a part that nobody can read tells nothing."""
    priors: dict[str, Weights] = {"a": {1: 0.5, 7: 0.5}, "b": {UNKNOWN: 1.0}, "c": {3: 1.0}}
    found = infer(priors, [Factor("c", ("a", "b"))])

    assert found.likelihoods["a"] == {1: 1.0, 7: 1.0}
    assert found.differs == (0.0,)
