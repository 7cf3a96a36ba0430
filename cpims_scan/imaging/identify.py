"""Which printed page a picture shows, in which turn; or that it shows none of them."""

from __future__ import annotations

import re

import numpy as np
import zxingcpp

from cpims_scan.domain.paper import PageImage, PageMatch
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.blanks import build_index as build_index
from cpims_scan.imaging.pose import Pose, View, feature_poses, layout_poses, view_of
from cpims_scan.imaging.register import (
    FEATURE_COUNTS,
    MIN_SHARE,
    Fit,
    fit_pose,
    turned_of,
)

# Layout candidates that the fine stage checks: the thumb alone ranked wrong (reading.md 3).
LAYOUT_CANDIDATES = 4
FEATURE_CANDIDATES = 4
MIN_LIKENESS = 0.25  # thumb correlation below which a layout is not worth a look
# A fit this good ends the search, unless another blank's layout is nearly the same.
CERTAIN_SHARE = 0.8
NEAR_LAYOUT = 0.08  # difference of thumb correlation within which two blanks are rivals
# The code that a machine-readable edition prints: form/edition/page, then whatever else.
CODE_PATTERN = re.compile(r"^cpims:([a-z][a-z0-9_]*)/([^/]+)/(\d+)(?:/.*)?$")

UNKNOWN = PageMatch(None, None, 0, 0, 0.0, "layout")


def identify(page: PageImage, index: BlankIndex) -> PageMatch:
    """
    Say which blank a page shows, in any of four turns; unknown is an answer.

    The layout of the whole page proposes (features for photographs), the share of the blank's
    patches that are found where they belong decides. A printed code, where an edition has one,
    narrows the choice but proves nothing by itself.
    """
    view = view_of(page)
    coded = _coded(view, index)
    blanks = coded or index.blanks
    fit = _by_layout(view, blanks)
    if fit is None:
        fit = _by_features(view, blanks)
    if fit is None:
        return UNKNOWN
    blank = fit.pose.blank
    index.poses.clear()  # only the last page is remembered
    index.poses[(page.content, *blank.key)] = fit
    found_by = "qr" if coded else fit.pose.found_by
    turned = turned_of(fit.pose.homography, blank)
    return PageMatch(blank.form, blank.edition, blank.number, turned, round(fit.share, 3), found_by)


def _by_layout(view: View, blanks: tuple[Blank, ...]) -> Fit | None:
    poses = [p for p in layout_poses(view, blanks) if p.likeness >= MIN_LIKENESS]
    best: Fit | None = None
    for i, pose in enumerate(poses[:LAYOUT_CANDIDATES]):
        if best is not None and _settled(best, pose):
            break
        best = _better(best, fit_pose(view, pose))
        if i == 0 and best is None and pose.likeness < 2 * MIN_LIKENESS:
            break
    return best if best is not None and best.share >= MIN_SHARE else None


def _settled(best: Fit, rival: Pose) -> bool:
    return (
        best.share >= CERTAIN_SHARE
        and best.pose.blank.key == rival.blank.key
        or best.share >= MIN_SHARE
        and best.pose.likeness - rival.likeness > NEAR_LAYOUT
    )


def _by_features(view: View, blanks: tuple[Blank, ...]) -> Fit | None:
    for count in FEATURE_COUNTS:
        best: Fit | None = None
        for pose in feature_poses(view, blanks, count)[:FEATURE_CANDIDATES]:
            best = _better(best, fit_pose(view, pose))
            if best is not None and best.share >= CERTAIN_SHARE:
                break
        if best is not None and best.share >= MIN_SHARE:
            return best
    return None


def _better(best: Fit | None, other: Fit | None) -> Fit | None:
    if best is None or other is None:
        return best or other
    return max(best, other, key=lambda fit: (round(fit.share, 2), fit.likeness))


def _coded(view: View, index: BlankIndex) -> tuple[Blank, ...]:
    """The blank that a printed code names, when any edition prints codes at all."""
    prints = any(
        place.reader == "qr" for edition in index.editions.values() for place in edition.places.values()
    )
    if not prints:
        return ()
    codes = zxingcpp.read_barcodes(np.ascontiguousarray(view.base), formats=zxingcpp.BarcodeFormat.QRCode)
    for code in codes:
        named = CODE_PATTERN.match(code.text)
        if named:
            key = (named[1], named[2], int(named[3]))
            return tuple(blank for blank in index.blanks if blank.key == key)
    return ()
