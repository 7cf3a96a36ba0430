"""What a machine may keep."""

from __future__ import annotations

from typing import Any

import pytest

from cpims_scan.domain.record import Decision, State
from cpims_scan.domain.trust import FieldClass, Thresholds
from cpims_scan.reading.outcomes import Belief, Outcome
from cpims_scan.reading.trust.judge import Classes, judge
from tests.reading.paper_forms import cell, edition_of, label, one_field, read

LEAST = 0.98


def _judged(outcome: Outcome, **words: Any) -> tuple[Decision, tuple[str, ...]]:
    return judge(one_field(**words).form.fields["answer"], Belief((outcome,)), LEAST)


def test_judge__accepts_from_the_threshold_of_its_class() -> None:
    """At the threshold a number is kept, just below it is asked."""
    at, below = LEAST, LEAST - 0.001

    assert _judged(Outcome(State.ANSWERED, 7, at, ink=at)) == (Decision.ACCEPT, ())
    assert _judged(Outcome(State.ANSWERED, 7, below, ink=below))[1] == ("low_probability",)


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


def test_decode__thresholds_passed_in__decide() -> None:
    """The same ink is kept or asked as the thresholds in force say."""
    edition, seen = one_field(), cell("answer", ("7", 0.97), ("1", 0.03))
    loose = Thresholds({FieldClass.NUMBER: 0.9})
    strict = Thresholds({FieldClass.NUMBER: 0.99})

    assert read(edition, [seen], thresholds=loose)["answer"].decision is Decision.ACCEPT
    assert read(edition, [seen], thresholds=strict)["answer"].decision is Decision.REVIEW


def test_decode__class_without_a_threshold__is_asked() -> None:
    """What nobody said to trust is not trusted."""
    seen = cell("answer", ("7", 1.0))

    read_back = read(one_field(), [seen], thresholds=Thresholds({}))["answer"]

    assert read_back.reasons == ("low_probability",)


@pytest.mark.parametrize(
    ("state", "source", "expected"),
    [
        pytest.param(State.ANSWERED, "ink", FieldClass.NUMBER, id="hand"),
        pytest.param(State.ANSWERED, "print", FieldClass.PRINT, id="print"),
        pytest.param(State.BLANK, "ink", FieldClass.BLANK, id="blank"),
        pytest.param(State.NOT_APPLICABLE, "ink", FieldClass.NUMBER, id="a dash is a reading"),
    ],
)
def test_classes__by_what_was_read(state: State, source: str, expected: FieldClass) -> None:
    """A blank, a typed and a written number are trusted each for itself."""
    assert Classes.of(one_field()).of_reading("answer", state, source) is expected


def test_classes__parts_and_totals_of_a_printed_sum_are_a_class() -> None:
    """A number that a sum confirms is not one that stands alone."""
    names = ("boys", "girls", "all", "age")
    fields = [{"name": n, "type": "integer", "label": label(n)} for n in names]
    places = {n: {"reader": "number", "box": [0, 9 * i, 20, 5]} for i, n in enumerate(names)}
    sums = [{"total": "all", "parts": ["boys", "girls"]}]
    classes = Classes.of(edition_of({"fields": fields}, {"places": places, "sums": sums}))

    found = [classes.of_reading(name, State.ANSWERED, "ink") for name in names]

    assert found == [*[FieldClass.SUMMED] * 3, FieldClass.NUMBER]


def test_classes__a_choice_written_as_a_word_is_no_mark() -> None:
    """Marks in cells are one class, words that stand for a choice another."""
    names = ("marked", "written")
    fields = [{"name": n, "type": "select_one list", "label": label(n)} for n in names]
    choices = {"list": [{"name": "low", "label": label("low")}]}
    places = {
        "marked": {"reader": "cells", "options": {"low": [0, 0, 10, 5]}},
        "written": {"reader": "text", "box": [0, 9, 20, 5]},
    }
    form = {"fields": fields, "choices": choices}
    classes = Classes.of(edition_of(form, {"places": places}))

    found = [classes.of_reading(name, State.ANSWERED, "ink") for name in names]

    assert found == [FieldClass.MARK, FieldClass.WORD]
