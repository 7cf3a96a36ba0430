"""Rules of the Monthly Case Load Summary that no kind of rules.yaml can say."""

from __future__ import annotations

import calendar
import datetime as dt

from cpims_scan.forms.answers import Answers
from cpims_scan.forms.rules import check

# The percentage is written as a whole number, rounded up or down.
WHOLE_PERCENT = 1.0

COUNTS = ("categories.*.*", "interventions.*.*")


@check("MS-209", fields=("completion_percent", "total_disposed", "total_caseload"))
def percentage_follows_from_the_totals(record: Answers) -> bool:
    """Completion is total disposed in hundredths of total caseload."""
    percent = record.value("completion_percent")
    disposed, caseload = record.number("total_disposed"), record.number("total_caseload")
    if not isinstance(percent, int | float) or disposed is None or not caseload:
        return True
    return abs(percent - 100 * disposed / caseload) < WHOLE_PERCENT


@check("MS-225", fields=("month", "year"))
def month_has_begun(record: Answers) -> bool:
    """Nobody can count the cases of a month to come."""
    period = _month(record)
    return period is None or period[0] <= record.today


@check("MS-226", fields=("month", "year", "date"))
def signed_after_the_month(record: Answers) -> bool:
    """The summary is due by the 5th of the next month: it is not signed before the last day."""
    period, signed = _month(record), record.days("date")
    return period is None or signed is None or signed[1] >= period[1]


@check("MS-231", fields=COUNTS, blames=("total_caseload",))
def something_is_counted(record: Answers) -> bool:
    """At least one count, dash or NIL stands on the paper."""
    names = [n for n in record.fields if n.startswith(("categories.", "interventions."))]
    return not all(record.is_blank(name) for name in names)


def _month(record: Answers) -> tuple[dt.date, dt.date] | None:
    """First and last day of the month that the return is for."""
    month, year = record.value("month"), record.value("year")
    if not isinstance(month, str) or not isinstance(year, int) or not 1 <= year <= dt.MAXYEAR:
        return None
    last = calendar.monthrange(year, int(month))[1]
    return dt.date(year, int(month), 1), dt.date(year, int(month), last)
