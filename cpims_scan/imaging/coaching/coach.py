"""What is wrong with a picture, once it is known which form it shows, or that it shows none."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import (
    MM_PER_INCH,
    AlignedPage,
    PageImage,
    PageMatch,
    Quality,
    Streak,
    Transform,
)
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.coaching.doubles import has_neighbour
from cpims_scan.imaging.coaching.presence import Presence, presence_of
from cpims_scan.imaging.coaching.quality import COARSE_DPI
from cpims_scan.imaging.coaching.streaks import find_streak
from cpims_scan.imaging.rectify import Rectified

INSET_MM = 12.0  # no form prints nearer to the sheet's edge
# A camera sees the sheet in perspective and has no glass. Scans have less than 0.005 of it.
PERSPECTIVE = 0.015
GONE = 0.5  # of a tile's print: less is not there. Photocopies of photocopies keep 0.77.
DARK_LID = 0.4  # of the sheet's paper; shadows are lighter, and so are printed codes
LID_TILES = 1  # from the tip of a corner, which goes first; printed codes stand further in
PRINT_TILES = 5  # and in which print is missed: forms leave the corners themselves empty
# Tiles without their print that are another sheet lying there, not a corner: 8 cm2 and more.
COVERED_TILES = 8
COVERED_SHARE = 0.04
# Share of a blank's patches that a page shows on which no form is recognised: letters have none.
PARTLY_SHOWN = 0.25
# Contrast below which what stands on a page is what shines through from its other side: 0.08 to
# 0.10 through thin paper; pencil has 0.15 and more.
THROUGH = 0.12


def advise_form(
    aligned: AlignedPage, upright: Rectified, index: BlankIndex, quality: Quality
) -> Quality:
    """Add what only the registered blank can show: streaks, missing parts, a second sheet."""
    blank = index.blank(aligned.match.form, aligned.match.edition, aligned.match.page)
    presence = presence_of(upright)
    found = [advice for advice in quality.advice if advice != "blank_back"]
    if "low_resolution" not in found and form_dpi(aligned.transform) < COARSE_DPI:
        found.append("low_resolution")
    is_cut_off = is_cut(aligned)
    if is_cut_off:
        found.append("cut_off")
    if has_neighbour(aligned, blank.size_mm) or (not is_cut_off and is_covered(presence)):
        found.append("two_pages")
    elif not is_cut_off and is_cornerless(presence):
        found.append("cut_corner")
    streak = None
    # The edge of a second sheet is a line too, and a camera has no glass.
    is_scan = perspective(aligned.transform, blank.size_mm) < PERSPECTIVE
    if is_scan and "two_pages" not in found:
        streak = find_streak(aligned.page, aligned, blank.darkness)
    return _with(quality, found, streak)


def advise_unplaced(page: PageImage, match: PageMatch, quality: Quality) -> Quality:
    """Advise about a page whose form is not known, or not found with proof."""
    found = [advice for advice in quality.advice if advice != "blank_back"]
    if not match.is_unknown:
        found.append("unaligned")
    elif match.support >= PARTLY_SHOWN:
        found.append("partial")
    elif quality.contrast < THROUGH:
        # Told as a back, but never filed as empty: very faint pencil looks no other.
        found = [advice for advice in found if advice not in ("too_light", "blurred")]
        found.append("wrong_side")
    else:
        found.append("foreign")
    return _with(quality, found, find_streak(page))


def _with(quality: Quality, found: list[str], streak: Streak | None) -> Quality:
    if streak is not None:
        found.append("streak_across" if streak.is_across else "streak")
    return dataclasses.replace(quality, advice=tuple(found), streak=streak)


def form_dpi(transform: Transform) -> float:
    """Dots per inch of the form itself, at its middle: a photograph shows more than the form."""
    rows, cols = transform.shifts.shape[:2]
    middle = np.array([(cols - 1) / 2, (rows - 1) / 2]) * transform.step_mm
    ends = transform.to_pixels(middle + np.array([(0, 0), (10, 0), (0, 10)]))
    across, down = ends[1] - ends[0], ends[2] - ends[0]
    area = abs(float(across[0] * down[1] - across[1] * down[0])) / 100
    return float(np.sqrt(area)) * MM_PER_INCH


def perspective(transform: Transform, size_mm: tuple[float, float]) -> float:
    """How much the scale differs between two sides of the sheet, as a share."""
    row = transform.homography[2]
    return abs(float(row[0] / row[2])) * size_mm[0] + abs(float(row[1] / row[2])) * size_mm[1]


def is_covered(presence: Presence) -> bool:
    """Whether much of the blank's print is not to be seen, wherever it lies."""
    share = presence.print_share
    gone = int((share < GONE).sum())
    return gone >= max(COVERED_TILES, COVERED_SHARE * int(np.isfinite(share).sum()))


def is_cornerless(presence: Presence) -> bool:
    """Whether the scanner's lid shows in a corner, or print is missing from one."""
    lid = presence.light < DARK_LID * float(np.nanmedian(presence.light))
    missing = presence.print_share < GONE
    return _in_corner(lid, LID_TILES) or _in_corner(missing, PRINT_TILES)


def _in_corner(plane: NDArray[np.bool_], near: int) -> bool:
    corners = (
        plane[:near, :near],
        plane[:near, -near:],
        plane[-near:, -near:],
        plane[-near:, :near],
    )
    return any(bool(corner.any()) for corner in corners)


def is_cut(aligned: AlignedPage) -> bool:
    """Whether a part of the blank that may be printed lies beyond the picture."""
    transform = aligned.transform
    rows, cols = transform.shifts.shape[:2]
    # The grid covers the blank and less than one step more.
    wide, high = ((n - 2) * transform.step_mm for n in (cols, rows))
    inset = INSET_MM
    corners = np.array([(inset, inset), (wide, inset), (wide, high - inset), (inset, high - inset)])
    places = transform.to_pixels(corners)
    height, width = aligned.page.pixels.shape
    beyond = (places < -0.5) | (places > np.array([width, height]) - 0.5)
    return bool(beyond.any())
