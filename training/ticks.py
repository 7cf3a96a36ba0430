"""Choices and tick squares filled by this generator's own pens, and what each option is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import CellImage
from training import strokes
from training.data import Glyphs
from training.paper import FOUND, MARGIN, expose
from training.strokes import Canvas

EMPTY, MARKED, CANCELLED = 0, 1, 2
# Share of fields on rough paper.
ROUGH_SHARE = 0.7

WORDS = (
    *("Male [1]", "Female [2]", "Formal [1]", "Informal [2]", "Yes [1]", "NO [2]", "Low [1]"),
    *("Medium [2]", "High [3]", "Normal [1]", "Challenged [2]", "Other [4]", "Muslim [2]"),
    *("Reading [5]", "Parents living together [1]", "A", "M", "F", "12", "Ndio", "Hapana"),
)
MARKS = (
    *("tick", "tick", "cross", "ring", "ring", "ring_code"),
    *("underline", "dot", "slash", "number", "fill"),
)
SQUARE_MARKS = ("tick", "tick", "tick", "cross", "cross", "fill", "dot", "slash", "ring", "line")
CANCELS = ("mark_scribbled", "mark_scribbled", "mark_struck", "scribble", "strike", "strike")
SQUARE_CANCELS = ("mark_scribbled", "mark_struck", "scribble")

Rect = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Pen:
    """One hand over one field."""

    thick: int
    wobble: float
    size: float
    drift: tuple[float, float]


def choice_field(rng: Generator, digits: Glyphs) -> tuple[list[CellImage], list[int]]:
    """A row of ruled cells with words in them, some of them marked."""
    count = int(rng.integers(2, 6))
    height = float(rng.uniform(38, 72))
    widths = rng.uniform(1.2, 3.2, count) * height
    if rng.random() < 0.1:
        widths *= 1.6
    top, left = 40.0, 60.0
    boxes: list[Rect] = []
    for width in widths:
        boxes.append((left, top, float(width), height))
        left += float(width)
    shape = (int(height) + 80, int(left) + 60)
    printed = _ruled_row(shape, boxes, rng)
    return _filled(printed, boxes, rng, digits, "cells")


def square_field(rng: Generator, digits: Glyphs) -> tuple[list[CellImage], list[int]]:
    """A few tick squares beside their words."""
    count = int(rng.integers(1, 5))
    side = float(rng.uniform(18, 48))
    wide = side * float(rng.uniform(0.9, 1.9))
    step = wide + float(rng.uniform(0.5, 6)) * side
    boxes = [(60.0 + i * step, 50.0, wide, side) for i in range(count)]
    shape = (int(side) + 100, int(60 + count * step + 40))
    printed = np.zeros(shape, np.uint8)
    dark, thick = int(rng.uniform(120, 255)), int(rng.integers(1, 4))
    for x, y, w, h in boxes:
        cv2.rectangle(printed, (int(x), int(y)), (int(x + w), int(y + h)), dark, thick)
        if rng.random() < 0.7:
            at = (int(x + w + rng.integers(3, 14)), int(y + h * rng.uniform(0.6, 0.95)))
            cv2.putText(printed, str(rng.choice(WORDS)), at, 0, 0.6, dark, 1, cv2.LINE_AA)
    return _filled(cv2.GaussianBlur(printed, (0, 0), 0.6), boxes, rng, digits, "squares")


def _filled(
    printed: Canvas, boxes: list[Rect], rng: Generator, digits: Glyphs, reader: str
) -> tuple[list[CellImage], list[int]]:  # noqa: E501
    pen = Pen(
        thick=int(rng.integers(1, 7)),
        wobble=float(rng.uniform(0.02, 0.1)),
        size=float(rng.uniform(0.7, 1.5)),
        drift=(float(rng.normal(0, 0.08)), float(rng.normal(0, 0.1))),
    )
    answers = _answers(len(boxes), rng)
    canvas = np.zeros_like(printed)
    for box, answer in zip(boxes, answers, strict=True):
        _fill(canvas, box, answer, pen, rng, digits, reader)
    if rng.random() < 0.15:
        _stray(canvas, boxes, rng, digits)
    ink = expose(canvas, printed, rng, bool(rng.random() < ROUGH_SHARE))
    if rng.random() < 0.06:
        ink = _erased(ink, boxes, answers, rng)
    return [_cut(ink, printed, box, reader) for box in boxes], answers


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


def _fill(
    canvas: Canvas, box: Rect, answer: int, pen: Pen, rng: Generator, digits: Glyphs, reader: str
) -> None:  # noqa: E501
    is_square = reader == "squares"
    if answer == EMPTY:
        if rng.random() < 0.03:  # the pen rested here
            x, y, w, h = box
            at = (int(x + rng.uniform(0, w)), int(y + rng.uniform(0, h)))
            cv2.circle(canvas, at, 1, 255, -1)
        return
    if answer == MARKED:
        _mark(canvas, str(rng.choice(SQUARE_MARKS if is_square else MARKS)), box, pen, rng, digits)
        return
    kind = str(rng.choice(SQUARE_CANCELS if is_square else CANCELS))
    if kind.startswith("mark"):
        mark = "tick" if is_square or rng.random() < 0.5 else "ring"
        _mark(canvas, mark, box, pen, rng, digits)
    _cancel(canvas, kind, box, pen, rng)


def _mark(canvas: Canvas, kind: str, box: Rect, pen: Pen, rng: Generator, digits: Glyphs) -> None:  # noqa: PLR0915, one branch a mark
    x, y, w, h = box
    cx = x + w * (0.5 + np.clip(pen.drift[0] + rng.normal(0, 0.07), -0.3, 0.3))
    cy = y + h * (0.5 + np.clip(pen.drift[1] + rng.normal(0, 0.07), -0.25, 0.25))
    s = min(w, h) * pen.size * rng.uniform(0.8, 1.2)

    def line(*points: tuple[float, float]) -> None:
        for a, b in pairwise(points):
            strokes.draw(canvas, strokes.wander(a, b, rng, pen.wobble), pen.thick)

    if kind == "tick":
        rise = rng.uniform(0.4, 0.9)
        line((cx - s * rng.uniform(0.2, 0.5), cy), (cx - s * 0.1, cy + s * rng.uniform(0.2, 0.45)),
             (cx + s * rng.uniform(0.4, 0.9), cy - s * rise))  # fmt: skip
    elif kind == "cross":
        a, b = s * rng.uniform(0.3, 0.6), s * rng.uniform(0.3, 0.55)
        line((cx - a, cy - b), (cx + a, cy + b))
        line((cx + a, cy - b), (cx - a, cy + b))
    elif kind in ("ring", "ring_code"):
        _ring(canvas, kind, (cx, cy), box, pen, rng)
    elif kind == "underline":
        wide = w * rng.uniform(0.25, 0.48)
        low = y + h * rng.uniform(0.7, 0.93)
        path = strokes.wander(
            (cx - wide, low), (cx + wide, low + rng.normal(0, 0.04) * wide), rng, 0.02
        )
        strokes.draw(canvas, path, pen.thick)
        if rng.random() < 0.25:
            strokes.draw(canvas, path + np.array([0, 2 + pen.thick]), pen.thick)
    elif kind == "dot":
        cv2.circle(
            canvas,
            (int(cx), int(cy)),
            max(int(s * rng.uniform(0.08, 0.25)), 4),
            255,
            -1,
            cv2.LINE_AA,
        )
    elif kind == "slash":
        a, b = s * rng.uniform(0.25, 0.6), s * rng.uniform(0.35, 0.7)
        way = 1 if rng.random() < 0.8 else -1
        line((cx - a, cy + way * b), (cx + a, cy - way * b))
    elif kind == "line":
        a = s * rng.uniform(0.4, 0.8)
        if rng.random() < 0.6:
            line((cx - a, cy), (cx + a, cy + rng.normal(0, 0.15) * a))
        else:
            line((cx, cy - a), (cx + rng.normal(0, 0.15) * a, cy + a))
    elif kind == "number":
        _number(canvas, (cx, cy), s, rng, digits)
    else:
        _inside(canvas, (cx, cy), s, box, pen, rng)


def _ring(
    canvas: Canvas, kind: str, at: tuple[float, float], box: Rect, pen: Pen, rng: Generator
) -> None:  # noqa: E501
    """A ring around the words or the code, often beyond the cell, seldom closed."""
    x, _, w, h = box
    a, b = w * rng.uniform(0.3, 0.58), h * rng.uniform(0.3, 0.75)
    cx, cy = at
    if kind == "ring_code":
        a, b = h * rng.uniform(0.25, 0.5), h * rng.uniform(0.25, 0.5)
        cx = x + w * rng.uniform(0.45, 0.85)
    start, turns = rng.uniform(0, 2 * np.pi), rng.uniform(0.85, 1.35)
    t = start + np.linspace(0, 2 * np.pi * turns, 40) * (1 if rng.random() < 0.5 else -1)
    grow = 1 + rng.normal(0, 0.07) * np.linspace(-1, 1, 40) + pen.wobble * np.sin(3 * t + start)
    path = np.column_stack([cx + a * grow * np.cos(t), cy + b * grow * np.sin(t)])
    strokes.draw(canvas, path, pen.thick)


def _number(
    canvas: Canvas, at: tuple[float, float], size: float, rng: Generator, digits: Glyphs
) -> None:
    image = digits.images[int(rng.integers(len(digits.images)))]
    scale = size * rng.uniform(0.5, 0.9) / max(image.shape)
    glyph = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    h, w = glyph.shape
    x, y = max(int(at[0] - w / 2), 0), max(int(at[1] - h / 2), 0)
    part = canvas[y : y + h, x : x + w]
    np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)


def _inside(
    canvas: Canvas, at: tuple[float, float], size: float, box: Rect, pen: Pen, rng: Generator
) -> None:
    """A box or its middle filled neatly."""
    x, y, w, h = box
    if w < 1.6 * h and rng.random() < 0.5:
        inset = rng.uniform(-1, 4)
        corner = (int(x + inset), int(y + inset))
        cv2.rectangle(canvas, corner, (int(x + w - inset), int(y + h - inset)), 255, -1)
        return
    a, b = size * 0.35, size * 0.3
    path = strokes.scribble((at[0] - a, at[1] - b, at[0] + a, at[1] + b), rng)
    strokes.draw(canvas, path, max(pen.thick, 3))


def _cancel(canvas: Canvas, kind: str, box: Rect, pen: Pen, rng: Generator) -> None:
    """Struck through with level lines, or scribbled over beyond the mark."""
    x, y, w, h = box
    if kind in ("mark_scribbled", "scribble"):
        wide, high = w * rng.uniform(0.3, 0.55), h * rng.uniform(0.35, 0.7)
        if w < 1.6 * h:
            wide, high = w * rng.uniform(0.6, 0.95), h * rng.uniform(0.6, 0.95)
        cx, cy = x + w * 0.5, y + h * 0.5
        for _ in range(int(rng.integers(1, 3))):
            strokes.draw(
                canvas,
                strokes.scribble((cx - wide, cy - high, cx + wide, cy + high), rng),
                pen.thick,
            )
        return
    half = w * rng.uniform(0.32, 0.52) if w > 1.6 * h else w * rng.uniform(0.6, 1.0)
    lines = int(rng.integers(2, 4)) if kind == "mark_struck" else int(rng.integers(1, 4))
    for _ in range(lines):
        level = y + h * rng.uniform(0.35, 0.65)
        rise = rng.normal(0, 0.05) * half
        path = strokes.wander(
            (x + w / 2 - half, level + rise), (x + w / 2 + half, level - rise), rng, 0.03
        )
        strokes.draw(canvas, path, pen.thick)


def _stray(canvas: Canvas, boxes: list[Rect], rng: Generator, digits: Glyphs) -> None:
    """Writing of the rows above and below hangs in."""
    x0, top, _, height = boxes[0]
    x1 = boxes[-1][0] + boxes[-1][2]
    for _ in range(int(rng.integers(1, 5))):
        size = float(rng.uniform(20, 40))
        x = float(rng.uniform(x0, x1))
        inside = size * rng.uniform(-0.1, 0.28)
        y = top - size / 2 + inside if rng.random() < 0.5 else top + height + size / 2 - inside
        _number(canvas, (x, y), size / 0.7, rng, digits)


def _erased(ink: Canvas, boxes: list[Rect], answers: list[int], rng: Generator) -> Canvas:
    """A mark rubbed out: a faint ghost stays where it was, and the answer is empty."""
    i = int(rng.integers(len(boxes)))
    if answers[i] != MARKED or sum(a != EMPTY for a in answers) > 1:
        return ink
    answers[i] = EMPTY
    ghost = cv2.GaussianBlur(ink, (0, 0), 1.5).astype(np.float32) * rng.uniform(0.06, 0.13)
    return ghost.astype(np.uint8)


def _cut(ink: Canvas, printed: Canvas, box: Rect, reader: str) -> CellImage:
    x, y, w, h = (round(v) for v in box)
    rows, columns = slice(y - MARGIN, y + h + MARGIN), slice(x - MARGIN, x + w + MARGIN)
    part = np.ascontiguousarray(ink[rows, columns])
    print_ = np.ascontiguousarray(printed[rows, columns])
    return CellImage(
        "field", "", reader, "digits", part, part, print_, (MARGIN, MARGIN, w, h), FOUND
    )


def _ruled_row(shape: tuple[int, int], boxes: list[Rect], rng: Generator) -> Canvas:
    printed = np.zeros(shape, np.uint8)
    dark, thick = int(rng.uniform(150, 255)), int(rng.integers(1, 4))
    for x, y, w, h in boxes:
        cv2.rectangle(printed, (int(x), int(y)), (int(x + w), int(y + h)), dark, thick)
        word = str(rng.choice(WORDS))
        font = int(rng.choice([0, 2, 3]))
        size = 0.32 + 0.25 * float(rng.random())
        (tw, _), _ = cv2.getTextSize(word, font, size, 1)
        size *= min(1, 0.9 * w / max(tw, 1))
        slack = max(w - tw * min(1, 0.9 * w / max(tw, 1)) - 6, 1)
        at = (int(x + 3 + rng.uniform(0.1, 0.9) * slack), int(y + h * rng.uniform(0.5, 0.7)))
        cv2.putText(printed, word, at, font, size, dark, 1, cv2.LINE_AA)
    return cv2.GaussianBlur(printed, (0, 0), float(rng.uniform(0.4, 0.8)))
