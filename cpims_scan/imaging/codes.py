"""The QR codes that our own prints bear: which page this is, whose sheet, or what separates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import zxingcpp

from cpims_scan.domain.paper import PageImage, Pixels, Points
from cpims_scan.forms.pagecode import PageCode, read_code
from cpims_scan.forms.separator import Cover, Slip, read_separator

# A module of 0.5 mm has 2.5 pixels here; the decoder wants two.
QUICK_DPI = 125.0
# The two codes of a separator page lie so many of their own sides apart, perspective allowed for.
SEPARATOR_SPAN = 5.0
DISAGREE = "The page bears two codes that differ, so neither is believed."
# Around a place where a code is printed, of its larger side: a page that was found a little off.
LOOK_MARGIN = 0.35
LOOK_SCALES = (1.0, 2.0, 3.0)  # small modules of a phone picture or a fax come out enlarged


@dataclass(frozen=True, slots=True)
class FoundCode:
    """
    A code of ours.

    Attributes:
        corners: (4, 2), pixels of the page, clockwise from its top left; right to 2 mm.
    """

    said: PageCode | Cover | Slip
    corners: Points


@dataclass(frozen=True, slots=True)
class Codes:
    """All codes of ours on one page; those of others are passed over."""

    found: tuple[FoundCode, ...] = ()

    @property
    def separator(self) -> Cover | Slip | None:
        """
        What separates stacks or sheets; None unless the whole picture is that page.

        It bears its code at two opposite corners: one code alone may be a slip that lies on a
        child's paper, which must be read or asked about.
        """
        said = [code.said for code in self.found]
        first = said[0] if said else None
        if not isinstance(first, Cover | Slip) or any(other != first for other in said):
            return None
        return first if self._spans_page() else None

    def _spans_page(self) -> bool:
        middles = np.array([code.corners.mean(axis=0) for code in self.found])
        sides = [
            float(np.linalg.norm(np.diff(code.corners, axis=0), axis=1).max())
            for code in self.found
        ]
        return float(np.linalg.norm(np.ptp(middles, axis=0))) >= SEPARATOR_SPAN * max(sides)

    @property
    def page(self) -> PageCode | None:
        """
        Which page of which sheet this is, when all codes on it say the same.

        Two codes that differ mean that two papers lie in the picture: none of them is believed.
        One that bears no serial does not contradict one that does.
        """
        said = [code.said for code in self.found]
        pages = [one for one in said if isinstance(one, PageCode)]
        if not pages or len(pages) != len(said):
            return None
        keys = {(one.form, one.edition, one.page) for one in pages}
        serials = {one.serial for one in pages if one.serial}
        if len(keys) > 1 or len(serials) > 1:
            return None
        return max(pages, key=lambda one: one.serial)

    @property
    def problem(self) -> str | None:
        """One sentence when codes were read and none is believed."""
        return (
            DISAGREE if len({code.said for code in self.found}) > 1 and self.page is None else None
        )


def look(page: PageImage, is_thorough: bool = False) -> Codes:
    """
    Read the codes of a page.

    Reading the whole page halved to 125 dpi or more costs less than 2 ms, half of what strips
    along its four edges cost, whose corners overlap.

    Args:
        page: In any turn.
        is_thorough: Look at full resolution as well, reduced, inverted and enlarged; for a page
            that ought to bear a code and shows none. 10 to 40 ms.
    """
    small, scale = page.pixels, 1.0
    while page.dpi * scale / 2 >= QUICK_DPI:
        small, scale = _halved(small), scale / 2
    codes = _read(small, scale)
    if codes.page or codes.separator or not is_thorough:
        return codes
    return _read_hard(page.pixels, LOOK_SCALES[:2])


def look_at(page: PageImage, places: list[Points]) -> Codes:
    """
    Read the codes at places where a printed page bears them, enlarged; for small, poor codes.

    Args:
        page: The page.
        places: Corners (4, 2) of each place, in pixels of the page.
    """
    found: list[FoundCode] = []
    height, width = page.pixels.shape
    for corners in places:
        low, high = corners.min(axis=0), corners.max(axis=0)
        margin = LOOK_MARGIN * float((high - low).max())
        x0, y0 = (int(max(v - margin, 0)) for v in low)
        x1, y1 = int(min(high[0] + margin, width)), int(min(high[1] + margin, height))
        if x1 <= x0 or y1 <= y0:
            continue
        read = _read_hard(page.pixels[y0:y1, x0:x1], LOOK_SCALES)
        moved = np.array([x0, y0], dtype=np.float64)
        found += [FoundCode(code.said, code.corners + moved) for code in read.found]
    return Codes(tuple(found))


def _read_hard(picture: Pixels, scales: tuple[float, ...]) -> Codes:
    for scale in scales:
        drawn = picture
        if scale != 1.0:
            how = cv2.INTER_CUBIC
            drawn = cast(Pixels, cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how))
        codes = _read(drawn, scale, is_thorough=True)
        if codes.found:
            return codes
    return Codes()


def _read(picture: Pixels, scale: float, is_thorough: bool = False) -> Codes:
    read = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=is_thorough,
        try_downscale=is_thorough,
        try_invert=is_thorough,
    )
    found = []
    for code in read:
        said = read_separator(code.text) or read_code(code.text)
        if said is not None:
            found.append(FoundCode(said, (_corners(code) + 0.5) / scale - 0.5))
    return Codes(tuple(found))


def _corners(code: zxingcpp.Barcode) -> Points:
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return np.array([(point.x, point.y) for point in corners], dtype=np.float64)


def _halved(picture: Pixels) -> Pixels:
    height, width = picture.shape
    even = picture[: height // 2 * 2, : width // 2 * 2]
    return cast(Pixels, cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA))
