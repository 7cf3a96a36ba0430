"""Printed copies: their codes and numbers, what is filled in, the printer's scale, the archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from numpy.typing import NDArray

from cpims_scan.errors import InputError
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.pagecode import PageCode, new_serial, read_code
from cpims_scan.forms.paper.drawing import DrawnPage
from cpims_scan.forms.paper.prefill import Given, name_values, read_values
from cpims_scan.forms.paper.primitives import code_bars
from cpims_scan.forms.paper.printing import PrintRun, coded_page, print_run, serial_of
from cpims_scan.forms.template import Edition

DPI = 300
PX_PER_MM = DPI / 25.4
SERIAL = "0123456789AB"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own packs."""
    return load_catalog()


@pytest.fixture(scope="module")
def sheet(catalog: Catalog) -> Edition:
    """The case sheet that bears codes."""
    return catalog.edition("case_record_sheet_a", "2026-mr")


@pytest.fixture(scope="module")
def summary(catalog: Catalog) -> Edition:
    """The monthly summary that bears codes."""
    return catalog.edition("monthly_caseload_summary", "2026-mr")


@pytest.fixture(scope="module")
def copies(summary: Edition) -> bytes:
    """Two copies of the summary: four pages."""
    return print_run(summary, PrintRun(copies=2))


@pytest.fixture(scope="module")
def pages(copies: bytes) -> list[NDArray[np.uint8]]:
    """The same as pictures."""
    return rendered(copies)


def rendered(pdf: bytes) -> list[NDArray[np.uint8]]:
    """Every page in grey at 300 dpi."""
    document = pdfium.PdfDocument(pdf)
    bitmaps = [page.render(scale=DPI / 72, grayscale=True) for page in document]
    pages = [np.array(b.to_numpy(), dtype=np.uint8).reshape(b.height, b.width) for b in bitmaps]
    document.close()
    return pages


def codes(page: NDArray[np.uint8]) -> list[PageCode]:
    """What the codes of a page say."""
    found = [read_code(code.text) for code in zxingcpp.read_barcodes(page)]
    return [code for code in found if code is not None]


def test_print_run__each_page_bears_its_code_twice(pages: list[NDArray[np.uint8]]) -> None:
    """Form, edition and page stand in both codes of every page."""
    found = [codes(page) for page in pages]

    assert [[code.page for code in page] for page in found] == [[1, 1], [2, 2], [1, 1], [2, 2]]
    assert {(c.form, c.edition) for page in found for c in page} == {
        ("monthly_caseload_summary", "2026-mr")
    }


def test_print_run__each_copy_has_its_own_number(pages: list[NDArray[np.uint8]]) -> None:
    """The pages of a copy share a serial, and no two copies do."""
    serials = [codes(page)[0].serial for page in pages]

    assert serials[0] == serials[1] != serials[2] == serials[3]


def test_print_run__a_sheet_is_printed_again_under_its_number(summary: Edition) -> None:
    """A re-print bears the serial that was asked for."""
    pages = rendered(print_run(summary, PrintRun(serial=SERIAL)))

    assert {code.serial for page in pages for code in codes(page)} == {SERIAL}


def test_code_bars__modules_are_half_a_millimetre() -> None:
    """A full QR of version 3 is 29 modules: 14.5 mm."""
    bars = code_bars(PageCode("case_record_sheet_a", "2026-mr", 1, SERIAL).text, 0, 0)

    assert max(left + width for left, _, width, *_ in bars) == pytest.approx(14.5)
    assert {height for *_, height, _ in bars} == {0.5}


def test_coded_page__keeps_the_quiet_zone_white(pages: list[NDArray[np.uint8]]) -> None:
    """Four modules around each code nothing is printed."""
    page = pages[0]
    side = 14.5
    middle = [page.shape[1] / PX_PER_MM - 10 - side / 2, 10 + side / 2]

    ring = _ring(page, (middle[0], middle[1]), side / 2 + 0.3, side / 2 + 1.8)

    assert ring.min() > 200


def _ring(
    page: NDArray[np.uint8], middle: tuple[float, float], inner: float, outer: float
) -> NDArray[np.uint8]:
    """Grey of a square ring around a place, mm."""
    x, y = (round(v * PX_PER_MM) for v in middle)
    a, b = round(inner * PX_PER_MM), round(outer * PX_PER_MM)
    part = page[y - b : y + b, x - b : x + b].copy()
    part[b - a : b + a, b - a : b + a] = 255
    return part


def test_print_run__ruler_is_a_hundred_millimetres(pages: list[NDArray[np.uint8]]) -> None:
    """The line that shows the printer's scale is exactly 100 mm long."""
    page = pages[0]
    foot = page[-round(12 * PX_PER_MM) : -round(8 * PX_PER_MM)]
    longest = max(_longest_run(line < 128) for line in foot)

    assert longest / PX_PER_MM == pytest.approx(100, abs=0.3)


def _longest_run(dark: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(int), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_print_run__says_that_nobody_issued_it(summary: Edition, copies: bytes) -> None:
    """Until settings name an approval the edition is a proposal, in both languages."""
    assert "PROPOSED EDITION, not issued by the Directorate" in _text(copies)
    assert "TOLEO LINALOPENDEKEZWA" in _text(copies)


def test_print_run__approval_stands_instead(summary: Edition) -> None:
    """An approval replaces the proposal on every page."""
    words = _text(print_run(summary, PrintRun(approval="Approved 1 March 2027, DCS/7")))

    assert words.count("Approved 1 March 2027, DCS/7") == 2
    assert "PROPOSED" not in words


def _text(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def test_print_run__values_stand_in_their_boxes(sheet: Edition) -> None:
    """What is filled in beforehand is ink inside the boxes of its fields, and nowhere else."""
    values: dict[str, Given] = {
        "first_name": "AMINA",
        "date_of_birth": "2014-02-09",
        "sex": "female",
    }
    plain = rendered(print_run(sheet, PrintRun(serial=SERIAL)))[0].astype(int)
    filled = rendered(print_run(sheet, PrintRun(serial=SERIAL, values=values)))[0].astype(int)
    inked = np.abs(plain - filled) > 100

    assert _inked(inked, sheet, "first_name") == [True] * 5 + [False] * 13
    assert _inked(inked, sheet, "date_of_birth") == [True] * 8
    assert not any(_inked(inked, sheet, "last_name"))


def _inked(inked: NDArray[np.bool_], edition: Edition, field: str) -> list[bool]:
    boxes = [cell.grown(-0.5) for cell in edition.places[field].comb]
    return [
        bool(
            inked[
                round(box.top * PX_PER_MM) : round(box.bottom * PX_PER_MM),
                round(box.left * PX_PER_MM) : round(box.right * PX_PER_MM),
            ].any()
        )
        for box in boxes
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"first_nam": "AMINA"}, "'first_nam' stands on no page", id="misspelt"),
        pytest.param({"first_name": "A" * 30}, "30 characters, the paper 18", id="too-long"),
        pytest.param({"sex": "woman"}, "Known: male, female", id="no-answer"),
        pytest.param({"date_of_birth": "9/2/2014"}, "2026-05-31", id="no-date"),
        pytest.param({"tribe": "XXXX"}, "not in the list", id="no-code"),
        pytest.param({"case_serial": "1/2"}, "CCO/##/###", id="no-serial"),
    ],
)
def test_print_run__a_value_that_does_not_fit_is_named(
    sheet: Edition, values: dict[str, str], said: str
) -> None:
    """The field is named, so that it can be mended."""
    with pytest.raises(InputError, match=said):
        print_run(sheet, PrintRun(values=dict(values)))


def test_print_run__no_numbers_without_codes(catalog: Catalog) -> None:
    """An edition that bears no codes has no copies of its own."""
    legacy = catalog.edition("case_record_sheet_a", "2015-08")

    with pytest.raises(InputError, match="bears no codes"):
        print_run(legacy, PrintRun(copies=2))


def test_name_values__first_middle_last(sheet: Edition) -> None:
    """What stands between the first and the last word is the middle name."""
    assert name_values(sheet, "Amina Wanjiru wa Otieno") == {
        "first_name": "Amina",
        "middle_name": "Wanjiru wa",
        "last_name": "Otieno",
    }


def test_read_values__message_keeps_the_values_out(tmp_path: Path) -> None:
    """A file that cannot be read is named, and nothing of what it holds is."""
    (tmp_path / "child.json").write_text('{"first_name": "AMINA"')

    with pytest.raises(InputError) as caught:
        read_values(tmp_path / "child.json")

    assert "child.json" in str(caught.value)
    assert '"first_name": "AMINA"\n' not in str(caught.value)


@pytest.mark.parametrize(
    "typed", ["0123-4567-89AB", "0123456789ab", " o123 4567 89AB", "OI23456789AB"]
)
def test_serial_of__is_read_as_people_type_it(typed: str) -> None:
    """Dashes, small letters and letters that look like digits are no matter."""
    assert serial_of(typed) == SERIAL


@pytest.mark.parametrize("typed", ["", "0123-4567", "0123-4567-89AU", "0123-4567-89AB-C"])
def test_serial_of__anything_else_is_refused(typed: str) -> None:
    """A number that cannot be one of ours is not printed."""
    with pytest.raises(InputError, match="no sheet number"):
        serial_of(typed)


def test_coded_page__serial_is_printed_beside_the_code() -> None:
    """A person can type the number when the code is torn."""
    page = DrawnPage(codes=[(10, 10)], serials=[(40, 12, "serial")])

    made = coded_page(page, PageCode("trial", "1", 1, SERIAL))

    assert [word[4] for word in made.words] == ["0123-4567-89AB"]


def test_new_serial__differs_every_time() -> None:
    """Chance decides, so that no two offices need to agree."""
    assert len({new_serial() for _ in range(100)}) == 100
