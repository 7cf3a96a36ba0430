"""Codes written against a printed list, and codes that are partly printed."""

from __future__ import annotations

from typing import Any

from cpims_scan.domain.record import CellReading, Decision, FieldReading, State
from cpims_scan.forms.template import Edition
from tests.reading.paper_forms import cell, edition_of, label, one_field, read

CODES = {"01": "AAA", "05": "EEE", "12": "LLL"}


def coded(cells: int, **words: Any) -> Edition:
    """An edition whose one field takes codes."""
    place = {"comb": cells, "codes": CODES}
    return one_field("comb", place, type="text", **words)


def written(text: str, sure: float = 1.0) -> list[CellReading]:
    """Cells of a comb with one character each; "_" is an empty one."""
    return [
        cell("answer", ("" if c == "_" else c, sure), part=str(i))
        for i, c in enumerate(text, start=1)
    ]


def answer(edition: Edition, text: str) -> FieldReading:
    """The field as decoded."""
    return read(edition, written(text))["answer"]


def test_code__is_the_lists_answer() -> None:
    """Two digits are what the list on the paper says they are."""
    field = answer(coded(2), "12")

    assert (field.state, field.value, field.text) == (State.ANSWERED, "LLL", "12")


def test_code__one_digit_alone_has_a_nought_before_it() -> None:
    """People leave leading noughts out, in the first box or in the second."""
    assert [answer(coded(2), text).value for text in ("5_", "_5", "05")] == ["EEE"] * 3


def test_code__that_no_list_has_is_asked() -> None:
    """A number that means nothing is never turned into an answer."""
    field = answer(coded(2), "77")

    assert (field.state, field.value, field.decision) == (State.UNREAD, None, Decision.REVIEW)
    assert field.reasons[0] == "unlisted"


def test_code__empty_box_is_blank() -> None:
    """Nothing written is no answer, and certain."""
    field = answer(coded(2), "__")

    assert (field.state, field.decision) == (State.BLANK, Decision.ACCEPT)


def test_code__several_answers_stand_one_after_another() -> None:
    """A field with several answers takes as many codes as are written, wherever they stand."""
    form = {
        "fields": [{"name": "answer", "type": "select_multiple list", "label": label("A")}],
        "choices": {"list": [{"name": n, "label": label(n)} for n in CODES.values()]},
    }
    place = {"reader": "comb", "box": [0, 0, 30, 5], "comb": 6, "codes": CODES}
    edition = edition_of(form, {"places": {"answer": place}})

    assert answer(edition, "01__12").value == ["AAA", "LLL"]


def test_pattern__what_is_printed_between_cells_belongs_to_the_value() -> None:
    """The cells hold the digits, the paper the rest."""
    edition = one_field("comb", {"comb": 5, "format": "CCO/##/5/###"}, type="code")

    assert answer(edition, "34177").value == "CCO/34/5/177"


def test_pattern__empty_cells_are_blank() -> None:
    """What is printed alone is no value."""
    edition = one_field("comb", {"comb": 5, "format": "CCO/##/5/###"}, type="code")

    assert answer(edition, "_____").state is State.BLANK


def test_comb__empty_one_is_as_sure_as_its_cells() -> None:
    """Who writes a name fills several cells: a long empty comb is not less sure than a short."""
    cells = [cell("answer", ("", 0.9995), part=str(i)) for i in range(1, 29)]
    edition = one_field("comb", {"comb": 28, "alphabet": "capitals"}, type="text")

    assert read(edition, cells)["answer"].probability >= 0.9995


def test_comb__words_lose_double_spaces() -> None:
    """A name over two words has one space, however many boxes were left free."""
    edition = one_field("comb", {"comb": 9, "alphabet": "capitals"}, type="text")

    assert answer(edition, "ANN__MARY").value == "ANN MARY"
