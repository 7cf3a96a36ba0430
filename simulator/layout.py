"""Fitting words into a cell as people do: smaller, squeezed, on two lines, over the edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import Box
from simulator.hands import Hand, Word, grid_scale, set_down, write_word
from simulator.pens import Stroke

# A capital takes at most this share of its line; what hangs below the line needs the rest.
LINE_SHARE = 0.58
NUMBER_SHARE = 0.68
# Nobody writes smaller than this; then letters are squeezed, then they leave the cell.
LEAST_CAP_MM = 1.75
EASY_SQUEEZE = 0.8
HARD_SQUEEZE = 0.62
SIDE_MM = 0.9
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Written:
    """Strokes of a text, and the box that they fill, mm."""

    strokes: tuple[Stroke, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Plan:
    cap_mm: float
    squeeze: float
    lines: tuple[tuple[Word, ...], ...]


def write_text(hand: Hand, text: str, box: Box, rng: Generator, centred: bool = False) -> Written:
    """
    Write a text into a box.

    Args:
        hand: Who writes.
        text: Words with spaces between them.
        box: Where there is room, mm; print that must stay clear is already cut off.
        rng: Of this piece of writing.
        centred: Numbers in narrow columns stand in the middle, words begin at the left.
    """
    shown = text.upper() if rng.random() < hand.style.capitals else text
    words = [write_word(hand, word, rng) for word in shown.split()]
    share = LINE_SHARE if any(c.islower() for c in shown) else NUMBER_SHARE
    plan = _plan(hand, words, box, share * float(rng.uniform(0.9, 1.0)))
    grid = grid_scale(plan.cap_mm)
    scale = (grid * plan.squeeze, grid)
    pitch = min(box.height / len(plan.lines), plan.cap_mm * 2.1)
    top = box.top + (box.height - pitch * len(plan.lines)) * float(rng.uniform(0.3, 0.7))
    strokes: list[Stroke] = []
    for number, line in enumerate(plan.lines):
        width = _width(line, hand.style.space) * scale[0]
        spare = max(box.width - width - 2 * SIDE_MM, 0.0)
        lead = spare * float(rng.uniform(0.35, 0.6)) if centred else min(spare, rng.uniform(0, 1.8))
        x = box.left + SIDE_MM + lead
        y = top + pitch * (number + 0.5) + plan.cap_mm * 0.5 + float(rng.normal(0, 0.12))
        for word in line:
            strokes += set_down(word, hand, (x, y), scale)
            x += (word.width + hand.style.space) * scale[0]
    return Written(tuple(strokes), _extent(strokes))


def _plan(hand: Hand, words: list[Word], box: Box, share: float) -> _Plan:
    """The largest writing that fits, a capital at most `share` of a line."""
    room = box.width - 2 * SIDE_MM
    plans = []
    for count in range(1, min(MOST_LINES, len(words)) + 1):
        cap = min(hand.style.cap_mm, share * box.height / count)
        if cap < LEAST_CAP_MM and count > 1:
            break
        plans.append(_for_lines(words, count, (cap, room), hand.style.space))
    return max(plans, key=lambda plan: plan.cap_mm * min(plan.squeeze, 1.0) ** 0.5)


def _for_lines(words: list[Word], count: int, limits: tuple[float, float], space: float) -> _Plan:
    """Words on `count` lines: at full size when it fits, else squeezed, then smaller."""
    cap, room = limits
    lines = _broken(words, count, space)
    needed = max(_width(line, space) for line in lines) * grid_scale(cap)
    squeeze = min(1.0, room / max(needed, 1e-6))
    if squeeze < EASY_SQUEEZE:
        smaller = max(cap * squeeze / EASY_SQUEEZE, min(LEAST_CAP_MM, cap))
        squeeze = min(1.0, squeeze * cap / smaller)
        cap = smaller
    return _Plan(cap, max(squeeze, HARD_SQUEEZE), tuple(lines))


def _broken(words: list[Word], count: int, space: float) -> list[tuple[Word, ...]]:
    """Words on `count` lines of about equal width, in order."""
    low, high = max(w.width for w in words), _width(tuple(words), space)
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if len(_wrapped(words, middle, space)) <= count else (middle, high)
        )
    return _wrapped(words, high, space)


def _wrapped(words: list[Word], width: float, space: float) -> list[tuple[Word, ...]]:
    lines: list[list[Word]] = [[]]
    for word in words:
        if lines[-1] and _width((*lines[-1], word), space) > width:
            lines.append([])
        lines[-1].append(word)
    return [tuple(line) for line in lines]


def _width(words: tuple[Word, ...] | list[Word], space: float) -> float:
    return sum(w.width for w in words) + space * (len(words) - 1)


def _extent(strokes: list[Stroke]) -> Box:
    points = np.vstack([s.points for s in strokes])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))
