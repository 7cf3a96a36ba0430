"""Machines that make pictures of paper: feeders, copiers, phones, each with its true warp."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulator.tones import (
    WHITE,
    Pixels,
    as_grey,
    copied,
    jpeg,
    lamp,
    pinholes,
    sensor,
    shade,
    table_top,
)
from simulator.warps import MM_PER_INCH, Warp, quad_homography, render, turned, waves

PAGE_DPI = 300  # of the pages that are drawn
A4_MM = (210.0, 297.0)
A4_TOLERANCE = 0.03  # of its longer side, for a drawn page to count as A4


@dataclass(frozen=True, slots=True)
class Scan:
    """
    A picture of a page and where everything on the page went.

    Attributes:
        image: uint8, grey (H, W) or blue, green, red (H, W, 3).
        warp: Millimetres on the blank to pixels of `image`.
    """

    image: Pixels
    warp: Warp
    dpi: float


def feeder(page: Pixels, rng: Generator, dpi: float = 300, skew: float = 1.2) -> Scan:
    """
    An office scanner's sheet feeder: grey, a little askew and stretched, noise, JPEG.

    Args:
        page: Colour, uint8 (H, W, 3), upright at 300 dpi, A4 either way.
        rng: Of this scan.
        dpi: Of the picture.
        skew: Largest turn, degrees.
    """
    scan = _fed(page, rng, dpi, skew)
    grey = as_grey(scan.image, rng)
    picture = jpeg(sensor(lamp(grey, rng), rng, blur=0.55, noise=1.3), 82)
    return dataclasses.replace(scan, image=picture)


def colour_scan(page: Pixels, rng: Generator, dpi: float = 300, skew: float = 0.8) -> Scan:
    """The same in colour: warm lamp, colours a little off register."""
    scan = _fed(page, rng, dpi, skew)
    cast = rng.uniform(0.955, 1.0, 3).astype(np.float32)
    picture = np.clip(scan.image * cast, 0, 255).astype(np.uint8)
    return dataclasses.replace(scan, image=jpeg(sensor(picture, rng, 0.55, 1.2), 84))


def bilevel(page: Pixels, rng: Generator, dpi: float = 200, skew: float = 1.0) -> Scan:
    """Fax quality, as many office machines are set: black or white, 200 dpi, values 0 and 255."""
    scan = _fed(page, rng, dpi, skew)
    grey = sensor(as_grey(scan.image, rng), rng, blur=0.5, noise=5)
    threshold = float(rng.uniform(165, 190))
    return dataclasses.replace(scan, image=np.where(grey > threshold, WHITE, 0).astype(np.uint8))


def photocopy(page: Pixels, rng: Generator, generations: int = 2, dpi: float = 300) -> Scan:
    """A copy of a copy, then scanned: bold, nearly black and white, specks, dust, dark edges."""
    scan = _fed(page, rng, dpi, skew=1.5)
    picture = as_grey(scan.image, rng)
    for _ in range(generations):
        picture = copied(picture, rng, dpi / PAGE_DPI)
    picture = pinholes(picture, rng)
    return dataclasses.replace(scan, image=jpeg(sensor(picture, rng, blur=0.6, noise=1.4), 78))


def phone(page: Pixels, rng: Generator, height: int = 3000, tilt: float = 0.035) -> Scan:
    """
    A photograph taken by hand: perspective, a table around, shadow, soft focus, JPEG.

    Args:
        page: Colour, uint8 (H, W, 3), upright at 300 dpi, A4 either way.
        rng: Of this photograph.
        height: Of the picture, pixels; its width is three quarters, as phones make it. A page
            lying across is photographed with the phone held across.
        tilt: How far corners stray, share of the picture.
    """
    size_mm = _size_mm(page)
    size = (height * 3 // 4, height) if size_mm[0] < size_mm[1] else (height, height * 3 // 4)
    corners = _held(size_mm, size, rng, tilt)
    warp = Warp(quad_homography(size_mm, corners), waves(rng, 0.9))
    paper = render(page, PAGE_DPI, warp, size, WHITE)
    inside = render(np.full(page.shape[:2], WHITE, np.uint8), PAGE_DPI, warp, size, 0)
    share = cv2.GaussianBlur(inside, (0, 0), 1.0)[..., None].astype(np.float32) / 255
    table = table_top(size, rng)
    edge = cv2.GaussianBlur(inside, (0, 0), 12)[..., None].astype(np.float32) / 255
    light = paper * share + table * (1 - share) * (1 - 0.45 * edge)
    lit = shade(light.astype(np.float32), rng).astype(np.uint8)
    picture = sensor(lit, rng, blur=float(rng.uniform(0.7, 1.1)), noise=2.4)
    return Scan(jpeg(picture, 85), warp, size[1] / (size_mm[1] * 1.12) * MM_PER_INCH)


def turn(scan: Scan, degrees: int) -> Scan:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    height, width = scan.image.shape[:2]
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    picture = cv2.rotate(scan.image, codes[degrees]) if degrees else scan.image
    warp = scan.warp.then(turned(degrees, (width, height)))
    return Scan(np.asarray(picture, np.uint8), warp, scan.dpi)


def cut_corner(scan: Scan, rng: Generator, size_mm: float = 24) -> Scan:
    """One corner of the sheet is torn off: the scanner's dark lid shows."""
    height, width = scan.image.shape[:2]
    reach = size_mm * scan.dpi / MM_PER_INCH
    corner = np.array([rng.choice([0, width]), rng.choice([0, height])], np.float64)
    inward = np.where(corner > 0, -1.0, 1.0)
    along = np.linspace(0, 1, 9)[1:-1, None]
    a, b = corner + inward * (reach * 1.2, 0), corner + inward * (0, reach)
    torn = a + (b - a) * along + rng.normal(0, reach * 0.03, (7, 2))
    picture = scan.image.copy()
    lid = (52,) * 3 if picture.ndim == 3 else 52
    cv2.fillPoly(picture, [np.vstack([corner, a, torn, b]).astype(np.int32)], lid)
    return dataclasses.replace(scan, image=picture)


def blank_back(page: Pixels, rng: Generator, dpi: float = 300) -> Scan:
    """The empty back of a sheet: what is on the front shines through, mirrored and faint."""
    mirrored = np.asarray(cv2.flip(page, 1))
    through = cv2.GaussianBlur(mirrored, (0, 0), 5).astype(np.float32)
    faint = 255 - (255 - through) * float(rng.uniform(0.04, 0.08))
    scan = _fed(faint.astype(np.uint8), rng, dpi, skew=1.0)
    picture = sensor(lamp(as_grey(scan.image, rng), rng), rng, blur=0.6, noise=1.2)
    return dataclasses.replace(scan, image=jpeg(picture, 78))


def _fed(page: Pixels, rng: Generator, dpi: float, skew: float) -> Scan:
    """A page drawn through rollers: turned, stretched, pulled."""
    size_mm = _size_mm(page)
    scale = dpi / MM_PER_INCH
    size = (round(size_mm[0] * scale), round(size_mm[1] * scale))
    angle = np.deg2rad(rng.uniform(-skew, skew))
    stretch = scale * rng.uniform(0.997, 1.003, 2)
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) * stretch[None, :]
    middle = np.array(size_mm) / 2
    shift = np.array(size) / 2 - linear @ middle + rng.normal(0, 0.6, 2) * scale - 0.5
    homography = np.vstack([np.column_stack([linear, shift]), [0, 0, 1]])
    warp = Warp(homography, waves(rng, 0.12))
    return Scan(render(page, PAGE_DPI, warp, size, int(rng.integers(225, 250))), warp, dpi)


def _held(
    size_mm: tuple[float, float], size: tuple[int, int], rng: Generator, tilt: float
) -> NDArray[np.float64]:
    """Corners of the page in a hand-held picture, clockwise from top left, pixels."""
    width, height = size
    fill = float(rng.uniform(0.86, 0.92))
    scale = min(width / size_mm[0], height / size_mm[1]) * fill
    half = np.array(size_mm) * scale / 2
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    angle = np.deg2rad(rng.uniform(-2.5, 2.5))
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    strays = rng.uniform(-tilt, tilt * 0.2, (4, 2)) * np.sign(corners) * size
    corners = corners @ spin + strays + np.array(size) / 2
    return np.asarray(np.clip(corners, 6, np.array(size) - 6.0))


def _size_mm(page: Pixels) -> tuple[float, float]:
    """A4 either way where the page is about that; a register's A3 is what it measures."""
    height, width = page.shape[:2]
    longest = max(height, width) / PAGE_DPI * MM_PER_INCH
    if abs(longest / A4_MM[1] - 1) > A4_TOLERANCE:
        return width / PAGE_DPI * MM_PER_INCH, height / PAGE_DPI * MM_PER_INCH
    return A4_MM if height >= width else (A4_MM[1], A4_MM[0])
