"""A killed loader leaves a record wholly in the central database or not at all, and never twice."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from cpims_scan.central.load import is_loaded, load
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import LoadPlan, plan_load
from cpims_scan.central.reference import Reference
from cpims_scan.domain.record import LoadedRecord
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database, open_database
from tests.central.killed import AFTER, COMMIT, load_and_die
from tests.central.records import CASE, SHEET, context, record, rows_of, with_values

LOADERS = 4


@pytest.fixture
def plan(form: Form, loading: Loading, reference: Reference) -> LoadPlan:
    """The usual case."""
    return plan_load(record(form, CASE), loading, context(reference))


@pytest.mark.parametrize(
    ("when", "is_there"),
    [
        pytest.param(3, False, id="at-the-first-statements"),
        pytest.param(25, False, id="in-the-middle"),
        pytest.param(COMMIT, False, id="before-the-commit"),
        pytest.param(AFTER, True, id="between-commit-and-work-row"),
    ],
)
def test_killed_loader__is_settled_by_looking(
    url: str, plan: LoadPlan, when: str | int, is_there: bool
) -> None:
    """Whatever the moment: looking says whether it is there, loading again makes it there once."""
    process = multiprocessing.get_context("spawn").Process(
        target=load_and_die, args=(url, plan, when)
    )
    process.start()
    process.join(timeout=60)
    central = open_database(url)
    found = is_loaded(central, SHEET, 1, 1)
    again = load(central, plan)
    counts = {len(rows_of(central, t)) for t in ("reg_person", "ovc_case_record", "scan_load")}
    central.close()

    assert process.exitcode == -signal.SIGKILL
    assert (found is not None) == is_there
    assert isinstance(again, LoadedRecord) and again.is_equal
    assert counts == {1}


def test_loaders__of_one_record_load_it_once(url: str, plan: LoadPlan, central: Database) -> None:
    """Several processes that believe the record is theirs end with one of it."""
    results = _at_once(url, [plan] * LOADERS)

    assert {result.central_ids["case"] for result in results} == {results[0].central_ids["case"]}
    assert len(rows_of(central, "ovc_case_record")) == 1


def test_loaders__of_one_sub_county_give_each_case_its_own_serial(
    url: str, form: Form, loading: Loading, reference: Reference
) -> None:
    """Serials are counted, so two loaders never count at once."""
    plans = []
    for number, name in enumerate(("Neema", "Pendo", "Amani", "Zawadi")):
        made = record(form, with_values(form, first_name=name), sheet=f"{SHEET[:-4]}{number:04d}")
        plans.append(plan_load(made, loading, context(reference)))
    serials = {result.central_ids["case_serial"] for result in _at_once(url, plans)}

    assert serials == {f"CCO/1/1/5/29/{number}/2026" for number in range(1, LOADERS + 1)}


def _at_once(url: str, plans: list[LoadPlan]) -> list[LoadedRecord]:
    """Load each plan from a loader of its own, all starting at the same moment."""
    start = Barrier(len(plans))

    def one(plan: LoadPlan) -> LoadedRecord:
        central = open_database(url)
        start.wait()
        try:
            result = load(central, plan)
        finally:
            central.close()
        assert isinstance(result, LoadedRecord), result
        return result

    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(one, plans))
