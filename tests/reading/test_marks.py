"""Choices and tick squares."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import CellImage, Pixels
from cpims_scan.reading.marks import comparison, field_gain, read_marks
from tests.reading import drawn

TICK = (((40, 28), (50, 40)), ((50, 40), (78, 8)))
CROSS = (((35, 10), (75, 44)), ((75, 10), (35, 44)))
LINE_BELOW = (((20, 46), (90, 46)),)
SQUARE_TICK = (((6, 14), (12, 22)), ((12, 22), (30, -4)))
SQUARE_CROSS = (((3, 3), (22, 22)), ((22, 3), (3, 22)))


def _choice(lines: tuple[drawn.Line, ...] = (), darkness: int = 220) -> CellImage:
    return drawn.cell("cells", (110, 54), lines, darkness)


def _square(lines: tuple[drawn.Line, ...] = ()) -> CellImage:
    return drawn.cell("squares", (26, 26), lines, thick=2)


def _best(options: list[CellImage]) -> list[str]:
    return [d[0][0] for d in read_marks([options], [list(range(len(options)))])[0]]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(TICK, id="tick"),
        pytest.param(CROSS, id="cross"),
        pytest.param(LINE_BELOW, id="underlined"),
    ],
)
def test_read_marks__ways_to_choose_a_word(lines: tuple[drawn.Line, ...]) -> None:
    """A printed word is chosen by a tick, a cross or a line under it."""
    assert _best([_choice(), _choice(lines)]) == ["empty", "marked"]


def test_read_marks__ring_is_a_mark() -> None:
    """A word with a ring around it is chosen."""
    options = [drawn.of_ink(drawn.ring(), "cells"), _choice(), _choice()]

    assert _best(options) == ["marked", "empty", "empty"]


def test_read_marks__light_pencil_is_a_mark() -> None:
    """A tick of light pencil, a quarter of black, is chosen."""
    assert _best([_choice(TICK, darkness=75), _choice()]) == ["marked", "empty"]


def test_read_marks__neighbours_ring_does_not_count() -> None:
    """The part of a large ring that reaches into the next cell chooses nothing there."""
    row: Pixels = np.zeros((78, 320), np.uint8)
    cv2.ellipse(row, (75, 39), (70, 30), 0, 0, 355, 220, 3, cv2.LINE_AA)
    left = drawn.of_ink(np.ascontiguousarray(row[:, :134]), "cells")
    right = drawn.of_ink(np.ascontiguousarray(row[:, 110:244]), "cells")

    assert _best([left, right]) == ["marked", "empty"]


def test_read_marks__scribbled_over_tick_is_cancelled() -> None:
    """A tick that was scribbled over chooses nothing."""
    zigzag = tuple(
        ((20 + 7 * i, 6 + 42 * (i % 2)), (27 + 7 * i, 6 + 42 * ((i + 1) % 2))) for i in range(10)
    )

    assert _best([_choice((*TICK, *zigzag)), _choice()])[0] == "cancelled"


@pytest.mark.parametrize(
    "lines", [pytest.param(SQUARE_TICK, id="tick"), pytest.param(SQUARE_CROSS, id="cross")]
)
def test_read_marks__ways_to_choose_a_square(lines: tuple[drawn.Line, ...]) -> None:
    """A square is chosen by a tick that leaves it, or by a cross."""
    assert _best([_square(lines), _square()]) == ["marked", "empty"]


def test_read_marks__only_wanted_options_are_judged() -> None:
    """Options that are plainly blank are not judged again, but count as siblings."""
    found = read_marks([[_choice(), _choice(TICK)], [_choice()]], [[1], []])

    assert [len(field) for field in found] == [1, 0]


def test_comparison__all_ink_here_is_the_greatest_lead() -> None:
    """An option with all of a field's ink leads by nearly 1, its siblings trail by as much."""
    lead = comparison([_choice(TICK), _choice()])[:, 1]

    assert lead[0] > 0.9
    assert lead[1] < -0.9


def test_field_gain__pencil_is_raised_to_black() -> None:
    """A field's faint pen is scaled up, and its dark pen hardly."""
    assert field_gain([_choice(TICK, 80)]) > 2 * field_gain([_choice(TICK, 220)])
