"""The pages of a sheet into values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, Settled, State, Value
from tests.reading.paper_forms import (
    cell,
    choice,
    edition_of,
    label,
    marks,
    one_field,
    read,
    read_one,
)

AT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
SURE = 0.999


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        pytest.param("7", State.ANSWERED, 7, id="a count"),
        pytest.param("05", State.ANSWERED, 5, id="leading zero"),
        pytest.param("0", State.ANSWERED, 0, id="a written zero"),
        pytest.param("", State.BLANK, None, id="nothing"),
        pytest.param("-", State.NOT_APPLICABLE, None, id="a dash"),
        pytest.param("NIL", State.NOT_APPLICABLE, None, id="nil"),
        pytest.param("N/K", State.UNKNOWN_WRITTEN, None, id="unknown"),
        pytest.param("haijulikani", State.UNKNOWN_WRITTEN, None, id="unknown in Swahili"),
        pytest.param("7?", State.UNREAD, None, id="more than digits"),
    ],
)
def test_decode__a_number_cell_has_a_value_or_a_kind_of_missing(
    text: str, state: State, value: Value
) -> None:
    """A blank, a zero, a dash and a word are different answers."""
    field = read_one(one_field(), (text, SURE))

    assert (field.state, field.value) == (state, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("0712345678", "0712345678", id="with its zero"),
        pytest.param("0712 345 678", "0712345678", id="in groups"),
        pytest.param("0712345678/0733123456", "0712345678/0733123456", id="two numbers"),
    ],
)
def test_decode__a_code_stays_text(text: str, value: str) -> None:
    """Identifiers keep their zeros and are never numbers."""
    assert read_one(one_field(type="code"), (text, SURE)).value == value


def test_decode__a_code_of_unusual_length_is_seen() -> None:
    """A telephone of six digits is kept as read, and a person looks."""
    field = read_one(one_field(type="code", digits=[9, 13]), ("071234", SURE))

    assert (field.value, field.reasons) == ("071234", ("wrong_length",))


def test_decode__a_stroke_in_one_telephone_may_be_a_1() -> None:
    """Digits of one number with a stroke in it are proposed with a 1, and a person looks."""
    field = read_one(one_field(type="code", digits=[9, 13]), ("07/2345678", SURE))

    assert {field.value, *(a.value for a in field.alternatives)} == {"0712345678", "07/2345678"}
    assert field.decision is Decision.REVIEW


def test_decode__handwriting_is_keyed_by_a_person() -> None:
    """Ink in a text cell has no value yet and waits for a person."""
    field = read_one(one_field("text", type="text"), ("ink", SURE))

    assert (field.state, field.value) == (State.UNREAD, None)
    assert field.reasons == ("handwriting",)


def test_decode__an_empty_text_cell_is_blank() -> None:
    """No ink is blank, accepted without a person."""
    field = read_one(one_field("text", type="text"), ("", SURE))

    assert (field.state, field.decision) == (State.BLANK, Decision.ACCEPT)


def test_decode__a_picture_that_is_the_value_is_counted_not_blank() -> None:
    """A field of keying `image` is accepted unread, with its reason."""
    field = read_one(one_field("text", type="text", keying="image"), ("ink", SURE))

    assert (field.state, field.decision) == (State.UNREAD, Decision.ACCEPT)
    assert field.reasons == ("image",)


def test_decode__a_signature_is_there_or_not() -> None:
    """Ink in the signature's place means signed."""
    field = read_one(one_field("signature", type="signature"), ("ink", SURE))

    assert (field.state, field.value) == (State.ANSWERED, "signed")


def test_decode__an_uncertified_cell_is_never_accepted() -> None:
    """However sure the reading, a place that was not proven is asked."""
    number = read_one(one_field(), ("7", 1.0), is_certified=False)
    blank = read_one(one_field(), ("", 1.0), is_certified=False)

    assert (number.reasons, blank.reasons) == (("not_certified",), ("not_certified",))


def test_decode__a_field_without_cells_is_unread_and_asked() -> None:
    """A place that nothing was read at is no blank."""
    field = read(one_field(), [])["answer"]

    assert (field.state, field.decision) == (State.UNREAD, Decision.REVIEW)


def test_decode__second_key_is_asked_unless_blank() -> None:
    """What is keyed twice is seen by a person even when it is certain."""
    edition = one_field(second_key=True)

    assert read_one(edition, ("7", 1.0)).reasons == ("second_key",)
    assert read_one(edition, ("", 1.0)).decision is Decision.ACCEPT


@pytest.mark.parametrize("state", [State.ANSWERED, State.ILLEGIBLE, State.BLANK])
def test_decode__what_a_person_settled_never_changes(state: State) -> None:
    """Another reading of the cell leaves a settled field as it was settled."""
    value = 5 if state is State.ANSWERED else None
    settled = {"answer": Settled("answer", value, state, "u1", AT, "desk")}
    field = read(one_field(second_key=True), [cell("answer", ("7", 1.0))], settled)["answer"]

    assert (field.value, field.state) == (value, state)
    assert (field.source, field.decision) == ("person", Decision.ACCEPT)


def test_decode__digit_comb_is_joined() -> None:
    """Cells of a comb make one number; empty cells at its ends are no digits."""
    edition = one_field("comb", {"comb": 4}, type="code")
    texts = ("0", "7", "1", "")
    cells = [cell("answer", (t, SURE), part=str(i + 1)) for i, t in enumerate(texts)]

    assert read(edition, cells)["answer"].value == "071"


def test_decode__a_gap_in_a_comb_is_seen() -> None:
    """An empty cell between digits may be a digit that was missed."""
    edition = one_field("comb", {"comb": 3}, type="code")
    cells = [cell("answer", (t, 1.0), part=str(i + 1)) for i, t in enumerate(("0", "", "1"))]

    assert "gap_in_comb" in read(edition, cells)["answer"].reasons


def test_decode__capitals_comb_keeps_its_spaces() -> None:
    """Names in a comb keep the space between two words."""
    edition = one_field("comb", {"comb": 5, "alphabet": "capitals"}, type="text")
    texts = ("A", "B", "", "C", "D")
    cells = [cell("answer", (t, 1.0), part=str(i + 1)) for i, t in enumerate(texts)]

    assert read(edition, cells)["answer"].value == "AB CD"


def test_decode__date_comb_is_read_by_its_format() -> None:
    """Eight cells in a comb of ddmmyyyy are a date."""
    edition = one_field("comb", {"comb": 8, "format": "ddmmyyyy"}, type="date")
    cells = [cell("answer", (t, SURE), part=str(i + 1)) for i, t in enumerate("04032011")]

    assert read(edition, cells)["answer"].value == "2011-03-04"


@pytest.mark.parametrize(
    ("text", "value"),
    [("M", "male"), ("ke", "female"), ("2", "female"), ("Male", "male")],
)
def test_decode__a_written_option_is_matched_by_its_aliases(text: str, value: str) -> None:
    """An option's number, letter or word in either language is that option."""
    form: dict[str, Any] = {
        "fields": [{"name": "answer", "type": "select_one sex", "label": label("A")}],
        "choices": {
            "sex": [
                {"name": "male", "label": label("Male"), "aliases": ["1", "m", "me"]},
                {"name": "female", "label": label("Female"), "aliases": ["2", "f", "ke"]},
            ]
        },
    }
    place = {"reader": "print", "box": [0, 0, 9, 9]}

    assert read_one(edition_of(form, {"places": {"answer": place}}), (text, SURE)).value == value


def _asking() -> Any:
    names = {"court": "select_one list", "court_name": "text", "office": "text"}
    extra: dict[str, dict[str, Any]] = {
        "court_name": {"ask": True, "relevant": "${court} = 'yes'"},
        "office": {"ask": True, "context": "office"},
    }
    fields = [
        {"name": n, "type": t, "label": label(n), **extra.get(n, {})} for n, t in names.items()
    ]
    options = [{"name": n, "label": label(n)} for n in ("yes", "no")]
    boxes = {"yes": [0, 0, 9, 9], "no": [10, 0, 9, 9]}
    return edition_of(
        {"fields": fields, "choices": {"list": options}},
        {
            "places": {"court": {"reader": "cells", "options": boxes}},
            "absent": ["court_name", "office"],
        },
    )


def test_decode__what_no_paper_prints_is_asked() -> None:
    """A question of CPIMS that no paper has is unread, on page 0, and asked."""
    field = read(_asking(), marks("court", yes="empty", no="marked"))["office"]

    assert (field.state, field.page, field.reasons) == (State.UNREAD, 0, ("ask",))


def test_decode__a_question_is_asked_only_once_it_is_relevant() -> None:
    """No name of a court is asked before a court is known to have reported."""
    no = read(_asking(), marks("court", yes="empty", no="marked"))
    yes = read(_asking(), marks("court", yes="marked", no="empty"))

    assert ("court_name" in no, "court_name" in yes) == (False, True)


def test_decode__the_batch_answers_what_no_paper_has() -> None:
    """A question that the batch's context answers is not asked."""
    cells = marks("court", yes="empty", no="marked")
    field = read(_asking(), cells, context=BatchContext(office="U000018"))["office"]

    assert (field.value, field.source, field.decision) == ("U000018", "batch", Decision.ACCEPT)


def test_decode__the_batch_fills_a_blank_cell_and_never_a_written_one() -> None:
    """The printed year decides; only an empty one is taken from the batch."""
    edition, context = one_field(context="year"), BatchContext(month="2018-05")
    blank = read(edition, [cell("answer", ("", 1.0))], context=context)["answer"]
    written = read(edition, [cell("answer", ("2017", 1.0))], context=context)["answer"]

    assert (blank.value, blank.source) == (2018, "batch")
    assert (written.value, written.source) == (2017, "ink")


def test_decode__the_batch_does_not_speak_where_the_paper_may() -> None:
    """A cell that is perhaps not blank keeps its question."""
    edition, context = one_field(context="year"), BatchContext(month="2018-05")
    field = read(edition, [cell("answer", ("", 0.8), ("2017", 0.2))], context=context)["answer"]

    assert (field.state, field.reasons) == (State.BLANK, ("low_probability",))


def test_decode__the_batch_answers_a_choice_of_months() -> None:
    """Month 05 of the batch is the fifth of twelve options."""
    names = " ".join(f"m{i}" for i in range(1, 13))
    edition = choice(names=names, context="month")
    cells = marks("answer", **dict.fromkeys(names.split(), "empty"))

    assert read(edition, cells, context=BatchContext(month="2018-05"))["answer"].value == "m5"
