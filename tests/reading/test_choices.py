"""Marks on the options of a choice."""

from __future__ import annotations

import pytest

from cpims_scan.domain.record import Decision, State
from cpims_scan.reading.choices import choice_outcomes
from tests.reading.paper_forms import cell, choice, marks, read

EMPTY, MARKED, STRUCK = "empty", "marked", "cancelled"


def test_choice__one_mark_is_the_answer() -> None:
    """One option marked, the others empty."""
    field = read(choice(), marks(low=EMPTY, medium=MARKED, high=EMPTY))["answer"]

    assert (field.state, field.value) == (State.ANSWERED, "medium")
    assert field.decision is Decision.ACCEPT


def test_choice__no_mark_is_blank() -> None:
    """Nothing marked is an answer of its own kind, never the first option."""
    field = read(choice(), marks(low=EMPTY, medium=EMPTY, high=EMPTY))["answer"]

    assert (field.state, field.value) == (State.BLANK, None)
    assert field.decision is Decision.ACCEPT


def test_choice__two_marks_are_asked_with_both_offered() -> None:
    """Two marks have no value, and a person is offered the two."""
    field = read(choice(), marks(low=MARKED, medium=EMPTY, high=MARKED))["answer"]

    assert (field.state, field.value) == (State.UNREAD, None)
    assert field.reasons == ("two_marks",)
    assert {a.value for a in field.alternatives} == {"low", "high"}


def test_choice__a_corrected_mark_is_proposed_and_seen() -> None:
    """One struck out, another marked: the marked one, but a person looks."""
    field = read(choice(), marks(low=STRUCK, medium=MARKED, high=EMPTY))["answer"]

    assert field.value == "medium"
    assert field.reasons == ("cancelled_mark",)


def test_choice__all_but_one_struck_out_means_the_one_left() -> None:
    """Striking out what does not apply is a way of answering."""
    field = read(choice(), marks(low=STRUCK, medium=STRUCK, high=EMPTY))["answer"]

    assert field.value == "high"
    assert field.reasons == ("others_struck",)


def test_choice__all_struck_out_is_crossed_out() -> None:
    """Every option struck out leaves no answer, and a person looks."""
    field = read(choice(), marks(low=STRUCK, medium=STRUCK, high=STRUCK))["answer"]

    assert field.state is State.CROSSED_OUT
    assert field.decision is Decision.REVIEW


def test_choice__one_of_three_struck_out_alone_is_proposed_and_seen() -> None:
    """A lone stroke through one of three options is likelier a cross that marks it."""
    field = read(choice(), marks(low=STRUCK, medium=EMPTY, high=EMPTY))["answer"]

    assert (field.value, field.reasons) == ("low", ("cancelled_mark",))


def test_choice__one_of_two_struck_out_offers_both() -> None:
    """A stroke through one of two options strikes it out or crosses it: both are offered."""
    field = read(choice(names="yes no"), marks(yes=STRUCK, no=EMPTY))["answer"]

    assert (field.value, field.reasons) == ("no", ("others_struck",))
    assert [a.value for a in field.alternatives] == ["yes"]


def test_choice__a_faint_mark_is_never_a_silent_blank() -> None:
    """A cell that may be marked keeps the field from being accepted as blank."""
    cells = [
        cell("answer", ("empty", 0.97), ("marked", 0.03), part="low"),
        cell("answer", ("empty", 1.0), part="medium"),
        cell("answer", ("empty", 1.0), part="high"),
    ]
    field = read(choice(), cells)["answer"]

    assert field.state is State.BLANK
    assert field.reasons == ("low_probability",)
    assert [a.value for a in field.alternatives] == ["low"]


def test_choice__probabilities_of_all_ways_sum_to_one() -> None:
    """Every way to mark three options is one outcome."""
    seen = (("marked", 0.5), ("empty", 0.3), ("cancelled", 0.2))
    cells = [cell("answer", *seen, part=name) for name in ("low", "medium", "high")]
    outcomes = choice_outcomes(choice().form.fields["answer"], cells)

    assert sum(o.probability for o in outcomes) == pytest.approx(1.0)


def test_choice__several_answers_where_the_form_allows_them() -> None:
    """A select_multiple gives all that are marked, in the form's order."""
    field = read(choice("select_multiple"), marks(low=MARKED, medium=EMPTY, high=MARKED))["answer"]

    assert field.value == ["low", "high"]
    assert field.decision is Decision.ACCEPT


def test_choice__a_missing_option_is_not_certified() -> None:
    """A choice whose options did not all come is not accepted."""
    field = read(choice(), marks(low=MARKED, medium=EMPTY))["answer"]

    assert field.decision is Decision.REVIEW
    assert "not_certified" in field.reasons


def test_choice__what_decides_about_a_child_is_always_seen() -> None:
    """A field of `review: always` is asked however sure the reader is, marked or not."""
    edition = choice(review="always")
    marked = read(edition, marks(low=MARKED, medium=EMPTY, high=EMPTY))["answer"]
    blank = read(edition, marks(low=EMPTY, medium=EMPTY, high=EMPTY))["answer"]

    assert (marked.reasons, blank.reasons) == (("always_seen",), ("always_seen",))


def test_choice__a_lossy_map_is_asked() -> None:
    """A choice whose CPIMS code is only inferred is confirmed by a person."""
    edition = choice(central={"table": "t", "column": "c", "ask": ["low"]})
    low = read(edition, marks(low=MARKED, medium=EMPTY, high=EMPTY))["answer"]
    high = read(edition, marks(low=EMPTY, medium=EMPTY, high=MARKED))["answer"]

    assert (low.reasons, high.decision) == (("ask_map",), Decision.ACCEPT)
