"""Hands are people: each its own, never twice the same stroke, always itself."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.paper import Box
from simulator.hands import make_hand, write_word
from simulator.layout import write_text


def test_make_hand__same_seed_is_the_same_writer() -> None:
    """A seed is a person."""
    assert make_hand(31) == make_hand(31)


def test_write_word__no_two_hands_write_alike() -> None:
    """Two seeds write the same word with different shapes."""
    words = [write_word(make_hand(s), "Akinyi", np.random.default_rng(1)) for s in (31, 32)]

    assert words[0].width != pytest.approx(words[1].width, rel=1e-3)


def test_write_word__same_hand_never_repeats_itself() -> None:
    """Written twice by one hand, a word differs a little."""
    rng, hand = np.random.default_rng(1), make_hand(31)

    first, second = (write_word(hand, "4", rng).strokes[0] for _ in range(2))

    assert 0 < np.abs(first - second).max() < 4  # grid units; a digit is 20 high


@pytest.mark.parametrize(
    ("text", "box"),
    [
        pytest.param("7", Box(10, 10, 15.6, 4.6), id="count-in-a-return"),
        pytest.param("28963838", Box(10, 10, 12.45, 7.3), id="id-number-in-a-narrow-cell"),
        pytest.param("Works as househelp, not in school", Box(10, 10, 72, 13), id="two-lines"),
    ],
)
def test_write_text__stays_about_its_cell(text: str, box: Box) -> None:
    """Writing leaves its cell by two millimetres at most, in any hand."""
    rng = np.random.default_rng(5)
    found = [write_text(make_hand(s), text, box, rng).box for s in range(40, 60)]
    roomy = box.grown(2.0)

    inside = [
        b.left > roomy.left
        and b.right < roomy.right
        and b.top > roomy.top
        and b.bottom < roomy.bottom
        for b in found
    ]
    assert all(inside)
