"""Who gets in, how long, and what the browser is given."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from cpims_scan.store.office_tables import AuditRow, SessionRow
from cpims_scan.store.people import set_active
from cpims_scan.web.auth import SESSION_COOKIE
from cpims_scan.web.door import safe_path
from tests.web.conftest import PASSWORD, place_of, sign_in, sign_in_by_form, token


def test_home__without_a_session_leads_to_the_sign_in_page(client: TestClient) -> None:
    """Nobody sees a page of the desk without signing in, and comes back to it afterwards."""
    answer = client.get("/batches")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fbatches")


def test_sign_in__right_password_opens_a_strict_opaque_session(client: TestClient) -> None:
    """The cookie is for this host alone, unreadable by scripts, and not sent by other sites."""
    sent = {"csrf": token(client, "/sign-in"), "name": "amina", "password": PASSWORD}

    answer = client.post("/sign-in", data={**sent, "next": "/batches"})

    cookie = next(c for c in answer.headers.get_list("set-cookie") if SESSION_COOKIE in c)
    assert answer.headers["location"] == "/batches"
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("name", ["amina", "nobody"])
def test_sign_in__refusal_does_not_tell_whether_the_name_exists(
    client: TestClient, name: str
) -> None:
    """A wrong password and an unknown name get the same words."""
    sent = {"csrf": token(client, "/sign-in"), "name": name, "password": "wrong wrong wrong"}

    answer = client.post("/sign-in", data=sent)

    assert answer.status_code == 422
    assert "The name or the password is not right." in answer.text


def test_sign_in__after_five_fails_the_time_of_the_next_try_is_told(own_client: TestClient) -> None:
    """A locked name is told when to come back, even with the right password."""
    csrf = token(own_client, "/sign-in")
    for _ in range(5):
        own_client.post("/sign-in", data={"csrf": csrf, "name": "amina", "password": "wrong"})

    answer = own_client.post("/sign-in", data={"csrf": csrf, "name": "amina", "password": PASSWORD})

    assert "Too many tries" in answer.text


def test_sign_out__ends_the_session_and_clears_the_browser(own_client: TestClient) -> None:
    """A kept cookie is worth nothing after signing out."""
    client = sign_in(own_client, "amina")
    kept = client.cookies[SESSION_COOKIE]

    answer = client.post("/sign-out", data={"csrf": token(client, "/")})

    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    client.cookies.set(SESSION_COOKIE, kept, domain="desk.test")
    assert client.get("/").status_code == 303


def test_session__idle_for_ten_minutes_is_over(own_client: TestClient) -> None:
    """Who leaves the desk is signed out."""
    client = sign_in(own_client, "amina")
    place = place_of(client)
    with place.db.begin() as session:
        long_ago = place.now() - dt.timedelta(minutes=11)
        session.execute(update(SessionRow).values(seen_at=long_ago))

    assert client.get("/").status_code == 303


def test_session__of_somebody_shut_out_is_over_at_once(own_client: TestClient) -> None:
    """Disabling a person ends their sessions."""
    client = sign_in(own_client, "amina")
    place = place_of(client)
    with place.db.begin() as session:
        set_active(session, "amina", False, place.now())

    assert client.get("/").status_code == 303


def test_given_password__must_be_changed_before_anything_else(own_client: TestClient) -> None:
    """Nobody works with a password that somebody else chose."""
    client = sign_in(own_client, "mpya")

    assert client.get("/").headers["location"] == "/password"


def test_change_password__opens_the_desk_with_the_new_one(own_client: TestClient) -> None:
    """After choosing a password the person is at work, in a new session."""
    client = sign_in(own_client, "mpya")
    before = client.cookies[SESSION_COOKIE]
    sent = {"csrf": token(client, "/password"), "old": PASSWORD, "new": "ng'ombe wawili ziwani"}

    client.post("/password", data=sent)

    assert client.get("/").status_code == 200
    assert client.cookies[SESSION_COOKIE] != before


def test_sign_in__is_in_the_audit_chain(own_client: TestClient) -> None:
    """Every sign-in leaves an entry."""
    place = place_of(sign_in_by_form(own_client, "amina"))

    with place.db.read() as session:
        query = select(func.count()).where(AuditRow.action == "sign_in", AuditRow.by == "amina")
        assert session.scalar(query) == 1


@pytest.mark.parametrize(
    "path", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", ""]
)
def test_safe_path__never_leaves_this_desk(path: str) -> None:
    """A link with another address after `next` leads to the desk's own home."""
    assert safe_path(path) == "/"
