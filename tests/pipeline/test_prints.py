"""Print-outs of workbooks, from the page to values: any size and cut, or a question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks.crash import save_stack
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.read import ReadOptions, as_json, read_files
from simulator.scanner import feeder, photocopy, turn
from tests.pipeline.papers import DPI
from tests.printed import Layout, Pixels, print_tool_b

pytestmark = pytest.mark.tesseract

FIGURES: dict[str, int] = {
    "categories.csic.m_00_05": 2, "categories.csic.f_06_10": 13, "categories.csic.m_sub": 2,
    "categories.csic.f_sub": 13, "categories.csic.total": 15,
    "categories.csuc.f_18_up": 1, "categories.csuc.f_sub": 1, "categories.csuc.total": 1,
    "interventions.iadp.m_11_15": 4, "interventions.iadp.m_sub": 4, "interventions.iadp.total": 4,
    "interventions.pend.f_16_17": 12, "interventions.pend.f_sub": 12,
    "interventions.pend.total": 12, "total_caseload": 16, "total_disposed": 4,
}  # fmt: skip
TABLED = {name: value for name, value in FIGURES.items() if name.count(".") == 2}
TODAY = dt.date(2026, 3, 1)


def _read(pages: list[Pixels], file: Path) -> dict[str, Any]:
    save_stack(pages, file, DPI)
    options = ReadOptions()
    return as_json(read_files([file], options, TODAY), options)


def _scans(pages: list[Pixels], seed: int) -> list[Pixels]:
    rng = np.random.default_rng(seed)
    return [feeder(page, rng).image for page in pages]


def _kept(document: dict[str, Any]) -> dict[str, Any]:
    """All figures of the tables that are kept without a person."""
    return {
        field["name"]: field["value"]
        for page in document["files"][0]["pages"]
        for field in page["fields"]
        if field["decision"] == "accept" and field["value"] is not None
        and field["name"].count(".") == 2
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole(bundled: Catalog, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is read of a print at 55 percent on Letter, upright, one page."""
    pages = print_tool_b(bundled, FIGURES, Layout())
    return _read(_scans(pages, 2701), tmp_path_factory.mktemp("whole") / "print.pdf")


def test_read_print__every_figure_in_its_own_row_and_column(whole: dict[str, Any]) -> None:
    """At 55 percent on Letter all figures come back by their labels and headings, and no other."""
    assert _kept(whole) == TABLED


def test_read_print__says_how_it_was_identified(whole: dict[str, Any]) -> None:
    """A page without fixed places says that its print named it."""
    page = whole["files"][0]["pages"][0]

    assert (page["edition"], page["identified_by"]) == ("excel-tool-b", "print")


def test_read_print__place_and_month_from_the_header(whole: dict[str, Any]) -> None:
    """Names out of the lists become their codes, the month's name its choice."""
    values = whole["records"][0]["values"]
    header = [values[name] for name in ("county", "sub_county", "month", "year")]

    assert header == ["41", "279", "07", 2019]


def test_read_print__footer_is_read_beside_its_words(whole: dict[str, Any]) -> None:
    """What stands below the tables is found right of its printed words."""
    assert whole["records"][0]["values"]["total_caseload"] == 16


def test_read_print__overrunning_label_leaves_cells_to_a_person(whole: dict[str, Any]) -> None:
    """Letters of a long label over the empty cell beside it are no figure that is kept."""
    fields = {f["name"]: f for f in whole["files"][0]["pages"][0]["fields"]}

    assert fields["interventions.relr.m_00_05"]["reasons"][-1] == "not_certified"


def test_read_print__boxes_lie_on_the_page_as_it_came(whole: dict[str, Any]) -> None:
    """The corners given for a cell enclose its own figure and no line's width more."""
    fields = {f["name"]: f for f in whole["files"][0]["pages"][0]["fields"]}
    one, below = (fields[f"categories.{row}.m_00_05"]["quad_px"] for row in ("csic", "cidc"))

    assert np.allclose(one[3], below[0], atol=1.5) and np.allclose(one[2], below[1], atol=1.5)


def test_read_print__turned_photocopy(bundled: Catalog, tmp_path: Path) -> None:
    """A copy of a copy that lies on its side is read as well."""
    page = print_tool_b(bundled, FIGURES, Layout(scale=0.6, size_mm=(210.0, 297.0)))[0]
    scan = turn(photocopy(page, np.random.default_rng(2702), generations=1), 270)

    kept = _kept(_read([scan.image], tmp_path / "copy.pdf"))

    assert kept.items() <= TABLED.items() and len(kept) >= len(TABLED) - 1


def test_read_print__pieces_of_one_sheet_are_joined(bundled: Catalog, tmp_path: Path) -> None:
    """A print that is broken inside the first table is one record of two pages."""
    pages = print_tool_b(bundled, FIGURES, Layout(scale=0.7, break_after=20))

    document = _read(_scans(pages, 2703), tmp_path / "broken.pdf")

    assert [len(record["pages"]) for record in document["records"]] == [2]
    assert _kept(document) == TABLED


def test_read_print__a_piece_alone_is_not_a_sheet(bundled: Catalog, tmp_path: Path) -> None:
    """Half a print says nothing of the rows on its other half: they are missing, not blank."""
    pages = print_tool_b(bundled, FIGURES, Layout(scale=0.7, break_after=20))

    document = _read(_scans(pages[:1], 2704), tmp_path / "half.pdf")

    names = {f["name"] for f in document["files"][0]["pages"][0]["fields"]}
    assert document["records"][0]["joined_by"] == "not joined"
    assert "interventions.pend.total" not in names


def test_read_print__a_quarter_is_never_a_month(bundled: Catalog, tmp_path: Path) -> None:
    """A quarter's sheet of the same workbook is not read; the reason is its printed title."""
    layout = Layout(title="Quarterly Case Load Summary", month="Jul - Sep")
    pages = print_tool_b(bundled, FIGURES, layout)

    document = _read(_scans(pages, 2705), tmp_path / "quarter.pdf")

    page = document["files"][0]["pages"][0]
    assert (page["state"], document["records"]) == ("unaligned", [])
    assert "Quarterly" in page["error"]


def test_read_print__swapped_labels_are_not_certified(bundled: Catalog, tmp_path: Path) -> None:
    """Rows whose labels stand in another order than the form's are left to a person."""
    pages = print_tool_b(bundled, FIGURES, Layout(swapped=(25, 26)))

    document = _read(_scans(pages, 2706), tmp_path / "swapped.pdf")

    fields = {f["name"]: f for f in document["files"][0]["pages"][0]["fields"]}
    kept = [n for n, f in fields.items() if n.startswith("categories.csic") and f["value"]]
    assert all(fields[name]["decision"] == "review" for name in kept)


def test_read_print__a_column_that_is_missing_is_refused(bundled: Catalog, tmp_path: Path) -> None:
    """A print whose right side was cut off keeps only the columns that its headings name."""
    page = print_tool_b(bundled, FIGURES, Layout())[0]
    cut = np.ascontiguousarray(page[:, : round(page.shape[1] * 0.5)])
    file = tmp_path / "cut.png"
    cv2.imwrite(str(file), cut)
    options = ReadOptions()

    document = as_json(read_files([file], options, TODAY), options)

    assert _kept(document).items() <= TABLED.items()
