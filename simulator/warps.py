"""Where paper goes when it is scanned: a map that is known exactly, for tests to hold against."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

MM_PER_INCH = 25.4
Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]

# The backward map is computed at every 16th pixel and read between them: the waves are
# centimetres long, so that this errs by less than a hundredth of a pixel.
NODE = 16
# Rounds of the fixed point that turns paper's waves back; each gains two digits.
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Warp:
    """
    The true map from millimetres on the blank to pixels of a picture.

    Attributes:
        homography: (3, 3); millimetres, after the waves, to pixels. Middles of pixels are whole
            numbers.
        waves: (n, 5): shift across and down in mm, turns a mm across and down, phase. Paper is
            pulled smoothly hither and thither by them.
    """

    homography: Points
    waves: Points

    def to_pixels(self, points_mm: Points) -> Points:
        """Pixels (n, 2) of points (n, 2) in mm from the blank's top-left."""
        points: Points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        return _project(self.homography, points + self._shift(points))

    def to_mm(self, pixels: Points) -> Points:
        """Millimetres (n, 2) on the blank of pixels (n, 2)."""
        back: Points = np.asarray(np.linalg.inv(self.homography), np.float64)
        pulled = _project(back, np.asarray(pixels, np.float64))
        points = pulled
        for _ in range(ROUNDS):
            points = pulled - self._shift(points)
        return points

    def then(self, pixels_to_pixels: Points) -> Warp:
        """The map when the picture itself is moved by a (3, 3) map of pixels."""
        return dataclasses.replace(self, homography=pixels_to_pixels @ self.homography)

    def _shift(self, points: Points) -> Points:
        if not len(self.waves):
            return np.zeros_like(points)
        phases = 2 * np.pi * (points @ self.waves[:, 2:4].T + self.waves[:, 4])
        return np.asarray(np.sin(phases) @ self.waves[:, :2])


def flat(dpi: float) -> Warp:
    """The map of a page drawn upright at `dpi`."""
    scale = dpi / MM_PER_INCH
    return Warp(np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1.0]]), np.zeros((0, 5)))


def waves(rng: Generator, amount_mm: float, count: int = 3) -> Points:
    """Random waves of 12 to 40 cm that shift the paper by about `amount_mm` at most."""
    angle = rng.uniform(0, 2 * np.pi, count)
    turns = rng.uniform(0.0025, 0.0085, count)
    size = amount_mm / count * rng.uniform(0.5, 1.2, (count, 2)) * rng.choice([-1, 1], (count, 2))
    return np.column_stack([size, turns * np.cos(angle), turns * np.sin(angle), rng.random(count)])


def quad_homography(size_mm: tuple[float, float], corners_px: Points) -> Points:
    """The (3, 3) map that takes the page's corners, clockwise from top left, to pixels."""
    width, height = size_mm
    page = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(page, corners_px.astype(np.float32)), np.float64)


def turned(degrees: int, size: tuple[int, int]) -> Points:
    """The (3, 3) map of pixels when a picture of (width, height) is turned clockwise."""
    width, height = size
    maps = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, height - 1], [1, 0, 0]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, 1, 0], [-1, 0, width - 1]],
    }
    return np.array([*maps[degrees], [0, 0, 1]], dtype=np.float64)


def render(page: Pixels, page_dpi: float, warp: Warp, size: tuple[int, int], around: int) -> Pixels:
    """
    Picture a page through a warp.

    Args:
        page: uint8 (H, W) or (H, W, 3), upright.
        page_dpi: Of the page.
        warp: Where the paper goes.
        size: Width and height of the picture in pixels.
        around: Grey of what is not page.
    """
    columns = np.arange(0, size[0] + 2 * NODE, NODE, dtype=np.float64)
    rows = np.arange(0, size[1] + 2 * NODE, NODE, dtype=np.float64)
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1)
    source = warp.to_mm(nodes.reshape(-1, 2)) * (page_dpi / MM_PER_INCH) - 0.5
    coarse = source.reshape(*nodes.shape).astype(np.float32)
    spread = np.array([[NODE, 0, 0], [0, NODE, 0]], np.float32)
    maps = cv2.warpAffine(coarse, spread, size, flags=cv2.INTER_LINEAR)
    reduced = _reduced(page, page_dpi, warp)
    return np.asarray(
        cv2.remap(
            reduced, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(around,) * 3,
        ),
        dtype=np.uint8,
    )  # fmt: skip


def _reduced(page: Pixels, page_dpi: float, warp: Warp) -> Pixels:
    """The page blurred as far as the picture is coarser, so that thin rules do not flicker."""
    centre = np.array([[100.0, 140.0], [101.0, 140.0]])
    ends = warp.to_pixels(centre)
    ratio = (page_dpi / MM_PER_INCH) / max(float(np.hypot(*(ends[1] - ends[0]))), 1e-6)
    if ratio <= 1.1:
        return page
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 0.45 * ratio), dtype=np.uint8)


def _project(matrix: Points, points: Points) -> Points:
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
