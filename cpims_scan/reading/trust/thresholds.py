"""From a stated accuracy to a threshold: the loosest that a sample proves, in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cpims_scan.domain.trust import Bound, Checked
from cpims_scan.reading.trust.bound import CONFIDENCE, Evidence, bound_of, spread_of, weigh

# Doubt that is let pass, strictest first. Fixed before any sample is seen: a grid that followed
# the sample would need a correction for every step.
DOUBTS = (0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1)
GRID = tuple(round(1.0 - doubt, 4) for doubt in DOUBTS)


@dataclass(frozen=True, slots=True)
class Proven:
    """A threshold that a sample proves for a target, with the bound on what it keeps."""

    least: float
    bound: Bound


def evidence_by_step(checked: Sequence[Checked]) -> list[tuple[float, Evidence]]:
    """What a sample of one class says about everything that each threshold would keep."""
    spread = spread_of(checked)
    return [
        (least, weigh([c for c in checked if c.probability >= least], spread)) for least in GRID
    ]


def prove(
    steps: Sequence[tuple[float, Evidence]], target: float, confidence: float = CONFIDENCE
) -> Proven | None:
    """
    Find the loosest threshold whose share wrong is proven to be below `target`.

    Thresholds are tested from the strictest on, and the first that fails ends the test: so all
    that came before it hold together at `confidence`, without a correction for their number.
    Where too few readings are kept to prove anything even without an error, the test has not
    begun yet; that is told by their number alone, so it takes nothing from the confidence.

    Args:
        steps: Thresholds, strictest first, with what the sample says of each.
        target: Share wrong among the accepted, 0..1.
        confidence: That no threshold is called proven that is not.

    Returns:
        The threshold with its bound at `confidence`, or None when the sample proves none.

    Source: Angelopoulos et al., Learn then test, 2021 (arXiv 2110.01052), fixed sequence testing;
    Maurer, Hothorn and Lehmacher 1995; Bauer, Statistics in Medicine 10, 1991.
    """
    found = None
    for least, evidence in steps:
        if not could_prove(evidence, target, confidence):
            continue
        if evidence.p_value(target) > 1.0 - confidence:
            break
        found = Proven(least, bound_of(evidence, confidence))
    return found


def could_prove(evidence: Evidence, target: float, confidence: float) -> bool:
    """Whether so many readings would prove the target if none of them were wrong."""
    return evidence.effective(target) >= needed(target, confidence)


def needed(target: float, confidence: float = CONFIDENCE) -> float:
    """Count the readings of different writers that prove a target when none is wrong."""
    return math.log(1.0 - confidence) / math.log1p(-target)
