"""Finding an edition's printed boxes on a page: the map from millimetres to its pixels."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.paper import AlignedPage, PageImage, PageMatch, Transform
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.bend import local_bend
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.certify import certify
from cpims_scan.imaging.fit import MIN_SHARE, Fit, find
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.pose import view_of

GRID_STEP_MM = 10.0


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
