"""The line reader's frames searched for what a date's cell can hold: a date, a year, an age."""

from __future__ import annotations

import functools
import math
from itertools import product

import numpy as np

from cpims_scan.reading.networks import Floats

Distribution = tuple[tuple[str, float], ...]

BLANK, FIRST_DIGIT, SEPARATORS = 0, 1, slice(11, 15)  # columns of a frame, see strings.ALPHABET
DIGITS = "0123456789"
STROKE = "/"  # stands for whatever parts a date: stroke, dash, dot or a gap
BEAM = 10
# Symbols followed in a frame besides the stroke; a date has few that look alike.
SYMBOLS = 4
LEAST_SYMBOL = 1e-4
KEPT_STRINGS = 5
LONGEST_MONTH, MONTHS = 31, 12
# Years on the papers: nobody on them was born before 1900, and none is filled after 2039.
DECADES = ("19", "200", "201", "202", "203")

# Day, month, year; month and year; a year or an age alone. d: a digit, s: what parts them.
DATE_SHAPES = frozenset(
    [f"{a}s{b}s{c}" for a, b, c in product(("d", "dd"), ("d", "dd"), ("dd", "dddd"))]
    + ["dsdddd", "ddsdddd", "dddd", "dd", "d"]
)
_PREFIXES = frozenset(shape[:end] for shape in DATE_SHAPES for end in range(len(shape) + 1))


def search_date(frames: Floats) -> tuple[Distribution, float]:
    """
    The most likely dates of one line, best first, and how well the line fits any date.

    What the reader saw as a 1 between two numbers may be a stroke, and a stroke may be lost:
    among strings that have the shape of a date there is little to confuse.

    Args:
        frames: Probabilities (time, symbols), blank first; see `strings.ALPHABET`.

    Returns:
        Strings such as 04/03/2011 with probabilities that sum to at most 1 given that it is a
        date, and the share of the line's probability that has the shape of one.
    """
    found = {s: p for s, p in _search(_with_strokes(frames)).items() if _is_date(s)}
    total = math.fsum(found.values())
    if total <= 0:
        return (), 0.0
    ranked = sorted(found.items(), key=lambda item: -item[1])[:KEPT_STRINGS]
    return tuple((text, p / total) for text, p in ranked), total


def _with_strokes(frames: Floats) -> Floats:
    return np.column_stack([frames[:, : FIRST_DIGIT + 10], frames[:, SEPARATORS].sum(axis=1)])


def _search(frames: Floats) -> dict[str, float]:
    """
    Prefix search with a beam, over prefixes that may still become what is wanted.

    Source: Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 7.5.1.
    """
    symbols = DIGITS + STROKE
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ends in blank, in a symbol
    for frame in frames:
        if frame[BLANK] > 1 - LEAST_SYMBOL:
            beams = {prefix: (b + n, 0.0) for prefix, (b, n) in beams.items()}
            continue
        likely = np.argsort(frame[1:])[::-1][:SYMBOLS]
        followed = [
            (symbols[i], float(frame[i + 1])) for i in likely if frame[i + 1] > LEAST_SYMBOL
        ]
        if STROKE not in (s for s, _ in followed):
            followed.append((STROKE, max(float(frame[-1]), LEAST_SYMBOL)))
        beams = _extend(beams, followed, float(frame[BLANK]))
    return {prefix: b + n for prefix, (b, n) in beams.items()}


def _extend(
    beams: dict[str, tuple[float, float]],
    followed: list[tuple[str, float]],
    blank: float,
) -> dict[str, tuple[float, float]]:
    grown: dict[str, list[float]] = {}
    for prefix, (in_blank, in_symbol) in beams.items():
        total = in_blank + in_symbol
        kept = grown.setdefault(prefix, [0.0, 0.0])
        kept[0] += total * blank
        for symbol, p in followed:
            step = total * p
            if prefix.endswith(symbol):
                kept[1] += in_symbol * p
                step = in_blank * p
            longer = prefix + symbol
            if step > 0 and _may_begin(longer):
                grown.setdefault(longer, [0.0, 0.0])[1] += step
    ranked = sorted(grown.items(), key=lambda item: -(item[1][0] + item[1][1]))
    return {prefix: (b, n) for prefix, (b, n) in ranked[:BEAM]}


@functools.lru_cache(maxsize=4096)
def _may_begin(prefix: str) -> bool:
    if _shape(prefix) not in _PREFIXES:
        return False
    parts = prefix.split(STROKE)
    numbers = [int(part) for part in parts[:-1][:2]]
    if any(number > LONGEST_MONTH for number in numbers) or (
        len(numbers) == 2 and min(numbers) > MONTHS
    ):
        return False
    return len(parts[-1]) <= 2 or parts[-1].startswith(DECADES)


def _is_date(text: str) -> bool:
    parts = text.split(STROKE)
    if _shape(text) not in DATE_SHAPES:
        return False
    return all(int(part) > 0 for part in parts[:-1])


def _shape(text: str) -> str:
    return "s".join("d" * len(part) for part in text.split(STROKE))
