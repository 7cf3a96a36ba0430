"""What the shipped thresholds rest on: sheets of many hands, drawn, scanned, read and compared.

`python -m training.trust SHEETS FOLDER` reads so many sheets more and keeps what it found in
FOLDER, one file a sheet, so that it can be stopped and gone on with; then it writes
cpims_scan/weights/trust.toml from all of them. The sheets are drawn: a bound on them says nothing
about an office's paper, which is why they must prove half of what is allowed.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.samples import WAYS
from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, FieldReading, State
from cpims_scan.domain.trust import Checked, FieldClass, Thresholds
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.sheets import FilePage, make_sheet
from cpims_scan.pipeline.steps import PageJob, decode_sheet, read_page, station
from cpims_scan.reading.trust.bound import spread_of
from cpims_scan.reading.trust.judge import Classes
from cpims_scan.reading.trust.prior import FILE, machine
from cpims_scan.reading.trust.thresholds import evidence_by_step
from simulator.sheets import FilledSheet, hand_of
from simulator.sheets import make_sheet as invent_sheet

SEEDS = range(2301, 3000)  # development's own; tests and benchmarks draw others
FORMS = (("monthly_caseload_summary", "tool-b"), ("case_record_sheet_a", "2015-08"))
TODAY = dt.date(2026, 11, 1)
# Everything is kept that has nothing against it but its probability: that is what is weighed.
ALL = Thresholds(dict.fromkeys(FieldClass, 0.0))

Row = tuple[str, float, bool]


def main(sheets: int, folder: Path) -> None:
    """Read more sheets, then weigh all of them."""
    cv2.setNumThreads(1)
    folder.mkdir(parents=True, exist_ok=True)
    catalog = station(None).catalog
    for name, plan in _plans():
        if sheets <= 0:
            break
        kept = folder / f"{name}.json"
        if kept.exists():
            continue
        rows = read_sheet(catalog, *plan)
        kept.write_text(json.dumps(rows))
        sheets -= 1
    FILE.write_text(as_toml(gather(folder)), encoding="utf-8")


def _plans() -> Iterator[tuple[str, tuple[tuple[str, str], str, int]]]:
    """Every seed with every form, the ways of scanning in turn."""
    for turn, seed in enumerate(SEEDS):
        for number, form in enumerate(FORMS):
            way = list(WAYS)[(turn + number) % len(WAYS)]
            yield f"{form[0]}-{seed}", (form, way, seed)


def read_sheet(catalog: Catalog, form: tuple[str, str], way: str, seed: int) -> dict[str, Any]:
    """Draw, scan, read and compare one sheet; a page that was not read leaves no rows."""
    sheet = invent_sheet(catalog, *form, seed)
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {"hand": hand_of(seed), "way": way, "rows": []}
    with tempfile.TemporaryDirectory() as folder:
        pages = []
        for number, page in enumerate(sheet.pages, start=1):
            file = Path(folder) / f"{number}.png"
            cv2.imwrite(str(file), WAYS[way](page, rng).image)
            pages.append(FilePage(file.name, number, read_page(PageJob("", file, 1))))
    if all(page.reading.state == "read" for page in pages):
        made = make_sheet(pages, "file order", BatchContext())
        readings = {i: page.reading for i, page in enumerate(pages, start=1)}
        (record,) = decode_sheet(made, readings, {}, catalog, TODAY, ALL)
        found["rows"] = list(compare(sheet, record.fields))
    return found


def compare(sheet: FilledSheet, fields: dict[str, FieldReading]) -> Iterator[Row]:
    """Class, probability and whether it is wrong, of every field a machine would keep."""
    classes = Classes.of(sheet.edition)
    for name, reading in fields.items():
        if reading.decision is not Decision.ACCEPT or reading.reasons or not reading.page:
            continue
        state = sheet.states[name]
        is_right = reading.state is state and (
            state is not State.ANSWERED or reading.value == sheet.values[name]
        )
        found = classes.of_reading(name, reading.state, reading.source)
        yield found.value, round(reading.probability, 6), not is_right


def gather(folder: Path) -> dict[str, list[Checked]]:
    """All readings of all sheets, by class."""
    by_class: dict[str, list[Checked]] = {}
    for file in sorted(folder.glob("*.json")):
        sheet = json.loads(file.read_text())
        for name, probability, is_wrong in sheet["rows"]:
            checked = Checked(probability, is_wrong, str(sheet["hand"]))
            by_class.setdefault(name, []).append(checked)
    return by_class


def as_toml(by_class: dict[str, list[Checked]]) -> str:
    """The file that ships, one line a step of the grid."""
    lines = [
        "# What drawn sheets prove about what each threshold keeps. Synthetic: no office's paper",
        "# is in it. Written by training/trust.py, seeds 2301 to 2999, hands 20 to 99.",
        "",
        f'machine = "{machine()}"',
        "",
    ]
    for name, checked in sorted(by_class.items()):
        lines += [f"[classes.{name}]", f"spread = {spread_of(checked):.3f}", "steps = ["]
        for least, e in evidence_by_step(checked):
            lines.append(
                f"  {{ least = {least}, n = {e.n}, wrong = {e.wrong}, writers = {e.writers}, "
                f"per_writer = {e.per_writer:.2f} }},"
            )
        lines += ["]", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
