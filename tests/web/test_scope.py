"""Nobody sees another office's work: it is not there, whatever address is asked for."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cpims_scan.store.office_tables import AuditRow
from tests.web.conftest import OFFICE, SignIn, next_task, place_of, token


@pytest.fixture
def record_page(signed_in: SignIn) -> str:
    """The page of a record as its own office sees it, and its address."""
    client = signed_in("amina")
    path = next_task(client, "record")
    return f"{path}\n{client.get(path).text}"


def test_record__of_another_office_is_not_found(signed_in: SignIn, record_page: str) -> None:
    """A question's address guessed or forwarded tells another office nothing."""
    path = record_page.partition("\n")[0]

    assert signed_in("juma").get(path).status_code == 404


def test_record__held_by_a_colleague_is_not_found(signed_in: SignIn, record_page: str) -> None:
    """Two people never have one record at the same time."""
    path = record_page.partition("\n")[0]

    assert signed_in("baraka").get(path).status_code == 404


def test_not_yours_and_not_there__are_the_same_answer(signed_in: SignIn, record_page: str) -> None:
    """From the words nobody learns whether a question exists."""
    path = record_page.partition("\n")[0]
    client = signed_in("juma")

    foreign, invented = client.get(path), client.get("/tasks/00000000-0000-0000-0000-000000000000")

    assert _words(foreign.text) == _words(invented.text)


@pytest.mark.parametrize("kind", ["crops", "pages"])
def test_pictures__of_another_office_are_not_found(
    signed_in: SignIn, record_page: str, kind: str
) -> None:
    """A picture's address is worth nothing to another office."""
    found = re.search(rf'"(/pictures/{kind}/[^"&?]+)', record_page)
    assert found

    assert signed_in("amina").get(found[1]).headers["content-type"] == "image/jpeg"
    assert signed_in("juma").get(found[1]).status_code == 404


def test_pictures__without_a_session_are_refused(signed_in: SignIn, record_page: str) -> None:
    """A picture is a page of the desk like any other."""
    found = re.search(r'"(/pictures/crops/[^"]+)', record_page)
    client = signed_in("amina")
    client.cookies.clear()

    assert found and client.get(found[1]).status_code == 401


def test_settle__of_another_office_changes_nothing(signed_in: SignIn, record_page: str) -> None:
    """An answer to a record that one does not see is refused like its page."""
    path = record_page.partition("\n")[0]
    client = signed_in("juma")
    sent = {"csrf": token(client, "/"), "field": "first_name", "version": "1", "value": "x"}

    assert client.post(f"{path}/settle", data=sent).status_code == 404


def test_batches__show_only_ones_own_offices(signed_in: SignIn) -> None:
    """The list of batches, and a batch by its name, end at one's own offices."""
    assert "B-0001" in signed_in("amina").get("/batches").text
    client = signed_in("juma")

    assert "B-0001" not in client.get("/batches").text
    assert client.get("/batches/B-0001").status_code == 404


def test_home__counts_only_ones_own_offices(signed_in: SignIn) -> None:
    """Another office's home says that nothing is open."""
    assert "Nothing is open." in signed_in("juma").get("/").text


def test_upload__is_not_there_without_the_role(signed_in: SignIn) -> None:
    """An auditor sends no pages."""
    assert signed_in("wanjiku").get("/upload").status_code == 404


def test_page_view__is_audited_with_the_page_and_no_value(
    signed_in: SignIn, record_page: str
) -> None:
    """Whoever looks at a child's page leaves an entry with the page's key."""
    client = signed_in("amina")
    content = re.search(r"/pictures/pages/([0-9a-f]{64})", record_page)
    assert content
    client.get(f"/pictures/pages/{content[1]}?field=first_name")

    with place_of(client).db.read() as session:
        seen = session.scalars(
            select(AuditRow).where(AuditRow.action == "page.view").order_by(AuditRow.number.desc())
        ).first()
    assert seen is not None
    assert (seen.by, seen.object_id, seen.office) == ("amina", content[1], OFFICE)


def _words(page: str) -> str:
    return page.partition("<main")[2]
