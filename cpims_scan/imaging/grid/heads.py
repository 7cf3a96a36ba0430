"""Which printed column is which column of the form: by its headings, its count, its frame."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from cpims_scan.forms.grid import GridBlock, GridHead
from cpims_scan.imaging.grid.cells import Columns, squeezed
from cpims_scan.imaging.grid.lines import Line
from cpims_scan.imaging.grid.pages import GridPage
from cpims_scan.imaging.grid.rows import RowMatch
from cpims_scan.imaging.grid.words import PrintedWord, row_pitch

HEAD_ROWS = 4.5  # a block's headings stand within so many rows above its first one
HEAD_GAP = 3.0  # one heading is at most so many rows high
HEAD_LIKE = 0.74  # of a heading to its words
OTHER_HEAD = 0.12  # a heading that is so much more like another one contradicts
PALE = 0.5  # of the darkness of most column lines of the block
PRESENT = 0.5  # share of a block's rows that a column line must reach
ENOUGH_HEADS = 0.5  # of those that could be read
FEWEST_HEADS = 2  # that prove a part of the columns
# Characters that Tesseract takes for each other in print of 6 points.
CONFUSED = str.maketrans("oilsbzg@", "01158290")


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """
    The columns of a block on this page.

    Attributes:
        lines: Numbers of the column lines, one more than there are columns.
        first: Which column of the block the first one is, 0-based.
        heads: How many headings say so.
        contradiction: In words, why the columns are not certain; "" when they are.
    """

    lines: tuple[int, ...]
    first: int
    heads: int
    contradiction: str


def match_columns(
    grid: GridPage,
    columns: Columns,
    block: GridBlock,
    rows: list[RowMatch],
    words: list[PrintedWord],
) -> ColumnMatch:
    """
    Say which columns of a block stand on the page, by headings where it has any.

    Without headings (the block began on another page) only a full count of columns is accepted.
    """
    lines = _column_lines(grid, columns, rows)
    count = len(lines) - 1
    heading = _heading_words(grid, columns, lines, rows, words)
    wanted = len(block.columns)
    if count < 1:
        return ColumnMatch((), 0, 0, "no columns are ruled beside the labels")
    if count > wanted:  # the sheet's own grid lines go on beside the table
        ok, against, _ = _heads_at(block, heading, wanted, 0)
        if against or ok < ENOUGH_HEADS * len(block.heads):
            return ColumnMatch((), 0, 0, f"{count} columns are ruled, {wanted} are expected")
        return ColumnMatch(lines[: wanted + 1], 0, ok, "")
    offers = [_heads_at(block, heading, count, first) for first in range(wanted - count + 1)]
    best = max(range(len(offers)), key=lambda first: offers[first])
    ok, against, read = offers[best]
    return ColumnMatch(lines, best, ok, _doubt(count == wanted, ok, -against, -read))


def _doubt(is_whole: bool, ok: int, against: int, unread: int) -> str:
    if against:
        return "a heading says another column"
    if is_whole and ok >= ENOUGH_HEADS * (ok + unread):
        return ""
    if not is_whole and ok >= FEWEST_HEADS and ok >= ENOUGH_HEADS * (ok + unread):
        return ""
    return "the headings cannot be read" if ok + unread else "columns are missing on this page"


def _column_lines(grid: GridPage, columns: Columns, rows: list[RowMatch]) -> tuple[int, ...]:
    """Column lines that most rows of a block reach, from the labels' right edge on."""
    counts: Counter[int] = Counter()
    edges = Counter(match.cell.right for match in rows)
    for match in rows:
        y = _middle(grid, match)
        row = grid.lines.across[match.cell.above]
        low, high = row.start - grid.lines.reach, row.end + grid.lines.reach
        counts.update(
            n
            for n in range(len(columns.groups))
            if columns.spans(n, y, grid.lines.reach) and low <= columns.at(n, y) <= high
        )
    edge = edges.most_common(1)[0][0]
    y = _middle(grid, rows[len(rows) // 2])
    if edge < 0:
        return ()
    start = columns.at(edge, y)
    kept = [n for n, count in counts.items() if count >= PRESENT * len(rows)]
    right = [n for n in kept if columns.at(n, y) >= start - 1]
    strengths = {n: _strength(grid, columns, n, rows) for n in right}
    pale = PALE * float(np.median(list(strengths.values()))) if strengths else 0.0
    dark = [n for n in right if strengths[n] >= pale]
    return tuple(sorted(dark, key=lambda n: columns.at(n, y)))


def _strength(grid: GridPage, columns: Columns, number: int, rows: list[RowMatch]) -> float:
    """How dark a column line is in most of a block's rows; a dirty glass draws paler ones."""
    found = []
    height, width = grid.darkness.shape
    for match in rows:
        y = _middle(grid, match)
        row, column = int(np.clip(y, 0, height - 1)), round(columns.at(number, y))
        around = grid.darkness[row, max(column - 2, 0) : min(column + 3, width)]
        found.append(int(around.max(initial=0)))
    return float(np.median(found))


def _middle(grid: GridPage, match: RowMatch) -> float:
    lines = grid.lines.across
    x = match.cell.words[0].middle[0]
    return (lines[match.cell.above].at(x) + lines[match.cell.below].at(x)) / 2


def _heading_words(
    grid: GridPage,
    columns: Columns,
    lines: tuple[int, ...],
    rows: list[RowMatch],
    words: list[PrintedWord],
) -> list[tuple[int, PrintedWord]]:
    """Words above the first row, each with the number of the printed column it stands in."""
    if len(lines) < 2:
        return []
    first = min(rows, key=lambda match: match.cell.above)
    top = grid.lines.across[first.cell.above]
    high = _frame_above(grid, top, columns.at(lines[-1], top.at(top.end)))
    found = []
    for word in words:
        x, y = word.middle
        edge = top.at(x)
        if not edge - high < y < edge:
            continue
        places = [columns.at(n, edge) for n in lines]
        column = sum(place <= x for place in places) - 1
        if 0 <= column < len(lines) - 1:
            found.append((column, word))
    return found


def _frame_above(grid: GridPage, top: Line, right: float) -> float:
    """How far above a line the ruled rows go on that may hold headings, pixels."""
    most = HEAD_ROWS * row_pitch(grid)
    near = top.at(right)
    heights = sorted(
        near - line.at(right)
        for line in grid.lines.across
        if line.end >= right - grid.lines.reach and 1 < near - line.at(right) <= most
    )
    reached = 0.0
    for height in heights:
        if height - reached > HEAD_GAP * row_pitch(grid):
            break
        reached = height
    return reached


def _heads_at(
    block: GridBlock, heading: list[tuple[int, PrintedWord]], count: int, first: int
) -> tuple[int, int, int]:
    """Headings that agree; less those that contradict; less those that cannot be read."""
    ok = against = unread = 0
    for head in block.heads:
        low, high = head.first - first, head.first + head.span - first
        if low < 0 or high > count:  # only a part of it is on this page
            continue
        inside = [(column, word) for column, word in heading if low <= column < high]
        text, wrong = _split(head, inside, low)
        against += wrong
        if not text:
            continue
        own = _like(text, head.words)
        other = max((_like(text, h.words) for h in block.heads if h.words != head.words), default=0)
        if own >= HEAD_LIKE:
            ok += 1
        elif other >= HEAD_LIKE and other > own + OTHER_HEAD:
            against += 1
        else:
            unread += 1
    return ok, -against, -unread


def _split(head: GridHead, inside: list[tuple[int, PrintedWord]], low: int) -> tuple[str, int]:
    """The heading's own words, and how many words below it say another column."""
    own, wrong = [], 0
    below = {squeezed(word) for words in head.under for word in words}
    for column, word in sorted(inside, key=lambda pair: (round(pair[1].top / 6), pair[1].left)):
        text = squeezed(word.text)
        if text not in below:
            own.append(text)
        elif text not in {squeezed(one) for one in head.under[column - low]}:
            wrong += 1
    return "".join(own), wrong


def _like(text: str, words: tuple[str, ...]) -> float:
    plain = text.translate(CONFUSED)
    return max(fuzz.ratio(plain, squeezed(word).translate(CONFUSED)) / 100 for word in words)
