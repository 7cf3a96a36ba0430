"""Tick squares and choices printed as text: empty, marked or cancelled, judged beside siblings."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CellImage
from cpims_scan.reading.ink import INK_FLOOR
from cpims_scan.reading.networks import Floats, network, softmax

OUTCOMES = ("empty", "marked", "cancelled")
# One network for squares, one for ruled cells with the option's words in them.
READERS = {"squares": "squares", "cells": "choices"}
PICTURE_HEIGHT = 32
PICTURE_WIDTH = {"squares": 32, "cells": 64}
# A pen is scaled to full black, but nothing fainter than this: paper's grain stays grain.
FAINTEST_BLACK = 70.0
BLACK_QUANTILE = 0.9
# Ink share at which a cell counts as fully inked for the comparison of siblings: a tick in a
# choice's cell covers 3 to 8 % of it.
FULL_SHARE = 0.06

Distribution = tuple[tuple[str, float], ...]


def read_marks(fields: list[list[CellImage]], wanted: list[list[int]]) -> list[list[Distribution]]:
    """
    Judge options, each beside its siblings.

    Args:
        fields: All options of each field, cut with their margins; one reader for all.
        wanted: Which options of each field to judge; the rest are plainly blank.

    Returns:
        For each field the distributions of its wanted options.
    """
    if not any(wanted):
        return [[] for _ in fields]
    kind = fields[0][0].reader
    reader = network(READERS[kind])
    prepared = [
        pair
        for options, chosen in zip(fields, wanted, strict=True)
        if chosen
        for pair in _prepared(options, chosen)
    ]
    pictures = np.stack([p for p, _ in prepared])
    facts = np.stack([f for _, f in prepared]).astype(np.float32)
    found = iter(softmax(reader.run(pictures, facts), reader.temperature))
    return [[_ranked(next(found)) for _ in chosen] for chosen in wanted]


def option_picture(option: CellImage, gain: float) -> Floats:
    """Ink, print and box of one option with its margin, float32 (3, 32, width), 0..1."""
    size = (PICTURE_WIDTH[option.reader], PICTURE_HEIGHT)
    left, top, width, height = option.box
    box = np.zeros_like(option.ink)
    box[top : top + height, left : left + width] = 255
    ink = cv2.convertScaleAbs(option.ink, alpha=gain)
    layers = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (ink, option.printed, box)]
    return np.asarray(np.stack(layers).astype(np.float32) / np.float32(255))


def comparison(options: list[CellImage]) -> Floats:
    """
    How much ink each option has, and how that compares with its strongest sibling.

    Returns:
        (options, 2): share of ink in the box, 1 at `FULL_SHARE`, at most 2; and its lead over the
        strongest sibling, -1 (all ink is there) to 1 (all ink is here).
    """
    shares = np.array([_share(option) for option in options])
    facts = np.zeros((len(options), 2), np.float32)
    for i, own in enumerate(shares):
        strongest = np.delete(shares, i).max(initial=0.0)
        facts[i] = min(own / FULL_SHARE, 2.0), (own - strongest) / (own + strongest + 0.002)
    return facts


def field_gain(options: list[CellImage]) -> float:
    """What ink is multiplied by, so that the field's pen is black whatever pen it was."""
    above = np.concatenate([o.ink[o.ink >= INK_FLOOR] for o in options])
    if above.size == 0:
        return 1.0
    rank = int(above.size * BLACK_QUANTILE)
    return 255.0 / max(float(np.partition(above, rank)[rank]), FAINTEST_BLACK)


def _prepared(options: list[CellImage], chosen: list[int]) -> list[tuple[Floats, Floats]]:
    gain, facts = field_gain(options), comparison(options)
    return [(option_picture(options[i], gain), facts[i]) for i in chosen]


def _share(option: CellImage) -> float:
    left, top, width, height = option.box
    inside = option.ink[top : top + height, left : left + width]
    return int((inside >= INK_FLOOR).sum()) / max(width * height, 1)


def _ranked(row: NDArray[np.float32]) -> Distribution:
    return tuple((OUTCOMES[i], float(row[i])) for i in np.argsort(-row))
