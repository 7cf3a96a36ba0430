"""What goes wrong at the glass: dirt, blur, bad light, missing corners, two sheets at once."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.random import Generator

from simulator.scanner import A4_MM, PAGE_DPI, Scan, feeder
from simulator.tones import WHITE, Floats, Pixels, jpeg, table_top
from simulator.warps import MM_PER_INCH

QUALITY = 85  # JPEG, as office machines send it
PAIR = 0.62  # of a photograph of one sheet, so that two have room
LID_GREYS = (38, 60, 236)  # two dark scanner lids and a white one


def streak(scan: Scan, rng: Generator) -> Scan:
    """Dirt on the glass that the sheet is drawn over: one column of the sensor sees less."""
    height, width = scan.image.shape[:2]
    wide = int(rng.integers(1, 5))
    left = int(rng.uniform(0.04, 0.96) * width)
    # From a smear that is just seen to a grain as black as print.
    depth = float(rng.uniform(45, 190))
    length = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.4, 0.9))
    top = int(rng.uniform(0, 1 - length) * height)
    uneven = cv2.resize(rng.uniform(0.75, 1.1, (12, 1)).astype(np.float32), (1, height)).ravel()
    shade = np.zeros(scan.image.shape[:2], np.float32)
    bottom = top + int(length * height)
    shade[top:bottom, left : left + wide] = depth * uneven[top:bottom, None]
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), 0.45), np.float32)
    deep = shade[..., None] if scan.image.ndim == 3 else shade
    return _again(scan, scan.image.astype(np.float32) - deep)


def streak_mm(scan: Scan, clean: Scan) -> float:
    """Where the darkest column of a streaked scan lies, millimetres from the picture's left."""
    change = cv2.absdiff(scan.image, clean.image).astype(np.float32)
    columns = change.reshape(*change.shape[:2], -1).mean(axis=(0, 2))
    return float(columns.argmax() + 0.5) / scan.dpi * MM_PER_INCH


def defocused(scan: Scan, rng: Generator) -> Scan:
    """Out of focus: every point becomes a disc 0.6 to 1.2 mm wide."""
    radius = rng.uniform(0.3, 0.6) * scan.dpi / MM_PER_INCH
    side = int(radius) * 2 + 3
    grid = np.arange(side) - side // 2
    disc = (np.hypot(*np.meshgrid(grid, grid)) <= radius).astype(np.float32)
    return _again(scan, np.asarray(cv2.filter2D(scan.image, -1, disc / disc.sum()), np.uint8))


def shaken(scan: Scan, rng: Generator) -> Scan:
    """The hand moved while the shutter was open: every point a line of 0.8 to 2 mm."""
    length = rng.uniform(0.8, 2.0) * scan.dpi / MM_PER_INCH
    side = int(length) | 1
    angle = rng.uniform(0, np.pi)
    kernel = np.zeros((side, side), np.float32)
    reach = np.array([np.cos(angle), np.sin(angle)]) * (side // 2)
    middle = np.array([side // 2, side // 2])
    start, end = np.rint(middle - reach).astype(int), np.rint(middle + reach).astype(int)
    cv2.line(kernel, start.tolist(), end.tolist(), 1.0)
    return _again(scan, np.asarray(cv2.filter2D(scan.image, -1, kernel / kernel.sum()), np.uint8))


def underexposed(scan: Scan, rng: Generator) -> Scan:
    """Too little light: everything sinks, and the chip's noise shows."""
    dim = scan.image.astype(np.float32) * np.float32(rng.uniform(0.18, 0.4))
    noise = rng.standard_normal(scan.image.shape, dtype=np.float32) * 3
    return _again(scan, dim + noise)


def overexposed(scan: Scan, rng: Generator) -> Scan:
    """Too much light: paper burns out and the print turns pale; pencil is gone."""
    keep = np.float32(rng.uniform(0.15, 0.4))
    return _again(scan, 255 - (255 - scan.image.astype(np.float32) * 1.06) * keep)


def cropped(scan: Scan, rng: Generator, size_mm: tuple[float, float] = A4_MM) -> Scan:
    """One edge of the sheet was not in the picture: 18 to 60 mm of it are missing."""
    wide, high = size_mm
    gone = float(rng.uniform(18, 60))
    # The middles of the sheet's new edges, clockwise from the top, and its own middle.
    edges = [(wide / 2, gone), (wide - gone, high / 2), (wide / 2, high - gone), (gone, high / 2)]
    seen = scan.warp.to_pixels(np.array([edges[int(rng.integers(4))], (wide / 2, high / 2)]))
    (x, y), (middle_x, middle_y) = seen.round().astype(int).tolist()
    # The edge may lie on any side of a picture that is turned.
    if abs(x - middle_x) > abs(y - middle_y):
        cut = scan.image[:, x:] if x < middle_x else scan.image[:, :x]
    else:
        cut = scan.image[y:] if y < middle_y else scan.image[:y]
    return dataclasses.replace(scan, image=np.ascontiguousarray(cut))


def cornerless(scan: Scan, rng: Generator) -> Scan:
    """One corner is torn off or folded in: the lid shows there, dark or white."""
    height, width = scan.image.shape[:2]
    reach = rng.uniform(28, 55) * scan.dpi / MM_PER_INCH
    corner = np.array([rng.choice([0, width]), rng.choice([0, height])], np.float64)
    inward = np.where(corner > 0, -1.0, 1.0)
    lean = rng.uniform(0.7, 1.4)
    a, b = corner + inward * (reach * lean, 0), corner + inward * (0, reach / lean)
    along = np.linspace(0, 1, 9)[1:-1, None]
    torn = a + (b - a) * along + rng.normal(0, reach * 0.02, (7, 2))
    lid = float(rng.choice(LID_GREYS))
    picture = scan.image.copy()
    cv2.fillPoly(picture, [np.vstack([corner, a, torn, b]).astype(np.int32)], (lid,) * 3)
    return _again(scan, picture.astype(np.float32))


def side_by_side(first: Pixels, second: Pixels, rng: Generator) -> Scan:
    """Two sheets beside each other on the glass of an A3 machine: grey, 300 dpi."""
    size_mm = A4_MM if first.shape[0] >= first.shape[1] else A4_MM[::-1]
    lies_beside = size_mm[0] < size_mm[1]
    scans = [feeder(page, rng) for page in (first, second)]
    height = min(scan.image.shape[0] for scan in scans)
    width = min(scan.image.shape[1] for scan in scans)
    even = [scan.image[:height, :width] for scan in scans]
    gap = int(rng.uniform(0, 9) / MM_PER_INCH * PAGE_DPI)
    shape = (height, gap) if lies_beside else (gap, width)
    lid = np.full(shape, int(rng.choice(LID_GREYS)), np.uint8)
    picture = np.concatenate([even[0], lid, even[1]], axis=1 if lies_beside else 0)
    return Scan(jpeg(picture, QUALITY), scans[0].warp, PAGE_DPI)


def overlapped(first: Scan, second: Scan, rng: Generator) -> Scan:
    """A second sheet lies over a part of the first, both drawn in together."""
    height, width = first.image.shape[:2]
    share = rng.uniform(0.25, 0.6)
    skew = float(rng.uniform(-3, 3))
    away = np.array([0, height * (1 - share)]) * rng.choice([-1, 1])
    if rng.random() < 0.4:
        away = np.array([width * (1 - share), height * rng.uniform(0, 0.2)]) * rng.choice([-1, 1])
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    turn[:, 2] += away
    over = cv2.resize(second.image, (width, height))
    moved = cv2.warpAffine(over, turn, (width, height), borderValue=(WHITE,) * 3)
    sheet = np.full((height, width), WHITE, np.uint8)
    laid = cv2.warpAffine(sheet, turn, (width, height), borderValue=(0.0,))
    inside = np.asarray(laid, np.float32) / np.float32(WHITE)
    # The upper sheet throws a soft shadow on the lower one along its edge.
    shadow = 1 - np.float32(0.25) * cv2.GaussianBlur(inside, (0, 0), 5) * (1 - inside)
    if first.image.ndim == 3:
        inside, shadow = inside[..., None], shadow[..., None]
    if first.image.ndim != second.image.ndim:
        raise ValueError("both sheets are scanned the same way")
    both = first.image * shadow * (1 - inside) + moved * inside
    return _again(first, np.asarray(both, np.float32))


def photographed_pair(first: Scan, second: Scan, rng: Generator) -> Scan:
    """A photograph of two sheets on a table, one beside or below the other."""
    down = rng.random() < 0.5
    pages = [
        scan.image if scan.image.ndim == 3 else cv2.cvtColor(scan.image, cv2.COLOR_GRAY2BGR)
        for scan in (first, second)
    ]
    half = [cv2.resize(p, None, fx=PAIR, fy=PAIR, interpolation=cv2.INTER_AREA) for p in pages]
    height = min(p.shape[0] for p in half)
    width = min(p.shape[1] for p in half)
    even = [p[:height, :width] for p in half]
    picture = np.concatenate(even, axis=0 if down else 1)
    margin = int(rng.uniform(0.01, 0.05) * width)
    size = (picture.shape[1] + 2 * margin, picture.shape[0] + 2 * margin)
    table = table_top(size, rng).clip(0, 255).astype(np.uint8)
    table[margin : size[1] - margin, margin : size[0] - margin] = picture
    moved = np.array([[PAIR, 0, margin], [0, PAIR, margin], [0, 0, 1]])
    return Scan(jpeg(table, QUALITY), first.warp.then(moved), first.dpi * PAIR)


def bled_through(page: Pixels, rng: Generator, dpi: float = 300) -> Scan:
    """The back of a written leaf: thin paper lets the front shine through, mirrored and soft."""
    mirrored = np.asarray(cv2.flip(page, 1))
    through = cv2.GaussianBlur(mirrored, (0, 0), float(rng.uniform(3, 6))).astype(np.float32)
    faint = 255 - (255 - through) * float(rng.uniform(0.04, 0.13))
    return feeder(faint.astype(np.uint8), rng, dpi)


def _again(scan: Scan, picture: Floats | Pixels) -> Scan:
    """The scan with other pixels, through the machine's JPEG once more."""
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    return dataclasses.replace(scan, image=jpeg(pixels, QUALITY))
