"""Sheets that come again: the same by other means, with more ink, corrected; and others' sheets."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from benchmarks.figure import Figure
from benchmarks.registration.pool import WAYS, light, read_scan
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.pipeline.assembly.kin import find_kin
from cpims_scan.pipeline.assembly.likeness import Likeness, likeness, sheets_alike
from cpims_scan.store.database import open_database
from cpims_scan.store.migrations import migrate
from cpims_scan.store.states import PageState
from cpims_scan.store.tables import PageRow, ScanFileRow
from simulator.answers import Answer
from simulator.case_sheet import follow_up
from simulator.cases import invent_case
from simulator.fill import add_ink
from simulator.scanner import Scan, feeder
from simulator.sheets import FilledSheet, fill_pages, hand_of, make_sheet

SEED = 3300
FORM = "case_record_sheet_a"
EDITIONS = ("2015-08", "2018-08", "2026-mr")
AGAIN, MORE, PAIRS = 200, 50, 20_000
LEAST = 3
MONTH_LATER = 45  # days
PAGES_KNOWN = 5000  # what one office has read in a year
LOOKS = 5
OTHERS = ("colour", "fax", "copy", "phone")  # the office's own machine was the feeder


@dataclass(frozen=True, slots=True)
class Visit:
    """
    A sheet the first time and when it came again; pages in page order.

    Attributes:
        again: By another machine.
        more: By the same machine, with a follow-up row more; None where the form has no room.
        corrected: Its page with one digit corrected in the same pen, and the page before.
    """

    edition: str
    way: str
    first: tuple[PageReading, ...]
    again: tuple[PageReading, ...]
    more: tuple[PageReading, ...] | None
    corrected: tuple[PageReading, PageReading] | None


def figures(scale: float) -> Iterator[Figure]:
    """Write, scan and read the sheets; then compare every one with every other."""
    catalog = load_catalog(None)
    editions = [name for name in EDITIONS if (FORM, name) in catalog.editions]
    count, grown = max(round(AGAIN * scale), LEAST), max(round(MORE * scale), LEAST)
    visits = [
        visit(
            catalog, editions[n % len(editions)], SEED + n, OTHERS[n // 3 % len(OTHERS)], n < grown
        )
        for n in range(count)
    ]
    yield from _again(visits)
    yield _more(visits)
    yield _corrected(visits)
    yield _pairs(visits, max(round(PAIRS * scale), 100))
    yield _cost(visits)


def visit(catalog: Catalog, edition: str, seed: int, way: str, is_grown: bool) -> Visit:
    """One sheet, scanned in the office and once more by another machine."""
    sheet = make_sheet(catalog, FORM, edition, seed)
    rng = np.random.default_rng([seed, 5])
    first = tuple(_light(feeder(page, rng)) for page in sheet.pages)
    again = tuple(_light(WAYS[way](page, rng)) for page in sheet.pages)
    more = _with_more(sheet, rng) if is_grown else None
    corrected = _with_correction(sheet, first, rng) if is_grown else None
    return Visit(edition, way, first, again, more, corrected)


def _light(scan: Scan) -> PageReading:
    return light(read_scan(scan))


def _with_more(sheet: FilledSheet, rng: Generator) -> tuple[PageReading, ...] | None:
    rows = [int(name.split(".")[1]) for name in sheet.answers if name.startswith("follow_ups.")]
    case = invent_case(sheet.seed, hand_of(sheet.seed))
    new = follow_up(case, max(rows, default=0) + 1, MONTH_LATER, sheet.seed)
    places = [sheet.edition.places[name] for name in new if name in sheet.edition.places]
    if not places:
        return None
    number = places[0].page
    grown = add_ink(sheet.pages[number - 1], (sheet.edition, number), new, sheet.hand, 7)
    pages = [*sheet.pages[: number - 1], grown, *sheet.pages[number:]]
    return tuple(_light(feeder(page, rng)) for page in pages)


def _with_correction(
    sheet: FilledSheet, first: tuple[PageReading, ...], rng: Generator
) -> tuple[PageReading, PageReading] | None:
    """One digit of the sheet is another one, written by the same hand at the same place."""
    names = [name for name, answer in sheet.answers.items() if _is_digits(sheet, name, answer)]
    if not names:
        return None
    name = names[int(rng.integers(len(names)))]
    old = sheet.answers[name]
    places = [i for i, sign in enumerate(old.written) if sign.isdigit()]
    at = places[int(rng.integers(len(places)))]
    digit = (int(old.written[at]) + int(rng.integers(1, 10))) % 10
    written = f"{old.written[:at]}{digit}{old.written[at + 1 :]}"
    number = sheet.edition.places[name].page
    changed = {**sheet.answers, name: dataclasses.replace(old, written=written)}
    pages = fill_pages(sheet.edition, changed, sheet.hand, sheet.seed)
    return first[number - 1], _light(feeder(pages[number - 1], rng))


def _is_digits(sheet: FilledSheet, name: str, answer: Answer) -> bool:
    place = sheet.edition.places.get(name)
    is_written = place is not None and place.reader in ("number", "date", "comb")
    return is_written and sum(sign.isdigit() for sign in answer.written) > 1


def _fingerprints(pages: tuple[PageReading, ...]) -> dict[int, str]:
    return {p.match.page: p.fingerprint for p in pages if p.match and p.state == "read"}


def returned(first: tuple[PageReading, ...], now: tuple[PageReading, ...]) -> Likeness:
    """What the program says of a sheet that comes in: as `arrange.enter_sheet` does."""
    before, after = _fingerprints(first), _fingerprints(now)
    if 1 not in before or 1 not in after:
        return Likeness.MORE  # a page that was not read waits for a person
    if likeness(before[1], after[1]) is Likeness.DIFFERENT:
        return Likeness.DIFFERENT
    return sheets_alike(before, after)


def _again(visits: list[Visit]) -> Iterator[Figure]:
    found = Counter(returned(v.first, v.again) for v in visits)
    double = found[Likeness.DIFFERENT]
    n = f"{len(visits)} sheets"
    yield Figure("scanned again by other means: loaded twice", n, str(double), "0", double == 0)
    known = found[Likeness.SAME]
    yield Figure("  known as copies without a person", n, f"{known / len(visits):.1%}")
    for way in OTHERS:
        mine = [returned(v.first, v.again) is Likeness.SAME for v in visits if v.way == way]
        if mine:
            yield Figure(f"    {way}", f"{len(mine)} sheets", f"{sum(mine) / len(mine):.1%}")


def _more(visits: list[Visit]) -> Figure:
    grown = [returned(v.first, v.more) for v in visits if v.more is not None]
    found = grown.count(Likeness.MORE)
    return Figure(
        "come back with more ink: found as continued",
        f"{len(grown)} sheets",
        f"{found}",
        f"{len(grown)}",
        found == len(grown),
    )


def _corrected(visits: list[Visit]) -> Figure:
    pairs = [v.corrected for v in visits if v.corrected is not None]
    seen = sum(likeness(a.fingerprint, b.fingerprint) is not Likeness.SAME for a, b in pairs)
    return Figure("one digit corrected in like ink: asked about", f"{len(pairs)} pages", f"{seen}")


def _pairs(visits: list[Visit], count: int) -> Figure:
    """Every sheet against every other of its edition, in both takes, until there are enough."""
    takes = [(n, v.edition, take) for n, v in enumerate(visits) for take in (v.first, v.again)]
    pairs = (
        (a, b) for (i, e, a), (j, f, b) in itertools.permutations(takes, 2) if i != j and e == f
    )
    found = Counter(returned(a, b) for a, b in itertools.islice(pairs, count))
    same, total = found[Likeness.SAME], found.total()
    note = f" ({found[Likeness.MORE]} asked about)"
    return Figure(
        "pairs of different sheets called the same" + note,
        f"{total:,} pairs",
        str(same),
        "0",
        same == 0,
    )


def _cost(visits: list[Visit]) -> Figure:
    """CPU of looking for a page among those of a year; the first look reads them all."""
    pages = [p for v in visits for p in v.first if v.edition == "2015-08" and p.match]
    page = next(p for p in pages if p.match and p.match.page == 1)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'work.sqlite'}")
        migrate(database)
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        with database.begin() as session:
            file = ScanFileRow(sha256="f", name="f.pdf", suffix=".pdf", size=1, stored_at=now)
            session.add(file)
            session.flush()
            for n in range(PAGES_KNOWN):
                session.add(_row(pages[n % len(pages)], n, now))
        spent = []
        for _ in range(LOOKS):
            began = time.process_time()
            with database.read() as session:
                find_kin(session, page)
            spent.append(1000 * (time.process_time() - began))
        database.close()
    return Figure(
        f"looking for a page among {PAGES_KNOWN:,}, CPU first / next",
        f"{LOOKS} looks",
        f"{spent[0]:.0f} / {np.median(spent[1:]):.0f} ms",
    )


def _row(page: PageReading, number: int, now: dt.datetime) -> PageRow:
    """A page of another child: the same cells, in another order."""
    rng = np.random.default_rng([SEED, number])
    cells = page.fingerprint.partition("|")[0].split()
    shuffled = " ".join(cells[i] for i in rng.permutation(len(cells)))
    return PageRow(
        content=f"{number:064d}",
        file_sha256="f",
        number=number + 1,
        state=PageState.DONE,
        queued_at=now,
        form=FORM,
        edition="2015-08",
        form_page=1,
        fingerprint=shuffled,
    )
