"""Rows of equal small cells that are meant for one character each."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.blank import FoundBox
from cpims_scan.domain.paper import Box
from cpims_scan.imaging.finding.cells import TOUCH_MM, Edges, edges_of

# A character's cell; the forms at hand have 4 to 8 mm.
WIDTH_MM = (2.8, 9.5)
HEIGHT_MM = (3.5, 14.0)
ASPECT = (0.35, 1.9)  # width over height
EQUAL = 0.18  # cells of one comb differ less than this share of their width
LEAST = 3  # fewer cells side by side are boxes of their own
# Groups of a date or a telephone stand apart by less than this many cells.
APART = 1.8
LEVEL_MM = 0.8


def gather_combs(found: list[FoundBox], words: list[Box]) -> list[FoundBox]:
    """
    Put cells that make a comb together.

    Args:
        found: Boxes of one page, as `find_cells` gives them.
        words: Boxes of the printed words: a cell with print in it is no comb's.

    Returns:
        All boxes, the combs' cells replaced by combs.
    """
    boxes = [f.box for f in found]
    fits = _fitting(found, words)
    rows = _rows([i for i in range(len(found)) if fits[i]], boxes)
    groups = [row for row in _joined(rows, boxes) if len(row) >= LEAST]
    groups = [group for group in groups if not _is_grid(group, boxes)]
    taken = {i for group in groups for i in group}
    combs = [
        FoundBox("comb", Box.around([boxes[i] for i in group]), tuple(boxes[i] for i in group))
        for group in groups
    ]
    rest = [f for i, f in enumerate(found) if i not in taken]
    return sorted([*rest, *combs], key=lambda f: (round(f.box.top), f.box.left))


def _fitting(found: list[FoundBox], words: list[Box]) -> list[bool]:
    fits = []
    centres = [((w.left + w.right) / 2, (w.top + w.bottom) / 2) for w in words]
    for item in found:
        box = item.box
        sized = (
            item.kind in ("cell", "square")
            and WIDTH_MM[0] <= box.width <= WIDTH_MM[1]
            and HEIGHT_MM[0] <= box.height <= HEIGHT_MM[1]
            and ASPECT[0] <= box.width / box.height <= ASPECT[1]
        )
        fits.append(
            sized
            and not any(box.left < x < box.right and box.top < y < box.bottom for x, y in centres)
        )
    return fits


def _rows(members: list[int], boxes: list[Box]) -> list[list[int]]:
    """Runs of equal cells side by side, left to right."""
    left = sorted(members, key=lambda i: boxes[i].left)
    follower = {
        i: next((j for j in left if j != i and _follows(boxes[i], boxes[j])), None) for i in left
    }
    firsts = [i for i in left if i not in follower.values()]
    rows = []
    for first in firsts:
        row = [first]
        while (following := follower[row[-1]]) is not None:
            row.append(following)
        rows.append(row)
    return rows


def _follows(a: Box, b: Box) -> bool:
    return 0 <= b.left - a.right + TOUCH_MM <= 2 * TOUCH_MM and _alike(a, b)


def _alike(a: Box, b: Box) -> bool:
    return (
        abs(a.top - b.top) < LEVEL_MM
        and abs(a.bottom - b.bottom) < LEVEL_MM
        and abs(a.width - b.width) < EQUAL * max(a.width, b.width)
    )


def _joined(rows: list[list[int]], boxes: list[Box]) -> list[list[int]]:
    """Rows on one level with small gaps between them, such as dd mm yyyy, are one comb."""
    joined: list[list[int]] = []
    for row in sorted(rows, key=lambda r: (round(boxes[r[0]].top / LEVEL_MM), boxes[r[0]].left)):
        last = joined[-1] if joined else None
        if last is not None and _alike(boxes[last[-1]], boxes[row[0]]):
            gap = boxes[row[0]].left - boxes[last[-1]].right
            both = len(last) > 1 and len(row) > 1
            # Single squares with a wide gap between them are ticked, not written in.
            limit = APART * boxes[row[0]].width if both else 0.4 * boxes[row[0]].width
            if 0 < gap <= limit:
                last += row
                continue
        joined.append([*row])
    return joined


def _is_grid(group: list[int], boxes: list[Box]) -> bool:
    """True when most cells have one of the same width right above or below: a table."""
    e = edges_of(boxes)
    return float(np.mean([_is_stacked(boxes[i], e) for i in group])) > 0.5


def _is_stacked(box: Box, e: Edges) -> bool:
    same = (np.abs(e.left - box.left) < TOUCH_MM) & (np.abs(e.right - box.right) < TOUCH_MM)
    under = np.abs(e.top - box.bottom) < TOUCH_MM
    over = np.abs(e.bottom - box.top) < TOUCH_MM
    return bool((same & (under | over)).any())
