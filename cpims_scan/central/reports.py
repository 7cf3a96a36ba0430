"""The monthly caseload table, from cases or from returns; the table says from which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.caseload import PENDING, Cells, Counted, count_cases
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.loadwords import ReturnSpec
from cpims_scan.central.own import monthly_return_cell
from cpims_scan.central.reference import COUNTY, SUB_COUNTY, Area, Reference, read_reference
from cpims_scan.errors import InputError, TemplateError
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database

Source = Literal["cases", "returns"]
NO_CASES = Counted(Counter(), 0, 0, 0, 0, {})


@dataclass(frozen=True, slots=True)
class CaseloadReport:
    """
    One month's caseload.

    Attributes:
        month: YYYY-MM.
        county, sub_county, unit: What it is about; all None for the whole country.
        source: cases or returns; never both added up.
        table: One row for each printed row: block, code, en, sw; a column for each band and sex
            (`m_00_05`), then m_sub, f_sub, total. Figures are whole numbers; from returns, a row
            that no return has is missing, not zero.
        footer: total_caseload, total_disposed, completion_percent (None without a caseload).
        counted: What cases cannot show in the table; empty for returns.
        received: area_id or unit of the offices whose returns are in it.
    """

    month: str
    county: str | None
    sub_county: str | None
    unit: str | None
    source: Source
    title: dict[str, str]
    table: pd.DataFrame
    footer: dict[str, int | float | None]
    counted: Counted
    received: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Office:
    """What a report is about; all None for the whole country."""

    areas: set[int] | None = None
    unit: int | None = None
    written: str | None = None
    county: str | None = None
    sub_county: str | None = None


def caseload(
    central: Database,
    loading: Loading,
    month: str,
    office: str | None = None,
    source: Source = "cases",
) -> CaseloadReport:
    """
    Make the monthly caseload table.

    Args:
        central: The central database.
        loading: Of the monthly summary's form: its rows, bands and labels are the table's.
        month: YYYY-MM.
        office: A sub-county or county (area_id or name), or a unit (visible id or name); None for
            the whole country.
        source: cases counts CPIMS's cases, returns shows what offices reported.

    Raises:
        InputError: There is no such office, or the month cannot be understood.
        TemplateError: The form is no return.
    """
    if loading.returns is None:
        raise TemplateError(f"{loading.form.name}: load.yaml says nothing under 'returns'.")
    month, place = _checked(month), _office(read_reference(central), office)
    counted, received = NO_CASES, tuple[str, ...]()
    with central.read() as session:
        if source == "cases":
            rows = {b: set(_codes(loading.form, b)) for b in loading.returns.blocks}
            counted = count_cases(session, month, place.areas, place.unit, rows)
            cells = counted.cells
        else:
            cells, received = _returned(session, loading.form.name, month, place)
    # No case of a kind is none; a figure that no return gives is missing, not zero.
    table = _table(loading.form, loading.returns, cells, 0 if source == "cases" else None)
    return CaseloadReport(
        month=month,
        county=place.county,
        sub_county=place.sub_county,
        unit=place.written if place.unit is not None else None,
        source=source,
        title=loading.form.title,
        table=table,
        footer=_footer(table),
        counted=counted,
        received=received,
    )


def _checked(month: str) -> str:
    year, _, number = month.partition("-")
    if not (year.isdigit() and len(year) == 4 and number.isdigit() and 1 <= int(number) <= 12):
        raise InputError(f"'{month}' is no month. Write it as YYYY-MM, for example 2026-03.")
    return f"{year}-{int(number):02d}"


def _office(reference: Reference, office: str | None) -> _Office:
    if office is None:
        return _Office()
    unit = reference.unit(office)
    if unit is not None:
        return _Office(unit=unit, written=office.strip().upper())
    area = reference.area(office, (SUB_COUNTY,)) or reference.area(office, (COUNTY,))
    if area is None:
        raise InputError(
            f"'{office}' is no sub-county, county or unit of CPIMS, or several have that name. "
            "Use its number."
        )
    return _of_area(reference, area)


def _of_area(reference: Reference, area: Area) -> _Office:
    if area.kind == SUB_COUNTY:
        county = reference.areas.get(area.parent or 0)
        name = county.name if county else None
        return _Office({area.area_id}, None, str(area.area_id), name, area.name)
    within = {a.area_id for a in reference.areas.values() if a.parent == area.area_id}
    return _Office(within, None, str(area.area_id), area.name, None)


def _codes(form: Form, block: str) -> list[str]:
    rows = (f.row for f in form.fields.values() if f.table == block)
    return list(dict.fromkeys(row for row in rows if row))


def _returned(
    session: Session, form: str, month: str, place: _Office
) -> tuple[Cells, tuple[str, ...]]:
    """Figures of the returns that stand; over several offices they are added cell by cell."""
    cell = monthly_return_cell
    query = sa.select(cell).where(
        cell.c.form == form, cell.c.period == month, cell.c.is_current, cell.c.value.is_not(None)
    )
    if place.unit is not None:
        query = query.where(cell.c.office == place.written)
    elif place.areas is not None:
        query = query.where(cell.c.office.in_([str(area) for area in place.areas]))
    found: Cells = Counter()
    offices: set[str] = set()
    for row in session.execute(query):
        found[(row.block, row.row, row.band, row.sex)] += row.value
        offices.add(row.office)
    return found, tuple(sorted(offices))


def _table(form: Form, returns: ReturnSpec, cells: Cells, otherwise: int | None) -> pd.DataFrame:
    lines = []
    for block in returns.blocks:
        for code in _codes(form, block):
            line: dict[str, object] = {"block": block, "code": code.upper()}
            line |= _labels(form, block, code)
            for column, (band, sex) in returns.columns.items():
                line[column] = cells.get((block, code, band, sex), otherwise)
            lines.append(line)
    table = pd.DataFrame(lines)
    figures = list(returns.columns)
    table[figures] = table[figures].astype("Int64")
    for name, sex in (("m_sub", "M"), ("f_sub", "F")):
        of_sex = [column for column, (_, s) in returns.columns.items() if s == sex]
        table[name] = table[of_sex].sum(axis=1, skipna=False).astype("Int64")
    table["total"] = table["m_sub"] + table["f_sub"]
    return table


def _labels(form: Form, block: str, code: str) -> dict[str, str]:
    """A row's printed name: what stands before the column's name in a field's label."""
    field = next(f for f in form.fields.values() if f.table == block and f.row == code)
    inner = field.spec.label
    return {
        language: field.label[language].removesuffix(f": {inner[language]}")
        for language in ("en", "sw")
    }


def _footer(table: pd.DataFrame) -> dict[str, int | float | None]:
    """Disposed is every intervention but pending (rules.md 9); unknown when a figure is missing."""
    is_done = (table["block"] == "interventions") & (table["code"] != PENDING.upper())
    seen = _sum(table.loc[table["block"] == "categories", "total"])
    done = _sum(table.loc[is_done, "total"])
    percent = round(100 * done / seen, 1) if seen and done is not None else None
    return {"total_caseload": seen, "total_disposed": done, "completion_percent": percent}


def _sum(figures: pd.Series[int]) -> int | None:
    return None if figures.isna().any() else int(figures.sum())
