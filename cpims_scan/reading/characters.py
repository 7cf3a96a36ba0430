"""One digit or capital in each cell of a comb: two small networks, masked by the alphabet."""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import Pixels
from cpims_scan.reading.ink import Ink
from cpims_scan.reading.networks import Floats, network, softmax

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Each network knows two outcomes more: a dash, and nothing written.
OUTCOMES = {"digits": (*DIGITS, "-", ""), "capitals": (*CAPITALS, *DIGITS, "-", "")}
# Which network reads an alphabet, and the characters that may stand there.
READERS = {
    "digits": ("digits", DIGITS),
    "capitals": ("capitals", CAPITALS),
    "alphanumeric": ("capitals", CAPITALS + DIGITS),
}
# A character is fitted into STROKES of a picture of SIDE pixels, its proportions kept.
SIDE = 28
STROKES = 22
# Ink smaller than this (2 mm) is not blown up: a dash stays a dash, a dot a dot.
LEAST_EXTENT = 16
# Outcomes less likely than this are not worth storing.
LEAST_PROBABILITY = 1e-3

Distribution = tuple[tuple[str, float], ...]


def read_characters(inks: list[Ink], alphabet: str) -> list[Distribution]:
    """Read one character a cell; "" is an empty cell, "-" a dash or a stroke."""
    name, allowed = READERS[alphabet]
    reader = network(name)
    batch = np.stack([character_picture(ink) for ink in inks]).astype(np.float32)
    outcomes = OUTCOMES[name]
    logits = reader.run(np.asarray(batch[:, None] / np.float32(255)))
    open_to = [o in allowed or o in ("-", "") for o in outcomes]
    logits[:, ~np.array(open_to)] = -np.inf
    return [_ranked(row, outcomes) for row in softmax(logits, reader.temperature)]


def character_picture(ink: Ink) -> Pixels:
    """A cell's own strokes centred in a square of `SIDE` pixels, uint8, ink 255."""
    picture = np.zeros((SIDE, SIDE), np.uint8)
    if ink.window is None:
        return picture
    left, top, right, bottom = ink.window
    scale = STROKES / max(right - left, bottom - top, LEAST_EXTENT)
    width = max(round((right - left) * scale), 1)
    height = max(round((bottom - top) * scale), 1)
    x, y = (SIDE - width) // 2, (SIDE - height) // 2
    picture[y : y + height, x : x + width] = cv2.resize(
        ink.pixels[top:bottom, left:right], (width, height), interpolation=cv2.INTER_AREA
    )
    return picture


def _ranked(row: Floats, outcomes: tuple[str, ...]) -> Distribution:
    order = [i for i in np.argsort(-row) if row[i] >= LEAST_PROBABILITY]
    return tuple((outcomes[i], float(row[i])) for i in order)
