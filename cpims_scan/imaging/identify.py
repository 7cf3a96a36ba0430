"""Which printed page a picture shows, in which turn; or that it shows none of them."""

from __future__ import annotations

import re

import numpy as np
import zxingcpp

from cpims_scan.domain.paper import PageImage, PageMatch
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.blanks import build_index as build_index
from cpims_scan.imaging.fit import MIN_SHARE, find, turned_of
from cpims_scan.imaging.views import View, view_of

# The code that a machine-readable edition prints: form/edition/page, then whatever else.
CODE_PATTERN = re.compile(r"^cpims:([a-z][a-z0-9_]*)/([^/]+)/(\d+)(?:/.*)?$")


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
    fit = find(view, blanks)
    if fit is None or fit.share < MIN_SHARE:
        return PageMatch(None, None, 0, 0, round(fit.share, 3) if fit else 0.0, "layout")
    blank = fit.pose.blank
    index.poses.clear()  # only the last page is remembered
    index.poses[(page.content, *blank.key)] = fit
    found_by = "qr" if coded else fit.pose.found_by
    turned = turned_of(fit.pose.homography, blank)
    return PageMatch(blank.form, blank.edition, blank.number, turned, round(fit.share, 3), found_by)


def _coded(view: View, index: BlankIndex) -> tuple[Blank, ...]:
    """The blank that a printed code names, when any edition prints codes at all."""
    prints = any(
        place.reader == "qr"
        for edition in index.editions.values()
        for place in edition.places.values()
    )
    if not prints:
        return ()
    codes = zxingcpp.read_barcodes(
        np.ascontiguousarray(view.base),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    )
    for code in codes:
        named = CODE_PATTERN.match(code.text)
        if named:
            key = (named[1], named[2], int(named[3]))
            return tuple(blank for blank in index.blanks if blank.key == key)
    return ()
