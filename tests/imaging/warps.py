"""A page as a scanner, a copier or a phone would give it, by a map that is known exactly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import MM_PER_INCH, PageImage, Pixels, Points
from tests.imaging.takings import Taking as Taking
from tests.imaging.takings import kind as kind

GRID_PX = 8  # the inverse map is exact on this grid and linear between
MARK_GREY = 40
BILEVEL = 150
CURL_MM = 30.0  # a lifted edge flattens out within this distance
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class Taken:
    """The picture and the truth about it: mm on the blank -> pixels of the picture."""

    page: PageImage
    to_pixels: Callable[[Points], Points]


def written(
    blank: Pixels, rng: np.random.Generator, strokes: int = 120, px_per_mm: float = 8
) -> Pixels:
    """A blank with pen-like strokes all over it."""
    page = blank.copy()
    height, width = page.shape
    for _ in range(strokes):
        start = rng.uniform((0.05, 0.05), (0.95, 0.95)) * (width, height)
        steps = rng.normal(0, 1.6 * px_per_mm, (6, 2)).cumsum(axis=0) * (0.6, 0.4)
        line = np.rint(start + steps).astype(np.int32)
        thick = int(rng.integers(2, 5))
        cv2.polylines(page, [line], False, MARK_GREY, thick, cv2.LINE_AA)
    return page


def take(
    blank: Pixels, size_mm: tuple[float, float], how: Taking, rng: np.random.Generator
) -> Taken:
    """Take a picture of a printed page (grey, any resolution, the whole sheet)."""
    if how.copied:
        return _taken_again(blank, size_mm, how, rng)
    blank = _turned_over(blank, blank.shape[1] / size_mm[0], how)
    width, height = _picture_size(size_mm, how)
    flat = _flat_map(size_mm, how, (width, height), rng)
    bend = _bend(how, size_mm, rng)
    source = blank.shape[1] / size_mm[0]
    x, y = _inverse_map(flat, bend, (width, height), source)
    ink = cv2.remap(_softened(blank, how, source), x, y, cv2.INTER_LINEAR, borderValue=(0.0,))
    mask = cv2.remap(np.full_like(blank, 255), x, y, cv2.INTER_LINEAR, borderValue=(0.0,))
    table = _wooden((height, width), how.table, rng) if how.wood else how.table
    picture = np.where(mask > 127, ink, table).astype(np.float32)
    picture = _lit(picture, how, rng)
    turns = how.turned // 90
    left, top, right, bottom = (
        round(share * side) for share, side in zip(how.cut, (width, height) * 2, strict=True)
    )
    seen = _to_bytes(picture, how, rng)[top : height - bottom, left : width - right]
    pixels = np.ascontiguousarray(np.rot90(seen, -turns))
    turn = _turn_matrix(turns, seen.shape[1], seen.shape[0])
    moved = np.array([[1.0, 0, -left], [0, 1, -top], [0, 0, 1]])

    def to_pixels(points: Points) -> Points:
        return _project(turn @ moved @ flat, points + bend(points))

    page = PageImage(f"{next(_serial):064d}", pixels, None, how.dpi)
    return Taken(page, to_pixels)


def _taken_again(
    blank: Pixels, size_mm: tuple[float, float], how: Taking, rng: np.random.Generator
) -> Taken:
    """A picture of a photocopy (of a photocopy): each copier turns and scales it a little."""
    copier = Taking(
        skew=rng.uniform(-0.7, 0.7), scale=rng.uniform(0.985, 1.015), copier=True, quality=None
    )
    copy = take(blank, size_mm, replace(copier, copied=how.copied - 1, table=255), rng)
    height, width = copy.page.pixels.shape
    per_mm = copier.dpi / MM_PER_INCH
    again = take(copy.page.pixels, (width / per_mm, height / per_mm), replace(how, copied=0), rng)

    def to_pixels(points: Points) -> Points:
        return again.to_pixels((copy.to_pixels(points) + 0.5) / per_mm)

    return Taken(again.page, to_pixels)


def _turned_over(blank: Pixels, per_mm: float, how: Taking) -> Pixels:
    """The sheet with its corners folded over: their white backs hide twice the triangle."""
    if not any(how.folded):
        return blank
    sheet = blank.copy()
    height, width = sheet.shape
    places = ((0, 0, 1, 1), (width, 0, -1, 1), (width, height, -1, -1), (0, height, 1, -1))
    for (x, y, right, down), long in zip(places, how.folded, strict=True):
        side = long * per_mm
        over = [(x, y), (x + right * side, y), (x + right * side, y + down * side)]
        square = np.rint([*over, (x, y + down * side)]).astype(np.int32)
        gone = np.rint([(x, y), (x + right * side, y), (x, y + down * side)]).astype(np.int32)
        cv2.fillConvexPoly(sheet, square, (225.0,))
        cv2.fillConvexPoly(sheet, gone, (float(how.table),))
    return sheet


def _wooden(size: tuple[int, int], grey: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A table with a grain, and a lighter paper or two that lie beside the sheet."""
    height, width = size
    grain = rng.normal(0, 9, (max(height // 24, 2), max(width // 3, 2))).astype(np.float32)
    table = np.asarray(grey + cv2.resize(grain, (width, height)), dtype=np.float32)
    for _ in range(2):
        corner = rng.uniform(-0.3, 1.0, 2) * (width, height)
        square = corner + np.array([(0, 0), (0.4, 0.05), (0.35, 0.5), (-0.05, 0.45)]) * width
        cv2.fillConvexPoly(table, np.rint(square).astype(np.int32), (float(rng.uniform(120, 200)),))
    return table


def _picture_size(size_mm: tuple[float, float], how: Taking) -> tuple[int, int]:
    grown = 1 + 2 * how.margin
    per_mm = how.dpi / MM_PER_INCH
    return round(size_mm[0] * per_mm * grown), round(size_mm[1] * per_mm * grown)


def _flat_map(
    size_mm: tuple[float, float], how: Taking, size: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.float64]:
    per_mm = how.dpi / MM_PER_INCH * how.scale
    angle = np.radians(how.skew)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    wide, high = size_mm
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float64)
    placed = (
        (corners - (wide / 2, high / 2)) * how.stretch @ turn.T * per_mm + np.array(size) / 2 - 0.5
    )
    placed += rng.uniform(-1, 1, 2) * per_mm * 2
    placed += rng.uniform(-1, 1, (4, 2)) * how.tilt * size[0]
    return np.asarray(
        cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32)),
        dtype=np.float64,
    )


def _bend(
    how: Taking, size_mm: tuple[float, float], rng: np.random.Generator
) -> Callable[[Points], Points]:
    """A smooth shift of the paper in mm: two waves a direction, a page long or half as long."""
    most = how.bend_px / 300 * MM_PER_INCH
    waves = rng.uniform(0.4, 1.2, (2, 2, 2)) * 2 * np.pi / max(size_mm)
    phases = rng.uniform(0, 2 * np.pi, (2, 2))

    def shift(points: Points) -> Points:
        moved = np.zeros_like(points, dtype=np.float64)
        for axis in range(2):
            for wave in range(2):
                moved[:, axis] += np.sin(points @ waves[axis, wave] + phases[axis, wave])
        return np.asarray(moved * (most / 2 / np.sqrt(2)) + lifted(points))

    lift = how.curl_px / 300 * MM_PER_INCH

    def lifted(points: Points) -> Points:
        """A sheet that rises at its right and bottom edges is drawn inward there."""
        beyond = (points - size_mm) / CURL_MM
        return np.asarray(-lift * np.exp(np.minimum(beyond, 1.0)))

    return shift


def _inverse_map(
    flat: NDArray[np.float64],
    bend: Callable[[Points], Points],
    size: tuple[int, int],
    source_per_mm: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    width, height = size
    cols, rows = -(-width // GRID_PX) + 1, -(-height // GRID_PX) + 1
    across, down = np.arange(cols) * float(GRID_PX), np.arange(rows) * float(GRID_PX)
    nodes = np.column_stack([np.tile(across, rows), np.repeat(down, cols)])
    goal = _project(np.asarray(np.linalg.inv(flat), dtype=np.float64), nodes)
    places = goal.copy()
    for _ in range(4):
        places = goal - bend(places)
    grid = (places * source_per_mm - 0.5).reshape(rows, cols, 2).astype(np.float32)
    grow = np.array([[1 / GRID_PX, 0, 0], [0, 1 / GRID_PX, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    full = cv2.warpAffine(grid, grow, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(full[:, :, 0]), np.ascontiguousarray(full[:, :, 1])


def _softened(blank: Pixels, how: Taking, source_per_mm: float) -> Pixels:
    """The blank without detail finer than the picture's pixels."""
    ratio = source_per_mm / (how.dpi / MM_PER_INCH * how.scale)
    if ratio <= 1.1:
        return blank
    return cast(Pixels, cv2.GaussianBlur(blank, (0, 0), 0.4 * ratio))


def _lit(
    picture: NDArray[np.float32], how: Taking, rng: np.random.Generator
) -> NDArray[np.float32]:
    if how.blur:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), how.blur), dtype=np.float32)
    if how.shadow:
        height, width = picture.shape
        across = rng.uniform(-1, 1, 2)
        ys, xs = np.mgrid[0:height:16, 0:width:16].astype(np.float32)
        edge = (xs / width - 0.5) * across[0] + (ys / height - 0.5) * across[1]
        depth = 1 - how.shadow / (1 + np.exp(-12 * edge))
        light = cv2.resize(depth.astype(np.float32), (width, height))
        picture = np.asarray(picture * light, dtype=np.float32)
    return picture


def _to_bytes(picture: NDArray[np.float32], how: Taking, rng: np.random.Generator) -> Pixels:
    if how.noise:
        picture = picture + rng.normal(0, how.noise, picture.shape).astype(np.float32)
    pixels = picture.clip(0, 255).astype(np.uint8)
    if how.copier:
        soft = cv2.GaussianBlur(pixels, (0, 0), 1.0)
        pixels = np.where(soft < 175, 0, 255).astype(np.uint8)
        specks = rng.uniform(0, 1, (400, 2)) * (pixels.shape[1] - 4, pixels.shape[0] - 4)
        for x, y in specks.astype(int):
            pixels[y : y + 2, x : x + 2] = 0
    if how.bilevel:
        pixels = np.where(pixels < BILEVEL, 0, 255).astype(np.uint8)
    if how.quality is None:
        return pixels
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, how.quality])
    return cast(Pixels, cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _turn_matrix(turns: int, width: int, height: int) -> NDArray[np.float64]:
    """Map pixels of a picture to those of the same picture turned clockwise by quarters."""
    quarter = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, height - 1], [1, 0, 0]],
        2: [[-1, 0, width - 1], [0, -1, height - 1]],
        3: [[0, 1, 0], [-1, 0, width - 1]],
    }[turns % 4]
    return np.array([*quarter, [0, 0, 1]], dtype=np.float64)


def _project(matrix: NDArray[np.float64], points: Points) -> Points:
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
