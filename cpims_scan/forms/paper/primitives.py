"""
What machine-readable pages are drawn of: combs, tick squares, corner marks, rulers, QR codes.

Each function gives ink at a place in millimetres; `page` puts ink on paper. Nothing here knows
what is asked on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import segno

from cpims_scan.domain.paper import MM_PER_INCH, Box
from cpims_scan.forms.paper.drawing import Bar, DrawnPage, Line, StyleSpec, Word
from cpims_scan.forms.paper.faces import natural_width

POINT_MM = MM_PER_INCH / 72

# Boxes are grey, so that they stay behind the writing and still survive a photocopy of a
# photocopy: of 0.3 mm lines of grey 0.45 two generations of the simulated copier keep all.
BOX_GREY = 0.45
BOX_LINE_MM = 0.3
PARTING_MM = 0.2  # between the cells of one comb

COMB_PITCH_MM = 5.0  # the least in which people write capitals without squeezing them
SQUARE_MM = 4.5

MODULE_MM = 0.5  # four pixels at 200 dots an inch: what a decoder wants of a photocopy
QUIET_MODULES = 4  # ISO/IEC 18004, 9.1

MARK_ARM_MM = 6.0
MARK_LINE_MM = 0.5

RULER_MM = 100
RULER_TICKS_MM = 10
RULER_HEIGHT_MM = 2.0
RULER_LINE_MM = 0.26

# One face for every machine: Bitstream Vera comes with reportlab and may be embedded.
STYLES = {
    "title": StyleSpec(face="vera bold", size=13),
    "heading": StyleSpec(face="vera bold", size=8),
    "heading sw": StyleSpec(face="vera italic", size=7.5),
    "standing": StyleSpec(face="vera bold", size=6.5),
    "standing sw": StyleSpec(face="vera italic", size=6.5, grey=0.15),
    "label": StyleSpec(face="vera bold", size=6.2),
    "label sw": StyleSpec(face="vera italic", size=6.2, grey=0.15),
    "text": StyleSpec(face="vera", size=6.2),
    "text sw": StyleSpec(face="vera italic", size=6.2, grey=0.15),
    "small": StyleSpec(face="vera", size=5.2),
    "small sw": StyleSpec(face="vera italic", size=5.2, grey=0.15),
    "small bold": StyleSpec(face="vera bold", size=5.2),
    "serial": StyleSpec(face="vera bold", size=6.5),
    "ink": StyleSpec(face="vera", size=11),
    "large": StyleSpec(face="vera bold", size=22),
}


@dataclass(frozen=True, slots=True)
class Ink:
    """What is printed somewhere on a page, as `DrawnPage` describes it."""

    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    words: tuple[Word, ...] = ()

    def __add__(self, other: Ink) -> Ink:
        return Ink(self.bars + other.bars, self.lines + other.lines, self.words + other.words)


def page(size_mm: tuple[float, float], inks: Iterable[Ink]) -> DrawnPage:
    """Put ink on paper; numbers are rounded to hundredths of a millimetre."""
    parts = tuple(inks)
    return DrawnPage(
        size_mm=size_mm,
        bars=[_short(bar) for part in parts for bar in part.bars],
        lines=[_short(line) for part in parts for line in part.lines],
        words=[_short(word) for part in parts for word in part.words],
    )


def inked(drawn: DrawnPage, ink: Ink) -> DrawnPage:
    """A page with more ink on it."""
    more = page(drawn.size_mm, [ink])
    return drawn.model_copy(
        update={
            "bars": [*drawn.bars, *more.bars],
            "lines": [*drawn.lines, *more.lines],
            "words": [*drawn.words, *more.words],
        }
    )


def words(left: float, baseline: float, style: str, text: str, width: float = 0.0) -> Ink:
    """One line of print, its baseline `baseline` mm below the page's top."""
    return Ink(words=((left, baseline, width, style, text),)) if text else Ink()


def width_of(text: str, style: str) -> float:
    """How wide a line of print is, mm."""
    made = STYLES[style]
    return natural_width(text, made.face, made.size) * POINT_MM


def wrapped(text: str, style: str, width: float) -> list[str]:
    """Break a text at its spaces into lines no wider than `width` mm."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, style) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def frame(box: Box, thickness: float = BOX_LINE_MM, grey: float = BOX_GREY) -> Ink:
    """The outline of a box, along its edges."""
    x1, y1, x2, y2 = box.left, box.top, box.right, box.bottom
    sides = ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2))
    return Ink(lines=tuple((*side, thickness, grey) for side in sides))


def comb(cells: Sequence[Box]) -> Ink:
    """Boxes side by side, one a character; cells that touch share a thinner line."""
    inks = []
    for run in _runs(cells):
        inks.append(frame(Box.around(run)))
        inner = [(c.left, c.top, c.left, c.bottom, PARTING_MM, BOX_GREY) for c in run[1:]]
        inks.append(Ink(lines=tuple(inner)))
    return together(inks)


def corner_marks(size_mm: tuple[float, float], inset: float) -> Ink:
    """An angle in every corner of the page, `inset` mm from its edges."""
    width, height = size_mm
    lines: list[Line] = []
    for x, right in ((inset, 1), (width - inset, -1)):
        for y, down in ((inset, 1), (height - inset, -1)):
            lines.append((x, y, x + right * MARK_ARM_MM, y, MARK_LINE_MM, 0.0))
            lines.append((x, y, x, y + down * MARK_ARM_MM, MARK_LINE_MM, 0.0))
    return Ink(lines=tuple(lines))


def ruler(left: float, top: float) -> Ink:
    """A line of exactly 100 mm, ends included, with a tick every 10 mm: the printer's scale."""
    bottom, half = top + RULER_HEIGHT_MM, RULER_LINE_MM / 2
    ends = (left + half, left + RULER_MM - half)
    lines: list[Line] = [(ends[0], bottom, ends[1], bottom, RULER_LINE_MM, 0.0)]
    for at in range(0, RULER_MM + 1, RULER_TICKS_MM):
        height = RULER_HEIGHT_MM if at in (0, RULER_MM) else RULER_HEIGHT_MM / 2
        x = min(max(left + at, ends[0]), ends[1])
        lines.append((x, bottom - height, x, bottom, RULER_LINE_MM, 0.0))
    return Ink(lines=tuple(lines))


def code_bars(text: str, left: float, top: float, module_mm: float = MODULE_MM) -> list[Bar]:
    """
    A QR code as black bars; `left`, `top` is its first module: keep 2 mm white around it.

    It is a full QR, never a micro one, that loses up to 15 in 100 of its words (level M) or,
    where it costs no room, more.

    Source: ISO/IEC 18004, 6.1 and 9.1.
    """
    modules = segno.make_qr(text, error="m", boost_error=True).matrix
    bars: list[Bar] = []
    for row, line in enumerate(modules):
        for first, last in _dark_runs(line):
            x, y = left + first * module_mm, top + row * module_mm
            bars.append((*_near((x, y, (last - first) * module_mm, module_mm)), 0.0))
    return bars


def code_side_mm(text: str) -> float:
    """Side of a QR's square, without its quiet zone, mm."""
    return len(segno.make_qr(text, error="m", boost_error=True).matrix) * MODULE_MM


def together(inks: Iterable[Ink]) -> Ink:
    """All ink in one."""
    parts = tuple(inks)
    return Ink(
        tuple(bar for part in parts for bar in part.bars),
        tuple(line for part in parts for line in part.lines),
        tuple(word for part in parts for word in part.words),
    )


def _runs(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells that touch their neighbour stand in one run."""
    runs: list[list[Box]] = []
    for cell in cells:
        if runs and abs(runs[-1][-1].right - cell.left) < BOX_LINE_MM:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _dark_runs(line: Sequence[int]) -> list[tuple[int, int]]:
    """First and one past the last of each run of dark modules."""
    padded = [0, *(int(bool(module)) for module in line), 0]
    edges = [i for i in range(1, len(padded)) if padded[i] != padded[i - 1]]
    return [(a - 1, b - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _near(values: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    a, b, c, d = (round(v, 2) for v in values)
    return a, b, c, d


def _short(row: tuple[Any, ...]) -> Any:
    return tuple(round(v, 2) if isinstance(v, float) else v for v in row)
