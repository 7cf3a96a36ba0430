"""Which printed row is which row of the form: labels in order, none beyond doubt none accepted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from cpims_scan.forms.grid import Grid, GridRow
from cpims_scan.imaging.grid.cells import GridCell, squeezed

# Likeness (0..1) of a printed label to a row's words: from here on it may be that row.
POSSIBLE = 0.72
# It is that row beyond doubt when it is this like, and every other row clearly less.
CERTAIN = 0.86
FURTHER = 2.0  # another row must differ so many times more than the own one does,
CLEARLY = 0.03  # and by this much more
FEWEST_CLIPPED = 10  # letters of a label that the next cell cuts off
CLIPPED = 0.97  # worth of a likeness with a label's beginning only
# Rows that follow each other on the paper as in the form are likelier right.
NEIGHBOUR_BONUS = 0.25


@dataclass(frozen=True, slots=True)
class RowMatch:
    """A row of the form and the printed cell with its label; `is_certain` by its own words."""

    row: GridRow
    order: int  # 0-based among all rows of the edition
    block: int
    cell: GridCell
    likeness: float
    is_certain: bool


def match_rows(grid: Grid, cells: list[GridCell]) -> list[RowMatch]:
    """
    Match printed labels with the rows of an edition, both in their order.

    The best order-preserving assignment by dynamic programming (Needleman and Wunsch 1970, without
    a price for gaps); a label is certain when no other row's words come near it.
    """
    rows = [(row, b) for b, block in enumerate(grid.blocks) for row in block.rows]
    labels = _in_label_column(rows, cells)
    if not labels:
        return []
    like = _likenesses(rows, labels)
    return [
        RowMatch(
            rows[r][0], r, rows[r][1], labels[c], float(like[r, c]), _is_certain(rows, like, r, c)
        )
        for r, c in _aligned(like, rows, labels)
    ]


def likeness(printed: str, words: tuple[str, ...]) -> float:
    """How like a printed label is to a row's words, 0..1; a label that is cut off counts too."""
    text = squeezed(printed)
    best = 0.0
    for word in words:
        whole = squeezed(word)
        best = max(best, fuzz.ratio(text, whole) / 100)
        if FEWEST_CLIPPED <= len(text) < len(whole):
            best = max(best, CLIPPED * fuzz.ratio(text, whole[: len(text)]) / 100)
    return best


def _in_label_column(rows: list[tuple[GridRow, int]], cells: list[GridCell]) -> list[GridCell]:
    """Cells of the column that holds most labels, from top to bottom."""
    counts: dict[int, float] = {}
    for cell in cells:
        best = max(likeness(cell.text, row.words) for row, _ in rows)
        if best >= POSSIBLE:
            counts[cell.left] = counts.get(cell.left, 0.0) + best
    if not counts:
        return []
    column = max(counts, key=lambda left: counts[left])
    chosen = [cell for cell in cells if cell.left == column]
    return sorted(chosen, key=lambda cell: (cell.above, cell.below))


def _likenesses(rows: list[tuple[GridRow, int]], labels: list[GridCell]) -> NDArray[np.float64]:
    return np.array([[likeness(cell.text, row.words) for cell in labels] for row, _ in rows])


def _aligned(
    like: NDArray[np.float64], rows: list[tuple[GridRow, int]], labels: list[GridCell]
) -> list[tuple[int, int]]:
    """Pairs (row, label), both rising, with the largest sum of likenesses."""
    height, width = like.shape
    best = np.zeros((height + 1, width + 1))
    paired = np.full((height + 1, width + 1), -np.inf)  # best sum that ends with this pair
    follows = np.zeros((height + 1, width + 1), dtype=bool)  # it ends with the pair before, too
    for r in range(1, height + 1):
        for c in range(1, width + 1):
            if like[r - 1, c - 1] >= POSSIBLE:
                before = best[r - 1, c - 1]
                if r > 1 and c > 1 and _are_neighbours(rows, labels, r - 1, c - 1):
                    joined = paired[r - 1, c - 1] + NEIGHBOUR_BONUS
                    follows[r, c] = joined > before
                    before = max(before, joined)
                paired[r, c] = before + like[r - 1, c - 1]
            best[r, c] = max(best[r - 1, c], best[r, c - 1], paired[r, c])
    return _traced_back(best, paired, follows)


def _are_neighbours(
    rows: list[tuple[GridRow, int]], labels: list[GridCell], r: int, c: int
) -> bool:
    """Whether row r and label c stand directly below row r-1 and label c-1."""
    return rows[r][1] == rows[r - 1][1] and labels[c].above == labels[c - 1].below


def _traced_back(
    best: NDArray[np.float64], paired: NDArray[np.float64], follows: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    r, c = best.shape[0] - 1, best.shape[1] - 1
    pairs = []
    is_bound = False
    while r > 0 and c > 0:
        if is_bound or best[r, c] == paired[r, c]:
            pairs.append((r - 1, c - 1))
            is_bound = bool(follows[r, c])
            r, c = r - 1, c - 1
        elif best[r, c] == best[r - 1, c]:
            r -= 1
        else:
            c -= 1
    return pairs[::-1]


def _is_certain(rows: list[tuple[GridRow, int]], like: NDArray[np.float64], r: int, c: int) -> bool:
    own = like[r, c]
    words = rows[r][0].words
    others = [like[i, c] for i, (row, _) in enumerate(rows) if row.words != words]
    other = max(others, default=0.0)
    return bool(own >= CERTAIN and 1 - other >= FURTHER * (1 - own) + CLEARLY)
