"""Rows that ask the same: labels above, each row's name or number at its left."""

from __future__ import annotations

from cpims_scan.domain.paper import Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.layout.cells import INPUT_MM, answer, natural_width
from cpims_scan.forms.layout.parts import (
    Piece,
    PlaceData,
    Plan,
    label_height,
    label_ink,
    label_lines,
    numbers,
    piece,
    rise_mm,
)
from cpims_scan.forms.layout.spec import CellSpec, PrintedTable
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.primitives import BOX_GREY, PARTING_MM, Ink
from cpims_scan.forms.template import FormField

NUMBER_MM = 5.0  # for a row's number where rows have no names
GAP_MM = 2.5  # between the columns of combs; plain cells stand wall to wall
AFTER_MM = 1.0
REF_MM = 6.5  # for a row's printed number
END_MM = 9.0  # for its number or name again, at its end
HEAVY_MM, HEAVY_GREY = 0.4, 0.0
FIFTH = 5  # rows from one heavier rule to the next
LABEL_CLEAR_MM = 1.0  # between a row's name and its first cell
CAPITAL_SHARE = 0.37  # half the height of a capital, in rises
# Of cells that hold sums. A grey ground would be dots of toner, and specks on a photocopy.
STRONG_MM, STRONG_GREY = 0.45, 0.15


def table(spec: PrintedTable, left: float, top: float, width: float, plan: Plan) -> Piece:
    """
    Lay a table out.

    Raises:
        TemplateError: The form has no such table or column, or the columns are too wide.
    """
    rows = rows_of(spec, plan)
    columns = _columns(spec, rows, left, width, plan)
    inks = [_heads(spec, rows, columns, top, plan)]
    places: dict[str, PlaceData] = {}
    y = top + spec.heads
    for number, row in enumerate(rows, start=1):
        ends = (left, sum(columns[-1]))
        inks.append(_row_label(spec, row, number, (ends, y), plan))
        for cell, (x, own) in zip(spec.cells, columns, strict=True):
            made = _cell(spec, cell, row, Box(x, y, own, spec.height), plan)
            inks.append(made.ink)
            places |= made.places
        y += spec.height
    inks.append(_outline(spec, columns, (left, top, y)))
    return piece(y - top + AFTER_MM, inks, places)


def rows_of(spec: PrintedTable, plan: Plan) -> list[str]:
    """
    Names of the rows that are printed, in the form's order.

    Raises:
        TemplateError: The form has no such table, or not so many rows.
    """
    fields = plan.form.fields.values()
    rows = list(dict.fromkeys(f.row for f in fields if f.table == spec.name and f.row))
    if len(rows) < (spec.rows or 1):
        raise TemplateError(
            f"layout.yaml: table '{spec.name}' has {len(rows)} rows in the form. Correct it."
        )
    return rows[: spec.rows]


def _is_plain(cell: CellSpec) -> bool:
    """Plain cells share their walls, as in a ruled table."""
    return cell.number is not None


def _columns(
    spec: PrintedTable, rows: list[str], left: float, width: float, plan: Plan
) -> list[tuple[float, float]]:
    """Left edge and width of every column."""
    names = [f"{spec.name}.{rows[0]}.{cell.field}" for cell in spec.cells]
    natural = [natural_width(c, plan, n) for c, n in zip(spec.cells, names, strict=True)]
    head = (spec.labels or NUMBER_MM) + (END_MM if spec.group else 0.0)
    gaps = [0.0 if _is_plain(cell) else GAP_MM for cell in spec.cells[:-1]] + [0.0]
    spare = width - head - sum(w or 0.0 for w in natural) - sum(gaps)
    boxes = sum(w is None for w in natural)
    if spare < -0.01 or (boxes and spare < boxes * INPUT_MM):
        raise TemplateError(
            f"layout.yaml: table '{spec.name}' is {-spare:.1f} mm too wide. Narrow its columns."
        )
    columns, x = [], left + (spec.labels or NUMBER_MM)
    for own, gap in zip(natural, gaps, strict=True):
        taken = spare / boxes if own is None else own
        columns.append((x, taken))
        x += taken + gap
    return columns


def _heads(
    spec: PrintedTable, rows: list[str], columns: list[tuple[float, float]], top: float, plan: Plan
) -> Ink:
    if not spec.heads:
        return Ink()
    inks = []
    for cell, (x, own) in zip(spec.cells, columns, strict=True):
        made = plan.field(f"{spec.name}.{rows[0]}.{cell.field}")
        label = cell.label or made.spec.label
        lines = label_lines(label, own if not _is_plain(cell) else own - 1.2, "small")
        y = top + spec.heads - label_height(lines) - 0.5
        inks.append(label_ink(lines, x + (0.6 if _is_plain(cell) else 0.0), y))
    return primitives.together(inks)


def _row_label(
    spec: PrintedTable, row: str, number: int, at: tuple[tuple[float, float], float], plan: Plan
) -> Ink:
    """A row's number and name; in a wide table told again at its end, for the eye."""
    (x, end), y = at
    first = plan.field(f"{spec.name}.{row}.{spec.cells[0].field}")
    label = spec.names[number - 1] if len(spec.names) >= number else row_label(first, plan)
    middle = y + spec.height / 2
    baseline = middle + rise_mm("label") * CAPITAL_SHARE
    if label is None or not spec.labels:
        return primitives.words(x + 0.5, baseline, "label", f"{number}")
    told = f"{number}" if spec.names else first.ref or ""
    ref = primitives.words(x + 0.4, baseline, "label", told)
    if spec.group:
        again = row.upper() if spec.ends == "name" else told
        ref += primitives.words(end + 1.2, baseline, "label", again)
    start, style = x + 0.4, "label"
    if told:
        start, style = x + (NUMBER_MM if spec.names else REF_MM), "label" if spec.names else "small"
    lines = label_lines(label, spec.labels - (start - x) - LABEL_CLEAR_MM, style)
    return ref + label_ink(lines, start, middle - label_height(lines) / 2)


def row_label(made: FormField, plan: Plan) -> dict[str, str] | None:
    """The name that the form gives a row; None where rows are numbered."""
    outer = next(f for f in plan.form.spec.fields if f.name == made.table)
    if not isinstance(outer.rows, list):
        return None
    return next(row.label for row in outer.rows if row.name == made.row)


def _cell(spec: PrintedTable, cell: CellSpec, row: str, box: Box, plan: Plan) -> Piece:
    name = f"{spec.name}.{row}.{cell.field}"
    if not _is_plain(cell):
        height = min(INPUT_MM, spec.height - 0.4)
        top = box.top + (box.height - height) / 2
        inner = Box(box.left, top, box.width, height)
        return answer(cell, inner, plan, name)
    place = {"page": plan.page, "box": numbers(box), "reader": "number"}
    is_strong = cell.field in spec.strong
    ink = primitives.frame(box, STRONG_MM, STRONG_GREY) if is_strong else primitives.frame(box)
    return piece(box.height, [ink], {name: place})


def _outline(
    spec: PrintedTable, columns: list[tuple[float, float]], at: tuple[float, float, float]
) -> Ink:
    """Heavier lines between groups of columns and fifths of rows: nobody loses the line."""
    if not spec.group:
        return Ink()
    left, top, bottom = at
    first, end = top + spec.heads, sum(columns[-1])
    edges = [x for x, _ in columns[:: spec.group]] + [end]
    down = [(x, top + 0.5 if spec.heads else top, x, bottom) for x in edges]
    count = round((bottom - first) / spec.height)
    fifths = [first + i * spec.height for i in range(0, count, FIFTH)] + [bottom]
    across = [(left, y, end, y) for y in fifths]
    rows = [(left, first + i * spec.height) for i in range(count)]
    light = [(x, y, columns[0][0], y, PARTING_MM, BOX_GREY) for x, y in rows]
    heavy = [(*line, HEAVY_MM, HEAVY_GREY) for line in (*down, *across)]
    return Ink(lines=(*light, *heavy))
