"""Excel Tool A and Tool B as offices fill and print them, built from the form's own labels."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from cpims_scan.forms.template import Form
from simulator.returns import BANDS, invent_return

LETTER, A4 = 1, 9  # Excel's numbers of paper
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
GREY = PatternFill("solid", fgColor="D9D9D9")
BLOCKS = ("categories", "interventions")
TOTALS = {"categories": "category_totals", "interventions": "intervention_totals"}
CELLS = [f"{sex}_{band}" for band in BANDS for sex in ("m", "f")]
SUMS = ["m_sub", "f_sub", "total"]
# A twin's cells hold numbers of three digits, so that its text tells where each cell lies.
FIRST_MARK = 100
# Share of offices whose scale lets all columns stand on one sheet (judgement), and what fits:
# the sides of Letter and A4 less margins; a character of Calibri 11 is 7 pixels of 96 an inch.
FITTED = 0.85
SHORT_SIDE_MM, LONG_SIDE_MM = 186.0, 255.0
MM_A_CHARACTER = 1.95


@dataclass(frozen=True, slots=True)
class PrintStyle:
    """
    How an office prints its workbook.

    Attributes:
        tool: a or b.
        scale: Percent, 50 to 110.
        paper: LETTER or A4.
        months: How many months the sheet covers: 1, 3 or 12.
        widths: Of the 13 columns, in characters.
        label_width: Of the labels' column, in characters.
        breaks: Table rows (counted from 1 over both blocks) after which a new page begins.
        repeats: Whether the heading rows are repeated on every page.
        zeros: Whether zeros are shown.
        grid: Whether Excel's grid lines are printed as well.
    """

    tool: str
    scale: int
    paper: int
    is_landscape: bool
    months: int
    widths: tuple[float, ...]
    label_width: float
    row_height: float
    breaks: tuple[int, ...]
    repeats: bool
    zeros: bool
    grid: bool
    face: str


def invent_style(rng: Generator, tool: str) -> PrintStyle:
    """Any office's way to print, wide and narrow, whole and broken."""
    width = float(rng.uniform(5.2, 9.5))
    breaks = (int(rng.integers(8, 60)),) if rng.random() < 0.3 else ()
    widths = tuple(round(width * float(rng.uniform(0.8, 1.3)), 1) for _ in range(13))
    label, is_landscape = float(rng.uniform(30, 48)), bool(rng.random() < 0.6)
    scale = int(rng.integers(10, 23)) * 5
    if rng.random() < FITTED:  # most offices make it fit; the others get columns on other sheets
        room = (LONG_SIDE_MM if is_landscape else SHORT_SIDE_MM) / (sum(widths) + label + 7)
        scale = int(np.clip(min(scale, 5 * (room / MM_A_CHARACTER * 100 // 5)), 50, 110))
    return PrintStyle(
        tool,
        scale,
        int(rng.choice([A4, A4, LETTER])),
        is_landscape,
        int(rng.choice([1, 3, 12], p=[0.85, 0.1, 0.05])),
        widths,
        label,
        float(rng.choice([12.75, 15.0, 15.75, 18.0])),
        breaks,
        bool(rng.random() < 0.3),
        bool(rng.random() < 0.25),
        bool(rng.random() < 0.15),
        str(rng.choice(["Calibri", "Calibri", "Arial", "Times New Roman"])),
    )


def invent_figures(seed: int, months: int = 1) -> dict[str, str | int]:
    """A month of an invented sub-county with sums that hold; zeros are left out."""
    said = invent_return(seed, 100 + seed % 50)
    figures: dict[str, str | int] = {
        "county": said["county"].written,
        "sub_county": said["sub_county"].written,
        "month": (seed % 4) * 3 + 1 if months > 1 else seed % 12 + 1,
        "year": 2015 + seed % 11,
    }
    for name, answer in said.items():
        if name.count(".") == 2 and answer.written.isdigit() and name.split(".")[2] in CELLS:
            figures[name] = int(answer.written) * months
    return _with_sums({n: v for n, v in figures.items() if v != 0})


def _with_sums(figures: dict[str, str | int]) -> dict[str, str | int]:
    counts = {n: int(v) for n, v in figures.items() if n.count(".") == 2}
    for name, count in counts.items():
        table, row, cell = name.split(".")
        for head in (f"{table}.{row}", f"{TOTALS[table]}.all"):
            for part in (cell[0] + "_sub", "total"):
                figures[f"{head}.{part}"] = int(figures.get(f"{head}.{part}", 0)) + count
        column = f"{TOTALS[table]}.all.{cell}"
        figures[column] = int(figures.get(column, 0)) + count
    load = int(figures.get("category_totals.all.total", 0))
    pending = int(figures.get("interventions.pend.total", 0))
    done = int(figures.get("intervention_totals.all.total", 0)) - pending
    figures |= {"total_caseload": load, "total_disposed": done}
    return figures | {"completion_percent": round(100 * done / max(load, 1))}


def mark_figures(form: Form) -> dict[str, str | int]:
    """A number of its own for every cell: the twin's figures."""
    names = [f for f in form.fields if f.count(".") == 2]
    names += ["total_caseload", "total_disposed", "completion_percent"]
    return {name: FIRST_MARK + i for i, name in enumerate(names)}


def write_workbook(
    form: Form, style: PrintStyle, figures: dict[str, str | int], file: Path
) -> Path:
    """Write one sheet with its page setup; figures are by field name."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Caseload Report - A" if style.tool == "a" else "Jul-15"
    write = _Writer(sheet, form, style, figures)
    write.header()
    write.blocks()
    write.footer()
    write.page_setup()
    book.save(file)
    return file


class _Writer:
    """One sheet in the making: the places of Tool A and Tool B, row by row."""

    def __init__(
        self, sheet: Worksheet, form: Form, style: PrintStyle, figures: dict[str, str | int]
    ) -> None:
        self.sheet, self.form, self.style, self.figures = sheet, form, style, figures
        self.is_a = style.tool == "a"
        self.first = 2 if self.is_a else 3  # first column of figures
        self.rows: list[int] = []
        self.heads: list[int] = []
        self.at = 1

    def put(self, row: int, column: int, value: object, bold: bool = False, size: int = 11) -> None:
        """Write one cell in the sheet's face."""
        cell = self.sheet.cell(row, column, value)
        cell.font = Font(name=self.style.face, size=size, bold=bold)

    def header(self) -> None:
        """County, sub-county and the period, above everything."""
        row, left = (1, 1) if self.is_a else (2, 1)
        words = period_words(self.style, self.figures)
        for line, name in enumerate(("county", "sub_county")):
            label = "County" if name == "county" else "Sub County"
            self.put(row + line, left, label, bold=True, size=12)
            place = str(self.figures[name]) if name in self.figures else "Place"
            self.put(row + line, self.first + (1 if self.is_a else 0), place, bold=True)
            self.put(row + line, 9, words[line][0], bold=True, size=12)
            self.put(row + line, 12, words[line][1], bold=True)
        self.at = row + 3
        if not self.is_a:
            period = {1: "Monthly", 3: "Quarterly", 12: "Annual"}[self.style.months]
            self.put(self.at, 1, f"{period} Case Load Summary", bold=True, size=16)
            self.at += 2

    def blocks(self) -> None:
        """Both tables, with Tool A's Total row."""
        names = {"categories": "Case Category", "interventions": "Intervention"}
        if self.is_a:
            names["interventions"] = "Case Intervention(s)"
        for table in BLOCKS:
            if self.is_a:
                self.put(self.at, 1, names[table], bold=True, size=12)
                self.at += 1
            self.head("" if self.is_a else names[table])
            self.table(table)
            self.at += 2 if self.is_a else 4

    def head(self, name: str) -> None:
        """Two rows of headings."""
        first, top = self.first, self.at
        tops = ["0-5 yrs", "6-10 yrs", "11-15 yrs", "16-18yrs", "18+"]
        sexes = ["Male", "Female"]
        ends = ["Boys", "Girls", "Total"]
        if not self.is_a:
            tops = ["0 - 5 yrs", "6 - 10 yrs", "11 - 15 yrs", "16 - 17 yrs", "18+ yrs", "Sub-Total"]
            sexes, ends = ["M", "F"], ["TOTAL"]
        for i, text in enumerate(tops):
            self._merged(top, first + 2 * i, top, first + 2 * i + 1, text)
            for j, sex in enumerate(sexes):
                self._boxed(top + 1, first + 2 * i + j, sex, bold=True)
        for i, text in enumerate(ends):
            column = first + 2 * len(tops) + i
            self._merged(top, column, top + 1, column, text)
        self._merged(top, 1, top + 1, first - 1, name)
        self.heads = [*self.heads, top]
        self.at += 2

    def table(self, table: str) -> None:
        """One row a label, and Tool A's totals."""
        fields = self.form.spec.fields
        rows = next(f.rows for f in fields if f.name == table)
        for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            self._line(f"{table}.{row.name}", row.label["en"], number)
        if self.is_a:
            self._line(f"{TOTALS[table]}.all", "   Total", 0)

    def _line(self, head: str, label: str, number: int) -> None:
        if not self.is_a:
            self._boxed(self.at, 1, number)
        self._boxed(self.at, self.first - 1, label, left=True)
        for i, cell in enumerate([*CELLS, *SUMS]):
            value = self.figures.get(f"{head}.{cell}", 0)
            shown = value if value or self.style.zeros else None
            self._boxed(self.at, self.first + i, shown)
        self.sheet.row_dimensions[self.at].height = self.style.row_height
        self.rows.append(self.at)
        self.at += 1

    def footer(self) -> None:
        """The figures below both tables."""
        names = {"completion_percent": "% Disposal Rate"}
        if not self.is_a:
            names = {"total_caseload": "Total Caseload", "total_disposed": "Total Disposed"}
            names["completion_percent"] = "% Completion"
        for name, label in names.items():
            self.put(self.at, self.first - 1, label)
            value = self.figures[name]
            self.put(self.at, self.first, f"{value}%" if name.endswith("percent") else value)
            self.at += 1

    def page_setup(self) -> None:
        """Widths, paper, scale, breaks."""
        sheet, style = self.sheet, self.style
        sheet.column_dimensions["A"].width = style.label_width if self.is_a else 5
        if not self.is_a:
            sheet.column_dimensions["B"].width = style.label_width
        for i, width in enumerate(style.widths):
            sheet.column_dimensions[get_column_letter(self.first + i)].width = width
        setup = sheet.page_setup
        setup.orientation = "landscape" if style.is_landscape else "portrait"
        setup.paperSize, setup.scale = style.paper, style.scale
        sheet.print_options.gridLines = style.grid
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        for row in style.breaks:
            sheet.row_breaks.append(Break(id=self.rows[row]))
        if style.repeats:
            sheet.print_title_rows = f"1:{self.heads[0] + 1}"

    def _boxed(
        self, row: int, column: int, value: object, bold: bool = False, left: bool = False
    ) -> None:
        self.put(row, column, value, bold)
        cell = self.sheet.cell(row, column)
        cell.border = BOX
        if not left:
            cell.alignment = Alignment(horizontal="center")

    def _merged(self, top: int, left: int, bottom: int, right: int, text: str) -> None:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self._boxed(row, column, None)
                self.sheet.cell(row, column).fill = GREY
        self._boxed(top, left, text, bold=True)
        self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def period_words(style: PrintStyle, figures: dict[str, str | int]) -> list[tuple[str, str]]:
    """What the sheet prints of its period: two labels with their words."""
    month, year = int(figures.get("month", 7)), int(figures.get("year", 2019))
    last = month + style.months - 1
    end = dt.date(year + (last - 1) // 12, (last - 1) % 12 + 1, 1)
    end = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    if style.tool == "a":
        start = dt.date(year, month, 1)
        return [("Start Date", f"{start:%d-%b-%y}"), ("End Date", f"{end:%d-%b-%y}")]
    name = dt.date(year, month, 1)
    said = f"{name:%B}" if style.months == 1 else f"{name:%b} - {end:%b}"
    return [("Month", said), ("Year", str(year))]
