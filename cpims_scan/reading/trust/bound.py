"""An upper bound on the share of readings that are wrong, though some hands are worse than others.

Errors come in clusters: whoever writes sevens like ones does so on every sheet. Readings of one
writer therefore say less than as many of different writers. The exact binomial bound is taken
on the number of readings that would say as much if all were of different writers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cpims_scan.domain.trust import Bound, Checked
from cpims_scan.settings import ACCURACY_TARGET

CONFIDENCE = 0.95
# Variance of the writers' error rates over their squared mean, when a sample cannot tell it: eight
# times the 0.5 of the digits net on 53 writers of NIST that trained nothing (benchmarks/trust.py),
# because an office's pens, scanner and paper come in clusters as well.
PRIOR_SPREAD = 4.0
# With fewer errors or writers than these the spread is not told from chance.
LEAST_ERRORS = 20
LEAST_WRITERS = 10
FAR = 10.0
MOST_WRONG = 0.5
BISECTIONS = 60  # halvings of 0..1: exact to the last bit that a bound needs
CONTINUED = 500  # terms; the fraction converges in about the square root of n
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What a sample of one class says, put together.

    Attributes:
        n: Readings checked.
        wrong: Of those.
        writers: Whose they are.
        share: Estimated share wrong among all readings (Hajek's ratio of weighted sums).
        equal: Readings of equal weight that say as much (Kish).
        per_writer: Readings a writer, as a reading meets them: sum of squares over sum.
        spread: Squared coefficient of variation of the writers' error rates, see `spread_of`.
    """

    n: int
    wrong: int
    writers: int
    share: float
    equal: float
    per_writer: float
    spread: float

    def effective(self, rate: float) -> float:
        """
        Count as many readings of different writers as would say as much, where `rate` is wrong.

        The design effect of writers is 1 + (m - 1) rho, with m readings a writer and rho the
        correlation of two readings of one writer. Error rates of writers with mean p and variance
        spread * p squared give rho = spread * p / (1 - p). Writers do not differ by so much where
        far more is wrong than was seen, so p is not followed beyond `FAR` times that.
        """
        rate = min(rate, FAR * max(self.share, ACCURACY_TARGET), MOST_WRONG)
        correlation = min(self.spread * rate / (1.0 - rate), 1.0)
        return self.equal / (1.0 + (self.per_writer - 1.0) * correlation)

    def p_value(self, rate: float) -> float:
        """Probability of so few errors, or fewer, if a share of at least `rate` were wrong."""
        effective = self.effective(rate)
        return tail(self.share * effective, effective, rate)

    def upper(self, confidence: float = CONFIDENCE) -> float:
        """Give the largest rate that the sample does not rule out; 1 when nothing was checked."""
        low, high = self.share, 1.0
        if not self.n or low >= 1.0:
            return 1.0
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            if self.p_value(middle) > 1.0 - confidence:
                low = middle
            else:
                high = middle
        return high


def weigh(checked: Sequence[Checked], spread: float) -> Evidence:
    """
    Put together what a sample of one class says about the share that is wrong.

    The bound of the result is exact when `spread` is 0 and all weights are equal; else it is
    Korn and Graubard's: the exact bound on the effective number of readings.

    Source: Clopper and Pearson, Biometrika 26, 1934; Korn and Graubard, Survey Methodology 24,
    1998 (effective size in the exact bound); Kish, Survey Sampling, 1965, 5.4 (clusters) and 11.7
    (unequal weights).
    """
    if not checked:
        return Evidence(0, 0, 0, 0.0, 0.0, 1.0, spread)
    weights = np.array([c.weight for c in checked])
    wrong = np.array([c.is_wrong for c in checked])
    sizes = np.array(list(Counter(c.writer for c in checked).values()), float)
    return Evidence(
        n=len(checked),
        wrong=int(wrong.sum()),
        writers=len(sizes),
        share=float(weights[wrong].sum() / weights.sum()),
        equal=float(weights.sum() ** 2 / (weights**2).sum()),
        per_writer=float((sizes**2).sum() / sizes.sum()),
        spread=spread,
    )


def bound_of(evidence: Evidence, confidence: float = CONFIDENCE) -> Bound:
    """State the bound with its n: a bound without one means nothing."""
    upper = evidence.upper(confidence)
    effective = evidence.effective(upper) if evidence.n else 0.0
    return Bound(evidence.n, evidence.wrong, evidence.writers, effective, upper)


def spread_of(checked: Iterable[Checked]) -> float:
    """
    Estimate how much the writers' error rates differ: their variance over their squared mean.

    Pairs of readings of one writer that are both wrong estimate the mean square of the writers'
    rates without bias; with too few errors or writers the prior speaks instead. To be
    taken over all readings of a class, not only accepted ones: there errors are plenty.

    Source: Kleinman, Proportions with extraneous variance, J. Am. Stat. Assoc. 68, 1973.
    """
    by_writer: dict[str, list[int]] = {}
    for c in checked:
        by_writer.setdefault(c.writer, []).append(int(c.is_wrong))
    wrong = np.array([sum(found) for found in by_writer.values()], float)
    sizes = np.array([len(found) for found in by_writer.values()], float)
    pairs = float((sizes * (sizes - 1.0)).sum())
    if wrong.sum() < LEAST_ERRORS or len(wrong) < LEAST_WRITERS or not pairs:
        return PRIOR_SPREAD
    mean = wrong.sum() / sizes.sum()
    square = float((wrong * (wrong - 1.0)).sum()) / pairs
    return max(square / float(mean**2) - 1.0, 0.0)


def clopper_pearson(wrong: float, n: float, confidence: float = CONFIDENCE) -> float:
    """
    Give the largest error rate that would still show as few errors in 1 - `confidence` of samples.

    Args:
        wrong: Errors seen; need not be whole after weighting.
        n: Readings checked, effective.
        confidence: One-sided.

    Source: Clopper and Pearson 1934, by way of the beta distribution: I_p(wrong + 1, n - wrong).
    """
    if n <= wrong:
        return 1.0
    low, high = wrong / n, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if tail(wrong, n, middle) > 1.0 - confidence:
            low = middle
        else:
            high = middle
    return high


def tail(wrong: float, n: float, rate: float) -> float:
    """Probability of at most `wrong` errors among n when a share `rate` is wrong: a p-value."""
    if n <= wrong or rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 0.0
    return 1.0 - _beta_share(rate, wrong + 1.0, n - wrong)


def _beta_share(x: float, a: float, b: float) -> float:
    """
    Regularised incomplete beta function, by its continued fraction.

    Source: Press et al., Numerical Recipes, 3rd edition, 6.4 (Lentz's method).
    """
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta_share(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    product = d
    for m in range(1, CONTINUED):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = product
        for term in (even, odd):
            d, c = 1.0 / _not_zero(1.0 + term * d), _not_zero(1.0 + term / c)
            product *= c * d
        if abs(product - before) <= abs(before) * 1e-15:
            break
    return product


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
