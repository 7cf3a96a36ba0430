"""The blanks of the bundled packs, prepared once."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.paper import Box, Pixels
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.imaging.blanks import Blank, BlankIndex, build_index


@pytest.fixture(scope="session")
def index() -> BlankIndex:
    """Both real forms, all pages."""
    return build_index(load_catalog(None))


@pytest.fixture(scope="session")
def sheet(index: BlankIndex) -> Blank:
    """Page 1 of Case Record Sheet A."""
    return index.blank("case_record_sheet_a", "2015-08", 1)


@pytest.fixture(scope="session")
def few() -> BlankIndex:
    """One edition alone, for what is not about telling forms apart: quicker to prepare."""
    return build_index(load_catalog(None), ("case_record_sheet_a", "2015-08"))


@pytest.fixture(scope="session")
def first(few: BlankIndex) -> Blank:
    """Page 1 of that edition."""
    return few.blank("case_record_sheet_a", "2015-08", 1)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same random numbers every time."""
    return np.random.default_rng(20)


def grey_of(blank: Blank) -> Pixels:
    """A blank's picture at 8 pixels a millimetre."""
    return np.asarray(255 - blank.darkness, dtype=np.uint8)


def boxes_of(index: BlankIndex, blank: Blank) -> dict[str, Box]:
    """Every place of a page."""
    return {p.field: p.box for p in index.edition(blank).on_page(blank.number)}
