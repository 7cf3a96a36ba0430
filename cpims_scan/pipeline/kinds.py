"""Is this a value of this field? The last check before something becomes final."""

from __future__ import annotations

import datetime as dt

from cpims_scan.domain.record import Kind, Value
from cpims_scan.errors import WrongUseError
from cpims_scan.forms.template import FormField

# How a date may be known less well than to the day, as the reader of dates has them.
PRECISIONS = frozenset(("day", "month", "year", "since_year", "age_years", "age_months"))
LONGEST = 2000  # characters; longer than any cell of any form here can hold


def check_value(field: FormField, value: Value) -> None:
    """
    Refuse what cannot be a value of the field.

    Raises:
        WrongUseError: It is of another kind, or not one of the field's choices.
    """
    if field.choices:
        _check_choice(field, value)
    elif field.kind is Kind.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WrongUseError(f"'{field.name}' takes a number. Type digits only.")
    elif field.kind is Kind.DATE:
        if not _is_date(value):
            raise WrongUseError(f"'{field.name}' takes a date. Type day, month and year.")
    elif not isinstance(value, str) or not value or len(value) > LONGEST:
        raise WrongUseError(f"'{field.name}' takes words. Type what is written.")


def _check_choice(field: FormField, value: Value) -> None:
    names = {choice.name for choice in field.choices}
    if field.is_multiple != isinstance(value, list):
        many = "a list of choices" if field.is_multiple else "one choice"
        raise WrongUseError(f"'{field.name}' takes {many}. Choose from the list.")
    given = value if isinstance(value, list) else [value]
    if not given or not all(name in names for name in given):
        raise WrongUseError(f"'{field.name}' takes one of its choices. Choose from the list.")


def _is_date(value: Value) -> bool:
    if isinstance(value, dict):
        return value.get("precision") in PRECISIONS and bool(str(value.get("value") or ""))
    if not isinstance(value, str):
        return False
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
