"""Pages for the benchmarks: blanks written on and taken, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from cpims_scan.domain.paper import AlignedPage, Pixels, Points
from cpims_scan.errors import AlignmentError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.imaging.blanks import Blank, BlankIndex, build_index
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.register import register
from tests.imaging.warps import Taken, kind, take, written

FIRST_SEED = 3400  # from 3000 report; 3000 to 3399 were looked at while this was built
REPORT_DPI = 300
TOO_FAR_PX = 3.0  # at 300 dpi: a quarter of a millimetre


def everything() -> BlankIndex:
    """Every blank of every bundled edition, side by side; one thread."""
    cv2.setNumThreads(1)
    return build_index(load_catalog(None))


def grey_of(blank: Blank) -> Pixels:
    """A blank's picture at 8 pixels a millimetre."""
    return np.asarray(255 - blank.darkness, dtype=np.uint8)


def taken_pages(
    index: BlankIndex, name: str, pages: int, seed: int
) -> Iterator[tuple[Blank, Taken]]:
    """So many pages of one kind, all blanks in turn, with pen strokes all over them."""
    rng = np.random.default_rng(seed)
    for i in range(pages):
        blank = index.blanks[i % len(index.blanks)]
        yield blank, take(written(grey_of(blank), rng), blank.size_mm, kind(name, rng), rng)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one page.

    Attributes:
        state: read, unaligned, unknown, or wrong: taken for another page.
        fields: Names of its fields that the picture shows.
        off: (F, 4) pixels at 300 dpi that each corner of those is off; empty when not read.
        certified: (F,) which of them have a certificate.
    """

    state: str
    fields: tuple[str, ...]
    off: Points
    certified: Points


def outcome_of(index: BlankIndex, blank: Blank, taken: Taken) -> Outcome:
    """Identify and register one page, and compare with the known warp."""
    nothing = Outcome("unknown", (), np.zeros((0, 4)), np.zeros(0, bool))
    match = identify(taken.page, index)
    if match.is_unknown:
        return nothing
    if (match.form, match.edition, match.page) != blank.key:
        return Outcome("wrong", (), np.zeros((0, 4)), np.zeros(0, bool))
    try:
        aligned = register(taken.page, match, index)
    except AlignmentError:
        return Outcome("unaligned", (), np.zeros((0, 4)), np.zeros(0, bool))
    return _compared(index, blank, taken, aligned)


def _compared(index: BlankIndex, blank: Blank, taken: Taken, aligned: AlignedPage) -> Outcome:
    height, width = taken.page.pixels.shape
    boxes = {p.field: p.box for p in index.edition(blank).on_page(blank.number)}
    corners = np.array([box.corners for box in boxes.values()])
    true = taken.to_pixels(corners.reshape(-1, 2)).reshape(-1, 4, 2)
    shown = np.asarray(((true >= 0) & (true <= (width - 1, height - 1))).all(axis=(1, 2)))
    found = aligned.transform.to_pixels(corners.reshape(-1, 2)).reshape(-1, 4, 2)
    off = np.linalg.norm(found - true, axis=2) * REPORT_DPI / taken.page.dpi
    certified = np.array([aligned.certificates[name].is_found for name in boxes])
    names = tuple(name for name, is_shown in zip(boxes, shown, strict=True) if is_shown)
    return Outcome("read", names, off[shown], certified[shown])
