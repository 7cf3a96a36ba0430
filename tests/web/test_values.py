"""What a person types becomes a value of the field's kind, and is shown in their words."""

from __future__ import annotations

import pytest

from cpims_scan.domain.record import State, Value
from cpims_scan.errors import InputError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.template import FormField
from cpims_scan.web.language import load_languages
from cpims_scan.web.values import Asked, parse, shown, typed_form


@pytest.fixture(scope="module")
def fields() -> dict[str, FormField]:
    """Fields of the case record sheet."""
    return load_catalog().forms["case_record_sheet_a"].fields


def asked(fields: dict[str, FormField], name: str) -> Asked:
    """A field with its choices or its code list."""
    field = fields[name]
    listed = field.choices or tuple(load_catalog().lists.get(field.spec.code_list or "", ()))
    return Asked(field, tuple(listed))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        pytest.param("04/03/2011", "2011-03-04", id="day-first"),
        pytest.param("4.3.11", "2011-03-04", id="short"),
        pytest.param("2012", {"precision": "year", "value": "2012"}, id="year"),
        pytest.param("05/2012", {"precision": "month", "value": "2012-05"}, id="month"),
        pytest.param("12 yrs", {"precision": "age_years", "value": "12"}, id="age"),
        pytest.param("miaka 12", {"precision": "age_years", "value": "12"}, id="umri"),
        pytest.param("8/12", {"precision": "age_months", "value": "8"}, id="months"),
    ],
)
def test_parse__dates_keep_their_precision(
    fields: dict[str, FormField], typed: str, value: Value
) -> None:
    """A year or an age is never made a day."""
    assert parse([typed], asked(fields, "date_of_birth")) == (value, State.ANSWERED)


@pytest.mark.parametrize(
    "value",
    [
        "2011-03-04",
        {"precision": "year", "value": "2012"},
        {"precision": "age_years", "value": "9"},
    ],
    ids=["day", "year", "age"],
)
def test_typed_form__of_a_date_is_read_back_as_the_same_value(
    fields: dict[str, FormField], value: Value
) -> None:
    """Accepting what stands in the box changes nothing."""
    field = asked(fields, "date_of_birth")

    typed = typed_form(value, field, load_languages()["en"])

    assert parse([typed], field) == (value, State.ANSWERED)


def test_parse__impossible_date_is_refused(fields: dict[str, FormField]) -> None:
    """The 31st of February is not stored."""
    with pytest.raises(InputError, match="not a date"):
        parse(["31/02/2011"], asked(fields, "date_of_birth"))


@pytest.mark.parametrize("typed", ["male", "Male", "MALE"])
def test_parse__choice_is_stored_as_its_name(fields: dict[str, FormField], typed: str) -> None:
    """Whatever is typed or ticked, the code is stored."""
    assert parse([typed], asked(fields, "sex")) == ("male", State.ANSWERED)


def test_parse__unknown_choice_is_refused(fields: dict[str, FormField]) -> None:
    """A choice has only its own answers."""
    with pytest.raises(InputError, match="not one of the answers"):
        parse(["blue"], asked(fields, "sex"))


def test_parse__listed_label_in_swahili_is_stored_as_its_code(
    fields: dict[str, FormField],
) -> None:
    """A code list is understood in both languages."""
    assert parse(["kutelekezwa"], asked(fields, "case_category")) == ("CDIS", State.ANSWERED)


def test_parse__word_that_is_not_in_the_list_is_kept_as_written(
    fields: dict[str, FormField],
) -> None:
    """An unlisted place is kept as it stands on the paper."""
    assert parse(["Pembeni mwa ziwa"], asked(fields, "home_ward")) == (
        "Pembeni mwa ziwa",
        State.ANSWERED,
    )


def test_parse__label_that_two_entries_share_names_neither(fields: dict[str, FormField]) -> None:
    """A ward's name that several counties have is not taken for one of them."""
    field = asked(fields, "home_ward")
    labels = [entry.label["en"] for entry in field.listed]
    shared = next(label for label in labels if labels.count(label) > 1)

    assert parse([shared], field) == (shared, State.ANSWERED)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("N/K", State.UNKNOWN_WRITTEN),
        ("haijulikani", State.UNKNOWN_WRITTEN),
        ("-", State.NOT_APPLICABLE),
    ],
)
def test_parse__words_for_missing_are_states(
    fields: dict[str, FormField], typed: str, state: State
) -> None:
    """An officer's N/K is not a name."""
    assert parse([typed], asked(fields, "first_name")) == (None, state)


def test_shown__choice_is_in_the_persons_language(fields: dict[str, FormField]) -> None:
    """The code `male` is a Swahili word for whoever reads Swahili."""
    assert shown("male", asked(fields, "sex"), load_languages()["sw"]) not in ("male", "Male")
