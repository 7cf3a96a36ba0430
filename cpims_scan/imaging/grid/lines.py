"""The ruled lines of a printed table: traced through skew, bends and gaps, with their extents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import Pixels, Points

Numbers = NDArray[np.float64]

# Darkness of a line over its paper: a hairline of a 50 percent print, scanned, has 40 and more.
FAINTEST = 30
THICKEST_MM = 1.2  # what is thicker is a filled cell or a letter's body
SHORTEST_MM = 2.6  # of a piece: the longest bar of a letter in a bold title is shorter
SLOPE_PX = 1  # a piece may climb this much over its length: skew is taken out before
JOIN_MM = 0.45  # how far a piece may lie off the line that it continues
JOIN_SLOPE = 0.012  # and more for each millimetre of gap, where paper bends
LONGEST_GAP_MM = 45.0  # the blank rows between two tables are less
LEAST_LINE_MM = 10.0
LEAST_DRAWN = 0.5  # of its extent: bars of letters in one row of words are drawn less
# A line of so many millimetres is fitted by a polynomial of one degree more.
BEND_AFTER_MM = (40.0, 100.0)
REACH_MM = 0.8  # an end of a line may fall short of the line it meets by this


@dataclass(frozen=True, slots=True)
class Line:
    """
    One ruled line, along x when across, along y when down.

    Attributes:
        curve: Polynomial (highest power first) of the other coordinate, pixels.
        pieces: (n, 2): from, to along the line, sorted; gaps between them are not drawn.
        darkness: Mean of its pixels over their paper, 0..255.
    """

    curve: Numbers
    pieces: Numbers
    darkness: float

    @property
    def start(self) -> float:
        """Where the line begins, pixels along it."""
        return float(self.pieces[0, 0])

    @property
    def end(self) -> float:
        """Where the line ends."""
        return float(self.pieces[:, 1].max())

    @property
    def drawn(self) -> float:
        """Length that is really drawn, pixels."""
        return float((self.pieces[:, 1] - self.pieces[:, 0]).sum())

    def at(self, along: float) -> float:
        """The other coordinate at a place along the line."""
        return float(np.polyval(self.curve, along))

    def covers(self, low: float, high: float, reach: float) -> bool:
        """Whether most of a stretch is drawn, ends that fall short by `reach` forgiven."""
        inner_low, inner_high = low + reach, high - reach
        if inner_high <= inner_low:
            inner_low = inner_high = (low + high) / 2
        lows = np.maximum(self.pieces[:, 0] - reach, inner_low)
        highs = np.minimum(self.pieces[:, 1] + reach, inner_high)
        shared = np.maximum(highs - lows, 0).sum()
        return bool(shared >= 0.6 * (inner_high - inner_low)) and bool(np.any(highs >= lows))


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a page: `across` from top to bottom, `down` from left to right."""

    across: tuple[Line, ...]
    down: tuple[Line, ...]
    px_per_mm: float
    mask: Pixels  # 255 where a line is drawn

    @property
    def reach(self) -> float:
        """Forgiveness at a line's ends, pixels."""
        return REACH_MM * self.px_per_mm


def find_lines(darkness: Pixels, px_per_mm: float) -> Lines:
    """
    Trace every ruled line of a page.

    Args:
        darkness: Over its paper, uint8 (H, W), 0 paper; turned and skewed by half a degree at most.
        px_per_mm: Of the picture; 5 to 8 is enough.

    Source: top-hat and openings by lines (Serra, Image Analysis, chapter 11), then pieces joined
    in the order in which they continue each other.
    """
    across_mask = _mask(darkness, px_per_mm)
    down_mask = _mask(cast(Pixels, cv2.transpose(darkness)), px_per_mm)
    across = _traced(across_mask, darkness, px_per_mm)
    down = _traced(down_mask, cast(Pixels, cv2.transpose(darkness)), px_per_mm)
    both = cv2.bitwise_or(across_mask, cv2.transpose(down_mask))
    return Lines(across, down, px_per_mm, cast(Pixels, both))


def crossing(across: Line, down: Line) -> tuple[float, float]:
    """Where two lines meet, x and y in pixels; they may be drawn on to meet."""
    x = down.at(across.at((across.start + across.end) / 2))
    y = across.at(x)
    for _ in range(3):
        x = down.at(y)
        y = across.at(x)
    return x, y


def _mask(darkness: Pixels, px_per_mm: float) -> Pixels:
    """Thin dark pieces that run across, 255."""
    grown = cv2.dilate(darkness, np.ones((1 + 2 * SLOPE_PX, 1), np.uint8))
    length = np.ones((1, round(SHORTEST_MM * px_per_mm)), np.uint8)
    long = cv2.morphologyEx(grown, cv2.MORPH_OPEN, length)
    # Only what is long is left: a line that crosses does not make this one look thick.
    thick = np.ones((round(THICKEST_MM * px_per_mm) | 1, 1), np.uint8)
    kept = cv2.min(cv2.morphologyEx(long, cv2.MORPH_TOPHAT, thick), darkness)
    return cast(Pixels, cv2.threshold(kept, FAINTEST, 255, cv2.THRESH_BINARY)[1])


def _traced(mask: Pixels, darkness: Pixels, px_per_mm: float) -> tuple[Line, ...]:
    pieces = _pieces(mask, px_per_mm)
    groups = _joined(pieces, px_per_mm)
    lines = [_line([pieces[i] for i in group], darkness, px_per_mm) for group in groups]
    kept = [
        line
        for line in lines
        if line.drawn >= LEAST_LINE_MM * px_per_mm
        and line.drawn >= LEAST_DRAWN * (line.end - line.start)
    ]
    return tuple(sorted(kept, key=lambda line: line.at((line.start + line.end) / 2)))


def _pieces(mask: Pixels, px_per_mm: float) -> list[Points]:
    """Points (n, 2) of every connected piece, x first, sorted by where it begins."""
    bridged = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    wide = np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= 0.6 * SHORTEST_MM * px_per_mm)
    wide = wide[wide > 0]
    ys, xs = np.nonzero(labels)
    owner = labels[ys, xs]
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(count + 1))
    found = []
    for label in wide:
        own = order[bounds[label] : bounds[label + 1]]
        found.append(np.column_stack([xs[own], ys[own]]).astype(np.float64))
    return sorted(found, key=lambda points: float(points[:, 0].min()))


@dataclass(slots=True)
class _Open:
    """A line while it is put together: its pieces, and where and how steeply it ends."""

    members: list[int]
    end: tuple[float, float]
    slope: float
    length: float


def _joined(pieces: list[Points], px_per_mm: float) -> list[list[int]]:
    """Pieces that continue each other, from left to right."""
    lines: list[_Open] = []
    for index, points in enumerate(pieces):
        start, end, slope = _ends(points)
        best = _continued(lines, start, px_per_mm)
        if best is None:
            lines.append(_Open([index], end, slope, end[0] - start[0]))
            continue
        best.members.append(index)
        if end[0] > best.end[0]:
            first = pieces[best.members[0]]
            left, _, _ = _ends(first)
            whole = end[0] - left[0]
            best.slope = (end[1] - left[1]) / max(whole, 1.0) if best.slope else slope
            best.end, best.length = end, whole
    return [line.members for line in lines]


def _continued(lines: list[_Open], start: tuple[float, float], px_per_mm: float) -> _Open | None:
    best, least = None, np.inf
    for line in lines:
        gap = start[0] - line.end[0]
        if gap > LONGEST_GAP_MM * px_per_mm or gap < -SHORTEST_MM * px_per_mm:
            continue
        slope = line.slope if line.length > 12 * px_per_mm else 0.0
        off = abs(start[1] - line.end[1] - slope * gap)
        if off <= JOIN_MM * px_per_mm + JOIN_SLOPE * max(gap, 0.0) and off < least:
            best, least = line, off
    return best


def _ends(points: Points) -> tuple[tuple[float, float], tuple[float, float], float]:
    """First and last point of a piece, and its slope."""
    x, y = points[:, 0], points[:, 1]
    low, high = float(x.min()), float(x.max())
    slope, offset = np.polyfit(x, y, 1) if high - low > 3 else (0.0, float(y.mean()))
    return (
        (low, float(slope * low + offset)),
        (high, float(slope * high + offset)),
        float(slope),
    )


def _line(pieces: list[Points], darkness: Pixels, px_per_mm: float) -> Line:
    points = np.vstack(pieces)
    extents = np.array([(p[:, 0].min(), p[:, 0].max() + 1) for p in pieces], dtype=np.float64)
    whole = extents[:, 1].max() - extents[:, 0].min()
    degree = 1 + sum(whole > limit * px_per_mm for limit in BEND_AFTER_MM)
    # Fitted over a scaled window: thousands of pixels to the third power would lose digits.
    curve = np.polynomial.Polynomial.fit(points[:, 0], points[:, 1], degree).convert().coef[::-1]
    dark = float(darkness[points[:, 1].astype(int), points[:, 0].astype(int)].mean())
    return Line(np.asarray(curve, np.float64), extents[np.argsort(extents[:, 0])], dark)
