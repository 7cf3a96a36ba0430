"""What is known of every blank page: its picture at several scales, its patches, its features."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from cpims_scan.domain.paper import CELL_PX_PER_MM, Pixels, Points
from cpims_scan.errors import InputError, TemplateError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import BlankPage, Edition
from cpims_scan.imaging.bend import Kinship, kinship
from cpims_scan.imaging.intake import open_scan
from cpims_scan.imaging.landmarks import (
    FINE_PX_PER_MM,
    MIDDLE_PX_PER_MM,
    Patches,
    Plane,
    choose_patches,
    spread,
)
from cpims_scan.imaging.slide import Stamps, cut_stamps

FEATURE_PX_PER_MM = 3  # 76 dpi: the trial's scale for ORB
THUMB_PX_PER_MM = 0.3  # 63 x 89 pixels for A4, the trial's layout thumb
THUMB_BLUR = 0.8

FEATURES_PER_BLANK = 1000  # reading.md section 2: 500 lost 6 of 48 pages, 1000 lost 1


@dataclass(frozen=True, slots=True)
class Blank:
    """One page of one edition, ready to be found."""

    form: str
    edition: str
    number: int
    size_mm: tuple[float, float]
    middle: Plane  # grey at MIDDLE_PX_PER_MM; float32 correlates faster than bytes
    thumb: Plane  # darkness
    coarse: Plane  # half of it
    patches: Patches
    stamps: Stamps
    middle_patches: Patches
    kinship: Kinship
    keypoints: Points  # (N, 2) mm
    descriptors: Pixels  # (N, 32) ORB
    darkness: Pixels  # at CELL_PX_PER_MM, 0 paper, 255 black

    @property
    def key(self) -> tuple[str, str, int]:
        """Form, edition and page number."""
        return self.form, self.edition, self.number


@dataclass(frozen=True, slots=True)
class BlankIndex:
    """
    Every blank page that a page may be.

    `poses` remembers what `identify` found on the last page, so that `register` need not
    look again; `covers` and `witnesses` keep what `rectify` and `register` derived from the blanks.
    None of them changes a result.
    """

    blanks: tuple[Blank, ...]
    editions: dict[tuple[str, str], Edition]
    poses: dict[tuple[str, str, str, int], Any] = field(default_factory=dict)
    covers: dict[tuple[str, str, int], Any] = field(default_factory=dict)
    witnesses: dict[tuple[str, str, int], Any] = field(default_factory=dict)

    def blank(self, form: str | None, edition: str | None, number: int) -> Blank:
        """
        Look a blank page up.

        Raises:
            TemplateError: There is none.
        """
        for blank in self.blanks:
            if blank.key == (form, edition, number):
                return blank
        raise TemplateError(
            f"There is no page {number} of form '{form}' edition '{edition}' among the packs. "
            "List them with: cpims-scan forms list."
        )

    def edition(self, blank: Blank) -> Edition:
        """The edition that a blank page belongs to."""
        return self.editions[blank.form, blank.edition]


def build_index(catalog: Catalog, only: tuple[str, str | None] | None = None) -> BlankIndex:
    """
    Prepare the blank pages of a catalog, or of one form or edition of it; once per process.

    Raises:
        TemplateError: A blank page's picture is missing or unreadable, or nothing is left.
    """
    editions = {
        key: edition
        for key, edition in catalog.editions.items()
        if only is None or (key[0] == only[0] and only[1] in (None, key[1]))
    }
    if not editions:
        wanted = " ".join(part for part in only or () if part)
        raise TemplateError(f"There is no form '{wanted}'. List them with: cpims-scan forms list.")
    blanks = tuple(
        make_blank(edition.form.name, edition.name, page, load_blank(page))
        for edition in editions.values()
        for page in edition.pages
        if not page.is_frame
    )
    return BlankIndex(blanks, editions)


def load_blank(page: BlankPage) -> Pixels:
    """
    Read a blank page's picture as grey.

    Raises:
        TemplateError: It is missing or unreadable.
    """
    number = page.pdf_page if page.file.suffix.lower() == ".pdf" else 1
    try:
        with open_scan(Path(page.file)) as scan:
            return scan.page(number).pixels
    except InputError as error:
        raise TemplateError(f"The blank page of a form cannot be read: {error}") from error


def make_blank(form: str, edition: str, page: BlankPage, picture: Pixels) -> Blank:
    """Measure one blank page: scales, patches and features."""
    cell = scale_to_frame(picture, page.size_mm, CELL_PX_PER_MM)
    fine = scale_to_frame(cell, page.size_mm, FINE_PX_PER_MM).astype(np.float32)
    middle_grey = scale_to_frame(cell, page.size_mm, MIDDLE_PX_PER_MM)
    middle = middle_grey.astype(np.float32)
    patches = choose_patches(fine, middle)
    thumb = thumb_of(255 - middle_grey, MIDDLE_PX_PER_MM)
    keypoints, descriptors = features(scale_to_frame(cell, page.size_mm, FEATURE_PX_PER_MM))
    return Blank(
        form,
        edition,
        page.number,
        page.size_mm,
        middle,
        thumb,
        coarser(thumb),
        patches,
        cut_stamps(cell, CELL_PX_PER_MM, patches.centres),
        spread(patches, page.size_mm),
        kinship(patches.centres, page.size_mm),
        (keypoints + 0.5) / FEATURE_PX_PER_MM,
        descriptors,
        255 - cell,
    )


def scale_to_frame(picture: Pixels, size_mm: tuple[float, float], px_per_mm: float) -> Pixels:
    """Bring a whole blank page to a number of pixels a millimetre."""
    size = (round(size_mm[0] * px_per_mm), round(size_mm[1] * px_per_mm))
    shrinks = size[0] < picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)


def thumb_of(darkness: Pixels, px_per_mm: float) -> Plane:
    """Shrink a page's darkness to its layout, slightly blurred so that 1 mm does not matter."""
    scale = THUMB_PX_PER_MM / px_per_mm
    size = (max(round(darkness.shape[1] * scale), 4), max(round(darkness.shape[0] * scale), 4))
    small = cv2.resize(darkness, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return cast(Plane, cv2.GaussianBlur(small, (0, 0), THUMB_BLUR))


def coarser(thumb: Plane) -> Plane:
    """Half of a thumb: enough to say which of many layouts are worth comparing."""
    return cast(Plane, cv2.pyrDown(thumb))


def features(grey: Pixels, count: int = FEATURES_PER_BLANK) -> tuple[Points, Pixels]:
    """Corner features (ORB) of a picture: places (N, 2) in its pixels, and 32 bytes each."""
    finder = cv2.ORB.create(nfeatures=count, fastThreshold=10)
    keypoints, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None or len(keypoints) == 0:
        return np.zeros((0, 2)), np.zeros((0, 32), np.uint8)
    points = np.array([k.pt for k in keypoints], dtype=np.float64)
    return points, cast(Pixels, descriptors)
