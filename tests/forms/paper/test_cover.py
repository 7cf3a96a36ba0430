"""Covers and slips say in print and in their codes what holds for the pages behind them."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
import pytest

from cpims_scan.domain.paper import BatchContext, PageImage
from cpims_scan.forms.paper.cover import separators
from cpims_scan.forms.separator import Cover, Slip, read_separator
from cpims_scan.imaging.codes import look

LONGEST = "W" * 64
DPI = 150


def printed(cover: Cover | None, slips: range) -> list[PageImage]:
    """The pages as they leave the printer."""
    document = pdfium.PdfDocument(separators(cover, slips))
    pages = []
    for page in document:
        bitmap = page.render(scale=DPI / 72, grayscale=True)
        grey = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
        pages.append(PageImage("page", np.ascontiguousarray(grey), None, DPI))
    document.close()
    return pages


@pytest.mark.parametrize(
    "cover",
    [
        Cover("B-0001"),
        Cover("Gucha March/2", BatchContext("290", "2026-03", "Ng'ang'a, \u201cJane\u201d", 25)),
        Cover("100%/B", BatchContext(None, None, None, 1)),
        Cover(LONGEST, BatchContext(LONGEST, "2026-12", LONGEST, 99999)),
    ],
)
def test_separators__cover_is_read_back(cover: Cover) -> None:
    """Whatever names an office gives come back from the paper as they were."""
    (page,) = printed(cover, range(0))

    assert look(page).separator == cover


def test_separators__slips_are_numbered() -> None:
    """A cover, then as many slips as were asked for."""
    pages = printed(Cover("B"), range(7, 10))

    assert [look(page).separator for page in pages] == [Cover("B"), Slip(7), Slip(8), Slip(9)]


@pytest.mark.parametrize(
    "text",
    [
        "CPIMS:COVER/",
        "CPIMS:COVER/O290",
        "CPIMS:COVER/BB/M2026-13",
        "CPIMS:COVER/BB/S0",
        "CPIMS:COVER/BB/Smany",
        "CPIMS:SLIP/",
        "CPIMS:SLIP/1/2",
        "CPIMS:CASE-RECORD-SHEET-A/2026-MR/1",
    ],
)
def test_read_separator__what_cannot_be_is_none(text: str) -> None:
    """Half a code, or one that says nonsense, separates nothing."""
    assert read_separator(text) is None


def test_read_separator__parts_of_a_later_program_are_passed_over() -> None:
    """What this program does not know does not hide what it knows."""
    assert read_separator("CPIMS:COVER/BB-1/X9/O290") == Cover("B-1", BatchContext("290"))
