"""A form drawn from data: every rule, bar, square and word at its place in millimetres."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from cpims_scan.errors import TemplateError
from cpims_scan.forms.paper.drawing import Drawing, DrawnPage, StyleSpec, Word
from cpims_scan.forms.paper.faces import FACES, embedded, natural_width
from cpims_scan.forms.paper.pdfa import About, archived, new_canvas
from cpims_scan.forms.preview import blank_pixels
from cpims_scan.forms.template import Edition
from cpims_scan.forms.yamlfile import read_model

__all__ = ["Drawing", "DrawnPage", "StyleSpec"]  # also found here by their older name

# 200 dots an inch is what offices scan at least; a finer blank tells registration nothing more.
BLANK_DPI = 200
PNG_EFFORT = 9  # the smallest file; blanks are written once


def draw_pdf(drawing: Path) -> bytes:
    """
    Draw a blank form as a PDF that prints at its true size.

    Raises:
        TemplateError: The drawing is not well formed, or a word has a style that is not there.
    """
    spec = read_model(drawing, Drawing)
    return draw_pages(spec.pages, spec.styles, About(drawing.parent.name), str(drawing))


def draw_pages(
    pages: Sequence[DrawnPage],
    styles: dict[str, StyleSpec],
    about: About,
    source: str = "drawing",
    is_dated: bool = False,
) -> bytes:
    """
    Draw pages as PDF/A-2b at their true size.

    Args:
        pages: As they follow each other.
        styles: Of their words.
        about: What the file says of itself.
        source: Where the pages come from, for the message when a style is not there.
        is_dated: Writes when it was made; without it the same pages give the same bytes.

    Raises:
        TemplateError: A word has a style that is not there.
    """
    stream = io.BytesIO()
    canvas = new_canvas(stream, about, is_dated)
    for page in pages:
        canvas.setPageSize((page.size_mm[0] * mm, page.size_mm[1] * mm))
        # PDF counts from the bottom; the drawing, like a ruler on paper, from the top.
        canvas.translate(0, page.size_mm[1] * mm)
        _draw_lines(canvas, page)
        for word in page.words:
            _draw_word(canvas, word, styles, source)
        canvas.showPage()
    canvas.save()
    return archived(stream.getvalue())


def draw_blanks(edition_folder: Path) -> list[Path]:
    """
    Write page-1.png, page-2.png ... of the drawing beside it: grey, 200 dpi.

    Returns:
        The files written.
    """
    files = []
    for number, data in enumerate(pictures_of(draw_pdf(edition_folder / "drawing.yaml")), start=1):
        file = edition_folder / f"page-{number}.png"
        file.write_bytes(data)
        files.append(file)
    return files


def pictures_of(pdf: bytes) -> list[bytes]:
    """Every page of a PDF as PNG: grey, 200 dpi."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [_png(_rendered(document[index])) for index in range(len(document))]
    finally:
        document.close()


def printable(edition: Edition) -> bytes:
    """
    Make a PDF of an edition's empty pages at their true size.

    It is drawn from drawing.yaml where there is one; else the pictures of the blank are used.

    Raises:
        TemplateError: The drawing is wrong, or a blank cannot be read.
    """
    drawing = edition.pages[0].file.parent / "drawing.yaml"
    if drawing.exists():
        return draw_pdf(drawing)
    stream = io.BytesIO()
    canvas = new_canvas(stream, About(edition.form.title["en"]))
    for page in edition.pages:
        width, height = page.size_mm[0] * mm, page.size_mm[1] * mm
        canvas.setPageSize((width, height))
        picture = ImageReader(io.BytesIO(_png(blank_pixels(page))))
        canvas.drawImage(picture, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return archived(stream.getvalue())


def _rendered(page: pdfium.PdfPage) -> NDArray[np.uint8]:
    bitmap = page.render(scale=BLANK_DPI / 72, grayscale=True)
    pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    return np.ascontiguousarray(pixels.reshape(bitmap.height, bitmap.width))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, PNG_EFFORT])
    if not done:
        raise TemplateError("The blank could not be written as PNG.")
    return data.tobytes()


def _draw_lines(canvas: Canvas, page: DrawnPage) -> None:
    for left, top, width, height, grey in page.bars:
        canvas.setFillGray(grey)
        canvas.rect(left * mm, -(top + height) * mm, width * mm, height * mm, stroke=0, fill=1)
    canvas.setStrokeGray(0)
    canvas.setLineCap(2)  # rules meet in full corners
    canvas.setLineWidth(page.rule_mm * mm)
    for x1, y1, x2, y2 in page.rules:
        canvas.line(x1 * mm, -y1 * mm, x2 * mm, -y2 * mm)
    canvas.setLineWidth(page.square_mm * mm)
    for left, top, width, height in page.squares:
        canvas.rect(left * mm, -(top + height) * mm, width * mm, height * mm, stroke=1, fill=0)
    for x1, y1, x2, y2, thickness, grey in page.lines:
        canvas.setStrokeGray(grey)
        canvas.setLineWidth(thickness * mm)
        canvas.line(x1 * mm, -y1 * mm, x2 * mm, -y2 * mm)


def _draw_word(canvas: Canvas, word: Word, styles: dict[str, StyleSpec], source: str) -> None:
    left, baseline, width, name, text = word
    style = styles.get(name)
    if style is None or style.face not in FACES:
        known = ", ".join(FACES if style else styles)
        raise TemplateError(f"{source}: word '{text}': no style or face '{name}'. Known: {known}.")
    face = embedded(style.face)
    drawn = canvas.beginText(left * mm, -baseline * mm)
    drawn.setFont(face, style.size)
    drawn.setFillGray(style.grey)
    natural = pdfmetrics.stringWidth(text, face, style.size)
    wanted = width * mm or natural_width(text, style.face, style.size)
    drawn.setHorizScale(100 * wanted / natural if natural else 100)
    drawn.textOut(text)
    canvas.drawText(drawn)
