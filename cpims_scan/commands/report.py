"""`report`: tables made from the central database, in the terminal and as workbooks."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cpims_scan.central.create import create_central
from cpims_scan.central.loadspec import Loading, find_loading
from cpims_scan.central.rendered import notes, to_terminal, write_workbook
from cpims_scan.central.reports import caseload as make_caseload
from cpims_scan.commands.console import console
from cpims_scan.commands.months import month_of
from cpims_scan.errors import TemplateError, WrongUseError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.settings import Settings
from cpims_scan.store.database import open_database

report = typer.Typer(help="Tables from the central database.", no_args_is_help=True)


class Source(StrEnum):
    """Where the figures of a table come from; the two are never added up."""

    CASES = "cases"
    RETURNS = "returns"


@report.callback()
def reports() -> None:
    """Tables from the central database."""


@report.command("caseload")
def caseload(  # noqa: PLR0913, each option is a word of the contract
    context: typer.Context,
    month: Annotated[str, typer.Option(help="Month, YYYY-MM.")],
    office: Annotated[
        str | None, typer.Option(help="Sub-county, county or unit; the whole country without it.")
    ] = None,
    source: Annotated[Source, typer.Option(help="Count cases, or show returns.")] = Source.CASES,
    xlsx: Annotated[Path | None, typer.Option(help="Also write a workbook.")] = None,
    full: Annotated[bool, typer.Option(help="Show rows without a case as well.")] = False,
    language: Annotated[str, typer.Option(help="en or sw.")] = "en",
) -> None:
    """Make the monthly caseload table; it says where its figures come from."""
    settings: Settings = context.obj
    if language not in ("en", "sw"):
        raise WrongUseError(f"--language {language}: choose en or sw.")
    chosen = month_of(month)
    central = open_database(settings.central)
    try:
        catalog = load_catalog(settings.packs)
        create_central(central, catalog.root)
        made = make_caseload(central, _returns_form(settings), chosen, office, source.value)
    finally:
        central.close()
    out = console()
    for table in to_terminal(made, language, full):
        out.print(table)
    for note in notes(made, language):
        out.print(note)
    if xlsx is not None:
        write_workbook(made, xlsx, language)
        sys.stderr.write(f"Written: {xlsx}\n")
    else:
        sys.stderr.write("Next: add --xlsx FILE for a workbook.\n")


def _returns_form(settings: Settings) -> Loading:
    """The one form among the packs that is a monthly return: its rows are the table's rows."""
    catalog = load_catalog(settings.packs)
    for form in catalog.forms.values():
        loading = find_loading(catalog.root, form)
        if loading is not None and loading.returns is not None:
            return loading
    raise TemplateError(
        f"{catalog.root}: no form yields a monthly return, so the table has no rows. "
        "Use the bundled packs, or add `returns` to a load.yaml."
    )
