"""Values between the paper's codes and what a person reads and types; codes alone are stored."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from cpims_scan.domain.record import Kind, State, Value
from cpims_scan.errors import InputError
from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import FormField
from cpims_scan.reading.dates import parse_date
from cpims_scan.reading.outcomes import missing_state
from cpims_scan.web.language import Language, day
from cpims_scan.web.phrases import N_, PRECISIONS

TOO_LONG = 2000  # characters: longer than any cell of any form here can hold

NOT_A_NUMBER = N_("This is not a whole number. Type digits only, or choose a kind of missing.")
NOT_A_DATE = N_("This is not a date. Type day/month/year, a year such as 2012, or an age: 12 yrs.")
NOT_A_CHOICE = N_("This is not one of the answers. Choose one from the list.")
NOTHING_TYPED = N_("Nothing is typed. Type what is written, or choose a kind of missing.")
MUCH_TOO_LONG = N_("This is longer than the field can be. Shorten it.")


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A field with the entries it chooses from.

    Attributes:
        listed: Its own choices, or its code list: then other words are kept as written.
    """

    field: FormField
    listed: tuple[ChoiceSpec, ...]

    @property
    def is_closed(self) -> bool:
        """True when nothing but the listed entries is an answer."""
        return bool(self.field.choices)


def shown(value: Value, asked: Asked, language: Language) -> str:
    """A value in the person's words: labels of choices, dd/mm/yyyy, ages with their unit."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_label(name, asked, language) for name in value)
    if isinstance(value, dict):
        return _partial(value, language)
    if asked.field.kind is Kind.DATE:
        return typed_form(value, asked, language)
    return _label(str(value), asked, language)


def typed_form(value: Value, asked: Asked, language: Language) -> str:
    """A value as a person would type it into the field's box."""
    if value is None or isinstance(value, list):
        return ""
    if isinstance(value, dict):
        return _typed_partial(value)
    if asked.field.kind is Kind.DATE and isinstance(value, str):
        return _typed_date(value)
    return _label(str(value), asked, language)


def parse(typed: list[str], asked: Asked) -> tuple[Value, State]:
    """
    Turn what a person typed or ticked into a value of the field's kind.

    Args:
        typed: Every value sent for the field; several for a field of several choices.
        asked: The field.

    Raises:
        InputError: It is not of the field's kind; the message is a catalog's sentence.
    """
    texts = [text.strip() for text in typed if text.strip()]
    if not texts:
        raise InputError(NOTHING_TYPED)
    if any(len(text) > TOO_LONG for text in texts):
        raise InputError(MUCH_TOO_LONG)
    if asked.is_closed:
        return _chosen(texts, asked), State.ANSWERED
    missing = missing_state(texts[0])
    if missing is not None:
        return None, missing
    if asked.field.kind is Kind.NUMBER:
        return _number(texts[0], asked), State.ANSWERED
    if asked.field.kind is Kind.DATE:
        return _date(texts[0]), State.ANSWERED
    return _listed(texts[0], asked) or texts[0], State.ANSWERED


def _chosen(texts: list[str], asked: Asked) -> Value:
    names = []
    for text in texts:
        name = _listed(text, asked)
        if name is None:
            raise InputError(NOT_A_CHOICE)
        names.append(name)
    if asked.field.is_multiple:
        order = [choice.name for choice in asked.listed]
        return sorted(set(names), key=order.index)
    return names[0]


def _listed(text: str, asked: Asked) -> str | None:
    """
    The entry that a typed text names: its code as it is, or one label, whatever its case.

    A label that two entries share names neither of them: wards of one name are in many counties.
    """
    for entry in asked.listed:
        if text == entry.name:
            return entry.name
    found = {e.name for e in asked.listed if text.casefold() in _labels(e)}
    return found.pop() if len(found) == 1 else None


def _labels(entry: ChoiceSpec) -> set[str]:
    return {word.casefold() for word in entry.label.values()}


def _number(text: str, asked: Asked) -> int | float:
    plain = text.replace(" ", "").replace(",", "")
    if re.fullmatch(r"\d{1,12}", plain):
        return int(plain)
    if asked.field.spec.type == "decimal" and re.fullmatch(r"\d{1,12}\.\d{1,6}", plain):
        return float(plain)
    raise InputError(NOT_A_NUMBER)


def _date(text: str) -> Value:
    # Typed dates are day first whatever the print invites: the box says so.
    value = parse_date(text, day_first=True)
    if value is None:
        raise InputError(NOT_A_DATE)
    return value


def _label(name: str, asked: Asked, language: Language) -> str:
    found = next((entry for entry in asked.listed if entry.name == name), None)
    return language.of(found.label) if found else name


def _partial(value: dict[str, Any], language: Language) -> str:
    precision = str(value.get("precision", ""))
    words = language.text(PRECISIONS.get(precision, ""))
    if precision in ("month", "year"):
        return _typed_partial(value)
    if precision == "since_year":
        return f"{words} {value.get('value')}"
    return f"{value.get('value')} {words}".strip()


def _typed_partial(value: dict[str, Any]) -> str:
    text, precision = str(value.get("value", "")), value.get("precision")
    if precision == "month":
        year, _, month = text.partition("-")
        return f"{month}/{year}"
    units = {"age_years": "yrs", "age_months": "months"}
    if precision == "since_year":
        return f"since {text}"
    return f"{text} {units[str(precision)]}" if precision in units else text


def _typed_date(value: str) -> str:
    try:
        return day(dt.date.fromisoformat(value))
    except ValueError:
        return value
