"""Numbers and dates written free in a cell: a small convolutional net with CTC reads the line."""

from __future__ import annotations

import math

import cv2
import numpy as np

from cpims_scan.domain.paper import Pixels
from cpims_scan.reading.ink import Ink
from cpims_scan.reading.networks import Floats, Network, network, softmax
from cpims_scan.reading.pieces import pieces_of, read_pieces, with_pieces
from cpims_scan.reading.shapes import search_date

# Index 0 is CTC's blank. A space is a gap as wide as a digit; "?" is a run of anything else:
# letters, words, crossed-out ink.
ALPHABET = "0123456789/-., ?"
# The line's picture: this high, the strokes fitted into STROKE_HEIGHT of it.
LINE_HEIGHT = 32
STROKE_HEIGHT = 26
# Strokes lower than this (2.5 mm) are not blown up: a dash stays a dash.
LEAST_HEIGHT = 20
SIDE_PAD = 5
# Sixteen wide characters; longer ink is squeezed.
WIDEST = 384
WIDTH_STEP = 8
# Lines of like width share a batch, so that a number is not padded to a telephone's width.
WIDTH_GROUPS = (72, 136, 232, WIDEST)
# A line whose frames are all this sure, and their product too, needs no search.
SURE = 0.97
SURE_PATH = 0.9
# A number that the line reader is less sure of is read piece by piece as well.
NO_DOUBT = 0.995
BEAM = 10
# Symbols less likely than this in a frame are not followed.
LEAST_SYMBOL = 2e-3
KEPT_STRINGS = 5
# Of the logit of a date's probability among dates, of the tenth logarithm of the line's fit, and
# a constant: fitted on 486 dates of 60 simulated sheets (seeds 2301 to 2360; feeder, colour,
# bilevel). Of those given 0.99 and more none of 122 was wrong, of 0.98 one of 195.
DATE_TRUST = (0.8133, 0.3411, -0.2252)
LEAST_FIT = 1e-6
MOST_SURE = 0.998  # a search that kept one date alone has not shown that there is no other

Distribution = tuple[tuple[str, float], ...]


def read_strings(inks: list[Ink], are_dates: list[bool] | None = None) -> list[Distribution]:
    """
    Read the string of every cell; "" is an empty cell, "-" a dash or a stroke, "?" no number.

    Cells in which a date is expected are also searched for what has the shape of one.
    """
    dates = are_dates or [False] * len(inks)
    reader = network("strings")
    lines = [line_picture(ink) for ink in inks]
    found: list[Distribution] = [()] * len(inks)
    doubtful: dict[int, Floats] = {}
    for widest in WIDTH_GROUPS:
        group = [i for i, line in enumerate(lines) if _group(line) == widest]
        if group:
            for i, frames in zip(group, _frames([lines[i] for i in group], reader), strict=True):
                found[i] = search(frames)
                if dates[i]:
                    found[i] = with_dates(found[i], frames)
                elif found[i][0][1] < NO_DOUBT:
                    doubtful[i] = frames
    _ask_pieces(found, doubtful, inks)
    return found


def line_picture(ink: Ink) -> Pixels:
    """A cell's own strokes as a line of `LINE_HEIGHT` pixels, uint8 (32, width), ink 255."""
    if ink.window is None:
        return np.zeros((LINE_HEIGHT, WIDTH_STEP * 2), np.uint8)
    left, top, right, bottom = ink.window
    scale = STROKE_HEIGHT / max(bottom - top, LEAST_HEIGHT)
    width = min(max(round((right - left) * scale), 1), WIDEST - 2 * SIDE_PAD)
    height = max(round((bottom - top) * scale), 1)
    strokes = cv2.resize(
        ink.pixels[top:bottom, left:right], (width, height), interpolation=cv2.INTER_AREA
    )
    full = -(-(width + 2 * SIDE_PAD) // WIDTH_STEP) * WIDTH_STEP
    line = np.zeros((LINE_HEIGHT, full), np.uint8)
    above = (LINE_HEIGHT - height) // 2
    line[above : above + height, SIDE_PAD : SIDE_PAD + width] = strokes
    return line


def search(frames: Floats) -> Distribution:
    """
    The most likely strings of one line, best first.

    Args:
        frames: Probabilities (time, 1 + len(ALPHABET)), blank first.

    Source: Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 7.5.1
        (prefix search), with a beam.
    """
    most = frames.max(axis=1)
    path = float(np.prod(most))
    if float(most.min()) >= SURE and path >= SURE_PATH:
        return ((_collapse(frames.argmax(axis=1)), path),)
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ends in blank, in a symbol
    for frame in frames:
        if frame[0] > 1 - LEAST_SYMBOL:  # surely blank: what follows may repeat the last symbol
            beams = {prefix: (b + n, 0.0) for prefix, (b, n) in beams.items()}
        else:
            beams = _extend(beams, frame)
    ranked = sorted(((s, b + n) for s, (b, n) in beams.items()), key=lambda item: -item[1])
    return tuple(ranked[:KEPT_STRINGS])


def with_dates(free: Distribution, frames: Floats) -> Distribution:
    """
    What a date's cell may say: dates by how well they fit, and what is no date at all.

    The share of the free search that is empty, a dash or words stays as it is; the rest goes to
    strings with the shape of a date.
    """
    found, fit = search_date(frames)
    other = tuple((text, p) for text, p in free if text in ("", "-") or "?" in text)
    share = max(1.0 - sum(p for _, p in other), 0.0)
    if not found:
        return free
    dates = tuple((text, share * trusted(p, fit)) for text, p in found)
    ranked = sorted((*other, *dates), key=lambda item: -item[1])
    return tuple(ranked[:KEPT_STRINGS])


def trusted(probability: float, fit: float) -> float:
    """
    How often a date is right that has this probability among dates, on a line that fits so well.

    A logistic fit on dates of simulated sheets of hands that no weights were trained on; scaled
    down only, so that several dates of one line still add up to no more than 1.
    """
    p = min(max(probability, 1 - MOST_SURE), MOST_SURE)
    x = DATE_TRUST[0] * math.log(p / (1 - p)) + DATE_TRUST[1] * math.log10(max(fit, LEAST_FIT))
    return min(1 / (1 + math.exp(-(x + DATE_TRUST[2]))), probability)


def _ask_pieces(found: list[Distribution], doubtful: dict[int, Floats], inks: list[Ink]) -> None:
    """Let the digits that stand apart in doubtful numbers be read one by one as well."""
    rows = {i: pieces_of(inks[i]) for i in doubtful}
    digits = read_pieces(list(rows.values()), network("digits"))
    for i, seen in zip(rows, digits, strict=True):
        if len(seen):
            found[i] = with_pieces(found[i], doubtful[i], seen)


def _group(line: Pixels) -> int:
    return next(w for w in WIDTH_GROUPS if line.shape[1] <= w)


def _frames(lines: list[Pixels], reader: Network) -> Floats:
    batch = np.zeros((len(lines), 1, LINE_HEIGHT, max(x.shape[1] for x in lines)), np.float32)
    for row, line in zip(batch, lines, strict=True):
        row[0, :, : line.shape[1]] = line
    return softmax(reader.run(np.divide(batch, 255, dtype=np.float32)), reader.temperature)


def _collapse(path: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> str:
    starts = np.concatenate([[True], path[1:] != path[:-1]])
    return "".join(ALPHABET[i - 1] for i in path[starts] if i)


def _extend(beams: dict[str, tuple[float, float]], frame: Floats) -> dict[str, tuple[float, float]]:
    """One frame further: every prefix stays, repeats its last symbol, or grows by one."""
    grown: dict[str, list[float]] = {}
    symbols = [
        (ALPHABET[i - 1], float(frame[i])) for i in np.flatnonzero(frame > LEAST_SYMBOL) if i
    ]
    blank = float(frame[0])
    for prefix, (in_blank, in_symbol) in beams.items():
        total = in_blank + in_symbol
        grown.setdefault(prefix, [0.0, 0.0])[0] += total * blank
        for symbol, p in symbols:
            if prefix.endswith(symbol):
                grown[prefix][1] += in_symbol * p
                longer, step = prefix + symbol, in_blank * p
            else:
                longer, step = prefix + symbol, total * p
            if step > 0:
                grown.setdefault(longer, [0.0, 0.0])[1] += step
    ranked = sorted(grown.items(), key=lambda item: -(item[1][0] + item[1][1]))
    return {prefix: (b, n) for prefix, (b, n) in ranked[:BEAM]}
