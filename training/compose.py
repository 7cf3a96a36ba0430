"""Strings composed from real and vector characters in cells, with the text that they say."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import CellImage
from training import strokes
from training.paper import MARGIN, cell_image, expose, ruled
from training.strokes import EDGE, Canvas
from training.texts import random_text
from training.writers import Cases, Hand

LETTER_RUN = "?"
# Share of cells on rough paper among those that train.
ROUGH_SHARE = 0.4


def string_cell(
    cases: Cases,
    rng: Generator,
    text: str | None = None,
    real: bool = False,
    is_rough: bool | None = None,
) -> tuple[CellImage, str]:  # noqa: E501
    """
    One cell and what stands in it.

    Args:
        cases: The characters to write with.
        rng: Draws whatever is left to chance.
        text: What to write; drawn at random when None.
        real: Use only real characters, for measuring.
        is_rough: Paper and pens of the worse kind; at random when None.
    """
    said = random_text(rng) if text is None else text
    hand = _hand(cases, rng, real)
    line, label = _line(said, hand, cases, rng)
    box, pen = _in_cell(line, hand, rng)
    rough = bool(rng.random() < ROUGH_SHARE) if is_rough is None else is_rough
    if rough and rng.random() < 0.3:
        _overflow(pen, box, hand, cases, rng)
    printed = ruled(pen.shape, box, rng, hint=rough and rng.random() < 0.4)
    ink = expose(pen, printed, rng, rough)
    return cell_image(ink, printed, box, "number"), label


def _hand(cases: Cases, rng: Generator, real: bool) -> Hand:
    return Hand(
        writer=int(rng.choice(cases.writers)),
        is_vector=not real and rng.random() < 0.25,
        hand=int(rng.integers(0, 1000)),
        height=float(rng.uniform(18, 44)),
        gap=float(np.clip(rng.normal(0.13, 0.09), -0.06, 0.35)),
        shear=float(rng.normal(0.05, 0.15)),
        squeeze=float(rng.uniform(0.7, 1.15)),
        crosses_sevens=bool(rng.random() < 0.3),
        # The American writers of NIST draw a 1 as a stroke; most of the world gives it a flag,
        # and then it is mistaken for a 7.
        flags_ones=not real and bool(rng.random() < 0.45),
        thicken=int(rng.choice([-1, 0, 0, 0, 1, 1])),
    )


def _line(text: str, hand: Hand, cases: Cases, rng: Generator) -> tuple[Canvas, str]:
    """Write a text; the label has one `LETTER_RUN` for every run of letters."""
    high = hand.height
    canvas = np.zeros((int(high * 4) + 40, int(high * (1.9 * len(text) + 4)) + 40), np.uint8)
    base, x = high * 2.6 + 20, high * 0.5
    # Long lines climb no more than half a character.
    steepest = 0.5 * high / canvas.shape[1]
    slope = float(np.clip(rng.normal(0, 0.025), -steepest, steepest))
    label = ""
    for char in text:
        drop = base + slope * x + rng.normal(0, 0.04 * high)
        if char in " _":
            x += high * rng.uniform(0.55, 1.1)
        elif char in "/-.,":
            x = _separator(canvas, char, x, drop, hand, rng, alone=text == "-")
        elif char in "~#":
            x = _no_number(canvas, char, (x, drop), high, rng)
        else:
            x = _put(canvas, _glyph(char, hand, cases, rng), x, drop, hand.gap * high, rng)
        if char == "_":  # a gap that parts nothing, as in a telephone number
            continue
        mark = char if char in "0123456789/-., " else LETTER_RUN
        if not (mark == LETTER_RUN and label.endswith(LETTER_RUN)):
            label += mark
    return _styled(canvas, hand, rng), label.strip()


def _no_number(
    canvas: Canvas, char: str, at: tuple[float, float], high: float, rng: Generator
) -> float:
    """A joined word (~), or something scribbled over (#)."""
    width = high * rng.uniform(0.6, 1.4)
    x, base = at
    if char == "~":
        path = strokes.cursive(width, high, rng) + np.array([x, base])
        strokes.draw(canvas, path, max(round(high * rng.uniform(0.05, 0.12)), 1))
    else:
        path = strokes.scribble((x, base - high, x + width, base), rng)
        strokes.draw(canvas, path, int(rng.integers(1, 5)))
    return float(x + width + 0.15 * high)


def _glyph(char: str, hand: Hand, cases: Cases, rng: Generator) -> Canvas:
    high = hand.height * float(np.clip(rng.normal(1, 0.09), 0.7, 1.35))
    if char.isdigit() and hand.is_vector:
        return strokes.digit(char, high, rng, hand.hand)
    if char.isdigit():
        own = cases.by_writer[hand.writer, char]
        pool = own if len(own) and rng.random() < 0.85 else cases.by_label[char]
        image, usual = cases.digits.images[int(rng.choice(pool))], cases.digits_height
    else:
        image = cases.capitals.images[int(rng.choice(cases.capitals_by_label[char]))]
        usual = cases.capitals_height
    scale = high / usual
    size = (max(round(image.shape[1] * scale), 2), max(round(image.shape[0] * scale), 2))
    glyph = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    if char == "7" and hand.crosses_sevens:
        h, w = glyph.shape
        y = h * rng.uniform(0.42, 0.6)
        path = strokes.wander(
            (w * rng.uniform(0.05, 0.3), y), (w * rng.uniform(0.75, 1), y), rng, 0.05
        )
        strokes.draw(glyph, path, max(round(high * 0.09), 1))
    if char == "1" and hand.flags_ones:
        glyph = _flagged(glyph, high, rng)
    return glyph


def _flagged(one: Canvas, high: float, rng: Generator) -> Canvas:
    """A 1 with a flag at its head, and now and then a foot."""
    room = int(high * 0.5)
    wide = np.pad(one, ((2, 2), (room, room)))
    ys, xs = np.nonzero(wide > 100)
    if not len(ys):
        return one
    top, bottom = int(ys.min()), int(ys.max())
    head = (float(xs[ys == top].mean()), float(top))
    end = (head[0] - high * rng.uniform(0.15, 0.42), head[1] + high * rng.uniform(0.1, 0.38))
    thick = max(round(high * rng.uniform(0.06, 0.12)), 1)
    strokes.draw(wide, strokes.wander(head, end, rng, 0.05), thick)
    if rng.random() < 0.15:
        foot = float(xs[ys == bottom].mean())
        reach = high * rng.uniform(0.15, 0.35)
        path = strokes.wander((foot - reach, bottom), (foot + reach, bottom), rng, 0.03)
        strokes.draw(wide, path, thick)
    kept = np.flatnonzero(wide.any(axis=0))
    return np.ascontiguousarray(wide[:, kept[0] : kept[-1] + 1])


def _put(canvas: Canvas, glyph: Canvas, x: float, base: float, gap: float, rng: Generator) -> float:
    h, w = glyph.shape
    left, top = int(x), int(base - h)
    part = canvas[top : top + h, left : left + w]
    if part.shape != glyph.shape:
        raise ValueError(f"a character of {glyph.shape} leaves the line's canvas {canvas.shape}")
    np.maximum(part, glyph, out=part)
    return float(left + w + gap + rng.normal(0, 0.25 * abs(gap) + 0.5))


def _separator(
    canvas: Canvas, char: str, x: float, base: float, hand: Hand, rng: Generator, alone: bool
) -> float:  # noqa: E501
    high = hand.height
    thick = max(round(high * rng.uniform(0.05, 0.14)), 1)
    if char == "/":
        lean = high * rng.uniform(0.15, 0.65)
        tall = high * rng.uniform(0.95, 1.5)
        low = base + high * rng.uniform(-0.1, 0.25)
        path = strokes.wander((x, low), (x + lean, low - tall), rng, 0.03)
        strokes.draw(canvas, path, thick)
        return x + lean * 0.75 + high * rng.uniform(0.0, 0.15)
    if char == "-":
        return _dash(canvas, x, base, high, thick, rng, alone)
    if char == ".":
        y = base - high * rng.uniform(0.0, 0.12)
        at = (round(x + thick), round(y))
        cv2.circle(canvas, at, max(round(thick * rng.uniform(0.4, 0.9)), 1), 255, -1, cv2.LINE_AA)
        return x + 2 * thick + high * rng.uniform(0.05, 0.25)
    path = strokes.wander(
        (x + high * 0.1, base - high * 0.08), (x, base + high * rng.uniform(0.08, 0.25)), rng, 0.05
    )
    strokes.draw(canvas, path, thick)
    return x + high * rng.uniform(0.15, 0.3)


def _dash(
    canvas: Canvas, x: float, base: float, high: float, thick: int, rng: Generator, alone: bool
) -> float:  # noqa: E501
    """A dash in a date, or the stroke that fills an unused cell: level, slanted, wavy, double."""
    y = base - high * rng.uniform(0.3, 0.65)
    if not alone:
        wide = high * rng.uniform(0.22, 0.6)
        strokes.draw(
            canvas,
            strokes.wander((x, y), (x + wide, y + rng.normal(0, 0.06) * wide), rng, 0.03),
            thick,
        )
        return x + wide + high * rng.uniform(0.02, 0.15)
    wide = float(min(high * rng.uniform(0.3, 2.4), canvas.shape[1] - x - 12))
    kind = rng.random()
    rise = rng.normal(0, 0.08) * wide if kind < 0.7 else rng.uniform(-0.5, -0.2) * wide
    rise = float(np.clip(rise, -high, high * 0.4))
    strokes.draw(
        canvas,
        strokes.wander((x, y), (x + wide, y + rise), rng, 0.06 if kind < 0.85 else 0.1),
        thick,
    )
    if rng.random() < 0.12:
        lower = y + high * 0.2
        strokes.draw(canvas, strokes.wander((x, lower), (x + wide, lower + rise), rng, 0.04), thick)
    return x + wide


def _styled(canvas: Canvas, hand: Hand, rng: Generator) -> Canvas:
    """Slant, stroke width and edge of the whole line; cut to its ink."""
    if not canvas.any():
        return canvas[:4, :4]
    h, w = canvas.shape
    turn = np.array([[hand.squeeze, -hand.shear, hand.shear * h * 0.7], [0, 1, 0]], np.float32)
    size = (int(w * max(hand.squeeze, 1)) + h, h)
    canvas = cv2.warpAffine(canvas, turn, size, flags=cv2.INTER_LINEAR)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    if hand.thicken > 0:
        canvas = cv2.dilate(canvas, kernel)
    elif hand.thicken < 0 and hand.height > 34 and not hand.is_vector:
        canvas = cv2.erode(canvas, kernel)
    steep = rng.uniform(1.2, 4)
    canvas = np.clip((canvas.astype(np.float32) - EDGE) * steep + EDGE, 0, 255).astype(np.uint8)
    ys, xs = np.nonzero(canvas > 60)
    if len(xs) == 0:
        return canvas[:4, :4]
    return canvas[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def _in_cell(line: Canvas, hand: Hand, rng: Generator) -> tuple[tuple[int, int, int, int], Canvas]:
    """Put the line somewhere in a cell of some size; small overflow over the lines happens."""
    h, w = line.shape
    width = int(w * rng.uniform(1.02, 2.2) + rng.uniform(0, 60))
    height = int(max(h * rng.uniform(1.0, 2.0), 28))
    pen = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    x = MARGIN + int(rng.uniform(-0.03 * w, max(width - w, 1)))
    y = MARGIN + int(rng.uniform(-0.07 * h, max(height - h, 1) + 0.07 * h))
    x, y = max(x, 0), max(y, 0)
    part = pen[y : y + h, x : x + w]
    np.maximum(part, line[: part.shape[0], : part.shape[1]], out=part)
    return (MARGIN, MARGIN, width, height), pen


def _overflow(
    pen: Canvas, box: tuple[int, int, int, int], hand: Hand, cases: Cases, rng: Generator
) -> None:  # noqa: E501
    """What hangs in from the cell above or below: the foot or head of other characters."""
    _, top, _, height = box
    for _ in range(int(rng.integers(1, 4))):
        label = str(rng.integers(0, 10))
        glyph = _glyph(label, hand, cases, rng)
        h, w = glyph.shape
        x = int(rng.integers(0, max(pen.shape[1] - w, 1)))
        inside = int(h * rng.uniform(-0.2, 0.25))
        y = top - h + inside if rng.random() < 0.5 else top + height - inside
        y0, y1 = max(y, 0), min(y + h, pen.shape[0])
        if y1 <= y0 or x + w > pen.shape[1]:
            continue
        part = pen[y0:y1, x : x + w]
        np.maximum(part, glyph[y0 - y : y1 - y], out=part)
