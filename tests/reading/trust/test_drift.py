"""Noticing that the machine became worse, soon, and not for nothing."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.trust import NEVER
from cpims_scan.reading.trust.drift import (
    SHEETS_BETWEEN_FALSE_ALARMS,
    DriftWatch,
    evidence_of_drift,
    is_alarm,
    tightened,
)

TARGET = 0.0014


def test_evidence__one_wrong_reading__is_no_alarm() -> None:
    """A single slip happens at any accuracy."""
    assert not is_alarm(evidence_of_drift([0.0] * 50 + [1.0], TARGET))


def test_evidence__three_wrong_sheets_in_ten__is_an_alarm() -> None:
    """What happens once in 700 readings should not happen three times in ten sheets."""
    assert is_alarm(evidence_of_drift([0, 1, 0, 0, 1, 0, 0, 0, 0, 1], TARGET))


def test_evidence__good_years_do_not_hide_a_bad_month() -> None:
    """Ten thousand right sheets before make no difference to what is noticed now."""
    bad = [0.0, 1.0, 0.0, 1.0, 1.0]

    assert evidence_of_drift([0.0] * 10_000 + bad, TARGET) >= evidence_of_drift(bad, TARGET) * 0.9


def test_evidence__a_whole_sheet_wrong__counts_as_one_sheet() -> None:
    """One sheet read beside its boxes is one misfortune, however many of its fields were drawn."""
    assert evidence_of_drift([1.0], TARGET) == evidence_of_drift(
        [float(np.mean([1, 1, 1]))], TARGET
    )
    assert not is_alarm(evidence_of_drift([1.0], TARGET))


def test_watch__stakes_do_not_grow_while_the_target_holds() -> None:
    """On average over sheets at the target the next evidence is at most the present one."""
    watch = DriftWatch(TARGET, [5.0] * 5)
    before = sum(watch.wealth) / 5
    right, wrong = DriftWatch(TARGET, [5.0] * 5), DriftWatch(TARGET, [5.0] * 5)

    expected = (1 - TARGET) * right.see(0.0) + TARGET * wrong.see(1.0)

    assert expected <= before + 1e-9


def test_watch__at_the_target__alarms_as_rarely_as_promised() -> None:
    """The mean time between false alarms is not below what its constant says."""
    rng = np.random.default_rng(2006)
    sheets, alarms, watch = 40_000, 0, DriftWatch(TARGET)
    for share in rng.binomial(2, TARGET, sheets) / 2:  # a simulation is a loop
        if is_alarm(watch.see(float(share))):
            alarms, watch = alarms + 1, DriftWatch(TARGET)

    assert sheets / max(alarms, 1) >= SHEETS_BETWEEN_FALSE_ALARMS


def test_tightened__keeps_a_third_of_the_doubt() -> None:
    """Each step is clearly stricter, and the last one asks everything."""
    assert tightened(0.97) == 0.99
    assert tightened(0.9998) == NEVER
    assert tightened(NEVER) == NEVER
