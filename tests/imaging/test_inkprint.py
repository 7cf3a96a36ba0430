"""The ink of a page is known again: more of it, less of it, a figure corrected."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import CellImage, Certificate, Pixels
from cpims_scan.imaging.inkprint import (
    InkDifference,
    coarse_of,
    compare_ink,
    compare_strokes,
    compare_with_all,
    fingerprint,
    inked_fields,
)

PROOF = Certificate(0.05, 0.9, True)
MARGIN, WIDTH, HEIGHT = 12, 80, 48  # pixels of a cell, 8 a millimetre
PEN = 5  # pixels: 0.6 mm
TWO = [(10, 8), (40, 8), (10, 40), (40, 40)]
SEVEN = [(10, 8), (40, 8), (20, 40)]


def cell(
    strokes: list[tuple[int, int]],
    moved: tuple[int, int] = (0, 0),
    pen: int = PEN,
    reader: str = "number",
) -> CellImage:
    """A cell with one line of ink, perhaps a little beside its place."""
    ink = np.zeros((HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), np.uint8)
    points = np.array(strokes, np.int32).reshape(-1, 2) + MARGIN + np.array(moved, np.int32)
    cv2.polylines(ink, [points.astype(np.int32)], False, 200, pen, cv2.LINE_AA)
    box = (MARGIN, MARGIN, WIDTH, HEIGHT)
    return CellImage("n", "", reader, "digits", 255 - ink, ink, _no_print(ink), box, PROOF)


def _no_print(ink: Pixels) -> Pixels:
    return np.zeros_like(ink)


BLANK = cell([])


@pytest.mark.parametrize(
    ("before", "now", "counted"),
    [
        pytest.param(cell(TWO), cell(TWO), 0, id="same"),
        pytest.param(cell(TWO), cell(TWO, (3, -2)), 0, id="a-third-of-a-millimetre-beside"),
        pytest.param(cell(TWO), cell(TWO, pen=8), 0, id="bold-copy"),
        pytest.param(cell(TWO), cell(SEVEN), 1, id="digit-corrected"),
        pytest.param(BLANK, cell(SEVEN), 1, id="added"),
        pytest.param(cell(SEVEN), BLANK, 1, id="removed"),
        pytest.param(cell(TWO), cell([*TWO, (70, 40)]), 1, id="stroke-lengthened"),
    ],
)
def test_compare_strokes__counts_fields_with_other_ink(
    before: CellImage, now: CellImage, counted: int
) -> None:
    """What scanning moves and thickens is the same ink; a stroke elsewhere is not."""
    found = compare_strokes(fingerprint([before]), fingerprint([now]))

    assert found is not None
    assert found.added + found.removed + found.changed == counted


def test_compare_strokes__comb_is_one_field() -> None:
    """One letter of a name that differs makes the whole name differ, and no more."""
    parts = [replace(cell(TWO), field="name", part=str(n)) for n in (1, 2, 3)]
    other = [*parts[:2], replace(cell(SEVEN), field="name", part="3")]

    found = compare_strokes(fingerprint(parts), fingerprint(other))

    assert found == InkDifference(same=0, added=0, removed=0, changed=1)
    assert inked_fields(fingerprint(parts)) == 1


def test_compare_strokes__without_a_fine_part_nobody_knows() -> None:
    """Pages read by an older program have none."""
    whole = fingerprint([cell(TWO)])

    assert compare_strokes(coarse_of(whole), whole) is None


@pytest.mark.parametrize("reader", ["qr", "print"])
def test_fingerprint__what_is_printed_does_not_count(reader: str) -> None:
    """A code or a prefilled name is no ink that anybody wrote."""
    assert fingerprint([cell(TWO, reader=reader)]) == fingerprint([BLANK])


def test_compare_with_all__agrees_with_one_by_one() -> None:
    """Many pages at once are compared as each by itself, also of a pack with fewer cells."""
    pages = [fingerprint([cell(TWO), BLANK]), fingerprint([BLANK, BLANK]), fingerprint([cell(TWO)])]
    now = fingerprint([cell(SEVEN), cell(TWO)])

    assert compare_with_all(pages, now) == [compare_ink(page, now) for page in pages]


def test_compare_with_all__nothing_came_before() -> None:
    """An empty workspace."""
    assert compare_with_all([], fingerprint([BLANK])) == []
