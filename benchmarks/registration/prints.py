"""Print-outs of Excel Tool A and B: is every cell in its own row and column, or refused?"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.figure import Figure
from cpims_scan.domain.paper import Box, Transform
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Form
from cpims_scan.pipeline.engine import use_one_core
from cpims_scan.pipeline.steps import PageJob, read_page, station
from simulator.prints import PrintOut, print_workbooks, soffice
from simulator.scanner import Scan, bilevel, colour_scan, feeder, phone, photocopy, turn
from simulator.workbooks import invent_figures, invent_style

FORM = "monthly_caseload_summary"
PRINT_OUTS = 200
SEED = 3000  # benchmarks own the seeds from here
MACHINES = {"scan": feeder, "colour": colour_scan, "fax": bilevel, "photocopy": photocopy}
# A phone's picture of a print is nobody's way to send a return; it is told apart.
PHONES_EVERY = 8
TURNS = (0, 0, 0, 90, 180, 270)


@dataclass(slots=True)
class Tally:
    """Counts of cells over the pages of one kind."""

    pages: int = 0
    read: int = 0
    shown: int = 0  # cells of the tables that the printer put on these pages
    certified: int = 0
    wrong: int = 0  # certified where another cell stands
    figures: int = 0  # certified cells with a number, or read as one
    misread: int = 0


def figures(scale: float) -> Iterator[Figure]:
    """Measure print-outs as LibreOffice makes them: each has its own scale, paper and breaks."""
    if soffice() is None:
        yield Figure("print-outs of Excel tools: skipped, LibreOffice is not installed", "0", "-")
        return
    use_one_core()
    catalog = station(None).catalog
    tallies: dict[str, Tally] = {}
    filed = Counter[str]()
    count = max(round(PRINT_OUTS * scale), 2)
    with tempfile.TemporaryDirectory() as folder:
        for number, made in enumerate(_print_outs(catalog.forms[FORM], count, Path(folder))):
            _measure(made, SEED + number, (catalog, Path(folder)), tallies, filed)
    yield from _report(tallies, count)
    yield Figure(
        "quarter and year sheets filed as a month",
        f"{filed['sheets']} pages",
        str(filed["filed"]),
        "0",
        filed["filed"] == 0,
    )


def _print_outs(form: Form, count: int, folder: Path) -> Iterator[PrintOut]:
    """Print-outs in parcels, so that not all pages are in memory at once."""
    for start in range(0, count, 10):
        jobs = []
        for number in range(start, min(start + 10, count)):
            rng = np.random.default_rng([SEED, number])
            style = invent_style(rng, "ab"[number % 2])
            jobs.append((style, invent_figures(SEED + number, style.months)))
        parcel = folder / f"parcel-{start}"
        parcel.mkdir()
        yield from print_workbooks(form, jobs, parcel)


def _measure(
    made: PrintOut,
    seed: int,
    where: tuple[Catalog, Path],
    tallies: dict[str, Tally],
    filed: Counter[str],
) -> None:
    catalog, folder = where
    for number, page in enumerate(made.pages):
        rng = np.random.default_rng([SEED, seed, number])
        kind = "phone" if seed % PHONES_EVERY == 0 else str(rng.choice(list(MACHINES)))
        scan = phone(page, rng) if kind == "phone" else MACHINES[kind](page, rng)
        scan = turn(scan, int(rng.choice(TURNS)))
        reading = _read(scan, folder)
        tally = tallies.setdefault(f"tool {made.style.tool}, {kind}", Tally())
        if made.style.months > 1:
            filed["sheets"] += 1
            filed["filed"] += _is_filed(reading)
        check_page(tally, made, number, scan, reading, catalog)


def _read(scan: Scan, folder: Path) -> PageReading:
    file = folder / "page.png"
    cv2.imwrite(str(file), scan.image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return read_page(PageJob("", file, 1))


def _is_filed(reading: PageReading) -> bool:
    """Whether a page's month would be kept without a person."""
    return any(
        cell.field == "month" and cell.distribution[0][0] and cell.distribution[0][1] > 0.9
        for cell in reading.cells
    )


def check_page(
    tally: Tally,
    made: PrintOut,
    number: int,
    scan: Scan,
    reading: PageReading,
    catalog: Catalog,
) -> None:
    """Count the cells of one page against where the printer put them."""
    truth = {n: p for n, p in made.cells[number].items() if n.count(".") == 2}
    tally.pages += 1
    tally.shown += len(truth)
    if reading.state != "read" or reading.match is None or reading.transform is None:
        return
    tally.read += 1
    edition = catalog.editions[str(reading.match.form), str(reading.match.edition)]
    transform = Transform.from_json(reading.transform)
    for cell in reading.cells:
        if cell.field.count(".") != 2 or not cell.is_certified:
            continue
        tally.certified += 1
        where = truth.get(cell.field)
        box = edition.places[cell.field].box
        if where is None or not _holds(transform, box, scan, where):
            tally.wrong += 1
            continue
        written = int(made.figures.get(cell.field, 0))
        text = cell.distribution[0][0] if cell.distribution else ""
        is_right = (text == str(written)) if written or made.style.zeros else text in ("", "0")
        tally.figures += 1
        tally.misread += not is_right


def _holds(transform: Transform, box: Box, scan: Scan, where: tuple[float, float]) -> bool:
    """Whether the middle of a number lies in the quadrilateral where its cell is said to be."""
    point = scan.warp.to_pixels(np.array([where]))[0]
    quad = transform.to_pixels(box.corners).astype(np.float32)
    return cv2.pointPolygonTest(quad, (float(point[0]), float(point[1])), False) >= 0


def _report(tallies: dict[str, Tally], count: int) -> Iterator[Figure]:
    for kind, tally in sorted(tallies.items()):
        refused = 1 - tally.certified / max(tally.shown, 1)
        yield Figure(
            f"{kind}: cells in a wrong row or column",
            f"{tally.certified:,} cells",
            str(tally.wrong),
            "0",
            tally.wrong == 0,
        )
        yield Figure(f"{kind}: refused", f"{tally.shown:,} cells", f"{100 * refused:.1f} %")
        yield Figure(
            f"{kind}: typed figures misread",
            f"{tally.figures:,} cells",
            f"{tally.misread} ({100 * tally.misread / max(tally.figures, 1):.2f} %)",
        )
    wrong = sum(tally.wrong for tally in tallies.values())
    pages = sum(tally.pages for tally in tallies.values())
    shown = sum(tally.shown for tally in tallies.values())
    certified = sum(tally.certified for tally in tallies.values())
    yield Figure(
        f"{count} print-outs of Excel tools, {pages} pages: wrong cells",
        f"{certified:,} cells",
        str(wrong),
        "0",
        wrong == 0,
    )
    yield Figure(
        "all print-outs: refused, pages broken by columns included",
        f"{shown:,} cells",
        f"{100 * (1 - certified / max(shown, 1)):.1f} %",
    )
