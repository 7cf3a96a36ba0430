"""Cells are cut upright over white paper, and the print is explained away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import AlignedPage, CellImage, PageImage, Pixels
from cpims_scan.errors import InputError
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.crops import (
    cut_cells,
    read_crop,
    whole_page_jpeg,
    write_crops,
)
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.inkprint import compare_ink, fingerprint
from cpims_scan.imaging.intake import open_scan
from cpims_scan.imaging.pictures import split_colour
from cpims_scan.imaging.register import register
from tests.imaging.conftest import boxes_of, grey_of
from tests.imaging.warps import Taking, kind, take

# A comma written by hand is half a square millimetre; a cell with less is plainly blank.
RESIDUE_MM2 = 0.5
FIELD = "date_of_birth"


def aligned_page(grey: Pixels, blank: Blank, how: Taking, index: BlankIndex) -> AlignedPage:
    """Take a picture of a page and find it again."""
    page = take(grey, blank.size_mm, how, np.random.default_rng(5)).page
    return register(page, identify(page, index), index)


def ink_mm2(cell: CellImage) -> float:
    """Clearly dark ink inside the cell, square millimetres."""
    left, top, width, height = cell.box
    return float((cell.ink[top : top + height, left : left + width] > 60).sum()) / 64


def with_stroke(index: BlankIndex, blank: Blank, field: str, grey: int = 40) -> Pixels:
    """A blank with one slanting pen stroke in a field's box."""
    page = grey_of(blank).copy()
    box = boxes_of(index, blank)[field].grown(-1.0)
    ends = [
        (round(box.left * 8), round(box.bottom * 8)),
        (round(box.right * 8), round(box.top * 8)),
    ]
    cv2.line(page, ends[0], ends[1], (grey,), 4, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("name", ["scan", "warped", "phone"])
def test_cut_cells__blank_page_leaves_no_ink(index: BlankIndex, sheet: Blank, name: str) -> None:
    """Rules, labels and grey hints are explained by the blank, whatever took the picture."""
    how = kind(name, np.random.default_rng(3))
    cells = cut_cells(aligned_page(grey_of(sheet), sheet, how, index), index)

    assert max(ink_mm2(cell) for cell in cells) < RESIDUE_MM2


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2])
def test_cut_cells__real_blank_leaves_no_ink(index: BlankIndex, shared: Path, number: int) -> None:
    """The real printed sheet, scanned askew, has no ink beyond our redrawn blank."""
    blank = index.blank("case_record_sheet_a", "2015-08", number)
    with open_scan(shared / "facts/papers/DCS_CASE_RECORD_SHEET_A_20022016.pdf") as scan:
        paper = scan.page(number).pixels
    how = Taking(skew=2, bend_px=2, noise=3, blur=0.6)

    cells = cut_cells(aligned_page(paper, blank, how, index), index)

    assert max(ink_mm2(cell) for cell in cells) < RESIDUE_MM2


@pytest.mark.parametrize("name", ["scan", "copy", "phone"])
def test_cut_cells__stroke_stays(index: BlankIndex, sheet: Blank, name: str) -> None:
    """A pen stroke through a cell with a grey hint is ink in that cell and in no other."""
    how = kind(name, np.random.default_rng(3))
    page = with_stroke(index, sheet, FIELD)

    cells = cut_cells(aligned_page(page, sheet, how, index), index)

    inked = {cell.field for cell in cells if ink_mm2(cell) > 2}
    assert {FIELD} == inked


def test_cut_cells__one_picture_an_option(index: BlankIndex, sheet: Blank) -> None:
    """A choice gives a picture for every option, with the cell's own box inside its margin."""
    aligned = aligned_page(grey_of(sheet), sheet, Taking(dpi=150), index)

    cells = [cell for cell in cut_cells(aligned, index) if cell.field == "sex"]

    assert [cell.part for cell in cells] == ["male", "female"]
    assert all(cell.box[:2] == (12, 12) for cell in cells)
    assert all(c.grey.shape == c.ink.shape == c.printed.shape for c in cells)


def test_cut_cells__blue_ink_survives_on_black_print(index: BlankIndex, sheet: Blank) -> None:
    """Where a blue stroke crosses a printed word, more of it is kept than without colour."""
    grey = grey_of(sheet)
    colour = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    cell = boxes_of(index, sheet)["sex"]
    y = round((cell.top + cell.height / 2) * 8)
    start, end = round(cell.left * 8), round(cell.right * 8)
    cv2.line(colour, (start, y), (end, y), (150, 60, 40), 5)
    pixels, chroma = split_colour(np.asarray(np.minimum(colour, grey[:, :, None]), dtype=np.uint8))
    page = PageImage("blue", pixels, chroma, 203.2)
    aligned = register(page, identify(page, index), index)
    without = replace(aligned, page=replace(page, chroma=None))

    kept = [length_of_stroke(cut_cells(a, index)) for a in (aligned, without)]

    assert kept[0] > 0.9
    assert kept[0] > kept[1] + 0.15


def length_of_stroke(cells: list[CellImage]) -> float:
    """Share of the columns of the cell `male` with ink in them."""
    male = next(cell for cell in cells if cell.part == "male")
    left, top, width, height = male.box
    inside = male.ink[top : top + height, left + 8 : left + width - 8]
    return float((inside > 60).any(axis=0).mean())


def test_write_crops__pictures_come_back(index: BlankIndex, sheet: Blank, tmp_path: Path) -> None:
    """Every named field has its picture in the page's one file, larger than its box."""
    aligned = aligned_page(grey_of(sheet), sheet, Taking(dpi=150), index)
    file = tmp_path / "page.crops"

    numbers = write_crops(file, aligned, index, [FIELD, "sex"])

    data = np.frombuffer(read_crop(file, numbers["sex"]), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert numbers == {FIELD: 0, "sex": 1}
    assert picture is not None and picture.shape[1] >= boxes_of(index, sheet)["sex"].width * 8
    assert [file] == list(tmp_path.iterdir())


def test_read_crop__missing_picture_is_said(tmp_path: Path) -> None:
    """A crop that is not there is one clear sentence."""
    with pytest.raises(InputError, match="not there"):
        read_crop(tmp_path / "page.crops", 0)


def test_whole_page_jpeg__upside_down_page_comes_upright(index: BlankIndex, sheet: Blank) -> None:
    """The desk's picture of a page that was scanned upside down looks like the blank."""
    aligned = aligned_page(grey_of(sheet), sheet, Taking(dpi=150, turned=180), index)

    data = whole_page_jpeg(aligned.page, aligned.transform, boxes_of(index, sheet)[FIELD])

    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (53, 74), interpolation=cv2.INTER_AREA)
    expected = cv2.resize(grey_of(sheet), (53, 74), interpolation=cv2.INTER_AREA)
    upright = np.corrcoef(small.ravel(), expected.ravel())[0, 1]
    assert upright > np.corrcoef(small[::-1, ::-1].ravel(), expected.ravel())[0, 1] + 0.2


def test_compare_ink__same_sheet_scanned_twice(index: BlankIndex, sheet: Blank) -> None:
    """The same ink on two scans of other turn and resolution is the same in every cell."""
    page = with_stroke(index, sheet, FIELD)
    prints = [
        fingerprint(cut_cells(aligned_page(page, sheet, how, index), index))
        for how in (Taking(dpi=300, skew=1, noise=3), Taking(dpi=200, turned=180, skew=-2))
    ]

    difference = compare_ink(prints[0], prints[1])

    assert difference.same >= 1
    assert (difference.added, difference.removed, difference.changed) == (0, 0, 0)


def test_compare_ink__more_ink_is_added(index: BlankIndex, sheet: Blank) -> None:
    """A sheet that came back with one more cell written has that cell added."""
    before = with_stroke(index, sheet, FIELD)
    after = np.minimum(before, with_stroke(index, sheet, "tribe"))
    prints = [
        fingerprint(cut_cells(aligned_page(page, sheet, Taking(dpi=150), index), index))
        for page in (before, after)
    ]

    difference = compare_ink(prints[0], prints[1])

    assert difference.added >= 1
    assert (difference.removed, difference.changed) == (0, 0)


def test_cut_cells__brightness_does_not_matter(index: BlankIndex, sheet: Blank) -> None:
    """Half the light gives the same cell over its own paper."""
    page = with_stroke(index, sheet, FIELD)
    bright = aligned_page(page, sheet, Taking(dpi=200), index)
    dim = replace(bright, page=replace(bright.page, pixels=bright.page.pixels // 2))

    pair = [next(c for c in cut_cells(a, index) if c.field == FIELD) for a in (bright, dim)]

    assert np.abs(pair[0].grey.astype(int) - pair[1].grey).mean() < 4
