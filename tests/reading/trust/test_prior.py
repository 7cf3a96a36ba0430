"""The thresholds that ship, and what they rest on."""

from __future__ import annotations

import pytest

from cpims_scan.domain.trust import NEVER, FieldClass
from cpims_scan.reading.trust.bound import Evidence
from cpims_scan.reading.trust.prior import JUDGED, SAFETY_FACTOR, priors, shipped_thresholds
from cpims_scan.settings import ACCURACY_TARGET


@pytest.mark.parametrize("name", list(FieldClass))
def test_priors__what_is_called_proven_leaves_the_margin(name: FieldClass) -> None:
    """The synthetic bound of a proven class is below half of what is allowed."""
    prior = priors()[name]

    assert not prior.is_proven or prior.bound.upper <= ACCURACY_TARGET / SAFETY_FACTOR


@pytest.mark.parametrize("name", list(FieldClass))
def test_priors__judgement_does_not_speak_for_more_than_it_was_made_for(name: FieldClass) -> None:
    """Who asks for ten times the accuracy sees what drawn sheets do not prove."""
    prior = priors(ACCURACY_TARGET / 10)[name]

    assert prior.is_proven or prior.least == NEVER


def test_shipped_thresholds__every_class_has_one() -> None:
    """No class is forgotten, and at the default target none is asked altogether."""
    shipped = shipped_thresholds()

    assert all(shipped.of(name) < NEVER for name in FieldClass)


@pytest.mark.parametrize("name", list(FieldClass))
def test_priors__drawn_sheets_never_loosen_what_was_judged(name: FieldClass) -> None:
    """Only an office's own paper does, whatever accuracy is asked for."""
    assert priors(0.1)[name].least >= JUDGED[name]


def test_priors__numbers_under_sums_are_proven() -> None:
    """Most of what is accepted is proven on drawn sheets, with its n."""
    prior = priors()[FieldClass.SUMMED]

    assert prior.is_proven
    assert prior.bound.n > 10_000


def test_evidence__more_readings_of_one_writer__less_effect() -> None:
    """Evidence of drawn sheets counts hands, too."""
    one, many = (Evidence(1000, 0, w, 0.0, 1000.0, 1000 / w, 4.0) for w in (2, 500))

    assert one.effective(0.001) < many.effective(0.001)
