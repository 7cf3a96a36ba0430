"""Named conversions and derivations of load.yaml: from what the paper says to what CPIMS keeps."""

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
class Deferred:
    """A value that only the transaction knows: a key, a serial, the time."""

    kind: str  # row, key, now, serial, persons, form_id
    given: tuple[tuple[str, Any], ...] = ()


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
Derivation = Callable[[Inputs], Plain | Deferred | None]

CODE_WIDTH = 5  # a text column of CPIMS that is no wider holds a code
IMAGE = "image"  # reason of a reading: the picture is the value
# dbschema.md section 0: CCO/<county>/<sub-county>/5/29/<number>/<year>; 5/29 is the registry file.
SERIAL = re.compile(r"CCO/(\d{1,2})/(\d{1,3})/5/29/(\d{1,5})/(20\d{2})")
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


def _area(value: Value, inputs: Inputs) -> Plain | None:
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


def _never(value: Value, inputs: Inputs) -> Plain | None:
    """A value that cannot become a key of CPIMS; it stays as written in our own table."""
    return None


def _key(_: Inputs) -> Deferred:
    return Deferred("key")


def _own_id(inputs: Inputs) -> Deferred:
    """An identifier beside the key: of the column's name, sheet, role and revision."""
    of = inputs.given.get("of", inputs.role)
    return Deferred("own_id", (("name", f"{of}/{inputs.column.name}"),))


def _now(_: Inputs) -> Deferred:
    return Deferred("now")


def _today(_: Inputs) -> Deferred:
    return Deferred("today")


def _serial(inputs: Inputs) -> Deferred:
    """Made as CPIMS makes it; `given` says which row and column hold the reporting sub-county."""
    return Deferred("serial", (("row", inputs.given["row"]), ("column", inputs.given["column"])))


def _persons(inputs: Inputs) -> Deferred:
    return Deferred("persons", (("rows", tuple(inputs.given.get("rows", ()))),))


def _form_id(inputs: Inputs) -> Deferred:
    return Deferred("form_id", (("row", inputs.given.get("row", "case")),))


def _yes_if_any(inputs: Inputs) -> Plain | None:
    """AYES when any of the fields is answered; nothing otherwise, for a blank is no No."""
    return "AYES" if any(inputs.answer(name) is not None for name in inputs.of) else None


def _stage(inputs: Inputs) -> Plain | None:
    """CPIMS's case_stage: 1 from the first event on, 0 before."""
    return int(any(inputs.answer(name) is not None for name in inputs.of))


def _first_date(inputs: Inputs) -> Plain | None:
    days = (day_of(inputs.answer(name)) for name in inputs.of)
    return next((day for day in days if day), None)


def _same_area(inputs: Inputs) -> Plain | None:
    """Where the child lives, for its relatives: CPIMS copies the child's places to them."""
    return _area(inputs.answer(inputs.of[0]), inputs)


def _own_category(inputs: Inputs) -> Plain | None:
    """The category itself, when CPIMS has no list of sub-categories for it."""
    code = inputs.item or inputs.code(inputs.of[0])
    return None if code is None or code in inputs.given.get("with_list", ()) else code


def _by_sex(inputs: Inputs) -> Plain | None:
    """A code that depends on a person's sex: `given` is choice -> sex code -> code."""
    choice, sex = inputs.answer(inputs.of[0]), inputs.code(inputs.of[1])
    codes = inputs.given.get(choice, {}) if isinstance(choice, str) else {}
    return codes.get(sex) if sex else None


def _on_paper(inputs: Inputs) -> Plain | None:
    """Where the handwriting is that nobody has keyed: the page is the value (practice.md 23)."""
    name = inputs.of[0]
    if not is_picture(inputs.reading(name)):
        return None
    return f"[On paper: sheet {inputs.record.sheet}, {name}]"


def _words(value: Value) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


CONVERSIONS: dict[str, Conversion] = {
    "area": _area,
    "code": _code,
    "day": _day,
    "first_name": _first_name,
    "national_id": _national_id,
    "never": _never,
    "other_names": _other_names,
    "paper_serial": _paper_serial,
    "phone": _phone,
    "surname": _surname,
    "text": _text,
    "unit": _unit,
    "upper": _upper,
    "whole": _whole,
    "yes_no": _yes_no,
}

DERIVATIONS: dict[str, Derivation] = {
    "by_sex": _by_sex,
    "case_serial": _serial,
    "case_stage": _stage,
    "first_date": _first_date,
    "form_id": _form_id,
    "identifier": _own_id,
    "key": _key,
    "now": _now,
    "on_paper": _on_paper,
    "own_category": _own_category,
    "persons": _persons,
    "same_area": _same_area,
    "today": _today,
    "yes_if_any": _yes_if_any,
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
