"""Lines that dirt on a scanner's glass draws down every sheet, told from the form's own lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import (
    CELL_PX_PER_MM,
    MM_PER_INCH,
    AlignedPage,
    PageImage,
    Pixels,
    Points,
    Streak,
    Transform,
)

WORK_DPI = 140.0  # at least: a line of one pixel at 300 dpi still has half its darkness
BAND_MM = 2.7  # taken together, so that the sensor's noise goes and a line stays
WIDEST_MM = 0.8  # dirt is a crumb or a smear of correction fluid; wider bands are shadows
FAINTEST = 7.0  # grey levels, mean over a band: 14 at full size for the thinnest line
SHORTEST_MM = 60.0  # of a line beside a blank that is known; 22 bands
SHORTEST_SHARE = 0.85  # of a picture that shows no known form
FULL = 0.8  # of the bands of a line that must show it; print hides it in the others
LONGEST_GAP_MM = 20.0  # a block of print that hides the line
# The dirt lies still under a sensor that sees one column: its line does not lean at all. Lines
# on the paper lean with the sheet, lines of a copier that made the sheet too: a hair in 2.5 m.
MOST_LEAN = 4e-4
# Columns by which half of its bands may stray: dirt does not move, rows of writing do.
MOST_WANDER = 0.5
# Of its median darkness that nine tenths of its bands have at least: dirt shades evenly (0.8 and
# more on 20 drawn streaks), writing and print that lie in line do not (0.27 to 0.68 on 12).
EVEN = 0.72
MOST_CANDIDATES = 24
BESIDE = 3  # columns on either side of a line's middle
# No streak is told nearer to the sheet's own edge, which throws a shadow; mm.
EDGE_MM = 3.0
PRINT_REACH_MM = 0.5  # by which print may be found beside its place
SIDE_MM = 1.0  # as far beside a line as its print is compared with
PRINTED = 16  # darkness over both sides, mean of a band, with which the blank explains a line
INSIDE = 4  # places looked at in every band
KNOTS = 16  # along a line whose places are computed; paper bends slowly between them
ROUNDS = 2  # of turning the shifts of bent paper back; each gains two digits


@dataclass(frozen=True, slots=True)
class _Lines:
    """
    Columns of the picture with thin dark lines, in bands across their way.

    Attributes:
        left: First column of each `ridge`, (lines,).
        ridge: Darkness over both sides, uint8 (lines, bands, columns beside each other).
        rows: Rows of the halved picture in a band.
        is_across: The picture was turned to look for lines from side to side.
        dpi: Of the halved picture.
    """

    left: NDArray[np.intp]
    ridge: Pixels
    rows: int
    is_across: bool
    dpi: float

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Bands that show each line, (lines, bands)."""
        return np.asarray(self.ridge.max(axis=2) >= FAINTEST)


def find_streak(
    page: PageImage, aligned: AlignedPage | None = None, printed: Pixels | None = None
) -> Streak | None:
    """
    Find the darkest line that dirt on the glass has drawn, or None.

    Beside a blank that is known, lines that the blank prints are left out and a part of a line
    is enough; without one the line must run down nearly the whole picture.

    Args:
        page: The picture as it came.
        aligned: The same page found on its blank.
        printed: Darkness of that blank, at 8 pixels a millimetre.
    """
    work, dpi = _halved(page)
    found: list[tuple[float, Streak]] = []
    for is_across in (False, True):
        bands, rows = _bands(work, dpi, is_across)
        lines = _lines(bands, rows, dpi, is_across)
        bare = np.ones(lines.ridge.shape[:2], bool)
        fewest = SHORTEST_SHARE * len(bands)
        if aligned is not None and printed is not None and len(bare):
            mm = _places(lines, aligned.transform, page.dpi / dpi)
            bare, fewest = ~_is_printed(mm, printed), SHORTEST_MM / BAND_MM
        shown = lines.is_seen & bare
        for index in np.flatnonzero(shown.sum(axis=1) >= FULL * fewest):
            streak = _streak(lines, int(index), (shown[index], bare[index]), fewest)
            found += [streak] if streak else []
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _halved(page: PageImage) -> tuple[Pixels, float]:
    work, dpi = page.pixels, page.dpi
    while dpi / 2 >= WORK_DPI:
        height, width = (side // 2 for side in work.shape)
        even = work[: height * 2, : width * 2]
        work = cast(Pixels, cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
        dpi /= 2
    return work, dpi


def _bands(work: Pixels, dpi: float, is_across: bool) -> tuple[Pixels, int]:
    """Means of bands across the line's way, lines upright, and the rows that make a band."""
    rows = max(round(BAND_MM * dpi / MM_PER_INCH), 1)
    height, width = work.shape
    if is_across:
        even = work[:, : width // rows * rows]
        size = (width // rows, height)
        bands = cv2.resize(even, size, interpolation=cv2.INTER_AREA)
        return cast(Pixels, np.ascontiguousarray(bands.T)), rows
    even = work[: height // rows * rows]
    return cast(
        Pixels, cv2.resize(even, (width, height // rows), interpolation=cv2.INTER_AREA)
    ), rows


def _lines(bands: Pixels, rows: int, dpi: float, is_across: bool) -> _Lines:
    """Columns with thin dark lines, those seen in most bands first."""
    side = round(WIDEST_MM * dpi / MM_PER_INCH) | 1
    ridge = cv2.morphologyEx(bands, cv2.MORPH_BLACKHAT, np.ones((1, side), np.uint8))
    counts = cv2.reduce((ridge >= FAINTEST).astype(np.uint8), 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    counts = np.asarray(counts).ravel()
    counts[:BESIDE] = counts[-BESIDE:] = 0
    lefts: list[int] = []
    while len(lefts) < MOST_CANDIDATES:
        column = int(counts.argmax())
        if counts[column] < FULL * SHORTEST_MM / BAND_MM:
            break
        lefts.append(column - BESIDE)
        counts[column - BESIDE : column + BESIDE + 1] = 0
    left = np.array(lefts, np.intp)
    near = ridge[:, left[:, None] + np.arange(2 * BESIDE + 1)]
    return _Lines(left, cast(Pixels, near.transpose(1, 0, 2)), rows, is_across, dpi)


def _streak(
    lines: _Lines,
    index: int,
    where: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    fewest: float,
) -> tuple[float, Streak] | None:
    """The darkness and place of a line that is long and whole where no print is; or None."""
    shown, bare = where
    run = _longest_run(np.flatnonzero(shown), bare.cumsum())
    open_bands = int(bare[run[0] : run[-1] + 1].sum())
    if len(run) < FULL * fewest or len(run) < FULL * open_bands:
        return None
    near = lines.ridge[index, run]
    weight = np.where(near >= FAINTEST, near, 0).astype(np.float64)
    at = lines.left[index] + (weight * np.arange(near.shape[1])).sum(axis=1) / weight.sum(axis=1)
    third = max(len(run) // 3, 1)
    sideways = np.median(at[-third:]) - np.median(at[:third])
    down = (np.median(run[-third:]) - np.median(run[:third])) * lines.rows
    wander = float(np.median(np.abs(at - np.median(at))))
    if abs(sideways) > MOST_LEAN * down or wander > MOST_WANDER:
        return None
    strength = near.max(axis=1)
    if np.percentile(strength, 10) < EVEN * np.median(strength):
        return None
    at_mm = (float(np.median(at)) + 0.5) / lines.dpi * MM_PER_INCH
    return float(np.median(strength)), Streak(round(at_mm, 1), lines.is_across)


def _longest_run(bands: NDArray[np.intp], open_so_far: NDArray[np.intp]) -> NDArray[np.intp]:
    """The longest part without a gap that print could not explain."""
    hidden = np.diff(open_so_far[bands]) - 1
    breaks = np.flatnonzero(hidden > LONGEST_GAP_MM / BAND_MM) + 1
    return max(np.split(bands, breaks), key=len)


def _places(lines: _Lines, transform: Transform, factor: float) -> Points:
    """
    Millimetres on the blank of `INSIDE` places in every band of every line.

    Returns:
        (lines, bands * INSIDE, 2).
    """
    bands = lines.ridge.shape[1]
    ends = np.linspace(0.0, 1.0, KNOTS)
    along = np.tile(ends * bands * lines.rows * factor - 0.5, len(lines.left))
    middle = (lines.left + BESIDE + 0.5) * factor - 0.5
    at = np.repeat(middle.astype(np.float64), KNOTS)
    pixels = np.column_stack([along, at] if lines.is_across else [at, along])
    knots = _to_mm(transform, pixels).reshape(len(lines.left), KNOTS, 2)
    # Paper bends slowly: between the knots the line is straight.
    wanted = (np.arange(bands * INSIDE) + 0.5) / (bands * INSIDE) * (KNOTS - 1)
    before = wanted.astype(int)
    share = (wanted - before)[:, None]
    return np.asarray(knots[:, before] * (1 - share) + knots[:, before + 1] * share)


def _to_mm(transform: Transform, pixels: Points) -> Points:
    """Millimetres on the blank of pixels: the homography turned back, then the shifts."""
    back = np.asarray(np.linalg.inv(transform.homography), np.float64)
    flat = _project(back, pixels)
    mm = flat.copy()
    for _ in range(ROUNDS):
        mm += flat - _project(back, transform.to_pixels(mm))
    return mm


def _project(matrix: NDArray[np.float64], points: Points) -> Points:
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])


def _is_printed(mm: Points, printed: Pixels) -> NDArray[np.bool_]:
    """
    Bands of lines in which the blank prints a line or letters there, or that lie off it.

    Args:
        mm: As `_places` has them.
        printed: Darkness of the blank.

    Returns:
        (lines, bands).
    """
    high, wide = printed.shape
    side = round(SIDE_MM * CELL_PX_PER_MM)
    offsets = np.arange(-side, side + 1)
    places = np.rint(mm * CELL_PX_PER_MM - 0.5).astype(np.intp)
    x, y = places[..., 0], places[..., 1]
    rim = round(EDGE_MM * CELL_PX_PER_MM)
    is_off = (x < rim) | (y < rim) | (x >= wide - rim) | (y >= high - rim)
    x, y = x.clip(rim, wide - rim - 1), y.clip(rim, high - rim - 1)
    # Across the line, whichever way it runs on the blank: rules that it crosses stay level.
    way = np.abs(mm[0, -1] - mm[0, 0])
    step = wide if way[0] > way[1] else 1
    flat = (y * wide + x)[..., None] + offsets * step
    beside = np.ascontiguousarray(printed).ravel()[flat]
    shape = (*mm.shape[:1], -1, INSIDE, len(offsets))
    profile = beside.reshape(shape).mean(axis=2, dtype=np.float32)
    reach = round(PRINT_REACH_MM * CELL_PX_PER_MM)
    middle = profile[..., np.abs(offsets) <= reach].max(axis=-1)
    is_line = middle - profile.min(axis=-1) >= PRINTED
    return np.asarray(is_line | is_off.reshape(shape[:3]).any(axis=2))
