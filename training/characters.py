"""Comb cells with one real or vector character each, with what stands in them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.domain.paper import CellImage
from cpims_scan.reading.characters import DIGITS
from training import data, strokes
from training.data import Glyphs
from training.paper import MARGIN, cell_image, expose, ruled
from training.strokes import EDGE, Canvas

# Of the digits that train, this share are vector strokes.
VECTOR_SHARE = 0.25
# Of all cells, this share hold a dash or nothing.
NOT_A_CHARACTER = 0.1
# Share of cells on rough paper.
ROUGH_SHARE = 0.45


class Source:
    """Characters of one split, drawn label by label."""

    def __init__(self, glyphs: list[Glyphs]) -> None:
        self.pools = [
            (g, label, np.flatnonzero(g.labels == label))
            for g in glyphs
            for label in np.unique(g.labels)
        ]

    @staticmethod
    def of(name: str, folder: Path, split: str) -> Source:
        """The characters that a network is to know."""
        kinds = [data.load_glyphs(folder, data.DIGITS_FILE, split)]
        if name == "capitals":
            kinds.append(data.load_glyphs(folder, data.CAPITALS_FILE, split))
        return Source(kinds)

    def draw(self, rng: Generator, is_vector_allowed: bool) -> tuple[Canvas, str]:
        """One character's strokes at some size."""
        glyphs, label, where = self.pools[int(rng.integers(len(self.pools)))]
        high = float(rng.uniform(24, 46))
        if label in DIGITS and is_vector_allowed and rng.random() < VECTOR_SHARE:
            return strokes.digit(str(label), high, rng, int(rng.integers(1000))), str(label)
        image = glyphs.images[int(rng.choice(where))]
        scale = high / max(image.shape)
        size = (max(round(image.shape[1] * scale), 2), max(round(image.shape[0] * scale), 2))
        glyph = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
        if label == "7" and rng.random() < 0.25:
            h, w = glyph.shape
            y = h * rng.uniform(0.42, 0.6)
            path = strokes.wander(
                (w * rng.uniform(0.05, 0.3), y), (w * rng.uniform(0.75, 1), y), rng, 0.05
            )
            strokes.draw(glyph, path, max(round(high * 0.09), 1))
        return glyph, str(label)


def character_cell(
    source: Source, rng: Generator, is_training: bool = True, is_rough: bool | None = None
) -> tuple[CellImage, str]:
    """One comb cell and what stands in it."""
    kind = rng.random()
    if kind < NOT_A_CHARACTER:
        label = "" if kind < NOT_A_CHARACTER * 0.6 else "-"
        glyph = np.zeros((30, 24), np.uint8)
        if label:
            wide = float(rng.uniform(8, 26))
            y = float(rng.uniform(10, 20))
            path = strokes.wander((3, y), (wide - 4, y + rng.normal(0, 1.5)), rng, 0.04)
            strokes.draw(glyph, path, int(rng.integers(1, 5)))
    else:
        glyph, label = _bent(*source.draw(rng, is_training), rng)
    rough = bool(rng.random() < ROUGH_SHARE) if is_rough is None else is_rough
    box, pen = _placed(glyph, rng, -0.05 if rough else 0.04)
    if rough and rng.random() < 0.3:
        _neighbour(pen, box, source, rng)
    printed = ruled(pen.shape, box, rng, hint=False)
    ink = expose(pen, printed, rng, rough)
    return cell_image(ink, printed, box, "comb"), label


def _bent(glyph: Canvas, label: str, rng: Generator) -> tuple[Canvas, str]:
    """Slant, turn, squeeze and stroke width."""
    h, w = glyph.shape
    side = int(1.5 * max(h, w)) + 6
    turn, shear, squeeze = np.deg2rad(rng.normal(0, 5)), rng.normal(0, 0.16), rng.uniform(0.8, 1.2)
    c, s = np.cos(turn), np.sin(turn)
    linear = np.array([[c, -s], [s, c]]) @ np.array([[squeeze, shear], [0, 1]])
    shift = np.array([side / 2, side / 2]) - linear @ np.array([w / 2, h / 2])
    warp = np.column_stack([linear, shift]).astype(np.float32)
    bent = cv2.warpAffine(glyph, warp, (side, side), flags=cv2.INTER_LINEAR)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    kind = rng.random()
    if kind < 0.2:
        bent = cv2.dilate(bent, kernel, iterations=1 if kind < 0.13 else 2)
    elif kind < 0.27 and h > 36:
        bent = cv2.erode(bent, kernel)
    steep = rng.uniform(1.2, 4)
    bent = np.clip((bent.astype(np.float32) - EDGE) * steep + EDGE, 0, 255).astype(np.uint8)
    ys, xs = np.nonzero(bent > 60)
    if len(xs) == 0:
        return glyph, label
    return bent[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1], label


def _placed(
    glyph: Canvas, rng: Generator, inset: float
) -> tuple[tuple[int, int, int, int], Canvas]:
    """Put a character in a cell, `inset` of its size off the lines at least."""
    h, w = glyph.shape
    width, height = (
        int(max(w * rng.uniform(1.1, 1.8) + 1, 32)),
        int(max(h * rng.uniform(1.1, 1.7) + 1, 38)),
    )
    pen = np.zeros((height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    x = max(MARGIN + int(rng.uniform(inset * w, width - w - inset * w)), 0)
    y = max(MARGIN + int(rng.uniform(inset * h, height - h - inset * h)), 0)
    part = pen[y : y + h, x : x + w]
    np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)
    return (MARGIN, MARGIN, width, height), pen


def _neighbour(pen: Canvas, box: tuple[int, int, int, int], source: Source, rng: Generator) -> None:
    """The next cell's character reaches over the line."""
    left, top, width, _ = box
    glyph, _ = source.draw(rng, True)
    h, w = glyph.shape
    inside = int(w * rng.uniform(-0.3, 0.25))
    x = left - w + inside if rng.random() < 0.5 else left + width - inside
    y = top + int(rng.integers(-4, 8))
    x0, x1 = max(x, 0), min(x + w, pen.shape[1])
    part = pen[y : y + h, x0:x1]
    if x1 > x0:
        np.maximum(part, glyph[: part.shape[0], x0 - x : x1 - x], out=part)
