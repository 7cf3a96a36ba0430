"""The second opinion on numbers: digits that stand apart, read one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cpims_scan.reading.ink import own_ink
from cpims_scan.reading.networks import Floats, network
from cpims_scan.reading.pieces import pieces_of, probability_of, read_pieces, with_pieces
from tests.reading import drawn

ONE = ((40, 12), (40, 42))
OTHER_ONE = ((70, 12), (70, 42))
FLAT_FIVE = (((60, 14), (80, 14)), ((60, 20), (60, 30)), ((60, 30), (80, 34)), ((80, 34), (62, 44)))


def _frames(*rows: tuple[float, float, float]) -> Floats:
    """Frames of blank, 0 and 1."""
    frames = np.zeros((len(rows), 17), np.float32)
    frames[:, :3] = rows
    return frames


def test_pieces_of__strokes_apart_are_two_digits() -> None:
    """Two upright strokes with paper between them are two pieces."""
    assert len(pieces_of(own_ink(drawn.cell(lines=(ONE, OTHER_ONE))))) == 2


def test_pieces_of__bar_above_a_five_belongs_to_it() -> None:
    """A five whose bar does not touch it is one piece."""
    assert len(pieces_of(own_ink(drawn.cell(lines=FLAT_FIVE)))) == 1


def test_pieces_of__dot_is_no_digit() -> None:
    """A dot behind a digit is not read as one."""
    dot = ((60, 40), (63, 40))

    assert len(pieces_of(own_ink(drawn.cell(lines=(ONE, dot))))) == 1


def test_pieces_of__nothing_has_none() -> None:
    """A cell without ink has no pieces."""
    assert pieces_of(own_ink(drawn.cell())) == []


def test_probability_of__all_paths_count() -> None:
    """Of two frames that say 1 half the time, three of four paths spell "1"."""
    assert probability_of("1", _frames((0.5, 0, 0.5), (0.5, 0, 0.5))) == pytest.approx(0.75)


def test_probability_of__equal_digits_need_a_blank_between() -> None:
    """Two frames cannot spell "11", three can."""
    sure = (0.0, 0.0, 1.0)

    assert probability_of("11", _frames(sure, sure)) == 0
    assert probability_of("11", _frames(sure, (1.0, 0, 0), sure)) == pytest.approx(1)


def test_with_pieces__agreement_is_surer_than_either() -> None:
    """Where the pieces are sure of what the line reader holds likely, its doubt shrinks."""
    line = (("1", 0.8), ("0", 0.2))
    digits = np.array([[0.002, 0.998, *[0.0] * 8]], np.float32)

    assert dict(with_pieces(line, _frames((0.0, 0.2, 0.8)), digits))["1"] > 0.9


def test_with_pieces__other_cut_keeps_the_line() -> None:
    """Touching digits make one piece: what the line reader saw is not thrown away."""
    line = (("11", 0.97), ("1", 0.01))
    digits = np.array([[0.05] * 10], np.float32)
    frames = _frames((0.01, 0, 0.99), (0.98, 0, 0.02), (0.01, 0, 0.99))

    assert with_pieces(line, frames, digits)[0][0] == "11"


@pytest.mark.shared
def test_read_pieces__digits_of_unseen_writers(shared: Path) -> None:
    """Pieces of real numbers by writers who trained nothing are read right 96 times of 100."""
    file = shared / "data/handwriting/digits_nist_539_writers_28.npz"
    glyphs, labels = drawn.unseen_characters(file, 300)
    cells = [drawn.of_ink(drawn.row_of(glyphs[i : i + 3]), "number") for i in range(0, 300, 3)]
    rows = [pieces_of(own_ink(c)) for c in cells]
    whole = [i for i, row in enumerate(rows) if len(row) == 3]
    found = read_pieces([rows[i] for i in whole], network("digits"))
    said = "".join(str(d) for p in found for d in p.argmax(axis=1))
    truth = "".join("".join(labels[3 * i : 3 * i + 3]) for i in whole)

    assert len(whole) >= 90
    assert sum(a == b for a, b in zip(said, truth, strict=True)) >= 0.96 * len(truth)
