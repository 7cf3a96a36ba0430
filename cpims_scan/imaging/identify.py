"""Which printed page a picture shows, in which turn; or that it shows none of them."""

from __future__ import annotations

import numpy as np

from cpims_scan.domain.paper import PageImage, PageMatch, Points
from cpims_scan.forms.pagecode import PageCode
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.blanks import build_index as build_index
from cpims_scan.imaging.codes import Codes, FoundCode, look, look_at
from cpims_scan.imaging.fit import CERTAIN_SHARE, MIN_SHARE, Fit, find, turned_of
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.views import view_of

# A code farther than this from where the edition prints one lies about on another paper.
CODE_REACH_MM = 8.0


def identify(page: PageImage, index: BlankIndex, codes: Codes | None = None) -> PageMatch:
    """
    Say which blank a page shows, in any of four turns; unknown is an answer.

    The layout of the whole page proposes (features for photographs), the share of the blank's
    patches that are found where they belong decides. A printed code narrows the choice but
    proves nothing by itself: a paper with a code may lie on another one.

    Args:
        page: The picture.
        index: The blanks that it may show.
        codes: What `codes.look` found on it, when the caller has looked already.
    """
    view = view_of(page)
    codes = look(page) if codes is None else codes
    named = _named(codes, index)
    fit = find(view, named) if named else None
    if fit is None or fit.share < CERTAIN_SHARE:
        wide = find(view, index.blanks)
        fit = max((f for f in (fit, wide) if f is not None), key=lambda f: f.share, default=None)
    if fit is None or fit.share < MIN_SHARE:
        return PageMatch(None, None, 0, 0, round(fit.share, 3) if fit else 0.0, "layout")
    blank = fit.pose.blank
    index.poses.clear()  # only the last page is remembered
    index.poses[(page.content, *blank.key)] = fit
    code = _own_code(page, index, fit, codes)
    found_by = fit.pose.found_by if code is None else "qr"
    turned = turned_of(fit.pose.homography, blank)
    serial = code.serial if code else ""
    return PageMatch(*blank.key, turned, round(fit.share, 3), found_by, serial)


def _named(codes: Codes, index: BlankIndex) -> tuple[Blank, ...]:
    """The blank that the page's code names, when it is among the packs."""
    code = codes.page
    key = (code.form, code.edition, code.page) if code else None
    return tuple(blank for blank in index.blanks if blank.key == key)


def _own_code(page: PageImage, index: BlankIndex, fit: Fit, codes: Codes) -> PageCode | None:
    """The page's code, if it names the blank that was found and lies where that blank bears one."""
    blank = fit.pose.blank
    places = _code_places(index, fit)
    if not codes.found and places:
        codes = look_at(page, places)
    code = codes.page
    if code is None or (code.form, code.edition, code.page) != blank.key:
        return None
    return code if not places or any(_lies_at(one, index, fit) for one in codes.found) else None


def _code_places(index: BlankIndex, fit: Fit) -> list[Points]:
    """Where the found page bears its codes, corners in pixels of the page."""
    blank = fit.pose.blank
    return [
        (project(fit.pose.homography, place.box.corners) + 0.5) / fit.base_scale - 0.5
        for place in index.edition(blank).on_page(blank.number)
        if place.reader == "qr"
    ]


def _lies_at(code: FoundCode, index: BlankIndex, fit: Fit) -> bool:
    middle = ((code.corners.mean(axis=0) + 0.5) * fit.base_scale - 0.5).reshape(1, 2)
    to_mm = np.asarray(np.linalg.inv(fit.pose.homography), dtype=np.float64)
    x, y = project(to_mm, middle)[0]
    blank = fit.pose.blank
    return any(
        box.left <= x <= box.right and box.top <= y <= box.bottom
        for place in index.edition(blank).on_page(blank.number)
        if place.reader == "qr"
        for box in (place.box.grown(CODE_REACH_MM),)
    )
