"""Machine-readable editions through the whole reader: printed, scanned, filled, printed again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest

from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.paper.prefill import name_values
from cpims_scan.forms.paper.printing import PrintRun, print_run
from cpims_scan.pipeline.read import ReadOptions, as_json, read_files
from cpims_scan.pipeline.steps import PageJob, read_page
from simulator.files import write_pdf
from simulator.scanner import feeder
from simulator.sheets import FilledSheet, make_sheet

DPI = 200
SERIAL = "0123456789AB"
ONLY = ("case_record_sheet_a", "2026-mr")
FORMS = ["case_record_sheet_a", "monthly_caseload_summary"]
SEED = 2410
LEAST_MARKED = 15
LEAST_RIGHT = 0.75  # this hand writes a 1 that looks like a 7; the benchmark counts over many
TODAY = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own packs."""
    return load_catalog()


def _as_pictures(pdf: bytes, folder: Path) -> list[Path]:
    """Every page of a print as a grey picture of 200 dots an inch."""
    document = pdfium.PdfDocument(pdf)
    files = []
    for number, page in enumerate(document, start=1):
        bitmap = page.render(scale=DPI / 72, grayscale=True)
        pixels = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
        files.append(folder / f"page-{number}.png")
        cv2.imwrite(str(files[-1]), pixels)
    document.close()
    return files


@pytest.fixture(scope="module", params=FORMS)
def blanks(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> list[PageReading]:
    """The pages of one printed copy, read with nothing written on them."""
    edition = catalog.edition(request.param, "2026-mr")
    only = (request.param, "2026-mr")
    folder = tmp_path_factory.mktemp("printed")
    pdf = print_run(edition, PrintRun(serial=SERIAL))
    return [read_page(PageJob("", file, 1, only=only)) for file in _as_pictures(pdf, folder)]


def test_printed_page__is_known_by_its_code(blanks: list[PageReading]) -> None:
    """Form, edition, page and serial come from the code."""
    found = [reading.match for reading in blanks if reading.match]

    assert [match.page for match in found] == list(range(1, len(blanks) + 1))
    assert {(match.edition, match.identified_by) for match in found} == {("2026-mr", "qr")}
    assert {match.serial for match in found} == {SERIAL}


def test_printed_page__every_box_is_certified(blanks: list[PageReading]) -> None:
    """What we print ourselves is found with proof, all of it."""
    assert [c.field for page in blanks for c in page.cells if not c.is_certified] == []


def test_printed_page__every_box_is_blank(blanks: list[PageReading]) -> None:
    """Print alone is never taken for writing, not even beside a code that the blank lacks."""
    nothing = {"", "empty"}
    seen = [c for page in blanks for c in page.cells if c.distribution[0][0] not in nothing]

    assert [cell.field for cell in seen] == []


@pytest.fixture(scope="module")
def filled(catalog: Catalog) -> FilledSheet:
    """A case sheet on coded paper, in one hand."""
    return make_sheet(catalog, FORMS[0], "2026-mr", SEED)


@pytest.fixture(scope="module")
def sheet_read(filled: FilledSheet, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the reader makes of it, its pages fed in the wrong order."""
    options, file = ReadOptions(only=ONLY), tmp_path_factory.mktemp("scanned") / "sheet.pdf"
    rng = np.random.default_rng(SEED)
    write_pdf(file, [feeder(filled.pages[n], rng) for n in (2, 0, 3, 1)])
    document = as_json(read_files([file], options, TODAY), options)
    (record,) = document["records"]
    return dict(record)


def test_filled_sheet__its_code_joins_the_pages(sheet_read: dict[str, Any]) -> None:
    """Pages with one serial are one sheet, in whatever order they come."""
    assert (sheet_read["edition"], sheet_read["joined_by"]) == ("2026-mr", "qr")
    assert len(sheet_read["pages"]) == 4


def test_filled_sheet__no_coding_is_left_to_a_person(
    sheet_read: dict[str, Any], filled: FilledSheet
) -> None:
    """What is ticked or written as a code comes out as the answer of its list."""
    places = filled.edition.places
    marked = [n for n in filled.values if places[n].codes or places[n].options]
    right = [n for n in marked if sheet_read["values"].get(n) == filled.values[n]]

    assert len(marked) >= LEAST_MARKED
    assert len(right) / len(marked) >= LEAST_RIGHT


def test_prefilled_name__is_read_again(catalog: Catalog, tmp_path: Path) -> None:
    """A name set into the boxes before printing is what the reader sees in them."""
    edition = catalog.edition(FORMS[0], "2026-mr")
    values = name_values(edition, "Amina Wanjiru Kiprotich")
    pdf = print_run(edition, PrintRun(serial=SERIAL, values=values))

    reading = read_page(PageJob("", _as_pictures(pdf, tmp_path)[0], 1, only=ONLY))
    cells = {
        (c.field, int(c.part)): c.distribution[0][0] for c in reading.cells if c.reader == "capital"
    }
    names = ["".join(cells[name, i] for i in range(1, 19)) for name in values]

    assert reading.state == "read"
    assert names == ["AMINA", "WANJIRU", "KIPROTICH"]
