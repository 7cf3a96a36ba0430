"""One column of one planned row: its value, where it comes from, or why it must be asked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.convert import CONVERSIONS, Inputs, Plain, default_conversion
from cpims_scan.central.derive import DERIVATIONS, Deferred
from cpims_scan.central.loadspec import LoadRow
from cpims_scan.central.loadwords import UNSAID, ColumnSpec
from cpims_scan.domain.record import Value


@dataclass(frozen=True, slots=True)
class Cell:
    """
    A value for one column.

    Attributes:
        source: field, derived: <name>, context: <name>, constant, unknown, row: <role>, or "".
        field: The paper's field that it comes from, or in which it is asked.
        paper: The paper's own value, where it differs from the loaded one.
        is_fixed: Stays as first loaded, whatever a later revision says.
    """

    value: Plain | Deferred | None
    source: str = ""
    field: str | None = None
    paper: Value = None
    is_fixed: bool = False


# What stays as it was at the first load, because it says when, by whom and under which key.
ONCE = ("key", "own_id", "now", "today", "serial", "form_id")
ABOUT_US = ("context: user", "context: machine")


def cell_of(row: LoadRow, inputs: Inputs, roles: set[str]) -> tuple[Cell, str | None]:
    """
    Find a column's value, in the order that load.yaml's ColumnSpec states.

    Args:
        row: The row's plan.
        inputs: With the column that is wanted.
        roles: Rows that are already planned.

    Returns:
        The cell, and the reason why a person must be asked, or None.
    """
    column = inputs.column
    spec = row.columns.get(column.name, UNSAID)
    if column.primary_key and spec == UNSAID:
        return Cell(Deferred("key"), "derived: key", is_fixed=True), None
    if spec.row:
        found = Deferred("row", (("role", spec.row),)) if spec.row in roles else None
        return Cell(found, f"row: {spec.row}"), None
    field = spec.field or row.fields.get(column.name)
    asked_in = spec.ask if isinstance(spec.ask, str) else field
    cell, reason = _from_field(row, spec, field, dataclasses.replace(inputs, given=spec.given))
    if cell.value is None and reason is None:
        cell = dataclasses.replace(_otherwise(row, spec, inputs), paper=cell.paper)
        cell = dataclasses.replace(cell, field=asked_in or cell.field)
    if cell.value is None and reason is None and spec.ask:
        reason = "ask"
    is_once = cell.source in ABOUT_US
    if isinstance(cell.value, Deferred):
        is_once = cell.value.kind in ONCE
    return dataclasses.replace(cell, is_fixed=spec.fixed or is_once), reason


def _from_field(
    row: LoadRow, spec: ColumnSpec, field: str | None, inputs: Inputs
) -> tuple[Cell, str | None]:
    if field is None:
        return Cell(None), None
    value: Value = inputs.answer(field)
    if row.spec.each == field and inputs.item is not None:
        value = inputs.item
    if value is None:
        return Cell(None, field=field), None
    made = inputs.form.fields[field]
    code: Value = value
    reason: str | None = None
    if made.central and isinstance(value, str):
        code = made.central.map.get(value, None if made.central.map else value)
        if value in made.central.ask and not _is_confirmed(inputs, field):
            reason = "confirm"
    convert = CONVERSIONS[spec.convert or default_conversion(inputs.column)]
    loaded = convert(code, inputs) if code is not None else None
    paper = value if _says_less(loaded, value) else None
    cell = Cell(loaded, "field", field, paper)
    if loaded is None:
        return cell, None  # what load.yaml states next may still answer
    return cell, reason or _misfit(inputs.column, loaded)


def _says_less(loaded: Plain | None, value: Value) -> bool:
    """True when what is loaded is not, letter by letter, what the paper says."""
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return not is_text or str(loaded).casefold() != str(value).casefold()


def _is_confirmed(inputs: Inputs, field: str) -> bool:
    reading = inputs.reading(field)
    return reading is not None and reading.source == "person"


def _misfit(column: sa.Column[Any], value: Plain) -> str | None:
    """Why a text does not fit its column; SQLite would take it, PostgreSQL would not."""
    width = getattr(column.type, "length", None)
    is_long = isinstance(value, str) and width is not None and len(value) > width
    return "too_long" if is_long else None


def _otherwise(row: LoadRow, spec: ColumnSpec, inputs: Inputs) -> Cell:
    """What stands in when the field says nothing."""
    if spec.context:
        found = _from_context(spec.context, inputs)
        if found is not None:
            return Cell(found, f"context: {spec.context}")
    if spec.derive:
        asked = dataclasses.replace(inputs, of=tuple(spec.derive.of), given=spec.derive.given)
        made = DERIVATIONS[spec.derive.name](asked)
        if made is not None:
            return Cell(made, f"derived: {spec.derive.name}")
    if spec.const is not None:
        return Cell(spec.const, "constant")
    if spec.unknown is not None:
        return Cell(spec.unknown, "unknown")
    return Cell(None)


def _from_context(name: str, inputs: Inputs) -> Plain | None:
    context, batch = inputs.context, inputs.record.context
    if name == "user":
        return context.user
    if name == "machine":
        return context.machine
    if name == "sub_county":
        convert = CONVERSIONS["area"]
        return convert(batch.office, inputs) if batch.office else None
    return context.reference.unit(batch.office) if batch.office else None
