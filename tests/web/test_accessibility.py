"""Nothing that a machine can find stands between anybody and the desk (WCAG 2.2, A and AA)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.conftest import BROWSER, SCREEN

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

pytestmark = BROWSER


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/batches",
        "/batches/B-0001",
        "/batches/B-0001/rescan",
        "/scanner",
        "/upload",
        "/help",
    ],
)
def test_axe__finds_nothing_on_the_rooms(page: Page, path: str) -> None:
    """No page has an accessibility fault that a machine can find."""
    page.goto(path)

    assert faults(page) == []


@pytest.mark.parametrize("kind", ["record", "unknown", "unjoined"])
def test_axe__finds_nothing_on_the_questions(page: Page, kind: str) -> None:
    """The questions are as accessible as the rooms around them."""
    page.locator(f'button[value="{kind}"]').click()
    page.wait_for_load_state("networkidle")

    assert faults(page) == []


def test_axe__finds_nothing_on_the_sign_in_page(page: Page) -> None:
    """Neither has the door."""
    page.goto("/sign-in")

    assert faults(page) == []


def test_layout__fits_the_offices_screen(page: Page) -> None:
    """On 1366 x 768 the picture, the answer and its keys need no scrolling."""
    page.locator('button[value="record"]').click()
    page.wait_for_load_state("networkidle")

    for part in (".crop", "[data-answer]"):
        box = page.locator(part).bounding_box()
        assert box and box["y"] + box["height"] <= SCREEN["height"], part


def test_layout__reflows_at_320_pixels(page: Page) -> None:
    """At 400 % zoom nothing is cut off to the right (WCAG 1.4.10)."""
    page.locator('button[value="record"]').click()
    page.wait_for_load_state("networkidle")

    page.set_viewport_size({"width": 320, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def faults(page: Page) -> list[str]:
    """What axe finds: rule and the element it stands on."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{f['id']}: {node['html'][:120]}" for f in found for node in f["nodes"]]
