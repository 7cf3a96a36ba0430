"""From the pack format as written to a form and an edition ready for use."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from cpims_scan.domain.paper import Box
from cpims_scan.domain.record import Kind
from cpims_scan.errors import TemplateError
from cpims_scan.forms.grid import Grid, build_grid
from cpims_scan.forms.spec import (
    ChoiceSpec,
    ColumnSpec,
    FieldSpec,
    FormSpec,
    PlaceSpec,
    SumSpec,
    TemplateSpec,
    Text,
)
from cpims_scan.forms.template import BlankPage, Edition, Form, FormField, Place, Total

KIND_OF_TYPE = {
    "text": Kind.TEXT,
    "code": Kind.CODE,
    "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "date": Kind.DATE,
    "signature": Kind.INK,
    "select_one": Kind.MARK,
    "select_multiple": Kind.MARK,
}


def build_form(spec: FormSpec, lists: dict[str, list[ChoiceSpec]], file: Path) -> Form:
    """
    Expand the tables of a form into single fields.

    Raises:
        TemplateError: A type or a list of choices is not known, or a name stands twice.
    """
    fields: dict[str, FormField] = {}
    for item in spec.fields:
        for made in _expand(item, spec, lists, file):
            if made.name in fields:
                raise TemplateError(f"{file}: field '{made.name}' stands twice. Rename one.")
            fields[made.name] = made
    return Form(spec.form, spec.title, fields, spec)


def build_edition(form: Form, spec: TemplateSpec, file: Path, digest: str) -> Edition:
    """
    Put a form's fields on one edition's paper.

    Raises:
        TemplateError: A place names a field the form does not ask, or a field has no place
            and is not listed as absent.
    """
    places = {name: _place(name, place) for name, place in spec.places.items()}
    for table in spec.tables:
        places |= _table_places(form, table, spec, file)
    grid = _grid(form, spec, file) if spec.grid else None
    if grid:
        places |= {name: Place(name, 1, "print", box) for name, box in grid.boxes().items()}
    _check_names(form, places, spec, file)
    pages = tuple(
        BlankPage(i, file.parent / page.blank, page.pdf_page, page.size_mm)
        for i, page in enumerate(spec.pages, start=1)
    ) or (BlankPage(1, file, 1, grid.size_mm if grid else (0.0, 0.0)),)
    ordered = {name: places[name] for name in form.fields if name in places}
    totals = tuple(t for s in spec.sums for t in _totals(s, form, file))
    zero = tuple(spec.blank_is_zero or form.spec.blank_is_zero)
    absent = frozenset(spec.absent)
    return Edition(
        form, spec.edition, pages, ordered, totals, zero, digest, spec.joins, absent, grid
    )


def _table_places(form: Form, table: str, spec: TemplateSpec, file: Path) -> dict[str, Place]:
    """The cells of a table, row by row; rows that the edition does not print are passed over."""
    where, named = spec.tables[table], _row_names(form, table, file)
    rows = [row for row in named if f"{table}.{row}" not in spec.absent]
    places = {}
    for column, cell in where.columns.items():
        stand = cell.rows or where.rows
        if len(rows) != len(stand):
            raise TemplateError(
                f"{file}: table '{table}' places {len(stand)} rows, the form has {len(rows)}. "
                f"List a row that is not printed under 'absent', as {table}.{named[-1]}."
            )
        for row, (top, height) in zip(rows, stand, strict=True):
            name = f"{table}.{row}.{column}"
            places[name] = _cell(name, cell.page or where.page, cell, top, height)
    return places


def _expand(
    item: FieldSpec, spec: FormSpec, lists: dict[str, list[ChoiceSpec]], file: Path
) -> list[FormField]:
    if item.type != "table":
        return [_field(item, item.name, item.name, None, item.ref, spec, lists, file)]
    if isinstance(item.rows, int):
        refs: list[str | None] = [*item.refs] or [item.ref] * item.rows
        rows: list[tuple[str, str | None, Text | None]] = [
            (str(i + 1), refs[i], None) for i in range(item.rows)
        ]
    else:
        rows = [(r.name, r.ref or item.ref, r.label) for r in item.rows or []]
    return [
        _field(
            inner,
            f"{item.name}.{row}.{inner.name}",
            f"{item.name}.*.{inner.name}",
            (item.name, row, label),
            ref or inner.ref,
            spec,
            lists,
            file,
        )
        for row, ref, label in rows
        for inner in item.fields
    ]


def _field(  # noqa: PLR0913, one call makes one field from its row, its table and its form
    item: FieldSpec,
    name: str,
    pattern: str,
    where: tuple[str, str, Text | None] | None,
    ref: str | None,
    spec: FormSpec,
    lists: dict[str, list[ChoiceSpec]],
    file: Path,
) -> FormField:
    kind_word, _, list_name = item.type.partition(" ")
    if kind_word not in KIND_OF_TYPE:
        known = ", ".join(KIND_OF_TYPE)
        raise TemplateError(
            f"{file}: field '{name}': type '{item.type}' is none of {known}, table."
        )
    choices: list[ChoiceSpec] = []
    if list_name:
        found = spec.choices.get(list_name) or lists.get(list_name)
        if found is None:
            raise TemplateError(
                f"{file}: field '{name}': there is no list '{list_name}'. "
                "Add it under 'choices', or as a file in _lists/."
            )
        choices = found
    label: dict[str, str] = item.label
    if where and where[2]:
        row_label = where[2]
        label = {k: f"{row_label.get(k, row_label['en'])}: {v}" for k, v in label.items()}
    return FormField(
        name,
        pattern,
        where[0] if where else None,
        where[1] if where else None,
        ref,
        KIND_OF_TYPE[kind_word],
        label,
        tuple(choices),
        item,
    )


def _place(name: str, spec: PlaceSpec) -> Place:
    options = {choice: Box(*box) for choice, box in spec.options.items()}
    comb: tuple[Box, ...] = ()
    if isinstance(spec.comb, list):
        comb = tuple(Box(*box) for box in spec.comb)
    elif spec.comb and spec.box:
        comb = _split(Box(*spec.box), spec.comb)
    box = Box(*spec.box) if spec.box else Box.around(list(options.values()) or list(comb))
    return Place(
        name, spec.page, spec.reader, box, options, comb, spec.alphabet, spec.format, spec.codes
    )


def _cell(name: str, page: int, cell: ColumnSpec, top: float, height: float) -> Place:
    box = Box(cell.left, top, cell.width, height)
    options = {n: Box(left, top, width, height) for n, (left, width) in cell.options.items()}
    comb = _split(box, cell.comb) if cell.comb else ()
    return Place(
        name, page, cell.reader, box, options, comb, cell.alphabet, cell.format, cell.codes
    )


def _split(box: Box, count: int) -> tuple[Box, ...]:
    width = box.width / count
    return tuple(Box(box.left + i * width, box.top, width, box.height) for i in range(count))


def _grid(form: Form, spec: TemplateSpec, file: Path) -> Grid | None:
    """A printed workbook's tables, in the form's rows without those that it does not print."""
    if spec.grid is None:
        return None
    labels: dict[str, dict[str, str]] = {}
    for table in (table for block in spec.grid.blocks for table in block.tables):
        rows = next((f.rows for f in form.spec.fields if f.name == table), None)
        if not isinstance(rows, list):
            raise TemplateError(f"{file}: grid: the form has no table '{table}' with named rows.")
        labels[table] = {
            row.name: row.label["en"] for row in rows if f"{table}.{row.name}" not in spec.absent
        }
    return build_grid(spec.grid, labels)


def _row_names(form: Form, table: str, file: Path) -> list[str]:
    rows = list(dict.fromkeys(f.row for f in form.fields.values() if f.table == table and f.row))
    if not rows:
        raise TemplateError(f"{file}: the form has no table '{table}'.")
    return rows


def _check_names(form: Form, places: dict[str, Place], spec: TemplateSpec, file: Path) -> None:
    for name, place in places.items():
        if name not in form.fields:
            raise TemplateError(f"{file}: place '{name}' is no field of {form.name}.")
        if not 1 <= place.page <= max(len(spec.pages), 1):
            raise TemplateError(
                f"{file}: place '{name}' is on page {place.page}, which is not there."
            )
        known = {choice.name for choice in form.fields[name].choices}
        for option in place.options:
            if option not in known:
                raise TemplateError(
                    f"{file}: place '{name}': '{option}' is no choice of that field."
                )
    absent = set(spec.absent)
    for name, made in form.fields.items():
        words = {name, made.pattern, made.table or name, f"{made.table}.{made.row}"}
        if name not in places and not words & absent:
            raise TemplateError(
                f"{file}: field '{name}' has no place. Place it, or list it under 'absent'."
            )


def _totals(spec: SumSpec, form: Form, file: Path) -> list[Total]:
    if "{row}" not in spec.total:
        return [_total(spec, spec.total, spec.parts, form, file)]
    table = spec.total.partition(".")[0]
    return [
        _total(
            spec,
            spec.total.replace("{row}", row),
            [part.replace("{row}", row) for part in spec.parts],
            form,
            file,
        )
        for row in _row_names(form, table, file)
    ]


def _total(spec: SumSpec, total: str, parts: list[str], form: Form, file: Path) -> Total:
    names: list[str] = []
    for part in parts:
        found = _named(part, form)
        if not found:
            raise TemplateError(f"{file}: sum of '{total}': no field is called '{part}'.")
        names += [n for n in found if n not in spec.leave_out]
    if total not in form.fields:
        raise TemplateError(f"{file}: sum of '{total}': there is no such field.")
    return Total(total, tuple(names), spec.kind)


def _named(pattern: str, form: Form) -> list[str]:
    """Fields that a pattern names; most patterns are one plain name, and those are not searched."""
    if not set(pattern) & set("*?["):
        return [pattern] if pattern in form.fields else []
    return [name for name in form.fields if fnmatch.fnmatchcase(name, pattern)]
