"""What the processes do that tests start beside themselves, and kill."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from cpims_scan.store import queue
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.review import Asker, finish_task, next_task
from cpims_scan.store.scope import ALL_OFFICES
from tests.store.work import NOW, add_batch, later, reading_of_page

LEASE_SECONDS = 1.5


def die_with_pages(url: str, others_begin: Barrier) -> None:
    """Claim two pages, finish one, and be killed with the other in hand as the others begin."""
    database = open_database(url)
    first, _ = _claim(database)
    _finish(database, first)
    others_begin.wait()
    os.kill(os.getpid(), signal.SIGKILL)


def read_until_empty(url: str, begin: Barrier) -> None:
    """Read pages until none is left."""
    database = open_database(url)
    begin.wait()
    while True:
        for claim in _claim(database):
            _finish(database, claim)
        with database.read() as session:
            counted = queue.counts(session)
        if counted["todo"] + counted["doing"] == 0:
            return
        time.sleep(0.02)


def _claim(database: Database) -> list[queue.Claim]:
    with database.begin() as session:
        return queue.claim(session, _name(), dt.datetime.now(dt.UTC), LEASE_SECONDS, 2)


def _finish(database: Database, claim: queue.Claim) -> None:
    reading = reading_of_page(claim.content)
    with database.begin() as session:
        queue.finish(session, claim.content, _name(), reading, dt.datetime.now(dt.UTC))


def _name() -> str:
    return f"worker-{os.getpid()}"


def answer_all(url: str, name: str, log: Path) -> None:
    """A desk that answers until there is nothing left, and writes down what it answered."""
    database = open_database(url)
    asker = Asker(name, ALL_OFFICES)
    answered = []
    while True:
        with database.begin() as session:
            task = next_task(session, asker, NOW, 900)
            if task is None:
                break
            task_id = task.id
        with database.begin() as session:
            assert finish_task(session, task_id, name, NOW)
        answered.append(task_id)
    log.write_text("\n".join(answered))


def write_until_killed(url: str, started: Event) -> None:
    """Write batch after batch; the test kills this process while it does."""
    database = open_database(url)
    number = 0
    while True:
        with database.begin() as session:
            for half in "ab":
                add_batch(session, f"B-{number}{half}").closed_at = later(1)
        number += 1
        if number == 3:
            started.set()
