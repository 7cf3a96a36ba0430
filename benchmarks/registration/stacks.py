"""Stacks as offices scan them: nothing of two children joined, clean ones joined by the machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from benchmarks.figure import Figure
from benchmarks.registration.pool import PooledSheet, light, pool_sheet
from cpims_scan.domain.paper import BatchContext, Quality
from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.separator import Cover
from cpims_scan.pipeline.assembly.agreement import contradicts_itself, without_contradictions
from cpims_scan.pipeline.assembly.serials import FilePage
from cpims_scan.pipeline.assembly.sheets import Assembly, Order, assemble, count_sheets

STACKS = 2000
TODAY = dt.date(2026, 7, 1)
SEED = 3000  # of the first sheet of the pool
# What lies in an office's stack; how many sheets of each are really read for the pool.
POOL = {
    ("case_record_sheet_a", "2015-08"): 24,
    ("case_record_sheet_a", "2018-08"): 12,
    ("case_record_sheet_a", "2026-mr"): 14,
    ("monthly_caseload_summary", "tool-b"): 6,
}
LEAST_POOL = 3
FULL_FROM = 0.1  # share of the pool from which all stacks are laid
FEWEST, MOST = 2, 14  # sheets of a stack
SHARE_CLEAN = 0.4
SHARE_COUNTED = 0.5  # of stacks, on whose cover somebody counted the sheets
SHARE_DUPLEX = 0.5
SHARE_COVERED = 0.5
DROPPED = 0.08  # of pages, in a stack that loses some
DOUBLED = 0.12
DEFECTS = ("shuffled", "dropped", "doubled", "face down", "mixed editions", "photocopied serial")
SHARE_OF_TWO = 0.3  # of stacks with a defect, that have a second one


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a stack and the truth: whose it is ("" for a back or a cover), of how many."""

    child: str
    reading: PageReading
    length: int = 0


@dataclass(slots=True)
class Stack:
    """
    One file as the scanner gave it.

    Attributes:
        defects: What happened to it; none in a clean one.
        count: Sheets as the clerk counted them, None when nobody did.
    """

    pages: list[Page]
    defects: tuple[str, ...]
    count: int | None


@dataclass(slots=True)
class Tally:
    """What became of the stacks of one kind."""

    stacks: int = 0
    sheets: int = 0
    wrong: int = 0  # sheets with pages of two children
    whole: int = 0  # sheets of several pages, all of whose pages are in the stack
    joined: int = 0  # of these, joined by the machine
    whole_stacks: int = 0  # stacks of which all were joined
    wrong_kinds: Counter[str] = field(default_factory=Counter)


def figures(scale: float) -> Iterator[Figure]:
    """Build the pool, lay the stacks, and say what was joined."""
    catalog = load_catalog(None)
    sheets = make_pool(catalog, scale, SEED)
    # Laying is cheap, reading is dear: a smaller pool still gives all stacks.
    count = STACKS if scale >= FULL_FROM else max(round(STACKS * scale), 100)
    tallies = run(catalog, sheets, count, SEED)
    total = sum(t.stacks for t in tallies.values())
    wrong = sum(t.wrong for t in tallies.values())
    made = sum(t.sheets for t in tallies.values())
    note = ", ".join(f"{n} {kind}" for t in tallies.values() for kind, n in t.wrong_kinds.items())
    yield Figure(
        "sheets joined of two children's pages" + (f" ({note})" if note else ""),
        f"{total:,} stacks",
        f"{wrong} of {made:,}",
        "0",
        wrong == 0,
    )
    clean = tallies["clean"]
    share = clean.whole_stacks / max(clean.stacks, 1)
    yield Figure(
        "clean stacks joined without a person",
        f"{clean.stacks:,} stacks",
        f"{share:.1%}",
        ">= 97 %",
        share >= 0.97,
    )
    for kind, tally in tallies.items():
        joined = tally.joined / max(tally.whole, 1)
        yield Figure(f"{kind}: whole sheets joined", f"{tally.whole:,} sheets", f"{joined:.1%}")


def make_pool(catalog: Catalog, scale: float, seed: int) -> list[PooledSheet]:
    """Really read sheets of every edition there is; each is scanned twice more."""
    found = []
    for (form, edition), count in POOL.items():
        if (form, edition) not in catalog.editions:
            continue
        for number in range(max(round(count * min(scale, 1.0)), LEAST_POOL)):
            ways = ("feeder", "feeder") if number % 3 else ("feeder", "copy")
            sheet = pool_sheet(catalog, form, edition, seed + number, ways)
            if all(page.state == "read" for scan in sheet.scans for page in scan):
                found.append(sheet)
    return found


def run(catalog: Catalog, sheets: list[PooledSheet], count: int, seed: int) -> dict[str, Tally]:
    """Lay and join so many stacks as the program does, and count by kind what came of them."""
    is_contradictory = _contradiction(catalog, sheets)
    tallies = {kind: Tally() for kind in ("clean", *DEFECTS)}
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        stack = lay(sheets, rng)
        pages = [FilePage("stack.pdf", i, p.reading) for i, p in enumerate(stack.pages, start=1)]
        order = Order.PLAIN
        if stack.count is not None:
            fits = count_sheets(pages, catalog) == stack.count
            order = Order.COUNTED if fits else Order.DOUBTED
        assembly = without_contradictions(
            assemble(pages, catalog, BatchContext(), order), pages, is_contradictory
        )
        judge(stack, assembly, tallies[stack.defects[0] if stack.defects else "clean"])
    return tallies


def _contradiction(catalog: Catalog, sheets: list[PooledSheet]) -> Callable[[Sheet], bool]:
    """The program's own question about a sheet, answered once for the same two pages."""
    readings = {page.content: page for s in sheets for scan in s.scans for page in scan}
    known: dict[str, bool] = {}

    def asked(sheet: Sheet) -> bool:
        if sheet.key not in known:
            known[sheet.key] = contradicts_itself(sheet, readings, catalog, TODAY)
        return known[sheet.key]

    return asked


def lay(sheets: list[PooledSheet], rng: Generator) -> Stack:
    """Put some sheets on a pile, in order or with what goes wrong."""
    count = int(rng.integers(FEWEST, MOST + 1))
    chosen = [sheets[i] for i in rng.permutation(len(sheets))[:count]]
    defects = _defects(rng)
    leaves = _leaves(chosen, bool(rng.random() < SHARE_DUPLEX), defects, rng)
    pages = [page for leaf in leaves for page in leaf]
    if "shuffled" in defects:
        pages = [pages[i] for i in rng.permutation(len(pages))]
    if "dropped" in defects:
        pages = [page for page in pages if rng.random() >= DROPPED]
    if "doubled" in defects:
        pages = _doubled(pages, chosen, rng)
    said = len(chosen) if rng.random() < SHARE_COUNTED else None
    if rng.random() < SHARE_COVERED:
        cover = Cover("B", BatchContext(sheets_expected=said)).text
        reading = PageReading(f"cover-{rng.integers(1 << 60)}", "blank", None, Quality())
        pages.insert(0, Page("", dataclasses.replace(reading, separator=cover)))
    return Stack(pages, defects, said)


def _defects(rng: Generator) -> tuple[str, ...]:
    if rng.random() < SHARE_CLEAN:
        return ()
    number = 2 if rng.random() < SHARE_OF_TWO else 1
    return tuple(DEFECTS[i] for i in rng.permutation(len(DEFECTS))[:number])


def _leaves(
    chosen: list[PooledSheet], is_duplex: bool, defects: tuple[str, ...], rng: Generator
) -> list[list[Page]]:
    """The leaves of a pile, each with the pictures that the scanner makes of it."""
    serial = "".join(rng.choice(list("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 12))
    leaves: list[list[Page]] = []
    for sheet in chosen:
        pages = [Page(sheet.child, light(page), sheet.length) for page in sheet.scans[0]]
        if "photocopied serial" in defects and any(_serial(page) for page in pages):
            pages = [_with_serial(page, serial) for page in pages]
        step = 2 if is_duplex else 1
        for at in range(0, len(pages), step):
            leaf = pages[at : at + step]
            if len(leaf) < step:
                leaf.append(Page("", light(sheet.back)))
            leaves.append(leaf)
    if "mixed editions" in defects:
        leaves = _mixed(leaves, rng)
    if "face down" in defects:
        leaves = [leaf[::-1] if rng.random() < 0.3 else leaf for leaf in leaves]
    return leaves


def _with_serial(page: Page, serial: str) -> Page:
    match = page.reading.match
    if match is None:
        return page
    coded = dataclasses.replace(match, serial=serial)
    return dataclasses.replace(page, reading=dataclasses.replace(page.reading, match=coded))


def _mixed(leaves: list[list[Page]], rng: Generator) -> list[list[Page]]:
    """Somebody laid the back pages of one edition behind the first pages of another."""
    pages = [(i, j) for i, leaf in enumerate(leaves) for j, page in enumerate(leaf) if page.child]
    seconds = [at for at in pages if _number(leaves[at[0]][at[1]]) == 2]
    pairs = [
        (one, other)
        for i, one in enumerate(seconds)
        for other in seconds[:i]
        if _edition(leaves[one[0]][one[1]]) != _edition(leaves[other[0]][other[1]])
    ]
    if not pairs:
        return leaves
    first, second = pairs[int(rng.integers(len(pairs)))]
    moved = leaves[first[0]][first[1]]
    leaves[first[0]][first[1]] = leaves[second[0]][second[1]]
    leaves[second[0]][second[1]] = moved
    return leaves


def _doubled(pages: list[Page], chosen: list[PooledSheet], rng: Generator) -> list[Page]:
    """Some pages come once more, in other bytes: behind themselves, or at the end."""
    again = {p.content: light(q) for s in chosen for p, q in zip(*s.scans[:2], strict=True)}
    found: list[Page] = []
    later: list[Page] = []
    for page in pages:
        found.append(page)
        double = again.get(page.reading.content)
        if double is not None and rng.random() < DOUBLED:
            copy = dataclasses.replace(double, match=page.reading.match)
            twin = dataclasses.replace(page, reading=copy)
            (found if rng.random() < 0.6 else later).append(twin)
    return found + later


def _serial(page: Page) -> str:
    return page.reading.match.serial if page.reading.match else ""


def _number(page: Page) -> int:
    return page.reading.match.page if page.reading.match else 0


def _edition(page: Page) -> tuple[str | None, str | None]:
    match = page.reading.match
    return (match.form, match.edition) if match else (None, None)


def judge(stack: Stack, assembly: Assembly, tally: Tally) -> None:
    """Count what was joined, and whether it is one child's."""
    child_of = {page.reading.content: page.child for page in stack.pages}
    here = Counter({page.child for page in stack.pages if page.child})
    numbers = {child: {_number(p) for p in stack.pages if p.child == child} for child in here}
    lengths = {page.child: page.length for page in stack.pages}
    joined = set()
    tally.stacks += 1
    for sheet in assembly.sheets:
        children = {child_of[content] for content in sheet.pages.values()}
        tally.sheets += 1
        if len(children) > 1:
            tally.wrong += 1
            how = "counted" if stack.count is not None else "not counted"
            tally.wrong_kinds[f"{' and '.join(stack.defects) or 'clean'}, {how}"] += 1
        joined |= children if len(children) == 1 else set()
    whole = {c for c in here if lengths[c] > 1 and len(numbers[c]) == lengths[c]}
    tally.whole += len(whole)
    tally.joined += len(whole & joined)
    tally.whole_stacks += whole <= joined
