"""Every box of a form drawn with its name on the blank, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from cpims_scan.domain.paper import MM_PER_INCH, Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.template import BlankPage, Edition, Place

PREVIEW_DPI = 200
PX_PER_MM = PREVIEW_DPI / MM_PER_INCH
NAME_SCALE = 0.33  # OpenCV's unit: letters about 1 mm high at 200 dpi
NAME_DROP_PX = 9

# Colours in OpenCV's order (blue, green, red), apart for eyes that do not tell red from green.
COLOURS = {
    "cells": (200, 90, 0),
    "squares": (200, 90, 0),
    "number": (0, 120, 230),
    "date": (150, 0, 150),
    "comb": (0, 120, 230),
    "text": (60, 130, 0),
    "print": (60, 130, 0),
    "signature": (90, 90, 90),
    "qr": (90, 90, 90),
}


def blank_pixels(blank: BlankPage) -> NDArray[np.uint8]:
    """
    Open the picture of a blank page.

    Returns:
        Grey, uint8 (H, W), as fine as the file; a PDF page at 200 dpi.

    Raises:
        TemplateError: The file is missing or is no picture.
    """
    try:
        data = blank.file.read_bytes()
    except OSError as error:
        raise TemplateError(
            f"{blank.file}: the blank of page {blank.number} cannot be read ({error.strerror}). "
            "Put it beside template.yaml, or draw it with drawing.yaml."
        ) from error
    if data.startswith(b"%PDF"):
        return _pdf_pixels(data, blank)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise TemplateError(
            f"{blank.file}: is neither PNG, JPEG nor PDF. Save the blank again as PNG."
        )
    return np.asarray(pixels, dtype=np.uint8)


def preview(edition: Edition, page: int) -> bytes:
    """
    Draw every box of one page, with its name, on the blank.

    Args:
        edition: An edition of a form.
        page: Number of the page, from 1.

    Returns:
        A colour PNG, 200 dpi.

    Raises:
        TemplateError: There is no such page, or its blank cannot be read.
    """
    if not 1 <= page <= len(edition.pages):
        raise TemplateError(
            f"{edition.form.name} {edition.name} has {len(edition.pages)} pages, not {page}."
        )
    blank = edition.pages[page - 1]
    size = (round(blank.size_mm[0] * PX_PER_MM), round(blank.size_mm[1] * PX_PER_MM))
    grey = cv2.resize(blank_pixels(blank), size, interpolation=cv2.INTER_AREA)
    canvas = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    for place in edition.on_page(page):
        _draw_place(canvas, place)
    done, data = cv2.imencode(".png", canvas)
    if not done:
        raise TemplateError(f"{blank.file}: the preview of page {page} could not be written.")
    return data.tobytes()


def _pdf_pixels(data: bytes, blank: BlankPage) -> NDArray[np.uint8]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise TemplateError(f"{blank.file}: is not a readable PDF. Save it again.") from error
    try:
        if not 1 <= blank.pdf_page <= len(document):
            raise TemplateError(f"{blank.file}: has no page {blank.pdf_page}. Correct pdf_page.")
        bitmap = document[blank.pdf_page - 1].render(scale=PREVIEW_DPI / 72, grayscale=True)
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
        return pixels.reshape(bitmap.height, bitmap.width)
    finally:
        document.close()


def _draw_place(canvas: NDArray[np.uint8], place: Place) -> None:
    colour = COLOURS.get(place.reader, (0, 0, 0))
    parts: dict[str, Box] = dict(place.options)
    parts |= {str(i): box for i, box in enumerate(place.comb, start=1)}
    for box in parts.values():
        _draw_box(canvas, box, colour, thickness=1)
    if not parts:
        _draw_box(canvas, place.box, colour, thickness=1)
    words = place.field.rsplit(".", 1)[-1] if "." in place.field else place.field
    row = place.field.split(".")[1] + " " if place.field.count(".") == 2 else ""  # noqa: PLR2004, table.row.field
    _write(canvas, place.box, row + words, colour)
    for name, box in place.options.items():
        _write(canvas, Box(box.left, box.bottom - 1.4, box.width, 1.4), name, colour)


def _draw_box(
    canvas: NDArray[np.uint8], box: Box, colour: tuple[int, int, int], thickness: int
) -> None:
    first = (round(box.left * PX_PER_MM), round(box.top * PX_PER_MM))
    last = (round(box.right * PX_PER_MM), round(box.bottom * PX_PER_MM))
    cv2.rectangle(canvas, first, last, colour, thickness)


def _write(canvas: NDArray[np.uint8], box: Box, words: str, colour: tuple[int, int, int]) -> None:
    place = (round(box.left * PX_PER_MM) + 2, round(box.top * PX_PER_MM) + NAME_DROP_PX)
    cv2.putText(canvas, words, place, cv2.FONT_HERSHEY_SIMPLEX, NAME_SCALE, colour, 1, cv2.LINE_AA)


def write_previews(edition: Edition, folder: Path) -> list[Path]:
    """Write the preview of every page as <form>-<edition>-<page>.png and name the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for page in edition.pages:
        file = folder / f"{edition.form.name}-{edition.name}-{page.number}.png"
        file.write_bytes(preview(edition, page.number))
        files.append(file)
    return files
