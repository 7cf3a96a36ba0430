"""The office: `load`, `report`, `audit`, `migrate`, `serve`."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cpims_scan.commands.console import console
from cpims_scan.commands.report import report
from cpims_scan.errors import ExitCode, StoreError, WrongUseError
from cpims_scan.pipeline.load import LoadStep, load_ready, preview_load
from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.audit import verify

LOOPBACK = ("127.0.0.1", "::1", "localhost")

audit = typer.Typer(help="The log of who did what.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the program."""
    app.command()(load)
    app.add_typer(report, name="report")
    app.add_typer(audit, name="audit")
    app.command()(migrate)
    app.command()(bench)
    app.command()(serve)


def load(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would be loaded, change nothing.")
    ] = False,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Load finished records into the central database; safe to repeat."""
    settings: Settings = context.obj
    with open_workplace(settings, make=True) as place:
        steps = preview_load(place) if dry_run else load_ready(place)
    if as_document:
        rows = [
            {"sheet": s.sheet, "index": s.index, "form": s.form, "outcome": s.outcome, "why": s.why}
            for s in steps
        ]
        json.dump({"records": rows}, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        _show(steps)
    is_held = any(step.outcome == "held" for step in steps)
    raise typer.Exit(ExitCode.WAITING if is_held else ExitCode.DONE)


def _show(steps: list[LoadStep]) -> None:
    table = Table("sheet", "form", "outcome", "why")
    for step in steps:
        table.add_row(step.sheet, step.form, step.outcome, step.why)
    console().print(table)
    sys.stderr.write("Next: cpims-scan report caseload --month YYYY-MM\n")


@audit.command("verify")
def verify_audit(context: typer.Context) -> None:
    """Prove that no entry of the audit log was changed, removed or put in between."""
    settings: Settings = context.obj
    with open_workplace(settings) as place, place.db.read() as session:
        found = verify(session)
    if not found.is_whole:
        raise StoreError(
            f"The audit log is broken at entry {found.broken_at}: {found.why} "
            "Keep the database as it is and tell whoever is responsible for data protection."
        )
    sys.stdout.write(f"The audit log is whole: {found.head.number} entries.\n")


def migrate(context: typer.Context) -> None:
    """Bring the work database to this version; harmless to repeat."""
    settings: Settings = context.obj
    with open_workplace(settings, make=True) as place:
        sys.stdout.write(f"{place.db.name} has the newest shape.\n")


def bench(
    name: Annotated[str | None, typer.Argument(help="One benchmark; all when left out.")] = None,
) -> None:
    """Run the benchmarks, each beside its peer or limit; only in a checkout of the project."""
    checkout = Path(__file__).parents[2]
    if not (checkout / "benchmarks").is_dir():
        raise WrongUseError("The benchmarks are not part of an installed package. Use a checkout.")
    command = [sys.executable, "-m", "benchmarks", *([name] if name else [])]
    raise typer.Exit(subprocess.run(command, cwd=checkout, check=False).returncode)  # noqa: S603


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
    reading: Annotated[bool, typer.Option(help="Also read what is uploaded.")] = True,
    behind_tls: Annotated[
        bool, typer.Option(help="A proxy in front speaks https; needed off this machine.")
    ] = False,
) -> None:
    """Serve the review desk; a second process reads what is uploaded."""
    settings: Settings = context.obj
    if host not in LOOPBACK and not behind_tls:
        raise WrongUseError(
            f"--host {host}: the desk speaks plain HTTP and shows children's papers. Put a proxy "
            "with TLS in front of it and say --behind-tls, or leave --host out."
        )
    import uvicorn  # only the desk needs it: every other command starts without

    # By name: commands and web are neighbours on one floor, and neither knows the other.
    application = importlib.import_module("cpims_scan.web.app").create_app(settings)
    worker = _start_reading(settings) if reading else None
    sys.stderr.write(f"The desk is on http://{host}:{port}. Stop it with Ctrl-C.\n")
    try:
        uvicorn.run(application, host=host, port=port, log_level="warning", access_log=False)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait()


def _start_reading(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cpims_scan", "work", "--forever", "--workers", "1"]
    command += ["--workspace", str(settings.workspace), "--database", settings.database]
    if settings.packs is not None:
        command += ["--packs", str(settings.packs)]
    return subprocess.Popen(command)  # noqa: S603, this program itself
