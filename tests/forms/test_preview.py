"""The preview shows every box where it is, on the blank."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.paper.draw import draw_pdf
from cpims_scan.forms.preview import blank_pixels, preview, write_previews
from cpims_scan.forms.template import BlankPage, Edition

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
PX_PER_MM = 200 / 25.4


@pytest.fixture
def edition() -> Edition:
    """The example form's only edition."""
    return load_catalog(EXAMPLE).edition("home_visit", "v1")


def test_preview__draws_a_box_in_colour(edition: Edition) -> None:
    """The edge of a date's box is coloured, the blank's own rule beside it is not."""
    picture = cv2.imdecode(np.frombuffer(preview(edition, 1), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    box = edition.places["next_visit"].box

    edge = picture[round(box.bottom * PX_PER_MM), round((box.left + 20) * PX_PER_MM)]
    rule = picture[round(181 * PX_PER_MM), round(30 * PX_PER_MM)]

    assert int(edge.max()) - int(edge.min()) > 60
    assert int(rule.max()) - int(rule.min()) == 0


def test_preview__unknown_page_is_refused(edition: Edition) -> None:
    """A page that the form has not is named."""
    with pytest.raises(TemplateError, match="home_visit v1 has 1 pages, not 2"):
        preview(edition, 2)


def test_write_previews__one_file_a_page(edition: Edition, tmp_path: Path) -> None:
    """One PNG is written a page, named by form, edition and page."""
    files = write_previews(edition, tmp_path / "out")

    assert [file.name for file in files] == ["home_visit-v1-1.png"]


def test_blank_pixels__takes_a_pdf(tmp_path: Path) -> None:
    """A blank may be a PDF page; it looks as its PNG does."""
    folder = EXAMPLE / "form_templates" / "home_visit" / "v1"
    file = tmp_path / "blank.pdf"
    file.write_bytes(draw_pdf(folder / "drawing.yaml"))

    pdf = blank_pixels(BlankPage(1, file, 1, (210.0, 297.0)))
    png = blank_pixels(BlankPage(1, folder / "page-1.png", 1, (210.0, 297.0)))

    assert pdf.shape == png.shape
    assert np.abs(pdf.astype(int) - png).mean() < 1


def test_blank_pixels__pdf_without_that_page(tmp_path: Path) -> None:
    """A PDF's page that is not there is named."""
    file = tmp_path / "blank.pdf"
    file.write_bytes(draw_pdf(EXAMPLE / "form_templates" / "home_visit" / "v1" / "drawing.yaml"))

    with pytest.raises(TemplateError, match="has no page 3"):
        blank_pixels(BlankPage(1, file, 3, (210.0, 297.0)))
