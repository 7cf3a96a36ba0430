"""Monthly returns of an invented office, as they come out of checking."""

from __future__ import annotations

import dataclasses
from typing import Any

from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord, Value
from cpims_scan.forms.template import Form

RETURN_SHEET = "9c2f0f4e-1f0a-4c53-9d4e-0a1b2c3d4e5f"
SECOND_SHEET = "1d2f0f4e-1f0a-4c53-9d4e-0a1b2c3d4e5f"
HEAD: dict[str, Value] = {"sub_county": "48", "month": "03", "year": 2026, "date": "2026-04-02"}
FIGURES: dict[str, Value] = {
    "categories.csic.m_06_10": 12,
    "categories.csic.f_06_10": 9,
    "categories.ccdf.f_11_15": 2,
    "categories.cdis.m_00_05": 0,
    "interventions.cmtn.f_06_10": 7,
    "interventions.pend.m_06_10": 5,
}


def monthly(form: Form, values: dict[str, Value], **changes: Any) -> ValidatedRecord:
    """A signed return: named cells are written, all others are blank."""
    fields = {
        name: FieldReading(
            name,
            field.kind,
            State.BLANK if (value := values.get(name)) is None else State.ANSWERED,
            value,
            0.99,
            "ink",
            Decision.ACCEPT,
        )
        for name, field in form.fields.items()
    }
    fields["signature"] = dataclasses.replace(
        fields["signature"], state=State.ANSWERED, value="ink"
    )
    made = ValidatedRecord(RETURN_SHEET, 1, form.name, "tool-b", 1, fields)
    return dataclasses.replace(made, **changes)


def with_state(record: ValidatedRecord, state: State, *names: str) -> ValidatedRecord:
    """The same return with other states in some fields."""
    changed = {
        name: dataclasses.replace(record.fields[name], state=state, value=None) for name in names
    }
    return dataclasses.replace(record, fields=record.fields | changed)
