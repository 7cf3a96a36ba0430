"""Choices and tick squares filled by this generator's own pens, and what each option is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import CellImage
from training.data import Glyphs
from training.paper import FOUND, MARGIN, expose
from training.pens import Pen, Rect, Spot, cancel, mark, number
from training.strokes import Canvas

EMPTY, MARKED, CANCELLED = 0, 1, 2
# Share of fields on rough paper.
ROUGH_SHARE = 0.6

WORDS = (
    *("Male [1]", "Female [2]", "Formal [1]", "Informal [2]", "Yes [1]", "NO [2]", "Low [1]"),
    *("Medium [2]", "High [3]", "Normal [1]", "Challenged [2]", "Other [4]", "Muslim [2]"),
    *("Reading [5]", "Parents living together [1]", "A", "M", "F", "12", "Ndio", "Hapana"),
)
MARKS = (
    *("tick", "tick", "cross", "ring", "ring", "ring", "ring_code"),
    *("underline", "dot", "slash", "number"),
)
SQUARE_MARKS = (
    *("tick", "tick", "tick", "cross", "cross", "fill", "dot", "slash", "ring", "line"),
    "squiggle",
)
CANCELS = ("mark_scribble", "mark_scribble", "mark_strike", "scribble", "strike", "strike")
SQUARE_CANCELS = ("mark_scribble", "mark_strike", "scribble")


def choice_field(rng: Generator, digits: Glyphs) -> tuple[list[CellImage], list[int]]:
    """A row of ruled cells with words in them, some of them marked."""
    count = int(rng.integers(2, 6))
    height = float(rng.uniform(36, 72))
    widths = rng.uniform(1.2, 3.2, count) * height
    if rng.random() < 0.15:
        widths *= 1.7
    top, left = 40.0, 60.0
    boxes: list[Rect] = []
    for width in widths:
        boxes.append((left, top, float(width), height))
        left += float(width)
    printed = np.zeros((int(height) + 80, int(left) + 60), np.uint8)
    dark, thick = int(rng.uniform(150, 255)), int(rng.integers(1, 4))
    spots = [Spot(box, _print_option(printed, box, dark, thick, rng)) for box in boxes]
    printed = np.asarray(cv2.GaussianBlur(printed, (0, 0), float(rng.uniform(0.4, 0.8))))
    return _filled(printed, spots, rng, digits)


def square_field(rng: Generator, digits: Glyphs) -> tuple[list[CellImage], list[int]]:
    """A few tick squares beside their words."""
    count = int(rng.integers(1, 5))
    side = float(rng.uniform(18, 48))
    wide = side * float(rng.uniform(0.9, 1.9))
    step = wide + float(rng.uniform(0.5, 6)) * side
    boxes = [(60.0 + i * step, 50.0, wide, side) for i in range(count)]
    printed = np.zeros((int(side) + 100, int(60 + count * step + 40)), np.uint8)
    dark, thick = int(rng.uniform(120, 255)), int(rng.integers(1, 4))
    for x, y, w, h in boxes:
        cv2.rectangle(printed, (int(x), int(y)), (int(x + w), int(y + h)), dark, thick)
        if rng.random() < 0.7:
            at = (int(x + w + rng.integers(3, 14)), int(y + h * rng.uniform(0.6, 0.95)))
            cv2.putText(printed, str(rng.choice(WORDS)), at, 0, 0.6, dark, 1, cv2.LINE_AA)
    printed = np.asarray(cv2.GaussianBlur(printed, (0, 0), 0.6))
    return _filled(printed, [Spot(box, box) for box in boxes], rng, digits)


def _print_option(printed: Canvas, box: Rect, dark: int, thick: int, rng: Generator) -> Rect:
    """Print a ruled cell with its words; return where the words stand."""
    x, y, w, h = box
    cv2.rectangle(printed, (int(x), int(y)), (int(x + w), int(y + h)), dark, thick)
    word, font = str(rng.choice(WORDS)), int(rng.choice([0, 2, 3]))
    size = 0.32 + 0.25 * float(rng.random())
    wide = cv2.getTextSize(word, font, size, 1)[0][0]
    size *= min(1, 0.9 * w / max(wide, 1))
    (wide, high), _ = cv2.getTextSize(word, font, size, 1)
    left = x + 3 + rng.uniform(0.05, 0.95) * max(w - wide - 6, 1)
    base = y + h / 2 + high / 2 + h * rng.uniform(-0.1, 0.1)
    cv2.putText(printed, word, (int(left), int(base)), font, size, dark, 1, cv2.LINE_AA)
    return (float(left), float(base - high), float(wide), float(high))


def _filled(
    printed: Canvas, spots: list[Spot], rng: Generator, digits: Glyphs
) -> tuple[list[CellImage], list[int]]:
    drift = (float(rng.normal(0, 0.1)), float(rng.normal(0, 0.1)))
    wobble, size = float(rng.uniform(0.01, 0.1)), float(rng.uniform(0.7, 1.5))
    pen = Pen(int(rng.integers(1, 7)), wobble, size, drift, rng, digits)
    answers = _answers(len(spots), rng)
    canvas = np.zeros_like(printed)
    for spot, answer in zip(spots, answers, strict=True):
        _fill(canvas, spot, answer, pen)
    if rng.random() < 0.15:
        _stray(canvas, spots, pen)
    ink = expose(canvas, printed, rng, bool(rng.random() < ROUGH_SHARE))
    if rng.random() < 0.06:
        ink = _erased(ink, answers, rng)
    return [_cut(ink, printed, spot) for spot in spots], answers


def _answers(count: int, rng: Generator) -> list[int]:
    answers = [EMPTY] * count
    kind = rng.random()
    order = rng.permutation(count)
    if kind < 0.13:
        return answers
    if kind < 0.2:
        for i in order[1:]:
            answers[i] = CANCELLED  # all but one struck out
        return answers
    answers[order[0]] = MARKED if kind < 0.9 else CANCELLED
    if count > 1 and rng.random() < 0.22:
        answers[order[1]] = CANCELLED if rng.random() < 0.6 else MARKED
    return answers


def _fill(canvas: Canvas, spot: Spot, answer: int, pen: Pen) -> None:
    rng = pen.rng
    if answer == EMPTY:
        if rng.random() < 0.03:  # the pen rested here
            x, y, w, h = spot.box
            at = (int(x + rng.uniform(0, w)), int(y + rng.uniform(0, h)))
            cv2.circle(canvas, at, 1, 255, -1)
        return
    if answer == MARKED:
        mark(canvas, spot, pen, str(rng.choice(SQUARE_MARKS if spot.is_square else MARKS)))
        return
    kind = str(rng.choice(SQUARE_CANCELS if spot.is_square else CANCELS))
    if kind.startswith("mark"):
        mark(canvas, spot, pen, "tick" if spot.is_square or rng.random() < 0.5 else "ring")
    cancel(canvas, spot, pen, kind.removeprefix("mark_"))


def _stray(canvas: Canvas, spots: list[Spot], pen: Pen) -> None:
    """Writing and rings of the rows above and below hang in."""
    x0, top, _, height = spots[0].box
    x1 = spots[-1].box[0] + spots[-1].box[2]
    rng = pen.rng
    for _ in range(int(rng.integers(1, 5))):
        size, x = float(rng.uniform(20, 40)), float(rng.uniform(x0, x1))
        inside = size * rng.uniform(-0.1, 0.28)
        y = top - size / 2 + inside if rng.random() < 0.5 else top + height + size / 2 - inside
        if rng.random() < 0.3:
            words = (x - 1.5 * size, y - size / 3, 3 * size, size * 2 / 3)
            mark(canvas, Spot((words[0], y - size / 2, words[2], size), words), pen, "ring")
        else:
            number(canvas, (x, y), size / 0.7, rng, pen.digits)


def _erased(ink: Canvas, answers: list[int], rng: Generator) -> Canvas:
    """A single mark rubbed out: a faint ghost stays where it was, and the answer is empty."""
    if sum(a != EMPTY for a in answers) != 1 or MARKED not in answers:
        return ink
    answers[answers.index(MARKED)] = EMPTY
    ghost = cv2.GaussianBlur(ink, (0, 0), 1.5).astype(np.float32) * rng.uniform(0.06, 0.13)
    return np.asarray(ghost.astype(np.uint8))


def _cut(ink: Canvas, printed: Canvas, spot: Spot) -> CellImage:
    x, y, w, h = (round(v) for v in spot.box)
    rows, columns = slice(y - MARGIN, y + h + MARGIN), slice(x - MARGIN, x + w + MARGIN)
    part = np.ascontiguousarray(ink[rows, columns])
    print_ = np.ascontiguousarray(printed[rows, columns])
    reader = "squares" if spot.is_square else "cells"
    box = (MARGIN, MARGIN, w, h)
    return CellImage("field", "", reader, "digits", part, part, print_, box, FOUND)
