"""What is written where on a page, without what it says: for finding its ink in other pictures."""

from __future__ import annotations

import base64
import functools
import zlib
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cpims_scan.domain.paper import CELL_PX_PER_MM, CellImage, Pixels

# The coarse part divides a cell in this many fields, each 0..3 by its share of ink.
PRINT_GRID = (2, 4)  # rows, columns
PRINT_FIELDS = PRINT_GRID[0] * PRINT_GRID[1]
PRINT_DARKNESS = 60  # ink that another scan of the sheet shows too
PRINT_LEVELS = (0.01, 0.05, 0.15)
BLANK = "."
# Of 8 fields; scanning again moves ink across a field's border and a level.
SAME_DISTANCE = 5
# What a machine printed there says which sheet it is, not what was written on it.
PRINTED = ("qr", "print")
KEPT_PRINTS = 8192  # parsed fingerprints that a process remembers: 20 MB
FINE = "|"  # parts the coarse from the fine part

# The fine part is a map of dots of half a millimetre, twice: what is surely ink, and what may be.
# Over 160 pairs of pictures of one page by five kinds of machine (development seeds), no sure dot
# of one lay farther than a dot from a possible one of the other, but for specks of two dots and
# for two photographs with a fold.
DOT_PX = CELL_PX_PER_MM // 2
EDGE_PX = 4  # a box's own rules, drawn a little beside their place, are no ink of a pen
LEAST_PX = 24  # of a cell's shorter side from which its edges are left out
SURE = (80, 0.43)  # darkness, and share of the dot that is darker
MAY_BE = (40, 0.1)
REACH_DOTS = 1
SPECK_DOTS = 2  # joined dots that no picture of the sheet must have in common with another
_NEAR = np.ones((2 * REACH_DOTS + 1, 2 * REACH_DOTS + 1), np.uint8)

Dots = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class InkDifference:
    """How the ink of two pictures of one blank differs, in cells."""

    same: int
    added: int  # blank on the first, written on the second
    removed: int
    changed: int


def fingerprint(cells: list[CellImage]) -> str:
    """
    Say where a page's ink lies, cell by cell, in the edition's order.

    The coarse part, before the bar, has 8 characters a cell, "." for a blank: the same sheet
    scanned twice gives ones that `compare_ink` finds the same. The fine part shows strokes as
    dots of half a millimetre, field by field, for `compare_strokes`.
    """
    written = [_written(cell) for cell in cells]
    coarse = " ".join(BLANK if ink is None else _cell_print(ink) for ink in written)
    numbers = {name: at for at, name in enumerate(dict.fromkeys(cell.field for cell in cells))}
    fields = [numbers[cell.field] for cell in cells]
    return coarse + FINE + _pack(fields, [_dots(ink) for ink in written])


def coarse_of(text: str) -> str:
    """The part of a fingerprint that pages are searched by."""
    return text.partition(FINE)[0]


def _written(cell: CellImage) -> Pixels | None:
    """What a pen left inside a cell; None for a print or a cell without any ink."""
    left, top, width, height = cell.box
    inner = cell.ink[top : top + height, left : left + width]
    if inner.size == 0 or cell.reader in PRINTED or int(inner.max()) <= MAY_BE[0]:
        return None
    return inner


def _cell_print(inner: Pixels) -> str:
    rows, cols = PRINT_GRID
    _, dark = cv2.threshold(inner, PRINT_DARKNESS, 255, cv2.THRESH_BINARY)
    share = cv2.resize(dark, (cols, rows), interpolation=cv2.INTER_AREA).ravel() / 255
    levels = np.digitize(share, PRINT_LEVELS)
    return "".join(str(level) for level in levels) if levels.any() else BLANK


def compare_ink(first: str, second: str) -> InkDifference:
    """Compare the coarse parts of two fingerprints of the same page of the same edition."""
    same, added, removed, changed = _compare([first], second)[0]
    return InkDifference(int(same), int(added), int(removed), int(changed))


def compare_with_all(before: list[str], now: str) -> list[InkDifference]:
    """Compare the coarse part of a fingerprint with those of many pages that came before it."""
    return [InkDifference(*(int(n) for n in row)) for row in _compare(before, now)]


def _compare(before: list[str], now: str) -> NDArray[np.int64]:
    """How cells differ, (pages, 4): same, added, removed, changed."""
    if not before:
        return np.zeros((0, 4), np.int64)
    two = _levels(coarse_of(now))
    # Of another version of the pack a page may have more cells or fewer: what both have counts.
    one = np.zeros((len(before), len(two), PRINT_FIELDS), np.int8)
    for row, text in zip(one, before, strict=True):
        levels = _levels(coarse_of(text))[: len(two)]
        row[: len(levels)] = levels
    away = np.abs(one - two).sum(axis=2, dtype=np.int16)
    is_one, is_two = one.any(axis=2), np.broadcast_to(two.any(axis=1), one.shape[:2])
    # A field's ink that just passes the lowest level on one picture is no writing.
    same = np.where(is_one & is_two, away <= SAME_DISTANCE, away <= 1) & (is_one | is_two)
    kinds = (same, is_two & ~is_one & ~same, is_one & ~is_two & ~same, is_one & is_two & ~same)
    return np.stack([kind.sum(axis=1) for kind in kinds], axis=1)


@functools.lru_cache(maxsize=KEPT_PRINTS)
def _levels(coarse: str) -> NDArray[np.int8]:
    """A coarse part as numbers, (cells, PRINT_FIELDS), each 0..3."""
    words = ["0" * PRINT_FIELDS if word == BLANK else word for word in coarse.split()]
    digits = np.frombuffer("".join(words).encode("ascii"), dtype=np.int8)
    return (digits - ord("0")).reshape(-1, PRINT_FIELDS)


def compare_strokes(first: str, second: str) -> InkDifference | None:
    """
    Compare the strokes of two fingerprints of one page of an edition, the older first.

    Returns:
        Counts of fields, a whole comb being one; None when a fingerprint has no fine part, or
        they are of different editions.
    """
    one, two = _unpack(first), _unpack(second)
    if one is None or two is None or one.fields != two.fields:
        return None
    written: dict[int, list[bool]] = {}
    for number, a, b in zip(one.fields, one.maps, two.maps, strict=True):
        if a.size or b.size:
            said = written.setdefault(number, [False] * 3)
            is_other = _has_new(a, b) or _has_new(b, a)
            for at, holds in enumerate((bool(a.any()), bool(b.any()), is_other)):
                said[at] |= holds
    return InkDifference(
        same=sum(was and not other for was, _, other in written.values()),
        added=sum(other and not was for was, _, other in written.values()),
        removed=sum(other and was and not now for was, now, other in written.values()),
        changed=sum(other and was and now for was, now, other in written.values()),
    )


def inked_fields(text: str) -> int:
    """How many fields bear ink, a comb being one; cells where there is no fine part."""
    strokes = _unpack(text)
    if strokes is None:
        return sum(cell != BLANK for cell in coarse_of(text).split())
    pairs = zip(strokes.fields, strokes.maps, strict=True)
    return len({number for number, dots in pairs if dots.size and dots[0].any()})


def _has_new(one: Dots, two: Dots) -> bool:
    """Whether sure dots of one cell lie away from all that may be ink on the other."""
    sure, other = one[0], two[1]
    if not sure.any():
        return False
    if other.shape != sure.shape:
        near = np.zeros(sure.shape, np.bool_)
    else:
        near = cv2.dilate(other.astype(np.uint8), _NEAR) > 0
    alone = (sure & ~near).astype(np.uint8)
    if not alone.any():
        return False
    _, _, sizes, _ = cv2.connectedComponentsWithStats(alone, connectivity=8)
    return int(sizes[1:, cv2.CC_STAT_AREA].max()) > SPECK_DOTS


def _dots(inner: Pixels | None) -> Dots:
    """The map of a cell, (2, rows, columns): surely ink, possibly ink; (2, 0, 0) for none."""
    if inner is None:
        return np.zeros((2, 0, 0), np.bool_)
    if min(inner.shape) >= LEAST_PX:
        inner = inner[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX]
    size = tuple(max(round(side / DOT_PX), 1) for side in inner.shape[::-1])
    maps = []
    for darkness, share in (SURE, MAY_BE):
        _, dark = cv2.threshold(inner, darkness, 255, cv2.THRESH_BINARY)
        maps.append(cv2.resize(dark, size, interpolation=cv2.INTER_AREA) >= share * 255)
    found = np.stack(maps)
    return found if found.any() else np.zeros((2, 0, 0), np.bool_)


@dataclass(frozen=True, slots=True)
class _Strokes:
    """A fine part: per cell the number of its field and its dots."""

    fields: tuple[int, ...]
    maps: tuple[Dots, ...]


def _pack(fields: list[int], maps: list[Dots]) -> str:
    shapes = np.array([dots.shape[1:] for dots in maps], dtype="<u2")
    flat = np.concatenate([dots.ravel() for dots in maps]) if maps else np.zeros(0, np.bool_)
    head = np.array([len(maps), *fields], dtype="<u2").tobytes() + shapes.tobytes()
    return base64.b64encode(zlib.compress(head + np.packbits(flat).tobytes())).decode("ascii")


@functools.lru_cache(maxsize=256)
def _unpack(text: str) -> _Strokes | None:
    fine = text.partition(FINE)[2]
    if not fine:
        return None
    data = zlib.decompress(base64.b64decode(fine))
    count = int(np.frombuffer(data[:2], dtype="<u2")[0])
    numbers = np.frombuffer(data[2 : 2 + 6 * count], dtype="<u2").astype(int)
    flat = np.unpackbits(np.frombuffer(data[2 + 6 * count :], dtype=np.uint8)).astype(np.bool_)
    found, at = [], 0
    for rows, cols in numbers[count:].reshape(count, 2):
        size = 2 * rows * cols
        found.append(cast(Dots, flat[at : at + size].reshape(2, rows, cols)))
        at += size
    return _Strokes(tuple(int(n) for n in numbers[:count]), tuple(found))
