"""From printed words to names, labels, types: what a person would have written."""

from __future__ import annotations

import pytest

from cpims_scan.forms.proposal.names import Guess, Names, comb_format, guess, labels, slug


@pytest.mark.parametrize(
    ("words", "name"),
    [
        pytest.param("Name of Child:", "name_child", id="no-small-words"),
        pytest.param("4. Date of Birth (dd/mm/yyyy)", "date_birth", id="number-and-brackets"),
        pytest.param("Child's age", "childs_age", id="apostrophe"),
        pytest.param("Jina / Name", "name", id="english-half"),
        pytest.param("0 - 5 yrs", "n_0_5_yrs", id="letter-first"),
        pytest.param("Observação", "observacao", id="accents"),
        pytest.param("?", "", id="nothing"),
    ],
)
def test_slug__makes_a_name(words: str, name: str) -> None:
    """A name has small letters, digits and _, begins with a letter, and is short."""
    assert slug(words) == name


def test_names__twins_are_told_apart_by_their_section() -> None:
    """A second question of one name takes its section's words, a third a number."""
    names = Names()

    given = [names.give("County", "HOME PARTICULARS") for _ in range(3)]

    assert given == ["county", "home_particulars_county", "home_particulars_county_2"]


@pytest.mark.parametrize(
    ("words", "label"),
    [
        pytest.param("Tarehe / Date", {"en": "Date", "sw": "Tarehe"}, id="both-printed"),
        pytest.param("Signature:", {"en": "Signature", "sw": "Sahihi"}, id="known"),
        pytest.param("Type of roof", {"en": "Type of roof"}, id="english-only"),
        pytest.param("Village/Estate", {"en": "Village/Estate"}, id="one-language"),
    ],
)
def test_labels__in_the_languages_printed(words: str, label: dict[str, str]) -> None:
    """Two languages beside each other are two labels."""
    assert labels(words) == label


@pytest.mark.parametrize(
    ("label", "hint", "kind", "reader"),
    [
        ("D.O.B.", "", "date", "date"),
        ("Tarehe ya kuzaliwa", "", "date", "date"),
        ("Born", "dd/mm/yyyy", "date", "date"),
        ("Tel. No.", "", "code", "number"),
        ("ID No.", "", "code", "number"),
        ("Case Serial No", "", "code", "text"),
        ("Umri", "", "integer", "number"),
        ("Number of rooms", "", "integer", "number"),
        ("Sahihi ya afisa", "", "signature", "signature"),
        ("In school", "Yes/No", "select_one yesno", "text"),
        ("Sex", "(F or M)", "select_one sex", "text"),
        ("Jinsia:", "", "select_one sex", "text"),
        ("Nearest landmark", "", "text", "text"),
    ],
)
def test_guess__type_and_reader(label: str, hint: str, kind: str, reader: str) -> None:
    """The words of a box say what it takes, in English and Swahili."""
    found = guess(label, hint)

    assert (found.type, found.reader) == (kind, reader)


def test_guess__comb() -> None:
    """A comb for a date says so only when its boxes can hold one."""
    assert guess("Date", "", 8) == Guess("date", "comb")
    assert guess("Date", "", 5) == Guess("text", "comb")


@pytest.mark.parametrize(
    ("hint", "cells", "order"),
    [
        ("", 8, "ddmmyyyy"),
        ("d d m m y y", 6, "ddmmyy"),
        ("mm/dd/yyyy", 8, "mmddyyyy"),
        ("", 7, None),
    ],
)
def test_comb_format__by_hint_and_cells(hint: str, cells: int, order: str | None) -> None:
    """The print below a date's comb says what comes first."""
    assert comb_format(hint, cells) == order
