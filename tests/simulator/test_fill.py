"""Ink stands where the answers are, and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import Box
from cpims_scan.domain.record import State
from cpims_scan.errors import WrongUseError
from cpims_scan.forms.catalog import Catalog, load_catalog
from simulator.answers import mark
from simulator.fill import PAGE_DPI, blank_page, fill
from simulator.hands import make_hand
from simulator.pens import MM_PER_INCH, Pixels
from simulator.sheets import FilledSheet, invent_answers, make_sheet

INK = 40  # grey levels darker than the blank: more than smoothing leaves
SPILL_MM = 2.5


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of this checkout."""
    return load_catalog()


@pytest.fixture(scope="module")
def sheet(catalog: Catalog) -> FilledSheet:
    """One filled case record sheet."""
    return make_sheet(catalog, "case_record_sheet_a", "2015-08", 2003)


def ink_of(page: Pixels, blank: Pixels) -> Pixels:
    """Where a page is darker than its blank, uint8 0 or 1."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY).astype(int)
    return np.asarray(blank.astype(int) - grey > INK, np.uint8)


def part(image: Pixels, box: Box) -> Pixels:
    """A box of a page."""
    scale = PAGE_DPI / MM_PER_INCH
    left, top, right, bottom = (
        max(round(v * scale), 0) for v in (box.left, box.top, box.right, box.bottom)
    )
    return image[top:bottom, left:right]


def test_make_sheet__same_seed_gives_the_same_pixels(catalog: Catalog, sheet: FilledSheet) -> None:
    """A sheet can be made again on any machine."""
    again = make_sheet(catalog, "case_record_sheet_a", "2015-08", 2003)

    assert all(np.array_equal(a, b) for a, b in zip(sheet.pages, again.pages, strict=True))


@pytest.mark.parametrize("number", [1, 2])
def test_fill__ink_is_in_the_cells_that_are_answered(sheet: FilledSheet, number: int) -> None:
    """Nothing is written farther than a spill from an answered cell."""
    blank = blank_page(sheet.edition.pages[number - 1])
    ink = ink_of(sheet.pages[number - 1], blank)
    for place in sheet.edition.on_page(number):
        if sheet.states[place.field] is not State.BLANK:
            part(ink, place.box.grown(SPILL_MM))[:] = 0

    assert ink.sum() == 0


@pytest.mark.parametrize("number", [1, 2])
def test_fill__every_answer_leaves_ink(sheet: FilledSheet, number: int) -> None:
    """There is no answer without ink."""
    blank = blank_page(sheet.edition.pages[number - 1])
    ink = ink_of(sheet.pages[number - 1], blank)
    without = [
        place.field
        for place in sheet.edition.on_page(number)
        if sheet.states[place.field] is not State.BLANK and part(ink, place.box).sum() < 20
    ]

    assert without == []


def test_fill__mark_is_on_the_chosen_option(catalog: Catalog) -> None:
    """Whatever a writer's habit, most of a mark's ink lies in the cell that is meant."""
    edition = catalog.edition("case_record_sheet_a", "2015-08")
    blank = blank_page(edition.pages[0])
    shares = []
    for seed in range(20, 40):
        page = fill(edition, {"religion": mark("muslim")}, make_hand(seed), 1)
        ink = ink_of(page, blank)
        chosen = edition.places["religion"].options["muslim"]
        shares.append(part(ink, chosen).sum() / max(ink.sum(), 1))

    assert min(shares) > 0.6


def test_invent_answers__unknown_form_is_refused() -> None:
    """Nobody is invented for a form that the simulator does not know."""
    with pytest.raises(WrongUseError):
        invent_answers("stock_card", 2003)
