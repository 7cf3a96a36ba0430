"""Machine-readable editions printed, filled and scanned: every box, and what stands in it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from benchmarks.figure import Figure
from cpims_scan.domain.paper import Transform
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.paper.printing import PrintRun, print_run
from cpims_scan.forms.template import Edition, Place
from cpims_scan.pipeline.steps import PageJob, read_page
from simulator import scanner
from simulator.answers import BLANK, Answer
from simulator.coded_paper import fitted, serial_of_seed
from simulator.files import write_photo
from simulator.fill import add_ink
from simulator.hands import make_hand
from simulator.pens import Pixels
from simulator.printer import drawn_through, toner
from simulator.scanner import Scan
from simulator.sheets import hand_of, invent_answers

EDITION = "2026-mr"
FORMS = ("case_record_sheet_a", "monthly_caseload_summary")
FIRST_SEED = 3_300
SHEETS = 25  # of each form and way: 450 pages in all
STREAM = 6_311
REPORT_DPI = 300
TOO_FAR_PX = 3.0  # at 300 dpi: a quarter of a millimetre
LEAST_CERTIFIED = 0.999

Way = Callable[[Pixels, Generator], Scan]
WAYS: dict[str, Way] = {
    "scan": scanner.feeder,
    "photocopy": scanner.photocopy,
    "phone": scanner.phone,
}


@dataclass(slots=True)
class Tally:
    """
    What became of the pages that came one way.

    Attributes:
        characters: right and all, by what stands in the box: digits, capitals, squares, blank.
        off: Worst corner of every certified box, px at 300 dpi.
    """

    pages: int = 0
    by_code: int = 0
    lost: int = 0
    boxes: int = 0
    certified: int = 0
    off: list[float] = field(default_factory=list)
    characters: dict[str, Counter[str]] = field(default_factory=dict)


def figures(scale: float) -> Iterator[Figure]:
    """
    Print, fill, print-and-scan and read both editions.

    Args:
        scale: Share of the sheets; 1 takes 25 of each form and way.
    """
    cv2.setNumThreads(1)
    catalog = load_catalog()
    sheets = max(round(SHEETS * scale), 1)
    whole = Tally()
    for number, (way, machine) in enumerate(WAYS.items()):
        tally = Tally()
        for form in FORMS:
            for i in range(sheets):
                _sheet(catalog, form, FIRST_SEED + number * SHEETS + i, machine, tally)
        yield from _told(way, tally)
        _add(whole, tally)
    yield _certified("all ways", whole, is_asked=True)


def _sheet(catalog: Catalog, form: str, seed: int, machine: Way, tally: Tally) -> None:
    edition = catalog.edition(form, EDITION)
    answers = fitted(invent_answers(form, seed), edition, catalog, seed)
    hand = make_hand(hand_of(seed))
    pdf = print_run(edition, PrintRun(serial=serial_of_seed(seed)))
    for number, paper in enumerate(toner(pdf), start=1):
        rng = np.random.default_rng([STREAM, seed, number])
        page = add_ink(paper, (edition, number), answers, hand, seed)
        printed, feed = drawn_through(page, rng)
        scan = machine(printed, rng)
        reading = _read(scan)
        places = edition.on_page(number)
        truth = [scan.warp.to_pixels(feed.on_paper(p.box.corners)) for p in places]
        _count(reading, (edition, number), list(zip(places, truth, strict=True)), tally)
        _read_right(reading, places, answers, tally)


def _read(scan: Scan) -> PageReading:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.jpg"
        write_photo(file, scan, quality=80)
        return read_page(PageJob("", file, 1))


def _count(
    reading: PageReading,
    where: tuple[Edition, int],
    boxes: list[tuple[Place, np.ndarray]],
    tally: Tally,
) -> None:
    match = reading.match
    tally.pages += 1
    tally.boxes += len(boxes)
    key = (where[0].form.name, where[0].name, where[1])
    if match is None or (match.form, match.edition, match.page) != key or not reading.transform:
        tally.lost += 1
        return
    tally.by_code += match.identified_by == "qr"
    found = {cell.field for cell in reading.cells if cell.is_certified}
    transform = Transform.from_json(reading.transform)
    for place, truth in boxes:
        if place.field not in found:
            continue
        tally.certified += 1
        off = np.linalg.norm(transform.to_pixels(place.box.corners) - truth, axis=1).max()
        tally.off.append(float(off) * REPORT_DPI / reading.dpi)


def _read_right(
    reading: PageReading, places: list[Place], answers: dict[str, Answer], tally: Tally
) -> None:
    """Information beside the boxes: what the readers saw first in each cell."""
    seen = {(cell.field, cell.part): cell.distribution[0][0] for cell in reading.cells}
    for place in places:
        answer = answers.get(place.field, BLANK)
        if place.reader == "comb":
            text = answer.written.ljust(len(place.comb))
            for i, wanted in enumerate(text[: len(place.comb)], start=1):
                kind = "blank" if wanted == " " else place.alphabet
                _note(tally, kind, seen.get((place.field, str(i))) == wanted.strip())
        if place.reader == "squares":
            chosen = answer.value if isinstance(answer.value, list) else [answer.value]
            for option in place.options:
                wanted = "marked" if option in chosen else "empty"
                kind = "ticks" if wanted == "marked" else "blank"
                _note(tally, kind, seen.get((place.field, option)) == wanted)


def _note(tally: Tally, kind: str, is_right: bool) -> None:
    counts = tally.characters.setdefault(kind, Counter())
    counts["all"] += 1
    counts["right"] += is_right


def _told(way: str, tally: Tally) -> Iterator[Figure]:
    pages = f"{tally.pages} pages"
    share = tally.by_code / tally.pages
    yield Figure(
        f"{way}: identified by its code", pages, f"{share:.2%}", ">= 99.9 %", share >= 0.999
    )
    yield Figure(f"{way}: lost", pages, f"{tally.lost}", "0", tally.lost == 0)
    yield _certified(way, tally, is_asked=False)
    far = sum(off > TOO_FAR_PX for off in tally.off)
    p50, p95, most = np.percentile(tally.off or [np.nan], (50, 95, 100))
    certified = f"{tally.certified:,} boxes"
    yield Figure(f"{way}: certified, more than 3 px off", certified, f"{far}", "0", far == 0)
    yield Figure(
        f"{way}: residual, px at 300 dpi", certified, f"{p50:.2f} / {p95:.2f} / {most:.2f}"
    )
    for kind, counts in sorted(tally.characters.items()):
        right = counts["right"] / counts["all"]
        yield Figure(f"{way}: {kind} right", f"{counts['all']:,} cells", f"{right:.2%}")


def _certified(way: str, tally: Tally, is_asked: bool) -> Figure:
    share = tally.certified / tally.boxes
    boxes, shown = f"{tally.boxes:,} boxes", f"{share:.3%}"
    if not is_asked:
        return Figure(f"{way}: boxes certified", boxes, shown)
    return Figure(f"{way}: boxes certified", boxes, shown, ">= 99.9 %", share >= LEAST_CERTIFIED)


def _add(whole: Tally, tally: Tally) -> None:
    whole.boxes += tally.boxes
    whole.certified += tally.certified
