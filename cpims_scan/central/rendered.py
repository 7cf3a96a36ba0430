"""The caseload table for people: in the terminal and as a workbook, in English or in Swahili."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from rich import box
from rich.table import Table

from cpims_scan.central.reports import CaseloadReport
from cpims_scan.errors import InputError

# The words of the printed form, and what is said under the table.
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "categories": "Case category (new cases)",
        "interventions": "Intervention",
        "county": "County",
        "sub_county": "Sub-county",
        "unit": "Unit",
        "country": "All of Kenya",
        "month": "Month",
        "M": "M",
        "F": "F",
        "sub": "Sub-total",
        "total": "Total",
        "cases": "Counted from the cases in CPIMS.",
        "returns": "Taken from the monthly returns of {count} office(s).",
        "none": "No return has been received for this month: missing, not zero.",
        "total_caseload": "Total caseload",
        "total_disposed": "Total disposed",
        "completion_percent": "Completion, %",
        "children": "Children: {children}; cases: {cases}.",
        "without_band": "{count} case categories are in no column: the age is not known.",
        "without_column": "{count} case categories are in no column: neither M nor F.",
        "other_rows": "No row in this table: {codes}.",
    },
    "sw": {
        "categories": "Aina ya kesi (kesi mpya)",
        "interventions": "Hatua iliyochukuliwa",
        "county": "Kaunti",
        "sub_county": "Kaunti ndogo",
        "unit": "Kitengo",
        "country": "Kenya yote",
        "month": "Mwezi",
        "M": "Me",
        "F": "Ke",
        "sub": "Jumla ndogo",
        "total": "Jumla",
        "cases": "Imehesabiwa kutoka kesi zilizo katika CPIMS.",
        "returns": "Kutoka ripoti za mwezi za ofisi {count}.",
        "none": "Hakuna ripoti iliyopokelewa kwa mwezi huu: haipo, si sifuri.",
        "total_caseload": "Jumla ya kesi",
        "total_disposed": "Jumla ya kesi zilizokamilika",
        "completion_percent": "Ukamilishaji, %",
        "children": "Watoto: {children}; kesi: {cases}.",
        "without_band": "Aina {count} za kesi hazimo kwenye safu: umri haujulikani.",
        "without_column": "Aina {count} za kesi hazimo kwenye safu: si Me wala Ke.",
        "other_rows": "Hazina mstari katika jedwali hili: {codes}.",
    },
}
MISSING = "–"
LABELS = ("block", "code", "en", "sw")
LABEL_WIDTH = 46  # characters: the longest printed row
FIGURE_WIDTH = 6


def to_terminal(report: CaseloadReport, language: str = "en", full: bool = False) -> list[Table]:
    """
    Draw the blocks of the table for a terminal.

    Args:
        report: From `caseload`.
        language: en or sw.
        full: With the rows that are zero throughout, which are left out otherwise.
    """
    words, pairs = WORDS[language], _pairs(report)
    tables = []
    for block, rows in report.table.groupby("block", sort=False):
        drawn = Table(title=_heading(report, language), box=box.SIMPLE_HEAD, title_justify="left")
        drawn.add_column(words[str(block)], overflow="fold")
        for band in pairs:
            drawn.add_column(_band(band, words), justify="right", no_wrap=True)
        drawn.add_column(words["total"], justify="right", no_wrap=True)
        for line in rows.to_dict("records"):
            if full or (not pd.isna(line["total"]) and line["total"] > 0):
                drawn.add_row(str(line[language]), *_cells(line, pairs))
        sums = {column: rows[column].sum(skipna=False) for column in _figures(report)}
        drawn.add_section()
        drawn.add_row(words["total"], *_cells(sums, pairs), style="bold")
        tables.append(drawn)
    return tables


def notes(report: CaseloadReport, language: str = "en") -> list[str]:
    """Say where the figures come from, what they add up to, and what the table cannot show."""
    words, counted = WORDS[language], report.counted
    if report.source == "returns":
        source = words["returns"].format(count=len(report.received))
        lines = [source if report.received else words["none"]]
    else:
        count = {"children": counted.children, "cases": counted.cases}
        lines = [words["cases"], words["children"].format(**count)]
    lines += [f"{words[name]}: {_text(figure)}" for name, figure in report.footer.items()]
    if counted.without_band:
        lines.append(words["without_band"].format(count=counted.without_band))
    if counted.without_column:
        lines.append(words["without_column"].format(count=counted.without_column))
    if counted.other_rows:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(counted.other_rows.items()))
        lines.append(words["other_rows"].format(codes=codes))
    return lines


def write_workbook(report: CaseloadReport, file: Path, language: str = "en") -> None:
    """
    Write the table as XLSX, laid out as the printed summary.

    Text is written as text: what begins with = is no formula.

    Raises:
        InputError: The file cannot be written.
    """
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(report.month)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, LABEL_WIDTH)
    sheet.set_column(2, 2 + len(_figures(report)), FIGURE_WIDTH)
    sheet.write_string(0, 0, report.title[language], bold)
    for at, line in enumerate(_about(report, language), start=1):
        sheet.write_string(at, 0, line)
    at = _write_blocks(sheet, report, language, bold)
    for line in notes(report, language):
        at += 1
        sheet.write_string(at, 0, line)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise InputError(f"{file}: cannot be written. Close it if it is open.") from error


def _write_blocks(sheet: Any, report: CaseloadReport, language: str, bold: Any) -> int:
    """Write both blocks under the head; returns the row after the last one."""
    words, columns = WORDS[language], _figures(report)
    at = len(_about(report, language)) + 2
    for block, rows in report.table.groupby("block", sort=False):
        sheet.write_string(at, 1, words[str(block)], bold)
        for place, column in enumerate(columns, start=2):
            sheet.write_string(at, place, _head(column, words), bold)
        for number, line in enumerate(rows.to_dict("records"), start=1):
            at += 1
            sheet.write_number(at, 0, number)
            sheet.write_string(at, 1, str(line[language]))
            for place, column in enumerate(columns, start=2):
                _write_figure(sheet, at, place, line[column])
        at += 1
        sheet.write_string(at, 1, words["total"], bold)
        for place, column in enumerate(columns, start=2):
            _write_figure(sheet, at, place, rows[column].sum(skipna=False), bold)
        at += 2
    return at


def _write_figure(sheet: Any, at: int, place: int, figure: Any, style: Any = None) -> None:
    """A missing figure stays an empty cell; a workbook would add up a dash as an error."""
    if not pd.isna(figure):
        sheet.write_number(at, place, int(figure), style)


def _about(report: CaseloadReport, language: str) -> list[str]:
    words = WORDS[language]
    places = [
        f"{words[name]}: {value}"
        for name in ("county", "sub_county", "unit")
        if (value := getattr(report, name))
    ]
    return [*(places or [words["country"]]), f"{words['month']}: {report.month}"]


def _heading(report: CaseloadReport, language: str) -> str:
    return f"{report.title[language]} · " + " · ".join(_about(report, language))


def _figures(report: CaseloadReport) -> list[str]:
    return [column for column in report.table.columns if column not in LABELS]


def _pairs(report: CaseloadReport) -> dict[str, list[str]]:
    """Band (and `sub`) -> its columns, boys first: one column in a terminal of 80 characters."""
    pairs: dict[str, list[str]] = {}
    for column in _figures(report):
        if column != "total":
            pairs.setdefault(column.partition("_")[2], []).append(column)
    return pairs


def _cells(line: dict[Any, Any], pairs: dict[str, list[str]]) -> list[str]:
    """`12/9` for each band: boys, girls."""
    both = ["/".join(_text(line[column]) for column in columns) for columns in pairs.values()]
    return [*both, _text(line["total"])]


def _band(band: str, words: dict[str, str]) -> str:
    """The head of a pair: `6-10` over M/F."""
    return f"{_ages(band, words)}\n{words['M']}/{words['F']}"


def _head(column: str, words: dict[str, str]) -> str:
    """The head of a column of the workbook: `6-10 M`."""
    if column == "total":
        return words["total"]
    sex, _, band = column.partition("_")
    return f"{_ages(band, words)} {words[sex.upper()]}"


def _ages(band: str, words: dict[str, str]) -> str:
    low, _, high = band.partition("_")
    if band == "sub":
        return words["sub"]
    return f"{int(low)}+" if high == "up" else f"{int(low)}-{int(high)}"


def _text(figure: Any) -> str:
    return MISSING if figure is None or pd.isna(figure) else f"{figure}"
