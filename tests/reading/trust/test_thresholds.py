"""The loosest threshold that a sample proves, tested in a fixed order."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.trust import Checked
from cpims_scan.reading.trust.bound import CONFIDENCE
from cpims_scan.reading.trust.thresholds import could_prove, evidence_by_step, needed, prove

TARGET = 0.02
# What MAPIE 1.6.0 proves on `_readings` of these seeds, by its own p-values and its fixed sequence
# test at 95 %; the last test asks it again where it is installed.
MAPIE_PROVES = {2003: 0.95, 2004: 0.9, 2005: 0.9}


def _readings(seed: int, n: int = 4000) -> list[Checked]:
    """Calibrated readings, each of a writer of its own: what MAPIE supposes."""
    rng = np.random.default_rng(seed)
    doubt = np.minimum(rng.exponential(np.where(rng.random(n) < 0.8, 0.01, 0.2)), 0.9)
    wrong = rng.random(n) < doubt
    return [
        Checked(float(p), bool(w), str(i))
        for i, (p, w) in enumerate(zip(1 - doubt, wrong, strict=True))
    ]


def test_needed__double_keyings_accuracy__takes_2139_readings() -> None:
    """1.4 in 1,000 at 95 % is proven by 2,139 readings without an error, and by no fewer."""
    assert 2138 < needed(0.0014) <= 2139


def test_prove__too_few_readings__proves_nothing() -> None:
    """However right they were."""
    few = [Checked(1.0, False, str(i)) for i in range(2000)]

    assert prove(evidence_by_step(few), 0.0014) is None


def test_prove__enough_right_readings__proves_with_its_n() -> None:
    """The bound comes with how many were checked."""
    proven = prove(evidence_by_step([Checked(1.0, False, str(i)) for i in range(2200)]), 0.0014)

    assert proven is not None
    assert proven.bound.n == 2200
    assert proven.bound.upper < 0.0014


def test_prove__first_failure_ends_the_test() -> None:
    """A looser threshold that would pass by luck behind one that fails is not taken."""
    sure = [Checked(0.9999, False, f"a{i}") for i in range(2200)]
    wrong = [Checked(0.9985, True, f"b{i}") for i in range(10)]
    right = [Checked(0.96, False, f"c{i}") for i in range(50_000)]

    proven = prove(evidence_by_step([*sure, *wrong, *right]), 0.0014)

    assert proven is not None
    assert proven.least == 0.999


def test_prove__what_it_proves_holds_for_all_readings() -> None:
    """In at least 95 % of 60 samples the share wrong beyond the threshold is below the target."""
    probabilities = np.array([c.probability for c in _readings(2099, 100_000)])
    false = 0
    for seed in range(2100, 2160):  # a simulation is a loop
        proven = prove(evidence_by_step(_readings(seed)), TARGET)
        kept = probabilities[probabilities >= (proven.least if proven else 1.0)]
        false += bool(kept.size and (1 - kept).mean() > TARGET)

    assert false <= 3


@pytest.mark.parametrize("seed", sorted(MAPIE_PROVES))
def test_prove__equals_what_mapie_proves(seed: int) -> None:
    """Learn-then-test of another house proves the same threshold, no writers being clustered."""
    proven = prove(evidence_by_step(_readings(seed)), TARGET)

    assert proven is not None
    assert proven.least == MAPIE_PROVES[seed]


@pytest.mark.parametrize("seed", sorted(MAPIE_PROVES))
def test_mapie__proves_what_is_written_down_here(seed: int) -> None:
    """The figures above are MAPIE's own, p-values included; asked again where it is installed."""
    methods = pytest.importorskip("mapie.risk_control.methods", reason="MAPIE is not installed")
    fwer = pytest.importorskip("mapie.risk_control.fwer_control")
    steps = [s for s in evidence_by_step(_readings(seed)) if could_prove(s[1], TARGET, CONFIDENCE)]
    counts = np.array([evidence.n for _, evidence in steps], float)
    # A hair less than the share: MAPIE rounds n times the share up, also where it is k + 1e-13.
    shares = np.array([max(e.wrong - 1e-6, 0.0) / e.n for _, e in steps])

    theirs = methods.compute_hoeffding_bentkus_p_value(shares, counts, TARGET, binary=True)[:, 0]
    passed = fwer.control_fwer(theirs, 1 - CONFIDENCE, "fixed_sequence")

    assert [e.p_value(TARGET) for _, e in steps] == pytest.approx(list(theirs), rel=1e-6)
    assert steps[max(passed)][0] == MAPIE_PROVES[seed]
