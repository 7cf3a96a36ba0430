"""The demo's reports: the month with most cases, counted, and the month of a return."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from rich.console import Console

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.loadspec import Loading, find_loading
from cpims_scan.central.own import monthly_return_cell
from cpims_scan.central.rendered import notes, to_terminal, write_workbook
from cpims_scan.central.reports import caseload
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.database import Database, open_database

RETURN = "monthly_caseload_summary"
Source = Literal["cases", "returns"]


def report_months(place: Workplace, folder: Path, console: Console) -> list[Path]:
    """Print the caseload table from cases and from returns, and write both as workbooks."""
    loading = find_loading(place.catalog.root, place.catalog.forms[RETURN])
    central = open_database(place.settings.central)
    written = []
    try:
        for source, month in _months(central):
            console.rule(f"Report: monthly caseload, {month}, from {source}")
            if loading is not None:
                written.append(_report((central, loading), month, source, folder, console))
    finally:
        central.close()
    return written


def _months(central: Database) -> list[tuple[Source, str]]:
    opened = sa.select(TABLES["ovc_case_record"].c.date_case_opened)
    with central.read() as session:
        cases = Counter(f"{day:%Y-%m}" for day in session.scalars(opened))
        returns = Counter(session.scalars(sa.select(monthly_return_cell.c.period)))
    found: list[tuple[Source, str]] = []
    found += [("cases", month) for month, _ in cases.most_common(1)]
    found += [("returns", month) for month, _ in returns.most_common(1)]
    return found


def _report(
    where: tuple[Database, Loading], month: str, source: Source, folder: Path, console: Console
) -> Path:
    made = caseload(*where, month, None, source)
    for table in to_terminal(made):
        console.print(table)
    for note in notes(made):
        console.print(note)
    file = folder / f"caseload-{month}-from-{source}.xlsx"
    write_workbook(made, file)
    return file
