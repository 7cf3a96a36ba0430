"""The boxes of a form are moved, named and typed on the desk; nothing else in the files changes."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.check import check_pack
from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings, load_settings
from cpims_scan.store import sessions
from cpims_scan.store.office_tables import AuditRow
from cpims_scan.store.people import NewPerson, add_person
from cpims_scan.store.states import Role
from cpims_scan.web.app import create_app
from cpims_scan.web.auth import SESSION_COOKIE
from tests.web.conftest import (
    BASE,
    BROWSER,
    PASSWORD,
    QUICK,
    SCREEN,
    _listening,
    _watched,
    place_of,
    sign_in_by_keyboard,
)

with warnings.catch_warnings():
    # Starlette warns when it is imported with httpx instead of its successor; both work.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
PAGE = "/forms/home_visit/v1/1"
PEOPLE = (("neema", Role.ADMINISTRATOR), ("otieno", Role.DATA_OFFICER))


@pytest.fixture
def own_packs(tmp_path: Path) -> Settings:
    """A workspace whose packs are a folder of its own, with an administrator and an officer."""
    shutil.copytree(EXAMPLE, tmp_path / "packs")
    settings = load_settings(workspace=tmp_path / "workspace", packs=tmp_path / "packs", workers=1)
    with open_workplace(settings, make=True) as place, place.db.begin() as session:
        for name, role in PEOPLE:
            new = NewPerson(name, name.title(), PASSWORD, (role,), ("*",), must_change=False)
            add_person(session, new, "test", place.now(), QUICK)
    return settings


@pytest.fixture
def admin(own_packs: Settings) -> Iterator[TestClient]:
    """The administrator at the desk of these packs."""
    headers = {"Origin": BASE}
    with TestClient(create_app(own_packs), BASE, headers=headers, follow_redirects=False) as made:
        _sign_in(made, "neema")
        yield made


def _sign_in(client: TestClient, name: str) -> None:
    place = place_of(client)
    token = sessions.sign_in(place.db, name, PASSWORD, place.now(), QUICK).token
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, token, domain="desk.test")


def _fields(text: str) -> dict[str, str]:
    """The hidden fields of the page's first form about a box."""
    return {
        name: (re.search(rf'name="{name}" value="([^"]*)"', text) or ["", ""])[1]
        for name in ("csrf", "digest")
    }


def _post(client: TestClient, field: str, **changed: str | list[str]) -> int:
    page = client.get(f"{PAGE}?field={field}").text
    answer = client.post(PAGE, data=_fields(page) | {"was": field} | changed)
    return int(answer.status_code)


def _moved_age(**more: str) -> dict[str, str]:
    sent = {
        "action": "save", "name": "age", "label_en": "Age in years", "label_sw": "Umri kwa miaka",
        "type": "integer", "reader": "number", "part": "box",
        "left": "52.5", "top": "68", "width": "22", "height": "9",
    }  # fmt: skip
    return sent | more


def _template(settings: Settings) -> str:
    assert settings.packs is not None
    file = settings.packs / "form_templates" / "home_visit" / "v1" / "template.yaml"
    return file.read_text(encoding="utf-8")


def test_save__changes_one_line(admin: TestClient, own_packs: Settings) -> None:
    """A moved box changes its own line of template.yaml, and no other."""
    before = _template(own_packs).splitlines()

    assert _post(admin, "age", **_moved_age()) == 303

    after = _template(own_packs).splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert [b for _, b in changed] == [
        "  age: {page: 1, box: [52.5, 68.0, 22.0, 9.0], reader: number}"
    ]


def test_save__keeps_the_pack_right(admin: TestClient, own_packs: Settings) -> None:
    """What the editor writes is a pack that the check has nothing against."""
    _post(admin, "age", **_moved_age(name="age_in_years"))

    catalog = load_catalog(own_packs.packs)
    assert "age_in_years" in catalog.forms["home_visit"].fields
    assert check_pack(catalog, "home_visit") == []


def test_save__is_audited(admin: TestClient) -> None:
    """Who changed which form is in the audit chain, without any label."""
    _post(admin, "age", **_moved_age())

    with place_of(admin).db.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.action == "form.change")).all()
    assert [(r.by, r.object_id, r.details["step"]) for r in rows] == [
        ("neema", "home_visit", "saved")
    ]


def test_save__wrong_word_writes_nothing(admin: TestClient, own_packs: Settings) -> None:
    """A name that is none is refused in words, and the files stay as they were."""
    before = _template(own_packs)

    assert _post(admin, "age", **_moved_age(name="Not A Name")) == 422

    assert _template(own_packs) == before


def test_save__of_an_older_page_is_refused(admin: TestClient, own_packs: Settings) -> None:
    """Two people do not write over each other."""
    old = _fields(admin.get(f"{PAGE}?field=age").text)
    _post(admin, "age", **_moved_age())

    answer = admin.post(PAGE, data=old | {"was": "age"} | _moved_age(left="60"))

    assert answer.status_code == 422
    assert "52.5" in _template(own_packs)


def test_undo__puts_the_files_back(admin: TestClient, own_packs: Settings) -> None:
    """The last change is taken back to the letter."""
    before = _template(own_packs)
    _post(admin, "age", **_moved_age())

    assert _post(admin, "age", action="undo") == 303

    assert _template(own_packs) == before


def test_add__gives_a_field_with_a_box(admin: TestClient, own_packs: Settings) -> None:
    """A new box has a name of its own and a place on this page."""
    assert _post(admin, "", action="add") == 303

    places = yaml.safe_load(_template(own_packs))["places"]
    assert places["new_field"]["page"] == 1


def test_double__stands_below(admin: TestClient, own_packs: Settings) -> None:
    """A copy has the same size, a little below."""
    _post(admin, "age", action="double")

    places = yaml.safe_load(_template(own_packs))["places"]
    assert places["age_2"]["box"] == [52, 72.0, 22, 9]


def test_remove__takes_field_and_place(admin: TestClient, own_packs: Settings) -> None:
    """A removed field is in neither file."""
    _post(admin, "notes", action="remove")

    catalog = load_catalog(own_packs.packs)
    assert "notes" not in catalog.forms["home_visit"].fields
    assert "notes" not in _template(own_packs)


def test_save__answers_get_boxes(admin: TestClient, own_packs: Settings) -> None:
    """A third answer stands right of the second until somebody moves it."""
    sent: dict[str, str | list[str]] = {
        "action": "save", "name": "child_seen", "label_en": "Seen", "label_sw": "Alionekana",
        "type": "select_one", "list": "yesno", "reader": "cells",
        "choices": "yes | Yes | Ndiyo\nno | No | Hapana\nlater | Later | Baadaye",
        "part": ["yes", "no"], "left": ["52", "70"], "top": ["93", "93"],
        "width": ["18", "18"], "height": ["9", "9"],
    }  # fmt: skip

    assert _post(admin, "child_seen", **sent) == 303

    options = yaml.safe_load(_template(own_packs))["places"]["child_seen"]["options"]
    assert options["later"] == [91.0, 93.0, 18.0, 9.0]


def test_save__moves_a_tables_column(admin: TestClient, own_packs: Settings) -> None:
    """A table's column and rows are changed together, and stay rows and columns."""
    sent = _moved_age(left="119", top="223", width="25", rows="223 8\n231 8\n240 8")

    assert _post(admin, "children.age", **sent) == 303

    table = yaml.safe_load(_template(own_packs))["tables"]["children"]
    assert (table["columns"]["age"]["left"], table["rows"][2]) == (119.0, [240.0, 8.0])


def test_forms__are_not_for_everybody(admin: TestClient) -> None:
    """A data officer finds no such page."""
    _sign_in(admin, "otieno")

    assert [admin.get(path).status_code for path in ("/forms", PAGE)] == [404, 404]


def test_forms__unknown_edition_is_not_there(admin: TestClient) -> None:
    """Neither is a form that no pack describes."""
    assert admin.get("/forms/home_visit/v9/1").status_code == 404


def test_picture__is_the_blank(admin: TestClient) -> None:
    """The boxes lie over the form's own blank."""
    answer = admin.get(f"{PAGE}/picture")

    assert (answer.headers["content-type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_bundled_packs__are_looked_at_only(admin: TestClient, own_packs: Settings) -> None:
    """Packs in a folder that may not be written are shown, and say why they stay as they are."""
    assert own_packs.packs is not None
    (own_packs.packs / "form_templates").chmod(0o500)
    text = admin.get(PAGE).text
    (own_packs.packs / "form_templates").chmod(0o700)

    # Whoever runs the tests as root may write everywhere.
    assert ("can be looked at" in text) != ("Take the last change back" in text)


@pytest.fixture
def window(own_packs: Settings, chromium: Browser) -> Iterator[Page]:
    """A real browser before the boxes, the administrator signed in."""
    with _listening(own_packs) as address:
        context = chromium.new_context(viewport=SCREEN, base_url=address)
        with _watched(context) as made:
            sign_in_by_keyboard(made, "neema")
            yield made


@pytest.mark.parametrize("path", ["/forms", f"{PAGE}?field=people_met"])
@BROWSER[0]
@BROWSER[1]
def test_axe__finds_nothing_on_the_forms(window: Page, path: str) -> None:
    """The editor has no accessibility fault that a machine can find."""
    window.goto(path)

    found = Axe().run(
        window, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )

    assert [v["id"] for v in found.response["violations"]] == []


@BROWSER[0]
@BROWSER[1]
def test_arrows__move_and_resize_the_box(window: Page, own_packs: Settings) -> None:
    """With keys alone a box is moved by half millimetres, made wider, and saved."""
    window.goto(f"{PAGE}?field=age")
    window.locator("[data-stage]").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight"):
        window.keyboard.press(key)
    window.keyboard.press("Control+S")
    window.wait_for_url("**done=saved")

    assert yaml.safe_load(_template(own_packs))["places"]["age"]["box"] == [53.0, 68.5, 22.5, 9.0]


@BROWSER[0]
@BROWSER[1]
def test_editor__reflows_at_320_pixels(window: Page) -> None:
    """At 400 % zoom nothing is cut off to the right (WCAG 1.4.10)."""
    window.goto(f"{PAGE}?field=people_met")
    window.set_viewport_size({"width": 320, "height": 640})

    assert window.evaluate("document.documentElement.scrollWidth") <= 320
