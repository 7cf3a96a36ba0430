"""Dates as officers write them: a day, only a year, an age; impossible ones are no dates."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from cpims_scan.domain.record import State, Value
from cpims_scan.reading.outcomes import NOT_DIGITS, Outcome, missing_state, unread_words

# Ids of reasons, see FieldReading.reasons.
IMPOSSIBLE = "impossible_date"
AMBIGUOUS = "ambiguous_date"
PARTIAL = "partial_date"

# Two-digit years 00 to 40 are of this century: the papers are of 2015 and later, and nobody
# named on them who was born before 1941 is written with two digits (facts/forms.md, A36).
LAST_SHORT_YEAR = 40
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100

# Of a hundred dates on paper about one is impossible (31/02, month 13): judgement, no
# measurement yet. A reading that is no date keeps this part of its weight as "the paper is
# wrong", so that a much weaker reading that happens to be a date is not taken for certain.
PAPER_IS_WRONG = 0.02

# A stroke between day, month and year is often read as a 1 or a 7, or as a stroke and a 1:
# "05/0312025". As it stands that is no date; with the strokes put back it is, and such a
# reading lends half its weight to it (judgement): enough to propose, never to accept alone.
_STROKES = re.compile(r"(\d\d)(?:/1|1/|[17/.\- ])(\d\d)(?:/1|1/|[17/.\- ])((?:19|20)\d\d)")
STROKE_PUT_BACK = 0.5

# "12 yrs", "miaka 12", "8/12" (months of twelve, as clinics write), "8 months", "miezi 8".
_YEARS = re.compile(r"(?:(\d{1,2})(?:YRS?|YEARS?|Y)(?:OLD)?|MIAKA(\d{1,2}))")
_MONTHS = re.compile(r"(?:(\d{1,2})(?:MONTHS?|MTHS?|MOS?|M)(?:OLD)?|MIEZI(\d{1,2})|(\d{1,2})/12)")
_YEARS_MONTHS = re.compile(r"(\d{1,2})(?:Y|YRS?)?[ ]+(\d{1,2})/12")
_SINCE = re.compile(r"(?:SINCE|TANGU)((?:19|20)\d\d)")
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY MEI", "JUN", "JUL", "AUG AGO", "SEP", "OCT OKT", "NOV",
         "DEC DES"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def date_outcomes(
    distribution: tuple[tuple[str, float], ...], day_first: bool, layout: str | None = None
) -> list[Outcome]:
    """
    Turn readings of a date into dates; one that no calendar has is never among the values.

    Args:
        distribution: Strings with probabilities.
        day_first: False where the print invites month first: then both orders are offered.
        layout: Of a comb, such as "ddmmyyyy"; None for free writing.

    Returns:
        Outcomes whose value is an ISO date, or a dict with a precision below the day.
    """
    outcomes = [o for text, p in distribution for o in _read(text, p, day_first, layout)]
    impossible = [o for o in outcomes if IMPOSSIBLE in o.reasons]
    if not impossible or len(impossible) == len(outcomes):
        return outcomes
    return _without_impossible(outcomes)


def parse_date(text: str, day_first: bool = True) -> Value:
    """The value that a written date has; None when it is no date of any calendar."""
    found = _values(text, day_first)
    return found[0] if found else None


def _without_impossible(outcomes: list[Outcome]) -> list[Outcome]:
    """Let the calendar speak: weight moves from what is no date to what is one."""
    weights = [o.probability * (PAPER_IS_WRONG if IMPOSSIBLE in o.reasons else 1) for o in outcomes]
    # What no reading covered stays uncovered: the calendar says nothing about it.
    unseen = max(1 - sum(o.probability for o in outcomes), 0.0)
    scale = 1 / (sum(weights) + unseen)
    return [
        dataclasses.replace(o, probability=weight * scale, source="date")
        for o, weight in zip(outcomes, weights, strict=True)
    ]


def _read(text: str, p: float, day_first: bool, layout: str | None) -> list[Outcome]:
    missing = missing_state(text)
    if missing is not None:
        return [Outcome(missing, None, p, text.strip(), p)]
    if NOT_DIGITS in text:
        return [unread_words(text, p)]
    values = _comb_values(text, layout) if layout else _values(text, day_first)
    if not values and layout:
        return [Outcome(State.UNREAD, None, p, text, p, (IMPOSSIBLE,))]
    if not values:
        return _impossible(text, p, day_first)
    reasons = (AMBIGUOUS,) if len(values) > 1 else ()
    if _is_age(values[0]):
        reasons = (PARTIAL,)
    share = p / len(values)
    return [Outcome(State.ANSWERED, value, share, text, share, reasons) for value in values]


def _impossible(text: str, p: float, day_first: bool) -> list[Outcome]:
    """No date as it stands: perhaps its strokes were read as digits, or month stands first."""
    strokes = _STROKES.fullmatch(text.strip())
    dates = _full(list(strokes.groups()), day_first) if strokes else []
    part = p * STROKE_PUT_BACK if dates else 0.0
    put_back = [
        Outcome(State.ANSWERED, date, part / len(dates), text, part / len(dates), source="date")
        for date in dates
    ]
    swapped = tuple(_values(text, day_first=False))
    rest = Outcome(State.UNREAD, None, p - part, text, p - part, (IMPOSSIBLE,), offers=swapped)
    return [*put_back, rest]


def _is_age(value: Value) -> bool:
    """An age may also be what is left of a date that was not read whole: a person looks."""
    return isinstance(value, dict) and value["precision"] not in ("year", "month")


def _values(text: str, day_first: bool) -> list[Value]:
    """Every value a written date may have; two only where month and day may be swapped."""
    squeezed = re.sub(r"\s+", " ", text.strip().upper().replace("'", " "))
    parts = _numbers(squeezed)
    if parts is None:
        return []
    if len(parts) == 3:
        dates = _full(parts, day_first)
        # "2 6/12" is two and a half years, or 2 June 2012 without its first stroke: asked.
        return [_partial(squeezed), *dates] if _YEARS_MONTHS.fullmatch(squeezed) else dates
    if _partial(squeezed) is not None:
        return [_partial(squeezed)]
    return _short(parts)


def _full(parts: list[str], day_first: bool) -> list[Value]:
    if len(parts[0]) == 4:  # ISO order, as computers print it
        return _days([(parts[0], parts[1], parts[2])])
    orders = [(parts[2], parts[1], parts[0])]
    if not day_first:
        orders.append((parts[2], parts[0], parts[1]))
    return _days(orders)


def _days(orders: list[tuple[str, str, str]]) -> list[Value]:
    """ISO dates of year, month, day texts; those that no calendar has are left out."""
    found: list[Value] = []
    for year, month, day in orders:
        number = _year(year)
        try:
            date = dt.date(number or 0, int(month), int(day))
        except ValueError:
            continue
        if date.isoformat() not in found:
            found.append(date.isoformat())
    return found


def _short(parts: list[str]) -> list[Value]:
    """A lone year, a month of a year, eight or six digits without strokes, a bare age."""
    if len(parts) == 2:
        year, month = _year(parts[1], short=False), int(parts[0])
        if year and 1 <= month <= 12:
            return [{"precision": "month", "value": f"{year}-{month:02d}"}]
        return []
    if len(parts) != 1:
        return []
    digits = parts[0]
    if len(digits) in (6, 8):
        return _days([(digits[4:], digits[2:4], digits[:2])])
    if len(digits) == 4 and _year(digits):
        return [{"precision": "year", "value": digits}]
    if len(digits) <= 2:
        return [{"precision": "age_years", "value": str(int(digits))}]
    return []


def _partial(text: str) -> Value:
    """An age or an interval that says what it is; None when it does not."""
    both = _YEARS_MONTHS.fullmatch(text)
    if both:
        months = 12 * int(both[1]) + int(both[2])
        return {"precision": "age_months", "value": str(months)}
    squeezed = text.replace(" ", "").replace(".", "")
    for pattern, precision in (
        (_YEARS, "age_years"),
        (_MONTHS, "age_months"),
        (_SINCE, "since_year"),
    ):
        match = pattern.fullmatch(squeezed)
        if match:
            number = next(g for g in match.groups() if g)
            return {"precision": precision, "value": str(int(number))}
    return None


def _numbers(text: str) -> list[str] | None:
    """Numbers between the separators, month names turned into numbers; None when it has none."""
    for name, number in _MONTH_NAMES.items():
        text = re.sub(rf"\b{name}[A-Z]*\b|(?<=\d){name}[A-Z]*(?=\d)", f" {number} ", text)
    text = re.sub(r"(?<=\d)(?:ST|ND|RD|TH)\b", "", text)
    found = re.findall(r"\d+", text)
    return found or None


def _year(text: str, short: bool = True) -> int | None:
    if len(text) == 4 and EARLIEST_YEAR < int(text) < LATEST_YEAR:
        return int(text)
    if len(text) == 2 and short:
        number = int(text)
        return number + (2000 if number <= LAST_SHORT_YEAR else 1900)
    return None


def _comb_values(text: str, layout: str) -> list[Value]:
    """A date written into a comb: the layout says which cell holds which digit."""
    letters = layout.lower()
    if len(text) != len(letters):
        return []
    part = {k: "".join(c for c, m in zip(text, letters, strict=True) if m == k) for k in "dmy"}
    day, month, year = (part[k].strip() for k in "dmy")
    if not year.isdigit() or not _year(year):
        return []
    if day.isdigit() and month.isdigit():
        return _days([(year, month, day)])
    if not day and month.isdigit() and 1 <= int(month) <= 12:
        return [{"precision": "month", "value": f"{_year(year)}-{int(month):02d}"}]
    return [{"precision": "year", "value": str(_year(year))}] if not day and not month else []
