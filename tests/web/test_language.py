"""Both languages are whole: nothing shown is left untranslated, nothing stored is translated."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient

import cpims_scan.web
from cpims_scan.web.language import LOCALE, load_languages
from tests.web.conftest import SignIn, token

WEB = Path(cpims_scan.web.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]


@pytest.fixture(scope="module")
def swahili() -> Catalog:
    """The committed catalog."""
    with (LOCALE / "sw" / "LC_MESSAGES" / "desk.po").open("rb") as stream:
        return read_po(stream, locale="sw")


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """Every message that the code and the templates show."""
    found = extract_from_dir(str(WEB), METHODS, keywords=KEYWORDS)
    texts = {m[2] if isinstance(m[2], str) else m[2][0] for m in found}
    return {text for text in texts if text}


def test_catalog__has_every_message(swahili: Catalog, messages: set[str]) -> None:
    """No sentence of the desk is missing from the Swahili catalog."""
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in swahili}

    assert messages - known == set()


def test_catalog__has_no_message_that_nobody_shows(swahili: Catalog, messages: set[str]) -> None:
    """What was taken from the desk is taken from the catalog."""
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in swahili if m.id}

    assert known - messages == set()


def test_catalog__translates_every_message(swahili: Catalog) -> None:
    """No entry is empty or marked as unsure."""
    poor = [m.id for m in swahili if m.id and (m.fuzzy or not all(_strings(m.string)))]

    assert poor == []


def test_catalog__keeps_placeholders(swahili: Catalog) -> None:
    """A number that English shows, Swahili shows too."""
    wrong = [m.id for m in swahili if "%(num)s" in str(m.id) and "%(num)s" not in str(m.string)]

    assert wrong == []


def test_empty_message__is_empty(swahili: Catalog) -> None:
    """The catalog's own head never reaches a page."""
    assert load_languages()["sw"].text("") == ""


def test_switch__turns_the_page_and_its_lang_attribute(client: TestClient) -> None:
    """Choosing Swahili shows Swahili, and a screen reader is told so."""
    client.post("/language", data={"csrf": token(client, "/sign-in"), "language": "sw"})

    text = client.get("/sign-in").text

    assert '<html lang="sw">' in text
    assert "Nenosiri" in text


def test_switch__unknown_language_is_english(client: TestClient) -> None:
    """An invented code changes nothing."""
    client.post("/language", data={"csrf": token(client, "/sign-in"), "language": "../x"})

    assert '<html lang="en">' in client.get("/sign-in").text


@pytest.mark.parametrize("path", ["/", "/batches", "/upload", "/help"])
def test_pages__in_swahili_say_nothing_in_english(
    signed_in: SignIn, messages: set[str], path: str
) -> None:
    """No longer sentence of the English desk is on a Swahili page."""
    client = signed_in("amina")
    client.cookies.set("language", "sw", domain="desk.test")

    text = client.get(path).text

    long = [m for m in messages if m.count(" ") >= 3 and m.strip(string.punctuation) in text]
    assert long == []


def _strings(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value or ""] if value is None or isinstance(value, str) else list(value)
