"""`forms print` and `forms lay-out`: paper from a pack, and a pack's paper from its layout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cpims_scan.errors import TemplateError, WrongUseError
from cpims_scan.forms.catalog import load_catalog, packs_root
from cpims_scan.forms.layout.files import write_edition
from cpims_scan.forms.paper.prefill import Given, name_values, read_values
from cpims_scan.forms.paper.printing import PrintRun, print_run, serial_of
from cpims_scan.forms.template import Edition
from cpims_scan.settings import Settings

MOST_COPIES = 500  # a ream of paper


def add_to(forms: typer.Typer) -> None:
    """Put these commands beside the others of `forms`."""
    forms.command("print")(print_form)
    forms.command("lay-out")(lay_out)


def print_form(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="Form to print.")],
    edition: Annotated[
        str | None, typer.Option(help="One edition; the last when left out.")
    ] = None,
    copies: Annotated[
        int, typer.Option(min=1, max=MOST_COPIES, help="Sheets, each with its own number.")
    ] = 1,
    prefill: Annotated[
        Path | None, typer.Option(help="JSON file: field names and values to fill in.")
    ] = None,
    serial: Annotated[
        str | None, typer.Option(help="Print a sheet again under its own number.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The child's name, to fill in.")] = None,
    output: Annotated[Path | None, typer.Option(help="The PDF to write.")] = None,
) -> None:
    """Write a form as a PDF/A that prints at its true size; each sheet bears its own number."""
    settings: Settings = context.obj
    catalog = load_catalog(settings.packs)
    names = [known for (f, known) in catalog.editions if f == form]
    made = catalog.edition(form, edition or (names[-1] if names else ""))
    if serial and copies > 1:
        raise WrongUseError("One number belongs to one sheet. Leave --copies or --serial out.")
    values = _values(made, prefill, name)
    known = serial_of(serial) if serial else None
    data = print_run(made, PrintRun(copies, known, values, settings.form_approval))
    file = output or Path(f"{form}-{made.name}.pdf")
    file.write_bytes(data)
    sys.stdout.write(f"{file}\n")
    sys.stderr.write("Next: print it at 100 percent, not fitted to the page.\n")
    sys.stderr.write("Kisha: chapisha kwa asilimia 100, bila kutoshea ukurasa.\n")


def lay_out(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="Form whose layout.yaml is laid out.")],
    edition: Annotated[str, typer.Argument(help="Edition: the folder that holds layout.yaml.")],
) -> None:
    """Make template.yaml, drawing.yaml and the blank pages from an edition's layout.yaml."""
    settings: Settings = context.obj
    folder = packs_root(settings.packs) / "form_templates" / form / edition
    if not folder.is_dir():
        raise TemplateError(
            f"{folder}: there is no such folder. Make it, with a layout.yaml in it."
        )
    for file in write_edition(folder):
        sys.stdout.write(f"{file}\n")
    sys.stderr.write(f"Next: cpims-scan forms check {form}; then look at forms preview {form}.\n")


def _values(edition: Edition, prefill: Path | None, name: str | None) -> dict[str, Given]:
    values = read_values(prefill) if prefill else {}
    return values | (name_values(edition, name) if name else {})
