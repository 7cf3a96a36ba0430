"""Four points on a page: what is asked, what is stored, what is refused."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from cpims_scan.store.office_tables import AuditRow
from cpims_scan.store.tables import ArrivalRow, PageRow
from tests.web.conftest import next_task, place_of, sign_in, token

PAGE = "case_record_sheet_a|2015-08|1"
POINTS = {"x1": "150", "y1": "270", "x2": "1600", "y2": "480", "x3": "1530", "y3": "2240"}
WHOLE = {**POINTS, "x4": "145", "y4": "2180"}


@pytest.fixture
def desk(own_client: TestClient) -> TestClient:
    """A desk with somebody of the batch's office."""
    return sign_in(own_client, "amina")


def test_place__is_reached_from_the_question(desk: TestClient) -> None:
    """Whoever has named the form goes on to its four points."""
    path = next_task(desk, "unknown")
    sent = {"csrf": token(desk, "/"), "kind": "place", "page": PAGE, "turned": "0"}

    answer = desk.post(f"{path}/answer", data=sent)

    assert answer.headers["location"] == f"{path}/place?page=case_record_sheet_a%7C2015-08%7C1"


def test_place__shows_page_and_blank(desk: TestClient) -> None:
    """The page stands beside its empty form, with four numbered points on either."""
    path = next_task(desk, "unknown")

    text = desk.get(f"{path}/place?page={PAGE}").text

    assert text.count("data-mark=") == 8
    assert f"{path}/place/blank?page=case_record_sheet_a%7C2015-08%7C1" in text


def test_place__shows_the_blank_as_a_picture(desk: TestClient) -> None:
    """The empty form is a picture of the pack."""
    path = next_task(desk, "unknown")

    answer = desk.get(f"{path}/place/blank?page={PAGE}")

    assert answer.headers["content-type"] == "image/jpeg"


def test_place__without_a_form_asks_for_it_first(desk: TestClient) -> None:
    """Nobody places a page whose form is not known yet."""
    path = next_task(desk, "unknown")

    assert desk.get(f"{path}/place").headers["location"] == path


def test_place__stores_the_corners_and_queues_the_page(desk: TestClient) -> None:
    """The page waits to be read again with the four corners that a person found."""
    path = next_task(desk, "unknown")

    desk.post(f"{path}/place", data={"csrf": token(desk, "/"), "page": PAGE, **WHOLE})

    with place_of(desk).db.read() as session:
        row = session.scalars(select(PageRow).where(PageRow.match.is_not(None))).one()
        state = session.scalars(
            select(ArrivalRow.state).where(ArrivalRow.content == row.content)
        ).one()
    assert row.match is not None
    assert (len(row.match["corners"]), row.match["identified_by"]) == (4, "person")
    assert (row.state, state) == ("todo", "unfinished")


def test_place__points_missing_are_asked_again(desk: TestClient) -> None:
    """Three points are not enough."""
    path = next_task(desk, "unknown")

    answer = desk.post(f"{path}/place", data={"csrf": token(desk, "/"), "page": PAGE, **POINTS})

    assert answer.status_code == 422
    assert "Lay all four points on the page first." in answer.text


def test_place__impossible_points_stay_on_the_page(desk: TestClient) -> None:
    """Points that no sheet can have are told, and need not be laid anew."""
    path = next_task(desk, "unknown")
    crossed = {**WHOLE, "x1": WHOLE["x2"], "x2": WHOLE["x1"]}

    answer = desk.post(f"{path}/place", data={"csrf": token(desk, "/"), "page": PAGE, **crossed})

    assert answer.status_code == 422
    assert 'name="x1" value="1600"' in answer.text


def test_place__looking_is_noted(desk: TestClient) -> None:
    """The picture of the page is a view like any other: it stands in the audit."""
    path = next_task(desk, "unknown")
    text = desk.get(f"{path}/place?page={PAGE}").text
    picture = text.split('<img src="')[1].split('"')[0]
    before = _views(desk)

    desk.get(picture)

    assert _views(desk) == before + 1


def test_place__of_another_office_is_not_found(desk: TestClient) -> None:
    """A page is placed by its own office alone."""
    path = next_task(desk, "unknown")
    sign_in(desk, "juma")

    assert desk.get(f"{path}/place?page={PAGE}").status_code == 404


def _views(desk: TestClient) -> int:
    with place_of(desk).db.read() as session:
        return session.scalar(select(func.count()).where(AuditRow.action == "page.view")) or 0
