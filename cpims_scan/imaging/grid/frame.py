"""From lines found on a page to the map from a workbook's frame, with a proof for every cell."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import (
    AlignedPage,
    Box,
    Certificate,
    PageImage,
    PageMatch,
    Points,
    Transform,
)
from cpims_scan.forms.grid import LABEL_MM, STEP_MM, Grid, GridBlock
from cpims_scan.imaging.grid.cells import Columns
from cpims_scan.imaging.grid.fit import BlockFit, GridFit
from cpims_scan.imaging.grid.lines import Line
from cpims_scan.imaging.grid.pages import GridPage
from cpims_scan.imaging.grid.rows import RowMatch

# A line is traced to half a pixel of 6 a millimetre; a value's box to a word's height.
LINE_RESIDUAL_MM = 0.1
VALUE_RESIDUAL_MM = 0.3
NOWHERE_MM = 9.0

PROVEN = Certificate(LINE_RESIDUAL_MM, 1.0, True)
UNPROVEN = Certificate(NOWHERE_MM, 0.0, False)
LETTERS_VARY = 1.02  # the letters that were not read may be a little wider

Nodes = NDArray[np.float64]  # (rows, cols, 2), pixels at the lines' scale, nan where unknown


@dataclass(frozen=True, slots=True)
class FoundRow:
    """
    A row of the form between two lines across; `is_proven` when its label says so.

    `overrun` is where its label may end at the latest, x in pixels: Excel prints a long label on
    over the empty cells beside it.
    """

    name: str
    above: int
    below: int
    is_proven: bool
    overrun: float = 0.0


def align_grid(page: PageImage, grid: GridPage, columns: Columns, fit: GridFit) -> AlignedPage:
    """
    Put the frame of an edition on a page.

    Returns:
        The page with its transform (mm of the frame -> pixels as it came) and a certificate for
        every field that stands on this page; those of other fragments have none.
    """
    known = fit.edition.grid
    if known is None:
        raise ValueError("only an edition with a grid can be laid on lines")
    nodes = _empty(known)
    certificates: dict[str, Certificate] = {}
    for number, block in fit.blocks.items():
        certificates |= _place_block(nodes, grid, columns, (known.blocks[number], block))
    boxes = {value.field: value.box for value in (*known.header, *known.footer)}
    for name, value in fit.values.items():
        _place_value(nodes, boxes[name], value.box)
        # Nothing read beside the words may be a lone digit that was lost: a person looks.
        proof = Certificate(VALUE_RESIDUAL_MM, 1.0, True) if value.text else UNPROVEN
        certificates[name] = proof
    whole = _filled(nodes, grid.lines.px_per_mm)
    rows, cols = whole.shape[:2]
    in_page = grid.page_points(whole.reshape(-1, 2)).reshape(rows, cols, 2)
    support = fit.rows / max(sum(len(b.rows) for b in fit.blocks.values()), 1)
    match = PageMatch(
        fit.edition.form.name, fit.edition.name, 1, grid.turned, round(support, 3), "print"
    )
    return AlignedPage(page, match, _transform(in_page), certificates)


def _empty(known: Grid) -> Nodes:
    width, height = known.size_mm
    return np.full((round(height / STEP_MM) + 2, round(width / STEP_MM) + 2, 2), np.nan)


def found_rows(grid: GridPage, block: GridBlock, fit: BlockFit) -> list[FoundRow]:
    """Rows with their lines: those matched, and unread ones that alone fill the space between."""
    order = {row.name: i for i, row in enumerate(block.rows)}
    found: list[FoundRow] = []
    for match in fit.rows:
        cell = match.cell
        is_proven = match.row.name in fit.proven
        row = FoundRow(match.row.name, cell.above, cell.below, is_proven, _label_end(match))
        if found:
            before = found[-1]
            gap = order[row.name] - order[before.name] - 1
            between = _lines_between(grid, before.below, row.above)
            if gap and len(between) == gap + 1:
                names = [block.rows[order[before.name] + 1 + i].name for i in range(gap)]
                found += [
                    FoundRow(name, between[i], between[i + 1], False)
                    for i, name in enumerate(names)
                ]
            elif not gap and before.below != row.above:
                # Something stands between rows that follow each other: neither is trusted.
                found[-1] = replace(before, is_proven=False)
                row = replace(row, is_proven=False)
        found.append(row)
    return found


def _label_end(match: RowMatch) -> float:
    """Where the whole label would end, by the width of its letters that were read."""
    words = match.cell.words
    left, right = min(w.left for w in words), max(w.right for w in words)
    read = sum(len(word.text) + 1 for word in words)
    longest = max(len(text) + 1 for text in match.row.words)
    return left + (right - left) * max(longest / read, 1.0) * LETTERS_VARY


def _lines_between(grid: GridPage, first: int, last: int) -> list[int]:
    """Numbers of the lines from one to another that reach as far right as both."""
    lines = grid.lines.across
    x = (max(lines[first].start, lines[last].start) + min(lines[first].end, lines[last].end)) / 2
    low, high = lines[first].at(x), lines[last].at(x)
    inside = [
        (line.at(x), n)
        for n, line in enumerate(lines)
        if line.start <= x <= line.end and low - 1 <= line.at(x) <= high + 1
    ]
    return [n for _, n in sorted(inside)]


def _place_block(
    nodes: Nodes, grid: GridPage, columns: Columns, what: tuple[GridBlock, BlockFit]
) -> dict[str, Certificate]:
    block, fit = what
    lines = fit.columns.lines
    if len(lines) < 2:
        return {}
    top_of = {row.name: row.top for row in block.rows}
    certificates: dict[str, Certificate] = {}
    rows = found_rows(grid, block, fit)
    for row in rows:
        _place_line(nodes, top_of[row.name] + STEP_MM, columns, grid.lines.across[row.below], fit)
    for row in rows:
        _place_line(nodes, top_of[row.name], columns, grid.lines.across[row.above], fit)
        is_found = row.is_proven and not fit.columns.contradiction
        line = grid.lines.across[row.above]
        for i in range(len(lines) - 1):
            name = f"{row.name}.{block.columns[fit.columns.first + i]}"
            is_free = _meeting(columns, lines[i], line)[0] > row.overrun
            certificates[name] = PROVEN if is_found and is_free else UNPROVEN
    return certificates


def _place_line(nodes: Nodes, y_mm: float, columns: Columns, line: Line, fit: BlockFit) -> None:
    """Put the nodes of one line of the frame on a line across, column by column."""
    points = [_meeting(columns, number, line) for number in fit.columns.lines]
    row = round(y_mm / STEP_MM)
    start = round(LABEL_MM / STEP_MM) + 3 * fit.columns.first
    for i in range(len(points) - 1):
        for part in range(4):
            share = part / 3
            nodes[row, start + 3 * i + part] = points[i] * (1 - share) + points[i + 1] * share


def _meeting(columns: Columns, number: int, line: Line) -> Points:
    """Where a column line meets a line across, pixels."""
    y = line.at((line.start + line.end) / 2)
    x = 0.0
    for _ in range(3):
        x = columns.at(number, y)
        y = line.at(x)
    return np.array([x, y])


def _place_value(nodes: Nodes, box: Box, found: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = found
    first, last = round(box.left / STEP_MM), round(box.right / STEP_MM)
    row = round(box.top / STEP_MM)
    for column in range(first, last + 1):
        x = left + (right - left) * (column - first) / (last - first)
        nodes[row, column] = (x, top)
        nodes[row + 1, column] = (x, bottom)


def _filled(nodes: Nodes, px_per_mm: float) -> Nodes:
    """All nodes: between known ones in proportion, beyond them at the paper's own scale."""
    whole = nodes.copy()
    known = ~np.isnan(whole[..., 0])
    step = STEP_MM * px_per_mm
    for row in np.flatnonzero(known.any(axis=1)):
        _fill(whole[row], known[row], np.array([step, 0.0]))
    rows = np.asarray(known.any(axis=1))
    for column in range(whole.shape[1]):
        _fill(whole[:, column], rows, np.array([0.0, step]))
    return whole


def _fill(line: Nodes, known: NDArray[np.bool_], step: Points) -> None:
    """Fill the gaps of one row or column of nodes in place."""
    places = np.flatnonzero(known)
    every = np.arange(len(line))
    for axis in range(2):
        line[:, axis] = np.interp(every, places, line[places, axis])
    before, after = every < places[0], every > places[-1]
    line[before] += (every[before] - places[0])[:, None] * step
    line[after] += (every[after] - places[-1])[:, None] * step


def _transform(nodes: Nodes) -> Transform:
    """The affine map that fits all nodes best, and what each is off it."""
    rows, cols = nodes.shape[:2]
    ys, xs = np.mgrid[0:rows, 0:cols] * STEP_MM
    frame = np.column_stack([xs.ravel(), ys.ravel(), np.ones(rows * cols)])
    affine, *_ = np.linalg.lstsq(frame, nodes.reshape(-1, 2), rcond=None)
    homography = np.vstack([affine.T, [0.0, 0.0, 1.0]])
    shifts = nodes.reshape(-1, 2) - frame @ affine
    return Transform(homography, shifts.reshape(rows, cols, 2), STEP_MM)
