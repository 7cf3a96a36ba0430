"""Take a stack in and read it: what `cpims-scan scan` does."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError
from cpims_scan.forms.separator import Cover
from cpims_scan.imaging.codes import look
from cpims_scan.imaging.intake import find_scans, open_scan
from cpims_scan.pipeline.arrive import Received, already_received, is_known, receive
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.run import Step, Told, work
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.batches import find_batch, open_batch


@dataclass(frozen=True, slots=True)
class Stack:
    """A clerk's stack: name of its batch (None for the next free one), context, who scans."""

    batch: str | None
    context: BatchContext
    by: str


@dataclass(frozen=True, slots=True)
class ScanRun:
    """What a run of `scan` took in."""

    batch: str
    received: tuple[Received, ...]


def scan(
    place: Workplace, engine: Engine, paths: list[Path], stack: Stack, told: Told = lambda _: None
) -> ScanRun:
    """
    Take files and folders into a batch and read them.

    A file that is wrong is told and does not stop the others. After an interruption, with the
    batch named again, what was taken in before is not taken in twice.
    """
    received: list[Received] = []
    files = [_files(path, received, told) for path in paths]
    name = stack.batch or _covered_as(place, engine, [file for found in files for file in found])
    with place.db.begin() as session:
        row = open_batch(session, name, stack.context, stack.by, place.now())
        batch_name, batch_id = row.name, row.id
    known = already_received(place, batch_name)
    for found in files:
        for file in found:
            try:
                if not is_known(file, known):
                    received.append(receive(place, engine, batch_name, file))
                    told(Step("file", file.name, "received", received[-1].error))
            except InputError as error:  # it cannot be copied; the others can
                _refused(file, error, received, told)
    work(place, engine, told, batch_id=batch_id)
    return ScanRun(batch_name, tuple(received))


def _files(path: Path, received: list[Received], told: Told) -> list[Path]:
    try:
        return find_scans([path])
    except InputError as error:
        _refused(path, error, received, told)
        return []


def _covered_as(place: Workplace, engine: Engine, files: list[Path]) -> str | None:
    """Name of the batch whose cover lies on top of the first file; None when there is none."""
    if not files:
        return None
    try:
        name = engine.call(cover_on_top, files[0])
    except (InputError, BrokenProcessPool):  # taking it in says what is wrong with the file
        return None
    with place.db.read() as session:
        row = find_batch(session, name) if name else None
    is_closed = row is not None and row.closed_at is not None
    return None if is_closed else name


def cover_on_top(file: Path) -> str | None:
    """Name of the batch that the cover on a file's first page bears; runs in a worker."""
    with open_scan(file) as opened:
        separator = look(opened.page(1)).separator
    return separator.batch if isinstance(separator, Cover) else None


def _refused(path: Path, error: InputError, received: list[Received], told: Told) -> None:
    received.append(Received(escape_name(path.name), None, str(error)))
    told(Step("file", path.name, "error", str(error)))
