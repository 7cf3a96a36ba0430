"""Questions about pages: every answer brings the page into the state it names."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import ArrivalRow, PageRow, RecordRow, SheetRow, TaskRow
from tests.web.conftest import OFFICE, next_task, place_of, sign_in, token


@pytest.fixture
def desk(own_client: TestClient) -> TestClient:
    """A desk with somebody of the batch's office."""
    return sign_in(own_client, "amina")


def test_unknown__shows_the_page_and_every_form_page(desk: TestClient) -> None:
    """The clerk chooses among all pages of all forms."""
    text = desk.get(next_task(desk, "unknown")).text

    assert re.search(r'<img src="/pictures/pages/[0-9a-f]{64}\?"', text)
    assert 'value="case_record_sheet_a|2015-08|2"' in text
    assert 'value="monthly_caseload_summary|tool-b|1"' in text


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("foreign", ("review", "discarded")),
        ("attachment:letter", ("accepted", "attachment")),
        ("blank_back", ("accepted", "blank_back")),
        ("attachment", ("accepted", "attachment")),
        ("rescan", ("rejected", "superseded")),
    ],
)
def test_unknown__one_key_says_what_the_page_is(
    desk: TestClient, kind: str, state: tuple[str, str]
) -> None:
    """A page that is no form gets its state from a person's one answer."""
    path = next_task(desk, "unknown")

    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": kind})

    assert _state(desk, "letter.png") == state


def test_unknown__put_aside_by_two_people_is_rejected(desk: TestClient) -> None:
    """Another person looks as well before a page is gone; the first is not asked again."""
    path = next_task(desk, "unknown")
    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "foreign"})
    sign_in(desk, "baraka")
    second = next_task(desk, "unknown")
    assert "Somebody put this aside." in desk.get(second).text
    desk.post(f"{second}/answer", data={"csrf": token(desk, "/"), "kind": "foreign"})

    assert _state(desk, "letter.png") == ("rejected", "foreign")


def test_unknown__second_look_may_bring_the_page_back(desk: TestClient) -> None:
    """What one person put aside, another may put to a record."""
    path = next_task(desk, "unknown")
    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "foreign"})
    sign_in(desk, "baraka")
    second = next_task(desk, "unknown")
    desk.post(f"{second}/answer", data={"csrf": token(desk, "/"), "kind": "attachment:story"})

    assert _state(desk, "letter.png") == ("accepted", "attachment")


def test_unknown__as_a_form_page_is_read_again(desk: TestClient) -> None:
    """A form page that was named, turn included, goes back to the readers."""
    path = next_task(desk, "unknown")
    sent = {"kind": "form", "page": "case_record_sheet_a|2015-08|2", "turned": "180"}

    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), **sent})

    with place_of(desk).db.read() as session:
        match = session.scalars(select(PageRow.match).where(PageRow.match.is_not(None))).one()
    assert match is not None
    assert (match["form"], match["page"], match["turned"]) == ("case_record_sheet_a", 2, 180)


def test_unknown__form_without_a_choice_is_asked_again(desk: TestClient) -> None:
    """Nothing is done before a page is chosen."""
    path = next_task(desk, "unknown")

    answer = desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "form"})

    assert answer.status_code == 422
    assert "Choose first what the page is." in answer.text


def test_unjoined__alone_becomes_a_record_of_its_own(desk: TestClient) -> None:
    """A page whose other page will not come is reviewed by itself."""
    path = next_task(desk, "unjoined")

    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "alone"})

    with place_of(desk).db.read() as session:
        assert len(list(session.scalars(select(RecordRow)))) == 2


def test_unjoined__shows_candidates_side_by_side(desk: TestClient) -> None:
    """A lone page 1 of the batch is offered beside a lone page 2."""
    lone = _lone_page(desk)

    text = desk.get(next_task(desk, "unjoined")).text

    assert f'value="{lone}"' in text
    assert text.count("<figure>") == 2


def test_continued__shows_the_sheet_that_came_before(desk: TestClient) -> None:
    """The old page stands beside the new one, and a person says which it is."""
    path = _continued(desk)

    text = desk.get(path).text

    assert "The same form with more writing" in text
    assert text.count("<figure>") == 2


def test_continued__copy_is_a_duplicate(desk: TestClient) -> None:
    """Only a copy: the page is filed as a duplicate and nothing is asked again."""
    path = _continued(desk)

    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "same"})

    assert _state(desk, "lone.pdf") == ("duplicate", "same_ink")


def test_continued__offers_the_four_reasons(desk: TestClient) -> None:
    """More writing, a better picture, a copy, another case: each has its own answer."""
    text = desk.get(_continued(desk)).text

    assert re.findall(r'name="kind" value="(\w+)"', text)[:4] == [
        "continued",
        "better",
        "same",
        "other",
    ]


def test_continued__better_picture_takes_the_place_of_the_old(desk: TestClient) -> None:
    """The sheet's next revision has the new picture; the old one is superseded."""
    path, old = _continued(desk), _content(desk, "sheet.pdf", 2)

    desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "better"})

    with place_of(desk).db.read() as session:
        sheet = session.scalars(select(SheetRow)).one()
        state = session.scalars(select(ArrivalRow.reason).where(ArrivalRow.content == old)).one()
    assert (sheet.revision, state) == (2, "superseded")


def test_answer__of_another_office_is_not_found(desk: TestClient) -> None:
    """A page's question is answered by its own office alone."""
    path = next_task(desk, "unknown")
    sign_in(desk, "juma")

    answer = desk.post(f"{path}/answer", data={"csrf": token(desk, "/"), "kind": "foreign"})

    assert answer.status_code == 404
    assert _state(desk, "letter.png") == ("review", "unknown")


def _state(desk: TestClient, file: str) -> tuple[str, str | None]:
    with place_of(desk).db.read() as session:
        arrival = session.scalars(select(ArrivalRow).where(ArrivalRow.file_name == file)).one()
        return arrival.state, arrival.reason


def _content(desk: TestClient, file: str, number: int) -> str:
    with place_of(desk).db.read() as session:
        found = session.scalars(
            select(ArrivalRow.content).where(
                ArrivalRow.file_name == file, ArrivalRow.number == number
            )
        ).one()
    return str(found)


def _lone_page(desk: TestClient) -> str:
    """Ask about the first page of the sheet as if it had lost its second."""
    place, content = place_of(desk), _content(desk, "sheet.pdf", 1)
    question: dict[str, object] = {"page": 1, "neighbours": []}
    with place.db.begin() as session:
        batch = session.scalars(select(TaskRow.batch_id)).first()
        new = NewTask(
            f"unjoined:{content}",
            TaskKind.UNJOINED,
            content=content,
            batch_id=batch,
            office=OFFICE,
            question=question,
        )
        add_task(session, new, place.now())
    return content


def _continued(desk: TestClient) -> str:
    """Ask whether the lone page 2 is the sheet's page 2 with more on it."""
    place, content = place_of(desk), _content(desk, "lone.pdf", 1)
    with place.db.begin() as session:
        sheet = session.scalars(select(SheetRow)).one()
        new = NewTask(
            f"continued:{content}",
            TaskKind.CONTINUED,
            sheet=sheet.key,
            content=content,
            batch_id=sheet.batch_id,
            office=OFFICE,
            question={"pages": {"2": content}, "sheet": sheet.key},
        )
        add_task(session, new, place.now())
    return next_task(desk, "continued")
