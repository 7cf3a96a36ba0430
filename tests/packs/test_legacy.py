"""Legacy paper: the drawn blanks lie on the printed ones, and filled pages are told apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from numpy.typing import NDArray

from benchmarks.crash import save_stack
from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.paper.drawing import Drawing
from cpims_scan.forms.template import Edition, Place
from cpims_scan.forms.yamlfile import read_model
from cpims_scan.pipeline.assembly.serials import FilePage
from cpims_scan.pipeline.assembly.sheets import assemble
from cpims_scan.pipeline.steps import PageJob, read_page
from simulator.answers import Answer, mark, text
from simulator.fill import fill
from simulator.hands import make_hand
from simulator.scanner import feeder

ROOT = Path(__file__).parents[2]
REGISTER = "facts/papers/Case-Records-Register.pdf"
FORM, EDITION = "case_register", "2017-07"
BLOCKS, LEFT_CELLS, RIGHT_CELLS = 5, 36, 18
SHEET_2018_CELLS = 156
RETURN_ROWS, RETURN_COLUMNS, SUM_COLUMNS = 16, 13, 3
MM_PER_POINT = 25.4 / 72
THIN_MM = 0.6  # what is narrower is a rule
PLACE_MM = 0.25  # asked of the worst box
SEED = 2017
DPI = 300
EVERY = 3  # field in so many that is filled

# Every page of the editions described here, and of the one that resembles them most.
PAGES = [
    ("case_record_sheet_a", "2015-08", 1),
    ("case_record_sheet_a", "2015-08", 2),
    ("case_record_sheet_a", "2018-08", 1),
    ("case_record_sheet_a", "2018-08", 2),
    (FORM, EDITION, 1),
    (FORM, EDITION, 2),
    ("institution_return", "paper-2026", 1),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own packs."""
    return load_catalog(ROOT)


@pytest.fixture(scope="module")
def drawn() -> Drawing:
    """The drawing of the register."""
    return read_model(ROOT / "form_templates" / FORM / EDITION / "drawing.yaml", Drawing)


def _rules_of_pdf(file: Path, index: int) -> NDArray[np.float64]:
    """Middles and ends of the rules of a PDF's page: x1, y1, x2, y2 in mm."""
    document = pdfium.PdfDocument(file)
    page = document[index]
    paths = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH])
    bounds = np.array([path.get_bounds() for path in paths])
    high = page.get_height()
    document.close()
    left, right = bounds[:, 0] * MM_PER_POINT, bounds[:, 2] * MM_PER_POINT
    top, bottom = (high - bounds[:, 3]) * MM_PER_POINT, (high - bounds[:, 1]) * MM_PER_POINT
    is_wide, is_rule = right - left > bottom - top, np.minimum(right - left, bottom - top) < THIN_MM
    row, column = (top + bottom) / 2, (left + right) / 2
    lying = np.column_stack([left, row, right, row])
    standing = np.column_stack([column, top, column, bottom])
    return np.asarray(np.where(is_wide[:, None], lying, standing)[is_rule])


def _off(edges: list[float], lines: NDArray[np.float64]) -> float:
    """How far the worst of some edges is from its nearest line, mm."""
    return float(np.abs(np.array(edges)[:, None] - lines[None, :]).min(axis=1).max())


def _answer(place: Place) -> Answer:
    """Something that fits the reader."""
    if place.options:
        return mark(next(iter(place.options)))
    return text({"number": "12", "date": "3/4/18"}.get(place.reader, "Neema"))


def _filled(edition: Edition, number: int, folder: Path) -> Path:
    """A page filled here and there by an invented hand, as a feeder gives it."""
    answers = {p.field: _answer(p) for p in edition.on_page(number)[::EVERY]}
    page = fill(edition, answers, make_hand(SEED), number, SEED)
    scan = feeder(page, np.random.default_rng(SEED))
    return save_stack([scan.image], folder / "page.pdf", DPI)


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2])
def test_register__boxes_stand_between_the_printed_rules(
    catalog: Catalog, shared: Path, number: int
) -> None:
    """Every edge of every box is a rule of the real paper, to a quarter of a millimetre."""
    rules = _rules_of_pdf(shared / REGISTER, number - 1)
    boxes = [place.box for place in catalog.edition(FORM, EDITION).on_page(number)]

    assert _off([e for b in boxes for e in (b.top, b.bottom)], rules[:, 1]) <= PLACE_MM
    assert _off([e for b in boxes for e in (b.left, b.right)], rules[:, 0]) <= PLACE_MM


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2])
def test_register__drawn_rules_are_the_printed_ones(
    drawn: Drawing, shared: Path, number: int
) -> None:
    """Each rule of the drawing lies on a rule of the real paper."""
    rules = _rules_of_pdf(shared / REGISTER, number - 1)
    mine = np.array(drawn.pages[number - 1].rules)
    lying = mine[:, 1] == mine[:, 3]

    assert _off(list(mine[lying, 1]), rules[:, 1]) <= PLACE_MM
    assert _off(list(mine[~lying, 0]), rules[:, 0]) <= PLACE_MM


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2])
def test_register__real_paper_is_known_and_blank(shared: Path, number: int) -> None:
    """The printed register is found in its edition and page, and nothing is read on it."""
    reading = read_page(PageJob("", shared / REGISTER, number))

    assert reading.match is not None and reading.residual_mm is not None
    assert (reading.match.form, reading.match.edition, reading.match.page) == (
        *(FORM, EDITION, number),
    )
    assert reading.residual_mm[1] <= PLACE_MM
    assert {cell.distribution[0][0] for cell in reading.cells} == {""}


@pytest.mark.shared
@pytest.mark.parametrize("number", [3, 4])
def test_register__its_covers_are_no_pages_of_it(shared: Path, number: int) -> None:
    """The cover and the inner cover of the book are unknown, and so it is said."""
    assert read_page(PageJob("", shared / REGISTER, number)).state == "unknown"


@pytest.mark.parametrize(("form", "edition", "number"), PAGES)
def test_filled_page__is_told_from_its_kin(
    catalog: Catalog, tmp_path: Path, form: str, edition: str, number: int
) -> None:
    """Two editions of one sheet, two pages of one opening: each is found to be itself."""
    file = _filled(catalog.edition(form, edition), number, tmp_path)

    match = read_page(PageJob("", file, 1)).match
    assert match is not None
    assert (match.form, match.edition, match.page) == (form, edition, number)


def test_register__opening_is_five_blocks_of_six_lines(catalog: Catalog) -> None:
    """36 cells on the left and 18 on the right for each of the five cases."""
    places = catalog.edition(FORM, EDITION).places.values()
    counted = Counter((place.page, place.field.split(".")[1]) for place in places)

    assert set(counted.values()) == {LEFT_CELLS, RIGHT_CELLS}
    assert len(counted) == 2 * BLOCKS


def test_register__right_page_never_joins_by_order(catalog: Catalog) -> None:
    """A left page is a sheet; the page that follows it in the file waits for a person."""
    pages = [
        FilePage("book.pdf", n, PageReading(f"page-{n}", "read", _match(n), Quality()))
        for n in (1, 2)
    ]

    assembly = assemble(pages, catalog, BatchContext())
    assert [sheet.pages for sheet in assembly.sheets] == [{1: "page-1"}]
    assert [page.reading.content for page in assembly.unjoined] == ["page-2"]


def _match(number: int) -> PageMatch:
    return PageMatch(FORM, EDITION, number, 0, 1.0, "layout")


def test_sheet_of_2018__prints_what_it_prints(catalog: Catalog) -> None:
    """Eight siblings, an office, an unknown income, an emergency; no sex of parents."""
    edition = catalog.edition("case_record_sheet_a", "2018-08")

    assert len(edition.places) == SHEET_2018_CELLS
    assert {"siblings.8.name", "report_orgunit", "caregivers.1.relationship", "scco_date"} <= set(
        edition.places
    )
    assert "unknown" in edition.places["household_economic_status"].options
    assert "emergency" in edition.places["case_nature"].options
    assert "parents.father.sex" not in edition.places


def test_institution_return__sums_its_rows_and_two_of_its_columns(catalog: Catalog) -> None:
    """Three sums in each of 16 rows; returnees and exits are sums in each of 13 columns."""
    edition = catalog.edition("institution_return", "paper-2026")
    tables = Counter(f.table for f in edition.form.fields.values() if f.table)

    assert tables == {"population": RETURN_ROWS * RETURN_COLUMNS}
    assert len(edition.totals) == RETURN_ROWS * SUM_COLUMNS + 2 * RETURN_COLUMNS
    assert not edition.blank_counts_as_zero("population.previous.m_00_05")
    assert edition.blank_counts_as_zero("population.tana.m_00_05")
