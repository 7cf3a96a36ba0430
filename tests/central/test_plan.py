"""What a record becomes: every value with its source, everything else a question."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from cpims_scan.central.cells import Cell
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import LoadPlan, plan_load
from cpims_scan.central.reference import Reference
from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, Finding, State, Value
from cpims_scan.forms.template import Form
from tests.central.records import CASE, context, reading, record, with_values


@pytest.fixture
def make(form: Form, loading: Loading, places: Reference) -> Any:
    """Make a plan of the usual case with other answers."""

    def planned(**values: Value) -> LoadPlan:
        made = record(form, with_values(form, **values))
        return plan_load(made, loading, context(places))

    return planned


def cell(plan: LoadPlan, role: str, column: str) -> Cell:
    """A column of a planned row."""
    return next(row for row in plan.rows if row.role == role).cells[column]


def asked(plan: LoadPlan) -> list[tuple[str | None, str]]:
    """Field and reason of every question."""
    return [(question.field, question.reason) for question in plan.questions]


def test_plan__complete_sheet_is_ready(make: Any) -> None:
    """A sheet whose questions are answered may be loaded."""
    assert make().is_ready


def test_plan__empty_sheet_asks_for_everything_that_has_no_code_for_unknown(
    form: Form, loading: Loading, places: Reference
) -> None:
    """Nothing is assumed for a blank sheet: risk, conditions, category, perpetrator are asked."""
    plan = plan_load(record(form, {}), loading, context(places))

    assert {field for field, _ in asked(plan)} == {
        "first_name",
        "last_name",
        "sex",
        "perpetrator_status",
        "risk_level",
        "date_of_reporting",
        "case_reporter",
        "referral_present",
        "case_category",
        "event_date",
        "event_place_type",
        "case_nature",
        "case_sub_category",
        "sub_county",
        "mental_condition",
        "physical_condition",
        "other_condition",
    }


@pytest.mark.parametrize(
    ("role", "column", "code"),
    [
        pytest.param("economic", "household_economic_status", "UINC", id="economic"),
        pytest.param("family", "family_status", "FSUK", id="family"),
        pytest.param("geo", "occurence_ward", "", id="ward"),
    ],
)
def test_plan__blank_with_a_code_for_unknown_gets_it(
    make: Any, role: str, column: str, code: str
) -> None:
    """Where CPIMS has a code for unknown, a blank is unknown, and says so."""
    found = cell(make(), role, column)

    assert (found.value, found.source) == (code, "unknown")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"precision": "age_years", "value": "12"}, id="age"),
        pytest.param({"precision": "year", "value": "2014"}, id="year"),
        pytest.param({"precision": "month", "value": "2014-03"}, id="month"),
    ],
)
def test_plan__birth_date_needs_the_day(make: Any, written: Value) -> None:
    """An age or a year is no birth date; it is kept as written beside the empty column."""
    found = cell(make(date_of_birth=written), "child", "date_of_birth")

    assert (found.value, found.paper) == (None, written)


def test_plan__lossy_choice_is_confirmed_first(make: Any) -> None:
    """Challenged may be verified or not in CPIMS: a machine's reading alone is asked."""
    assert asked(make(mental_condition="challenged")) == [("mental_condition", "confirm")]


def test_plan__confirmed_choice_is_loaded_with_the_paper_beside(
    form: Form, loading: Loading, places: Reference
) -> None:
    """A person confirmed it: the code is loaded, the paper's word stays beside it."""
    made = record(form, CASE)
    said = dataclasses.replace(reading(form, "mental_condition", "challenged"), source="person")
    made = dataclasses.replace(made, fields=made.fields | {"mental_condition": said})
    found = cell(plan_load(made, loading, context(places)), "medical", "mental_condition")

    assert (found.value, found.paper) == ("MCAU", "challenged")


def test_plan__open_reading_is_not_loaded(form: Form, loading: Loading, places: Reference) -> None:
    """What the machine did not accept and nobody settled holds the record back."""
    made = record(form, CASE)
    doubt = dataclasses.replace(made.fields["risk_level"], decision=Decision.REVIEW)
    made = dataclasses.replace(made, fields=made.fields | {"risk_level": doubt})

    assert asked(plan_load(made, loading, context(places))) == [("risk_level", "not_accepted")]


def test_plan__error_of_a_rule_holds_the_record_back(
    form: Form, loading: Loading, places: Reference
) -> None:
    """An error is a contradiction on the paper; a warning loads."""
    findings = (Finding("CRS-101", "error", ("sex",)), Finding("CRS-102", "warning", ("sex",)))
    made = dataclasses.replace(record(form, CASE), findings=findings)

    assert asked(plan_load(made, loading, context(places))) == [("sex", "rule:CRS-101")]


def test_plan__word_without_a_code_is_asked(make: Any) -> None:
    """A category that is in no list is never put into a column of codes."""
    assert ("case_category", "unlisted") in asked(make(case_category="Neglect"))


def test_plan__place_not_in_the_list_is_asked(make: Any) -> None:
    """An old district is no sub-county of CPIMS."""
    assert asked(make(home_sub_county="Gucha", home_ward=None)) == [("home_sub_county", "unlisted")]


def test_plan__text_longer_than_its_column_is_asked(make: Any) -> None:
    """Nothing is cut silently."""
    assert asked(make(immediate_needs="x" * 251)) == [("immediate_needs", "too_long")]


def test_plan__category_with_a_list_needs_its_sub_category(make: Any) -> None:
    """Neglect has sub-categories: which one is asked."""
    assert asked(make(case_category="CSIC")) == [("case_sub_category", "ask")]


def test_plan__category_without_a_list_is_its_own_sub_category(make: Any) -> None:
    """Abandoned has none: CPIMS stores the category itself."""
    found = cell(make(), "sub_category", "sub_category_id")

    assert (found.value, found.source) == ("CDIS", "derived: own_category")


def test_plan__sub_county_comes_from_the_batch_when_the_paper_is_silent(
    form: Form, loading: Loading, places: Reference
) -> None:
    """The batch's office stands in, and is said to."""
    made = record(form, CASE | {"sub_county": None}, context=BatchContext(office="Changamwe"))
    found = cell(plan_load(made, loading, context(places)), "geo", "report_subcounty_id")

    assert (found.value, found.source) == (48, "context: sub_county")


def test_plan__reporting_unit_comes_from_the_batch(
    form: Form, loading: Loading, places: Reference
) -> None:
    """A unit is found by its visible id."""
    made = record(form, CASE, context=BatchContext(office="U000018"))
    found = cell(plan_load(made, loading, context(places)), "geo", "report_orgunit_id")

    assert (found.value, found.source) == (7, "context: office")


def test_plan__referral_written_means_referred(make: Any) -> None:
    """A referral on the paper answers the question whether there is one; a blank is no No."""
    values = {"referral_present": None, "referral_state_agency": "RDPL"}
    plan = make(referral_state_reason="RMIV", **values)

    assert cell(plan, "case", "referral_present").source == "derived: yes_if_any"
    assert asked(make(referral_present=None)) == [("referral_present", "ask")]


def test_plan__comment_kept_as_a_picture_points_at_the_page(
    form: Form, loading: Loading, places: Reference
) -> None:
    """Handwriting that nobody keyed is no silent blank in CPIMS."""
    name = "follow_ups.1.comment"
    made = record(form, CASE | {"follow_ups.1.date": "2026-03-09"})
    ink = dataclasses.replace(made.fields[name], state=State.UNREAD, reasons=("image",))
    made = dataclasses.replace(made, fields=made.fields | {name: ink})
    found = cell(plan_load(made, loading, context(places)), "followup.1", "case_event_notes")

    assert found.value == f"[On paper: sheet {made.sheet}, {name}]"


def test_plan__foster_parent_depends_on_the_caregivers_sex(make: Any) -> None:
    """CPIMS has a foster father and a foster mother."""
    values = {"caregivers__1__name": "Juma Otieno", "caregiver_relationship": "foster_parent"}
    found = cell(make(caregivers__1__sex="male", **values), "caregiver.1_link", "relationship")

    assert (found.value, found.source) == ("CGFF", "derived: by_sex")


@pytest.mark.parametrize(
    ("words", "code", "source"),
    [
        ({"caregiver_relationship": "guardian"}, "CGGU", "derived: by_sex"),
        ({"caregivers__1__relationship": "CGNK"}, "CGNK", "field"),
        (
            {"caregivers__1__relationship": "CGNK", "caregiver_relationship": "guardian"},
            "CGNK",
            "field",
        ),
    ],
    ids=["tick", "own-word", "own-word-first"],
)
def test_plan__caregivers_own_word_goes_before_the_tick(
    make: Any, words: dict[str, str], code: str, source: str
) -> None:
    """The 2018 edition asks each caregiver's relationship; 2015 has one tick for both."""
    found = cell(
        make(caregivers__1__name="Juma Otieno", **words), "caregiver.1_link", "relationship"
    )

    assert (found.value, found.source) == (code, source)


def test_plan__what_has_no_column_is_kept_as_written(make: Any) -> None:
    """The reporter's address has no place in CPIMS and is not lost."""
    assert make().kept == {"reporter_address": "P.O. Box 12, Changamwe"}


def test_plan__digest_does_not_depend_on_when_and_who(
    form: Form, loading: Loading, places: Reference
) -> None:
    """The same record planned by another user on another day is the same load."""
    made = record(form, CASE)
    later = context(places, user=12, now=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))

    assert (
        plan_load(made, loading, context(places)).digest == plan_load(made, loading, later).digest
    )


def test_plan__digest_depends_on_every_value(make: Any) -> None:
    """One letter more is another load."""
    assert make().digest != make(reporter_address="P.O. Box 13, Changamwe").digest
