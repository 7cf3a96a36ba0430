"""Every box is found to a fraction of a millimetre, or has no certificate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cpims_scan.domain.paper import MM_PER_INCH, PageImage, PageMatch, Pixels
from cpims_scan.errors import AlignmentError
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.intake import open_scan
from cpims_scan.imaging.register import register
from tests.imaging.conftest import boxes_of, grey_of
from tests.imaging.warps import Taken, Taking, kind, take, written

TOLERANCE_MM = 0.25  # every box of the real paper
OLD_PAGES = (
    ("case_record_sheet_a", "2015-08", 1),
    ("case_record_sheet_a", "2015-08", 2),
    ("monthly_caseload_summary", "tool-b", 1),
    ("monthly_caseload_summary", "tool-b", 2),
)


def errors_mm(taken: Taken, index: BlankIndex, blank: Blank) -> tuple[dict[str, float], list[str]]:
    """How far every box is off at its worst corner, and which boxes are certified."""
    aligned = register(taken.page, identify(taken.page, index), index)
    boxes = boxes_of(index, blank)
    mm = MM_PER_INCH / taken.page.dpi
    off = {
        name: float(
            np.linalg.norm(
                aligned.transform.to_pixels(box.corners) - taken.to_pixels(box.corners), axis=1
            ).max()
            * mm
        )
        for name, box in boxes.items()
    }
    return off, [name for name in boxes if aligned.certificates[name].is_found]


@pytest.mark.parametrize("name", ["scan", "warped", "copy", "phone"])
@pytest.mark.parametrize("page", OLD_PAGES, ids=str)
def test_register__certified_boxes_are_where_they_are(
    index: BlankIndex, page: tuple[str, str, int], name: str, rng: np.random.Generator
) -> None:
    """Nearly every box is certified, and none that is certified is off by a quarter millimetre."""
    blank = index.blank(*page)
    taken = take(written(grey_of(blank), rng), blank.size_mm, kind(name, rng), rng)

    off, certified = errors_mm(taken, index, blank)

    assert len(certified) >= 0.95 * len(off)
    assert max(off[field] for field in certified) <= TOLERANCE_MM


@pytest.mark.parametrize("dpi", [100, 150, 400])
def test_register__from_100_to_400_dpi(
    index: BlankIndex, sheet: Blank, dpi: int, rng: np.random.Generator
) -> None:
    """Resolution does not matter from 100 dpi upward."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=dpi, skew=2, noise=3), rng)

    off, certified = errors_mm(taken, index, sheet)

    assert len(certified) >= 0.95 * len(off)
    assert max(off.values()) <= TOLERANCE_MM


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("dpi", "turned"), [(200, 90), (300, 180), (200, 0)])
def test_register__real_paper_on_the_redrawn_blank(
    index: BlankIndex, shared: Path, number: int, dpi: int, turned: int, rng: np.random.Generator
) -> None:
    """The real Case Record Sheet A, turned, skewed 3 degrees, JPEG q50: every box, certified."""
    blank = index.blank("case_record_sheet_a", "2015-08", number)
    paper = real_page(shared, number)
    taken = take(paper, blank.size_mm, Taking(dpi=dpi, turned=turned, skew=3, quality=50), rng)

    off, certified = errors_mm(taken, index, blank)

    assert sorted(off) == sorted(certified)
    assert max(off.values()) <= TOLERANCE_MM


def real_page(shared: Path, number: int) -> Pixels:
    """The real paper at 300 dpi."""
    with open_scan(shared / "facts/papers/DCS_CASE_RECORD_SHEET_A_20022016.pdf") as scan:
        return scan.page(number).pixels


def test_register__hidden_part_has_no_certificate(
    index: BlankIndex, sheet: Blank, rng: np.random.Generator
) -> None:
    """A field under a sheet of paper that lies over the scan is not certified."""
    covered = grey_of(sheet)
    covered[: covered.shape[0] // 3] = 240
    taken = take(covered, sheet.size_mm, Taking(dpi=150), rng)

    _, certified = errors_mm(taken, index, sheet)

    assert "case_serial" not in certified
    assert "caregivers.1.name" in certified


def test_register__rows_shifted_on_the_paper_are_followed_or_not_certified(
    index: BlankIndex, rng: np.random.Generator
) -> None:
    """In a table printed a row lower than the edition says, no cell of another row is certified."""
    blank = index.blank("monthly_caseload_summary", "tool-b", 1)
    lower = 4.6
    moved = grey_of(blank)
    body = slice(round(34.8 * 8), 195 * 8)
    moved[body] = np.roll(moved[body], round(lower * 8), axis=0)
    taken = take(moved, blank.size_mm, Taking(dpi=150), rng)
    match = identify(take(grey_of(blank), blank.size_mm, Taking(dpi=150), rng).page, index)

    aligned = register(taken.page, match, index)

    boxes = boxes_of(index, blank)
    cells = [n for n, c in aligned.certificates.items() if c.is_found and "categories." in n]
    off = [
        np.abs(
            aligned.transform.to_pixels(boxes[n].corners)
            - taken.to_pixels(boxes[n].corners + np.array([0.0, round(lower * 8) / 8]))
        ).max()
        * MM_PER_INCH
        / 150
        for n in cells
    ]
    assert max(off, default=0.0) <= 1.0


def test_register__corners_placed_by_a_person(
    index: BlankIndex, sheet: Blank, rng: np.random.Generator
) -> None:
    """Four points, each up to 2 mm beside its corner, are enough to find every box."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=150, skew=2, tilt=0.04), rng)
    corners = taken.to_pixels(np.array([[0.0, 0], [210, 0], [210, 297], [0, 297]]))
    placed = corners + rng.uniform(-12, 12, (4, 2))
    match = PageMatch(*sheet.key, 0, 1.0, "person", corners=tuple(map(tuple, placed.tolist())))

    aligned = register(taken.page, match, index)

    assert all(c.is_found for c in aligned.certificates.values())


def test_register__placed_on_another_paper_has_a_map_but_no_certificate(
    index: BlankIndex, sheet: Blank, rng: np.random.Generator
) -> None:
    """Where nothing confirms a person's four points, they are followed and nothing is certified."""
    grey = rng.normal(235, 4, (1754, 1240)).clip(0, 255).astype(np.uint8)
    corners = ((20.0, 20.0), (1220.0, 25.0), (1215.0, 1730.0), (15.0, 1725.0))
    match = PageMatch(*sheet.key, 0, 1.0, "person", corners=corners)

    aligned = register(PageImage("0", grey, None, 150.0), match, index)

    at = aligned.transform.to_pixels(np.array([[0.0, 0], [210, 297]]))
    assert np.abs(at - np.array([corners[0], corners[2]])).max() < 1.0
    assert not any(c.is_found for c in aligned.certificates.values())


def test_register__another_paper_is_refused(
    index: BlankIndex, sheet: Blank, rng: np.random.Generator
) -> None:
    """A page that is said to be a form, but is not, raises one clear sentence."""
    taken = take(grey_of(sheet), sheet.size_mm, Taking(dpi=150), rng)
    wrong = replace(identify(taken.page, index), page=2)

    with pytest.raises(AlignmentError, match="could not be found with proof"):
        register(taken.page, wrong, index)
