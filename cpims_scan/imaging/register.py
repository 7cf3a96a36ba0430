"""Finding an edition's printed boxes on a page: the map from millimetres to its pixels."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.paper import AlignedPage, PageImage, PageMatch, Transform
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.bend import GRID_STEP_MM, bend_of, grid_shape
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.certify import certify
from cpims_scan.imaging.fit import MIN_SHARE, Fit, find
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.views import view_of


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
    nodes = blank.kinship.nodes
    bend_mm = bend_of(fit.seen, blank.kinship)
    cols, rows = grid_shape(blank.size_mm)
    shifts = project(homography, nodes + bend_mm) - project(homography, nodes)
    return Transform(homography, shifts.reshape(rows, cols, 2), GRID_STEP_MM)
