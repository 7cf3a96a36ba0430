"""`report`: caseload tables, and how far the machine is right; in the terminal, as workbooks."""

from __future__ import annotations

import json
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
from cpims_scan.commands.trust import to_terminal as trust_to_terminal
from cpims_scan.errors import TemplateError, WrongUseError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.records import form_of_one
from cpims_scan.pipeline.trust.report import as_plain, trust_report
from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.database import open_database

report = typer.Typer(
    help="Caseload tables, and how far the machine is right.", no_args_is_help=True
)

# The blocks that a return must have for its rows to be those of the caseload table.
CASELOAD = {"categories", "interventions"}


class Source(StrEnum):
    """Where the figures of a table come from; the two are never added up."""

    CASES = "cases"
    RETURNS = "returns"


@report.callback()
def reports() -> None:
    """Caseload tables, and how far the machine is right."""


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
    _known(language)
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


@report.command("trust")
def trust(
    context: typer.Context,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    language: Annotated[str, typer.Option(help="en or sw.")] = "en",
) -> None:
    """Say per class of fields how far the machine is right, and what proves it."""
    settings: Settings = context.obj
    _known(language)
    with open_workplace(settings) as place:
        made = trust_report(place)
    if as_document:
        json.dump(as_plain(made), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    out = console()
    for part in trust_to_terminal(made, language):
        out.print(part, highlight=False)
    sys.stderr.write("Next: cpims-scan serve; blind checks are among the questions of the desk.\n")


def _known(language: str) -> None:
    if language not in ("en", "sw"):
        raise WrongUseError(f"--language {language}: choose en or sw.")


def _returns_form(settings: Settings) -> Loading:
    """The form among the packs whose return counts cases: its rows are the table's rows."""
    catalog = load_catalog(settings.packs)
    for form in catalog.forms.values():
        loading = find_loading(catalog.root, form_of_one(form))
        if loading and loading.returns and set(loading.returns.blocks) >= CASELOAD:
            return loading
    raise TemplateError(
        f"{catalog.root}: no form is a return of cases, so the table has no rows. "
        "Use the bundled packs, or add `returns` to a load.yaml."
    )
