"""Named conversions of load.yaml: from a field's value to what CPIMS keeps."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.reference import COUNTY, SUB_COUNTY, WARD, LoadContext
from cpims_scan.domain.record import FieldReading, State, ValidatedRecord, Value
from cpims_scan.forms.template import Form

Plain = str | int | bool | dt.date | dt.datetime


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    What a conversion or a derivation may look at.

    Attributes:
        of: Names of the fields it was told to look at.
        given: What else load.yaml tells it.
        item: The value or part that made this row, for rows made `each`.
    """

    record: ValidatedRecord
    form: Form
    context: LoadContext
    role: str
    column: sa.Column[Any]
    of: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)
    item: str | None = None

    def reading(self, name: str) -> FieldReading | None:
        """The field's reading, None where the edition does not print it."""
        return self.record.fields.get(name)

    def answer(self, name: str) -> Value:
        """The field's value, None unless answered."""
        found = self.reading(name)
        return found.value if found and found.state is State.ANSWERED else None

    def code(self, name: str) -> str | None:
        """The field's CPIMS code, None unless answered."""
        value = self.answer(name)
        made = self.form.fields.get(name)
        if not isinstance(value, str):
            return None
        return made.central.map.get(value, value) if made and made.central else value


Conversion = Callable[[Value, Inputs], Plain | None]

CODE_WIDTH = 5  # a text column of CPIMS that is no wider holds a code
IMAGE = "image"  # reason of a reading: the picture is the value
# dbschema.md section 0: CCO/<county>/<sub-county>/5/29/<number>/<year>; 5/29 is the registry file.
SERIAL = re.compile(r"CCO/(\d{1,2})/(\d{1,3})/5/29/(\d{1,5})/(20\d{2})")
# A child's line of the register: number and year (forms.md section 2).
SHORT_SERIAL = re.compile(r"(\d{1,5})/(20\d{2}|\d{2})")
# An item_id of list_general; a word like FGM or Neglect is none.
CODE = re.compile(r"[A-Z][A-Z0-9]{3,4}")
NATIONAL_ID = re.compile(r"\d{6,9}")
# des_phone_number is an integer: the national number without 0 or +254 (rules.md 5).
PHONE = re.compile(r"(?:\+?254|0)?([17]\d{8})")


def is_picture(reading: FieldReading | None) -> bool:
    """True when the field has ink that is kept as a picture on purpose, unread."""
    return reading is not None and reading.state is State.UNREAD and IMAGE in reading.reasons


def day_of(value: Value) -> dt.date | None:
    """The date, when it is known to the day; a month, a year or an age is no date."""
    if isinstance(value, dict):
        value = value.get("value") if value.get("precision") == "day" else None
    if not isinstance(value, str):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _day(value: Value, _: Inputs) -> Plain | None:
    return day_of(value)


def _upper(value: Value, _: Inputs) -> Plain | None:
    return _words(value).upper() or None


def _text(value: Value, _: Inputs) -> Plain | None:
    if isinstance(value, list):
        return ", ".join(value) or None
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _first_name(value: Value, _: Inputs) -> Plain | None:
    words = _words(value).upper().split()
    return words[0] if words else None


def _other_names(value: Value, _: Inputs) -> Plain | None:
    return " ".join(_words(value).upper().split()[1:-1]) or None


def _surname(value: Value, _: Inputs) -> Plain | None:
    words = _words(value).upper().split()
    return words[-1] if len(words) > 1 else None


def _phone(value: Value, _: Inputs) -> Plain | None:
    """The first of the numbers in the cell."""
    if not isinstance(value, str):
        return None
    for part in re.split(r"[/,;]| or ", value):
        found = PHONE.fullmatch(re.sub(r"[\s()-]", "", part))
        if found:
            return int(found.group(1))
    return None


def _national_id(value: Value, _: Inputs) -> Plain | None:
    plain = re.sub(r"[\s.-]", "", value) if isinstance(value, str) else ""
    return plain if NATIONAL_ID.fullmatch(plain) else None


def _whole(value: Value, _: Inputs) -> Plain | None:
    is_digits = isinstance(value, str) and value.isdigit()
    return int(value) if is_digits or isinstance(value, int) else None  # type: ignore[arg-type]


def _code(value: Value, _: Inputs) -> Plain | None:
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def _yes_no(value: Value, _: Inputs) -> Plain | None:
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def area_of(value: Value, inputs: Inputs) -> Plain | None:
    """A place's area_id; `given` may say of which kinds and within which other field's place."""
    if not isinstance(value, str):
        return None
    kinds = tuple(inputs.given.get("kinds", (SUB_COUNTY, WARD, COUNTY)))
    around = inputs.answer(str(inputs.given.get("within", "")))
    places = inputs.context.reference
    within = places.area(around, (SUB_COUNTY, COUNTY)) if isinstance(around, str) else None
    found = places.area(value, kinds, within.area_id if within else None)
    return found.area_id if found else None


def _unit(value: Value, inputs: Inputs) -> Plain | None:
    return inputs.context.reference.unit(value) if isinstance(value, str) else None


def _paper_serial(value: Value, inputs: Inputs) -> Plain | None:
    """The paper's serial, when it fits its pattern and the reporting sub-county (house.md 0.23)."""
    found = SERIAL.fullmatch(re.sub(r"\s", "", value).upper()) if isinstance(value, str) else None
    written = inputs.answer(str(inputs.given.get("office", "")))
    areas = inputs.context.reference
    office = areas.area(written, (SUB_COUNTY,)) if isinstance(written, str) else None
    if not found or not office or office.code is None or office.parent is None:
        return None
    fits = (int(found.group(1)), int(found.group(2))) == (office.parent, int(office.code))
    return found.group(0) if fits else None


def _register_serial(value: Value, inputs: Inputs) -> Plain | None:
    """
    A register's short serial in full: its book is of one sub-county, whose numbers it lacks.

    Source: the inner cover of the register, CCO/county/sub-county/5/29/year; the child's line has
    number and year (dbschema.md section 0).
    """
    found = SHORT_SERIAL.fullmatch(re.sub(r"\s", "", value)) if isinstance(value, str) else None
    written = inputs.answer(str(inputs.given.get("office", "")))
    areas = inputs.context.reference
    office = areas.area(written, (SUB_COUNTY,)) if isinstance(written, str) else None
    if not found or not office or office.code is None or office.parent is None:
        return _paper_serial(value, inputs)
    number, year = int(found.group(1)), f"20{found.group(2)[-2:]}"
    return f"CCO/{office.parent}/{int(office.code)}/5/29/{number}/{year}"


def _never(value: Value, inputs: Inputs) -> Plain | None:
    """A value that cannot become a key of CPIMS; it stays as written in our own table."""
    return None


def _words(value: Value) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


CONVERSIONS: dict[str, Conversion] = {
    "area": area_of,
    "code": _code,
    "day": _day,
    "first_name": _first_name,
    "national_id": _national_id,
    "never": _never,
    "other_names": _other_names,
    "paper_serial": _paper_serial,
    "phone": _phone,
    "register_serial": _register_serial,
    "surname": _surname,
    "text": _text,
    "unit": _unit,
    "upper": _upper,
    "whole": _whole,
    "yes_no": _yes_no,
}


def default_conversion(column: sa.Column[Any]) -> str:
    """How a field's value becomes a column's, when load.yaml does not say."""
    targets = {key.column.table.name for key in column.foreign_keys}
    by_target = {"list_geo": "area", "reg_org_unit": "unit"}
    if targets:
        return by_target.get(targets.pop(), "never")
    if isinstance(column.type, sa.Date):
        return "day"
    if isinstance(column.type, sa.Boolean):
        return "yes_no"
    if isinstance(column.type, sa.Integer):
        return "whole"
    width = getattr(column.type, "length", None)
    return "code" if width is not None and width <= CODE_WIDTH else "text"
