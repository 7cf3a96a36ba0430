"""The loop: claim pages, have them read, keep what was read. The one part that must not stop."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from cpims_scan.domain.record import PageReading
from cpims_scan.errors import CpimsScanError
from cpims_scan.pipeline.assembly.arrange import arrange_all
from cpims_scan.pipeline.coached import advise_at_once
from cpims_scan.pipeline.engine import Engine, is_alive
from cpims_scan.pipeline.steps import PageJob, read_page
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import queue

log = logging.getLogger(__name__)

PAGES_AHEAD = 2  # claimed for each worker, so that none waits while the parent writes
IDLE_SECONDS = 0.5  # between looks at a queue whose pages are all in other hands
# The slowest page seen, a phone photograph tried with every method, took 3 s of a core.
PAGE_SECONDS = 90.0

Read = Callable[[PageJob], PageReading]


@dataclass(frozen=True, slots=True)
class Step:
    """
    What just happened, for a progress bar and the clerk: `kind` is file or page.

    Attributes:
        advice: What the scan coach says of a page, in English, each with file and page.
    """

    kind: str
    name: str
    state: str
    error: str | None = None
    advice: tuple[str, ...] = ()


Told = Callable[[Step], None]


@dataclass(slots=True)
class Flight:
    """
    Pages that are being read now, and what is needed to keep them.

    Attributes:
        worker: `host:process` of this parent; stands in the leases.
        pages: Future -> the claim and when it was handed over (monotonic seconds).
    """

    place: Workplace
    engine: Engine
    told: Told
    read: Read
    worker: str
    pages: dict[Future[PageReading], tuple[queue.Claim, float]] = field(default_factory=dict)
    extended_at: float = 0.0

    @property
    def contents(self) -> list[str]:
        """Contents in flight."""
        return [claim.content for claim, _ in self.pages.values()]

    @property
    def is_alone(self) -> bool:
        """True while a page is read with nothing else in flight."""
        return any(claim.is_alone for claim, _ in self.pages.values())


def work(
    place: Workplace,
    engine: Engine,
    told: Told = lambda _: None,
    read: Read = read_page,
    batch_id: int | None = None,
) -> int:
    """
    Read every page that waits, and arrange every file that is read; returns pages read.

    Pages in flight when a worker was lost are given back and read again one at a time, so that
    a page that kills its worker uses up its own attempts and nobody else's.

    Args:
        place: The workspace.
        engine: Where pages are read.
        told: Hears of every page, in this process.
        read: What runs in the workers.
        batch_id: Arrange only this batch; pages of all are read.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    _take_over(place)
    flight = Flight(place, engine, told, read, worker)
    done = 0
    try:
        while True:
            _claim_more(flight)
            if flight.pages:
                done += _await_some(flight)
            elif not _are_pages_left(place):
                _arrange(flight, batch_id)
                return done
            else:
                time.sleep(IDLE_SECONDS)
            _arrange(flight, batch_id)
    finally:
        # After Ctrl-C or an error: what was in flight is free for the next run at once.
        _give_back(flight, count_attempt=False)


def _arrange(flight: Flight, batch_id: int | None) -> None:
    for problem in arrange_all(flight.place, batch_id):
        flight.told(Step("file", "", "cover", problem))


def _take_over(place: Workplace) -> None:
    """Give back at once what killed processes of this machine held, instead of waiting."""
    with place.db.begin() as session:
        for worker in queue.workers_of(session, socket.gethostname()):
            if not is_alive(int(worker.rsplit(":", 1)[1])):
                queue.release(session, queue.held_by(session, worker), worker, False)


def _claim_more(flight: Flight) -> None:
    room = flight.engine.workers * PAGES_AHEAD - len(flight.pages)
    if room <= 0 or flight.is_alone:
        return
    place = flight.place
    with place.db.begin() as session:
        lease = place.settings.lease_seconds
        claims = queue.claim(session, flight.worker, place.now(), lease, room)
        if flight.pages:
            # One that must be read alone waits until nothing else is in flight.
            alone = [claim.content for claim in claims if claim.is_alone]
            queue.release(session, alone, flight.worker, count_attempt=False)
            claims = [claim for claim in claims if not claim.is_alone]
    for number, claim in enumerate(claims):
        try:
            future = flight.engine.submit(flight.read, _job(place, claim))
        except BrokenProcessPool:
            # A worker was lost since the last look: what is left was not begun, and waits.
            _not_begun(flight, claims[number:])
            return
        flight.pages[future] = (claim, time.monotonic())


def _not_begun(flight: Flight, claims: list[queue.Claim]) -> None:
    log.warning("a worker was lost", extra={"pages": len(flight.pages)})
    with flight.place.db.begin() as session:
        contents = [claim.content for claim in claims]
        queue.release(session, contents, flight.worker, count_attempt=False)
    if not flight.pages:  # else the pages in flight fail next, and the pool is opened after them
        flight.engine.reopen()


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


def _await_some(flight: Flight) -> int:
    """Wait for pages and keep them; returns how many were read."""
    finished, _ = wait(flight.pages, timeout=IDLE_SECONDS, return_when=FIRST_COMPLETED)
    done = 0
    for future in finished:
        if future in flight.pages:
            done += _keep(flight, future)
    _extend(flight)
    oldest = min((since for _, since in flight.pages.values()), default=time.monotonic())
    if time.monotonic() - oldest > PAGE_SECONDS * PAGES_AHEAD:
        log.warning("a page took too long; its worker is ended", extra={"pages": len(flight.pages)})
        flight.engine.kill()  # the futures fail as if the worker had been lost
    return done


def _keep(flight: Flight, future: Future[PageReading]) -> int:
    """Keep one finished page; after a lost process give all of the flight back."""
    place, claim = flight.place, flight.pages[future][0]
    try:
        reading = future.result()
    except BrokenProcessPool:
        log.warning("a worker was lost", extra={"pages": len(flight.pages)})
        _give_back(flight, count_attempt=len(flight.pages) == 1)
        flight.engine.reopen()
        return 0
    except Exception as error:  # the one boundary of this process: a page must not stop a batch
        del flight.pages[future]
        cause = f"Reading this page failed inside the program ({type(error).__name__})."
        if isinstance(error, CpimsScanError):  # its sentence says what to mend, and no values
            cause = str(error)
        log.warning("page failed", extra={"page": claim.content, "cause": type(error).__name__})
        with place.db.begin() as session:
            queue.fail(session, claim.content, flight.worker, cause, place.now())
        return 0
    del flight.pages[future]
    with place.db.begin() as session:
        is_kept = queue.finish(session, claim.content, flight.worker, reading, place.now())
        advice = advise_at_once(session, claim, reading.quality)
    log.info("page read", extra={"page": claim.content, "seconds": reading.seconds})
    flight.told(Step("page", claim.content, reading.state, reading.error, advice))
    return int(is_kept)


def _extend(flight: Flight) -> None:
    """Keep the lease of slow pages alive while their workers are."""
    place, lease = flight.place, flight.place.settings.lease_seconds
    if not flight.pages or time.monotonic() - flight.extended_at < lease / 3:
        return
    flight.extended_at = time.monotonic()
    with place.db.begin() as session:
        until = place.now() + dt.timedelta(seconds=lease)
        queue.extend(session, flight.contents, flight.worker, until)


def _give_back(flight: Flight, count_attempt: bool) -> None:
    if flight.pages:
        with flight.place.db.begin() as session:
            queue.release(session, flight.contents, flight.worker, count_attempt)
        flight.pages.clear()


def _are_pages_left(place: Workplace) -> bool:
    with place.db.read() as session:
        counted = queue.counts(session)
    return counted["todo"] + counted["doing"] > 0
