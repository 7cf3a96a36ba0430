"""Forms whose every page gives many records, as a register does: which field is whose."""

from __future__ import annotations

import dataclasses

from cpims_scan.forms.template import Form, FormField


def rows_of(form: Form, table: str) -> list[str]:
    """Names of a table's rows, in the form's order."""
    return list(dict.fromkeys(f.row for f in form.fields.values() if f.table == table and f.row))


def record_rows(form: Form) -> dict[int, str]:
    """
    Tell which row is which record.

    Returns:
        Index of the record -> name of its row. A row keeps its index whether or not the rows
        above it are filled, so that a page that comes back with more on it adds records and
        renumbers none. Empty for a form whose sheet is one record.
    """
    table = form.spec.records
    return dict(enumerate(rows_of(form, table), start=1)) if table else {}


def is_shared(form: Form, name: str) -> bool:
    """True for a field that stands outside the records and belongs to all of them."""
    table, field = form.spec.records, form.fields.get(name)
    return table is not None and field is not None and field.table != table


def fields_named(form: Form, name: str) -> list[str]:
    """Full names of the field, or of every row's when the name is a pattern: `cases.*.child`."""
    if name in form.fields:
        return [name]
    return [n for n, field in form.fields.items() if field.pattern == name]


def plain_name(form: Form, name: str) -> str:
    """A field's name within its record: `cases.2.child_name` is `child_name`."""
    field, table = form.fields.get(name), form.spec.records
    return field.spec.name if field is not None and table and field.table == table else name


def full_name(form: Form, index: int, name: str) -> str:
    """A field's name on the sheet: `child_name` of record 2 is `cases.2.child_name`."""
    row = record_rows(form).get(index)
    full = f"{form.spec.records}.{row}.{name}"
    return full if row is not None and full in form.fields else name


def form_of_one(form: Form) -> Form:
    """
    Make the form of one record: the table's columns become plain fields.

    A rule for loading is written once for all records, in their plain names. A form whose sheet
    is one record comes back as it is.
    """
    rows = record_rows(form)
    if not rows:
        return form
    first = next(iter(rows.values()))
    of_one = [
        _plain(field) if field.table == form.spec.records else field
        for field in form.fields.values()
        if field.table != form.spec.records or field.row == first
    ]
    return dataclasses.replace(form, fields={field.name: field for field in of_one})


def _plain(field: FormField) -> FormField:
    name = field.spec.name
    return dataclasses.replace(
        field, name=name, pattern=name, table=None, row=None, label=field.spec.label
    )
