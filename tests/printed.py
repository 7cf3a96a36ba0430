"""Print-outs of workbooks drawn with reportlab: what a printer makes of Tool A and Tool B."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.grid import Grid

A4_MM, LETTER_MM = (210.0, 297.0), (215.9, 279.4)
DPI = 300
FULL_ROW_MM = 5.3  # Excel's 15 points
FULL_POINTS = 11
BANDS = ("0 - 5 yrs", "6 - 10 yrs", "11 - 15 yrs", "16 - 17 yrs", "18+ yrs", "Sub-Total")

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Layout:
    """How Tool B is printed: its scale, where pages end, what it says of its period."""

    scale: float = 0.55
    size_mm: tuple[float, float] = LETTER_MM
    title: str = "Monthly Case Load Summary"
    month: str = "July"
    year: str = "2019"
    break_after: int = 200  # rows of both tables on the first page
    swapped: tuple[int, int] | None = None  # two labels of the first table that change places


def print_tool_b(catalog: Catalog, figures: dict[str, int], layout: Layout) -> list[Pixels]:
    """
    Draw the pages of a Tool B month sheet.

    Args:
        catalog: Its edition gives labels and columns.
        figures: By field; all else is blank.
        layout: As the office prints it.

    Returns:
        Pages in colour, uint8 (H, W, 3), 300 dpi.
    """
    grid = catalog.editions["monthly_caseload_summary", "excel-tool-b"].grid
    assert grid is not None
    stream = io.BytesIO()
    size = tuple(side * mm for side in layout.size_mm)
    canvas = Canvas(stream, pagesize=size, invariant=1)
    canvas.translate(0, size[1])
    _Printer(canvas, layout, grid, figures).all()
    canvas.save()
    document = pdfium.PdfDocument(stream.getvalue())
    try:
        return [
            np.ascontiguousarray(page.render(scale=DPI / 72).to_numpy()[..., :3])
            for page in document
        ]
    finally:
        document.close()


class _Printer:
    """A sheet on its way through the printer: rows from top to bottom, then another page."""

    def __init__(self, canvas: Canvas, layout: Layout, grid: Grid, figures: dict[str, int]) -> None:
        self.canvas, self.layout, self.grid, self.figures = canvas, layout, grid, figures
        self.row = FULL_ROW_MM * layout.scale
        self.points = FULL_POINTS * layout.scale
        widths = [9.0, 70.0] + [13.5] * 12 + [17.0]
        self.edges = np.cumsum([14.0 / layout.scale, *widths]) * layout.scale
        self.top = 18.0
        self.left_on_page = layout.break_after

    def all(self) -> None:
        """Header, both tables, footer."""
        layout = self.layout
        self._words(0, "County")
        self._words(2, "Siaya")
        self._words(8, "Month")
        self._words(11, layout.month)
        self.top += self.row
        self._words(0, "Sub County")
        self._words(2, "Ugenya")
        self._words(8, "Year")
        self._words(11, layout.year)
        self.top += 2 * self.row
        self._words(0, layout.title)
        self.top += 2 * self.row
        for number, name in enumerate(("Case Category", "Intervention")):
            self._head(name)
            self._table(number)
            self.top += 3 * self.row
        for value in self.grid.footer:
            self._words(1, value.words[0])
            shown = self.figures.get(value.field)
            self._words(2, "" if shown is None else str(shown))
            self.top += self.row

    def _head(self, name: str) -> None:
        for i, band in enumerate(BANDS):
            self._box(2 + 2 * i, 4 + 2 * i, band)
        self._box(0, 2, name, 2.0)
        self._box(14, 15, "TOTAL", 2.0)
        self.top += self.row
        for i in range(12):
            self._box(2 + i, 3 + i, "MF"[i % 2])
        self.top += self.row

    def _table(self, number: int) -> None:
        block = self.grid.blocks[number]
        labels = [row.words[0] for row in block.rows]
        if number == 0 and self.layout.swapped:
            one, other = self.layout.swapped
            labels[one], labels[other] = labels[other], labels[one]
        for i, row in enumerate(block.rows):
            if self.left_on_page == 0:
                self._new_page()
            self._box(0, 1, str(i + 1))
            self._box(1, 2, labels[i])
            for j, column in enumerate(block.columns):
                shown = self.figures.get(f"{row.name}.{column}")
                self._box(2 + j, 3 + j, "" if shown is None else str(shown))
            self.top += self.row
            self.left_on_page -= 1

    def _new_page(self) -> None:
        self.canvas.showPage()
        self.canvas.translate(0, self.layout.size_mm[1] * mm)
        self.top, self.left_on_page = 18.0, 200

    def _box(self, first: int, last: int, text: str, rows: float = 1.0) -> None:
        left, right = self.edges[first], self.edges[last]
        height = self.row * rows
        self.canvas.setLineWidth(0.75 * self.layout.scale)
        self.canvas.rect(left * mm, -(self.top + height) * mm, (right - left) * mm, height * mm)
        if first == 1:
            self._words(first, text)
            return
        self.canvas.setFont("Helvetica", self.points)
        middle = (left + right) / 2
        self.canvas.drawCentredString(middle * mm, -(self.top + 0.78 * self.row) * mm, text)

    def _words(self, column: int, text: str) -> None:
        self.canvas.setFont("Helvetica", self.points)
        place = self.edges[column] + 0.8 * self.layout.scale
        self.canvas.drawString(place * mm, -(self.top + 0.78 * self.row) * mm, text)
