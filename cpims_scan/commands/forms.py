"""`forms`: which packs are here, whether they are right, where their boxes are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cpims_scan.commands import newform, printing
from cpims_scan.commands.console import console
from cpims_scan.errors import ExitCode, TemplateError
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.check import WARNING, check_pack
from cpims_scan.forms.examples import check_examples
from cpims_scan.forms.preview import write_previews
from cpims_scan.forms.rules import load_rules
from cpims_scan.settings import Settings

forms = typer.Typer(
    help="Form packs: list, check, preview, print and start them.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the program."""
    newform.add_to(forms)
    printing.add_to(forms)
    app.add_typer(forms, name="forms")


@forms.command("list")
def list_forms(
    context: typer.Context,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List every form and edition that can be read here."""
    settings: Settings = context.obj
    catalog = load_catalog(settings.packs)
    rows = [
        {
            "form": form,
            "edition": name,
            "pages": len(edition.pages),
            "fields": len(edition.places),
            "title": edition.form.title,
        }
        for (form, name), edition in catalog.editions.items()
    ]
    if as_document:
        json.dump({"forms": rows}, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    table = Table("form", "edition", "pages", "fields", "title")
    for edition in catalog.editions.values():
        table.add_row(
            edition.form.name,
            edition.name,
            str(len(edition.pages)),
            str(len(edition.places)),
            edition.form.title["en"],
        )
    console().print(table)
    sys.stderr.write("Next: cpims-scan forms preview FORM to see where its boxes are.\n")


@forms.command()
def check(
    context: typer.Context,
    form: Annotated[str | None, typer.Argument(help="One form; all when left out.")] = None,
) -> None:
    """Check packs: schema, places, lists, rules, and every example of the rules."""
    settings: Settings = context.obj
    catalog = load_catalog(settings.packs)
    names = [form] if form else list(catalog.forms)
    problems: list[str] = []
    for name in names:
        found = _problems(catalog, name)
        problems += found
        if not found:
            fields = len(catalog.forms[name].fields)
            sys.stdout.write(f"{name}: {fields} fields, no problem found.\n")
    for problem in problems:
        sys.stderr.write(problem + "\n")
    if not all(problem.startswith(WARNING) for problem in problems):
        raise typer.Exit(ExitCode.BAD_TEMPLATE)
    sys.stderr.write("Next: cpims-scan read FILE to read a filled page.\n")


def _problems(catalog: Catalog, form: str) -> list[str]:
    if form not in catalog.forms:
        raise TemplateError(f"There is no form '{form}'. Known: {', '.join(catalog.forms)}.")
    try:
        load_rules(catalog.root, catalog.forms[form])
        return [*check_pack(catalog, form), *check_examples(catalog, form)]
    except TemplateError as error:
        return str(error).splitlines()


@forms.command()
def preview(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="Form to draw.")],
    edition: Annotated[str | None, typer.Option(help="One edition; all when left out.")] = None,
    output: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path(),
) -> None:
    """Draw every box with its name on the blank pages."""
    settings: Settings = context.obj
    catalog = load_catalog(settings.packs)
    chosen = [e for (f, n), e in catalog.editions.items() if f == form and edition in (None, n)]
    if not chosen:
        catalog.edition(form, edition or "")
    output.mkdir(parents=True, exist_ok=True)
    for made in chosen:
        for file in write_previews(made, output):
            sys.stdout.write(f"{file}\n")
    sys.stderr.write("Next: look at them; then cpims-scan forms check to check the pack.\n")
