"""The desk in a real Chromium: keyboard alone, both languages, nothing that axe objects to."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cpims_scan.domain.record import Kind, Value
from cpims_scan.forms.template import FormField
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.suggest import list_of
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.people import find_person
from cpims_scan.store.tables import RecordRow
from tests.web.conftest import BROWSER, sign_in_by_keyboard
from tests.web.paper import letter

# One field of every kind: a date, a choice, a word, a word of a list, several of a long list.
LEFT = ("date_of_reporting", "risk_level", "first_name", "case_category", "case_sub_category")

pytestmark = BROWSER


def question(page: Page) -> str:
    """What the desk asks now."""
    return page.locator("#desk h1").inner_text()


def asked(page: Page, before: str) -> None:
    """Wait until something else is asked."""
    expect(page.locator("#desk h1")).not_to_have_text(before)


def answer(page: Page) -> None:
    """Answer whatever is asked, by keys alone, as a clerk would."""
    before = question(page)
    ticked = page.locator(".choice input:checked").count()
    if page.locator("[data-answer]").count() == 0:  # a warning: the first reason
        page.keyboard.press("1")
    elif page.locator("[data-filter]").count():
        page.keyboard.type("a")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    elif page.locator(".choice").count():
        page.keyboard.press("Enter" if ticked else "1")
        if not ticked:
            page.keyboard.press("Enter")
    elif page.locator("#how").count():
        page.keyboard.type("12/02/2016")
        page.keyboard.press("Enter")
    elif page.locator("[data-suggest]").count():
        page.keyboard.type("a")
        expect(page.locator("#options li").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    elif page.locator("#value").input_value():
        page.keyboard.press("Enter")
    else:
        page.keyboard.type("Amani")
        page.keyboard.press("Enter")
    asked(page, before)


def settle_all_but(settings: Settings, left: tuple[str, ...]) -> None:
    """Settle the rest of the record through the desk's own functions, to keep the test short."""
    with open_workplace(settings) as place:
        with place.db.read() as session:
            person = find_person(session, "baraka")
            sheet = session.scalars(select(RecordRow.sheet)).one()
        assert person is not None
        record = desk.record_view(place, person, sheet)
        while rest := [name for name in record.open_fields if name not in left]:
            value = plausible(place, record.edition.form.fields[rest[0]])
            key = (sheet, 1, record.version)
            record = desk.settle(place, person, key, rest[0], desk.Answer(value))


def plausible(place: Workplace, field: FormField) -> Value:
    """A value that no rule calls an error."""
    listed = [entry.name for entry in list_of(place, field)]
    if field.is_multiple:
        return listed[:1]
    if listed:
        return listed[0]
    plain: dict[Kind, Value] = {Kind.DATE: "2016-02-12", Kind.NUMBER: 1}
    return plain.get(field.kind, "Amani")


def open_record(page: Page) -> None:
    """Open the record's queue by keyboard."""
    page.locator('button[value="record"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#desk")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "sw"])
def test_record__is_settled_and_finished_by_keyboard_alone(
    own_settings: Settings, own: Page, language: str
) -> None:
    """A clerk signs in, settles what is open, and finishes, without a mouse."""
    settle_all_but(own_settings, LEFT)
    sign_in_by_keyboard(own)
    if language == "sw":
        own.locator('button[lang="sw"]').focus()
        own.keyboard.press("Enter")
        expect(own.locator("html")).to_have_attribute("lang", "sw")
    open_record(own)

    for _ in range(80):
        if own.locator("form button.main[data-focus]").count():
            break
        answer(own)
    own.keyboard.press("Control+Enter")

    expect(own.locator("#desk")).to_have_count(0)
    own.goto("/")
    expect(own.locator('button[value="record"]')).to_have_count(0)


def test_field__is_typed_over_and_accepted_with_enter(own: Page) -> None:
    """What is typed replaces what was offered, and Enter brings the next field at once."""
    sign_in_by_keyboard(own)
    open_record(own)
    before = question(own)
    expect(own.locator("#value")).to_be_focused()

    own.keyboard.type("03/02/2016")
    own.keyboard.press("Enter")

    asked(own, before)
    expect(own.locator(".todo")).to_contain_text("03/02/2016")


def test_field__keys_for_missing_back_and_undo(own: Page) -> None:
    """Alt+U settles as illegible, Shift+Enter goes back to it, Ctrl+Z asks it again."""
    sign_in_by_keyboard(own)
    open_record(own)
    first = question(own)

    own.keyboard.press("Alt+u")
    asked(own, first)
    own.keyboard.press("Shift+Enter")
    expect(own.locator("#desk h1")).to_have_text(first)
    expect(own.locator(".todo [aria-current]")).to_contain_text("illegible")
    own.keyboard.press("Control+z")

    expect(own.locator(".todo [aria-current] .tag")).to_have_text("open")


def test_whole_page__opens_and_closes_by_key(page: Page) -> None:
    """Alt+P shows the page with the field marked, Escape leads back to the same field."""
    open_record(page)
    first = question(page)

    page.keyboard.press("Alt+p")
    expect(page.locator(".paper img")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#desk h1")).to_have_text(first)


def test_help__lists_the_keys_of_this_page(page: Page) -> None:
    """The question mark shows what works here, and only that."""
    page.keyboard.press("?")

    expect(page.locator("dialog[open]")).to_contain_text("Next")
    expect(page.locator("dialog[open]")).not_to_contain_text("Illegible")


def test_single_keys__can_be_switched_off(page: Page) -> None:
    """Whoever speaks to the machine is not thrown into the queue by a word with an n."""
    page.goto("/help")
    page.locator('button[name="keys"]').click()
    page.goto("/")

    page.keyboard.press("n")
    page.wait_for_timeout(300)

    assert page.url.endswith("/")


def test_picture__zooms_by_key(page: Page) -> None:
    """Alt+Z enlarges the crop beyond its frame, in steps."""
    open_record(page)
    image = page.locator(".crop img")
    expect(image).to_be_visible()
    before = image.bounding_box()

    page.keyboard.press("Alt+z")

    after = image.bounding_box()
    assert before and after and after["width"] > 1.5 * before["width"]


def test_unknown_page__is_answered_by_one_key(own: Page) -> None:
    """J puts a page aside that does not belong here."""
    sign_in_by_keyboard(own)
    own.locator('button[value="unknown"]').click()
    expect(own.locator(".paper img")).to_be_visible()

    own.keyboard.press("j")

    expect(own.locator("h1")).not_to_have_text("Unknown pages")
    own.goto("/")
    expect(own.locator('button[value="unknown"]')).to_have_count(0)


def test_upload__brings_a_receipt(own: Page, tmp_path: Path) -> None:
    """A county officer sends a file and is told that it was received."""
    sign_in_by_keyboard(own, "juma")
    own.goto("/upload")
    own.set_input_files("#files", letter(tmp_path / "march.png"))

    own.locator("main button.main").click()

    expect(own.locator("main")).to_contain_text("1 file was received.")
    expect(own.locator("main")).to_contain_text("march.png")


def test_desk__keeps_nothing_in_the_browser(own: Page) -> None:
    """No child's data stays in any storage of the browser."""
    sign_in_by_keyboard(own)
    open_record(own)
    before = question(own)
    own.keyboard.press("Alt+u")
    asked(own, before)

    stored = own.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")

    assert stored == ["htmx-current-path-for-history"]  # the address, which holds keys only
