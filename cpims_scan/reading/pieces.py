"""A second opinion on numbers: pieces of ink that stand apart, read one by one as digits."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels
from cpims_scan.reading.characters import DIGITS, character_picture
from cpims_scan.reading.ink import HALO_SHARE, SPECK_AREA, Ink
from cpims_scan.reading.networks import Floats, Network, softmax

Distribution = tuple[tuple[str, float], ...]

# A piece lower than this share of the tallest is no digit of its own: a dot, a broken stroke.
LEAST_HEIGHT = 0.45
# Two pieces of which the narrower lies under the other by this share are one digit.
SHARED_WIDTH = 0.5
# Telephones have ten digits; longer rows are two numbers.
MOST_PIECES = 12
# Weights of the line reader and of the pieces, and the chance that the ink was cut wrongly:
# fitted on 1,200 composed numbers of the calibration writers.
LINE_WEIGHT = 0.45
PIECES_WEIGHT = 0.4
CUT_WRONGLY = 1e-3
BLANK = 0


def pieces_of(ink: Ink) -> list[Pixels]:
    """
    Pictures of the digits that stand apart, left to right; [] when the ink does not fall apart.

    Strokes that stand above each other belong together; small ones are left out when they
    stand alone.
    """
    if ink.window is None:
        return []
    left, top, right, bottom = ink.window
    part = ink.pixels[top:bottom, left:right]
    mask = (part >= HALO_SHARE * 255).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = [i for i in range(1, len(stats)) if stats[i, cv2.CC_STAT_AREA] >= SPECK_AREA]
    groups = _grouped(kept, np.asarray(stats))
    if not 1 <= len(groups) <= MOST_PIECES:
        return []
    return [_picture(part, np.isin(labels, group), ink) for group in groups]


def read_pieces(rows: list[list[Pixels]], reader: Network) -> list[Floats]:
    """Probabilities (pieces, 10) of the digits, row by row; what is no digit counts as doubt."""
    every = [picture for row in rows for picture in row]
    if not every:
        return [np.zeros((0, len(DIGITS)), np.float32) for _ in rows]
    batch = np.stack(every).astype(np.float32)[:, None] / np.float32(255)
    found = softmax(reader.run(np.asarray(batch)), reader.temperature)[:, : len(DIGITS)]
    ends = np.cumsum([len(row) for row in rows])
    return [np.asarray(p) for p in np.split(found, ends[:-1])]


def with_pieces(line: Distribution, frames: Floats, digits: Floats) -> Distribution:
    """
    Weigh what the line reader saw with what the pieces say.

    Args:
        line: The line reader's strings, best first.
        frames: Its frames, to ask for the probability of a string it did not offer.
        digits: Probabilities of each piece's digits, (pieces, 10).
    """
    texts = dict(line)
    for text in _spelled(digits):
        if text not in texts:
            texts[text] = probability_of(text, frames)
    scores = {
        text: LINE_WEIGHT * math.log(max(p, 1e-12)) + PIECES_WEIGHT * _log_spelling(text, digits)
        for text, p in texts.items()
    }
    most = max(scores.values())
    weights = {text: math.exp(score - most) for text, score in scores.items()}
    total = sum(weights.values())
    ranked = sorted(((t, w / total) for t, w in weights.items()), key=lambda item: -item[1])
    return tuple(ranked[: max(len(line), 3)])


def probability_of(text: str, frames: Floats, alphabet: str = DIGITS) -> float:
    """
    The probability of one string on a line.

    Source: Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 7.3 (forward).
    """
    path = [BLANK]
    for char in text:
        path += [alphabet.index(char) + 1, BLANK]
    if len(path) > 2 * len(frames) + 1:
        return 0.0
    seen = frames[:, path].astype(np.float64)
    may_skip = np.array([i > 1 and p != BLANK and p != path[i - 2] for i, p in enumerate(path)])
    reach = np.zeros(len(path))
    reach[:2] = seen[0, :2]
    for row in seen[1:]:
        come = reach.copy()
        come[1:] += reach[:-1]
        come[2:] += reach[:-2] * may_skip[2:]
        reach = come * row
    return float(reach[-1] + (reach[-2] if len(path) > 1 else 0.0))


def _grouped(kept: list[int], stats: NDArray[np.int32]) -> list[list[int]]:
    """Strokes above each other, left to right; groups too low to be a digit fall away."""
    groups: list[tuple[list[int], int, int, int, int]] = []  # strokes, left, right, top, bottom
    for i in sorted(kept, key=lambda k: int(stats[k, cv2.CC_STAT_LEFT])):
        x0, y0, w, h = (int(v) for v in stats[i, :4])
        if groups:
            strokes, left, right, top, bottom = groups[-1]
            shared = min(right, x0 + w) - max(left, x0)
            if shared >= SHARED_WIDTH * min(right - left, w):
                right, top, bottom = max(right, x0 + w), min(top, y0), max(bottom, y0 + h)
                groups[-1] = ([*strokes, i], left, right, top, bottom)
                continue
        groups.append(([i], x0, x0 + w, y0, y0 + h))
    tallest = max((bottom - top for *_, top, bottom in groups), default=0)
    return [g[0] for g in groups if g[4] - g[3] >= LEAST_HEIGHT * tallest]


def _picture(part: Pixels, own: NDArray[np.bool_], ink: Ink) -> Pixels:
    ys, xs = np.nonzero(own)
    near = cv2.dilate(own.view(np.uint8), np.ones((3, 3), np.uint8))
    window = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    return character_picture(Ink(np.asarray(part * near), window, float(len(xs)), ink.black))


def _spelled(digits: Floats) -> list[str]:
    """The pieces' likeliest digits, and the same with the least sure piece read otherwise."""
    best = digits.argmax(axis=1)
    weakest = int(digits.max(axis=1).argmin())
    other = best.copy()
    other[weakest] = int(np.argsort(digits[weakest])[-2])
    return ["".join(DIGITS[i] for i in row) for row in (best, other)]


def _log_spelling(text: str, digits: Floats) -> float:
    """How well a string agrees with the pieces; one that is cut otherwise is not ruled out."""
    if len(text) != len(digits) or not text.isdigit():
        return math.log(CUT_WRONGLY)
    chances = digits[np.arange(len(text)), [DIGITS.index(char) for char in text]]
    return math.log(max(float(np.prod(chances)), 0.0) * (1 - CUT_WRONGLY) + CUT_WRONGLY * 1e-2)
