"""Finding an edition's printed boxes on a page: the map from millimetres to its pixels."""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import AlignedPage, PageImage, PageMatch, Transform
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.bend import GRID_STEP_MM, bend_of, grid_shape
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.certify import Witnesses, certify, choose_witnesses
from cpims_scan.imaging.fit import MIN_SHARE, Fit, find, fit_pose
from cpims_scan.imaging.patches import project, unseen
from cpims_scan.imaging.pose import Pose
from cpims_scan.imaging.views import View, view_of

# A fit that wandered further than this from where a person placed the blank found something else.
PLACED_MM = 12.0
PLACED_SHARE = 0.25  # of the patches, below which the four points are followed and nothing else


def register(page: PageImage, match: PageMatch, index: BlankIndex) -> AlignedPage:
    """
    Find an edition's printed boxes on a page.

    A coarse pose is refined by patches of the blank that do not repeat; a smooth grid of shifts
    follows bent paper; every place then gets a certificate from what is printed around it.
    Four points placed by a person are such a pose. Where no patches confirm them, the page still
    gets its map, so that it can be keyed from, but no certificate.

    Returns:
        The page with its transform (mm -> page pixels) and a certificate per field.

    Raises:
        AlignmentError: Fewer than half of the patches agree, and nobody placed the page.
    """
    blank = index.blank(match.form, match.edition, match.page)
    fit: Fit | None
    if match.corners:
        fit = _placed(match, blank, view_of(page))
    else:
        fit = index.poses.get((page.content, *blank.key)) or find(view_of(page), (blank,))
    if fit is None or (fit.share < MIN_SHARE and not match.corners):
        raise AlignmentError(
            f"The page looks like {match.form} {match.edition}, page {match.page}, but its boxes "
            "could not be found with proof. Scan the sheet again, flat and complete."
        )
    transform = transform_of(fit)
    proof = certify(fit.seen, transform, _witnesses(blank, index), page.pixels.shape)
    return AlignedPage(page, match, transform, proof)


def _placed(match: PageMatch, blank: Blank, view: View) -> Fit:
    """The fit from where a person placed a blank's corners; those alone when no patch agrees."""
    points = (np.array(match.corners, dtype=np.float64) + 0.5) * view.base_scale - 0.5
    width, height = blank.size_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    placed, _ = cv2.findHomography(corners, points, 0)
    if placed is None:
        raise AlignmentError(
            f"The four points placed on {match.form} {match.edition}, page {match.page}, do not "
            "span a sheet. Place them on the corners of the printed page, clockwise."
        )
    pose = Pose(blank, np.asarray(placed, dtype=np.float64), 1.0, "person")
    fit = fit_pose(view, pose)
    if fit is not None and fit.share >= PLACED_SHARE:
        back = project(np.linalg.inv(pose.homography) @ fit.pose.homography, corners)
        if np.linalg.norm(back - corners, axis=1).max() <= PLACED_MM:
            return fit
    return Fit(pose, unseen(blank.patches), view.base_scale)


def _witnesses(blank: Blank, index: BlankIndex) -> Witnesses:
    """Who may speak for the places of a blank, measured at its first page."""
    found = index.witnesses.get(blank.key)
    if found is None:
        places = index.edition(blank).on_page(blank.number)
        boxes = {place.field: place.box for place in places}
        found = index.witnesses[blank.key] = choose_witnesses(boxes, blank.patches)
    return found


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
