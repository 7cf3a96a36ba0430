"""Pages with a ruled table: brought upright, their lines traced, before anybody asks which form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import MM_PER_INCH, PageImage, Pixels, Points
from cpims_scan.imaging.grid.lines import Line, Lines, crossing, find_lines
from cpims_scan.imaging.views import View, skew_of

# Lines are traced at this scale: a hairline is a pixel wide, and a page takes 0.1 s.
LINES_PX_PER_MM = 6.0
PAPER_WINDOW_MM = 8.0
# What has fewer lines either way is no table of figures.
FEWEST_LINES = 4
PALE = 0.4  # of the darkness of most lines
BEYOND = 0.2  # of a line's length, that may be drawn beyond all lines that it could meet
LEVEL = 0.2  # degrees; lines that lean less are traced well
MIN_CROSSINGS = 2  # a line that meets fewer others is a letter's bar or a rule under a title


@dataclass(frozen=True, slots=True)
class GridPage:
    """
    A page with a ruled table, upright as far as its lines can tell.

    Attributes:
        grey: The page turned and straightened, uint8 (H, W), as fine as it came up to 300 dpi.
        darkness: Over its paper at the lines' scale.
        lines: Its ruled lines, at the lines' scale.
        scale: Pixels of `grey` per pixel of `lines`.
        to_page: (3, 3), pixels of `lines` to pixels of the page as it came.
        turned: Degrees clockwise that the page is turned against `grey`.
        angle: Its skew, degrees.
    """

    grey: Pixels
    darkness: Pixels
    lines: Lines
    scale: float
    to_page: NDArray[np.float64]
    turned: int
    angle: float

    def page_points(self, points: Points) -> Points:
        """Pixels of the page as it came, (N, 2), for pixels at the lines' scale."""
        lifted = np.column_stack([points, np.ones(len(points))]) @ self.to_page.T
        return np.asarray(lifted[:, :2] / lifted[:, 2:])


def find_grid(page: PageImage, view: View) -> GridPage | None:
    """
    Straighten a page and trace its lines; None where there is no ruled table.

    Rows of figures are lower than they are wide and their labels stand left: that turns the page.
    Where this is not enough, `upside_down` gives the other way.
    """
    angle = skew_of(view.darkness)
    rough = _made(page, 0, angle)
    off = _lean(rough.lines)
    if abs(off) > LEVEL:
        rough = _made(page, 0, angle + off)
    made = replace(rough, lines=_only_tables(rough.lines))
    if not _is_table(made):
        return None
    if _pitch(made.lines.down) < _pitch(made.lines.across):
        made = turned_to(page, made, 90)
    if not _is_table(made):
        return None
    return turned_to(page, made, made.turned + 180) if _label_is_right(made.lines) else made


def turned_to(page: PageImage, grid: GridPage, turned: int) -> GridPage:
    """The same page as if it lay turned by so many degrees."""
    made = _made(page, turned % 360, grid.angle)
    return replace(made, lines=_only_tables(made.lines))


def _lean(lines: Lines) -> float:
    """Degrees by which the lines still lean, the longest heard most; 0 without any."""
    slopes, lengths = [0.0], [0.0]
    for line, sign in [(a, 1.0) for a in lines.across] + [(d, -1.0) for d in lines.down]:
        slopes.append(sign * (line.at(line.end) - line.at(line.start)) / (line.end - line.start))
        lengths.append(line.drawn)
    order = np.argsort(slopes)
    heard = np.cumsum(np.array(lengths)[order])
    middle = int(np.searchsorted(heard, heard[-1] / 2))
    return float(np.degrees(np.arctan(np.array(slopes)[order][middle])))


def _is_table(grid: GridPage) -> bool:
    return min(len(grid.lines.across), len(grid.lines.down)) >= FEWEST_LINES


def _made(page: PageImage, turned: int, angle: float) -> GridPage:
    """The page turned back by `turned` degrees clockwise and by its skew."""
    pixels, own = page.pixels, page.dpi / MM_PER_INCH
    shrink = max(1, round(own / (2 * LINES_PX_PER_MM)))
    if shrink > 1:
        size = (pixels.shape[1] // shrink, pixels.shape[0] // shrink)
        pixels = cast(Pixels, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    height, width = pixels.shape
    back = np.rot90(pixels, turned // 90)  # counter-clockwise
    grey, straight = _straightened(np.ascontiguousarray(back), angle)
    px_per_mm = own / shrink
    factor = max(1.0, px_per_mm / LINES_PX_PER_MM)
    small = cv2.resize(grey, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    darkness = over_paper(cast(Pixels, small), px_per_mm / factor)
    lines = find_lines(darkness, px_per_mm / factor)
    to_grey = _scaling(factor)
    to_page = _scaling(float(shrink)) @ _unturned(turned, (width, height)) @ straight @ to_grey
    return GridPage(grey, darkness, lines, factor, to_page, turned, angle)


def _straightened(picture: Pixels, angle: float) -> tuple[Pixels, NDArray[np.float64]]:
    """The picture turned counter-clockwise by `angle`, and the map back to it."""
    height, width = picture.shape
    middle = ((width - 1) / 2, (height - 1) / 2)
    turn = np.vstack([cv2.getRotationMatrix2D(middle, angle, 1.0), [0, 0, 1]])
    flags = cv2.INTER_LINEAR
    done = cv2.warpAffine(
        picture, turn[:2], (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return cast(Pixels, done), np.asarray(np.linalg.inv(turn), np.float64)


def _scaling(factor: float) -> NDArray[np.float64]:
    """Pixel centres of a picture shrunk by a factor to those of the larger one."""
    shift = (factor - 1) / 2
    return np.array([[factor, 0, shift], [0, factor, shift], [0, 0, 1]])


def _unturned(turned: int, size: tuple[int, int]) -> NDArray[np.float64]:
    """Map of pixels after `np.rot90(picture, turned / 90)` to pixels before; `size` is before."""
    width, height = size
    maps = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, width - 1], [1, 0, 0]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, 1, 0], [-1, 0, height - 1]],
    }
    return np.array([*maps[turned], [0, 0, 1]], dtype=np.float64)


def over_paper(grey: Pixels, px_per_mm: float) -> Pixels:
    """Darkness over the lightest nearby, so that shadows and grey copies do not matter."""
    shrink = 1 / 4
    tiny = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    side = round(PAPER_WINDOW_MM * px_per_mm * shrink) | 1
    light = cv2.dilate(tiny, np.ones((side, side), np.uint8))
    light = cv2.blur(light, (side, side))
    paper = cv2.resize(light, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cast(Pixels, cv2.subtract(paper, grey))


def _only_tables(lines: Lines) -> Lines:
    """Lines that meet at least two others of the other direction, and no streaks of a glass."""
    down = tuple(line for line in lines.down if not _is_streak(line, lines.down, lines.across))
    across = tuple(line for line in lines.across if not _is_streak(line, lines.across, lines.down))
    for _ in range(2):
        meets = np.array(
            [[_meet(a, d, lines.reach) for d in down] for a in across], dtype=bool
        ).reshape(len(across), len(down))
        down = tuple(d for d, n in zip(down, meets.sum(axis=0), strict=True) if n >= MIN_CROSSINGS)
        across = tuple(
            a for a, n in zip(across, meets.sum(axis=1), strict=True) if n >= MIN_CROSSINGS
        )
    return replace(lines, across=across, down=down)


def _is_streak(line: Line, alike: tuple[Line, ...], others: tuple[Line, ...]) -> bool:
    """Much paler than its fellows, or drawn beyond any table: a copier's dirt, a paper's rim."""
    if line.darkness < PALE * float(np.median([one.darkness for one in alike])):
        return True
    places = [other.at(line.at((other.start + other.end) / 2)) for other in others if other.drawn]
    if len(places) < MIN_CROSSINGS:
        return False
    low, high = min(places), max(places)
    beyond = np.clip(low - line.pieces, 0, None) - np.clip(line.pieces - high, 0, None)
    outside = float(np.abs(np.diff(beyond, axis=1)).sum())
    return outside > BEYOND * line.drawn


def _meet(across: Line, down: Line, reach: float) -> bool:
    x, y = crossing(across, down)
    return across.covers(x, x, reach) and down.covers(y, y, reach)


def _pitch(lines: tuple[Line, ...]) -> float:
    """Median distance of neighbouring lines, pixels."""
    places = sorted(line.at((line.start + line.end) / 2) for line in lines)
    return float(np.median(np.diff(places))) if len(places) > 1 else np.inf


def _label_is_right(lines: Lines) -> bool:
    """Whether the widest column stands at the right end: the page is upside down."""
    places = sorted(line.at((line.start + line.end) / 2) for line in lines.down)
    widths = np.diff(places)
    widest = int(widths.argmax())
    return widest > len(widths) / 2 and widths[widest] > 1.5 * np.median(widths)
