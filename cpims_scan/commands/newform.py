"""`forms new`: a pack proposed from an empty form, to be looked at and corrected."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cpims_scan.errors import ExitCode
from cpims_scan.pipeline.propose import NewForm, NewPack, new_pack, paper_size
from cpims_scan.settings import Settings

OWN_PACKS = Path("my-packs")  # where a new pack goes when --packs names no folder


def add_to(forms: typer.Typer) -> None:
    """Put the command beside the others of `forms`."""
    forms.command("new")(new_form)


def new_form(  # typer makes one parameter an option
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the form: small letters, digits and _.")],
    blank: Annotated[Path, typer.Option("--from", help="The empty form: PDF, PNG, JPEG or TIFF.")],
    edition: Annotated[str, typer.Option(help="Name of this printed edition.")] = "v1",
    paper: Annotated[
        str | None, typer.Option(help="Paper of a photo: a3, a4, a5, letter, legal or 210x297.")
    ] = None,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Start a pack from an empty form: boxes, names and types are proposed from its print."""
    settings: Settings = context.obj
    packs = settings.packs or OWN_PACKS
    wanted = NewForm(name, edition, packs, paper_size(paper) if paper else None)
    made = new_pack(blank, wanted, _say)
    if as_document:
        json.dump(_document(made, wanted), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        readers = ", ".join(f"{count} {reader}" for reader, count in sorted(made.counts.items()))
        sys.stdout.write(f"{made.folder}\n")
        sys.stdout.write(
            f"pages {made.pages}, tables {made.tables}, fields {made.fields}: {readers}\n"
        )
    for problem in made.problems:
        _say(problem)
    _say(f"Next: cpims-scan forms preview {name} --packs {packs} and look at it.")
    _say(
        f"What was guessed wrong is corrected in {made.folder.parent}, or on the desk under Forms."
    )
    if made.problems:
        raise typer.Exit(ExitCode.BAD_TEMPLATE)


def _document(made: NewPack, wanted: NewForm) -> dict[str, object]:
    return {
        "form": wanted.name,
        "edition": wanted.edition,
        "folder": str(made.folder),
        "pages": made.pages,
        "tables": made.tables,
        "fields": made.fields,
        "readers": made.counts,
        "problems": made.problems,
    }


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
