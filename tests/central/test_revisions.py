"""A sheet that comes back changes only what is new; nothing in CPIMS is lost or doubled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.held import HeldBack
from cpims_scan.central.load import load
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import LoadPlan, plan_load
from cpims_scan.central.reference import Reference
from cpims_scan.domain.record import LoadedRecord, Value
from cpims_scan.errors import StoreError
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database
from tests.central.records import NOW, context, record, rows_of, with_values

COUNTED = ("reg_person", "ovc_case_record", "ovc_case_category", "ovc_medical", "ovc_case_events")


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


def test_load__one_more_follow_up_row_makes_one_more_event(central: Database, make: Any) -> None:
    """A sheet come back with a follow-up: case, serial and count stay, one event is new."""
    first = _loaded(load(central, make()))
    more = {"follow_ups__1__date": "2026-04-09", "follow_ups__1__status": "Reunited"}
    second = _loaded(load(central, make(revision=2, days=30, **more)))

    counts = {table: len(rows_of(central, table)) for table in COUNTED}
    assert counts == dict.fromkeys(COUNTED, 1)
    assert first.central_ids["case_serial"] == second.central_ids["case_serial"]
    assert rows_of(central, "ovc_case_record")[0]["case_stage"] == 1
    assert second.is_equal


def test_load__a_correction_changes_the_row_and_keeps_both_values(
    central: Database, make: Any
) -> None:
    """A corrected risk level is in CPIMS; what was loaded before stays in our own table."""
    load(central, make())
    _loaded(load(central, make(revision=2, risk_level="high")))

    assert rows_of(central, "ovc_case_record")[0]["risk_level"] == "RLHG"
    said = [v["paper"] for v in rows_of(central, "scan_value") if v["field"] == "risk_level"]
    assert said == ["medium", "high"]


def test_load__what_is_gone_from_the_sheet_is_voided(central: Database, make: Any) -> None:
    """CPIMS deletes nothing, and neither do we."""
    load(central, make(hobbies=["sports", "music"]))
    second = _loaded(load(central, make(revision=2, hobbies=["music"])))

    assert [(r["hobby"], r["is_void"]) for r in rows_of(central, "ovc_hobbies")] == [
        ("HOSP", True),
        ("HOMS", False),
    ]
    assert second.is_equal


def test_load__what_came_back_is_no_longer_void(central: Database, make: Any) -> None:
    """A row that was voided by mistake is the same row again."""
    load(central, make(hobbies=["sports"]))
    load(central, make(revision=2, hobbies=None))
    load(central, make(revision=3, hobbies=["sports"]))

    assert [r["is_void"] for r in rows_of(central, "ovc_hobbies")] == [False]


def test_load__older_revision_after_a_newer_one_is_refused(central: Database, make: Any) -> None:
    """Yesterday's state of a sheet never overwrites today's."""
    load(central, make(revision=2))

    with pytest.raises(StoreError, match="revision 2 is loaded already"):
        load(central, make(revision=1))


def test_load__work_done_in_cpims_is_not_overwritten(central: Database, make: Any) -> None:
    """An officer corrected the value in CPIMS; the paper's correction waits for a person."""
    load(central, make())
    with central.begin() as session:
        session.execute(sa.update(TABLES["ovc_case_record"]).values(risk_level="RLLW"))
    held = load(central, make(revision=2, risk_level="high"))

    assert isinstance(held, HeldBack)
    assert [(q.reason, q.column) for q in held.questions] == [("changed_in_cpims", "risk_level")]
    assert rows_of(central, "ovc_case_record")[0]["risk_level"] == "RLLW"
