"""Fresh pages by hands and seeds used nowhere else: right, accepted, wrongly accepted, by kind."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Kind, State
from cpims_scan.pipeline.assembly.sheets import FilePage, make_sheet
from cpims_scan.pipeline.steps import PageJob, decode_sheet, read_page, station
from simulator.pens import Pixels
from simulator.scanner import Scan, bilevel, colour_scan, feeder, phone, photocopy
from simulator.score import Tally, score, total
from simulator.sheets import FilledSheet
from simulator.sheets import make_sheet as invent_sheet

FIRST_SEED = 3100  # benchmarks own 3000 to 3999; nothing is tuned on these
SHEETS_A_KIND = 4
WAYS: dict[str, Callable[[Pixels, Generator], Scan]] = {
    "feeder, grey": feeder,
    "colour": colour_scan,
    "bilevel 200": bilevel,
    "photocopy": photocopy,
    "phone": phone,
}
# What the project asks of scans: right marks, right numbers and dates, accepted, wrong among them.
ASKED = "asked: marks >= 99 %, numbers and dates >= 95 % right; >= 60 % accepted, 0 wrong, 0 lost"


def main() -> None:
    """Print one line for each way of scanning and kind of field; n stands in every line."""
    catalog = station(None).catalog
    sys.stdout.write(f"{ASKED}\n")
    everything = []
    seed = FIRST_SEED
    with tempfile.TemporaryDirectory() as folder:
        for way, scan in WAYS.items():
            tallies, lost = [], 0
            for form, edition in (key for key, e in catalog.editions.items() if e.grid is None):
                for _ in range(SHEETS_A_KIND):
                    seed += 1
                    sheet = invent_sheet(catalog, form, edition, seed)
                    read = _read(sheet, scan, Path(folder))
                    lost += read is None
                    tallies += [read] if read is not None else []
            everything += tallies
            _show(way, total(tallies), lost)
    _show("all", total(everything), 0)


def _read(
    sheet: FilledSheet, scan: Callable[[Pixels, Generator], Scan], folder: Path
) -> dict[Kind, Tally] | None:
    """Scan and read one sheet; None when a page was not recognised or not aligned."""
    catalog = station(None).catalog
    rng = np.random.default_rng(sheet.seed)
    pages = []
    for number, page in enumerate(sheet.pages, start=1):
        file = folder / f"{sheet.seed}-{number}.png"
        cv2.imwrite(str(file), scan(page, rng).image)
        pages.append(FilePage(file.name, number, read_page(PageJob("", file, 1))))
    if any(page.reading.state != "read" for page in pages):
        return None
    made = make_sheet(pages, "file order", BatchContext())
    readings = {i: page.reading for i, page in enumerate(pages, start=1)}
    record = decode_sheet(made, readings, {}, catalog, dt.date(2026, 11, 1))[0]
    states = {n: s.value for n, s in sheet.states.items() if s is not State.BLANK}
    return score(record.fields, sheet.values, states, sheet.edition)


def _show(way: str, tallies: dict[Kind, Tally], lost: int) -> None:
    for kind, t in tallies.items():
        written = max(t.written, 1)
        sys.stdout.write(
            f"{way:14} {kind.value:7} n {t.written:5}  right {t.right / written:7.2%}  "
            f"accepted {t.accepted / written:7.2%}  wrong {t.accepted_wrong:3}  "
            f"ink called blank {t.ink_called_blank:3}  blanks {t.blanks:5} "
            f"(wrong {t.blanks_wrong})\n"
        )
    if lost:
        sys.stdout.write(f"{way:14} sheets not read: {lost}\n")
