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
# A letter says the reader where colour does not: on a grey print, to a colour-blind eye.
LETTERS = {
    "cells": "A",
    "squares": "Q",
    "number": "N",
    "date": "D",
    "comb": "C",
    "text": "T",
    "print": "P",
    "signature": "S",
    "qr": "R",
}
LEGEND = {
    "cells": "answer cells",
    "squares": "tick squares",
    "number": "number",
    "date": "date",
    "comb": "comb",
    "text": "handwriting",
    "print": "typed",
    "signature": "signature",
    "qr": "QR",
}
LEGEND_SCALE = 0.5
LEGEND_MM = 7.0  # strip under the page, so that the legend covers nothing
TINT = 0.1  # of a box's colour over the blank: what is read is seen at a glance


def blank_pixels(blank: BlankPage) -> NDArray[np.uint8]:
    """
    Open the picture of a blank page.

    Returns:
        Grey, uint8 (H, W), as fine as the file; a PDF page at 200 dpi.

    Raises:
        TemplateError: The file is missing or is no picture.
    """
    if blank.is_frame:
        width, height = (round(side * PX_PER_MM) for side in blank.size_mm)
        return np.full((height, width), 255, np.uint8)
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
    places = edition.on_page(page)
    _tint(canvas, places)
    for place in places:
        _draw_place(canvas, place)
    canvas = _with_legend(canvas, places)
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


def _tint(canvas: NDArray[np.uint8], places: list[Place]) -> None:
    """Lay each box's colour thinly over the blank."""
    over = canvas.copy()
    for place in places:
        for box in [*place.options.values()] or [*place.comb] or [place.box]:
            colour = COLOURS.get(place.reader, (0, 0, 0))
            _draw_box(over, box, colour, thickness=cv2.FILLED)
    cv2.addWeighted(over, TINT, canvas, 1 - TINT, 0, dst=canvas)


def _with_legend(canvas: NDArray[np.uint8], places: list[Place]) -> NDArray[np.uint8]:
    """The picture with a strip under it: letter, colour, word and number of each reader."""
    strip = np.full((round(LEGEND_MM * PX_PER_MM), canvas.shape[1], 3), 255, np.uint8)
    left = PREVIEW_DPI // 8
    for reader, words in LEGEND.items():
        count = sum(place.reader == reader for place in places)
        if not count:
            continue
        text = f"{LETTERS[reader]} {words}: {count}"
        cv2.rectangle(strip, (left, 18), (left + 16, 34), COLOURS[reader], 2)
        place = (left + 22, 32)
        cv2.putText(
            strip, text, place, cv2.FONT_HERSHEY_SIMPLEX, LEGEND_SCALE, (40, 40, 40), 1, cv2.LINE_AA
        )
        (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, LEGEND_SCALE, 1)
        left += width + 50
    return np.vstack([canvas, strip])


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
    letter = LETTERS.get(place.reader, "")
    _write(canvas, place.box, f"{letter} {row}{words}", colour)
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
