"""Stacks of paper: `init`, `scan`, `work`, `watch`, `status`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.orm import Session

from cpims_scan.commands.console import console
from cpims_scan.commands.months import month_of
from cpims_scan.commands.people import first_person
from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import ExitCode, InputError, highest
from cpims_scan.pipeline.coach import OF_THE_RUN, QUIET
from cpims_scan.pipeline.coached import BatchAdvice, advise_batch
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.inbox import take_parcels
from cpims_scan.pipeline.reread import reread as read_again
from cpims_scan.pipeline.run import Step
from cpims_scan.pipeline.run import work as work_pages
from cpims_scan.pipeline.scan import Stack
from cpims_scan.pipeline.scan import scan as scan_files
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.batches import require_batch
from cpims_scan.store.batches import status as status_of

WATCH_SECONDS = 2.0  # between looks at a folder; events are lost on network shares
PAGES = ("accepted", "review", "rejected", "duplicate", "error", "unfinished")
RECORDS = ("waiting", "review", "ready", "loaded")
STABLE_SECONDS = 5.0  # a copier writes slowly: a file is whole when it has not changed so long


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the program."""
    for command in (init, scan, work, watch, status):
        app.command()(command)


def init(context: typer.Context) -> None:
    """Make a workspace, its databases, and the first sign-in (shown once)."""
    settings: Settings = context.obj
    with open_workplace(settings, make=True) as place:
        said = first_person(place)
    sys.stdout.write(f"Workspace: {settings.workspace}\n{said}\n")
    sys.stderr.write("Next: cpims-scan scan FILES\n")


def scan(  # noqa: PLR0913, each option is a word of the contract
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(readable=False, help="Files or folders.")],
    batch: Annotated[
        str | None, typer.Option(help="Name of the batch; else the next free.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Code of the office.")] = None,
    month: Annotated[str | None, typer.Option(help="Month of the stack, YYYY-MM.")] = None,
    officer: Annotated[str | None, typer.Option(help="Officer whose stack it is.")] = None,
    sheets: Annotated[
        int | None, typer.Option(min=1, help="How many sheets the stack has.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that read.")] = None,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Take files in, read every page, and say where each one is."""
    settings: Settings = context.obj
    said = BatchContext(office, month_of(month) if month else None, officer, sheets)
    with open_workplace(settings, make=True) as place:
        with Engine(workers or settings.workers, settings.packs) as engine, _Told() as told:
            run = scan_files(place, engine, paths, Stack(batch, said, _who()), told)
        document = _status(place, run.batch)
        if not as_document:
            _show_order(place, run.batch)
    _show(document, as_document)
    codes = [ExitCode.BAD_INPUT for received in run.received if received.error]
    codes.append(_outcome(document))
    if not as_document:
        sys.stderr.write("Next: cpims-scan serve to settle what waits, cpims-scan load after it.\n")
    raise typer.Exit(highest(codes))


def work(
    context: typer.Context,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that read.")] = None,
    forever: Annotated[bool, typer.Option(help="Go on when the queue is empty.")] = False,
    reread: Annotated[
        bool, typer.Option(help="Read open pages again; what people settled stays.")
    ] = False,
) -> None:
    """Go on with every page that waits, after a stop or beside another machine."""
    settings: Settings = context.obj
    with open_workplace(settings, make=True) as place:
        with Engine(workers or settings.workers, settings.packs) as engine, _Told() as told:
            if reread:
                read_again(place, engine, told)
            while True:
                take_parcels(place, engine)
                work_pages(place, engine, told)
                if not forever:
                    break
                time.sleep(WATCH_SECONDS)
        document = _status(place, None)
    _show(document, as_document=False)
    raise typer.Exit(_outcome(document))


def watch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder that the copier writes into.")],
    batch: Annotated[
        str | None, typer.Option(help="Name of the batch; else the next free.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Code of the office.")] = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="Looks before it ends; else never.")
    ] = None,
) -> None:
    """Take in what appears in a folder, once each file has stopped growing."""
    settings: Settings = context.obj
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder. Make it, or name another.")
    taken: set[tuple[str, int, float]] = set()
    with (
        open_workplace(settings, make=True) as place,
        Engine(settings.workers, settings.packs) as engine,
        _Told() as told,
    ):
        look = 0
        while rounds is None or look < rounds:
            look += 1
            fresh = [f for f in _stable(folder) if _stamp(f) not in taken]
            if fresh:
                said = Stack(batch, BatchContext(office), _who())
                batch = scan_files(place, engine, fresh, said, told).batch
                taken |= {_stamp(f) for f in fresh}
            time.sleep(WATCH_SECONDS)


def status(
    context: typer.Context,
    batch: Annotated[str | None, typer.Argument(help="One batch; all when left out.")] = None,
    as_document: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    rescan: Annotated[
        bool, typer.Option("--rescan", help="List the pages to scan again, and why.")
    ] = False,
) -> None:
    """Say where every page of every batch is, and what to scan again."""
    settings: Settings = context.obj
    with open_workplace(settings) as place:
        document = _status(place, batch)
        lists = [_again(place, entry["name"]) for entry in document["batches"]] if rescan else []
    if rescan and not as_document:
        for lines in lists:
            sys.stdout.writelines(line + "\n" for line in lines)
        return
    _show(document, as_document)


def _status(place: Workplace, batch: str | None) -> dict[str, Any]:
    with place.db.read() as session:
        entries = status_of(session)["batches"]
        chosen = [entry for entry in entries if batch in (None, entry["name"])]
        for entry in chosen:
            entry["advice"] = _advice(place, session, entry["name"]).counts
    if batch is not None and not chosen:
        raise InputError(f"There is no batch '{batch}'. cpims-scan status lists them.")
    return {"batches": chosen}


def _advice(place: Workplace, session: Session, name: str) -> BatchAdvice:
    return advise_batch(session, require_batch(session, name), place.catalog)


def _show_order(place: Workplace, name: str) -> None:
    """Say on stderr what only the whole stack shows: pages missing, out of order, face down."""
    with place.db.read() as session:
        advice = _advice(place, session, name)
    for told in advice.told.values():
        for note in told.notes:
            if note.advice in OF_THE_RUN - QUIET:
                sys.stderr.write(f"{told.page.where}: {note.text(told.page.quality)}\n")
    if advice.missing:
        sys.stderr.write(f"{name}: {advice.missing} sheets have not come. Look for them.\n")


def _again(place: Workplace, name: str) -> list[str]:
    """The pages of a batch to scan again, one a line; file and number only, no names."""
    with place.db.read() as session:
        advice = _advice(place, session, name)
    lines = [f"{name}  {told.page.where}: {' '.join(told.sentences())}" for told in advice.again]
    if advice.missing:
        lines.append(f"{name}  {advice.missing} sheets have not come.")
    return lines or [f"{name}  Nothing is to be scanned again."]


def _show(document: dict[str, Any], as_document: bool) -> None:
    if as_document:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    show_accounting(document["batches"])


def show_accounting(batches: list[dict[str, Any]]) -> None:
    """Print where every page and record is; the pages' states add up to what came in."""
    table = Table()
    for head in ("batch", "in", *PAGES, "missing", *RECORDS):
        table.add_column(head, justify="left" if head == "batch" else "right", no_wrap=True)
    for entry in batches:
        pages, found = entry["pages"], entry["records"]
        counts = [pages["in"], *[pages[word] for word in PAGES], entry["sheets"]["missing"]]
        counts += [found[word] for word in RECORDS]
        table.add_row(entry["name"], *[str(count) for count in counts])
    console().print(table)
    sys.stdout.write(f"Pages in = {' + '.join(PAGES)}; missing counts sheets, the rest records.\n")
    _show_advice(batches)


def _show_advice(batches: list[dict[str, Any]]) -> None:
    """Print how many pages have which advice of the scan coach; nothing where all are good."""
    table = Table("batch", "what the scan coach told", "pages")
    for entry in batches:
        for advice, number in entry.get("advice", {}).items():
            table.add_row(entry["name"], advice.replace("_", " "), str(number))
    if table.row_count:
        console().print(table)
        sys.stdout.write("cpims-scan status --rescan lists what to scan again, page by page.\n")


def _outcome(document: dict[str, Any]) -> ExitCode:
    """5 while a page or a field waits for a person, 2 when a page is in error, else 0."""
    codes = [ExitCode.DONE]
    for entry in document["batches"]:
        pages, records = entry["pages"], entry["records"]
        if pages["error"]:
            codes.append(ExitCode.BAD_INPUT)
        if pages["review"] + pages["unfinished"] + records["waiting"] + records["review"]:
            codes.append(ExitCode.WAITING)
    return highest(codes)


def _who() -> str:
    return f"{os.environ.get('USER', 'clerk')}@terminal"


def _stable(folder: Path) -> list[Path]:
    latest = time.time() - STABLE_SECONDS
    files = (f for f in sorted(folder.iterdir()) if f.is_file() and not f.name.startswith("."))
    return [f for f in files if f.stat().st_mtime < latest]


def _stamp(file: Path) -> tuple[str, int, float]:
    found = file.stat()
    return file.name, found.st_size, found.st_mtime


class _Told:
    """A progress bar on stderr; in a log file, one line for each file that is wrong."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._pages = self._bar.add_task("pages read", total=None)

    def __enter__(self) -> _Told:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, step: Step) -> None:
        if step.kind == "page":
            self._bar.advance(self._pages)
        if step.error:
            sys.stderr.write(step.error + "\n")
        for sentence in step.advice:
            self._bar.console.print(sentence, highlight=False, markup=False, soft_wrap=True)
