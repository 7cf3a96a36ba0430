"""Lines to write on: ruled, dotted or dashed; and combs that have only ticks on such a line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from cpims_scan.domain.blank import FoundBox
from cpims_scan.domain.paper import CELL_PX_PER_MM, Box, Pixels
from cpims_scan.imaging.finding.cells import edges_of
from cpims_scan.imaging.finding.rulings import Rulings

SHORTEST_LINE_MM = 12.0  # shorter ones are underlined words, hyphens and minus signs
THICKEST_LINE_MM = 0.9  # thicker ones part a page
# Dots of a leader: no larger than this, no further apart than that.
DOT_MM = (2.2, 0.9)
DOT_DARKNESS = 70
DOT_GAP_MM = 1.7
LEADER_MM = 8.0
# Handwriting stands above its line and reaches below it.
ROOM_MM = (4.0, 9.0)
BELOW_MM = 1.0
UNDERLINE_MM = 2.5  # words this close above a line are underlined by it
UNDERLINED = 0.5  # share of the line below words that makes it an underline
# Ticks of an open comb.
TICK_MM = 1.2
TICK_PITCH_MM = (3.0, 11.0)
TICK_EVEN = 0.12  # spread of the pitches over their mean
TICK_LEAST = 3


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A level line: from left to right at a height, mm."""

    left: float
    right: float
    y: float


def find_lines(rulings: Rulings, cells: list[FoundBox], words: list[Box]) -> list[FoundBox]:
    """
    Find what is written on rather than in.

    Args:
        rulings: Of the page, without its words.
        cells: Boxes found already; their own rules are no writing lines.
        words: Boxes of the printed words, mm.

    Returns:
        Lines, each with the room above it, and combs of ticks.
    """
    ruled = [s for s in _ruled(rulings.across) if not _is_side(s, cells)]
    stretches = [s for s in [*ruled, *_dotted(rulings.darkness)] if not _underlines(s, words)]
    found = []
    for stretch in sorted(stretches, key=lambda s: (s.y, s.left)):
        box = _room(stretch, stretches, words)
        if _in_cell(box, cells):
            continue
        ticks = _ticks(rulings.darkness, stretch)
        if ticks:
            comb = tuple(Box(a, box.top, b - a, stretch.y - box.top) for a, b in pairwise(ticks))
            found.append(FoundBox("comb", Box.around(list(comb)), comb))
        else:
            found.append(FoundBox("line", box))
    return found


def _ruled(across: Pixels) -> list[_Stretch]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    found = []
    for x, y, w, h, _area in stats[1:count]:
        if w >= SHORTEST_LINE_MM * CELL_PX_PER_MM and h <= THICKEST_LINE_MM * CELL_PX_PER_MM:
            found.append(_stretch(x, y, w, h))
    return found


def _dotted(darkness: Pixels) -> list[_Stretch]:
    """Dots and dashes in a row; the dots of letters stand alone."""
    binary = cv2.threshold(darkness, DOT_DARKNESS, 255, cv2.THRESH_BINARY)[1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    wide, high = (side * CELL_PX_PER_MM for side in DOT_MM)
    small = (stats[:, cv2.CC_STAT_WIDTH] <= wide) & (stats[:, cv2.CC_STAT_HEIGHT] <= high)
    small[0] = False
    dots = (small[labels] * np.uint8(255)).astype(np.uint8)
    gap = round(DOT_GAP_MM * CELL_PX_PER_MM)
    rows = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(rows, connectivity=8)
    return [
        _stretch(x, y, w, h)
        for x, y, w, h, _area in stats[1:count]
        if w >= LEADER_MM * CELL_PX_PER_MM and h <= 2 * high
    ]


def _stretch(x: int, y: int, w: int, h: int) -> _Stretch:
    scale = 1 / CELL_PX_PER_MM
    return _Stretch(float(x * scale), float((x + w) * scale), float((y + h / 2) * scale))


def _is_side(stretch: _Stretch, cells: list[FoundBox]) -> bool:
    """True when most of a line is the side of boxes."""
    near = [
        c.box for c in cells if min(abs(c.box.top - stretch.y), abs(c.box.bottom - stretch.y)) < 1.0
    ]
    covered = sum(max(min(b.right, stretch.right) - max(b.left, stretch.left), 0.0) for b in near)
    return covered > 0.5 * (stretch.right - stretch.left)


def _underlines(stretch: _Stretch, words: list[Box]) -> bool:
    above = [w for w in words if -0.5 < stretch.y - w.bottom < UNDERLINE_MM]
    covered = sum(max(min(w.right, stretch.right) - max(w.left, stretch.left), 0.0) for w in above)
    return covered > UNDERLINED * (stretch.right - stretch.left)


def _room(stretch: _Stretch, others: list[_Stretch], words: list[Box]) -> Box:
    """The free room above a line, down to a little below it."""
    tops = [w.bottom for w in words if _over(w.left, w.right, stretch) and w.bottom < stretch.y]
    tops += [o.y for o in others if _over(o.left, o.right, stretch) and o.y < stretch.y - 1]
    least, most = ROOM_MM
    room = min(max(stretch.y - max(tops, default=0.0) - BELOW_MM, least), most)
    top = max(stretch.y - room, 0.0)
    return Box(stretch.left, top, stretch.right - stretch.left, stretch.y + BELOW_MM - top)


def _over(left: float, right: float, stretch: _Stretch) -> bool:
    return min(right, stretch.right) - max(left, stretch.left) > 1.0


def _in_cell(box: Box, cells: list[FoundBox]) -> bool:
    """A line inside a closed cell belongs to the cell, which is the better box."""
    boxes = [c.box for c in cells if c.kind == "cell"]
    e = edges_of(boxes)
    inside = (e.left - 1 <= box.left) & (box.right <= e.right + 1)
    return bool((inside & (e.top - 1 <= box.bottom) & (box.bottom <= e.bottom + 1)).any())


def _ticks(darkness: Pixels, stretch: _Stretch) -> list[float]:
    """Places of evenly spaced ticks that stand on a line, mm; [] when there are none."""
    top = round((stretch.y - TICK_MM) * CELL_PX_PER_MM)
    bottom = round((stretch.y - 0.3) * CELL_PX_PER_MM)
    left = max(round((stretch.left - 0.5) * CELL_PX_PER_MM), 0)
    right = round((stretch.right + 0.5) * CELL_PX_PER_MM)
    strip = darkness[max(top, 0) : max(bottom, 1), left:right]
    is_tick = np.concatenate(([False], (strip > DOT_DARKNESS).mean(axis=0) > 0.8, [False]))
    starts = np.flatnonzero(~is_tick[:-1] & is_tick[1:])
    ends = np.flatnonzero(is_tick[:-1] & ~is_tick[1:])
    places = (left + (starts + ends) / 2) / CELL_PX_PER_MM
    if len(places) < TICK_LEAST:
        return []
    # A comb may leave its outer ticks out: the line's own ends stand for them.
    pitches = np.diff(places)
    pitch = float(pitches.mean())
    low, high = TICK_PITCH_MM
    if not low <= pitch <= high or float(pitches.std()) > TICK_EVEN * pitch:
        return []
    whole = [float(p) for p in places]
    if abs(whole[0] - pitch - stretch.left) < TICK_EVEN * 2 * pitch:
        whole.insert(0, stretch.left)
    if abs(stretch.right - whole[-1] - pitch) < TICK_EVEN * 2 * pitch:
        whole.append(stretch.right)
    return whole
