"""`doctor`: what this machine lacks, and the command that brings it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.table import Table

from cpims_scan.commands.console import console
from cpims_scan.errors import CpimsScanError, ExitCode
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.reading.networks import check_weights
from cpims_scan.settings import Settings

# A day of a busy office: 2,000 pages at about 1.5 MB a page with crops.
ROOM_BYTES = 3 * 10**9


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is right, whether work stops without it, what to do."""

    name: str
    is_right: bool
    is_needed: bool
    cure: str


def add_to(app: typer.Typer) -> None:
    """Put this room's command on the program."""
    app.command()(doctor)


def doctor(context: typer.Context) -> None:
    """Say what is missing on this machine and how to get it."""
    settings: Settings = context.obj
    checks = [*_programs(), _packs(settings), _weights(), _room(settings.workspace), *_extras()]
    table = Table("what", "state", "what to do")
    for check in checks:
        state = "ok" if check.is_right else "MISSING" if check.is_needed else "not there"
        table.add_row(check.name, state, "" if check.is_right else check.cure)
    console().print(table)
    if any(c.is_needed and not c.is_right for c in checks):
        raise typer.Exit(ExitCode.MISSING_PROGRAM)
    sys.stderr.write("Next: cpims-scan init makes a workspace.\n")


def _programs() -> list[Check]:
    wanted = {
        "tesseract": ("tesseract-ocr", "reads typed cells"),
        "pdftoppm": ("poppler-utils", "draws PDFs that pdfium cannot"),
    }
    return [
        Check(
            f"{name} ({why})",
            shutil.which(name) is not None,
            False,
            f"sudo apt-get install {package}",
        )
        for name, (package, why) in wanted.items()
    ]


def _packs(settings: Settings) -> Check:
    try:
        found = len(load_catalog(settings.packs).editions)
    except CpimsScanError as error:
        return Check("form packs", False, True, str(error))
    return Check(f"form packs ({found} editions)", True, True, "")


def _weights() -> Check:
    try:
        check_weights()
    except CpimsScanError as error:
        return Check("weights", False, True, str(error))
    return Check("weights", True, True, "")


def _room(workspace: Path) -> Check:
    folder = next(p for p in (workspace, *workspace.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    name = f"room for pages ({free / 10**9:.0f} GB free)"
    return Check(name, free > ROOM_BYTES, False, "Make room, or name another --workspace.")


def _extras() -> list[Check]:
    has_driver = importlib.util.find_spec("psycopg") is not None
    cure = "pip install 'cpims-scan[postgres]'"
    return [Check("PostgreSQL driver (only for --database postgresql://)", has_driver, False, cure)]
