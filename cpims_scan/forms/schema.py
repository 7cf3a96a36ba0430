"""The pack format as JSON Schema, so that an editor completes and marks what is written."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from cpims_scan.forms.layout.spec import LayoutSpec
from cpims_scan.forms.paper.drawing import Drawing
from cpims_scan.forms.spec import FormSpec, SingleSpec, TemplateSpec

# docs/template.schema.json is this, written; a test keeps the two equal.
SCHEMA_TITLE = "A form pack: form.yaml, template.yaml, both in one, drawing.yaml or layout.yaml"


def pack_schema() -> dict[str, Any]:
    """JSON Schema that fits every file of a pack."""
    files = (FormSpec, TemplateSpec, SingleSpec, Drawing, LayoutSpec)
    refs, schema = models_json_schema([(model, "validation") for model in files])
    central = schema["$defs"]["CentralSpec"]
    # `central: table.column` is the short way to write it.
    schema["$defs"]["CentralSpec"] = {"anyOf": [{"type": "string"}, central]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA_TITLE,
        "anyOf": [refs[(model, "validation")] for model in files],
        "$defs": schema["$defs"],
    }


def schema_text() -> str:
    """The schema as it stands in docs/template.schema.json."""
    return json.dumps(pack_schema(), indent=1, ensure_ascii=False) + "\n"
