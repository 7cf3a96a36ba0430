"""A form's load.yaml, checked: which central rows it makes, and where each column comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.convert import CONVERSIONS
from cpims_scan.central.cpims import TABLES
from cpims_scan.central.derive import DERIVATIONS
from cpims_scan.central.loadwords import UNSAID, ColumnSpec, LoadRowSpec, LoadSpec, ReturnSpec
from cpims_scan.errors import TemplateError
from cpims_scan.forms.template import Form, FormField
from cpims_scan.forms.yamlfile import line_of, read_model

NAME = "n"  # {n} stands for 1, 2, 3 .. or for the name of a repeated row


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One row of a load, repeats expanded: `fields` are those that form.yaml sends to it."""

    role: str
    table: sa.Table
    spec: LoadRowSpec
    columns: dict[str, ColumnSpec]
    fields: dict[str, str]  # column -> field


@dataclass(frozen=True, slots=True)
class Loading:
    """A form's load.yaml, checked against the form and the CPIMS tables."""

    form: Form
    rows: tuple[LoadRow, ...]
    returns: ReturnSpec | None


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """Where one column of one row comes from; `sources` is empty when nothing is stated."""

    role: str
    table: str
    column: str
    is_required: bool
    sources: tuple[str, ...]


def read_loading(file: Path, form: Form) -> Loading:
    """
    Read and check one load.yaml.

    Raises:
        TemplateError: A table, column, field, derivation or row is not known, or a required
            column has no source; the message names the file, the line and the cure.
    """
    spec = read_model(file, LoadSpec)
    if spec.form != form.name:
        raise TemplateError(
            f"{file}: is for '{spec.form}', but stands in the folder of {form.name}."
        )
    rows: list[LoadRow] = []
    for index, row in enumerate(spec.rows):
        if row.table not in TABLES:
            known = ", ".join(sorted(TABLES))
            raise _wrong(file, index, f"there is no table '{row.table}'. Known: {known}.")
        for words in _repeats(row):
            made = _expand(row, words, spec.every_row, form)
            _check(file, index, made, form, rows)
            rows.append(made)
    return Loading(form, tuple(rows), spec.returns)


def find_loading(root: Path, form: Form) -> Loading | None:
    """Read `form_templates/<form>/load.yaml` below a folder of packs; None when there is none."""
    file = root / "form_templates" / form.name / "load.yaml"
    return read_loading(file, form) if file.is_file() else None


def column_sources(loading: Loading) -> list[ColumnSource]:
    """List, for every column of every row, where its value comes from."""
    return [
        ColumnSource(
            row.role, row.table.name, column.name, not column.nullable, _sources(row, column)
        )
        for row in loading.rows
        for column in row.table.columns
    ]


def is_made_by_database(column: sa.Column[Any]) -> bool:
    """True for a serial key, which the database counts."""
    return column.primary_key and isinstance(column.type, sa.Integer)


def _sources(row: LoadRow, column: sa.Column[Any]) -> tuple[str, ...]:
    if is_made_by_database(column):
        return ("database: serial key",)
    spec = row.columns.get(column.name, UNSAID)
    field = spec.field or row.fields.get(column.name)
    named = [
        f"row: {spec.row}" if spec.row else "",
        f"field: {field}" if field else "",
        f"context: {spec.context}" if spec.context else "",
        f"derived: {spec.derive.name}" if spec.derive else "",
        f"constant: {spec.const}" if spec.const is not None else "",
        f"unknown: {spec.unknown}" if spec.unknown is not None else "",
        "ask" if spec.ask else "",
        "key" if column.primary_key else "",
    ]
    return tuple(name for name in named if name)


def _repeats(row: LoadRowSpec) -> list[dict[str, str]]:
    """The words to put in for each repeat of a row."""
    if isinstance(row.repeat, int):
        return [{NAME: str(number)} for number in range(1, row.repeat + 1)]
    return [{NAME: name} | words for name, words in row.repeat.items()]


def _expand(
    row: LoadRowSpec, words: dict[str, str], every_row: dict[str, ColumnSpec], form: Form
) -> LoadRow:
    text = row.model_dump_json(by_alias=True, exclude_unset=True)
    for word, meaning in words.items():
        text = text.replace("{" + word + "}", meaning)
    made = LoadRowSpec.model_validate_json(text)
    table = TABLES[made.table]
    common = {name: spec for name, spec in every_row.items() if name in table.columns}
    entity = made.entity or made.row
    fields: dict[str, str] = {}
    for field in form.fields.values():
        central = field.central
        if central is None or central.column is None or central.table != made.table:
            continue
        if _entity(field) == entity:
            fields.setdefault(central.column, field.name)
    return LoadRow(made.row, table, made, common | made.columns, fields)


def _entity(field: FormField) -> str | None:
    """The entity a field belongs to; in a table `{row}` is the row's name."""
    entity = field.central.entity if field.central else None
    return entity.replace("{row}", field.row or "") if entity else None


def _check(file: Path, index: int, row: LoadRow, form: Form, before: list[LoadRow]) -> None:
    roles = {r.role for r in before}
    if row.role in roles:
        raise _wrong(file, index, f"the row '{row.role}' stands twice. Rename one.")
    for name, column in row.columns.items():
        if name not in row.table.columns:
            known = ", ".join(c.name for c in row.table.columns)
            raise _wrong(
                file, index, f"{row.table.name} has no column '{name}'. It has: {known}.", name
            )
        _check_words(file, index, name, column, roles)
    for name in row.spec.once:
        if name not in row.table.columns:
            raise _wrong(file, index, f"{row.table.name} has no column '{name}' (under 'once').")
    for field in _fields_of(row):
        if field not in form.fields:
            raise _wrong(file, index, f"the form has no field '{field}'.")
    for stated in (s for s in row.table.columns if not s.nullable):
        if not _is_sure(row, stated):
            raise _wrong(
                file,
                index,
                f"CPIMS requires {row.table.name}.{stated.name}, but nothing says where its value "
                f"comes from when the paper is blank (row '{row.role}'). State context, derive, "
                "unknown or ask under 'columns'.",
            )


def feeding(row: LoadRow) -> list[str]:
    """The fields whose values go into a row."""
    return [*row.fields.values(), *(c.field for c in row.columns.values() if c.field)]


def _is_sure(row: LoadRow, column: sa.Column[Any]) -> bool:
    """True when a required column cannot stay empty: a field alone may be blank on the paper."""
    sources = _sources(row, column)
    if not sources or not all(name.startswith("field: ") for name in sources):
        return bool(sources)
    field = sources[0].removeprefix("field: ")
    is_why = row.spec.each == field or row.spec.when == [field]
    is_all = not row.spec.when and set(feeding(row)) == {field}
    return is_why or is_all or row.spec.incomplete == "keep"


def _check_words(file: Path, index: int, name: str, column: ColumnSpec, roles: set[str]) -> None:
    if column.row and column.row not in roles:
        raise _wrong(file, index, f"row '{column.row}' does not stand before this one.", name)
    if column.convert and column.convert not in CONVERSIONS:
        known = ", ".join(sorted(CONVERSIONS))
        raise _wrong(file, index, f"'{column.convert}' is no conversion. Known: {known}.", name)
    if column.derive and column.derive.name not in DERIVATIONS:
        known = ", ".join(sorted(DERIVATIONS))
        raise _wrong(file, index, f"'{column.derive.name}' is no derivation. Known: {known}.", name)


def _fields_of(row: LoadRow) -> list[str]:
    named = [*row.spec.unless, *([row.spec.each] if row.spec.each else [])]
    if isinstance(row.spec.when, list):
        named += row.spec.when
    for column in row.columns.values():
        named += [column.field] if column.field else []
        named += column.derive.of if column.derive else []
        named += [column.ask] if isinstance(column.ask, str) else []
    return named


def _wrong(file: Path, index: int, what: str, column: str | None = None) -> TemplateError:
    place: tuple[str | int, ...] = ("rows", index)
    if column:
        place += ("columns", column)
    return TemplateError(f"{file}, line {line_of(file, place)}: {what}")
