"""A blank form drawn from data: every rule, bar, square and word at its place in millimetres."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pydantic import Field
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cpims_scan.errors import TemplateError
from cpims_scan.forms.preview import blank_pixels
from cpims_scan.forms.spec import Strict
from cpims_scan.forms.template import Edition
from cpims_scan.forms.yamlfile import read_model

# 200 dots an inch is what offices scan at least; a finer blank tells registration nothing more.
BLANK_DPI = 200
HAIRLINE_MM = 0.18  # half a point: the rule of a Word table
PNG_EFFORT = 9  # the smallest file; blanks are written once

Row = tuple[float, float, float, float]
Grey = Annotated[float, Field(ge=0.0, le=1.0)]  # 0 black, 1 white, as in PDF

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
# Carlito has the widths of Calibri, DejaVu Sans the shapes of Tahoma. Where one is missing a
# built-in face is drawn into the same width, so that every word still falls on its place.
FACES = {
    "carlito": ("Carlito-Regular.ttf", "Helvetica"),
    "carlito bold": ("Carlito-Bold.ttf", "Helvetica-Bold"),
    "carlito italic": ("Carlito-Italic.ttf", "Helvetica-Oblique"),
    "carlito bold italic": ("Carlito-BoldItalic.ttf", "Helvetica-BoldOblique"),
    "dejavu": ("DejaVuSans.ttf", "Helvetica"),
    "dejavu bold": ("DejaVuSans-Bold.ttf", "Helvetica-Bold"),
}


class StyleSpec(Strict):
    """How words of one kind look: a face of FACES, its size in points, its grey."""

    face: str
    size: float
    grey: Grey = 0.0


class DrawnPage(Strict):
    """
    Everything printed on one page, in millimetres from its top-left corner.

    Attributes:
        bars: left, top, width, height, grey: filled areas, drawn first.
        rules: x1, y1, x2, y2: lines of `rule_mm`, along their middle.
        squares: left, top, width, height: empty boxes, along the middle of their line.
        words: left, baseline, width, style, text; width 0 is the face's own.
    """

    size_mm: tuple[float, float] = (210.0, 297.0)
    rule_mm: float = HAIRLINE_MM
    square_mm: float = HAIRLINE_MM
    bars: list[tuple[float, float, float, float, Grey]] = []
    rules: list[Row] = []
    squares: list[Row] = []
    words: list[tuple[float, float, float, str, str]] = []


class Drawing(Strict):
    """drawing.yaml: the blank of one edition."""

    styles: dict[str, StyleSpec]
    pages: list[DrawnPage]


def draw_pdf(drawing: Path) -> bytes:
    """
    Draw a blank form as a PDF that prints at its true size.

    Raises:
        TemplateError: The drawing is not well formed, or a word has a style that is not there.
    """
    spec = read_model(drawing, Drawing)
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=1, invariant=1)
    for page in spec.pages:
        canvas.setPageSize((page.size_mm[0] * mm, page.size_mm[1] * mm))
        # PDF counts from the bottom; the drawing, like a ruler on paper, from the top.
        canvas.translate(0, page.size_mm[1] * mm)
        _draw_lines(canvas, page)
        for word in page.words:
            _draw_word(canvas, word, spec.styles, drawing)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw_blanks(edition_folder: Path) -> list[Path]:
    """
    Write page-1.png, page-2.png ... of the drawing beside it: grey, 200 dpi.

    Returns:
        The files written.
    """
    document = pdfium.PdfDocument(draw_pdf(edition_folder / "drawing.yaml"))
    try:
        files = []
        for index in range(len(document)):
            file = edition_folder / f"page-{index + 1}.png"
            file.write_bytes(_png(_rendered(document[index])))
            files.append(file)
        return files
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
    canvas = Canvas(stream, pageCompression=1, invariant=1)
    for page in edition.pages:
        width, height = page.size_mm[0] * mm, page.size_mm[1] * mm
        canvas.setPageSize((width, height))
        picture = ImageReader(io.BytesIO(_png(blank_pixels(page))))
        canvas.drawImage(picture, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


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


def _draw_word(
    canvas: Canvas,
    word: tuple[float, float, float, str, str],
    styles: dict[str, StyleSpec],
    file: Path,
) -> None:
    left, baseline, width, name, text = word
    style = styles.get(name)
    if style is None or style.face not in FACES:
        known = ", ".join(FACES if style else styles)
        raise TemplateError(f"{file}: word '{text}': no style or face '{name}'. Known: {known}.")
    face = _face(style.face)
    drawn = canvas.beginText(left * mm, -baseline * mm)
    drawn.setFont(face, style.size)
    drawn.setFillGray(style.grey)
    natural = pdfmetrics.stringWidth(text, face, style.size)
    drawn.setHorizScale(100 * width * mm / natural if width and natural else 100)
    drawn.textOut(text)
    canvas.drawText(drawn)


@functools.cache
def _face(name: str) -> str:
    """Name under which reportlab knows a face; registered once a process."""
    file_name, built_in = FACES[name]
    for folder in FONT_FOLDERS:
        for file in folder.rglob(file_name) if folder.is_dir() else ():
            pdfmetrics.registerFont(TTFont(name, str(file)))
            return name
    return built_in
