"""The monthly caseload table counts as CPIMS does, and says from what."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.load import load
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.plan import plan_load
from cpims_scan.central.reference import Reference
from cpims_scan.central.reports import CaseloadReport, caseload
from cpims_scan.central.returns import load_return, plan_return
from cpims_scan.domain.record import LoadedRecord, Value
from cpims_scan.errors import InputError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database
from tests.central.monthly import FIGURES, HEAD, SECOND_SHEET, monthly
from tests.central.records import SHEET, context, record, with_values

MARCH = "2026-03"
BLANK_SHEET: dict[str, Value] = dict.fromkeys(
    ("date_of_birth", "home_sub_county", "home_ward", "reporter_name", "reporter_address")
)


@pytest.fixture
def add(central: Database, form: Form, loading: Loading, reference: Reference) -> Any:
    """Load one more child's case."""

    def added(number: int = 1, **values: Value) -> LoadedRecord:
        made = record(form, with_values(form, **values), sheet=f"{SHEET[:-4]}{number:04d}")
        result = load(central, plan_load(made, loading, context(reference)))
        assert isinstance(result, LoadedRecord), result
        return result

    return added


@pytest.fixture
def report(central: Database, return_loading: Loading) -> Any:
    """Make the report of March."""

    def made(
        office: str | None = "48", source: Any = "cases", month: str = MARCH
    ) -> CaseloadReport:
        return caseload(central, return_loading, month, office, source)

    return made


def figure(made: CaseloadReport, code: str, column: str, block: str = "categories") -> Any:
    """One figure of the table."""
    table = made.table
    return table.loc[(table["block"] == block) & (table["code"] == code), column].item()


def test_caseload__has_every_printed_row(report: Any) -> None:
    """36 categories and 31 interventions, ten figures each and three sums."""
    table = report().table

    assert list(table["block"].value_counts()) == [36, 31]
    assert len(table.columns) == 4 + 10 + 3


def test_caseload__counts_a_case_in_its_category_band_and_sex(add: Any, report: Any) -> None:
    """A girl of ten, reported on 2 March, abandoned."""
    add()
    made = report()

    assert figure(made, "CDIS", "f_06_10") == 1
    assert int(made.table["total"].sum()) == 2  # once as category, once as pending


def test_caseload__age_is_that_of_the_date_of_reporting(add: Any, report: Any) -> None:
    """Born on 3 March 2015 she is ten on 2 March 2026, and eleven a day later."""
    add(1, date_of_birth="2015-03-03")
    add(2, date_of_birth="2015-03-02", first_name="Pendo")
    made = report()

    assert (figure(made, "CDIS", "f_06_10"), figure(made, "CDIS", "f_11_15")) == (1, 1)


def test_caseload__sheet_with_many_blanks_is_counted(add: Any, report: Any) -> None:
    """A case has its medical row whatever the paper left out, so CPIMS's joins keep it."""
    add(**BLANK_SHEET)
    made = report()

    assert made.counted.cases == 1
    assert made.counted.without_band == 1


def test_caseload__written_age_finds_its_band(add: Any, report: Any) -> None:
    """Twelve years written instead of a birth date is a band, never a date."""
    add(date_of_birth={"precision": "age_years", "value": "12"})

    assert figure(report(), "CDIS", "f_11_15") == 1


def test_caseload__case_without_a_medical_row_is_dropped_as_in_cpims(
    add: Any, report: Any, central: Database
) -> None:
    """Our table is CPIMS's table, its inner joins included."""
    add()
    with central.begin() as session:
        session.execute(sa.update(TABLES["ovc_medical"]).values(is_void=True))

    assert report().counted.cases == 0


def test_caseload__intervention_or_pending(add: Any, report: Any) -> None:
    """A case with an action taken counts there; one without is pending."""
    add(1, action_taken="PCNS")
    add(2, first_name="Pendo")
    made = report()

    assert figure(made, "PCNS", "f_06_10", "interventions") == 1
    assert figure(made, "PEND", "f_06_10", "interventions") == 1
    assert made.footer == {"total_caseload": 2, "total_disposed": 1, "completion_percent": 50.0}


def test_caseload__follow_up_does_not_change_the_count(
    add: Any, report: Any, central: Database, form: Form, loading: Loading, reference: Reference
) -> None:
    """One more follow-up row on the sheet: the table stays as it was."""
    add()
    before = report().table
    values = with_values(form, follow_ups__1__date="2026-03-20", follow_ups__1__status="Seen")
    made = record(form, values, sheet=f"{SHEET[:-4]}0001", revision=2)
    load(central, plan_load(made, loading, context(reference)))

    assert before.equals(report().table)


@pytest.mark.parametrize(
    ("office", "cases"),
    [
        pytest.param("48", 1, id="sub-county"),
        pytest.param("Changamwe", 1, id="by-name"),
        pytest.param("Mombasa", 1, id="county"),
        pytest.param("49", 0, id="another-sub-county"),
        pytest.param(None, 1, id="country"),
    ],
)
def test_caseload__is_for_the_office_that_is_named(
    add: Any, report: Any, office: str | None, cases: int
) -> None:
    """Cases belong to the sub-county where they were reported."""
    add()

    assert report(office).counted.cases == cases


def test_caseload__month_is_that_of_reporting(add: Any, report: Any) -> None:
    """Not of the event, nor of the load."""
    add(event_date="2026-01-15")

    assert (report(month="2026-03").counted.cases, report(month="2026-01").counted.cases) == (1, 0)


def test_caseload__child_who_fits_no_column_is_said(add: Any, report: Any) -> None:
    """A child of unknown age is not guessed into a band, and not dropped in silence."""
    add(date_of_birth=None)

    assert report().counted.without_band == 1


def test_caseload__category_without_a_row_is_said(add: Any, report: Any) -> None:
    """CPIMS has categories that the printed table lacks."""
    add(case_category="CLCM")

    assert report().counted.other_rows == {"CLCM": 1}


def _load_return(
    central: Database, packs: Catalog, loading: Loading, reference: Reference, **changes: Any
) -> None:
    form = packs.forms["monthly_caseload_summary"]
    edition = packs.edition("monthly_caseload_summary", "tool-b")
    values = HEAD | FIGURES | changes.pop("values", {})
    made = monthly(form, values, **changes)
    result = load_return(central, plan_return(made, loading, edition, context(reference)))
    assert isinstance(result, LoadedRecord)


def test_returns__are_shown_as_written(
    central: Database, packs: Catalog, return_loading: Loading, reference: Reference, report: Any
) -> None:
    """The figures of the return, with the footer made from them."""
    _load_return(central, packs, return_loading, reference)
    made = report(source="returns")

    assert figure(made, "CSIC", "m_06_10") == 12
    assert made.footer == {"total_caseload": 23, "total_disposed": 7, "completion_percent": 30.4}
    assert made.received == ("48",)


def test_returns__of_a_county_are_added_over_its_offices(
    central: Database, packs: Catalog, return_loading: Loading, reference: Reference, report: Any
) -> None:
    """Two offices, one county: cell by cell."""
    _load_return(central, packs, return_loading, reference)
    _load_return(
        central, packs, return_loading, reference, sheet=SECOND_SHEET, values={"sub_county": "49"}
    )
    made = report("Mombasa", "returns")

    assert (figure(made, "CSIC", "m_06_10"), made.received) == (24, ("48", "49"))


def test_returns__not_received_is_missing_not_zero(report: Any) -> None:
    """An office that has not reported has no figures."""
    made = report(source="returns")

    assert made.table["total"].isna().all()
    assert made.footer["total_caseload"] is None


def test_returns__blank_that_is_no_zero_stays_missing(
    central: Database, packs: Catalog, return_loading: Loading, reference: Reference, report: Any
) -> None:
    """Where the pack does not say that blanks are zero, a blank figure is none."""
    edition = packs.edition("monthly_caseload_summary", "tool-b")
    strict = dataclasses.replace(edition, blank_is_zero=())
    made = monthly(edition.form, HEAD | FIGURES)
    load_return(central, plan_return(made, return_loading, strict, context(reference)))
    made_report = report(source="returns")

    assert figure(made_report, "CSIC", "m_06_10") == 12
    assert made_report.table["total"].isna().all()
    assert made_report.footer["total_caseload"] is None


def test_sources__are_never_added_together(
    add: Any,
    central: Database,
    packs: Catalog,
    return_loading: Loading,
    reference: Reference,
    report: Any,
) -> None:
    """The case is not in the table from returns, the return not in the table from cases."""
    add()
    _load_return(central, packs, return_loading, reference)

    cases, returns = report(), report(source="returns")
    assert (cases.footer["total_caseload"], returns.footer["total_caseload"]) == (1, 23)


@pytest.mark.parametrize("month", ["2026-13", "March", "2026"])
def test_caseload__wrong_month_is_said(report: Any, month: str) -> None:
    """One sentence with an example."""
    with pytest.raises(InputError, match="YYYY-MM"):
        report(month=month)


def test_caseload__unknown_office_is_said(report: Any) -> None:
    """A misspelt office is not an empty report."""
    with pytest.raises(InputError, match="no sub-county"):
        report("Chagamwe")


def test_caseload__intersex_child_has_no_column_and_is_said(
    add: Any, report: Any, central: Database
) -> None:
    """CPIMS knows a third sex, the printed table does not."""
    add()
    with central.begin() as session:
        session.execute(sa.update(TABLES["reg_person"]).values(sex_id="SINT"))

    assert report().counted.without_column == 1


def test_report__is_frozen(report: Any) -> None:
    """A report is a fact of one moment."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        report().month = "2026-04"
