"""Dates as officers write them."""

from __future__ import annotations

import pytest

from cpims_scan.domain.record import Decision, State, Value
from cpims_scan.reading.dates import date_outcomes, parse_date
from tests.reading.paper_forms import one_field, read_one


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("04/03/2011", "2011-03-04", id="strokes"),
        pytest.param("4-3-11", "2011-03-04", id="dashes, two digits"),
        pytest.param("4.3.75", "1975-03-04", id="dots, last century"),
        pytest.param("04 03 2011", "2011-03-04", id="spaces"),
        pytest.param("04032011", "2011-03-04", id="eight digits"),
        pytest.param("040311", "2011-03-04", id="six digits"),
        pytest.param("2011-03-04", "2011-03-04", id="as computers print it"),
        pytest.param("4th March 2011", "2011-03-04", id="English month"),
        pytest.param("4 Desemba 2011", "2011-12-04", id="Swahili month"),
        pytest.param("04-Mar-2011", "2011-03-04", id="as CPIMS shows it"),
        pytest.param("29/02/2012", "2012-02-29", id="leap day"),
        pytest.param("2012", {"precision": "year", "value": "2012"}, id="year"),
        pytest.param("3/2012", {"precision": "month", "value": "2012-03"}, id="month"),
        pytest.param("March 2012", {"precision": "month", "value": "2012-03"}, id="month name"),
        pytest.param("12", {"precision": "age_years", "value": "12"}, id="bare age"),
        pytest.param("12 yrs", {"precision": "age_years", "value": "12"}, id="age"),
        pytest.param("miaka 12", {"precision": "age_years", "value": "12"}, id="Swahili age"),
        pytest.param("8/12", {"precision": "age_months", "value": "8"}, id="clinic's months"),
        pytest.param("8 months", {"precision": "age_months", "value": "8"}, id="months"),
        pytest.param("2 6/12", {"precision": "age_months", "value": "30"}, id="years and months"),
        pytest.param("since 2019", {"precision": "since_year", "value": "2019"}, id="interval"),
        pytest.param("31/02/2015", None, id="no such day"),
        pytest.param("29/02/2013", None, id="no leap year"),
        pytest.param("04/13/2011", None, id="no such month"),
        pytest.param("04/03/2911", None, id="no such century"),
        pytest.param("00/00/0000", None, id="zeros"),
        pytest.param("/", None, id="a stroke"),
        pytest.param("1234567890123", None, id="too many digits"),
    ],
)
def test_parse_date__takes_what_officers_write(text: str, value: Value) -> None:
    """A written date has one value, or none when no calendar has it."""
    assert parse_date(text) == value


def test_dates__a_day_that_no_month_has_is_never_a_value() -> None:
    """31/02 is not accepted however sure the reader is of its digits."""
    field = read_one(one_field("date", type="date"), ("31/02/2015", 0.9999))

    assert field.state is State.UNREAD
    assert field.value is None
    assert field.decision is Decision.REVIEW
    assert field.reasons == ("impossible_date",)


def test_dates__a_weak_reading_is_not_accepted_because_the_strong_one_is_impossible() -> None:
    """Paper that says 31/02 is not mended to 21/02 by a reader's second guess."""
    edition = one_field("date", type="date")
    field = read_one(edition, ("31/02/2015", 0.97), ("21/02/2015", 0.03))

    assert field.value == "2015-02-21"
    assert field.source == "date"
    assert field.decision is Decision.REVIEW


def test_dates__the_calendar_settles_two_close_readings() -> None:
    """Of two equally strong readings the one that is a date is taken, and that is recorded."""
    edition = one_field("date", type="date")
    field = read_one(edition, ("31/11/2015", 0.45), ("21/11/2015", 0.55))

    assert field.value == "2015-11-21"
    assert field.source == "date"
    assert field.probability > 0.98


@pytest.mark.parametrize("text", ["05/0312025", "0510312025", "05/103/12025", "05703/2025"])
def test_dates__strokes_that_were_read_as_digits_are_put_back(text: str) -> None:
    """A reading that is a date but for its strokes is proposed, never accepted alone."""
    field = read_one(one_field("date", type="date"), (text, 0.999))

    assert (field.value, field.source) == ("2025-03-05", "date")
    assert field.decision is Decision.REVIEW


def test_dates__readings_that_differ_in_strokes_alone_are_one_date() -> None:
    """The same date with and without its strokes adds up."""
    edition = one_field("date", type="date")
    field = read_one(edition, ("05/03/2025", 0.7), ("05/0312025", 0.28))

    assert field.value == "2025-03-05"
    assert field.probability > 0.95


def test_dates__both_orders_are_offered_where_the_print_invites_month_first() -> None:
    """03/04 under a printed mm/dd is asked, with both days offered."""
    edition = one_field("date", type="date", day_first=False)
    field = read_one(edition, ("03/04/2015", 1.0))

    assert field.decision is Decision.REVIEW
    assert "ambiguous_date" in field.reasons
    assert {field.value, field.alternatives[0].value} == {"2015-04-03", "2015-03-04"}


@pytest.mark.parametrize("text", ["25/04/2015", "04/25/2015", "05/05/2015"])
def test_dates__month_first_hint_is_no_doubt_when_only_one_order_is_a_date(text: str) -> None:
    """A day above 12, or equal day and month, leaves one reading."""
    field = read_one(one_field("date", type="date", day_first=False), (text, 1.0))

    assert field.decision is Decision.ACCEPT


def test_dates__day_first_print_offers_the_swapped_date_of_an_impossible_one() -> None:
    """04/25 under a printed dd/mm is asked, and 25 April is offered."""
    field = read_one(one_field("date", type="date"), ("04/25/2015", 1.0))

    assert field.value is None
    assert [a.value for a in field.alternatives] == ["2015-04-25"]


def test_dates__an_age_is_shown_to_a_person() -> None:
    """An age may be what is left of a date, and a birth date is stored only to the day."""
    field = read_one(one_field("date", type="date"), ("8/12", 1.0))

    assert field.value == {"precision": "age_months", "value": "8"}
    assert field.reasons == ("partial_date",)


def test_dates__words_are_keyed_by_a_person() -> None:
    """Ink that is more than digits is handwriting, not an impossible date."""
    field = read_one(one_field("date", type="date"), ("12?", 0.99))

    assert field.state is State.UNREAD
    assert field.reasons == ("handwriting",)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("04032011", "2011-03-04", id="whole"),
        pytest.param("  032011", {"precision": "month", "value": "2011-03"}, id="no day"),
        pytest.param("    2011", {"precision": "year", "value": "2011"}, id="no month"),
        pytest.param("3102 015", None, id="a gap in the year"),
    ],
)
def test_dates__comb_is_read_by_its_layout(text: str, value: Value) -> None:
    """The cells of a comb say what is day, month and year."""
    assert date_outcomes(((text, 1.0),), True, "ddmmyyyy")[0].value == value
