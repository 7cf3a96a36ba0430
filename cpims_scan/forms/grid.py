"""
A printed workbook ready to be found: its words, and a frame of its own to put its cells in.

A workbook has no fixed places on paper. Its cells are given places on an invented page, the
frame: rows of 5 mm, columns of 15 mm, every edge on a multiple of 5 mm, so that a grid of shifts
with that step maps the frame exactly onto whatever the printer made of rows and columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.paper import Box
from cpims_scan.forms.gridspec import BlockSpec, GridSpec, PeriodSpec

STEP_MM = 5.0
ROW_MM = STEP_MM
COLUMN_MM = 3 * STEP_MM
LABEL_MM = 12 * STEP_MM  # where the labels stand in the frame
VALUE_MM = 12 * STEP_MM  # a value of the header or footer
HEAD_MM = 2 * STEP_MM  # room for a table's headings


@dataclass(frozen=True, slots=True)
class GridRow:
    """
    One row of a printed table.

    Attributes:
        name: Of its fields without the column: `categories.cdis`.
        words: Ways in which its label is printed.
        top: Of the row in the frame, mm.
    """

    name: str
    words: tuple[str, ...]
    top: float


@dataclass(frozen=True, slots=True)
class GridHead:
    """A heading over columns `first` to `first + span` (0-based); `under` is each column's own."""

    words: tuple[str, ...]
    first: int
    span: int
    under: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GridBlock:
    """One printed table: rows from top to bottom, columns (field names) from left to right."""

    rows: tuple[GridRow, ...]
    columns: tuple[str, ...]
    heads: tuple[GridHead, ...]
    numbered: bool

    def left(self, column: int) -> float:
        """Left edge of a column in the frame, mm; one past the last is the right edge."""
        return LABEL_MM + COLUMN_MM * column


@dataclass(frozen=True, slots=True)
class GridValue:
    """A field whose value stands right of printed words, and the top of its row in the frame."""

    field: str
    words: tuple[str, ...]
    top: float

    @property
    def box(self) -> Box:
        """Where its value stands in the frame."""
        return Box(LABEL_MM, self.top, VALUE_MM, ROW_MM)


@dataclass(frozen=True, slots=True)
class Grid:
    """All that is known of one printed workbook."""

    blocks: tuple[GridBlock, ...]
    header: tuple[GridValue, ...]
    footer: tuple[GridValue, ...]
    period: PeriodSpec | None
    size_mm: tuple[float, float]

    def boxes(self) -> dict[str, Box]:
        """The place of every field in the frame."""
        found = {value.field: value.box for value in (*self.header, *self.footer)}
        for block in self.blocks:
            for row in block.rows:
                for i, column in enumerate(block.columns):
                    box = Box(block.left(i), row.top, COLUMN_MM, ROW_MM)
                    found[f"{row.name}.{column}"] = box
        return found


def build_grid(spec: GridSpec, labels: dict[str, dict[str, str]]) -> Grid:
    """
    Lay a workbook out in its frame.

    Args:
        spec: As written.
        labels: Table -> row -> printed English label, in the form's order, absent rows left out.
    """
    top = STEP_MM
    named = dict(spec.header)
    if spec.period and spec.period.kind == "dates":
        named |= {spec.period.month: spec.period.start, spec.period.year: spec.period.end}
    header, top = _values(named, top)
    blocks = []
    for block in spec.blocks:
        made, top = _block(block, labels, top + HEAD_MM)
        blocks.append(made)
    footer, top = _values(spec.footer, top + STEP_MM)
    most = max((len(block.columns) for block in blocks), default=0)
    width = max(LABEL_MM + COLUMN_MM * most, LABEL_MM + VALUE_MM) + STEP_MM
    return Grid(tuple(blocks), header, footer, spec.period, (width, top + STEP_MM))


def _values(named: dict[str, list[str]], top: float) -> tuple[tuple[GridValue, ...], float]:
    """Values below each other, a free step between them: each is moved on its own."""
    made = []
    for field, words in named.items():
        made.append(GridValue(field, tuple(words), top))
        top += ROW_MM + STEP_MM
    return tuple(made), top


def _block(
    spec: BlockSpec, labels: dict[str, dict[str, str]], top: float
) -> tuple[GridBlock, float]:
    rows = []
    for table in spec.tables:
        for row, label in labels.get(table, {}).items():
            name = f"{table}.{row}"
            rows.append(GridRow(name, tuple([label, *spec.rows.get(name, [])]), top))
            top += ROW_MM
    heads, first = [], 0
    for head in spec.heads:
        under = tuple(tuple(words) for words in head.under)
        heads.append(GridHead(tuple(head.words), first, head.span, under))
        first += head.span
    block = GridBlock(tuple(rows), tuple(spec.columns), tuple(heads), spec.numbered)
    return block, top + 2 * STEP_MM
