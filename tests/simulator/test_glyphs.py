"""Every character can be written, and curves go where the skeleton says."""

from __future__ import annotations

import string

import numpy as np
import pytest

from simulator.glyphs import skeletons, trace

WRITTEN = string.ascii_letters + string.digits + "/-.,'&[]():?@"


@pytest.mark.parametrize("character", WRITTEN)
def test_skeletons__every_character_has_its_own_way(character: str) -> None:
    """Nothing that an officer writes turns into a dash."""
    drawn = [stroke.tolist() for way in skeletons(character) for stroke in way.strokes]
    dashes = [stroke.tolist() for way in skeletons("-") for stroke in way.strokes]

    assert character == "-" or drawn != dashes


@pytest.mark.parametrize("digit", string.digits)
def test_skeletons__digits_have_several_ways(digit: str) -> None:
    """A crossed 7 and a plain one, an open 4 and a closed one are different hands."""
    assert len(skeletons(digit)) >= 2


def test_trace__passes_through_the_points() -> None:
    """The curve goes through every point of the skeleton, corners included."""
    points = np.array([[0.0, 0.0], [5.0, 9.0], [10.0, 0.0]])

    curve = trace(points, np.array([False, True, False]), bow=0.0)

    nearest = [np.hypot(*(curve - p).T).min() for p in points]
    assert nearest == pytest.approx([0, 0, 0], abs=1e-9)
