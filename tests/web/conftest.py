"""A desk over a really scanned batch: one record, one lone page, one page that is no form."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)
from sqlalchemy import select, update

from cpims_scan.domain.paper import BatchContext
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings, load_settings
from cpims_scan.store import sessions
from cpims_scan.store.office_tables import SessionRow
from cpims_scan.store.passwords import Cost, Passwords
from cpims_scan.store.people import NewPerson, add_person
from cpims_scan.store.states import Role
from cpims_scan.store.tables import ArrivalRow
from cpims_scan.web.app import create_app
from cpims_scan.web.auth import SESSION_COOKIE
from tests.web.paper import WORDS, filled_pages, letter, save_pdf

with warnings.catch_warnings():
    # Starlette warns when it is imported with httpx instead of its successor; both work.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

BASE = "https://desk.test"
PASSWORD = "maua mekundu kando ya mto"
OFFICE = "047"
CHROMIUM = Path("/usr/bin/chromium")
SCREEN: ViewportSize = {"width": 1366, "height": 768}
PATIENCE_MS = 20_000
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: apt install it"),
]
TOKENS = "tokens.json"
QUICK = Passwords(Cost(memory_kib=64, passes=1, lanes=1))
PEOPLE = (
    ("amina", Role.DATA_OFFICER, ("047*",), False),
    ("baraka", Role.DATA_OFFICER, ("047*",), False),
    ("juma", Role.COUNTY_OFFICE, ("012",), False),
    ("wanjiku", Role.AUDITOR, ("*",), False),
    ("mpya", Role.CLERK, ("047",), True),
)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a scanned batch and people; copied, never changed."""
    folder = tmp_path_factory.mktemp("scanned")
    settings = load_settings(workspace=folder / "workspace", workers=1)
    with open_workplace(settings, make=True) as place, Engine(1) as engine:
        edition = place.catalog.edition("case_record_sheet_a", "2015-08")
        other = {**WORDS, "case_category": "Truancy", "perpetrator_name": "Nobody"}
        files = [
            save_pdf(filled_pages(edition), folder / "sheet.pdf"),
            save_pdf(filled_pages(edition, other)[1:], folder / "lone.pdf"),
            letter(folder / "letter.png"),
        ]
        context = BatchContext(OFFICE, "2016-02", None, None)
        scan(place, engine, files, Stack(None, context, "scanner"))
        states = _states(place)
        assert states == ["fields", "fields", "unjoined", "unknown"], "the scan went otherwise"
        _add_people(place)
        _open_sessions(place)
    return settings.workspace


def _states(place: Workplace) -> list[str | None]:
    with place.db.read() as session:
        return list(session.scalars(select(ArrivalRow.reason).order_by(ArrivalRow.id)))


def _add_people(place: Workplace) -> None:
    with place.db.begin() as session:
        for name, role, offices, must_change in PEOPLE:
            new = NewPerson(name, name.title(), PASSWORD, (role,), offices, must_change=must_change)
            add_person(session, new, "test", place.now(), QUICK)


def _open_sessions(place: Workplace) -> None:
    """Sign everybody in once, at a low cost; `sign_in` takes these sessions up again."""
    opened = {
        name: sessions.sign_in(place.db, name, PASSWORD, place.now(), QUICK).token
        for name, *_ in PEOPLE
    }
    (place.settings.workspace / TOKENS).write_text(json.dumps(opened))


@pytest.fixture
def own_settings(scanned: Path, tmp_path: Path) -> Settings:
    """Settings of a fresh copy of the scanned workspace, for tests that change it."""
    return _copied(scanned, tmp_path)


@pytest.fixture
def own_client(own_settings: Settings) -> Iterator[TestClient]:
    """A browser without scripts at a desk of its own, nobody signed in."""
    with _browser(own_settings) as made:
        yield made


@pytest.fixture(scope="session")
def shared_client(scanned: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One desk for all tests that leave it as it was: opening one takes a second."""
    with _browser(_copied(scanned, tmp_path_factory.mktemp("shared"))) as made:
        yield made


@pytest.fixture
def client(shared_client: TestClient) -> TestClient:
    """A browser at the shared desk, nobody signed in."""
    shared_client.cookies.clear()
    return shared_client


SignIn = Callable[[str], TestClient]


@pytest.fixture
def signed_in(client: TestClient) -> SignIn:
    """Lets somebody be signed in at the shared desk."""
    return lambda name: sign_in(client, name)


def _copied(scanned: Path, folder: Path) -> Settings:
    shutil.copytree(scanned, folder / "workspace")
    return load_settings(workspace=folder / "workspace", workers=1)


def _browser(settings: Settings) -> TestClient:
    headers = {"Origin": BASE}
    return TestClient(create_app(settings), BASE, headers=headers, follow_redirects=False)


def place_of(client: TestClient) -> Workplace:
    """The workspace behind a desk."""
    opened: Workplace = client.app.state.place  # type: ignore[attr-defined]
    return opened


def sign_in(client: TestClient, name: str) -> TestClient:
    """Give the browser a living session of somebody, whoever was there before."""
    place = place_of(client)
    opened = json.loads((place.settings.workspace / TOKENS).read_text())
    with place.db.begin() as session:
        now = place.now()
        session.execute(update(SessionRow).values(created_at=now, seen_at=now, ended_at=None))
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, opened[name], domain="desk.test")
    return client


def sign_in_by_form(client: TestClient, name: str) -> TestClient:
    """Sign somebody in as a person does."""
    client.cookies.clear()
    sent = {"csrf": token(client, "/sign-in"), "name": name, "password": PASSWORD, "next": "/"}
    client.post("/sign-in", data=sent)
    return client


def token(client: TestClient, path: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    return found[1] if found else ""


def next_task(client: TestClient, kind: str) -> str:
    """Take the next question of a queue; gives the path of its page."""
    answer = client.post("/next", data={"csrf": token(client, "/"), "kind": kind})
    return str(answer.headers["location"])


@pytest.fixture
def own_address(own_settings: Settings) -> Iterator[str]:
    """Address of a desk of one's own that really listens, for a real browser."""
    with _listening(own_settings) as address:
        yield address


@pytest.fixture(scope="session")
def shared_address(scanned: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of one listening desk for all tests that leave it as it was."""
    with _listening(_copied(scanned, tmp_path_factory.mktemp("listening"))) as address:
        yield address


@contextmanager
def _listening(settings: Settings) -> Iterator[str]:
    config = uvicorn.Config(
        create_app(settings), host="127.0.0.1", port=0, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def own(chromium: Browser, own_address: str) -> Iterator[Page]:
    """A window at a desk of its own, for tests that answer something; nobody signed in."""
    context = chromium.new_context(viewport=SCREEN, base_url=own_address)
    with _watched(context) as window:
        yield window


@pytest.fixture(scope="session")
def kept(chromium: Browser, shared_address: str) -> StorageState:
    """The cookies of somebody who signed in at the shared desk."""
    context = chromium.new_context(viewport=SCREEN, base_url=shared_address)
    sign_in_by_keyboard(context.new_page())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(chromium: Browser, shared_address: str, kept: StorageState) -> Iterator[Page]:
    """A window at the shared desk, signed in and at home; nothing is answered in it."""
    context = chromium.new_context(viewport=SCREEN, base_url=shared_address, storage_state=kept)
    with _watched(context) as window:
        window.goto("/")
        yield window


@contextmanager
def _watched(context: BrowserContext) -> Iterator[Page]:
    """A window whose console must have nothing to complain about."""
    context.set_default_timeout(PATIENCE_MS)
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()
    assert complaints == []


def sign_in_by_keyboard(page: Page, name: str = "amina") -> None:
    """Sign in by keyboard: the cursor already stands in the name's box."""
    page.goto("/")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".queues")).to_be_visible()
