"""Hands: each seed writes in its own way, and never the same letter twice alike."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulator.glyphs import CAP_HEIGHT, Curve, Skeleton, skeletons, trace
from simulator.letters import RUNS_ON
from simulator.pens import PENS, Pen, Stroke

# Keeps the random streams of a hand apart from those of people and pages.
STREAM = 7_151
# Digits stand apart even where letters crowd: a 1 and a 3 that touch are a B to everybody.
DIGIT_GAP = 4.2


@dataclass(frozen=True, slots=True)
class Style:
    """
    How somebody writes.

    Attributes:
        slant: Shear to the right, 0.3 is 17 degrees.
        narrow: Width against the skeleton's.
        gap: Between letters, grid units.
        space: Between words, grid units.
        cap_mm: Height of a capital where there is room.
        small: Height of small letters against the skeleton's.
        quirk: How far the writer's own shapes are from the skeleton's, grid units.
        wobble: How far two of the writer's letters differ, grid units.
        rounding: How much corners are rounded, in points of the curve.
        tremor: Shake of the line, grid units.
        drift: Slope of the written line.
        hop: Jitter of single letters above the line, grid units.
        joins: How often the pen runs on to the next small letter, 0..1.
        capitals: How often a word is written in capitals throughout, 0..1.
    """

    slant: float
    narrow: float
    gap: float
    space: float
    cap_mm: float
    small: float
    quirk: float
    wobble: float
    rounding: float
    tremor: float
    drift: float
    hop: float
    joins: float
    capitals: float


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer with one pen."""

    seed: int
    style: Style
    pen: Pen

    def with_pen(self, pen: Pen) -> Hand:
        """The same writer with another pen."""
        return dataclasses.replace(self, pen=pen)


@dataclass(frozen=True, slots=True)
class Word:
    """A written word in grid units; y upward, baseline 0, the first letter starts at x 0."""

    strokes: tuple[Curve, ...]
    pressures: tuple[NDArray[np.float64], ...]
    width: float


def make_hand(seed: int, pen: Pen | None = None) -> Hand:
    """The writer of a seed: always the same."""
    rng = np.random.default_rng([STREAM, seed])
    is_joined = rng.random() < 0.35
    style = Style(
        slant=float(rng.normal(0.14, 0.13)),
        narrow=float(rng.uniform(0.82, 1.12)),
        gap=float(rng.uniform(2.6, 4.6)),
        space=float(rng.uniform(8, 13)),
        cap_mm=float(rng.uniform(2.9, 4.1)),
        small=float(rng.uniform(0.88, 1.15)),
        quirk=float(rng.uniform(0.35, 0.8)),
        wobble=float(rng.uniform(0.2, 0.45)),
        rounding=float(rng.uniform(0.5, 2.2)),
        tremor=float(rng.choice([0.04, 0.06, 0.08, 0.18])),
        drift=float(rng.normal(0, 0.012)),
        hop=float(rng.uniform(0.2, 0.7)),
        joins=float(rng.uniform(0.55, 0.95)) if is_joined else float(rng.choice([0.0, 0.0, 0.2])),
        capitals=float(rng.choice([0.0, 0.0, 0.05, 0.9])),
    )
    chosen = pen or PENS[int(rng.choice(len(PENS), p=[0.38, 0.26, 0.1, 0.08, 0.1, 0.08]))]
    width = chosen.width_mm * float(rng.uniform(0.88, 1.15))
    return Hand(seed, style, dataclasses.replace(chosen, width_mm=width))


def write_word(hand: Hand, text: str, rng: Generator) -> Word:
    """Write one word; the strokes come in the order in which a hand makes them."""
    strokes: list[Curve] = []
    late: list[Curve] = []  # dots and bars come after the word
    x, is_open = 0.0, False
    for index, character in enumerate(text):
        curves, right = _letter(hand, character, rng)
        placed = [c + np.array([x, rng.normal(0, hand.style.hop)]) for c in curves]
        if is_open and strokes:
            strokes[-1] = _joined(strokes[-1], placed[0])
        else:
            strokes.append(placed[0])
        late.extend(placed[1:])
        is_open = _runs_on(hand, text, index, rng)
        gap = max(hand.style.gap, DIGIT_GAP) if character.isdigit() else hand.style.gap
        x += right + gap * _gap_after(character, is_open) * float(rng.normal(1, 0.1))
    finished = [_finished(s, hand, rng) for s in [*strokes, *late]]
    return Word(tuple(finished), tuple(_pressure(s, hand, rng) for s in finished), x)


def set_down(
    word: Word, hand: Hand, origin: tuple[float, float], scale: tuple[float, float]
) -> list[Stroke]:
    """
    Put a word on paper.

    Args:
        word: As the hand wrote it.
        hand: Whose slant it has.
        origin: Where its baseline starts, mm from the page's top-left.
        scale: Millimetres a grid unit, across and up.
    """
    slanted = [
        np.column_stack([s[:, 0] + hand.style.slant * s[:, 1], s[:, 1]]) for s in word.strokes
    ]
    return [
        Stroke(np.column_stack([origin[0] + s[:, 0] * scale[0], origin[1] - s[:, 1] * scale[1]]), p)
        for s, p in zip(slanted, word.pressures, strict=True)
    ]


def grid_scale(cap_mm: float) -> float:
    """Millimetres of a grid unit when a capital is `cap_mm` high."""
    return cap_mm / CAP_HEIGHT


def _letter(hand: Hand, character: str, rng: Generator) -> tuple[list[Curve], float]:
    """Curves of one letter as this hand makes it now, and how far it reaches."""
    way, offsets = _own_way(hand, character, rng)
    style = hand.style
    small = style.small if character.islower() else 1.0
    size = rng.normal(1, 0.035, 2) * (style.narrow, small)
    bow = float(rng.normal(0.03, 0.03))
    curves = []
    for points, corners, own in zip(way.strokes, way.corners, offsets, strict=True):
        moved = (points + own + rng.normal(0, style.wobble, points.shape)) * size
        if character in "bdfhkl":  # ascenders keep their height when small letters are small
            moved[:, 1] = np.where(moved[:, 1] > 12 * small, moved[:, 1] / small, moved[:, 1])
        curves.append(trace(moved, corners, bow))
    return curves, way.right * style.narrow


def _own_way(hand: Hand, character: str, rng: Generator) -> tuple[Skeleton, tuple[Curve, ...]]:
    """The writer's usual way of a character, seldom another one, with the writer's own shape."""
    ways = skeletons(character)
    usual = int(_habit(hand.seed, character).integers(len(ways)))
    index = int(rng.integers(len(ways))) if rng.random() < 0.06 else usual
    return ways[index], _own_shape(hand.seed, character, index, hand.style.quirk)


@functools.lru_cache(maxsize=4096)
def _own_shape(seed: int, character: str, index: int, quirk: float) -> tuple[Curve, ...]:
    rng = np.random.default_rng([STREAM, seed, ord(character), index])
    return tuple(rng.normal(0, quirk, s.shape) for s in skeletons(character)[index].strokes)


def _habit(seed: int, character: str) -> Generator:
    return np.random.default_rng([STREAM, seed, ord(character)])


def _runs_on(hand: Hand, text: str, index: int, rng: Generator) -> bool:
    pair = text[index : index + 2]
    return (
        len(pair) == 2
        and pair[0] in RUNS_ON
        and pair[1].islower()
        and (rng.random() < hand.style.joins)
    )


def _gap_after(character: str, is_joined: bool) -> float:
    if character in "1/.,'-":
        return 1.3
    return 0.75 if is_joined else 1.0


def _joined(before: Curve, after: Curve) -> Curve:
    """Run on from one letter into the next by a shallow swing near the baseline."""
    start, end = before[-1], after[0]
    low = min(start[1], end[1]) * 0.6 + 0.4 * float(np.mean([start[1], end[1]]))
    middle = np.array([(start[0] * 0.6 + end[0] * 0.4), low - 0.4])
    t = np.linspace(0, 1, 7)[1:-1, None]
    swing = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    return np.vstack([before, swing, after])


def _finished(curve: Curve, hand: Hand, rng: Generator) -> Curve:
    """Round the corners and let the hand shake."""
    count = len(curve)
    if count > 4:
        rounded = _smooth(curve, hand.style.rounding)
        rounded[[0, -1]] = curve[[0, -1]]
        curve = rounded
    shake = _smooth(rng.normal(0, 1, (count, 2)), 2.0) * hand.style.tremor * 3
    return curve + shake + [0, hand.style.drift * float(curve[0, 0])]


def _pressure(curve: Curve, hand: Hand, rng: Generator) -> NDArray[np.float64]:
    count = len(curve)
    slow = _smooth(rng.normal(0, 1, (count, 1)), 4.0)[:, 0] * 0.22
    downward = np.gradient(-curve[:, 1]) if count > 1 else np.zeros(count)
    heavier = 0.06 * np.tanh(downward)
    ends = np.clip(np.arange(count) / 2.5 + 0.72, 0, 1)
    lift = np.clip(np.arange(count)[::-1] / 4 + 0.5, 0, 1)
    return np.asarray(np.clip((1 + slow + heavier) * ends * lift, 0.3, 1.35))


def _smooth(values: Curve, sigma: float) -> Curve:
    if len(values) < 3 or sigma <= 0:
        return values
    size = int(2 * round(3 * sigma) + 1)
    kernel = cv2.getGaussianKernel(size, sigma)
    padded = np.pad(values, ((size // 2, size // 2), (0, 0)), mode="edge")
    columns = [
        np.convolve(padded[:, i], kernel[:, 0], mode="valid") for i in range(values.shape[1])
    ]
    return np.column_stack(columns)
