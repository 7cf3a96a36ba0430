"""What is known of every blank page: its picture at several scales, its patches, its features."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CELL_PX_PER_MM, Pixels, Points
from cpims_scan.errors import InputError, TemplateError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import BlankPage, Edition
from cpims_scan.imaging.intake import open_scan

# Scales of the blank's frame, pixels a millimetre: 4 is 102 dpi, where reading.md section 2
# found the fine stage to gain nothing from more; 2 bridges the layout's error of 2 mm.
FINE_PX_PER_MM = 4
MIDDLE_PX_PER_MM = 2
FEATURE_PX_PER_MM = 3  # 76 dpi: the trial's scale for ORB
THUMB_PX_PER_MM = 0.3  # 63 x 89 pixels for A4, the trial's layout thumb
THUMB_BLUR = 0.8

# One patch is sought in every cell of this size; it holds a label or a crossing.
PATCH_CELL_MM = (16.0, 16.0)
PATCH_MM = 8.0
CANDIDATES_PER_CELL = 2
# The layout's thumb errs by half a pixel (1.7 mm) and half a degree: 4 mm at the corners. The
# reach is wider than a row's pitch (5 mm), so that anchors mend a slip of one row.
MIDDLE_PATCH_MM = 16.0
MIDDLE_REACH_MM = 6.0
# The fine search looks this far; a patch must not look like its own surroundings there.
SEARCH_MM = 1.5
# No row of a known form is further apart: a patch that is alone within this distance is an anchor.
REPEAT_MM = 10.0
SELF_LIKENESS = 0.75  # correlation with a shifted self that still counts as another place
PEAK_MM = 0.75  # half width of a patch's own correlation peak
MIN_CONTRAST = 8.0  # standard deviation of grey below which a patch is empty paper

# The middle stage bridges 2 mm with so many patches, anchors first, spread over the page.
MIDDLE_COUNT = 44
ENOUGH_ANCHORS = 20

FEATURES_PER_BLANK = 1000  # reading.md section 2: 500 lost 6 of 48 pages, 1000 lost 1


Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patches:
    """
    Pieces of a blank that a page is matched with.

    Attributes:
        centres: (N, 2) mm from the blank's top-left corner.
        pins: (N, 2) 1.0 where the patch says something about x, about y: a piece of a
            horizontal rule pins y only.
        is_anchor: (N,) True where nothing within 10 mm looks the same.
    """

    centres: Points
    pins: NDArray[np.float64]
    is_anchor: NDArray[np.bool_]

    def chosen(self, which: NDArray[np.intp]) -> Patches:
        """Some of the patches, by position."""
        return Patches(self.centres[which], self.pins[which], self.is_anchor[which])


@dataclass(frozen=True, slots=True)
class Blank:
    """One page of one edition, ready to be found."""

    form: str
    edition: str
    number: int
    size_mm: tuple[float, float]
    fine: Plane  # grey at FINE_PX_PER_MM; float32 correlates faster than bytes
    middle: Plane
    thumb: NDArray[np.float32]  # darkness
    patches: Patches
    middle_patches: Patches
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
    look again; `covers` keeps what `rectify` derived from the blanks. Neither changes a result.
    """

    blanks: tuple[Blank, ...]
    editions: dict[tuple[str, str], Edition]
    poses: dict[tuple[str, str, str, int], Any] = field(default_factory=dict)
    covers: dict[tuple[str, str, int], Any] = field(default_factory=dict)

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
    fine = scale_to_frame(cell, page.size_mm, FINE_PX_PER_MM)
    middle = scale_to_frame(cell, page.size_mm, MIDDLE_PX_PER_MM)
    patches = choose_patches(fine, middle)
    keypoints, descriptors = features(scale_to_frame(cell, page.size_mm, FEATURE_PX_PER_MM))
    return Blank(
        form,
        edition,
        page.number,
        page.size_mm,
        fine.astype(np.float32),
        middle.astype(np.float32),
        thumb_of(255 - middle, MIDDLE_PX_PER_MM),
        patches,
        spread(patches, page.size_mm),
        (keypoints + 0.5) / FEATURE_PX_PER_MM,
        descriptors,
        cast(Pixels, 255 - cell),
    )


def scale_to_frame(picture: Pixels, size_mm: tuple[float, float], px_per_mm: float) -> Pixels:
    """Bring a whole blank page to a number of pixels a millimetre."""
    size = (round(size_mm[0] * px_per_mm), round(size_mm[1] * px_per_mm))
    shrinks = size[0] < picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cast(Pixels, cv2.resize(picture, size, interpolation=how))


def thumb_of(darkness: Pixels, px_per_mm: float) -> NDArray[np.float32]:
    """Shrink a page's darkness to its layout, slightly blurred so that 1 mm does not matter."""
    scale = THUMB_PX_PER_MM / px_per_mm
    size = (max(round(darkness.shape[1] * scale), 4), max(round(darkness.shape[0] * scale), 4))
    small = cv2.resize(darkness, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return cast("NDArray[np.float32]", cv2.GaussianBlur(small, (0, 0), THUMB_BLUR))


def features(grey: Pixels, count: int = FEATURES_PER_BLANK) -> tuple[Points, Pixels]:
    """Corner features (ORB) of a picture: places (N, 2) in its pixels, and 32 bytes each."""
    finder = cv2.ORB.create(nfeatures=count, fastThreshold=10)
    keypoints, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None or len(keypoints) == 0:
        return np.zeros((0, 2)), np.zeros((0, 32), np.uint8)
    points = np.array([k.pt for k in keypoints], dtype=np.float64)
    return points, cast(Pixels, descriptors)


def choose_patches(fine: Pixels, middle: Pixels) -> Patches:
    """
    Choose the pieces of a blank that say where they are.

    In every cell of a grid the strongest corners are tried, and the first that nothing within
    10 mm resembles is taken, else the strongest. Likeness is measured on the blank itself.
    """
    strength = _corner_strength(middle)
    found = []
    for candidates in _candidates(strength):
        measured = [_measure(fine, middle, point) for point in candidates]
        useful = [m for m in measured if m is not None]
        if useful:
            found.append(max(useful, key=lambda m: (m[2], m[1].sum())))
    if not found:
        return Patches(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, bool))
    return Patches(
        np.array([m[0] for m in found]),
        np.array([m[1] for m in found]),
        np.array([m[2] for m in found]),
    )


def spread(patches: Patches, size_mm: tuple[float, float]) -> Patches:
    """Anchors far from each other, then other firm patches when anchors are few."""
    away_from_edge = MIDDLE_PATCH_MM / 2 + MIDDLE_REACH_MM
    room = np.array(size_mm) - away_from_edge
    fits = ((patches.centres > away_from_edge) & (patches.centres < room)).all(axis=1)
    firm = patches.pins.all(axis=1) & fits
    first = _far_apart(patches.centres, np.flatnonzero(firm & patches.is_anchor), MIDDLE_COUNT)
    if len(first) >= ENOUGH_ANCHORS:
        return patches.chosen(first)
    rest = np.flatnonzero(firm & ~patches.is_anchor)
    more = _far_apart(patches.centres, rest, MIDDLE_COUNT - len(first))
    return patches.chosen(np.concatenate([first, more]))


def _far_apart(places: Points, pool: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Choose places one after another, each the farthest from those chosen before."""
    if len(pool) <= count:
        return pool
    taken = [int(pool[0])]
    apart = np.linalg.norm(places[pool] - places[taken[0]], axis=1)
    while len(taken) < count:
        taken.append(int(pool[int(apart.argmax())]))
        apart = np.minimum(apart, np.linalg.norm(places[pool] - places[taken[-1]], axis=1))
    return np.array(taken)


def _corner_strength(middle: Pixels) -> NDArray[np.float32]:
    """How much a patch around each pixel pins its place in both directions, and in one."""
    window = round(PATCH_MM * 0.6 * MIDDLE_PX_PER_MM) | 1
    eigen = cv2.cornerEigenValsAndVecs(middle, window, 3)
    return np.asarray(eigen[:, :, :2].min(axis=2) + 0.02 * eigen[:, :, :2].max(axis=2))


def _candidates(strength: NDArray[np.float32]) -> list[list[Points]]:
    """Per grid cell, its strongest places in millimetres, some distance apart."""
    height, width = strength.shape
    margin = PATCH_MM / 2 + SEARCH_MM
    right, bottom = width / MIDDLE_PX_PER_MM - margin, height / MIDDLE_PX_PER_MM - margin
    cells = []
    for top in np.arange(margin, bottom - 2, PATCH_CELL_MM[1]):
        for left in np.arange(margin, right - 2, PATCH_CELL_MM[0]):
            x0, y0 = int(left * MIDDLE_PX_PER_MM), int(top * MIDDLE_PX_PER_MM)
            x1 = int(min(left + PATCH_CELL_MM[0], right) * MIDDLE_PX_PER_MM)
            y1 = int(min(top + PATCH_CELL_MM[1], bottom) * MIDDLE_PX_PER_MM)
            cells.append(_peaks(strength[y0:y1, x0:x1].copy(), x0, y0))
    return cells


def _peaks(strength: NDArray[np.float32], x0: int, y0: int) -> list[Points]:
    places: list[Points] = []
    apart = round(PATCH_MM / 3 * MIDDLE_PX_PER_MM)
    for _ in range(CANDIDATES_PER_CELL):
        if strength.size == 0:
            break
        y, x = np.unravel_index(int(strength.argmax()), strength.shape)
        if strength[y, x] <= 0:
            break
        places.append((np.array([x0 + x, y0 + y], dtype=np.float64) + 0.5) / MIDDLE_PX_PER_MM)
        strength[max(y - apart, 0) : y + apart, max(x - apart, 0) : x + apart] = 0
    return places


def _measure(
    fine: Pixels, middle: Pixels, point: Points
) -> tuple[Points, NDArray[np.float64], bool] | None:
    """A patch's exact centre, the directions it pins and whether it is alone; None if empty."""
    near = _self_likeness(fine, point, FINE_PX_PER_MM, SEARCH_MM)
    if near is None:
        return None
    likeness, offsets = near
    far_x = likeness[:, np.abs(offsets) >= PEAK_MM].max()
    far_y = likeness[np.abs(offsets) >= PEAK_MM, :].max()
    pins = np.array([far_x < SELF_LIKENESS, far_y < SELF_LIKENESS], dtype=np.float64)
    if not pins.any():
        return None
    is_anchor = False
    if pins.all():
        wide = _self_likeness(middle, point, MIDDLE_PX_PER_MM, REPEAT_MM)
        if wide is not None:
            likeness, offsets = wide
            away = np.hypot(offsets[:, None], offsets[None, :]) >= 2 * PEAK_MM
            is_anchor = bool(likeness[away].max() < SELF_LIKENESS)
    return point, pins, is_anchor


def _self_likeness(
    frame: Pixels, point: Points, px_per_mm: int, reach_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.float64]] | None:
    """Correlation of a patch with its surroundings, and the offsets in mm along each side."""
    half, reach = round(PATCH_MM / 2 * px_per_mm), round(reach_mm * px_per_mm)
    x, y = (round(v) for v in point * px_per_mm - 0.5)
    patch = frame[y - half : y + half, x - half : x + half]
    if patch.shape != (2 * half, 2 * half) or patch.std() < MIN_CONTRAST:
        return None
    wide = half + reach
    around = frame[max(y - wide, 0) : y + wide, max(x - wide, 0) : x + wide]
    # Beyond the paper's edge there is nothing alike.
    pad = (
        max(wide - y, 0),
        max(y + wide - frame.shape[0], 0),
        max(wide - x, 0),
        max(x + wide - frame.shape[1], 0),
    )
    around = cast(Pixels, cv2.copyMakeBorder(around, *pad, cv2.BORDER_CONSTANT, value=(255.0,)))
    likeness = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
    offsets = (np.arange(likeness.shape[0]) - reach) / px_per_mm
    return cast("NDArray[np.float32]", np.nan_to_num(likeness)), offsets
