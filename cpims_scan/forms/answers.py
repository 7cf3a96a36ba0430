"""What rules see of a record: its answers, and whether each was read at all."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cpims_scan.domain.record import FieldReading, State, Value
from cpims_scan.forms.template import Edition

TODAY = "today"
ROW = "{row}"

# Nothing is known about these; a rule that names one is silent.
NOT_READ = (State.UNREAD, State.ILLEGIBLE)

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Answers:
    """
    The answers of one record, for one row where a rule names a table.

    Attributes:
        today: In Nairobi.
        row: Put where a name says {row}; None for rules without a table.
    """

    fields: Mapping[str, FieldReading]
    edition: Edition
    today: dt.date
    row: str | None = None

    def field(self, name: str) -> FieldReading | None:
        """A field of this row; None when the edition does not print it or its page is missing."""
        return self.fields.get(self.full(name))

    def full(self, name: str) -> str:
        """The field's full name in this row."""
        return name.replace(ROW, self.row) if self.row is not None else name

    def is_read(self, name: str) -> bool:
        """Whether a machine or a person knows what stands there, be it nothing."""
        if name == TODAY:
            return True
        field = self.field(name)
        return field is not None and field.state not in NOT_READ

    def is_answered(self, name: str) -> bool:
        """Whether there is a value."""
        field = self.field(name)
        return field is not None and field.state is State.ANSWERED

    def is_blank(self, name: str) -> bool:
        """Whether nothing stands there, or nothing that still counts."""
        field = self.field(name)
        return field is not None and field.state in (State.BLANK, State.CROSSED_OUT)

    def value(self, name: str) -> Value:
        """The value; None unless answered."""
        field = self.field(name)
        return field.value if field is not None and field.state is State.ANSWERED else None

    def number(self, name: str) -> float | None:
        """
        A count; None when there is none.

        A dash is zero, and so is a blank where the edition says so; a total that was left blank
        is the sum of its parts.
        """
        value = self.value(name)
        if isinstance(value, int | float):
            return value
        field = self.field(name)
        if field is None or field.state not in (State.BLANK, State.NOT_APPLICABLE):
            return None
        is_dash = field.state is State.NOT_APPLICABLE
        if is_dash or self.edition.blank_counts_as_zero(self.full(name)):
            return 0
        printed = (t for t in self.edition.totals if t.total == self.full(name))
        total = next((t for t in printed if t.kind == "sum"), None)
        numbers = [self.number(part) for part in total.parts] if total else [None]
        known = [number for number in numbers if number is not None]
        return sum(known) if len(known) == len(numbers) else None

    def days(self, name: str) -> Days | None:
        """First and last day that a date may be; None for an age or when there is none."""
        return (self.today, self.today) if name == TODAY else days_of(self.value(name))

    def ages(self, born: str, on: str) -> tuple[int, int] | None:
        """Least and greatest age in whole years on a day; an age that is written counts as is."""
        value, day = self.value(born), self.days(on)
        if isinstance(value, dict) and value["precision"] in ("age_years", "age_months"):
            years = int(value["value"]) // (12 if value["precision"] == "age_months" else 1)
            return years, years
        birth = days_of(value)
        if birth is None or day is None:
            return None
        return years_between(birth[1], day[0]), years_between(birth[0], day[1])


def days_of(value: Value) -> Days | None:
    """First and last day of an ISO date, a month or a year; None for anything else."""
    if isinstance(value, str):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return None
        return day, day
    if not isinstance(value, dict):
        return None
    if value["precision"] == "year":
        year = int(value["value"])
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if value["precision"] == "month":
        year, month = (int(part) for part in value["value"].split("-"))
        last = calendar.monthrange(year, month)[1]
        return dt.date(year, month, 1), dt.date(year, month, last)
    return None


def years_between(born: dt.date, day: dt.date) -> int:
    """Whole years; negative when the day is before the birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
