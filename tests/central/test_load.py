"""A record is in the central database once, whole, as it was planned, and safe to repeat."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.held import HeldBack
from cpims_scan.central.load import is_loaded, load
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import LoadPlan, plan_load
from cpims_scan.central.reference import Reference
from cpims_scan.domain.record import LoadedRecord, Value
from cpims_scan.errors import StoreError
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database
from tests.central.records import NOW, SHEET, context, record, rows_of, with_values

FULL: dict[str, Value] = {
    "friends": "Amani Wekesa, Baraka",
    "hobbies": ["sports", "music"],
    "religion": "muslim",
    "parents__father__name": "Juma Otieno Wanjala",
    "parents__father__id_number": "22334455",
    "parents__father__telephone": "0712 345678",
    "siblings__1__name": "Zawadi Wanjala",
    "siblings__1__sex": "female",
    "siblings__1__date_of_birth": "2018-01-05",
    "siblings__2__name": "Tumaini",
    "siblings__2__sex": "male",
    "caregivers__1__name": "Rehema Atieno",
    "caregivers__1__sex": "female",
    "caregiver_relationship": "guardian",
    "action_taken": "PCNS",
    "referral_state_agency": "RDPL",
    "referral_state_reason": "RMIV",
    "follow_ups__1__date": "2026-03-09",
    "follow_ups__1__status": "Visited",
}


@pytest.fixture
def make(form: Form, loading: Loading, reference: Reference) -> Any:
    """Make a plan of the usual case with other answers, in a revision, loaded some day."""

    def planned(revision: int = 1, days: int = 0, **values: Value) -> LoadPlan:
        made = record(form, with_values(form, **values), revision=revision)
        return plan_load(made, loading, context(reference, now=NOW + dt.timedelta(days=days)))

    return planned


def _loaded(result: LoadedRecord | HeldBack) -> LoadedRecord:
    assert isinstance(result, LoadedRecord), result
    return result


def test_load__is_read_back_equal(central: Database, make: Any) -> None:
    """Every column of every row is in the database as it was planned."""
    loaded = _loaded(load(central, make(**FULL)))

    assert loaded.is_equal


def test_load__again_changes_nothing(central: Database, make: Any) -> None:
    """The same record loaded twice, days apart, is there once."""
    first = _loaded(load(central, make(**FULL)))
    before = {table: rows_of(central, table) for table in TABLES}
    second = _loaded(load(central, make(days=3, **FULL)))

    assert (first.central_ids, before) == (
        second.central_ids,
        {table: rows_of(central, table) for table in TABLES},
    )


def test_load__other_values_in_the_same_revision_are_refused(central: Database, make: Any) -> None:
    """A correction after loading makes a new revision, it never slips in."""
    load(central, make())

    with pytest.raises(StoreError, match="other values"):
        load(central, make(risk_level="high"))


def test_load__not_ready_is_held_and_writes_nothing(central: Database, make: Any) -> None:
    """A record with an open question leaves no trace."""
    held = load(central, make(perpetrator_status=None))

    assert isinstance(held, HeldBack)
    assert [q.field for q in held.questions] == ["perpetrator_status"]
    assert rows_of(central, "reg_person") == []


def test_load__serial_is_made_as_cpims_makes_it(central: Database, make: Any) -> None:
    """County, sub-county code, number of cases plus one, the year of loading."""
    loaded = _loaded(load(central, make()))

    assert loaded.central_ids["case_serial"] == "CCO/1/1/5/29/1/2026"


def test_load__serial_of_the_paper_is_kept(central: Database, make: Any) -> None:
    """A serial that fits its pattern and office is the case's serial, as written."""
    loaded = _loaded(load(central, make(case_serial="CCO/1/001/5/29/00017/2015")))

    assert loaded.central_ids["case_serial"] == "CCO/1/001/5/29/00017/2015"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("001/15", id="short"),
        pytest.param("CCO/32/169/5/29/00001/2015", id="another-office"),
        pytest.param("CCO/1/1/5/29/00001", id="no-year"),
    ],
)
def test_load__serial_that_does_not_fit_is_made_and_kept_as_written(
    central: Database, make: Any, written: str
) -> None:
    """One serial is made, the paper's stays beside it; never both in CPIMS."""
    loaded = _loaded(load(central, make(case_serial=written)))
    said = [v["paper"] for v in rows_of(central, "scan_value") if v["field"] == "case_serial"]

    assert re.fullmatch(r"CCO/1/1/5/29/1/2026", loaded.central_ids["case_serial"])
    assert said == [written]


def test_load__serial_of_another_case_is_asked(central: Database, make: Any) -> None:
    """Doubles are not normal: two sheets with one serial are shown to a person."""
    load(central, make(case_serial="CCO/1/1/5/29/00017/2015"))
    other = make(case_serial="CCO/1/1/5/29/00017/2015", first_name="Pendo")
    held = load(central, dataclasses.replace(other, sheet="0" * 36))

    assert isinstance(held, HeldBack)
    assert [(q.field, q.reason) for q in held.questions] == [("case_serial", "serial_taken")]


def test_load__made_serial_goes_on_to_the_next_free_one(central: Database, make: Any) -> None:
    """A number that stands on paper already is not given a second time."""
    load(central, make(case_serial="CCO/1/1/5/29/2/2026"))
    other = dataclasses.replace(make(first_name="Pendo"), sheet="0" * 36)
    loaded = _loaded(load(central, other))

    assert loaded.central_ids["case_serial"] == "CCO/1/1/5/29/3/2026"


def test_is_loaded__finds_what_a_crash_left(central: Database, make: Any) -> None:
    """A work row that says loading is settled by looking."""
    load(central, make())

    found = is_loaded(central, SHEET, 1, 1)
    assert found is not None and found.is_equal
    assert is_loaded(central, SHEET, 1, 2) is None


def test_is_loaded__says_when_cpims_holds_something_else(central: Database, make: Any) -> None:
    """Reading back compares values, it does not only count rows."""
    load(central, make())
    with central.begin() as session:
        session.execute(sa.update(TABLES["ovc_medical"]).values(mental_condition="MCAV"))

    found = is_loaded(central, SHEET, 1, 1)
    assert found is not None and not found.is_equal


def test_load__persons_and_links_of_the_family(central: Database, make: Any) -> None:
    """Parents, caregivers and siblings are persons with links; nobody but the child has a case."""
    load(central, make(**FULL))

    names = [(p["first_name"], p["surname"]) for p in rows_of(central, "reg_person")]
    assert names == [
        ("NEEMA", "WANJALA"),
        ("JUMA", "WANJALA"),
        ("REHEMA", "ATIENO"),
        ("ZAWADI", "WANJALA"),
        ("TUMAINI", "XXXX"),
    ]
    assert [g["relationship"] for g in rows_of(central, "reg_persons_guardians")] == [
        "CGPF",
        "CGGU",
    ]
    assert len(rows_of(central, "reg_persons_siblings")) == 2
    assert rows_of(central, "reg_household")[0]["members"] == "1,2,3,4,5"
    assert rows_of(central, "reg_person")[1]["des_phone_number"] == 712345678


def test_load__summons_is_an_event_of_the_case(central: Database, make: Any) -> None:
    """A summons with its date makes the case active, as on CPIMS's own screen."""
    load(central, make(date_of_summon="2026-03-20"))

    events = rows_of(central, "ovc_case_events")
    assert [e["case_event_type_id"] for e in events] == ["SUMMON"]
    assert rows_of(central, "ovc_case_event_summon")[0]["summon_date"] == dt.date(2026, 3, 20)
    assert rows_of(central, "ovc_case_record")[0]["case_stage"] == 1


def test_load__what_cpims_has_no_column_for_is_in_our_own_table(
    central: Database, make: Any
) -> None:
    """Contact address, landmark and the like are kept as written."""
    load(central, make(nearest_landmark="Mbaraki tower"))
    kept = {
        row["field"]: row["paper"]
        for row in rows_of(central, "scan_value")
        if row["source"] == "kept"
    }

    assert kept == {
        "reporter_address": "P.O. Box 12, Changamwe",
        "nearest_landmark": "Mbaraki tower",
    }


def test_load__derived_values_are_marked_as_derived(central: Database, make: Any) -> None:
    """Whoever looks later can tell what the paper did not say."""
    load(central, make(action_taken="PCNS"))
    sources = {(r["role"], r["column_name"]): r["source"] for r in rows_of(central, "scan_value")}

    assert sources[("intervention", "date_of_encounter_event")] == "derived: first_date"
    assert sources[("economic", "household_economic_status")] == "unknown"


def test_load__no_date_is_invented(central: Database, make: Any) -> None:
    """No column of any row holds the filler 1900-01-01."""
    load(central, make(date_of_birth={"precision": "age_years", "value": "12"}))
    dates = [
        value
        for table in TABLES
        for row in rows_of(central, table)
        for value in row.values()
        if isinstance(value, dt.date)
    ]

    assert min(d.year for d in dates) > 1900
    assert rows_of(central, "reg_person")[0]["date_of_birth"] is None
