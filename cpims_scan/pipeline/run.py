"""The loop: claim pages, have them read, keep what was read. The only place that must not stop."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import PageReading
from cpims_scan.errors import InputError
from cpims_scan.imaging.intake import find_scans
from cpims_scan.pipeline.arrange import arrange_all
from cpims_scan.pipeline.arrive import Received, already_received, receive
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.steps import PageJob, read_page
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import queue
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.batches import open_batch

log = logging.getLogger(__name__)

PAGES_AHEAD = 2  # claimed for each worker, so that none waits while the parent writes
IDLE_SECONDS = 0.5  # between looks at a queue whose pages are all in other hands

Read = Callable[[PageJob], PageReading]


@dataclass(frozen=True, slots=True)
class Step:
    """What just happened, for a progress bar: `kind` is file or page."""

    kind: str
    name: str
    state: str
    error: str | None = None


Told = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class ScanRun:
    """What a run of `scan` took in."""

    batch: str
    received: tuple[Received, ...]


def scan(
    place: Workplace,
    engine: Engine,
    paths: list[Path],
    batch: tuple[str | None, BatchContext, str],
    told: Told = lambda step: None,
) -> ScanRun:
    """
    Take files and folders into a batch and read them.

    Args:
        place: The workspace.
        engine: Where pages are read.
        paths: Files and folders; one that is wrong is told and does not stop the others.
        batch: Its name (None for the next free one), its context, who scans.
        told: Hears of every file and page.
    """
    name, context, by = batch
    with place.db.begin() as session:
        row = open_batch(session, name, context, by, place.now())
        batch_name, batch_id = row.name, row.id
    received: list[Received] = []
    known = already_received(place, batch_name)
    for path in paths:
        for file in _files(path, received, told):
            if escape_name(file.name) in known:
                continue
            received.append(receive(place, engine, batch_name, file))
            told(Step("file", file.name, "received", received[-1].error))
    work(place, engine, told, batch_id=batch_id)
    return ScanRun(batch_name, tuple(received))


def _files(path: Path, received: list[Received], told: Told) -> list[Path]:
    try:
        return find_scans([path])
    except InputError as error:
        received.append(Received(path.name, None, str(error)))
        told(Step("file", path.name, "error", str(error)))
        return []


def work(
    place: Workplace,
    engine: Engine,
    told: Told = lambda step: None,
    read: Read = read_page,
    batch_id: int | None = None,
) -> int:
    """
    Read every page that waits, and arrange every file that is read; returns pages read.

    Pages in flight when a worker was lost are given back and read again one at a time, so that
    a page that kills its worker uses up its own attempts and nobody else's.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    _take_over(place)
    flight: dict[Future[PageReading], queue.Claim] = {}
    done = 0
    try:
        while True:
            _claim_more(place, engine, flight, worker, read)
            if not flight:
                arrange_all(place)
                if not _others_work(place):
                    return done
                time.sleep(IDLE_SECONDS)
                continue
            finished, _ = wait(flight, timeout=IDLE_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                if future not in flight:
                    continue
                done += _keep(place, engine, flight, future, (worker, told))
            _extend(place, flight, worker)
            arrange_all(place)
    finally:
        _give_back(place, flight, worker)


def _take_over(place: Workplace) -> None:
    """Give back at once what killed processes of this machine held, instead of waiting."""
    host = socket.gethostname()
    with place.db.begin() as session:
        for worker in queue.workers_of(session, host):
            if not _is_alive(int(worker.rsplit(":", 1)[1])):
                queue.release(session, queue.held_by(session, worker), worker, False)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _claim_more(
    place: Workplace,
    engine: Engine,
    flight: dict[Future[PageReading], queue.Claim],
    worker: str,
    read: Read,
) -> None:
    room = engine.workers * PAGES_AHEAD - len(flight)
    if room <= 0 or any(claim.is_alone for claim in flight.values()):
        return
    with place.db.begin() as session:
        claims = queue.claim(session, worker, place.now(), place.settings.lease_seconds, room)
        if flight and any(claim.is_alone for claim in claims):
            # It must be read with nothing else in flight: put it back until we are empty.
            alone = [claim.content for claim in claims if claim.is_alone]
            queue.release(session, alone, worker, False)
            claims = [claim for claim in claims if not claim.is_alone]
    for claim in claims:
        flight[engine.submit(read, _job(place, claim))] = claim


def _job(place: Workplace, claim: queue.Claim) -> PageJob:
    return PageJob(
        content=claim.content,
        file=place.pages.file(claim.file_sha256, claim.suffix),
        number=claim.number,
        packs=place.settings.packs,
        pack=place.catalog.digest,
        crops=place.pages.crops(claim.content),
        match=claim.match,
    )


def _keep(
    place: Workplace,
    engine: Engine,
    flight: dict[Future[PageReading], queue.Claim],
    future: Future[PageReading],
    who: tuple[str, Told],
) -> int:
    """Keep one finished page; after a lost process give all of the flight back."""
    worker, told = who
    claim = flight[future]
    try:
        reading = future.result()
    except BrokenProcessPool:
        was_alone = len(flight) == 1
        log.warning("a worker was lost", extra={"pages": len(flight)})
        with place.db.begin() as session:
            contents = [c.content for c in flight.values()]
            queue.release(session, contents, worker, count_attempt=was_alone)
        flight.clear()
        engine.reopen()
        return 0
    except Exception as error:  # noqa: BLE001, the one boundary: a page must not stop a batch
        del flight[future]
        cause = f"Reading this page failed inside the program ({type(error).__name__})."
        log.warning("page failed", extra={"page": claim.content, "cause": type(error).__name__})
        with place.db.begin() as session:
            queue.fail(session, claim.content, worker, cause, place.now())
        return 0
    del flight[future]
    with place.db.begin() as session:
        is_kept = queue.finish(session, claim.content, worker, reading, place.now())
    log.info("page read", extra={"page": claim.content, "seconds": reading.seconds})
    told(Step("page", claim.content, reading.state, reading.error))
    return int(is_kept)


def _extend(place: Workplace, flight: dict[Future[PageReading], queue.Claim], worker: str) -> None:
    """Keep the lease of slow pages alive while their workers are."""
    contents = [claim.content for claim in flight.values()]
    if not contents:
        return
    until = place.now() + dt.timedelta(seconds=place.settings.lease_seconds)
    with place.db.begin() as session:
        queue.extend(session, contents, worker, until)


def _others_work(place: Workplace) -> bool:
    with place.db.read() as session:
        counted = queue.counts(session)
    return counted["todo"] + counted["doing"] > 0


def _give_back(
    place: Workplace, flight: dict[Future[PageReading], queue.Claim], worker: str
) -> None:
    """After Ctrl-C or an error: what was in flight is free for the next run at once."""
    if not flight:
        return
    with place.db.begin() as session:
        contents = [claim.content for claim in flight.values()]
        queue.release(session, contents, worker, count_attempt=False)
