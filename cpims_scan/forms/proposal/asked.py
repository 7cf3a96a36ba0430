"""Questions that a blank seems to ask, before they have names: what the finders hand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cpims_scan.domain.paper import Box

# cell, line: handwriting; comb: a character a box; ticks: squares to tick; answers: printed
# answers to tick or circle; code: a printed QR.
Shape = Literal["cell", "line", "comb", "ticks", "answers", "code"]


@dataclass(frozen=True, slots=True)
class Question:
    """
    One question outside a table.

    Attributes:
        label: Words printed beside it; "" when none belong to it.
        hint: Light words printed in it.
        options: Words and box of each answer, for `ticks` and `answers`.
        cells: Boxes of a comb.
        section: Heading above it, to tell questions of one name apart.
        is_many: Several answers may be ticked.
    """

    page: int
    shape: Shape
    box: Box
    label: str
    hint: str = ""
    options: tuple[tuple[str, Box], ...] = ()
    cells: tuple[Box, ...] = ()
    section: str = ""
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, its place (mm), its answers with their places."""

    label: str
    hint: str
    left: float
    width: float
    options: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class AskedTable:
    """A table: rows as (label, top, height); labels are "" or all different."""

    page: int
    title: str
    rows: tuple[tuple[str, float, float], ...]
    columns: tuple[Column, ...]

    @property
    def top(self) -> float:
        """Where its first row begins, mm."""
        return self.rows[0][1]

    @property
    def box(self) -> Box:
        """All its cells."""
        last = self.rows[-1]
        left = min(c.left for c in self.columns)
        right = max(c.left + c.width for c in self.columns)
        return Box(left, self.top, right - left, last[1] + last[2] - self.top)
