"""Headers on every answer; forms from elsewhere, or without their token, change nothing."""

from __future__ import annotations

import logging

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from cpims_scan.web import auth, door, held, pages, pictures, questions, review, uploads
from tests.web.conftest import SignIn, next_task, token

UNSAFE = [
    "/next",
    "/sign-out",
    "/language",
    "/keys",
    "/stay",
    "/password",
    "/upload",
    "/tasks/x/settle",
    "/tasks/x/acknowledge",
    "/tasks/x/undo",
    "/tasks/x/finish",
    "/tasks/x/suggest",
    "/tasks/x/answer",
    "/tasks/x/release",
]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/desk.css", "/nothing-here"])
def test_headers__are_on_every_answer(client: TestClient, path: str) -> None:
    """No answer lets scripts, frames or addresses of other sites in."""
    headers = client.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages__are_never_kept_by_a_browser(signed_in: SignIn) -> None:
    """Only scripts and styles may be cached."""
    client = signed_in("amina")

    assert client.get("/").headers["cache-control"] == "no-store"
    assert "max-age" in client.get("/static/desk.css").headers["cache-control"]


@pytest.mark.parametrize("path", UNSAFE)
def test_unsafe__from_another_origin_is_refused(signed_in: SignIn, path: str) -> None:
    """Another site's form does nothing, even with the right token."""
    client = signed_in("amina")
    sent = {"csrf": token(client, "/")}

    answer = client.post(path, data=sent, headers={"Origin": "https://evil.test"})

    assert answer.status_code == 403


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("sent", [{}, {"csrf": "guessed"}], ids=["missing", "wrong"])
def test_unsafe__without_the_token_is_refused(
    signed_in: SignIn, path: str, sent: dict[str, str]
) -> None:
    """Every form carries its session's token."""
    client = signed_in("amina")

    assert client.post(path, data=sent).status_code == 403


def test_unsafe__origin_null_needs_the_browsers_word(signed_in: SignIn) -> None:
    """Under no-referrer a form says "Origin: null"; then Sec-Fetch-Site decides."""
    client = signed_in("amina")
    sent = {"csrf": token(client, "/")}
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    foreign = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}

    assert client.post("/stay", data=sent, headers=own).status_code == 204
    assert client.post("/stay", data=sent, headers=foreign).status_code == 403
    assert client.post("/stay", data=sent, headers={"Origin": "null"}).status_code == 403


def test_routes__all_but_the_door_ask_who_is_there() -> None:
    """A new page cannot be added without deciding who may see it."""
    asked = {auth.visited, auth.only_settled, auth.public, auth.anyone}
    routers = [part.router for part in (door, pages, review, questions, held, uploads, pictures)]
    routes = [r for router in routers for r in router.routes if isinstance(r, APIRoute)]

    open_ = [r.path for r in routes if not _calls(r) & asked]

    assert open_ == ["/sign-in"]  # its POST asks for the form's token itself


def _calls(route: APIRoute) -> set[object]:
    found: list[object] = []
    waiting = list(route.dependant.dependencies)
    while waiting:
        one = waiting.pop()
        found.append(one.call)
        waiting += one.dependencies
    return set(found)


def test_unforeseen_error__is_a_number_without_a_traceback(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What broke may hold a child's name: neither the page nor the log repeats it."""
    client = signed_in("amina")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("Amani Barasa")

    monkeypatch.setattr("cpims_scan.web.pages.tasks.open_counts", broken)
    with caplog.at_level(logging.DEBUG, logger="cpims_scan"):
        answer = client.get("/")

    assert answer.status_code == 500
    assert "Barasa" not in answer.text + caplog.text


def test_post__larger_than_a_form_is_refused(signed_in: SignIn) -> None:
    """A form that is no upload has a few hundred bytes; more is not even read."""
    client = signed_in("amina")

    answer = client.post("/next", data={"csrf": token(client, "/"), "kind": "x" * 300_000})

    assert answer.status_code == 413


def test_question_page__has_no_field_value_in_its_address_or_title(signed_in: SignIn) -> None:
    """Addresses and titles end up in histories: they carry keys only."""
    client = signed_in("amina")
    path = next_task(client, "record")

    title = client.get(path).text.partition("<title>")[2].partition("</title>")[0]

    assert (title.strip(), path.count("/")) == ("Review · cpims-scan", 2)
