"""On an empty form every cell, comb, square, line and word is found where it was drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.blank import FoundBox
from cpims_scan.domain.paper import CELL_PX_PER_MM, Box, PageImage
from cpims_scan.imaging.coaching.blank_pages import BlankScan, scan_blank
from cpims_scan.imaging.finding.straighten import level, straighten
from tests.blanks import (
    ANSWERS,
    CELLS,
    COLUMNS,
    COMB,
    COMB_CELLS,
    LINE,
    OPEN_CELLS,
    OPEN_COMB,
    ROWS,
    SQUARES,
    draw_blank,
)

CLOSE_MM = 0.2  # a hairline is 0.18 mm wide


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> BlankScan:
    """The drawn form as it is found."""
    return next(scan_blank(draw_blank(tmp_path_factory.mktemp("blank") / "visit.pdf")))


def far(a: Box, b: Box) -> float:
    """Largest distance of two boxes' sides, mm."""
    pairs = ((a.left, b.left), (a.top, b.top), (a.right, b.right), (a.bottom, b.bottom))
    return max(abs(x - y) for x, y in pairs)


def nearest(scan: BlankScan, kind: str, box: Box) -> FoundBox:
    """The box of a kind that is most like a drawn one."""
    return min((b for b in scan.print.boxes if b.kind == kind), key=lambda b: far(b.box, box))


TABLE_CELLS = [Box(left, top, width, h) for _, left, width in COLUMNS for top, h in ROWS]


@pytest.mark.parametrize("box", [*CELLS.values(), *ANSWERS.values(), *TABLE_CELLS])
def test_cells__stand_where_they_were_drawn(scan: BlankScan, box: Box) -> None:
    """A ruled cell reaches to the middle of its rules."""
    assert far(nearest(scan, "cell", box).box, box) < CLOSE_MM


@pytest.mark.parametrize("box", SQUARES.values())
def test_squares__are_told_from_cells(scan: BlankScan, box: Box) -> None:
    """A small box that stands alone is to be ticked."""
    assert far(nearest(scan, "square", box).box, box) < CLOSE_MM


def test_comb__is_one_box_of_equal_cells(scan: BlankScan) -> None:
    """Cells side by side that print nothing are one comb."""
    comb = nearest(scan, "comb", COMB)

    assert (len(comb.cells), far(comb.box, COMB) < CLOSE_MM) == (COMB_CELLS, True)


def test_comb__of_ticks_on_a_line(scan: BlankScan) -> None:
    """A comb that has only ticks at its bottom is one as well."""
    comb = nearest(scan, "comb", OPEN_COMB)

    assert len(comb.cells) == OPEN_CELLS
    assert abs(comb.box.left - OPEN_COMB.left) < CLOSE_MM


def test_line__has_the_room_above_it(scan: BlankScan) -> None:
    """Handwriting stands on a line: its box is the free room above."""
    line = nearest(scan, "line", LINE).box

    assert abs(line.left - LINE.left) < 0.5
    assert line.top < 125 < 130 <= line.bottom


def test_dots__are_lines(scan: BlankScan) -> None:
    """Two leaders of dots on one level are two lines, parted by the word between them."""
    dotted = [b for b in scan.print.boxes if b.kind == "line" and 142 < b.box.bottom < 148]

    assert len(dotted) == 2


def test_words__come_from_the_pdf_itself(scan: BlankScan) -> None:
    """The words of a computer-made PDF are exact, and a leader's dots are no word."""
    words = [word.text for word in scan.print.words]

    assert {"Telephone", "dd/mm/yyyy", "County", "Ward"} <= set(words)
    assert not any("..." in word for word in words)


def test_words__hints_are_light(scan: BlankScan) -> None:
    """What is printed to be written over is lighter than a label."""
    darkness = {word.text: word.darkness for word in scan.print.words}

    assert darkness["dd/mm/yyyy"] < 0.45 < darkness["Telephone"]


def test_scan_blank__knows_the_paper(scan: BlankScan) -> None:
    """A page of A4 has A4's size."""
    assert scan.page.size_mm == (210.0, 297.0)


def test_level__turns_a_crooked_page_back(scan: BlankScan) -> None:
    """A page put in by hand, 1.5 degrees off, is level to 0.1 degree."""
    height, width = scan.page.pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.5, 1)
    crooked = cv2.warpAffine(scan.page.pixels, turn, (width, height), borderValue=(255, 255, 255))

    straight = level(np.asarray(crooked, dtype=np.uint8))

    assert _degrees_off(straight) < 0.1 < _degrees_off(np.asarray(crooked, dtype=np.uint8))


def _degrees_off(pixels: np.ndarray) -> float:
    """Degrees that the table's lowest rule is off."""
    low = [int(np.argmin(pixels[1450:1620, x])) for x in (300, 1300)]
    return abs(float(np.degrees(np.arctan((low[1] - low[0]) / 1000))))


def test_straighten__scan_without_a_table_is_not_cut(scan: BlankScan) -> None:
    """Paper that is a little darker at its foot is paper all the same."""
    height, width = scan.page.pixels.shape
    shade = np.linspace(1.0, 0.88, height)[:, None]
    grey = np.clip(scan.page.pixels * shade, 0, 255).astype(np.uint8)

    flat = straighten(PageImage("x", grey, None, 203.2), None, is_photo=True)

    assert not flat.is_moved
    assert flat.pixels.shape == (height, width)


@pytest.mark.parametrize("shadow", [1.0, 0.45], ids=["even-light", "hand-shadow"])
def test_straighten__photo_is_cut_to_its_paper(scan: BlankScan, shadow: float) -> None:
    """A photo on a dark table becomes the paper alone, boxes to 1 mm, a shadow or not."""
    height, width = scan.page.pixels.shape
    table = np.full((height + 500, width + 500), 70, np.uint8)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(230, 190), (2010, 240), (1960, 2700), (260, 2650)], np.float32)
    warp = cv2.getPerspectiveTransform(corners, seen)
    size = (table.shape[1], table.shape[0])
    paper = cv2.warpPerspective(scan.page.pixels, warp, size)
    inside = cv2.warpPerspective(np.full_like(scan.page.pixels, 255), warp, size)
    photo = np.where(inside > 128, paper, table).astype(np.float64)
    photo[1700:, 900:1300] *= shadow

    flat = straighten(PageImage("x", photo.astype(np.uint8), None, 200.0), None, is_photo=True)

    assert flat.size_mm == (210.0, 297.0)
    box = ANSWERS["male"]
    x, y = round((box.left + 12) * CELL_PX_PER_MM), round(box.top * CELL_PX_PER_MM)
    rule = int(np.argmin(flat.pixels[y - 12 : y + 13, x])) - 12
    assert abs(rule) <= CELL_PX_PER_MM
