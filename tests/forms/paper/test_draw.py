"""The redrawn blank falls on the printed form, word by word and rule by rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.paper.draw import Drawing, draw_blanks, draw_pdf, printable
from cpims_scan.forms.yamlfile import read_model

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "example-pack"
EDITION = ROOT / "form_templates" / "case_record_sheet_a" / "2015-08"
PAPER = "facts/papers/DCS_CASE_RECORD_SHEET_A_20022016.pdf"
DPI = 200
PX_PER_MM = DPI / 25.4
LINE_TOLERANCE_MM = 0.2  # asked of the redrawn blank; 0.15 is the aim of the drawing
WINDOW_MM = 0.6  # looked at on both sides of a rule

SMALL = """
styles:
  plain: {face: carlito, size: 10}
pages:
  - size_mm: [100, 50]
    rules: [[10, 20, 90, 20]]
    words: [[10, 10, 30, plain, Wide], [50, 10, 0, plain, Own]]
"""


def _gray(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    return 255.0 - image.astype(np.float64)


def _rendered(data: bytes | Path, index: int) -> NDArray[np.uint8]:
    document = pdfium.PdfDocument(data)
    bitmap = document[index].render(scale=DPI / 72, grayscale=True)
    pixels = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
    document.close()
    return pixels


def _blank(number: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(EDITION / f"page-{number}.png"), cv2.IMREAD_GRAYSCALE))


def _middle_mm(dark: NDArray[np.float64], rule: tuple[float, float, float, float]) -> float:
    """Where a rule's middle stands across its direction, in mm from the expected place."""
    x1, y1, x2, y2 = rule
    window = WINDOW_MM * PX_PER_MM
    if y1 == y2:  # rows across, columns along the rule
        part = dark[
            round(y1 * PX_PER_MM - window) : round(y1 * PX_PER_MM + window) + 1,
            round(x1 * PX_PER_MM) + 2 : round(x2 * PX_PER_MM) - 1,
        ]
    else:
        part = dark[
            round(y1 * PX_PER_MM) + 2 : round(y2 * PX_PER_MM) - 1,
            round(x1 * PX_PER_MM - window) : round(x1 * PX_PER_MM + window) + 1,
        ].T
    profile = np.median(part, axis=1)  # print that touches the rule is the exception along it
    profile[profile < profile.max() / 4] = 0
    centre = float((profile * np.arange(len(profile))).sum() / profile.sum())
    return (centre - window) / PX_PER_MM


@pytest.mark.parametrize("number", [1, 2])
def test_blank__rules_fall_on_the_printed_form(shared: Path, number: int) -> None:
    """Every rule of the redrawn blank is within 0.2 mm of the real form's."""
    rules = read_model(EDITION / "drawing.yaml", Drawing).pages[number - 1].rules
    real, ours = _gray(_rendered(shared / PAPER, number - 1)), _gray(_blank(number))

    apart = [abs(_middle_mm(real, rule) - _middle_mm(ours, rule)) for rule in rules]

    assert len(rules) >= 50
    assert max(apart) < LINE_TOLERANCE_MM


@pytest.mark.parametrize("number", [1, 2])
def test_blank__words_fall_on_the_printed_form(shared: Path, number: int) -> None:
    """At least 95 in 100 words of the real form have ink where the redrawn blank has it."""
    words = read_model(EDITION / "drawing.yaml", Drawing).pages[number - 1].words
    real, ours = _gray(_rendered(shared / PAPER, number - 1)), _gray(_blank(number))

    alike = [_alike(real, ours, left, base, width) for left, base, width, *_ in words]

    assert np.mean(np.array(alike) > 0.7) > 0.95


def _alike(
    real: NDArray[np.float64], ours: NDArray[np.float64], left: float, base: float, width: float
) -> float:
    rows = slice(round((base - 2.2) * PX_PER_MM), round((base + 0.6) * PX_PER_MM))
    columns = slice(round(left * PX_PER_MM) - 1, round((left + width) * PX_PER_MM) + 2)
    a, b = (cv2.GaussianBlur(page[rows, columns], (0, 0), 1.0) for page in (real, ours))
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_blank__has_no_artwork(shared: Path) -> None:
    """Where the form prints the coat of arms, the redrawn blank is white."""
    arms = (slice(round(5 * PX_PER_MM), round(23 * PX_PER_MM)),)

    assert _gray(_rendered(shared / PAPER, 0))[arms].max() > 200
    assert _gray(_blank(1))[arms].max() == 0


def test_draw_pdf__page_has_its_true_size(tmp_path: Path) -> None:
    """A drawing of 100 x 50 mm becomes a PDF page of 100 x 50 mm."""
    (tmp_path / "drawing.yaml").write_text(SMALL, encoding="utf-8")

    document = pdfium.PdfDocument(draw_pdf(tmp_path / "drawing.yaml"))

    assert document[0].get_size() == pytest.approx((100 / 25.4 * 72, 50 / 25.4 * 72), abs=0.01)
    document.close()


def test_draw_pdf__word_fills_the_width_it_is_given(tmp_path: Path) -> None:
    """A word is stretched into its width; width 0 leaves it as it is."""
    (tmp_path / "drawing.yaml").write_text(SMALL, encoding="utf-8")

    dark = _gray(_rendered(draw_pdf(tmp_path / "drawing.yaml"), 0))[: round(14 * PX_PER_MM)]
    columns = np.nonzero(dark.max(axis=0) > 64)[0] / PX_PER_MM

    assert columns[columns < 45].max() == pytest.approx(40, abs=0.7)
    assert columns.max() < 58


def test_draw_blanks__writes_a_picture_a_page(tmp_path: Path) -> None:
    """The blank of each page is written beside the drawing at 200 dpi."""
    (tmp_path / "drawing.yaml").write_text(SMALL, encoding="utf-8")

    files = draw_blanks(tmp_path)
    picture = cv2.imread(str(files[0]), cv2.IMREAD_GRAYSCALE)

    assert [file.name for file in files] == ["page-1.png"]
    assert picture is not None
    assert picture.shape == pytest.approx((50 * PX_PER_MM, 100 * PX_PER_MM), abs=1)


def test_draw_pdf__unknown_style_is_named(tmp_path: Path) -> None:
    """A word whose style is not there is refused, with the styles that are."""
    (tmp_path / "drawing.yaml").write_text(SMALL.replace("plain, Own", "fancy, Own"), "utf-8")

    with pytest.raises(TemplateError, match=r"word 'Own': no style or face 'fancy'. Known: plain"):
        draw_pdf(tmp_path / "drawing.yaml")


def test_printable__uses_the_picture_where_there_is_no_drawing(tmp_path: Path) -> None:
    """A pack with pictures alone prints them at true size."""
    shutil.copytree(EXAMPLE, tmp_path / "pack")
    (tmp_path / "pack/form_templates/home_visit/v1/drawing.yaml").unlink()
    drawn = printable(load_catalog(EXAMPLE).edition("home_visit", "v1"))
    pictured = printable(load_catalog(tmp_path / "pack").edition("home_visit", "v1"))

    apart = _gray(_rendered(drawn, 0)) - _gray(_rendered(pictured, 0))

    assert np.abs(apart).mean() < 1.5
