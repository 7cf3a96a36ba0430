"""What stands on an empty form before anybody has described it: its printed words and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cpims_scan.domain.paper import Box

# cell: closed by rules; square, circle: small and alone, to be ticked; comb: one box a character;
# line: a rule or dots to write on; frame: closed by rules, with other boxes inside.
FoundKind = Literal["cell", "square", "circle", "comb", "line", "frame"]


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """
    One printed word of a blank.

    Attributes:
        darkness: Of its darkest strokes, 0 white .. 1 black; hints are printed grey.
    """

    text: str
    box: Box
    darkness: float = 1.0


@dataclass(frozen=True, slots=True)
class FoundBox:
    """
    One box that somebody could write in.

    Attributes:
        box: To the middle of its rules, mm; for `line`, the room above the line.
        cells: The boxes of a comb, left to right; () for all else.
        is_shaded: Printed grey or black inside, as headings are.
        is_printed: Something dark stands in it, whether it could be read or not.
    """

    kind: FoundKind
    box: Box
    cells: tuple[Box, ...] = ()
    is_shaded: bool = False
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class BlankPrint:
    """One page of an undescribed form: its size in mm, its words, its boxes from top to bottom."""

    size_mm: tuple[float, float]
    words: tuple[PrintedWord, ...]
    boxes: tuple[FoundBox, ...]
