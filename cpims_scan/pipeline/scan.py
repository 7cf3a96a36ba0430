"""Take a stack in and read it: what `cpims-scan scan` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError
from cpims_scan.imaging.intake import find_scans
from cpims_scan.pipeline.arrive import Received, already_received, is_known, receive
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.run import Step, Told, work
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.batches import open_batch


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
    with place.db.begin() as session:
        row = open_batch(session, stack.batch, stack.context, stack.by, place.now())
        batch_name, batch_id = row.name, row.id
    received: list[Received] = []
    known = already_received(place, batch_name)
    for path in paths:
        for file in _files(path, received, told):
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


def _refused(path: Path, error: InputError, received: list[Received], told: Told) -> None:
    received.append(Received(escape_name(path.name), None, str(error)))
    told(Step("file", path.name, "error", str(error)))
