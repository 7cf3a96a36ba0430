"""Numbers and dates in plain cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cpims_scan.domain.paper import CellImage
from cpims_scan.reading.ink import own_ink
from cpims_scan.reading.networks import Floats
from cpims_scan.reading.strings import (
    ALPHABET,
    LINE_HEIGHT,
    WIDEST,
    line_picture,
    read_strings,
    search,
)
from tests.reading import drawn

STRINGS = 200


def _best(cell: CellImage) -> str:
    return read_strings([own_ink(cell)])[0][0][0]


def _frames(*best: tuple[str, float]) -> Floats:
    """One frame for each symbol ("" is CTC's blank); the rest of its probability is blank."""
    frames = np.zeros((len(best), 1 + len(ALPHABET)), np.float32)
    for frame, (symbol, p) in zip(frames, best, strict=True):
        frame[ALPHABET.index(symbol) + 1 if symbol else 0] += p
        frame[0] += 1 - p
    return frames


def test_line_picture__dash_is_not_blown_up() -> None:
    """A dash of 3 pixels keeps its thickness: only writing is fitted to the line's height."""
    line = line_picture(own_ink(drawn.cell(lines=(((60, 27), (90, 27)),))))

    assert line.shape[0] == LINE_HEIGHT
    assert np.count_nonzero(line.max(axis=1) > 100) <= 6


def test_line_picture__long_writing_stays_within_the_widest_line() -> None:
    """Writing longer than the reader's widest line is squeezed, not cut."""
    lines = tuple(((x, 5), (x, 12)) for x in range(10, 1500, 20))

    assert line_picture(own_ink(drawn.cell(size=(1520, 54), lines=lines))).shape[1] <= WIDEST


def test_search__sure_frames_give_one_string() -> None:
    """Where every frame is sure, the best path is the answer."""
    frames = _frames(("1", 0.99), ("", 0.99), ("1", 0.99), ("2", 0.99))

    assert search(frames)[0][0] == "112"


def test_search__sure_blank_between_equal_digits_keeps_both() -> None:
    """2009 was read as 209: a frame that is surely blank still parts two equal digits."""
    frames = _frames(("2", 0.9), ("0", 0.9), ("", 1.0), ("0", 0.9), ("9", 0.9))

    assert search(frames)[0][0] == "2009"


def test_search__paths_of_one_string_are_added() -> None:
    """A string that two paths spell counts both: "1" from (1, blank), (blank, 1) and (1, 1)."""
    frames = _frames(("1", 0.5), ("1", 0.5))

    assert dict(search(frames))["1"] == pytest.approx(0.75)


def test_search__probabilities_fall_and_sum_to_at_most_one() -> None:
    """The distribution is ordered and never claims more than certainty."""
    found = search(_frames(("3", 0.6), ("", 0.9), ("8", 0.7), ("/", 0.5)))
    probabilities = [p for _, p in found]

    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-6


def test_read_strings__dash_is_a_dash() -> None:
    """A level stroke alone is a dash, not a one and not empty."""
    assert _best(drawn.cell(lines=(((50, 27), (95, 26)),))) == "-"


def test_read_strings__nothing_is_empty() -> None:
    """A cell without own ink reads as the empty string."""
    assert _best(drawn.cell()) == ""


def test_read_strings__cells_of_all_widths_keep_their_order() -> None:
    """Lines are batched by width, and come back in the order they were given."""
    wide = drawn.cell(lines=tuple(((x, 27), (x + 30, 27)) for x in (20, 60, 100)))
    dash = drawn.cell(lines=(((50, 27), (95, 26)),))
    found = read_strings([own_ink(c) for c in (dash, wide, drawn.cell(), dash)])

    assert [found[0][0][0], found[2][0][0], found[3][0][0]] == ["-", "", "-"]


@pytest.mark.shared
def test_read_strings__numbers_of_unseen_writers_are_read(shared: Path) -> None:
    """Three digits of writers who trained nothing are read exactly in 93 of 100 cells or more."""
    glyphs, labels = drawn.unseen_characters(
        shared / "data/handwriting/digits_nist_539_writers_28.npz", 3 * STRINGS
    )
    triples = [slice(3 * i, 3 * i + 3) for i in range(STRINGS)]
    cells = [drawn.of_ink(drawn.row_of(glyphs[t]), "number") for t in triples]
    found = read_strings([own_ink(c) for c in cells])
    right = sum(f[0][0] == "".join(labels[t]) for f, t in zip(found, triples, strict=True))

    assert right >= 0.93 * STRINGS
