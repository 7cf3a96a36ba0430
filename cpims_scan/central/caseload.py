"""Counts the monthly caseload from CPIMS's cases, as CPIMS's own report does."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.own import scan_row, scan_value

# rules.md 0 and reports.md 0: the bands of the paper and of the main report; 18 has no end.
BANDS = {
    "00_05": (0, 5),
    "06_10": (6, 10),
    "11_15": (11, 15),
    "16_17": (16, 17),
    "18_up": (18, 199),
}
SEXES = {"SMAL": "M", "SFEM": "F"}
PENDING = "pend"
NO_BAND, NO_COLUMN = "no band", "no column"  # why a child is in no column of the table

# block, row, band, sex
Cells = Counter[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """
    What the cases of a month add up to.

    Attributes:
        cells: Figures by block, row (small letters), band and sex.
        children, cases: Distinct ones.
        without_band: Case categories of children whose age is not known well enough for a band.
        without_column: Of children whose sex the table has no column for.
        other_rows: Codes that the table has no row for, with how often.
    """

    cells: Cells
    children: int
    cases: int
    without_band: int
    without_column: int
    other_rows: dict[str, int]


def count_cases(
    session: Session,
    month: str,
    areas: set[int] | None,
    unit: int | None,
    rows: dict[str, set[str]],
) -> Counted:
    """
    Count a month's cases by category, intervention, age at the date of reporting, and sex.

    A child counts once in every category of its case. As in CPIMS a case is in the month of its
    date of reporting, and counts only with a category, a place and a medical row.

    Args:
        session: Of the central database.
        month: YYYY-MM.
        areas: Reporting sub-counties; None for all.
        unit: Reporting unit; None for all.
        rows: Codes that the table has, in small letters: `categories` and `interventions`.

    Source: case_load in cpovc_reports/queries.py, get_case_ids in cpovc_reports/functions.py.
    """
    found = list(session.execute(_categories(month, areas, unit)).mappings())
    services = _services(session, [row["case_category_id"] for row in found])
    ages = _written_ages(session, [row["person_id"] for row in found])
    placed = [(row, _column(row, ages)) for row in found]
    wanted = Counter(
        (block, code, *column)
        for row, column in placed
        if isinstance(column, tuple)
        for block, code in _lines(row, services)
    )
    others = Counter[str]()
    for (block, code, _, _), count in wanted.items():
        if code not in rows[block]:
            others[code.upper()] += count
    return Counted(
        cells=Counter({p: count for p, count in wanted.items() if p[1] in rows[p[0]]}),
        children=len({row["person_id"] for row in found}),
        cases=len({row["case_id"] for row in found}),
        without_band=sum(column == NO_BAND for _, column in placed),
        without_column=sum(column == NO_COLUMN for _, column in placed),
        other_rows=dict(others),
    )


def _column(row: sa.RowMapping, ages: dict[int, Any]) -> tuple[str, str] | str:
    """Band and sex, or why a child is in no column."""
    band = band_of(row["date_of_birth"], ages.get(row["person_id"]), row["date_case_opened"])
    sex = SEXES.get(row["sex_id"])
    if band is None:
        return NO_BAND
    return (band, sex) if sex else NO_COLUMN


def _lines(row: sa.RowMapping, services: dict[Any, set[str]]) -> list[tuple[str, str]]:
    """The table's lines in which a case category counts: its own, and what was done."""
    done = services.get(row["case_category_id"], {PENDING})
    return [
        ("categories", row["case_category"].lower()),
        *(("interventions", code.lower()) for code in sorted(done)),
    ]


def band_of(born: dt.date | None, written: Any, on: dt.date) -> str | None:
    """
    Find the age band on a day.

    Args:
        born: Birth date, when it is known to the day.
        written: What the paper says instead, such as `{"precision": "age_years", "value": "12"}`.
        on: The date of reporting.

    Returns:
        None when the age is not known, or could lie in two bands.
    """
    low, high = (_age(born, on),) * 2 if born else _age_written(written, on)
    if low is None or high is None or low < 0:
        return None
    return next((name for name, (a, b) in BANDS.items() if a <= low and high <= b), None)


def _age(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _age_written(written: Any, on: dt.date) -> tuple[int | None, int | None]:
    """The youngest and the oldest that the child can be, in whole years."""
    if not isinstance(written, dict):
        return None, None
    precision, value = written.get("precision"), str(written.get("value", ""))
    if precision == "age_years" and value.isdigit():
        return int(value), int(value)
    if precision == "age_months" and value.isdigit():
        return int(value) // 12, int(value) // 12
    if precision == "year" and value.isdigit():
        return max(on.year - int(value) - 1, 0), on.year - int(value)
    if precision == "month":
        year, month = (int(part) for part in value.split("-"))
        last = calendar.monthrange(year, month)[1]
        return _age(dt.date(year, month, last), on), _age(dt.date(year, month, 1), on)
    return None, None


def _categories(month: str, areas: set[int] | None, unit: int | None) -> sa.Select[Any]:
    person, case = TABLES["reg_person"], TABLES["ovc_case_record"]
    category, geo, medical = (
        TABLES[name] for name in ("ovc_case_category", "ovc_case_geo", "ovc_medical")
    )
    first, last = days_of(month)
    query = (
        sa.select(
            category.c.case_category_id,
            category.c.case_category,
            case.c.case_id,
            case.c.date_case_opened,
            person.c.id.label("person_id"),
            person.c.sex_id,
            person.c.date_of_birth,
        )
        .join(case, category.c.case_id_id == case.c.case_id)
        .join(person, case.c.person_id == person.c.id)
        .join(geo, geo.c.case_id_id == case.c.case_id)
        .join(medical, medical.c.case_id_id == case.c.case_id)
        .where(case.c.date_case_opened.between(first, last))
        .where(*(t.c.is_void.is_(False) for t in (category, case, person, geo, medical)))
        .distinct()
    )
    if areas is not None:
        query = query.where(geo.c.report_subcounty_id.in_(areas))
    return query if unit is None else query.where(geo.c.report_orgunit_id == unit)


def days_of(month: str) -> tuple[dt.date, dt.date]:
    """First and last day of a month, YYYY-MM."""
    year, number = (int(part) for part in month.split("-"))
    return dt.date(year, number, 1), dt.date(year, number, calendar.monthrange(year, number)[1])


def _services(session: Session, categories: list[Any]) -> dict[Any, set[str]]:
    """The interventions of each case category; a category without any is pending."""
    served = TABLES["ovc_case_event_encounters"]
    query = sa.select(served.c.case_category_id, served.c.service_provided).where(
        served.c.is_void.is_(False), served.c.case_category_id.in_(categories)
    )
    found: dict[Any, set[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.case_category_id, set()).add(row.service_provided)
    return found


def _written_ages(session: Session, people: list[int]) -> dict[int, Any]:
    """What the paper says instead of a birth date, for children that we loaded."""
    query = (
        sa.select(scan_row.c.row_key, scan_value.c.paper)
        .join(
            scan_value,
            sa.and_(
                scan_value.c.sheet == scan_row.c.sheet,
                scan_value.c.record_index == scan_row.c.record_index,
                scan_value.c.role == scan_row.c.role,
            ),
        )
        .where(
            scan_row.c.table_name == "reg_person",
            scan_row.c.row_key.in_([str(person) for person in people]),
            scan_value.c.column_name == "date_of_birth",
        )
        .order_by(scan_value.c.revision)
    )
    return {int(row.row_key): row.paper for row in session.execute(query)}
