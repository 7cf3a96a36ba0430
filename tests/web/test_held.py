"""Records that loading held back: nothing is merged or replaced before a person says so."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.settlements import settled_fields
from cpims_scan.store.states import RecordState, TaskKind
from cpims_scan.store.tables import RecordRow
from tests.web.conftest import OFFICE, next_task, place_of, sign_in, token

DUPLICATE = {"role": "child", "person_id": 77, "rule": "name", "serials": ["CCO/1/2/5/29/3/2016"]}
CONFLICT = {
    "block": "categories",
    "row": "neglect",
    "band": "00_05",
    "sex": "m",
    "standing": 3,
    "new": 5,
}


def held(desk: TestClient, **asked: object) -> str:
    """Hold the record back with some questions; gives the address of the question."""
    place = place_of(desk)
    with place.db.begin() as session:
        record = session.scalars(select(RecordRow)).one()
        record.state = RecordState.HELD
        question = {"questions": [], "duplicates": [], "conflicts": [], **asked}
        new = NewTask(
            f"held:{record.sheet}:1",
            TaskKind.HELD,
            sheet=record.sheet,
            index=1,
            office=OFFICE,
            question=question,
        )
        add_task(session, new, place.now())
    return next_task(desk, "held")


@pytest.fixture
def desk(own_client: TestClient) -> TestClient:
    """A desk with somebody of the record's office."""
    return sign_in(own_client, "amina")


def test_duplicate__is_shown_with_the_number_in_cpims(desk: TestClient) -> None:
    """The clerk sees who it may be, and the child's fields beside it."""
    text = desk.get(held(desk, duplicates=[DUPLICATE])).text

    assert "77" in text and "CCO/1/2/5/29/3/2016" in text
    assert "First name of the child" in text


@pytest.mark.parametrize(("said", "kept"), [("77", 77), ("different", "different")])
def test_duplicate__answer_is_kept_for_the_loader(
    desk: TestClient, said: str, kept: object
) -> None:
    """The same or somebody else: stored under the name that the loader looks for."""
    path = held(desk, duplicates=[DUPLICATE])

    desk.post(f"{path}/release", data={"csrf": token(desk, "/"), "person.child": said})

    assert _kept(desk)["duplicate:child"] == kept
    assert _state(desk) == RecordState.READY


@pytest.mark.parametrize("said", ["", "78"], ids=["nothing", "another-number"])
def test_duplicate__without_an_answer_the_record_stays_held(desk: TestClient, said: str) -> None:
    """Nobody is merged by leaving a question open."""
    path = held(desk, duplicates=[DUPLICATE])

    answer = desk.post(f"{path}/release", data={"csrf": token(desk, "/"), "person.child": said})

    assert answer.status_code == 422
    assert _state(desk) == RecordState.HELD


def test_second_return__is_shown_cell_by_cell(desk: TestClient) -> None:
    """The figures that differ stand beside each other, and one of the returns is chosen."""
    path = held(desk, conflicts=[CONFLICT], other_sheet="x")

    text = desk.get(path).text

    assert "<td>00_05</td>" in text
    assert 'value="replaces"' in text


def test_second_return__answer_is_kept_for_the_loader(desk: TestClient) -> None:
    """Replaces or rejected, said by a person, is what the loader carries out."""
    path = held(desk, conflicts=[CONFLICT], other_sheet="x")

    desk.post(f"{path}/release", data={"csrf": token(desk, "/"), "second": "rejected"})

    assert _kept(desk)["return:second"] == "rejected"


def test_question__leads_to_its_field_and_back(desk: TestClient) -> None:
    """What CPIMS still needs is answered like any field, and the question comes back."""
    path = held(desk, questions=[{"field": "home_ward", "reason": "unlisted"}])
    page = desk.get(f"{path}?field=home_ward").text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    sent = {"csrf": token(desk, "/"), "field": "home_ward", "version": version, "value": "Kipevu"}

    answer = desk.post(f"{path}/settle", data=sent)

    assert answer.headers["location"] == path
    assert _kept(desk)["home_ward"] == "339"


def _kept(desk: TestClient) -> dict[str, object]:
    with place_of(desk).db.read() as session:
        sheet = session.scalars(select(RecordRow.sheet)).one()
        return {name: answer.value for name, answer in settled_fields(session, sheet).items()}


def _state(desk: TestClient) -> str:
    with place_of(desk).db.read() as session:
        return session.scalars(select(RecordRow.state)).one()
