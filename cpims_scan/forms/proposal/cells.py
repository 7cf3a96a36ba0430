"""Single cells of a blank: which are written in, which print answers, what each is called."""

from __future__ import annotations

import re
from itertools import pairwise

from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.asked import Question
from cpims_scan.forms.proposal.blank_layout import TOUCH_MM, Cell, Layout, Neighbours
from cpims_scan.forms.proposal.labels import label_near, section_over
from cpims_scan.forms.proposal.marks import is_tick_cell

# `Male [1]`, `Female (2)`: an answer and its number on the paper.
NUMBERED = re.compile(r"^\W*(.+?)\s*(?:\[\s*(?:\d{1,2}|[A-Za-z])\s*\]|\(\s*\d{1,2}\s*\))")
# Answers that need no number beside them.
PLAIN = re.compile(r"^(yes|no|male|female|m|f|ndiyo|ndio|hapana|me|ke|n/?a)\W*$", re.I)
LONGEST_ANSWER = 32  # letters; longer print is text
LONGEST_ROW = 2  # cells of one row that are answers without being numbered need a question
LEAST_MM = (4.0, 3.0)  # a smaller cell is a gap between two rules
SPLIT_MM = 7.0  # hints this far apart in one cell ask for several answers
HEADING_MM = 8.0
# Room that makes a labelled cell one to write in.
ROOM_RIGHT_MM = 20.0
ROOM_SHARE = 0.45
ROOM_BELOW_MM = 4.5


def ask_cells(layout: Layout, taken: set[int]) -> list[Question]:
    """
    Find the questions of the cells that stand in no table.

    Args:
        layout: One page.
        taken: Indices of the cells that tables took.

    Returns:
        Questions, in the order of the cells.
    """
    near = Neighbours([cell.box for cell in layout.cells])
    answers = _answer_runs(layout, near, taken)
    used = taken | {i for run in answers for i in run}
    heads = {near.above(i) for i in taken} - taken
    bands = {(layout.cells[i].box.top, layout.cells[i].box.bottom) for i in heads if i is not None}
    found = [_choice(run, layout, near) for run in answers]
    for index, cell in enumerate(layout.cells):
        if index in used or cell.is_shaded or _is_thin(cell.box) or is_tick_cell(cell):
            continue
        if cell.is_empty and _in_bands(cell.box, bands):
            continue  # the empty corner over a table's row labels
        if cell.is_empty:
            found += _written(index, layout, near)
        elif _has_room(index, layout, near, used):
            found.append(_question(cell.box, cell.text, cell.hint, layout))
    return found


def _in_bands(box: Box, bands: set[tuple[float, float]]) -> bool:
    return any(abs(box.top - top) < 1 and abs(box.bottom - bottom) < 1 for top, bottom in bands)


def answer_text(text: str) -> str:
    """An answer without its number: `NO [2] Refer to CRD` is `NO`."""
    numbered = NUMBERED.match(text)
    return (numbered[1] if numbered else text).strip(" .:")


def _answer_runs(layout: Layout, near: Neighbours, taken: set[int]) -> list[list[int]]:
    """Rows of two or more cells that print answers, each run one question."""
    runs, seen = [], set(taken)
    for index, cell in enumerate(layout.cells):
        if index in seen or not _is_answer(cell):
            continue
        run = [index]
        while (following := near.right(run[-1])) is not None and _goes_on(
            cell, layout.cells[following]
        ):
            run.append(following)
        texts = {layout.cells[i].text for i in run}
        below = near.below(run[0])
        heads = below is not None and (below in taken or layout.cells[below].is_empty)
        is_row = len(run) > 1 and len(texts) == len(run)
        if is_row and (NUMBERED.match(cell.text) or not heads):
            seen |= set(run)
            runs.append(run)
    return runs + _unnumbered_runs(layout, near, seen)


def _goes_on(first: Cell, cell: Cell) -> bool:
    level = abs(first.box.top - cell.box.top) < 1 and abs(first.box.bottom - cell.box.bottom) < 1
    return level and _is_answer(cell)


def _is_answer(cell: Cell) -> bool:
    if cell.is_shaded or not cell.text:
        return False
    found = NUMBERED.match(cell.text)
    return bool(PLAIN.match(cell.text)) or bool(found and len(found[1]) <= LONGEST_ANSWER)


def _unnumbered_runs(layout: Layout, near: Neighbours, seen: set[int]) -> list[list[int]]:
    """A lone row of more than two printed cells, all short, with a label outside: Jan Feb Mar."""
    runs = []
    for index, cell in enumerate(layout.cells):
        if index in seen or near.left(index) is not None or not _is_short(cell):
            continue
        run = [index]
        while (following := near.right(run[-1])) is not None and _is_short(layout.cells[following]):
            run.append(following)
        is_lone = all(near.above(i) is None and near.below(i) is None for i in run)
        is_lone = is_lone and not seen & set(run)
        if is_lone and near.right(run[-1]) is None and len(run) > LONGEST_ROW:
            seen |= set(run)
            runs.append(run)
    return runs


def _is_short(cell: Cell) -> bool:
    is_label = _ends_open(cell)
    is_print = bool(cell.text) and not cell.is_shaded and not is_label
    return is_print and len(cell.text) <= LONGEST_ANSWER


def _choice(run: list[int], layout: Layout, near: Neighbours) -> Question:
    options = tuple((answer_text(layout.cells[i].text), layout.cells[i].box) for i in run)
    box = Box.around([box for _, box in options])
    label = _neighbour_label(run[0], layout, near) or label_near(box, layout)
    return Question(
        layout.page, "answers", box, label, options=options, section=section_over(box, layout)
    )


def _written(index: int, layout: Layout, near: Neighbours) -> list[Question]:
    """The questions of an empty cell: one, or one for each of several hints side by side."""
    cell = layout.cells[index]
    parts = _parts(cell)
    if len(parts) > 1:
        return [_question(box, hint, "", layout) for hint, box in parts]
    stacked = _stacked_labels(index, layout)
    if len(stacked) > 1:
        return [_question(box, label, "", layout) for label, box in stacked]
    label = _neighbour_label(index, layout, near) or label_near(cell.box, layout, below=True)
    return [_question(cell.box, label or _close_heading(cell.box, layout), cell.hint, layout)]


def _stacked_labels(index: int, layout: Layout) -> list[tuple[str, Box]]:
    """Parts of a tall cell that has several labels on its left, one over the other."""
    box = layout.cells[index].box
    left = [
        c
        for c in layout.cells
        if c.text
        and not c.is_shaded
        and abs(c.box.right - box.left) < TOUCH_MM
        and c.box.top > box.top - TOUCH_MM
        and c.box.bottom < box.bottom + TOUCH_MM
    ]
    return [(c.text, Box(box.left, c.box.top, box.width, c.box.height)) for c in left]


def _close_heading(box: Box, layout: Layout) -> str:
    """The section's heading names a box that stands right below it."""
    close = [h for h in layout.headings if -1 < box.top - h.box.bottom < HEADING_MM]
    return close[-1].text if close else ""


def _parts(cell: Cell) -> list[tuple[str, Box]]:
    """A cell cut halfway between its hints, where they stand far apart."""
    hints = cell.hints
    gaps = [b.box.left - a.box.right for a, b in pairwise(hints)]
    if not gaps or min(gaps) < SPLIT_MM:
        return []
    cuts = [cell.box.left]
    cuts += [(a.box.right + b.box.left) / 2 for a, b in pairwise(hints)]
    cuts.append(cell.box.right)
    return [
        (hint.text, Box(left, cell.box.top, right - left, cell.box.height))
        for hint, left, right in zip(hints, cuts, cuts[1:], strict=False)
    ]


def _neighbour_label(index: int, layout: Layout, near: Neighbours) -> str:
    """Words of the cell on the left, else of the cell above; "" when neither prints any."""
    cells = layout.cells
    left = near.left(index)
    while left is not None and (_is_answer(cells[left]) or cells[left].is_empty):
        left = near.left(left) if _is_answer(cells[left]) else None
    if left is not None and not cells[left].is_shaded:
        return cells[left].text
    above = near.above(index)
    if above is not None and cells[above].text and not _is_answer(cells[above]):
        return cells[above].text
    return cells[left].text if left is not None else ""


def _has_room(index: int, layout: Layout, near: Neighbours, used: set[int]) -> bool:
    """True when a labelled cell is itself written in: beside or below its label."""
    cell, right = layout.cells[index], near.right(index)
    if cell.print is None or _is_answer(cell):
        return False
    if right is not None and (layout.cells[right].is_empty or _is_answer(layout.cells[right])):
        return False
    room = cell.box.right - cell.print.right
    is_beside = room > ROOM_RIGHT_MM and room > ROOM_SHARE * cell.box.width
    starts_top = cell.print.top - cell.box.top < cell.print.height + 2
    is_below = starts_top and cell.box.bottom - cell.print.bottom > ROOM_BELOW_MM
    below = near.below(index)
    heads_column = below is not None and (
        below in used
        or layout.cells[below].is_empty
        # A heading fills its cell; a label leaves room below itself, or ends in a colon.
        or (not is_below and _is_level(cell, layout.cells[below]) and not _ends_open(cell))
    )
    is_label = _ends_open(cell) or len(cell.text) <= LONGEST_ANSWER
    return (is_beside or is_below) and is_label and not heads_column


def _ends_open(cell: Cell) -> bool:
    """True for words that wait for an answer."""
    return cell.text.rstrip().endswith((":", "?"))


def _is_level(upper: Cell, lower: Cell) -> bool:
    """True when two cells start and end together: the upper one may head the lower one."""
    left, right = upper.box.left - lower.box.left, upper.box.right - lower.box.right
    return abs(left) < TOUCH_MM and abs(right) < TOUCH_MM


def _question(box: Box, label: str, hint: str, layout: Layout) -> Question:
    return Question(
        layout.page, "cell", box, label or hint, hint, section=section_over(box, layout)
    )


def _is_thin(box: Box) -> bool:
    return box.width < LEAST_MM[0] or box.height < LEAST_MM[1]
