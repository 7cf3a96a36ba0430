"""One monthly return stands for an office and a month; blanks, zeros and dashes stay apart."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cpims_scan.central.figures import NIL, WRITTEN, ZERO_BY_BLANK, ReturnAnswers, ReturnPlan
from cpims_scan.central.held import HeldBack
from cpims_scan.central.load import is_loaded
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.reference import Reference
from cpims_scan.central.returns import load_return, plan_return
from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, LoadedRecord, State, ValidatedRecord, Value
from cpims_scan.forms.catalog import Catalog
from cpims_scan.store.database import Database
from tests.central.monthly import (
    FIGURES,
    HEAD,
    RETURN_SHEET,
    SECOND_SHEET,
    monthly,
    with_state,
)
from tests.central.records import context, rows_of

CELLS = 67 * 10  # 36 categories and 31 interventions, five bands of boys and girls


@pytest.fixture
def plan(packs: Catalog, return_loading: Loading, places: Reference) -> Any:
    """Plan a return."""
    edition = packs.edition("monthly_caseload_summary", "tool-b")

    def planned(record: ValidatedRecord, **answers: Any) -> ReturnPlan:
        said = ReturnAnswers(**answers)
        return plan_return(record, return_loading, edition, context(places), said)

    return planned


@pytest.fixture
def make(packs: Catalog) -> Any:
    """Make the usual return with other figures; a double underscore is the dot of a table."""
    form = packs.forms["monthly_caseload_summary"]

    def made(sheet: str = RETURN_SHEET, revision: int = 1, **values: Value) -> ValidatedRecord:
        other = {name.replace("__", "."): value for name, value in values.items()}
        return monthly(form, HEAD | FIGURES | other, sheet=sheet, revision=revision)

    return made


def test_plan__blank_zero_and_dash_are_kept_apart(plan: Any, make: Any) -> None:
    """All three count as zero, and the paper's own way of saying so stays."""
    record = with_state(make(), State.NOT_APPLICABLE, "categories.cdsa.m_00_05")
    figures = plan(record).figures

    states = {
        row: figures[("categories", row, "00_05", "M")].state for row in ("cdis", "cdsa", "clab")
    }
    assert states == {"cdis": WRITTEN, "cdsa": NIL, "clab": ZERO_BY_BLANK}


def test_load__every_cell_is_stored_once(central: Database, plan: Any, make: Any) -> None:
    """670 cells, none of the printed sums."""
    loaded = load_return(central, plan(make()))

    assert isinstance(loaded, LoadedRecord) and loaded.is_equal
    assert loaded.central_ids == {"office": "48", "period": "2026-03", "became": "loaded"}
    assert len(rows_of(central, "monthly_return_cell")) == CELLS


def test_load__again_changes_nothing(central: Database, plan: Any, make: Any) -> None:
    """The same return loaded twice is there once."""
    load_return(central, plan(make()))
    load_return(central, plan(make()))

    assert len(rows_of(central, "monthly_return_cell")) == CELLS
    assert is_loaded(central, RETURN_SHEET, 1, 1) is not None


def test_load__same_figures_on_another_sheet_are_a_copy(
    central: Database, plan: Any, make: Any
) -> None:
    """The office sent it twice: it is noted and stored once."""
    load_return(central, plan(make()))
    second = load_return(central, plan(make(sheet=SECOND_SHEET)))

    assert isinstance(second, LoadedRecord)
    assert second.central_ids["became"] == "copy"
    assert len(rows_of(central, "monthly_return_cell")) == CELLS


def test_load__other_figures_are_shown_cell_by_cell(
    central: Database, plan: Any, make: Any
) -> None:
    """Two returns for one month that differ are never added up: a person decides."""
    load_return(central, plan(make()))
    held = load_return(central, plan(make(sheet=SECOND_SHEET, categories__csic__m_06_10=21)))

    assert isinstance(held, HeldBack)
    assert [(c.row, c.band, c.sex, c.standing, c.new) for c in held.conflicts] == [
        ("csic", "06_10", "M", 12, 21)
    ]
    assert held.other_sheet == RETURN_SHEET


@pytest.mark.parametrize(
    ("answer", "became", "stands"),
    [
        pytest.param("replaces", "loaded", 21, id="replaces"),
        pytest.param("rejected", "rejected", 12, id="rejected"),
    ],
)
def test_load__a_person_says_which_return_stands(
    central: Database, plan: Any, make: Any, answer: str, became: str, stands: int
) -> None:
    """One of the two counts; the other stays on file."""
    load_return(central, plan(make()))
    second = make(sheet=SECOND_SHEET, categories__csic__m_06_10=21)
    loaded = load_return(central, plan(second, second=answer))
    current = [
        row["value"]
        for row in rows_of(central, "monthly_return_cell")
        if row["is_current"] and (row["row"], row["band"], row["sex"]) == ("csic", "06_10", "M")
    ]

    assert isinstance(loaded, LoadedRecord) and loaded.is_equal
    assert (loaded.central_ids["became"], current) == (became, [stands])


def test_load__a_correction_of_the_same_sheet_takes_its_place(
    central: Database, plan: Any, make: Any
) -> None:
    """A later revision stands, the earlier one stays readable."""
    load_return(central, plan(make()))
    loaded = load_return(central, plan(make(revision=2, categories__csic__m_06_10=13)))
    current = [r for r in rows_of(central, "monthly_return_cell") if r["is_current"]]

    assert isinstance(loaded, LoadedRecord) and loaded.is_equal
    assert {row["revision"] for row in current} == {2}
    assert len(current) == CELLS


def test_plan__nil_return_needs_a_word(plan: Any, packs: Catalog) -> None:
    """An empty return may be a nil return or a lost page: one key says which."""
    record = monthly(packs.forms["monthly_caseload_summary"], HEAD)

    assert [q.reason for q in plan(record).questions] == ["nil_return"]
    assert plan(record, blank_is_meant=True).is_ready


def test_plan__a_whole_blank_block_is_asked(plan: Any, packs: Catalog) -> None:
    """Categories without a single intervention may be a page that is missing."""
    figures = {n: v for n, v in FIGURES.items() if n.startswith("categories")}
    record = monthly(packs.forms["monthly_caseload_summary"], HEAD | figures)

    assert [(q.reason, q.column) for q in plan(record).questions] == [
        ("blank_block", "interventions")
    ]


def test_plan__unsigned_return_with_blanks_is_asked(plan: Any, make: Any) -> None:
    """Blanks are zeros on a signed summary only."""
    record = with_state(make(), State.BLANK, "signature")

    assert [q.reason for q in plan(record).questions] == ["unsigned"]


def test_plan__open_cell_holds_the_return_back(plan: Any, make: Any) -> None:
    """A figure that nobody accepted is not stored."""
    record = make()
    name = "categories.csic.m_06_10"
    doubt = dataclasses.replace(record.fields[name], decision=Decision.REVIEW)
    record = dataclasses.replace(record, fields=record.fields | {name: doubt})

    assert [(q.field, q.reason) for q in plan(record).questions] == [(name, "not_accepted")]


def test_plan__month_and_office_come_from_the_batch_when_the_paper_is_silent(
    plan: Any, make: Any
) -> None:
    """The paper's own word goes first, the batch stands in."""
    record = make(sub_county=None, month=None, year=None)
    record = dataclasses.replace(record, context=BatchContext(office="Jomvu", month="2026-02"))
    made = plan(record)

    assert (made.office, made.period) == ("49", "2026-02")


def test_plan__without_month_or_office_it_is_asked(plan: Any, make: Any) -> None:
    """A return of no office and no month is never filed."""
    record = make(sub_county=None, month=None)

    assert [q.field for q in plan(record).questions] == ["sub_county", "month"]
