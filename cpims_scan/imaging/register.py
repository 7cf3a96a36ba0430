"""Finding an edition's printed boxes on a page: the map from millimetres to its pixels."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.paper import AlignedPage, PageImage, PageMatch, Transform
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.certify import certify
from cpims_scan.imaging.fit import MIN_SHARE, Fit, find
from cpims_scan.imaging.patches import Axis, Sightings, project
from cpims_scan.imaging.pose import view_of

GRID_STEP_MM = 10.0
BEND_MM = 19.0  # Gaussian reach of the local corrections: 220 px at 300 dpi in the trial
FLAT_WEIGHT = 0.3  # patches' worth of belief that paper is flat where nothing is printed


def register(page: PageImage, match: PageMatch, index: BlankIndex) -> AlignedPage:
    """
    Find an edition's printed boxes on a page.

    A coarse pose is refined by patches of the blank that do not repeat; a smooth grid of shifts
    follows bent paper; every place then gets a certificate from what is printed around it.

    Returns:
        The page with its transform (mm -> page pixels) and a certificate per field.

    Raises:
        AlignmentError: Fewer than half of the patches agree.
    """
    blank = index.blank(match.form, match.edition, match.page)
    fit = index.poses.get((page.content, *blank.key)) or find(view_of(page), (blank,))
    if fit is None or fit.share < MIN_SHARE:
        raise AlignmentError(
            f"The page looks like {match.form} {match.edition}, page {match.page}, but its boxes "
            "could not be found with proof. Scan the sheet again, flat and complete."
        )
    transform = transform_of(fit)
    places = index.edition(blank).on_page(blank.number)
    return AlignedPage(page, match, transform, certify(fit.seen, transform, places))


def transform_of(fit: Fit) -> Transform:
    """The map mm -> page pixels: the homography, and the shifts that bent paper needs."""
    scale, blank = fit.base_scale, fit.pose.blank
    # Base pixel centres at whole numbers; halving moves them by a fraction of a pixel.
    to_page = np.array(
        [[1 / scale, 0, (1 / scale - 1) / 2], [0, 1 / scale, (1 / scale - 1) / 2], [0, 0, 1]]
    )
    homography = to_page @ fit.pose.homography
    homography = homography / homography[2, 2]
    cols = int(np.ceil(blank.size_mm[0] / GRID_STEP_MM)) + 1
    rows = int(np.ceil(blank.size_mm[1] / GRID_STEP_MM)) + 1
    across = np.arange(cols, dtype=np.float64) * GRID_STEP_MM
    down = np.arange(rows, dtype=np.float64) * GRID_STEP_MM
    nodes = np.column_stack([np.tile(across, rows), np.repeat(down, cols)])
    bend_mm = local_bend(fit.seen, across, down).reshape(-1, 2)
    shifts = project(homography, nodes + bend_mm) - project(homography, nodes)
    return Transform(homography, shifts.reshape(rows, cols, 2), GRID_STEP_MM)


def local_bend(seen: Sightings, columns: Axis, rows: Axis) -> Axis:
    """
    Interpolate the left-over shifts (mm) at a grid's nodes, by Gaussian-weighted local planes.

    Belief in flat paper holds the planes down where little is printed.

    Args:
        seen: The sightings after the flat fit.
        columns: (C,) mm from the left.
        rows: (R,) mm from the top.

    Returns:
        (R, C, 2) mm.

    Source: locally weighted regression, Cleveland 1979, with a ridge.
    """
    use = seen.agrees
    places, moved, pins = seen.expected[use] / BEND_MM, seen.moved[use], seen.pins[use]
    bend = np.zeros((len(rows), len(columns), 2))
    if not use.any():
        return bend
    x, y = columns / BEND_MM, rows / BEND_MM
    # A Gaussian of both directions is the product of two of one direction.
    across = np.exp(-0.5 * (x[:, None] - places[:, 0]) ** 2)
    down = np.exp(-0.5 * (y[:, None] - places[:, 1]) ** 2)
    weights = (down[:, None, :] * across[None, :, :]).reshape(-1, len(places))
    node_x, node_y = np.tile(x, len(y)), np.repeat(y, len(x))
    for axis in range(2):
        shift = _planes(weights * pins[:, axis], places, moved[:, axis], node_x, node_y)
        bend[:, :, axis] = shift.reshape(len(rows), len(columns))
    return bend


def _planes(weights: Axis, places: Axis, moved: Axis, node_x: Axis, node_y: Axis) -> Axis:
    """Value at every node of the plane that fits best around it."""
    px, py = places[:, 0], places[:, 1]
    basis = np.column_stack(
        [np.ones_like(px), px, py, px * px, px * py, py * py, moved, moved * px, moved * py]
    )
    n, sx, sy, sxx, sxy, syy, m, mx, my = (weights @ basis).T
    # The same sums about each node.
    xx = sxx - 2 * node_x * sx + node_x**2 * n + FLAT_WEIGHT
    yy = syy - 2 * node_y * sy + node_y**2 * n + FLAT_WEIGHT
    xy = sxy - node_x * sy - node_y * sx + node_x * node_y * n
    x, y = sx - node_x * n, sy - node_y * n
    normal = np.array([[n + FLAT_WEIGHT / 3, x, y], [x, xx, xy], [y, xy, yy]])
    right = np.array([m, mx - node_x * m, my - node_y * m])
    solved = np.linalg.solve(normal.transpose(2, 0, 1), right.T[:, :, None])
    return np.asarray(solved[:, 0, 0])
