"""Codes of ours are read wherever they lie, and none is believed where two of them differ."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
import segno
from PIL import Image

from cpims_scan.domain.paper import BatchContext, Box, PageImage, Pixels
from cpims_scan.forms.pagecode import PageCode
from cpims_scan.forms.separator import Cover, Slip
from cpims_scan.imaging.codes import DISAGREE, look, look_at
from tests.imaging.warps import Taking, take

PX_PER_MM = 12
A4_MM = (210.0, 297.0)
CODE = PageCode("case_record_sheet_a", "2026-mr", 2, "7KQ2M4XBHT9C")
OTHER = PageCode("case_record_sheet_a", "2026-mr", 2, "000000000001")
COVER = Cover("Gucha March/2", BatchContext("290", "2026-03", "Jane Mwangi", 25))
TOP, BOTTOM = (175.0, 15.0), (15.0, 260.0)  # opposite corners, mm


def printed(codes: Sequence[tuple[str, tuple[float, float]]], module_mm: float = 0.5) -> Pixels:
    """A page with these codes, each with its first module at a place in millimetres."""
    page = np.full((round(A4_MM[1] * PX_PER_MM), round(A4_MM[0] * PX_PER_MM)), 255, np.uint8)
    for text, (left, top) in codes:
        code = io.BytesIO()
        segno.make_qr(text, error="m").save(
            code, kind="png", scale=round(module_mm * PX_PER_MM), border=0
        )
        picture = np.asarray(Image.open(code).convert("L"))
        y, x = round(top * PX_PER_MM), round(left * PX_PER_MM)
        page[y : y + len(picture), x : x + len(picture)] = picture
    return page


def taken(page: Pixels, how: Taking) -> PageImage:
    """A picture of it."""
    return take(page, A4_MM, how, np.random.default_rng(7)).page


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_look__printed_page_in_every_turn(turned: int) -> None:
    """Form, edition, page and serial are read whichever way the page lies."""
    page = taken(printed([(CODE.text, TOP)]), Taking(dpi=200, turned=turned, skew=2, noise=3))

    assert look(page).page == CODE


@pytest.mark.parametrize("text", [CODE.text, CODE.text.lower(), CODE.text.replace("-", "_", 1)])
def test_look__small_letters_and_underlines_are_taken(text: str) -> None:
    """A code made by another program is read as well."""
    assert look(taken(printed([(text, TOP)]), Taking(dpi=150))).page == CODE


def test_look__corners_lie_where_the_code_is() -> None:
    """The first module's corner is found to 2 mm, as well as the decoder says it."""
    page = taken(printed([(CODE.text, TOP)]), Taking(dpi=300))
    (found,) = look(page).found

    assert np.allclose(found.corners[0] / 300 * 25.4, TOP, atol=2)


def test_page__two_codes_that_differ_are_not_believed() -> None:
    """Two papers lie in one picture: neither is taken for the page, and it is said."""
    codes = look(taken(printed([(CODE.text, TOP), (OTHER.text, BOTTOM)]), Taking(dpi=200)))

    assert codes.page is None
    assert codes.problem == DISAGREE


def test_page__code_without_a_serial_contradicts_nothing() -> None:
    """A print without a serial beside one that bears it."""
    bare = PageCode(CODE.form, CODE.edition, CODE.page)
    codes = look(taken(printed([(bare.text, TOP), (CODE.text, BOTTOM)]), Taking(dpi=200)))

    assert codes.page == CODE


def test_look__codes_of_others_are_passed_over() -> None:
    """A web address on a letter is no code of ours."""
    codes = look(taken(printed([("https://example.org/CPIMS:", TOP)]), Taking(dpi=200)))

    assert codes.found == ()


def test_look_at__small_code_of_a_coarse_picture() -> None:
    """A code too fine for the whole page is read where it ought to be, enlarged."""
    page = taken(printed([(CODE.text, TOP)], 0.34), Taking(dpi=140, blur=0.7))
    box = Box(*TOP, 12, 12)

    assert look(page).page is None
    assert look_at(page, [box.corners * 140 / 25.4]).page == CODE


@pytest.mark.parametrize("said", [COVER, Slip(17)])
def test_separator__code_at_two_corners(said: Cover | Slip) -> None:
    """A cover or slip that fills the picture is known."""
    page = taken(printed([(said.text, TOP), (said.text, BOTTOM)]), Taking(dpi=150, turned=180))

    assert look(page).separator == said


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param([(COVER.text, TOP)], id="lies-on-another-paper"),
        pytest.param([(Slip(1).text, TOP), (Slip(2).text, BOTTOM)], id="two-slips"),
        pytest.param([(Slip(1).text, TOP), (Slip(1).text, (150.0, 15.0))], id="close-together"),
        pytest.param([(Slip(1).text, TOP), (CODE.text, BOTTOM)], id="slip-on-a-form"),
    ],
)
def test_separator__part_of_a_picture_is_none(codes: list[tuple[str, tuple[float, float]]]) -> None:
    """A slip that lies on a child's page must not make the page disappear."""
    assert look(taken(printed(codes), Taking(dpi=200))).separator is None
