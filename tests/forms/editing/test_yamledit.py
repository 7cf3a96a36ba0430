"""A change in a YAML file leaves every other line as a person wrote it."""

from __future__ import annotations

import pytest
import yaml

from cpims_scan.errors import TemplateError
from cpims_scan.forms.editing.yamledit import drop_entry, drop_item, put_entry, put_item

TEXT = """\
# A form.
fields:
  - {name: a, type: text}  # the first
  - name: t
    type: table
    rows: 2

  # about b
  - {name: b}
places:
  a: {page: 1}
  # above c
  c:
    page: 2
    box: [1, 2, 3, 4]
absent: []
"""


def test_put_entry__replaces_one_line() -> None:
    """An entry on one line is written over, the comments stay."""
    made = put_entry(TEXT, ("places",), "a", "a: {page: 9}")

    assert made == TEXT.replace("  a: {page: 1}", "  a: {page: 9}")


def test_put_entry__replaces_a_block() -> None:
    """An entry over several lines goes as a whole."""
    made = put_entry(TEXT, ("places",), "c", "c: {page: 3}")

    assert made == TEXT.replace("  c:\n    page: 2\n    box: [1, 2, 3, 4]\n", "  c: {page: 3}\n")


def test_put_entry__appends_a_new_one() -> None:
    """A new entry stands last, indented as the others."""
    made = put_entry(TEXT, ("places",), "d", "d:\n  page: 1")

    assert yaml.safe_load(made)["places"]["d"] == {"page": 1}
    assert "box: [1, 2, 3, 4]\n  d:\n    page: 1\nabsent" in made


@pytest.mark.parametrize("text", ["places: {}\n", "other: 1\n", "places:\n"])
def test_put_entry__begins_an_empty_mapping(text: str) -> None:
    """Where there is no entry yet, the first one is written."""
    assert yaml.safe_load(put_entry(text, ("places",), "a", "a: 1"))["places"] == {"a": 1}


def test_put_entry__opens_a_mapping_on_one_line() -> None:
    """A mapping in braces is written one entry a line, so that a line can be changed."""
    made = put_entry("places: {a: 1, b: [2, 3]}\n", ("places",), "b", "b: 4")

    assert made == "places:\n  a: 1\n  b: 4\n"


def test_drop_entry__takes_its_lines_only() -> None:
    """What stood around it stays."""
    assert drop_entry(TEXT, ("places",), "a") == TEXT.replace("  a: {page: 1}\n", "")


def test_drop_entry__last_one_leaves_an_empty_mapping() -> None:
    """A mapping without entries is written as one."""
    assert drop_entry("places:\n  a: 1\n", ("places",), "a") == "places: {}\n"


def test_put_item__replaces_a_block_item() -> None:
    """A table among the fields is one item."""
    made = put_item(TEXT, ("fields",), 1, "name: t\ntype: table\nrows: 3")

    assert made == TEXT.replace("rows: 2", "rows: 3")


def test_put_item__appends() -> None:
    """A new item stands last."""
    made = put_item(TEXT, ("fields",), None, "{name: z}")

    assert [f["name"] for f in yaml.safe_load(made)["fields"]] == ["a", "t", "b", "z"]


def test_drop_item__keeps_the_comments() -> None:
    """Only the item's own lines go."""
    assert drop_item(TEXT, ("fields",), 2) == TEXT.replace("  - {name: b}\n", "")


def test_put_item__list_on_one_line_is_refused() -> None:
    """A list in brackets cannot be changed a line at a time, and that is said."""
    with pytest.raises(TemplateError, match="one item a line"):
        put_item("fields: [{name: a}]\n", ("fields",), 0, "{name: b}")
