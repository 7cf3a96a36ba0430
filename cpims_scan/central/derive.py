"""Named derivations of load.yaml: what stands in where the paper itself says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cpims_scan.central.convert import Inputs, Plain, area_of, day_of, is_picture


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value that only the transaction knows: a key, a serial, the time."""

    kind: str  # row, key, now, serial, persons, form_id
    given: tuple[tuple[str, Any], ...] = ()


Derivation = Callable[[Inputs], Plain | Deferred | None]


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
    return area_of(inputs.answer(inputs.of[0]), inputs)


def _own_category(inputs: Inputs) -> Plain | None:
    """The category itself, when CPIMS has no list of sub-categories for it."""
    code = inputs.item or inputs.code(inputs.of[0])
    return None if code is None or code in inputs.given.get("with_list", ()) else code


def _by_sex(inputs: Inputs) -> Plain | None:
    """A code that may depend on a person's sex: `given` is choice -> code, or sex code -> code."""
    choice, sex = inputs.answer(inputs.of[0]), inputs.code(inputs.of[1])
    codes = inputs.given.get(choice, {}) if isinstance(choice, str) else {}
    return codes if isinstance(codes, str) else codes.get(sex)


def _on_paper(inputs: Inputs) -> Plain | None:
    """Where the handwriting is that nobody has keyed: the page is the value (practice.md 23)."""
    name = inputs.of[0]
    if not is_picture(inputs.reading(name)):
        return None
    return f"[On paper: sheet {inputs.record.sheet}, {name}]"


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
