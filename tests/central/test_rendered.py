"""The caseload table reads the same in the terminal and in the workbook, in both languages."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.console import Console

from cpims_scan.central.create import create_central
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.rendered import WORDS, notes, to_terminal, write_workbook
from cpims_scan.central.reports import CaseloadReport, caseload
from cpims_scan.central.returns import load_return, plan_return
from cpims_scan.errors import InputError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.store.database import open_database
from tests.central.monthly import FIGURES, HEAD, monthly
from tests.central.records import context, places


@pytest.fixture(scope="module")
def report(
    packs: Catalog, return_loading: Loading, tmp_path_factory: pytest.TempPathFactory
) -> CaseloadReport:
    """March, from one return."""
    form = packs.forms["monthly_caseload_summary"]
    edition = packs.edition("monthly_caseload_summary", "tool-b")
    central = open_database(f"sqlite:///{tmp_path_factory.mktemp('central')}/central.sqlite")
    create_central(central)
    made = monthly(form, HEAD | FIGURES)
    load_return(central, plan_return(made, return_loading, edition, context(places())))
    result = caseload(central, return_loading, "2026-03", source="returns")
    central.close()
    return result


def drawn(report: CaseloadReport, width: int = 200, **options: Any) -> str:
    """What a terminal shows."""
    console = Console(width=width)
    with console.capture() as capture:
        for table in to_terminal(report, **options):
            console.print(table)
    return capture.get()


@pytest.mark.parametrize(
    ("language", "label"),
    [pytest.param("en", "Neglect", id="en"), pytest.param("sw", "Kutotunzwa", id="sw")],
)
def test_terminal__shows_rows_in_the_language(
    report: CaseloadReport, language: str, label: str
) -> None:
    """Printed row names in English and in Swahili."""
    line = next(line for line in drawn(report, language=language).splitlines() if label in line)

    assert line.split()[1:] == ["0/0", "12/9", "0/0", "0/0", "0/0", "12/9", "21"]


def test_terminal__fits_into_eighty_characters(report: CaseloadReport) -> None:
    """No figure and no row name is cut on a plain terminal."""
    assert "…" not in drawn(report, width=80, full=True)


def test_terminal__leaves_out_rows_of_zeros_unless_asked(report: CaseloadReport) -> None:
    """A screen holds what happened; the full table is one option away."""
    assert "Sodomy" not in drawn(report)
    assert "Sodomy" in drawn(report, full=True)


def test_notes__say_the_source(report: CaseloadReport) -> None:
    """Under every table stands where its figures come from."""
    assert notes(report)[0] == "Taken from the monthly returns of 1 office(s)."


def test_words__are_the_same_in_both_languages() -> None:
    """Nothing is said in one language only."""
    assert WORDS["en"].keys() == WORDS["sw"].keys()


def test_workbook__holds_every_row_and_its_sums(report: CaseloadReport, tmp_path: Path) -> None:
    """67 rows with 13 figures, as on the printed summary."""
    write_workbook(report, tmp_path / "march.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "march.xlsx").active
    lines = {line[1]: line[2:15] for line in sheet.iter_rows(values_only=True) if line[1]}

    assert lines["Neglect"] == (0, 0, 12, 9, 0, 0, 0, 0, 0, 0, 12, 9, 21)
    assert sum(1 for line in lines.values() if isinstance(line[0], int)) == 67 + 1


def test_workbook__text_is_never_a_formula(report: CaseloadReport, tmp_path: Path) -> None:
    """A label that begins with = stays a label."""
    table = report.table.assign(en="=HYPERLINK(1)")
    write_workbook(dataclasses.replace(report, table=table), tmp_path / "march.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "march.xlsx").active

    assert {cell.data_type for cell in sheet["B"] if cell.value == "=HYPERLINK(1)"} == {"s"}


def test_workbook__missing_figures_are_empty_cells(report: CaseloadReport, tmp_path: Path) -> None:
    """Not received is missing: no zero, no dash that a sum would trip over."""
    figures = report.table.columns[4:]
    table = report.table.copy()
    table[figures] = None
    write_workbook(dataclasses.replace(report, table=table), tmp_path / "march.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "march.xlsx").active

    assert {cell.value for row in sheet["C8:O43"] for cell in row} == {None}


def test_workbook__that_cannot_be_written_is_said(report: CaseloadReport, tmp_path: Path) -> None:
    """One sentence, with what to do."""
    with pytest.raises(InputError, match="cannot be written"):
        write_workbook(report, tmp_path / "absent" / "march.xlsx")
