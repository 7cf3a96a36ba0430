"""What the scan coach names: every fault on 50 pages, alarms on 500 good ones, and its cost."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image

from benchmarks.figure import Figure
from benchmarks.registration.coach_pages import FAULTS, Make, Paper, Taken, good
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.imaging.coaching.coach import advise_form
from cpims_scan.imaging.coaching.quality import measure
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.intake import open_scan
from cpims_scan.imaging.rectify import rectify
from cpims_scan.imaging.register import register
from cpims_scan.pipeline.coach import QUIET, RunPage, tell
from cpims_scan.pipeline.engine import use_one_core
from cpims_scan.pipeline.steps import PageJob, read_page, station

SEED = 3600
PAGES = 50
GOOD_PAGES = 500
RUNS = 50
LEAST_NAMED = 0.95
MOST_ALARMS = 0.01
STREAK_MM = 1.5  # a streak is named when it is told to within this
COST_PAGES = 20
COST_MS = 10.0

# Ids that name a fault. A page that was cut until its form cannot be told from one that another
# sheet covers is told to be a part of a form, in words that say both.
NAMES = {
    "streak": {"streak", "streak_across"},
    "blurred": {"blurred"},
    "too dark": {"too_dark"},
    "too light": {"too_light"},
    "cut corner": {"cut_corner", "cut_off", "partial"},
    "cut edge": {"cut_off", "partial"},
    "low resolution": {"low_resolution"},
    "two pages": {"two_pages", "partial"},
    "blank back": {"blank_back", "wrong_side"},
    "foreign page": {"foreign"},
}
TOO_COARSE = "dots per inch"  # of the sentence for pictures that are refused outright


def figures(scale: float) -> Iterator[Figure]:
    """Faults named, false alarms, faults of a whole run, and the CPU time of all of it."""
    use_one_core()
    paper = Paper(load_catalog(None), SEED)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page"
        for offset, (name, make) in enumerate(FAULTS.items(), start=1):
            yield _named(paper, file, (name, make), max(round(PAGES * scale), 2), SEED + offset)
        yield from _alarms(paper, file, max(round(GOOD_PAGES * scale), 5))
        yield _cost(paper, file)
    yield from _runs(max(round(RUNS * scale), 5))


def _named(paper: Paper, file: Path, fault: tuple[str, Make], count: int, seed: int) -> Figure:
    name, make = fault
    missed = Counter[str]()
    for index in range(count):
        taken = make(paper, index, np.random.default_rng([seed, index]))
        reading = _read(taken, file)
        if not _is_named(taken, reading):
            missed[f"{taken.way} {reading.state}"] += 1
    right = 1 - missed.total() / count
    where = ", ".join(f"{n} {what}" for what, n in missed.most_common(3))
    what = f"named: {name}" + (f" (missed: {where})" if where else "")
    return Figure(
        what, f"{count} pages", f"{right:.1%}", f">= {LEAST_NAMED:.0%}", right >= LEAST_NAMED
    )


def _is_named(taken: Taken, reading: PageReading) -> bool:
    advice = set(reading.quality.advice)
    if taken.fault == "low resolution" and TOO_COARSE in (reading.error or ""):
        return True
    if taken.streak_mm is not None:
        streak = reading.quality.streak
        return streak is not None and abs(streak.at_mm - taken.streak_mm) <= STREAK_MM
    return bool(advice & NAMES[taken.fault])


def _alarms(paper: Paper, file: Path, count: int) -> Iterator[Figure]:
    """Good pages that are told anything, by the machine that made them."""
    alarms, told, ways = Counter[str](), Counter[str](), Counter[str]()
    for index in range(count):
        taken = good(paper, index, np.random.default_rng([SEED, index]))
        advice = set(_read(taken, file).quality.advice) - QUIET
        ways[taken.way] += 1
        alarms[taken.way] += bool(advice)
        told.update(advice)
    share = alarms.total() / count
    which = ", ".join(f"{n} {advice}" for advice, n in told.most_common(4))
    what = "good pages told anything" + (f" ({which})" if which else "")
    asked = f"<= {MOST_ALARMS:.0%}"
    yield Figure(what, f"{count} pages", f"{share:.1%}", asked, share <= MOST_ALARMS)
    for way, number in ways.items():
        yield Figure(f"  of them by {way}", f"{number} pages", f"{alarms[way] / number:.1%}")


def _read(taken: Taken, file: Path) -> PageReading:
    """The page as `read` has it, through a file as an office machine writes it."""
    image = taken.scan.image
    pixels = image if image.ndim == 2 else np.ascontiguousarray(image[:, :, ::-1])
    dpi = (taken.scan.dpi, taken.scan.dpi)
    if taken.way == "bilevel":
        path = file.with_suffix(".png")
        Image.fromarray(pixels).save(path, dpi=dpi)
    else:
        path = file.with_suffix(".jpg")
        Image.fromarray(pixels).save(path, dpi=dpi, quality=88)
    return read_page(PageJob("", path, 1))


def _cost(paper: Paper, file: Path) -> Figure:
    """CPU time of the picture's own measures and of those beside its blank, together."""
    index = station(None).index
    times = []
    for number in range(COST_PAGES):
        taken = good(paper, number, np.random.default_rng([SEED, 9, number]))
        _read(taken, file)
        path = file.with_suffix(".png" if taken.way == "bilevel" else ".jpg")
        with open_scan(path) as scan:
            page = scan.page(1)
        began = time.process_time()
        quality = measure(page)
        spent = time.process_time() - began
        match = identify(page, index)
        if match.is_unknown:
            continue
        aligned = register(page, match, index)
        upright = rectify(aligned, index)
        began = time.process_time()
        advise_form(aligned, upright, index, quality)
        times.append(1000 * (spent + time.process_time() - began))
    median = float(np.median(times))
    return Figure(
        "CPU of all quality work", f"{len(times)} pages", f"{median:.1f} ms / max {max(times):.1f}",
        f"<= {COST_MS:.0f} ms", median <= COST_MS,
    )  # fmt: skip


def _runs(count: int) -> Iterator[Figure]:
    """Faults that only the order of a stack shows; the pages are as `read` describes them."""
    for fault in ("missing_page", "out_of_order", "same_twice", "wrong_side", ""):
        right = 0
        for number in range(count):
            rng = np.random.default_rng([SEED, 77, number])
            pages, spoilt = _stack(fault, rng)
            told = {
                (i, note.advice)
                for i, one in enumerate(tell(pages))
                for note in one.notes
                if note.advice != "blank_back"
            }
            right += told == spoilt
        share = right / count
        what = f"stacks told: {fault.replace('_', ' ')}" if fault else "good stacks told nothing"
        reached = share >= (LEAST_NAMED if fault else 1 - MOST_ALARMS)
        asked = f">= {LEAST_NAMED if fault else 1 - MOST_ALARMS:.0%}"
        yield Figure(what, f"{count} stacks", f"{share:.1%}", asked, reached)


def _stack(fault: str, rng: Generator) -> tuple[list[RunPage], set[tuple[int, str]]]:
    """A stack of two-sided sheets with one fault, and where which note belongs."""
    sheets = int(rng.integers(4, 15))
    is_duplex = fault != "wrong_side" and rng.random() < 0.3
    pages = []
    for sheet in range(sheets):
        for number in (1, 2):
            pages.append(_form_page(sheet, number))
            if is_duplex:
                pages.append(_blank(f"back {sheet} {number}"))
    at = int(rng.integers(sheets)) * (4 if is_duplex else 2)
    step = 2 if is_duplex else 1
    if fault == "missing_page":
        del pages[at + step : at + 2 * step]
        return pages, {(at, "missing_page")}
    if fault == "out_of_order":
        pages[at], pages[at + step] = pages[at + step], pages[at]
        return pages, {(at, "out_of_order"), (at + step, "out_of_order")}
    if fault == "same_twice":
        pages.insert(at + 1, pages[at])
        return pages, {(at + 1, "same_twice")}
    if fault == "wrong_side":
        pages[at + 1] = _blank("face down")
        return pages, {(at + 1, "wrong_side")}
    return pages, set()


def _form_page(sheet: int, number: int) -> RunPage:
    return RunPage(
        "stack.pdf", 0, f"{sheet} {number}", "read",
        edition=("case_record_sheet_a", "2015-08"), length=2, page=number,
    )  # fmt: skip


def _blank(content: str) -> RunPage:
    return RunPage("stack.pdf", 0, content, "blank")
