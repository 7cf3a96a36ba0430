"""Tick squares and bubbles of a blank: which stand together, and which words each one means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.asked import Question
from cpims_scan.forms.proposal.blank_layout import (
    TOUCH_MM,
    Cell,
    Layout,
    Phrase,
    is_inside,
    overlap,
)
from cpims_scan.forms.proposal.labels import label_near, section_over

ROW_MM = 1.6  # squares of one row are level within this
COLUMN_MM = 1.6
APART_MM = 95.0  # squares of one row no further apart
PITCH_MM = 16.0  # squares of one column no further apart
EQUAL = 0.25  # difference in size of squares of one group
WORD_MM = 12.0  # words that belong to a square stand this close to it
# A ruled cell this low (or narrow) and no longer than that is ticked, not written in.
TICK_LOW_MM = 3.4
TICK_HIGH_MM = 8.5
LEAST_MM = 2.4  # a smaller one that stands alone is the inside of a letter
NONE_MM = 40.0  # what a square without words counts for
MANY = re.compile(r"\ball that\b|\b(one or|or) more\b|\(s\)|zote|yanayo|kila", re.I)


@dataclass(frozen=True, slots=True)
class _Side:
    """Words on one side of each square of a group; None where there are none."""

    phrases: tuple[Phrase | None, ...]
    gaps: tuple[float, ...]

    @property
    def cost(self) -> float:
        """How far the words stand, mm in all; a square without words counts as a long way."""
        return sum(self.gaps)


def ask_marks(layout: Layout, taken: set[int]) -> list[Question]:
    """
    Find the choices that are ticked in squares, bubbles or small cells.

    Args:
        layout: One page.
        taken: Indices of the cells that stand in tables.
    """
    squares = [b.box for b in layout.print.boxes if b.kind in ("square", "circle")]
    squares = [s for s in squares if min(s.width, s.height) >= LEAST_MM or not _is_lone(s, squares)]
    squares += [c.box for i, c in enumerate(layout.cells) if i not in taken and is_tick_cell(c)]
    frames = [b.box for b in layout.print.boxes if b.kind == "frame"]
    holders = [_holder(square, frames) for square in squares]
    found = []
    for holder in dict.fromkeys(holders):
        mine = [s for s, h in zip(squares, holders, strict=True) if h == holder]
        found += [_question(group, layout) for group in _groups(mine)]
    return found


def _is_lone(square: Box, squares: list[Box]) -> bool:
    """True when no other square of its size stands level with it or under it."""
    return not any(
        _beside(a, b) or _under(a, b)
        for other in squares
        if other != square
        for a, b in ((square, other), (other, square))
    )


def is_tick_cell(cell: Cell) -> bool:
    """True for an empty ruled cell too small to write a word in."""
    low, high = sorted((cell.box.width, cell.box.height))
    return cell.is_empty and not cell.is_shaded and low < TICK_LOW_MM and high < TICK_HIGH_MM


def _holder(square: Box, frames: list[Box]) -> Box | None:
    """The smallest frame around a square: squares of two frames are two questions."""
    around = [f for f in frames if is_inside(square, f)]
    return min(around, key=lambda f: f.width * f.height, default=None)


def _groups(squares: list[Box]) -> list[list[Box]]:
    """Rows first, then columns of what stands alone in its row."""
    rows = _chains(squares, _beside)
    alone = [row[0] for row in rows if len(row) == 1]
    return [row for row in rows if len(row) > 1] + _chains(alone, _under)


def _chains(squares: list[Box], goes_on: Callable[[Box, Box], bool]) -> list[list[Box]]:
    chains: list[list[Box]] = []
    for square in sorted(squares, key=lambda b: (round(b.top / ROW_MM), b.left)):
        chain = next((c for c in chains if goes_on(c[-1], square)), None)
        if chain is None:
            chains.append([square])
        else:
            chain.append(square)
    return chains


def _beside(a: Box, b: Box) -> bool:
    level = abs((a.top + a.bottom) - (b.top + b.bottom)) / 2 < ROW_MM
    return level and -TOUCH_MM < b.left - a.right < APART_MM and _alike(a, b)


def _under(a: Box, b: Box) -> bool:
    level = abs(a.left - b.left) < COLUMN_MM
    return level and -TOUCH_MM < b.top - a.bottom < PITCH_MM and _alike(a, b)


def _alike(a: Box, b: Box) -> bool:
    return abs(a.width - b.width) < EQUAL * a.width and abs(a.height - b.height) < EQUAL * a.height


def _question(group: list[Box], layout: Layout) -> Question:
    everything = [*layout.loose, *_cell_phrases(layout)]
    left, right = (_side(group, everything, way) for way in (-1, 1))
    side = left if left.cost < right.cost and not _asks(left, right) else right
    label, texts = _question_words(group, side, layout)
    options = tuple(zip(texts, group, strict=True))
    box = Box.around(group)
    section = section_over(box, layout)
    return Question(
        layout.page, "ticks", box, label or section, options=options, section=section,
        is_many=bool(MANY.search(label)),
    )  # fmt: skip


def _asks(left: _Side, right: _Side) -> bool:
    """True when words before the first square end as a question does: its answers follow it."""
    first = left.phrases[0]
    is_open = first is not None and first.text.rstrip().endswith((":", "?"))
    return is_open and all(phrase is not None for phrase in right.phrases)


def _side(group: list[Box], words: list[Phrase], way: int) -> _Side:
    """The nearest words left (-1) or right (1) of every square."""
    found = [_words(square, group, words, way) for square in group]
    gaps = [
        NONE_MM if p is None else max(p.box.left - b.right if way > 0 else b.left - p.box.right, 0)
        for p, b in zip(found, group, strict=True)
    ]
    return _Side(tuple(found), tuple(gaps))


def _cell_phrases(layout: Layout) -> list[Phrase]:
    return [Phrase(c.text, c.print, 1.0) for c in layout.cells if c.print is not None]


def _words(square: Box, group: list[Box], words: list[Phrase], side: int) -> Phrase | None:
    """The nearest words on one side of a square, before the next square of its row."""
    best, nearest = None, WORD_MM
    for phrase in words:
        if overlap(phrase.box.top, phrase.box.bottom, square.top, square.bottom) < 0.4:
            continue
        gap = phrase.box.left - square.right if side > 0 else square.left - phrase.box.right
        if not -1.0 < gap < nearest:
            continue
        between = [
            other
            for other in group
            if other != square
            and overlap(other.top, other.bottom, square.top, square.bottom) > 0.4
            and ((other.left - square.left) * side >= 0)
            and (
                other.right <= phrase.box.left + 1
                if side > 0
                else phrase.box.right - 1 <= other.left
            )
        ]
        if not between:
            best, nearest = phrase, gap
    return best


def _question_words(group: list[Box], side: _Side, layout: Layout) -> tuple[str, list[str]]:
    """The question's words, and each answer's; `Sex: Male` before the first square is parted."""
    texts = [
        phrase.text if phrase else f"option {i}" for i, phrase in enumerate(side.phrases, start=1)
    ]
    texts = [text.strip(" .:") for text in texts]
    first = side.phrases[0]
    label = ""
    if first is not None and ":" in first.text.rstrip(": "):
        label, _, texts[0] = (part.strip() for part in first.text.partition(":"))
    start = min([p.box for p in side.phrases if p], key=lambda b: b.left, default=group[0])
    anchor = Box(min(start.left, group[0].left), group[0].top, 0.1, group[0].height)
    whole = Box.around([anchor, *group])
    taken = {p.text for p in side.phrases if p}
    rest = Layout(
        layout.page, layout.print, layout.cells,
        tuple(p for p in layout.loose if p.text not in taken), layout.headings,
    )  # fmt: skip
    return label or label_near(whole, rest) or _cell_label(whole, layout), texts


def _cell_label(box: Box, layout: Layout) -> str:
    """Words of the cell left of the cell that holds the squares."""
    level = [
        c
        for c in layout.cells
        if c.text
        and c.box.top < box.top + box.height / 2 < c.box.bottom
        and c.box.right < box.left + 1
    ]
    return max(level, key=lambda c: c.box.right).text if level else ""
