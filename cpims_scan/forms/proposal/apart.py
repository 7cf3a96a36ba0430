"""Proposed boxes that lie on each other: the surer one stays, a line makes room."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.asked import AskedTable, Question

# How sure a finder is that somebody writes there; the first of two that overlap is kept.
ORDER = ("comb", "ticks", "answers", "cell", "code", "line")
OVERLAP_MM = 0.3  # what `forms check` allows two boxes to share
LEAST_LINE_MM = 3.0  # a line with less room above it is no line to write on


def keep_apart(
    questions: list[Question], tables: list[AskedTable], size_mm: tuple[float, float]
) -> list[Question]:
    """
    Drop or trim what overlaps, so that the pack passes its check.

    Args:
        questions: Of one page.
        tables: Of the same page; they stay whole.
        size_mm: Of the page: no box reaches beyond it.
    """
    taken = [box for table in tables for box in _cells(table)]
    kept: list[Question] = []
    for question in sorted(questions, key=lambda q: ORDER.index(q.shape)):
        placed = _placed(_clipped(question, size_mm), taken)
        if placed is not None:
            kept.append(placed)
            taken += parts(placed)
    return kept


def parts(question: Question) -> list[Box]:
    """The boxes of a question that are read."""
    return [box for _, box in question.options] or [*question.cells] or [question.box]


def _cells(table: AskedTable) -> list[Box]:
    return [
        Box(column.left, top, column.width, height)
        for column in table.columns
        for _, top, height in table.rows
    ]


def _placed(question: Question, taken: list[Box]) -> Question | None:
    if question.shape != "line":
        clash = any(_crosses(mine, other) for mine in parts(question) for other in taken)
        return None if clash else question
    box = question.box
    for other in taken:
        if _shares(box, other):
            top = max(box.top, other.bottom)
            box = Box(box.left, top, box.width, box.bottom - top)
    fits = box.height >= LEAST_LINE_MM and not any(_shares(box, other) for other in taken)
    return dataclasses.replace(question, box=box) if fits else None


def _shares(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > OVERLAP_MM and down > OVERLAP_MM


def _crosses(a: Box, b: Box) -> bool:
    """True when two boxes share ground and are one, or neither holds the other."""
    return _shares(a, b) and _holds(a, b) == _holds(b, a)


def _holds(outer: Box, inner: Box) -> bool:
    grown = outer.grown(OVERLAP_MM)
    across = grown.left <= inner.left and inner.right <= grown.right
    return across and grown.top <= inner.top and inner.bottom <= grown.bottom


def _clipped(question: Question, size_mm: tuple[float, float]) -> Question:
    """A line's room ends at the paper's edge; closed boxes lie inside it anyway."""
    if question.shape != "line":
        return question
    box = question.box
    right, bottom = min(box.right, size_mm[0]), min(box.bottom, size_mm[1])
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    return dataclasses.replace(question, box=Box(left, top, right - left, bottom - top))


def even_cells(cells: tuple[Box, ...], tolerance_mm: float) -> bool:
    """True when a comb's cells stand edge to edge: its box and their number say it all."""
    gaps = [abs(b.left - a.right) for a, b in pairwise(cells)]
    widths = [cell.width for cell in cells]
    return max(gaps, default=0.0) < tolerance_mm and max(widths) - min(widths) < tolerance_mm
