"""`read`: look at files and say what stands on them; nothing is remembered."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from cpims_scan.commands.console import console
from cpims_scan.domain.record import Decision, FieldReading, PageReading, State
from cpims_scan.errors import WrongUseError
from cpims_scan.pipeline.overlay import write_overlays
from cpims_scan.pipeline.read import (
    FileReading,
    ReadOptions,
    as_json,
    exit_code,
    read_files,
    tell_file,
)
from cpims_scan.pipeline.steps import station
from cpims_scan.settings import Settings

NAIROBI = ZoneInfo("Africa/Nairobi")


def add_to(app: typer.Typer) -> None:
    """Put this room's command on the program."""
    app.command()(read)


def read(  # noqa: PLR0913, each option is a word of the contract
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(readable=False, help="PDF, TIFF, JPEG or PNG files, or folders."),
    ],
    form: Annotated[str | None, typer.Option(help="Form, when you know it.")] = None,
    edition: Annotated[str | None, typer.Option(help="Edition of that form.")] = None,
    overlay: Annotated[
        Path | None, typer.Option(help="Write pictures with what was read drawn on them.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="End with 5 when a person must look.")] = False,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    language: Annotated[str, typer.Option(help="Language of messages: en or sw.")] = "en",
) -> None:
    """Read files: pages, fields, records, findings. Nothing is stored."""
    settings: Settings = context.obj
    if edition and not form:
        raise WrongUseError("--edition needs --form. Name the form as well.")
    options = ReadOptions(settings.packs, (form, edition) if form else None, language)
    readings = read_files(files, options, dt.datetime.now(NAIROBI).date())
    if overlay is not None:
        for written in write_overlays(readings, overlay, options):
            sys.stderr.write(f"Drawn: {written}\n")
    if as_document:
        json.dump(as_json(readings, options), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _show(readings, options)
    raise typer.Exit(exit_code(readings, strict))


def _show(readings: list[FileReading], options: ReadOptions) -> None:
    out = console()
    catalog = station(options.packs, options.only).catalog
    for reading in readings:
        if reading.error:
            sys.stderr.write(f"{reading.error}\n")
        for page, told in zip(reading.pages, tell_file(reading, catalog), strict=True):
            out.print(_page_line(reading.file.name, page.number, page.reading))
            for sentence in told.sentences(options.language):
                out.print(f"  ! {sentence}")
        for sheet, record in reading.records:
            table = Table(title=f"{sheet.form} {sheet.edition}, {sheet.joined_by}")
            for head in ("field", "state", "value", "probability", "decision", "why"):
                table.add_column(head)
            for field in record.fields.values():
                if field.state is not State.BLANK or field.decision is Decision.REVIEW:
                    table.add_row(*_row(field))
            out.print(table)
    sys.stderr.write(
        "Next: cpims-scan scan FILES to keep them, cpims-scan serve to correct them.\n"
    )


def _page_line(file: str, number: int, reading: PageReading) -> str:
    match = reading.match
    if reading.state == "read" and match:
        median, worst = reading.residual_mm or (0.0, 0.0)
        return (
            f"{file} page {number}: {match.form} {match.edition} page {match.page}, "
            f"turned {match.turned} degrees, residual {median:.2f} mm (worst {worst:.2f})"
        )
    return f"{file} page {number}: {reading.state}. {reading.error or ''}".rstrip()


def _row(field: FieldReading) -> tuple[str, ...]:
    value = field.value if isinstance(field.value, str) else json.dumps(field.value)
    return (
        field.field,
        field.state.value,
        "" if field.value is None else value,
        f"{field.probability:.3f}",
        field.decision.value,
        ", ".join(field.reasons),
    )
