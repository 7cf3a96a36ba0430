"""Noticing at once that machines became worse: a sequential test over the blind sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cpims_scan.domain.trust import NEVER

# How many times the target the machine may have become wrong: small slips and broken scanners.
TIMES = (2.0, 4.0, 8.0, 16.0, 32.0)
MOST_WRONG = 0.5  # no alternative is worse than a coin
# A machine that is exactly as good as the target alarms once in so many checked sheets or more
# rarely. At 200 two or three wrong readings close together alarm; of 200 simulated years at the
# target 9 % had a false alarm, at half the target 0.5 % (benchmarks/trust.py).
SHEETS_BETWEEN_FALSE_ALARMS = 200.0
# Each step keeps a third of the doubt: an alarm doubles at the least what is proven to be wrong.
TIGHTER = 3.0
LEAST_DOUBT = 1e-4  # calibration says nothing beyond: everything of the class is seen


@dataclass(slots=True)
class DriftWatch:
    """
    Weighs the evidence that more than `target` of what is accepted is wrong, now.

    Every checked sheet is a bet on each alternative of `TIMES` whose stake stays as it is on
    average, or shrinks, while the target holds, whatever the errors of one sheet have to do with
    each other; a bet that lost is made anew, so that good years do not hide a bad month. The mean
    over the alternatives is an e-detector: on average it passes a level c not before c sheets.

    Source: Wald, Sequential Analysis, 1947 (the likelihood ratio, here linear in the share);
    Page, Biometrika 41, 1954 (CUSUM); Waudby-Smith and Ramdas, J. R. Stat. Soc. B 86, 2024
    (betting); Shin, Ramdas and Rinaldo, E-detectors, 2023 (arXiv 2203.03532).
    """

    target: float
    wealth: list[float] = field(default_factory=lambda: [1.0] * len(TIMES))

    def see(self, share_wrong: float) -> float:
        """Take in the share wrong, 0..1, among one sheet's checked fields; gives the evidence."""
        target, surprise = self.target, share_wrong - self.target
        for i, times in enumerate(TIMES):
            stake = (min(times * target, MOST_WRONG) - target) / (target * (1.0 - target))
            self.wealth[i] = max(self.wealth[i], 1.0) * (1.0 + stake * surprise)
        return sum(self.wealth) / len(self.wealth)


def evidence_of_drift(shares_wrong: Iterable[float], target: float) -> float:
    """Evidence after the last of these sheets, in their order; `is_alarm` reads it."""
    watch, evidence = DriftWatch(target), 1.0
    for share in shares_wrong:
        evidence = watch.see(share)
    return evidence


def is_alarm(evidence: float) -> bool:
    """Whether a threshold is tightened now."""
    return evidence >= SHEETS_BETWEEN_FALSE_ALARMS


def tightened(least: float) -> float:
    """Give the next stricter threshold; after the last everything is seen by a person."""
    doubt = (1.0 - least) / TIGHTER
    return round(1.0 - doubt, 5) if doubt >= LEAST_DOUBT else NEVER
