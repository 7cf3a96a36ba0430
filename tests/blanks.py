"""An invented empty form, drawn: every kind of box at a place that is known to the hair."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from cpims_scan.domain.paper import Box

PAGE_MM = (210.0, 297.0)
CELLS = {
    "name": Box(50, 40, 60, 8),
    "date_birth": Box(140, 40, 40, 8),
    "id_no": Box(50, 48, 60, 8),
    "telephone": Box(140, 48, 40, 8),
}
LABELS = {"name": "Name", "date_birth": "Date of Birth", "id_no": "ID No", "telephone": "Telephone"}
COMB = Box(50, 65, 60, 7)
COMB_CELLS = 10
OPEN_COMB = Box(50, 80, 36, 7)
OPEN_CELLS = 6
SQUARES = {"good": Box(50, 95, 4, 4), "fair": Box(80, 95, 4, 4), "poor": Box(110, 95, 4, 4)}
ANSWERS = {"male": Box(50, 105, 25, 8), "female": Box(75, 105, 25, 8)}
LINE = Box(50, 121, 60, 10)  # with the room above it; the rule stands at 130
DOTS_AT = 145.0
TABLE = Box(20, 160, 160, 32)
COLUMNS = (("No.", 20, 12), ("Village", 32, 60), ("Age", 92, 20), ("Remarks", 112, 68))
ROWS = ((168, 8), (176, 8), (184, 8))


def draw_blank(file: Path) -> Path:
    """Write the form as a PDF with its own text."""
    canvas = Canvas(str(file), pagesize=(PAGE_MM[0] * mm, PAGE_MM[1] * mm), invariant=1)
    canvas.translate(0, PAGE_MM[1] * mm)
    canvas.setLineWidth(0.18 * mm)
    _words(canvas, 20, 20, "Visit of the Village Elder", 14)
    for name, box in CELLS.items():
        label_left = 20 if box.left == 50 else 110
        _rect(canvas, Box(label_left, box.top, box.left - label_left, box.height))
        _words(canvas, label_left + 1, box.top + 5, LABELS[name])
        _rect(canvas, box)
    canvas.setFillGray(0.8)
    _words(canvas, 145, 45, "dd/mm/yyyy")
    canvas.setFillGray(0)
    _combs(canvas)
    _choices(canvas)
    _words(canvas, 20, 129, "Reported by:")
    canvas.line(LINE.left * mm, -130 * mm, LINE.right * mm, -130 * mm)
    _words(canvas, 20, DOTS_AT, "County " + "." * 60 + " Ward " + "." * 40)
    _table(canvas)
    canvas.showPage()
    canvas.save()
    return file


def _combs(canvas: Canvas) -> None:
    _words(canvas, 20, COMB.top + 5, "Case number")
    step = COMB.width / COMB_CELLS
    for index in range(COMB_CELLS):
        _rect(canvas, Box(COMB.left + index * step, COMB.top, step, COMB.height))
    _words(canvas, 20, OPEN_COMB.bottom - 1, "Date")
    bottom = -OPEN_COMB.bottom * mm
    canvas.line(OPEN_COMB.left * mm, bottom, OPEN_COMB.right * mm, bottom)
    for index in range(OPEN_CELLS + 1):
        x = (OPEN_COMB.left + index * OPEN_COMB.width / OPEN_CELLS) * mm
        canvas.line(x, bottom, x, bottom + 2 * mm)


def _choices(canvas: Canvas) -> None:
    _words(canvas, 20, 98, "House:")
    for name, box in SQUARES.items():
        _rect(canvas, box)
        _words(canvas, box.right + 1.5, 98, name.capitalize())
    _rect(canvas, Box(20, 105, 30, 8))
    _words(canvas, 21, 110, "Sex:")
    for number, (name, box) in enumerate(ANSWERS.items(), start=1):
        _rect(canvas, box)
        _words(canvas, box.left + 3, 110, f"{name.capitalize()} [{number}]")


def _table(canvas: Canvas) -> None:
    for heading, left, width in COLUMNS:
        _rect(canvas, Box(left, TABLE.top, width, 8))
        _words(canvas, left + 1, TABLE.top + 5, heading)
        for top, height in ROWS:
            _rect(canvas, Box(left, top, width, height))
    for number, (top, _) in enumerate(ROWS, start=1):
        _words(canvas, 24, top + 5, str(number))


def _rect(canvas: Canvas, box: Box) -> None:
    canvas.rect(box.left * mm, -box.bottom * mm, box.width * mm, box.height * mm)


def _words(canvas: Canvas, left: float, baseline: float, text: str, size: float = 9) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(left * mm, -baseline * mm, text)
