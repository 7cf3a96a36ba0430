"""Patches slid over a page come to rest where they belong, ink or no ink."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import Pixels
from cpims_scan.imaging.blanks import Blank
from cpims_scan.imaging.slide import cut_stamps, slide
from tests.imaging.conftest import grey_of
from tests.imaging.warps import written

TO_PAGE = np.array([[8.0, 0, -0.5], [0, 8.0, -0.5], [0, 0, 1]])
CLOSE_MM = 0.02  # a quarter of a pixel at 300 dpi


@pytest.mark.parametrize("shift", [(0.1, -0.05), (-0.15, 0.12)])
def test_slide__finds_a_known_shift(sheet: Blank, shift: tuple[float, float]) -> None:
    """From 0.2 mm away, firm patches find their place to a fiftieth of a millimetre."""
    firm = np.flatnonzero(sheet.patches.pins.all(axis=1))
    stamps = cut_stamps(grey_of(sheet), 8, sheet.patches.centres[firm])
    page = cast(Pixels, cv2.GaussianBlur(grey_of(sheet), (0, 0), 2.0))

    moved, likeness = slide(page, TO_PAGE, stamps, np.tile(shift, (len(firm), 1)))

    assert np.median(likeness) > 0.98
    assert np.percentile(np.abs(moved), 95) < CLOSE_MM


def test_slide__ink_over_print_hardly_moves_it(sheet: Blank, rng: np.random.Generator) -> None:
    """Strokes all over the page leave nine in ten patches within a fiftieth of a millimetre."""
    firm = np.flatnonzero(sheet.patches.pins.all(axis=1))
    stamps = cut_stamps(grey_of(sheet), 8, sheet.patches.centres[firm])
    page = cast(Pixels, cv2.GaussianBlur(written(grey_of(sheet), rng), (0, 0), 2.0))

    moved, _ = slide(page, TO_PAGE, stamps, np.zeros((len(firm), 2)))

    assert np.percentile(np.abs(moved), 90) < CLOSE_MM
