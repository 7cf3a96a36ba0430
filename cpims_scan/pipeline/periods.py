"""What month a printed sheet is for; a quarter or a year is told, never taken for a month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from cpims_scan.forms.gridspec import PeriodSpec
from cpims_scan.forms.template import FormField

MONTHS_A_YEAR = 12
FIRST_YEAR, LAST_YEAR = 2000, 2099  # two printed digits are of this century
QUARTER = re.compile(
    r"\bq(?:tr|uarter)?\s*\.?\s*[1-4]\b|\bquarter|\bannual|\byear\b|\bnusu\b", re.I
)
DATE = re.compile(r"(\d{1,2})\s*[-/. ]\s*([a-z]{3,9}|\d{1,2})\s*[-/., ]\s*(\d{4}|\d{2})\b", re.I)
YEAR = re.compile(r"\b(20\d{2})\b")
YEARS = re.compile(r"\b20\d{2}\s*[-/]\s*(?:20)?\d{2}\b")
SHORT_YEAR = re.compile(r"\b[a-z]{3,9}\s*[-/. ']\s*(\d{2}|\d{4})\b", re.I)


@dataclass(frozen=True, slots=True)
class Period:
    """
    What a sheet's print says of its period.

    Attributes:
        month: Name of the choice, or None when it cannot be told.
        year: Of that month, or None.
        refusal: Why the sheet is no monthly one, in English; "" when it may be one.
    """

    month: str | None
    year: int | None
    refusal: str = ""


def read_period(
    spec: PeriodSpec, months: FormField | None, said: dict[str, str], title: str
) -> Period:
    """
    Tell a sheet's month from its printed words.

    Args:
        spec: Where the edition prints its period.
        months: The field that holds the month: its choices are the months' names, January first.
        said: Printed text of the header, by field.
        title: Which of the edition's titles is printed, "" when none was found.
    """
    if title in spec.others:
        return Period(None, None, f"its title says '{title}'")
    names = _month_names(months)
    if spec.kind == "dates":
        return _between(said.get(spec.month, ""), said.get(spec.year, ""), names, months)
    text = said.get(spec.month, "")
    dates = _dates(text, names)
    if len(dates) > 1:
        return _from_to(dates[0], dates[-1], months)
    if QUARTER.search(text):
        return Period(None, None, f"it is printed for '{text}', not for one month")
    found = _months_in(text, names)
    if len(set(found)) > 1:
        return Period(None, None, f"it is printed for '{text}', which is more than one month")
    month = found[0] if found else None
    year = _year(said.get(spec.year, "")) or _year_beside(text)
    if spec.titles and title not in spec.titles:
        month = None  # nothing printed says that it is a sheet of one month
    return Period(_choice(months, month), year)


def _between(start: str, end: str, names: dict[str, int], months: FormField | None) -> Period:
    first, last = _dates(start, names), _dates(end, names)
    if not first or not last:
        return Period(None, None)
    return _from_to(first[0], last[-1], months)


def _from_to(start: dt.date, end: dt.date, months: FormField | None) -> Period:
    final = calendar.monthrange(start.year, start.month)[1]
    if (start.year, start.month) == (end.year, end.month) and start.day == 1 and end.day == final:
        return Period(_choice(months, start.month), start.year)
    return Period(
        None, None, f"it covers {start:%d %b %Y} to {end:%d %b %Y}, which is not one whole month"
    )


def _choice(months: FormField | None, month: int | None) -> str | None:
    if month is None or months is None or len(months.choices) != MONTHS_A_YEAR:
        return None
    return months.choices[month - 1].name


def _month_names(months: FormField | None) -> dict[str, int]:
    """Names and their shortenings, in every language, to 1..12."""
    names: dict[str, int] = {}
    for number, choice in enumerate(months.choices if months else (), start=1):
        for word in (*choice.label.values(), *choice.aliases):
            if not word.isdigit():
                names[word.casefold()] = number
    return names


def _months_in(text: str, names: dict[str, int]) -> list[int]:
    words = re.findall(r"[a-z]+", text.casefold())
    named = [names[word] for word in words if word in names]
    if named:
        return named
    digits = re.fullmatch(r"\s*(\d{1,2})\s*", text)
    number = int(digits[1]) if digits else 0
    return [number] if 1 <= number <= MONTHS_A_YEAR else []


def _dates(text: str, names: dict[str, int]) -> list[dt.date]:
    """Dates with the day first, as Excel prints them here."""
    found = []
    for day, month, year in DATE.findall(text):
        number = int(month) if month.isdigit() else names.get(month.casefold(), 0)
        full = int(year) + (FIRST_YEAR if len(year) == 2 else 0)
        try:
            found.append(dt.date(full, number, int(day)))
        except ValueError:
            continue
    return found


def _year(text: str) -> int | None:
    if YEARS.search(text):
        return None  # a financial year: which half, nobody says
    found = {int(year) for year in YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None


def _year_beside(text: str) -> int | None:
    """The year of `Jul-19`."""
    found = SHORT_YEAR.search(text)
    if found is None:
        return None
    year = int(found[1]) + (FIRST_YEAR if len(found[1]) == 2 else 0)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
