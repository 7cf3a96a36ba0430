"""An undescribed form's file: every page straight, with its words and its boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import zxingcpp

from cpims_scan.domain.blank import BlankPrint, FoundBox
from cpims_scan.domain.paper import CELL_PX_PER_MM, Box, Pixels
from cpims_scan.imaging.finding.boxes import find_boxes
from cpims_scan.imaging.finding.straighten import StraightPage, straighten
from cpims_scan.imaging.finding.words import with_darkness, words_of_pdf, words_of_picture
from cpims_scan.imaging.intake import open_scan

PDF_SUFFIX = ".pdf"
CODE_ROOM_MM = 1.0  # a QR's box reaches a little into its white border


@dataclass(frozen=True, slots=True)
class BlankScan:
    """One page of a blank: its straight picture at 8 pixels a millimetre, and what is on it."""

    page: StraightPage
    print: BlankPrint
    codes: tuple[tuple[str, Box], ...]


def scan_blank(file: Path, paper: tuple[float, float] | None = None) -> Iterator[BlankScan]:
    """
    Find words and boxes on every page of an empty form.

    A PDF that was made on a computer says its words itself; a scan or a photo is made straight,
    and Tesseract reads it.

    Args:
        file: PDF, PNG, JPEG or TIFF.
        paper: The paper's size in mm where the file does not know it.

    Raises:
        InputError: The file cannot be opened.
        MissingProgramError: Words must be read, and Tesseract is not installed.
    """
    with open_scan(file) as scan:
        for number in range(1, scan.page_count + 1):
            is_pdf = file.suffix.lower() == PDF_SUFFIX
            words = words_of_pdf(file, number) if is_pdf else []
            page = straighten(scan.page(number), paper, is_photo=not is_pdf)
            # Words that a program laid under a crooked scan stand where the scan was.
            if not words or page.is_moved:
                words = words_of_picture(page.pixels)
            words = with_darkness(words, page.pixels)
            codes = find_codes(page.pixels)
            boxes: list[FoundBox] = find_boxes(page.pixels, words, [box for _, box in codes])
            yield BlankScan(page, BlankPrint(page.size_mm, tuple(words), tuple(boxes)), codes)


def find_codes(picture: Pixels) -> tuple[tuple[str, Box], ...]:
    """QR codes on a page: their text and their box, mm."""
    found = []
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for code in zxingcpp.read_barcodes(picture, formats=formats):
        corners = (
            code.position.top_left, code.position.top_right,
            code.position.bottom_right, code.position.bottom_left,
        )  # fmt: skip
        points = [Box(p.x / CELL_PX_PER_MM, p.y / CELL_PX_PER_MM, 0, 0) for p in corners]
        found.append((str(code.text), Box.around(points).grown(CODE_ROOM_MM)))
    return tuple(found)
