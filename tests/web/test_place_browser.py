"""A page is placed in a real Chromium: by keys alone, and by the mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import select

from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.tables import PageRow
from tests.web.conftest import BROWSER, sign_in_by_keyboard
from tests.web.test_accessibility import faults

pytestmark = BROWSER


def open_place(page: Page) -> None:
    """From the home page to the four points of the unknown page, by keys alone."""
    page.locator('button[value="unknown"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".paper img")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("p")
    expect(page.locator("[data-board]")).to_be_focused()


def numbers(page: Page, point: int) -> tuple[int, int]:
    """Where a point lies, pixels of the page."""
    found = [int(page.locator(f'[name="{axis}{point}"]').input_value()) for axis in "xy"]
    return found[0], found[1]


def test_place__by_keys_alone(own_settings: Settings, own: Page) -> None:
    """Arrows move the point, Shift in large steps, numbers choose, Enter places."""
    sign_in_by_keyboard(own)
    open_place(own)
    first, second = numbers(own, 1), numbers(own, 2)

    for key in ("ArrowRight", "Shift+ArrowDown", "2", "Shift+ArrowLeft"):
        own.keyboard.press(key)
    moved, left = numbers(own, 1), numbers(own, 2)
    own.keyboard.press("Enter")

    expect(own.locator("[data-board]")).to_have_count(0)
    assert moved[0] > first[0]
    assert moved[1] - first[1] > 10 * (moved[0] - first[0])
    assert left[0] < second[0]
    with open_workplace(own_settings) as place, place.db.read() as session:
        match = session.scalars(select(PageRow.match).where(PageRow.match.is_not(None))).one()
    assert match is not None
    assert len(match["corners"]) == 4


def test_place__by_mouse(page: Page) -> None:
    """A click lays the chosen point and goes on to the next."""
    open_place(page)

    page.locator("[data-board]").click(position={"x": 120, "y": 90})

    assert numbers(page, 1)[0] > 0
    expect(page.locator('[name="active"][value="2"]')).to_be_checked()


def test_place__enlarges_both_pictures(page: Page) -> None:
    """Plus enlarges page and blank together, around the chosen point."""
    open_place(page)
    before = page.locator("[data-board] .ground").bounding_box()

    page.keyboard.press("+")

    after = page.locator("[data-board] .ground").bounding_box()
    assert before and after and after["width"] > 2 * before["width"]
    expect(page.locator("[data-blank]")).to_have_class("paper board zoom-2")


def test_place__has_no_fault_that_axe_finds(page: Page) -> None:
    """The page of the four points is as accessible as the others."""
    open_place(page)

    assert faults(page) == []
