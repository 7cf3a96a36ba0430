"""Ruled tables: their lines are traced and their rows known, whatever the printer made of them."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.paper import PageImage
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.grid import GridRow
from cpims_scan.imaging.grid.cells import GridCell
from cpims_scan.imaging.grid.lines import find_lines
from cpims_scan.imaging.grid.pages import GridPage, find_grid
from cpims_scan.imaging.grid.rows import likeness, match_rows
from cpims_scan.imaging.grid.words import PrintedWord
from cpims_scan.imaging.views import view_of
from simulator.scanner import Scan, feeder, turn
from tests.printed import Layout, print_tool_b

PX_PER_MM = 6.0
# Tool B on one page: 36 and 31 rows, two rows of headings above each.
ACROSS, DOWN = 39 + 34, 16


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs that ship."""
    return load_catalog(None)


@pytest.fixture(scope="module")
def scan(catalog: Catalog) -> Scan:
    """A print at 55 percent through a feeder, a little askew."""
    page = print_tool_b(catalog, {}, Layout())[0]
    return feeder(page, np.random.default_rng(2710), skew=2.0)


def _found(scan: Scan) -> GridPage:
    page = PageImage("", scan.image, None, scan.dpi)
    grid = find_grid(page, view_of(page))
    assert grid is not None
    return grid


def test_find_grid__every_line_of_a_skewed_print(scan: Scan) -> None:
    """All lines across and down are found once, and nothing else."""
    lines = _found(scan).lines

    assert (len(lines.across), len(lines.down)) == (ACROSS, DOWN)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_find_grid__says_how_the_page_is_turned(scan: Scan, degrees: int) -> None:
    """Low rows and a wide column of labels at the left tell which way is up."""
    assert _found(turn(scan, degrees)).turned == degrees


def test_find_grid__a_page_of_text_has_none() -> None:
    """A page without ruled lines is no table."""
    page = PageImage("", np.full((1754, 1240), 240, np.uint8), None, 150.0)

    assert find_grid(page, view_of(page)) is None


def test_find_lines__gaps_do_not_break_a_line() -> None:
    """A line that a copier left out here and there is one line with pieces."""
    darkness = np.zeros((300, 600), np.uint8)
    darkness[150, 20:580] = 200
    darkness[150, 200:230] = darkness[150, 400:440] = 0

    across = find_lines(darkness, PX_PER_MM).across

    assert [len(line.pieces) for line in across] == [3]


def _cell(number: int, text: str) -> GridCell:
    top = 20.0 * number
    return GridCell(number, number + 1, 0, 1, (PrintedWord(text, 5, top, 90, top + 10, 1.0),))


def test_match_rows__labels_in_the_forms_order(catalog: Catalog) -> None:
    """Labels are matched in order; one that is misread keeps its place between its neighbours."""
    grid = catalog.editions["monthly_caseload_summary", "excel-tool-b"].grid
    assert grid is not None
    printed = ["Custody", "Defi1ement", "Disputed paternitv", "Drug and Substance Abuse"]

    found = match_rows(grid, [_cell(i, text) for i, text in enumerate(printed)])

    assert [match.row.name.split(".")[1] for match in found] == ["cccp", "ccdf", "csct", "csds"]


def test_match_rows__labels_out_of_order_are_left_out(catalog: Catalog) -> None:
    """No order-preserving assignment has both of two labels that changed places."""
    grid = catalog.editions["monthly_caseload_summary", "excel-tool-b"].grid
    assert grid is not None

    found = match_rows(grid, [_cell(0, "Defilement"), _cell(1, "Custody")])

    assert len(found) == 1


def test_likeness__a_label_that_is_cut_off_is_still_like() -> None:
    """The next cell may hide a label's end: its beginning counts."""
    row = GridRow("t.r", ("Release on revocation of an order/earlier release",), 0.0)

    assert likeness("Release on revocation of an ord", row.words) > 0.9
