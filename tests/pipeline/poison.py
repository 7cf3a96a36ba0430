"""Readers and openers that end their process, for tests of what is lost with it."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from pathlib import Path

from cpims_scan.domain.paper import Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.imaging.intake import PageInfo, list_pages
from cpims_scan.pipeline.load import load_ready
from cpims_scan.pipeline.steps import PageJob, read_page
from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store import records

POISON_PAGE = 3


def read_or_die(job: PageJob) -> PageReading:
    """Read a page; page 3 of its file kills the process, as a fault in a library would."""
    if job.number == POISON_PAGE:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_page(job)


def read_or_raise(job: PageJob) -> PageReading:
    """Read a page; page 3 of its file raises what nobody foresaw."""
    if job.number == POISON_PAGE:
        raise ZeroDivisionError("Amina Wanjiru")
    return read_page(job)


def read_with_other_packs(job: PageJob) -> PageReading:
    """Read a page as a worker does that was started before the packs changed."""
    return read_page(dataclasses.replace(job, pack="of yesterday"))


def blank_or_die(job: PageJob) -> PageReading:
    """Call every page blank after a moment; page 3 kills the process."""
    if job.number == POISON_PAGE:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return PageReading(job.content, "blank", None, Quality())


def call_blank(job: PageJob) -> PageReading:
    """Call every page blank; whoever waits for it may kill this process afterwards."""
    return PageReading(job.content, "blank", None, Quality())


def list_or_die(file: Path) -> list[PageInfo]:
    """List a file's pages; a file with the word in it kills the process."""
    if b"poison" in file.read_bytes():
        os.kill(os.getpid(), signal.SIGKILL)
    return list_pages(file)


def load_and_die(settings: Settings) -> None:
    """Load what is ready and die between the central commit and the record's own row."""

    def die(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    records.mark_loaded = die  # type: ignore[assignment]
    with open_workplace(settings) as place:
        load_ready(place)
