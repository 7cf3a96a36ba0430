"""The bound on the share wrong: exact where readings are of different writers, wider where not."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.trust import evidence_of, writers_rates
from cpims_scan.domain.trust import Checked
from cpims_scan.reading.trust.bound import (
    PRIOR_SPREAD,
    bound_of,
    clopper_pearson,
    spread_of,
    tail,
    weigh,
)


def _sample(n: int, wrong: int, writers: int, weight: float = 1.0) -> list[Checked]:
    return [Checked(0.99, i < wrong, str(i % writers), weight) for i in range(n)]


def _exact_tail(wrong: int, n: int, rate: Fraction) -> float:
    """The binomial tail in whole numbers."""
    return float(sum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(wrong + 1)))


@given(st.integers(1, 60), st.data())
def test_tail__equals_the_binomial_sum_in_whole_numbers(n: int, data: st.DataObject) -> None:
    """The continued fraction gives what adding up the exact terms gives."""
    wrong = data.draw(st.integers(0, n - 1))
    rate = Fraction(data.draw(st.integers(1, 999)), 1000)

    assert tail(wrong, n, float(rate)) == pytest.approx(_exact_tail(wrong, n, rate), abs=1e-12)


@pytest.mark.parametrize(
    ("wrong", "n", "expected"),
    [
        pytest.param(0, 100, 0.029513049607040, id="none of 100"),
        pytest.param(0, 2139, 0.0013995490636160, id="none of what 1.4 in 1,000 needs"),
        pytest.param(3, 5000, 0.0015499942797062, id="3 of 5,000"),
        pytest.param(12, 9000, 0.0021593922297994, id="12 of 9,000"),
        pytest.param(500, 100_000, 0.0053827307598187, id="500 of 100,000"),
    ],
)
def test_clopper_pearson__equals_scipy(wrong: int, n: int, expected: float) -> None:
    """Figures of scipy 1.17: beta.ppf(0.95, wrong + 1, n - wrong)."""
    assert clopper_pearson(wrong, n) == pytest.approx(expected, rel=1e-9)


def test_weigh__different_writers__bound_is_clopper_pearsons() -> None:
    """With one reading a writer nothing is clustered, whatever their spread is said to be."""
    bound = bound_of(weigh(_sample(1000, 2, 1000), spread=9.0))

    assert bound.upper == pytest.approx(clopper_pearson(2, 1000))
    assert (bound.n, bound.wrong, bound.writers) == (1000, 2, 1000)
    assert bound.effective == pytest.approx(1000)


def test_weigh__few_writers__say_less() -> None:
    """The same counts of ten writers give a wider bound than of a thousand."""
    many = bound_of(weigh(_sample(1000, 2, 1000), PRIOR_SPREAD))
    few = bound_of(weigh(_sample(1000, 2, 10), PRIOR_SPREAD))

    assert few.upper > many.upper
    assert few.effective < many.effective


def test_weigh__rare_draws_count_for_those_they_stand_for() -> None:
    """One wrong among those drawn one in ten weighs as ten of those drawn always."""
    often = [Checked(0.99, False, str(i), 1.0) for i in range(900)]
    rare = [Checked(0.99, i == 0, f"r{i}", 10.0) for i in range(10)]

    evidence = weigh([*often, *rare], 0.0)

    assert evidence.share == pytest.approx(10 / 1000)
    assert evidence.equal < 910


def test_weigh__nothing_checked__bounds_nothing() -> None:
    """No reading proves nothing: anything may be wrong."""
    bound = bound_of(weigh([], PRIOR_SPREAD))

    assert (bound.n, bound.upper) == (0, 1.0)


def test_spread_of__writers_alike__is_nothing() -> None:
    """Where every writer is misread equally often there is no spread to allow for."""
    rng = np.random.default_rng(2001)
    alike = [Checked(0.9, bool(rng.random() < 0.1), str(w)) for w in range(200) for _ in range(100)]

    assert spread_of(alike) < 0.1


def test_spread_of__a_few_bad_hands__is_seen() -> None:
    """A tenth of the writers make all of the errors: variance over squared mean is nine."""
    hands = [Checked(0.9, w < 10 and r % 2 == 0, str(w)) for w in range(100) for r in range(50)]

    assert spread_of(hands) == pytest.approx(9, rel=0.1)


def test_spread_of__too_few_errors__is_the_prior() -> None:
    """Three errors do not tell how writers differ."""
    assert spread_of(_sample(1000, 3, 100)) == PRIOR_SPREAD


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
def test_bound_of__new_writers__holds_in_95_of_100(spread: float) -> None:
    """The bound lies above the true rate in at least 95 of 100 samples of new writers."""
    rng, rate, held = np.random.default_rng(2002), 0.004, []
    for _ in range(300):  # a simulation is a loop
        rates = np.minimum(writers_rates(rng, rate, spread, 60), 0.95)
        sizes = rng.poisson(150, 60) + 1
        evidence = evidence_of(sizes, rng.binomial(sizes, rates), spread)
        held.append(bound_of(evidence).upper >= rate)

    assert np.mean(held) >= 0.95
