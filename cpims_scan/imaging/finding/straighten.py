"""A blank as it came, made straight: a photo cut to its paper, rules level, size in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CELL_PX_PER_MM, MM_PER_INCH, PageImage, Pixels
from cpims_scan.imaging.finding.rulings import find_rulings

# ISO 216 and the American sizes, portrait, mm.
PAPERS = {
    "a3": (297.0, 420.0),
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
}
SNAP = 0.02  # a scanner's page is this close to its paper's true size
SNAP_ASPECT = 0.015
SHORTEST_GUIDE_MM = 12.0  # rules that say what is level
LEAST_GUIDES = 3
LARGEST_TURN = 0.12  # radians; more is not a page put in by hand
STEPS = 6
OUTLIER_PX = 6.0
STRAIGHT_PX = 3.0  # corners off by less: drawing the page anew would only blur it
# Paper on a darker table: this share of the picture, and not the picture's own border.
PAPER_SHARE = (0.25, 0.985)
CORNER_SHARE = 0.03  # of the outline's length: what is cut off at a corner
TABLE_DARKER = 45  # grey levels; a scan without a table has light and dark paper, but no table
SEARCH_PX = 700  # long side of the picture in which the paper's outline is searched


@dataclass(frozen=True, slots=True)
class StraightPage:
    """A blank page at 8 pixels a millimetre, grey, with its paper's size in mm."""

    pixels: Pixels
    size_mm: tuple[float, float]
    is_moved: bool = False  # cut or turned: what the file says of places holds no longer


def straighten(
    page: PageImage, paper: tuple[float, float] | None, is_photo: bool = False
) -> StraightPage:
    """
    Make a blank straight.

    Args:
        page: As it came, upright.
        paper: Its size in mm if a person said it, portrait or as the page lies.
        is_photo: Look for the paper's outline before a darker table.
    """
    pixels = page.pixels
    outline = _outline(pixels) if is_photo else None
    size = _size(page, paper, outline)
    whole = (round(size[0] * CELL_PX_PER_MM), round(size[1] * CELL_PX_PER_MM))
    if outline is not None:
        target = np.array([(0, 0), (whole[0], 0), whole, (0, whole[1])], np.float32)
        warp = cv2.getPerspectiveTransform(outline.astype(np.float32), target)
        flat = cv2.warpPerspective(pixels, warp, whole, flags=cv2.INTER_AREA)
    else:
        shrinks = whole[0] < pixels.shape[1]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        flat = cv2.resize(pixels, whole, interpolation=how)
    resized = np.asarray(flat, dtype=np.uint8)
    straight = level(resized)
    return StraightPage(straight, size, outline is not None or straight is not resized)


def level(picture: Pixels) -> Pixels:
    """
    Turn and un-tilt a page so that its rules are level and upright.

    Four numbers (two shears, two of perspective) are fitted to the ends of the long rules by
    Gauss-Newton; a page without rules, or one that is straight, stays as it is.
    """
    rulings = find_rulings(picture)
    across, down = _guides(rulings.across, True), _guides(rulings.down, False)
    if len(across) + len(down) < LEAST_GUIDES:
        return picture
    height, width = picture.shape
    centre = np.array([width / 2, height / 2])
    wanted = _fit(across - centre, down - centre)
    move = np.array([[1, 0, centre[0]], [0, 1, centre[1]], [0, 0, 1]])
    warp = move @ _matrix(wanted) @ np.linalg.inv(move)
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], dtype=np.float64)
    if float(np.abs(_moved(warp, corners) - corners).max()) < STRAIGHT_PX:
        return picture
    return cast(
        Pixels,
        cv2.warpPerspective(
            picture, warp, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
    )


def _guides(rules: Pixels, across: bool) -> NDArray[np.float64]:
    """Ends of the long rules, (N, 2, 2): first and last point, x and y in pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    side = cv2.CC_STAT_WIDTH if across else cv2.CC_STAT_HEIGHT
    ends = []
    for index in range(1, count):
        if stats[index, side] < SHORTEST_GUIDE_MM * CELL_PX_PER_MM:
            continue
        x, y, w, h = (int(v) for v in stats[index, :4])
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == index)
        along, off = (xs + x, ys + y) if across else (ys + y, xs + x)
        slope, start = np.polyfit(along, off, 1)
        first, last = float(along.min()), float(along.max())
        pair = [(first, start + slope * first), (last, start + slope * last)]
        ends.append(pair if across else [(b, a) for a, b in pair])
    return np.array(ends, dtype=np.float64).reshape(-1, 2, 2)


def _fit(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shear of x, shear of y, and two of perspective that level `across` and upright `down`."""
    # Few rules tell a turn, not a perspective.
    is_free = len(across) >= LEAST_GUIDES and len(down) >= LEAST_GUIDES
    basis = np.eye(4) if is_free else np.array([[-1.0], [1.0], [0.0], [0.0]])
    scale = np.array([1.0, 1.0, 1e-4, 1e-4])
    known = np.zeros(basis.shape[1])
    for _ in range(STEPS):
        now = _residuals(basis @ known * scale, across, down)
        steps = np.eye(len(known)) * 1e-4
        slopes = np.column_stack(
            [(_residuals(basis @ (known + s) * scale, across, down) - now) / 1e-4 for s in steps]
        )
        weight = 1 / np.maximum(np.abs(now), OUTLIER_PX)
        move = np.linalg.lstsq(slopes * weight[:, None], -now * weight, rcond=None)[0]
        known = known + move
    found = basis @ known * scale
    is_sane = np.abs(found[:2]).max() <= LARGEST_TURN
    return found if is_sane else np.zeros(4)


def _residuals(
    values: NDArray[np.float64], across: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.float64]:
    matrix = _matrix(values)
    flat, upright = _moved(matrix, across), _moved(matrix, down)
    return np.concatenate([flat[:, 1, 1] - flat[:, 0, 1], upright[:, 1, 0] - upright[:, 0, 0]])


def _moved(matrix: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(ends) == 0:
        return ends
    return cast("NDArray[np.float64]", cv2.perspectiveTransform(ends, matrix))


def _matrix(values: NDArray[np.float64]) -> NDArray[np.float64]:
    shear_x, shear_y, tilt_x, tilt_y = values
    return np.array([[1, shear_x, 0], [shear_y, 1, 0], [tilt_x, tilt_y, 1]], dtype=np.float64)


def _outline(pixels: Pixels) -> NDArray[np.float64] | None:
    """Corners of light paper on a darker table, clockwise from the top left; None without one."""
    scale = SEARCH_PX / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    light = cv2.threshold(small, 0, 255, cv2.THRESH_OTSU)[1]
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    # A hand's shadow that reaches in from the edge bites into the paper; its hull is whole.
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    share = cv2.contourArea(hull) / light.size
    corners = cv2.approxPolyDP(hull, CORNER_SHARE * cv2.arcLength(hull, closed=True), closed=True)
    if not PAPER_SHARE[0] < share < PAPER_SHARE[1] or len(corners) != 4:
        return None
    inside = cv2.fillConvexPoly(np.zeros_like(light), hull, 255)
    lit, table = (float(np.median(small[inside == side])) for side in (255, 0))
    if lit - table < TABLE_DARKER:
        return None
    points = corners.reshape(4, 2).astype(np.float64) / scale
    order = [(points.sum(axis=1)).argmin(), (points[:, 0] - points[:, 1]).argmax()]
    order += [(points.sum(axis=1)).argmax(), (points[:, 0] - points[:, 1]).argmin()]
    return cast("NDArray[np.float64]", points[order]) if len(set(order)) == 4 else None


def _size(
    page: PageImage, paper: tuple[float, float] | None, outline: NDArray[np.float64] | None
) -> tuple[float, float]:
    """Size of the paper in mm: as said, as declared, or the known paper of that shape."""
    height, width = page.pixels.shape
    if outline is not None:
        sides = np.linalg.norm(outline - np.roll(outline, -1, axis=0), axis=1)
        width, height = round(sides[0] + sides[2]), round(sides[1] + sides[3])
        paper = paper or PAPERS["a4"]
    lies = width > height
    if paper is not None:
        return (max(paper), min(paper)) if lies else (min(paper), max(paper))
    measured = (width / page.dpi * MM_PER_INCH, height / page.dpi * MM_PER_INCH)
    short, long = sorted(measured)
    for known in PAPERS.values():
        if abs(short / known[0] - 1) < SNAP and abs(long / known[1] - 1) < SNAP:
            return (known[1], known[0]) if lies else known
    # A picture without true dots an inch was taken for A4's long side.
    for known in (PAPERS["a4"], PAPERS["letter"]):
        is_guess = abs(long - PAPERS["a4"][1]) < 1.0
        if is_guess and abs(short / long / (known[0] / known[1]) - 1) < SNAP_ASPECT:
            return (known[1], known[0]) if lies else known
    return (round(measured[0], 1), round(measured[1], 1))
