"""Files come in: kept by content, every page entered, new content queued. Nothing is read here."""

from __future__ import annotations

import hashlib
import logging
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.errors import InputError
from cpims_scan.imaging.intake import PageInfo, list_pages
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

log = logging.getLogger(__name__)

OPENINGS = 3  # as often as a page is tried
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
        infos = _list(engine, stored.path)
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


def _list(engine: Engine, file: Path) -> list[PageInfo]:
    """List a file's pages; a worker lost meanwhile may be chance, lost again it is the file."""
    for _ in range(OPENINGS - 1):
        try:
            return engine.call(list_pages, file)
        except BrokenProcessPool:
            log.warning("a worker was lost while it opened a file")
    return engine.call(list_pages, file)


def already_received(place: Workplace, batch: str) -> set[tuple[str, str]]:
    """
    Names and digests of files that an interrupted run took into the batch.

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
    return {(arrival.file_name, arrival.file_sha256) for arrival in arrivals}


def is_known(file: Path, known: set[tuple[str, str]]) -> bool:
    """Whether an interrupted run took this very file in already."""
    if not known:
        return False
    try:
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return False  # taking it in says what is wrong with it
    return (escape_name(file.name), sha256) in known


def _named(message: str | None, stored: Path, name: str) -> str | None:
    return message.replace(stored.name, escape_name(name)) if message else None
