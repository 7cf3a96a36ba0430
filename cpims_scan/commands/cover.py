"""`cover`: the pages that part stacks and forms, printed before they are scanned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cpims_scan.commands.months import month_of
from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import WrongUseError
from cpims_scan.forms.paper.cover import separators
from cpims_scan.forms.separator import Cover

LONGEST = 64  # signs of a batch's, office's or officer's name, as the work database keeps them
MOST_SLIPS = 500  # a ream of paper


def add_to(app: typer.Typer) -> None:
    """Put this room's command on the program."""
    app.command()(cover)


def cover(  # noqa: PLR0913, each option is a word of the contract
    batch: Annotated[str | None, typer.Option(help="Name of the batch; prints its cover.")] = None,
    office: Annotated[str | None, typer.Option(help="Code of the office.")] = None,
    month: Annotated[str | None, typer.Option(help="Month of the stack, YYYY-MM.")] = None,
    officer: Annotated[str | None, typer.Option(help="Officer whose stack it is.")] = None,
    sheets: Annotated[int | None, typer.Option(min=1, help="How many forms it has.")] = None,
    slips: Annotated[
        int, typer.Option(min=0, max=MOST_SLIPS, help="Numbered separators to print.")
    ] = 0,
    first: Annotated[int, typer.Option(min=1, help="Number of the first separator.")] = 1,
    output: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("cover.pdf"),
) -> None:
    """Print a batch's cover, numbered separators, or both, as one PDF."""
    if batch is None and not slips:
        raise WrongUseError("Name a batch for its cover with --batch, or ask for --slips 20.")
    if batch is None and (office or month or officer or sheets):
        raise WrongUseError("Separators bear only their number. Name the batch with --batch.")
    for word, said in (("--batch", batch), ("--office", office), ("--officer", officer)):
        if said is not None and not (0 < len(said) <= LONGEST and said.isprintable()):
            raise WrongUseError(f"{word}: write one line of at most {LONGEST} signs.")
    context = BatchContext(office, month_of(month) if month else None, officer, sheets)
    page = Cover(batch, context) if batch else None
    output.write_bytes(separators(page, range(first, first + slips)))
    sys.stdout.write(f"{output}\n")
    sys.stderr.write(
        "Next: print it at 100 percent, lay each page before its forms, and scan them together.\n"
        "Kisha: ichapishe kwa asilimia 100, weka kila ukurasa mbele ya fomu zake, skani zote.\n"
    )
