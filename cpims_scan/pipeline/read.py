"""Read files and remember nothing: what `cpims-scan read` does."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, FieldReading, PageReading, Sheet, ValidatedRecord
from cpims_scan.errors import ExitCode, InputError, highest
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.intake import find_scans, list_pages
from cpims_scan.pipeline.assembly.sheets import FilePage, assemble, make_sheet
from cpims_scan.pipeline.coach import Told, run_page, tell
from cpims_scan.pipeline.contract import page_json, record_json
from cpims_scan.pipeline.engine import use_one_core
from cpims_scan.pipeline.steps import (
    PageJob,
    decode_fields,
    decode_sheet,
    read_page,
    rules_of,
    station,
)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person said about the files: a form that is known, other packs, the language."""

    packs: Path | None = None
    only: tuple[str, str | None] | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class FileReading:
    """
    One file as read: its pages in order, or the one sentence why it could not be opened.

    Attributes:
        rows: All fields of a page that gives many records: rows without a record have them too.
    """

    file: Path
    sha256: str
    error: str | None
    pages: tuple[FilePage, ...]
    records: tuple[tuple[Sheet, ValidatedRecord], ...]
    rows: tuple[tuple[Sheet, dict[str, FieldReading]], ...] = ()


def read_files(paths: list[Path], options: ReadOptions, today: dt.date) -> list[FileReading]:
    """Read files and folders one after another; a file that cannot be read says why."""
    use_one_core()
    catalog = station(options.packs, options.only).catalog
    readings: list[FileReading] = []
    for path in paths:
        try:
            found = find_scans([path])
        except InputError as error:
            readings.append(FileReading(path, "", str(error), (), ()))
            continue
        readings += [_read_file(file, options, catalog, today) for file in found]
    return readings


def _read_file(file: Path, options: ReadOptions, catalog: Catalog, today: dt.date) -> FileReading:
    try:
        infos = list_pages(file)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    except InputError as error:
        return FileReading(file, "", str(error), (), ())
    pages = []
    for info in infos:
        job = PageJob(info.content or "", file, info.number, options.packs, only=options.only)
        pages.append(FilePage(file.name, info.number, read_page(job)))
    return _in_records(FileReading(file, sha256, None, tuple(pages), ()), catalog, today)


def _in_records(reading: FileReading, catalog: Catalog, today: dt.date) -> FileReading:
    """Add the records of the file's pages, and the fields of rows that hold none."""
    assembly = assemble(list(reading.pages), catalog, BatchContext())
    # A page that may not be joined is still read: alone, and said to be so.
    sheets = [*assembly.sheets]
    sheets += [make_sheet([page], "not joined", BatchContext()) for page in assembly.unjoined]
    by_content = {page.reading.content: page.reading for page in reading.pages}
    made, empty = [], []
    for sheet in sheets:
        readings = {number: by_content[content] for number, content in sheet.pages.items()}
        made += [(sheet, r) for r in decode_sheet(sheet, readings, {}, catalog, today)]
        if catalog.forms[sheet.form].spec.records:
            edition = catalog.edition(sheet.form, sheet.edition)
            empty.append((sheet, decode_fields(sheet, readings, {}, edition)))
    return dataclasses.replace(reading, records=tuple(made), rows=tuple(empty))


def as_json(readings: list[FileReading], options: ReadOptions) -> dict[str, Any]:
    """The document of `read --json`."""
    catalog = station(options.packs, options.only).catalog
    return {
        "files": [_file_json(reading, catalog, options.language) for reading in readings],
        "records": [
            record_json(
                record,
                _page_names(reading, sheet),
                sheet.joined_by,
                rules_of(catalog, sheet.form),
                options.language,
            )
            for reading in readings
            for sheet, record in reading.records
        ],
    }


def _file_json(reading: FileReading, catalog: Catalog, language: str) -> dict[str, Any]:
    fields = fields_by_content(reading)
    return {
        "file": reading.file.name,
        "sha256": reading.sha256,
        "error": reading.error,
        "pages": [
            page_json(
                page.number,
                page.reading,
                _edition_of(page.reading, catalog),
                fields.get(page.reading.content, {}),
                {note: note.text(page.reading.quality, language) for note in told.notes},
            )
            for page, told in zip(reading.pages, tell_file(reading, catalog), strict=True)
        ],
    }


def tell_file(reading: FileReading, catalog: Catalog) -> list[Told]:
    """What the clerk is told about every page of one file, its order included."""
    return tell([run_page(page, catalog) for page in reading.pages])


def _edition_of(reading: PageReading, catalog: Catalog) -> Edition | None:
    match = reading.match
    if match is None or match.form is None:
        return None
    return catalog.edition(match.form, match.edition or "")


def fields_by_content(reading: FileReading) -> dict[str, dict[str, FieldReading]]:
    """Fields of a file's sheets, by the content of each page of their sheet."""
    found: dict[str, dict[str, FieldReading]] = {}
    of_records = [(sheet, record.fields) for sheet, record in reading.records]
    for sheet, fields in [*reading.rows, *of_records]:
        for content in sheet.pages.values():
            found.setdefault(content, {}).update(fields)
    return found


def _page_names(reading: FileReading, sheet: Sheet) -> list[str]:
    number_of = {page.reading.content: page.number for page in reading.pages}
    return [f"{reading.file.name}#{number_of[c]}" for _, c in sorted(sheet.pages.items())]


def exit_code(readings: list[FileReading], strict: bool) -> ExitCode:
    """Worst outcome of a run: a bad file is bad input; with `strict`, doubt is waiting."""
    codes = [ExitCode.DONE]
    for reading in readings:
        errors = [p for p in reading.pages if p.reading.state == "error"]
        if reading.error or errors:
            codes.append(ExitCode.BAD_INPUT)
        if strict and _waits(reading):
            codes.append(ExitCode.WAITING)
    return highest(codes)


def _waits(reading: FileReading) -> bool:
    odd_page = any(p.reading.state in ("unknown", "unaligned") for p in reading.pages)
    doubt = any(
        field.decision is Decision.REVIEW
        for _, record in reading.records
        for field in record.fields.values()
    )
    return odd_page or doubt
