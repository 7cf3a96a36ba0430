"""Pages with one fault each, and good ones: what the scan coach is measured on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.blanks import load_blank
from simulator import defects, scanner
from simulator.hands import make_hand
from simulator.letter import letter
from simulator.scanner import A4_MM, PAGE_DPI, Scan
from simulator.sheets import make_sheet
from simulator.tones import Pixels

WAYS = ("feeder", "colour_scan", "bilevel", "photocopy", "phone")
GLASS = ("feeder", "colour_scan", "photocopy", "bilevel")
LENS = ("phone", "feeder", "phone", "colour_scan")
# Written by the simulator; the others go empty.
WRITTEN = frozenset({"case_record_sheet_a", "monthly_caseload_summary"})
SHEETS = 3  # of every edition
TURNED_SHARE = 0.25
A4_PX = (3508, 2480)
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Taken:
    """
    A picture and what is wrong with it.

    Attributes:
        fault: Name of the fault; "" for a good page.
        way: How the picture was made.
        streak_mm: Where its streak runs, if it has one.
    """

    scan: Scan
    fault: str
    way: str
    streak_mm: float | None = None


class Paper:
    """The pages that are pictured: of every edition on A4, some sheets, each drawn once."""

    def __init__(self, catalog: Catalog, seed: int) -> None:
        self._catalog, self._seed = catalog, seed
        self._pages = functools.lru_cache(maxsize=None)(self._drawn)
        self._places = [
            (key, number, sheet)
            for sheet in range(SHEETS)
            for key, edition in catalog.editions.items()
            for number in _a4_pages(edition)
        ]

    def page(self, index: int) -> Pixels:
        """One page, colour, 300 dpi; all editions in turn."""
        key, number, sheet = self._places[index % len(self._places)]
        return self._pages(key, sheet)[number - 1]

    def other(self, page: Pixels, rng: Generator) -> Pixels:
        """Another page of paper that lies the same way."""
        while True:
            found = self.page(int(rng.integers(len(self._places))))
            if found is not page and (found.shape[0] > found.shape[1]) == (
                page.shape[0] > page.shape[1]
            ):
                return found

    def _drawn(self, key: tuple[str, str], sheet: int) -> tuple[Pixels, ...]:
        if key[0] in WRITTEN:
            return make_sheet(self._catalog, *key, self._seed + sheet).pages
        edition = self._catalog.edition(*key)
        return tuple(_empty(edition, number) for number in range(1, len(edition.pages) + 1))


def _a4_pages(edition: Edition) -> list[int]:
    return [p.number for p in edition.pages if sorted(p.size_mm) == sorted(A4_MM)]


def _empty(edition: Edition, number: int) -> Pixels:
    blank = next(page for page in edition.pages if page.number == number)
    size = tuple(round(side / MM_PER_INCH * PAGE_DPI) for side in blank.size_mm)
    grey = cv2.resize(load_blank(blank), (size[0], size[1]), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


Make = Callable[[Paper, int, Generator], Taken]


def good(paper: Paper, index: int, rng: Generator) -> Taken:
    """A page as it should be, by any machine, lying any way."""
    way = WAYS[index % len(WAYS)]
    return Taken(_by(way, paper.page(index // len(WAYS)), rng), "", way)


def streaked(paper: Paper, index: int, rng: Generator) -> Taken:
    """A page drawn over a dirty glass."""
    way = GLASS[index % len(GLASS)]
    clean = _by(way, paper.page(index), rng)
    scan = defects.streak(clean, rng)
    return Taken(scan, "streak", way, defects.streak_mm(scan, clean))


def _fault(
    name: str, spoil: Callable[[Scan, Generator], Scan], ways: tuple[str, ...] = LENS
) -> Make:
    def make(paper: Paper, index: int, rng: Generator) -> Taken:
        way = ways[index % len(ways)]
        return Taken(spoil(_by(way, paper.page(index), rng), rng), name, way)

    return make


def cropped(paper: Paper, index: int, rng: Generator) -> Taken:
    """A page that lost an edge."""
    way = WAYS[index % len(WAYS)]
    page = paper.page(index)
    size = A4_MM if page.shape[0] > page.shape[1] else A4_MM[::-1]
    return Taken(defects.cropped(_by(way, page, rng), rng, size), "cut edge", way)


def coarse(paper: Paper, index: int, rng: Generator) -> Taken:
    """A scan of 72 to 120 dpi."""
    make = scanner.feeder if index % 2 else scanner.colour_scan
    dpi = float(rng.uniform(72, 120))
    return Taken(make(paper.page(index), rng, dpi=dpi), "low resolution", "coarse")


def doubled(paper: Paper, index: int, rng: Generator) -> Taken:
    """Two sheets in one picture: beside each other, over each other, photographed together."""
    page = paper.page(index)
    other = paper.other(page, rng)
    how = ("glass", "overlapped", "phone")[index % 3]
    if how == "glass":
        return Taken(defects.side_by_side(page, other, rng), "two pages", how)
    make = scanner.phone if how == "phone" else scanner.feeder
    together = defects.photographed_pair if how == "phone" else defects.overlapped
    return Taken(together(make(page, rng), make(other, rng), rng), "two pages", how)


def backed(paper: Paper, index: int, rng: Generator) -> Taken:
    """The back of a leaf, its front shining through."""
    return Taken(defects.bled_through(paper.page(index), rng), "blank back", "back")


def foreign(_: Paper, index: int, rng: Generator) -> Taken:
    """A letter by hand, a letter by machine, or a form of somebody else."""
    seed = int(rng.integers(1 << 30))
    kind = index % 3
    page = (letter(make_hand(100 + index), seed), _typed(rng), _other_form(rng))[kind]
    way = WAYS[index % len(WAYS)]
    return Taken(_by(way, page, rng), "foreign page", way)


FAULTS: dict[str, Make] = {
    "streak of a dirty glass": streaked,
    "out of focus": _fault("blurred", defects.defocused),
    "shaken": _fault("blurred", defects.shaken),
    "too dark": _fault("too dark", defects.underexposed),
    "too light": _fault("too light", defects.overexposed),
    "cut corner": _fault("cut corner", defects.cornerless, GLASS),
    "cut edge": cropped,
    "low resolution": coarse,
    "two pages in one picture": doubled,
    "blank back": backed,
    "foreign page": foreign,
}


def _by(way: str, page: Pixels, rng: Generator) -> Scan:
    make = {
        "feeder": scanner.feeder,
        "colour_scan": scanner.colour_scan,
        "bilevel": scanner.bilevel,
        "photocopy": scanner.photocopy,
        "phone": scanner.phone,
    }[way]
    scan = make(page, rng)
    if rng.random() < TURNED_SHARE:
        scan = scanner.turn(scan, int(rng.choice([90, 180, 270])))
    return scan


def _typed(rng: Generator) -> Pixels:
    """A letter by a typewriter."""
    sheet = np.full((*A4_PX, 3), 250, np.uint8)
    words = ("the", "office", "child", "county", "meeting", "regarding", "attached", "kindly")
    for line in range(int(rng.integers(12, 34))):
        text = " ".join(rng.choice(words, int(rng.integers(5, 9))))
        place = (240, 380 + line * 82)
        cv2.putText(sheet, text, place, cv2.FONT_HERSHEY_COMPLEX, 1.5, (35, 35, 35), 3, cv2.LINE_AA)
    return sheet


def _other_form(rng: Generator) -> Pixels:
    """A ruled form that no pack describes."""
    sheet = np.full((*A4_PX, 3), 250, np.uint8)
    rows, columns = int(rng.integers(8, 30)), int(rng.integers(2, 9))
    ys = np.linspace(rng.uniform(300, 700), rng.uniform(2400, 3300), rows).astype(int)
    xs = np.sort(rng.uniform(180, 2300, columns)).astype(int)
    for y in ys:
        cv2.line(sheet, (int(xs[0]), int(y)), (int(xs[-1]), int(y)), (30, 30, 30), 3)
    for x in xs:
        cv2.line(sheet, (int(x), int(ys[0])), (int(x), int(ys[-1])), (30, 30, 30), 3)
    for y in ys[:-1]:
        label = f"{int(rng.integers(1, 99))} item {chr(65 + int(rng.integers(26)))}"
        place = (int(xs[0]) + 14, int(y) + 46)
        cv2.putText(sheet, label, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (30, 30, 30), 3)
    return sheet
