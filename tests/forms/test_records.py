"""A form whose page gives many records: which field is whose, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.errors import TemplateError
from cpims_scan.forms.build import build_form
from cpims_scan.forms.records import (
    fields_named,
    form_of_one,
    full_name,
    is_shared,
    plain_name,
    record_rows,
)
from cpims_scan.forms.spec import FormSpec
from cpims_scan.forms.template import Form
from cpims_scan.forms.yamlfile import read_model

BOOK = """
form: book
title: {en: Book}
records: lines
fields:
  - {name: office, type: text, label: {en: Office}}
  - name: lines
    type: table
    label: {en: Lines}
    rows: 3
    fields:
      - {name: name, type: text, label: {en: Name}}
      - {name: age, type: integer, label: {en: Age}}
"""


def form_of(text: str, folder: Path) -> Form:
    """The form that a form.yaml describes."""
    file = folder / "form.yaml"
    file.write_text(text)
    return build_form(read_model(file, FormSpec), {}, file)


@pytest.fixture
def book(tmp_path: Path) -> Form:
    """A book of three lines a page."""
    return form_of(BOOK, tmp_path)


def test_record_rows__number_the_rows(book: Form) -> None:
    """A row's place on the page is its record's index."""
    assert record_rows(book) == {1: "1", 2: "2", 3: "3"}


def test_record_rows__a_sheet_is_one_record_unless_said(tmp_path: Path) -> None:
    """Tables are ordinary repeats in every other form."""
    assert record_rows(form_of(BOOK.replace("records: lines\n", ""), tmp_path)) == {}


def test_records__must_be_a_table(tmp_path: Path) -> None:
    """A word that names no table is refused, with the tables there are."""
    with pytest.raises(TemplateError, match=r"'line' is no table of the form\. Tables: lines"):
        form_of(BOOK.replace("records: lines", "records: line"), tmp_path)


@pytest.mark.parametrize(("name", "shared"), [("office", True), ("lines.2.age", False)])
def test_is_shared(book: Form, name: str, shared: bool) -> None:
    """What stands outside the table belongs to every record."""
    assert is_shared(book, name) is shared


@pytest.mark.parametrize(("full", "plain"), [("lines.2.age", "age"), ("office", "office")])
def test_names__within_a_record_and_on_the_sheet(book: Form, full: str, plain: str) -> None:
    """The plain name of a field and its full name turn into each other."""
    assert (plain_name(book, full), full_name(book, 2, plain)) == (plain, full)


def test_fields_named__pattern_is_every_row(book: Form) -> None:
    """`lines.*.age` is the age of each line."""
    assert fields_named(book, "lines.*.age") == ["lines.1.age", "lines.2.age", "lines.3.age"]


def test_form_of_one__has_columns_as_plain_fields(book: Form) -> None:
    """One record of the book is an office, a name and an age."""
    assert list(form_of_one(book).fields) == ["office", "name", "age"]
    assert {field.table for field in form_of_one(book).fields.values()} == {None}
