"""Tables cut, scaled, stretched, covered and printed otherwise: no cell in a wrong row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.figure import Figure
from benchmarks.registration.pages import (
    FIRST_SEED,
    TOO_FAR_PX,
    everything,
    grey_of,
    outcome_of,
)
from cpims_scan.domain.paper import AlignedPage, PageMatch, Pixels
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.register import register
from tests.imaging.takings import Taking
from tests.imaging.warps import Taken, take, written

PAGES = 1000
WAYS = ("cut", "scaled", "stretched", "covered", "cut and covered")
SEED = FIRST_SEED + 100
MIN_CELLS = 40  # a page with more fields than this has a table
MAX_CUT = 0.18  # share of a page's height missing at its top or bottom
COVER_MM = (25.0, 60.0)  # height of what lies over the heading
SLIP_MM = 1.5  # cells are at least 4 mm high: further off than this is another cell, or none


def figures(scale: float) -> Iterator[Figure]:
    """Cells certified in a wrong place, way by way; then when rows were moved on the paper."""
    index = everything()
    tables = tuple(
        blank
        for blank in index.blanks
        if len(index.edition(blank).on_page(blank.number)) > MIN_CELLS
    )
    pages = max(round(PAGES * scale / (len(WAYS) + 1)), 1)
    for offset, way in enumerate(WAYS):
        yield _tried(index, tables, way, pages, SEED + offset)
    yield _moved_rows(index, tables, pages)


def _tried(index: BlankIndex, tables: tuple[Blank, ...], way: str, pages: int, seed: int) -> Figure:
    rng = np.random.default_rng(seed)
    cells = certified = wrong = unread = 0
    for i in range(pages):
        blank = tables[i % len(tables)]
        sheet = written(grey_of(blank), rng)
        if "covered" in way:
            sheet = _covered(sheet, blank, rng)
        taken = take(sheet, blank.size_mm, _taking(way, rng), rng)
        outcome = outcome_of(index, blank, taken)
        unread += outcome.state != "read"
        cells += len(outcome.fields)
        certified += int(outcome.certified.sum())
        if len(outcome.off):
            wrong += int((outcome.certified & (outcome.off.max(axis=1) > TOO_FAR_PX)).sum())
    return Figure(
        f"{way}: cells certified in a wrong row or column, or > 3 px off",
        f"{pages} pages",
        f"{wrong} of {certified:,} certified ({cells:,} shown, {unread} pages refused)",
        "0",
        wrong == 0,
    )


def _taking(way: str, rng: np.random.Generator) -> Taking:
    how = Taking(
        dpi=float(rng.choice([150, 200, 300])), skew=rng.uniform(-2, 2), noise=3, bend_px=1
    )
    if way == "scaled":
        return replace(how, scale=rng.uniform(0.9, 1.05))
    if way == "stretched":
        sides = rng.uniform(0.98, 1.02, 2)
        return replace(how, stretch=(sides[0], sides[1]))
    if "cut" in way:
        at = rng.uniform(0, MAX_CUT)
        return replace(how, cut=(0, at, 0, 0) if rng.random() < 0.5 else (0, 0, 0, at))
    return how


def _covered(sheet: Pixels, blank: Blank, rng: np.random.Generator) -> Pixels:
    """A slip of paper over the heading."""
    px_per_mm = sheet.shape[0] / blank.size_mm[1]
    covered = sheet.copy()
    covered[: round(rng.uniform(*COVER_MM) * px_per_mm)] = 243
    return covered


def _moved_rows(index: BlankIndex, tables: tuple[Blank, ...], pages: int) -> Figure:
    """Paper whose table stands one row lower than the edition says, though all else is the same."""
    rng = np.random.default_rng(SEED + 50)
    wrong = certified = refused = 0
    for i in range(pages):
        blank = tables[i % len(tables)]
        sheet, moved = _with_moved_rows(index, blank, rng)
        taken = take(sheet, blank.size_mm, Taking(dpi=200, skew=rng.uniform(-1, 1), noise=3), rng)
        match = PageMatch(*blank.key, 0, 1.0, "person")
        try:
            aligned = register(taken.page, match, index)
        except AlignmentError:
            refused += 1
            continue
        certified += sum(c.is_found for c in aligned.certificates.values())
        wrong += _in_wrong_rows(index, blank, taken, aligned, moved)
    return Figure(
        "rows moved on the paper: cells certified in a wrong row",
        f"{pages} pages",
        f"{wrong} of {certified:,} certified ({refused} pages refused)",
        "0",
        wrong == 0,
    )


def _with_moved_rows(
    index: BlankIndex, blank: Blank, rng: np.random.Generator
) -> tuple[Pixels, tuple[float, float, float]]:
    """The blank with its rows below a random one moved down by a row: top, bottom, by how much."""
    places = index.edition(blank).on_page(blank.number)
    tops = np.unique(np.round([place.box.top for place in places], 1))
    pitches = np.diff(tops)
    pitch = float(np.median(pitches[pitches > SLIP_MM]))
    top = float(rng.choice(tops[len(tops) // 4 : len(tops) // 2]))
    bottom = float(max(place.box.bottom for place in places))
    sheet = grey_of(blank)
    px_per_mm = sheet.shape[0] / blank.size_mm[1]
    first, last, by = (round(v * px_per_mm) for v in (top, bottom, pitch))
    sheet[first:last] = np.roll(sheet[first:last], by, axis=0)
    return sheet, (top, bottom, pitch)


def _in_wrong_rows(
    index: BlankIndex,
    blank: Blank,
    taken: Taken,
    aligned: AlignedPage,
    moved: tuple[float, float, float],
) -> int:
    """Certified cells of the moved part that are not where they went."""
    top, bottom, by = moved
    wrong = 0
    for place in index.edition(blank).on_page(blank.number):
        box = place.box
        if (
            box.top < top
            or box.bottom > bottom - by
            or not aligned.certificates[place.field].is_found
        ):
            continue
        went = taken.to_pixels(box.corners + np.array([0.0, by]))
        found = aligned.transform.to_pixels(box.corners)
        off_mm = np.linalg.norm(found - went, axis=1).max() * 25.4 / taken.page.dpi
        wrong += bool(off_mm > SLIP_MM)
    return wrong
