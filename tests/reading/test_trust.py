"""What a machine may keep."""

from __future__ import annotations

from typing import Any

import pytest

from cpims_scan.domain.record import Decision, Kind, State
from cpims_scan.reading.outcomes import Belief, Outcome
from cpims_scan.reading.trust import ACCEPT, ACCEPT_BLANK, judge
from tests.reading.paper_forms import one_field


def _judged(outcome: Outcome, **words: Any) -> tuple[Decision, tuple[str, ...]]:
    return judge(one_field(**words).form.fields["answer"], Belief((outcome,)))


def test_judge__accepts_from_the_threshold_of_its_kind() -> None:
    """At the threshold a number is kept, just below it is asked."""
    at, below = ACCEPT[Kind.NUMBER], ACCEPT[Kind.NUMBER] - 0.001

    assert _judged(Outcome(State.ANSWERED, 7, at, ink=at)) == (Decision.ACCEPT, ())
    assert _judged(Outcome(State.ANSWERED, 7, below, ink=below))[1] == ("low_probability",)


def test_judge__a_doubtful_blank_is_asked() -> None:
    """Ink must not be called blank: a blank needs to be surer than a number."""
    p = ACCEPT_BLANK - 0.001

    assert _judged(Outcome(State.BLANK, None, p, ink=p))[0] is Decision.REVIEW


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(Outcome(State.ANSWERED, 1, 0.999, ink=0.4, source="sum"), id="a number"),
        pytest.param(Outcome(State.BLANK, None, 0.999, ink=0.8, source="sum"), id="a blank"),
    ],
)
def test_judge__what_the_ink_does_not_say_first_is_only_proposed(outcome: Outcome) -> None:
    """However well a sum fits, a person sees what it prefers against the ink."""
    assert _judged(outcome)[1] == ("low_probability",)


def test_judge__what_the_pack_demands_is_asked_however_sure_the_machine_is() -> None:
    """A field that is keyed twice is asked for that reason alone."""
    judged = _judged(Outcome(State.ANSWERED, 7, 1.0, ink=1.0), second_key=True)

    assert judged == (Decision.REVIEW, ("second_key",))
