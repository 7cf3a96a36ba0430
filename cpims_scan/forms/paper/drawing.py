"""A drawing as data: what stands on each printed page, in millimetres from its top-left corner."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cpims_scan.forms.spec import Strict

HAIRLINE_MM = 0.18  # half a point: the rule of a Word table

Row = tuple[float, float, float, float]
Grey = Annotated[float, Field(ge=0.0, le=1.0)]  # 0 black, 1 white, as in PDF
Bar = tuple[float, float, float, float, Grey]
Line = tuple[float, float, float, float, float, Grey]
Word = tuple[float, float, float, str, str]


class StyleSpec(Strict):
    """How words of one kind look: a face of draw.FACES, its size in points, its grey."""

    face: str
    size: float
    grey: Grey = 0.0


class DrawnPage(Strict):
    """
    Everything printed on one page, in millimetres from its top-left corner.

    Attributes:
        bars: left, top, width, height, grey: filled areas, drawn first.
        rules: x1, y1, x2, y2: lines of `rule_mm`, along their middle.
        squares: left, top, width, height: empty boxes, along the middle of their line.
        lines: x1, y1, x2, y2, thickness, grey: lines of their own thickness.
        words: left, baseline, width, style, text; width 0 is the face's own.
        codes: left, top of the first module of each QR that bears the page's own code; every
            copy has another, so that the blank is white there.
        serials: left, baseline, style of the sheet's serial in print; another on every copy.
    """

    size_mm: tuple[float, float] = (210.0, 297.0)
    rule_mm: float = HAIRLINE_MM
    square_mm: float = HAIRLINE_MM
    bars: list[Bar] = []
    rules: list[Row] = []
    squares: list[Row] = []
    lines: list[Line] = []
    words: list[Word] = []
    codes: list[tuple[float, float]] = []
    serials: list[tuple[float, float, str]] = []


class Drawing(Strict):
    """drawing.yaml: the blank of one edition."""

    styles: dict[str, StyleSpec]
    pages: list[DrawnPage]
