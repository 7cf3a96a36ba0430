"""Files come in: kept by content, every page entered, new content queued. Nothing is read here."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.errors import InputError
from cpims_scan.imaging.intake import list_pages
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import (
    Delivery,
    NewFile,
    NewPage,
    arrivals_of,
    escape_name,
    take_in,
)
from cpims_scan.store.batches import find_batch
from cpims_scan.store.states import ArrivalState

POISON = "{name}: opening this file ended the program. Scan the sheets again into another file."


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file at the door; `error` is one sentence, or None."""

    file: str
    delivery: Delivery | None
    error: str | None


def receive(
    place: Workplace, engine: Engine, batch: str, file: Path, shown_as: str | None = None
) -> Received:
    """
    Take one file into a batch: copy it, list its pages in a worker, enter every arrival.

    A file that will not open is entered as one page in error, so that the batch's sum holds.
    `shown_as` is the name people know it by, when it is not the file's own.

    Raises:
        StoreError: The page store or the database refuses.
        InputError: The file cannot even be copied.
    """
    stored = place.pages.keep(file)
    name = shown_as or file.name
    new = NewFile(stored.sha256, name, stored.size, stored.suffix)
    error: str | None = None
    try:
        infos = engine.call(list_pages, stored.path)
        # A worker knows the file by its name in the store; people know it by its own.
        pages = [NewPage(i.number, i.content, _named(i.error, stored.path, name)) for i in infos]
    except InputError as refused:
        error = _named(str(refused), stored.path, name)
        pages = [NewPage(0, None, error)]
    except BrokenProcessPool:
        error = POISON.format(name=escape_name(name))
        pages = [NewPage(0, None, error)]
    with place.db.begin() as session:
        row = find_batch(session, batch)
        if row is None:
            raise InputError(f"There is no batch {batch}.")
        delivery = take_in(session, row.id, new, pages, place.now())
    return Received(escape_name(name), delivery, error)


def already_received(place: Workplace, batch: str) -> set[str]:
    """
    Names of files that an interrupted run took into the batch.

    Only while pages of the batch are unfinished: later, sending a file again is a duplicate
    and is entered as one.
    """
    with place.db.read() as session:
        row = find_batch(session, batch)
        if row is None:
            return set()
        arrivals = arrivals_of(session, row.id)
    if all(arrival.state != ArrivalState.UNFINISHED for arrival in arrivals):
        return set()
    return {arrival.file_name for arrival in arrivals}


def _named(message: str | None, stored: Path, name: str) -> str | None:
    return message.replace(stored.name, escape_name(name)) if message else None
