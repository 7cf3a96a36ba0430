"""The schema for editors says what the loader says."""

from __future__ import annotations

from pathlib import Path

from cpims_scan.forms.schema import pack_schema, schema_text

ROOT = Path(__file__).parents[2]


def test_schema__file_is_the_generated_one() -> None:
    """docs/template.schema.json is what `schema_text` writes."""
    assert (ROOT / "docs" / "template.schema.json").read_text(encoding="utf-8") == schema_text()


def test_schema__has_every_word_of_a_field() -> None:
    """A field's words are all there, with what they may be."""
    words = pack_schema()["$defs"]["FieldSpec"]["properties"]

    assert {"name", "type", "label", "keying", "code_list", "central", "rows"} <= set(words)
    assert words["keying"]["enum"] == ["now", "list", "image"]
