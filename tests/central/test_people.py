"""CPIMS's rule for a possible duplicate holds a record back until a person says who it is."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cpims_scan.central.held import HeldBack
from cpims_scan.central.load import load
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import LoadPlan, plan_load
from cpims_scan.central.reference import PersonAnswer, Reference
from cpims_scan.domain.record import LoadedRecord, Value
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database
from tests.central.records import context, record, rows_of, with_values

OTHER_SHEET = "0b7a0f4e-1f0a-4c53-9d4e-0a1b2c3d4e5f"


@pytest.fixture
def make(form: Form, loading: Loading, reference: Reference) -> Any:
    """Make a plan of the usual child, with what a person said about duplicates."""

    def planned(people: dict[str, PersonAnswer] | None = None, **values: Value) -> LoadPlan:
        made = record(form, with_values(form, **values))
        return plan_load(made, loading, context(reference, people=people or {}))

    return planned


def _second(plan: LoadPlan) -> LoadPlan:
    return dataclasses.replace(plan, sheet=OTHER_SHEET)


def test_load__same_child_on_another_sheet_is_held(central: Database, make: Any) -> None:
    """Name, birth date, sex, sub-county and ward are equal: a person must look."""
    load(central, make())
    held = load(central, _second(make()))

    assert isinstance(held, HeldBack)
    assert [(d.role, d.person_id, d.rule) for d in held.duplicates] == [("child", 1, "name")]
    assert held.duplicates[0].serials == ("CCO/1/1/5/29/1/2026",)
    assert len(rows_of(central, "reg_person")) == 1


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"first_name": "Pendo"}, id="first-name"),
        pytest.param({"date_of_birth": "2015-06-02"}, id="birth-date"),
        pytest.param({"sex": "male"}, id="sex"),
        pytest.param({"middle_name": "Atieno"}, id="other-names"),
        pytest.param({"home_sub_county": "49", "home_ward": None}, id="sub-county"),
    ],
)
def test_load__another_child_is_not_held(
    central: Database, make: Any, values: dict[str, Value]
) -> None:
    """One difference in what the rule compares, and it is another child."""
    load(central, make())
    second = load(central, _second(make(**values)))

    assert isinstance(second, LoadedRecord)


def test_load__names_are_compared_without_case(central: Database, make: Any) -> None:
    """Capitals make no other child."""
    load(central, make())
    held = load(central, _second(make(first_name="nEEMA")))

    assert isinstance(held, HeldBack)


def test_load__answer_different_makes_a_second_person(central: Database, make: Any) -> None:
    """A person said that it is another child of the same name."""
    load(central, make())
    second = load(central, _second(make(people={"child": "different"})))

    assert isinstance(second, LoadedRecord)
    assert len(rows_of(central, "reg_person")) == 2


def test_load__answer_same_gives_the_child_a_second_case(central: Database, make: Any) -> None:
    """The case is new, the person is the one who is there: no second type, no second place."""
    load(central, make())
    places = len(rows_of(central, "reg_persons_geo"))
    second = load(central, _second(make(people={"child": 1})))

    assert isinstance(second, LoadedRecord) and second.is_equal
    assert [c["person_id"] for c in rows_of(central, "ovc_case_record")] == [1, 1]
    assert len(rows_of(central, "reg_person")) == 1
    assert len(rows_of(central, "reg_persons_geo")) == places
    assert len(rows_of(central, "reg_persons_types")) == 1


def test_load__mother_is_found_by_her_national_id(central: Database, make: Any) -> None:
    """A mother with two children is one person, when her id number says so."""
    mother = {"parents__mother__name": "Rehema Atieno", "parents__mother__id_number": "22334455"}
    load(central, make(**mother))
    held = load(central, _second(make(first_name="Pendo", **mother)))

    assert isinstance(held, HeldBack)
    assert [(d.role, d.rule) for d in held.duplicates] == [("mother", "national_id")]


def test_load__relative_without_birth_date_is_not_compared_by_name(
    central: Database, make: Any
) -> None:
    """Half a sub-county shares a mother's name; without a birth date it says nothing."""
    load(central, make(parents__mother__name="Rehema Atieno"))
    second = load(central, _second(make(first_name="Pendo", parents__mother__name="Rehema Atieno")))

    assert isinstance(second, LoadedRecord)


def test_load__own_earlier_revision_is_no_duplicate(central: Database, make: Any) -> None:
    """A sheet that comes back is not held back because of itself."""
    load(central, make())
    later = dataclasses.replace(make(risk_level="high"), revision=2)

    assert isinstance(load(central, later), LoadedRecord)
