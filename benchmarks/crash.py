"""What is lost when a process is killed in the middle of a batch: nothing, twenty times over."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from cpims_scan.domain.paper import MM_PER_INCH, Box
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.template import Edition
from simulator.pens import Pixels

CHECKOUT = Path(__file__).parents[1]
PACKS = CHECKOUT / "docs" / "example-pack"  # one page a form: a cheap sheet
SEED = 3900
KILLS = 10  # of a worker, and as many of the parent
PAGES = 16  # of the stack; its last page came twice, and one more lies in a file of its own
DPI = 150
PEN = 40  # grey of a dark pen
PATIENCE_SECONDS = 600.0  # a machine that trains networks beside it is slow
STATES = ("accepted", "review", "rejected", "duplicate", "error", "unfinished")


@dataclass(frozen=True, slots=True)
class Counted:
    """
    Where everything is after a run.

    Attributes:
        pages: Counts of the batch as `status --json` has them.
        lost: Arrivals that should be there and are not, or that nobody finished.
        double: Pages, sheets or records that are there more than once.
    """

    pages: dict[str, int]
    lost: int
    double: int

    @property
    def adds_up(self) -> bool:
        """Whether `in` is the sum of the six states."""
        return self.pages["in"] == sum(self.pages[state] for state in STATES)


def main() -> None:
    """Kill a worker and the parent ten times each at random moments; print what was lost."""
    rng = np.random.default_rng(SEED)
    total = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        stack = make_stack(Path(folder) / "stack", PAGES, SEED)
        for number in range(2 * KILLS):
            whom = "worker" if number < KILLS else "parent"
            room = Path(folder) / f"run-{number}"
            moment = int(rng.integers(0, PAGES - 2))
            run_and_kill(room, stack, whom, moment)
            found = count(room, PAGES + 2)
            total.update(lost=found.lost, double=found.double, wrong=not found.adds_up)
            sys.stdout.write(
                f"{whom} killed after {moment:2} of {PAGES + 2} pages: lost {found.lost}, "
                f"double {found.double}, states {'add up' if found.adds_up else 'DO NOT ADD UP'}\n"
            )
    sys.stdout.write(
        f"n = {2 * KILLS} kills: {total['lost']} pages lost, {total['double']} double, "
        f"{total['wrong']} times the states did not add up (limit 0, 0, 0)\n"
    )


def make_stack(folder: Path, count: int, seed: int) -> Path:
    """A folder with a stack of `count` pages, its last page once more, and one page by itself."""
    folder.mkdir(parents=True)
    pages = visit_pages(load_catalog(PACKS), count + 1, seed)
    save_stack(pages[:count], folder / "stack.pdf", DPI)
    save_stack(pages[count - 1 : count], folder / "stack-again.pdf", DPI)
    save_stack(pages[count:], folder / "one.pdf", DPI)
    return folder


def visit_pages(catalog: Catalog, count: int, seed: int) -> list[Pixels]:
    """Pages of the one-page example form, each with other strokes in its boxes; 150 dpi, grey."""
    edition = catalog.edition("home_visit", "v1")
    blank = cv2.imread(str(edition.pages[0].file), cv2.IMREAD_GRAYSCALE)
    if blank is None:
        raise SystemExit(f"{edition.pages[0].file} cannot be read.")
    scale = DPI / MM_PER_INCH
    width, height = edition.pages[0].size_mm
    size = (round(width * scale), round(height * scale))
    small = np.asarray(cv2.resize(blank, size, interpolation=cv2.INTER_AREA), np.uint8)
    return [_scribbled(small, edition, np.random.default_rng([seed, n])) for n in range(count)]


def _scribbled(blank: Pixels, edition: Edition, rng: np.random.Generator) -> Pixels:
    page = blank.copy()
    for place in edition.on_page(1):
        if rng.random() < 0.6:
            _scribble(page, place.box, rng)
    return page


def _scribble(page: Pixels, box: Box, rng: np.random.Generator) -> None:
    low = np.array([box.left, box.top]) + 1
    high = np.maximum(np.array([box.right, box.bottom]) - 1, low + 0.5)
    points = rng.uniform(low, high, (5, 2)) * DPI / MM_PER_INCH
    cv2.polylines(page, [points.round().astype(np.int32)], False, PEN, 2, cv2.LINE_AA)


def save_stack(pages: list[Pixels], file: Path, dpi: int) -> Path:
    """Keep pages as one PDF, one image a page, as a scanner does."""
    first, *rest = [Image.fromarray(page) for page in pages]
    first.save(file, save_all=True, append_images=rest, resolution=dpi)
    return file


def start(room: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start the program on a workspace; what it says goes to files beside it."""
    room.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cpims_scan", "--workspace", str(room / "office")]
    with (room / "said").open("ab") as said:
        return subprocess.Popen(
            [*command, "--packs", str(PACKS), *words],
            cwd=CHECKOUT,
            stdout=said,
            stderr=said,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )


def run_and_kill(room: Path, stack: Path, whom: str, after: int) -> None:
    """
    Scan a stack, kill the parent or one worker after so many pages, and let it be finished.

    A worker's parent goes on by itself; a killed parent's command is given again, as a clerk would.
    """
    words = ("scan", str(stack), "--batch", "B", "--workers", "2")
    process = start(room, *words)
    until(lambda: process.poll() is not None or _done(room) >= after)
    if whom == "worker":
        until(lambda: process.poll() is not None or bool(workers_of(process.pid)))
        for worker in workers_of(process.pid)[:1]:
            os.kill(worker, signal.SIGKILL)
    else:
        helpers = workers_of(process.pid)
        process.kill()
        process.wait()
        until(lambda: not any(map(_runs, helpers)))
        process = start(room, *words)
    process.wait(PATIENCE_SECONDS)


def count(room: Path, expected: int) -> Counted:
    """Count what is in a workspace whose batch should hold `expected` pages."""
    command = [sys.executable, "-m", "cpims_scan", "--workspace", str(room / "office")]
    said = subprocess.run(
        [*command, "--packs", str(PACKS), "status", "B", "--json"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    pages = json.loads(said.stdout)["batches"][0]["pages"]
    lost = max(expected - pages["in"], 0) + pages["unfinished"] + pages["error"]
    lost += _number(room, "SELECT count(*) FROM page WHERE reading_id IS NULL")
    # Every content but the one that came twice is one sheet with one record.
    lost += max(expected - 1 - _number(room, "SELECT count(*) FROM record"), 0)
    double = max(pages["in"] - expected, 0) + abs(pages["duplicate"] - 1)
    for table in ("sheet_page", "page_reading"):
        many = f"SELECT count(*) - count(DISTINCT content) FROM {table}"  # noqa: S608, our words
        double += _number(room, many)
    return Counted(pages, lost, double)


def _done(room: Path) -> int:
    return _number(room, "SELECT count(*) FROM page WHERE state = 'done'")


def _number(room: Path, query: str) -> int:
    """One figure of the work database; 0 while it is being made."""
    try:
        address = f"file:{room}/office/work.sqlite?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in another process."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > latest:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(0.02)


def workers_of(parent: int) -> list[int]:
    """Processes of a parent's pool, from the kernel's list; its resource tracker is none."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in children if b"spawn_main" in _command(int(child))]


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _runs(process: int) -> bool:
    return b"spawn_main" in _command(process)
