"""A picture is known by its form, edition, page and turn, or it is unknown."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import segno
from PIL import Image

from cpims_scan.domain.paper import Box, PageImage
from cpims_scan.forms.template import Place
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.intake import open_scan
from tests.imaging.conftest import grey_of
from tests.imaging.warps import Taking, take, written

PHONE = Taking(
    dpi=200, skew=3, tilt=0.05, margin=0.08, shadow=0.45, bend_px=4, blur=1.1, noise=4, table=60
)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("number", range(4))
def test_identify__every_page_in_every_turn(
    index: BlankIndex, number: int, turned: int, rng: np.random.Generator
) -> None:
    """Form, edition, page and turn of a skewed, written-on scan are right."""
    blank = index.blanks[number]
    how = Taking(dpi=150, turned=turned, skew=3, noise=3, quality=50)
    page = take(written(grey_of(blank), rng), blank.size_mm, how, rng).page

    match = identify(page, index)

    assert (*blank.key, turned) == (match.form, match.edition, match.page, match.turned)


@pytest.mark.parametrize("number", range(4))
def test_identify__phone_photograph(
    index: BlankIndex, number: int, rng: np.random.Generator
) -> None:
    """A photograph on a table, tilted and half in shadow, is known."""
    blank = index.blanks[number]
    page = take(written(grey_of(blank), rng), blank.size_mm, PHONE, rng).page

    match = identify(page, index)

    assert blank.key == (match.form, match.edition, match.page)


@pytest.mark.parametrize("scale", [0.9, 0.95, 1.05])
def test_identify__copy_at_another_size(
    index: BlankIndex, sheet: Blank, scale: float, rng: np.random.Generator
) -> None:
    """A copier's 90 to 105 percent does not matter."""
    page = take(grey_of(sheet), sheet.size_mm, Taking(dpi=150, scale=scale), rng).page

    assert sheet.form == identify(page, index).form


def test_identify__a3_register_copied_onto_a4(index: BlankIndex, rng: np.random.Generator) -> None:
    """A register page reduced to fit half its paper is known by its layout."""
    blank = index.blank("case_register", "2017-07", 1)
    page = take(grey_of(blank), blank.size_mm, Taking(dpi=212, noise=2), rng).page

    match = identify(replace(page, dpi=300.0), index)

    assert blank.key == (match.form, match.edition, match.page)


def ruled(rng: np.random.Generator) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """A foreign ruled form."""
    page = np.full((1754, 1240), 245, np.uint8)
    for y in range(150, 1650, 40):
        page[y : y + 2, 80:1160] = 30
    for x in np.sort(rng.integers(100, 1140, 7)):
        page[150:1650, x : x + 2] = 30
    return page


def test_identify__other_papers_are_unknown(index: BlankIndex, rng: np.random.Generator) -> None:
    """A foreign table, a blank back and a picture of nothing match no form."""
    back = rng.normal(244, 3, (1754, 1240)).clip(0, 255).astype(np.uint8)
    nothing = np.zeros((1754, 1240), np.uint8)
    pages = [PageImage(str(i), p, None, 150.0) for i, p in enumerate((ruled(rng), back, nothing))]

    assert [identify(page, index).is_unknown for page in pages] == [True] * 3


def test_identify__known_page_is_not_taken_for_its_sister(
    index: BlankIndex, rng: np.random.Generator
) -> None:
    """Without its own blank, page 1 of the monthly summary is unknown, not page 2."""
    sisters = [b for b in index.blanks if b.form == "monthly_caseload_summary"]
    page = take(grey_of(sisters[0]), sisters[0].size_mm, Taking(dpi=150), rng).page
    others = tuple(b for b in index.blanks if b.key != sisters[0].key)

    assert identify(page, BlankIndex(others, index.editions)).is_unknown


@pytest.mark.shared
def test_identify__real_paper_of_other_forms_is_unknown(index: BlankIndex, shared: Path) -> None:
    """The case records register, a real paper of the same office, matches no other pack."""
    others = tuple(b for b in index.blanks if b.form != "case_register")
    with open_scan(shared / "facts/papers/Case-Records-Register.pdf") as scan:
        pages = [scan.page(number) for number in (1, 2)]

    matches = [identify(page, BlankIndex(others, index.editions)) for page in pages]

    assert [match.is_unknown for match in matches] == [True, True]


def test_identify__printed_code_names_the_page(
    index: BlankIndex, sheet: Blank, rng: np.random.Generator
) -> None:
    """A QR that names form, edition and page is said to have identified a page that also fits."""
    edition = index.edition(sheet)
    place = Place("code", 1, "qr", Box(185, 5, 18, 18))
    coded = replace(edition, places=edition.places | {"code": place})
    page = grey_of(sheet).copy()
    code = io.BytesIO()
    segno.make_qr(f"cpims:{sheet.form}/{sheet.edition}/1/0007").save(code, kind="png", scale=4)
    picture = np.asarray(Image.open(code).convert("L"))
    page[16 : 16 + len(picture), 1500 : 1500 + len(picture)] = picture
    with_code = BlankIndex(index.blanks, {(sheet.form, sheet.edition): coded})
    taken = take(page, sheet.size_mm, Taking(dpi=200, skew=1), rng)

    match = identify(taken.page, with_code)

    assert (*sheet.key, "qr") == (match.form, match.edition, match.page, match.identified_by)
