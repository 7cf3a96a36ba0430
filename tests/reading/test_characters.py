"""Characters in the cells of a comb."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cpims_scan.reading.characters import SIDE, character_picture, read_characters
from cpims_scan.reading.ink import Ink, own_ink
from tests.reading import drawn

COUNT = 600


def _inks(file: Path, alphabet: str) -> tuple[list[Ink], list[str]]:
    glyphs, labels = drawn.unseen_characters(file, COUNT)
    cells = [drawn.of_ink(drawn.row_of([g]), "comb", alphabet=alphabet) for g in glyphs]
    return [own_ink(cell) for cell in cells], labels


def test_character_picture__is_centred() -> None:
    """The strokes' box stands in the middle of the picture, wherever they were in the cell."""
    ink = own_ink(drawn.cell("comb", (40, 48), (((4, 4), (4, 30)), ((4, 30), (16, 30)))))
    ys, xs = np.nonzero(character_picture(ink) > 60)

    assert ys.min() + ys.max() == pytest.approx(SIDE - 1, abs=2)
    assert xs.min() + xs.max() == pytest.approx(SIDE - 1, abs=2)


def test_read_characters__empty_cell_is_empty() -> None:
    """No ink is the outcome "", not a digit."""
    assert read_characters([own_ink(drawn.cell("comb", (40, 48)))], "digits")[0][0][0] == ""


def test_read_characters__stroke_is_a_dash() -> None:
    """A level stroke in a comb's cell is a dash."""
    ink = own_ink(drawn.cell("comb", (40, 48), (((8, 24), (30, 24)),)))

    assert read_characters([ink], "digits")[0][0][0] == "-"


def test_read_characters__alphabet_closes_the_rest() -> None:
    """A comb of capitals never offers a digit, and one of digits never a letter."""
    ink = own_ink(drawn.cell("comb", (40, 48), (((20, 6), (20, 40)),)))
    letters = {outcome for outcome, _ in read_characters([ink], "capitals")[0]}

    assert not letters & set("0123456789")


@pytest.mark.shared
def test_read_characters__digits_of_unseen_writers(shared: Path) -> None:
    """Of digits by writers who trained nothing, 97 of 100 or more are right."""
    inks, labels = _inks(shared / "data/handwriting/digits_nist_539_writers_28.npz", "digits")
    found = read_characters(inks, "digits")

    assert sum(f[0][0] == x for f, x in zip(found, labels, strict=True)) >= 0.97 * COUNT


@pytest.mark.shared
def test_read_characters__capitals_kept_back(shared: Path) -> None:
    """Of capitals that trained nothing, 93 of 100 or more are right among capitals."""
    inks, labels = _inks(shared / "data/handwriting/capitals_nist_28.npz", "capitals")
    found = read_characters(inks, "capitals")

    assert sum(f[0][0] == x for f, x in zip(found, labels, strict=True)) >= 0.93 * COUNT
