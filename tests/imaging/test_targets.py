"""The four points that a person lays on a page."""

from __future__ import annotations

import numpy as np

from cpims_scan.imaging.blanks import Blank
from cpims_scan.imaging.targets import choose_targets


def test_choose_targets__stand_on_print_in_their_quarters(first: Blank) -> None:
    """Each point is a printed corner in its own quarter of the blank, clockwise."""
    targets = choose_targets(first.darkness, first.size_mm)

    sides = np.sign(targets - np.array(first.size_mm) / 2).astype(int)
    assert sides.tolist() == [[-1, -1], [1, -1], [1, 1], [-1, 1]]


def test_choose_targets__bare_quarter_gives_the_sheets_corner() -> None:
    """A blank without print has its own corners."""
    bare = np.zeros((2376, 1680), np.uint8)

    assert choose_targets(bare, (210.0, 297.0)).tolist() == [[0, 0], [210, 0], [210, 297], [0, 297]]
