"""Tables on a blank: columns under headings whose rows stand level."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.asked import AskedTable, Column
from cpims_scan.forms.proposal.blank_layout import Cell, Layout, Neighbours, overlap

EDGE_MM = 1.6  # two cells of one column start and end within this
HEADING_GAP_MM = 6.0  # a heading without a box stands this close above its column
BAND_MM = 1.2  # rows of two columns are level within this
# Headings of columns in which one cell of a row is ticked.
TICKED = re.compile(
    r"^(yes|no|n/?[ak]|ndiyo|ndio|hapana|la|haijulikani|sijui|not known|unknown|do(n.t| not) know"
    r"|sim|n[aã]o|oui|non|true|false)\W*$",
    re.I,
)
TITLE_MM = 45.0  # a heading further above belongs to something else


@dataclass(frozen=True, slots=True)
class _Stack:
    """Cells of one column, top to bottom, as indices, and its heading."""

    cells: tuple[int, ...]
    heading: str
    head_bottom: float
    has_cell: bool  # the heading stands in a cell of its own


def find_tables(layout: Layout) -> tuple[list[AskedTable], set[int]]:
    """
    Find the tables of a page.

    Returns:
        The tables, and the indices of the cells that they take.
    """
    near = Neighbours([cell.box for cell in layout.cells])
    tables, taken = [], set()
    for group in _level_groups(_stacks(layout, near), layout):
        if not _is_table(group, layout, near):
            continue
        table = _table(group, layout, near)
        if table is not None:
            tables.append(table)
            taken |= {i for stack in group for i in stack.cells}
    return tables, taken


def _stacks(layout: Layout, near: Neighbours) -> list[_Stack]:
    """Columns: cells that are empty, or print the same answer in every row, below a heading."""
    cells, seen, found = layout.cells, set[int](), []
    for index, cell in enumerate(cells):
        if index in seen or not _starts(index, cells, near):
            continue
        run = [index]
        while (following := near.below(run[-1])) is not None and _same_column(
            cells[run[-1]], cells[following]
        ):
            run.append(following)
        seen |= set(run)
        above = near.above(index)
        heading, bottom = _heading(cell.box, above, layout, near)
        # The same number printed in every row (`out of 5`) is neither written in nor ticked.
        if len(run) > 1 and (cell.is_empty or re.search(r"[^\W\d_]", cell.text)):
            found.append(_Stack(tuple(run), heading, bottom, above is not None))
    return found


def _starts(index: int, cells: tuple[Cell, ...], near: Neighbours) -> bool:
    """True when a cell is the first of its column: what is above it is not like it."""
    above = near.above(index)
    return above is None or not _same_column(cells[above], cells[index])


def _same_column(upper: Cell, lower: Cell) -> bool:
    level = (
        abs(upper.box.left - lower.box.left) < EDGE_MM
        and abs(upper.box.right - lower.box.right) < EDGE_MM
    )
    return level and upper.text == lower.text and not _is_heading(upper)


def _is_heading(cell: Cell) -> bool:
    return cell.is_shaded and bool(cell.text)


def _heading(box: Box, above: int | None, layout: Layout, near: Neighbours) -> tuple[str, float]:
    """Words above a column, the heading over that heading first, and where they end."""
    if above is None:
        words = [
            p
            for p in layout.loose
            if -1.0 < box.top - p.box.bottom < HEADING_GAP_MM
            and overlap(p.box.left, p.box.right, box.left, box.right) > 0.5
            and p.box.width < box.width * 1.6
        ]
        return " ".join(p.text for p in words), box.top
    texts: list[str] = []
    at: int | None = above
    while at is not None and layout.cells[at].text:
        cell = layout.cells[at]
        is_over = cell.box.left < box.left + EDGE_MM and cell.box.right > box.right - EDGE_MM
        if not is_over:
            break
        texts.insert(0, cell.text)
        at = near.above(at)
    return " ".join(texts[-2:]), layout.cells[above].box.bottom


def _level_groups(stacks: list[_Stack], layout: Layout) -> Iterator[list[_Stack]]:
    """Columns whose rows are level, left to right; what a column has beyond them is left out."""
    lefts = {s: layout.cells[s.cells[0]].box.left for s in stacks}
    # A long column knows its rows best; what a reading error cut short follows it or stays out.
    waiting = sorted(stacks, key=lambda s: -len(s.cells))
    while waiting:
        first = waiting[0]
        level = [s for s in waiting if _level_rows(first, s, layout) > 0]
        rows = Counter(_level_rows(first, s, layout) for s in level[1:]).most_common(1)
        count = rows[0][0] if rows else len(first.cells)
        group = [s for s in level if _level_rows(first, s, layout) >= count] or [first]
        group = group if first in group or not rows else [first, *group]
        waiting = [s for s in waiting if s not in group]
        ordered = sorted(group, key=lambda s: lefts[s])
        yield [dataclasses.replace(s, cells=s.cells[:count]) for s in ordered]


def _level_rows(a: _Stack, b: _Stack, layout: Layout) -> int:
    """How many rows two columns share from the top; 0 unless at least two and all of one."""
    count = 0
    for i, j in zip(a.cells, b.cells, strict=False):
        x, y = layout.cells[i].box, layout.cells[j].box
        if abs(x.top - y.top) >= BAND_MM or abs(x.bottom - y.bottom) >= BAND_MM:
            break
        count += 1
    return count if count > 1 and count == min(len(a.cells), len(b.cells)) else 0


def _is_table(group: list[_Stack], layout: Layout, near: Neighbours) -> bool:
    """A column of boxes with labels of their own on the left is a list of questions."""
    empty = [s for s in group if layout.cells[s.cells[0]].is_empty]
    if not any(s.heading for s in empty):
        return False
    if len(empty) > 1:
        labelled = [s for s in empty if _labels_left(s, layout, near) and not s.has_cell]
        return len(labelled) < len(empty)
    return empty[0].has_cell and bool(empty[0].heading)


def _labels_left(stack: _Stack, layout: Layout, near: Neighbours) -> bool:
    sides = [near.left(i) for i in stack.cells]
    texts = [layout.cells[s].text for s in sides if s is not None]
    return len(set(texts)) == len(stack.cells) and all(re.search(r"[^\W\d]{2}", t) for t in texts)


def _table(group: list[_Stack], layout: Layout, near: Neighbours) -> AskedTable | None:
    columns = list(_columns(group, layout))
    if not columns:
        return None
    first = group[0]
    boxes = [layout.cells[i].box for i in first.cells]
    labels = [_row_label(box, group, layout) for box in boxes]
    is_named = len(set(labels)) == len(labels) and all(re.search(r"[^\W\d_]", t) for t in labels)
    rows = tuple(
        (label if is_named else "", box.top, box.height)
        for label, box in zip(labels, boxes, strict=True)
    )
    top = min(first.head_bottom, boxes[0].top)
    title = next((h for h in reversed(layout.headings) if h.box.top < top - 2), None)
    is_near = title is not None and top - title.box.bottom < TITLE_MM
    return AskedTable(layout.page, title.text if title and is_near else "", rows, tuple(columns))


def _columns(group: list[_Stack], layout: Layout) -> Iterator[Column]:
    """Columns of a table; printed answers side by side, and yes and no, are one column."""
    waiting = list(group)
    while waiting:
        run = [waiting.pop(0)]
        kind = _answer_kind(run[0], layout)
        while kind and waiting and _answer_kind(waiting[0], layout) == kind:
            run.append(waiting.pop(0))
        cells = [layout.cells[stack.cells[0]] for stack in run]
        if not kind:
            box = cells[0].box
            yield Column(run[0].heading, cells[0].hint, box.left, box.width)
        elif len(run) > 1:
            options = tuple(
                (stack.heading if kind == "ticked" else cell.text, cell.box.left, cell.box.width)
                for stack, cell in zip(run, cells, strict=True)
            )
            whole = Box.around([cell.box for cell in cells])
            heading = "" if kind == "ticked" else _common_heading(whole, run, layout)
            yield Column(heading, "", whole.left, whole.width, options)


def _answer_kind(stack: _Stack, layout: Layout) -> str:
    """`printed` answers in every row, a `ticked` column, or "" for one that is written in."""
    cell = layout.cells[stack.cells[0]]
    if cell.text:
        return "printed"
    return "ticked" if TICKED.match(stack.heading) else ""


def _common_heading(box: Box, run: list[_Stack], layout: Layout) -> str:
    own = next((stack.heading for stack in run if stack.heading), "")
    above = [
        p.text
        for p in layout.loose
        if -1.0 < box.top - p.box.bottom < HEADING_GAP_MM
        and overlap(p.box.left, p.box.right, box.left, box.right) > 0.5
    ]
    return own or " ".join(above)


def _row_label(box: Box, group: list[_Stack], layout: Layout) -> str:
    """The longest words that stand level with a row, in its table or just left of it."""
    middle = box.top + box.height / 2
    left = min(layout.cells[s.cells[0]].box.left for s in group)
    right = max(layout.cells[s.cells[0]].box.right for s in group)
    mine = {i for s in group for i in s.cells}
    texts = [
        c.text
        for i, c in enumerate(layout.cells)
        if i not in mine and c.text and c.box.top < middle < c.box.bottom
        and c.box.height < box.height * 1.6 and left - 120 < c.box.left < right
    ]  # fmt: skip
    texts = texts or [
        p.text for p in layout.loose if p.box.top < middle < p.box.bottom and p.box.right < left
    ]
    return max(texts, key=lambda text: len(re.findall(r"[^\W\d_]", text)), default="")
