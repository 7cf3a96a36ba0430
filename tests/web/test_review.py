"""Field review as plain forms: what is posted is what is stored, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from cpims_scan.domain.record import FieldReading, State
from cpims_scan.store.records import record_of, set_state
from cpims_scan.store.states import RecordState
from cpims_scan.store.tables import RecordRow, SettlementRow, TaskRow
from tests.web.conftest import next_task, place_of, sign_in, token


@dataclass(frozen=True, slots=True)
class Form:
    """The record's page in a browser without scripts."""

    client: TestClient
    path: str

    def show(self, field: str) -> str:
        """The page that asks about a field."""
        return str(self.client.get(f"{self.path}?field={field}").text)

    def post(self, step: str, **sent: str) -> tuple[int, str]:
        """Send a form of the page; gives the status and the answer's text or address."""
        page = self.client.get(self.path).text
        own = {"csrf": _hidden(page, "csrf"), "version": str(_row(self.client).version)}
        answer = self.client.post(f"{self.path}/{step}", data={**own, **sent})
        return answer.status_code, answer.headers.get("location", answer.text)

    def reading(self, field: str) -> FieldReading:
        """What the record says about a field now."""
        return record_of(_row(self.client)).fields[field]


@pytest.fixture
def form(own_client: TestClient) -> Form:
    """The open record, taken by somebody of its office."""
    client = sign_in(own_client, "amina")
    return Form(client, next_task(client, "record"))


def test_settle__typed_text_is_stored_as_a_persons_value(form: Form) -> None:
    """What is keyed from the picture is the field's value."""
    form.post("settle", field="first_name", value=" Amani ")

    reading = form.reading("first_name")
    assert (reading.value, reading.state, reading.source) == ("Amani", State.ANSWERED, "person")


def test_settle__goes_on_to_the_next_open_field(form: Form) -> None:
    """After an answer the desk asks the field that follows."""
    _, address = form.post("settle", field="first_name", value="Amani")

    assert address == f"{form.path}?field=last_name"


@pytest.mark.parametrize(
    "state", ["blank", "illegible", "crossed_out", "not_applicable", "unknown_written"]
)
def test_settle__each_kind_of_missing_is_an_answer(form: Form, state: str) -> None:
    """Missing is explicit: five buttons, five states, no value."""
    form.post("settle", field="first_name", state=state)

    reading = form.reading("first_name")
    assert (reading.value, reading.state) == (None, State(state))


def test_settle__nothing_typed_for_unread_text_is_refused(form: Form) -> None:
    """Enter alone never makes handwriting blank."""
    status, text = form.post("settle", field="first_name", value="")

    assert status == 422
    assert "Nothing is typed." in text


def test_settle__a_wrong_date_is_shown_again_with_what_was_typed(form: Form) -> None:
    """Nobody types a thing twice because of one wrong digit."""
    status, text = form.post("settle", field="date_of_birth", value="31/02/2011")

    assert status == 422
    assert 'value="31/02/2011"' in text
    assert "This is not a date." in text


def test_settle__another_reading_of_the_machine_is_taken_by_its_number(form: Form) -> None:
    """Number 0 is the machine's own value, offered where it was too unsure to be filled in."""
    seen = form.reading("date_of_reporting").value

    form.post("settle", field="date_of_reporting", alternative="0")

    reading = form.reading("date_of_reporting")
    assert (reading.value, reading.source) == (seen, "person")


def test_settle__same_as_before_needs_a_repeatable_field(form: Form) -> None:
    """A child's name is never taken from the record before."""
    status, _ = form.post("settle", field="first_name", previous="1")

    assert status == 422


def test_settle__same_as_before_takes_the_earlier_records_value(form: Form) -> None:
    """One key repeats the officer of the record before, in the same batch."""
    form.post("settle", field="officer_name", value="M. Chebet")
    lone = next_task(form.client, "unjoined")
    form.client.post(f"{lone}/answer", data={"csrf": token(form.client, "/"), "kind": "alone"})
    place = place_of(form.client)
    with place.db.begin() as session:
        first, second = session.scalars(select(RecordRow).order_by(RecordRow.updated_at))
        set_state(session, (first.sheet, 1), RecordState.READY, place.now())
        task = session.scalars(select(TaskRow.id).where(TaskRow.sheet == second.sheet)).one()
    sent = {"csrf": token(form.client, "/"), "version": str(second.version), "previous": "1"}

    form.client.post(f"/tasks/{task}/settle", data={**sent, "field": "officer_name"})

    with place.db.read() as session:
        row = session.get_one(RecordRow, (second.sheet, 1))
        assert record_of(row).fields["officer_name"].value == "M. Chebet"


def test_settle__choice_is_stored_by_its_name(form: Form) -> None:
    """The stored value is the edition's choice, whatever the language of the page."""
    form.client.cookies.set("language", "sw", domain="desk.test")

    form.post("settle", field="risk_level", value="high")

    assert form.reading("risk_level").value == "high"


def test_settle__unknown_choice_changes_nothing(form: Form) -> None:
    """A forged choice is no answer."""
    before = form.reading("risk_level")

    status, _ = form.post("settle", field="risk_level", value="extreme")

    assert status == 422
    assert form.reading("risk_level") == before


def test_settle__stale_page_is_told_and_changes_nothing(form: Form) -> None:
    """Whoever answers an old page is shown what stands there now, who did it, and their own."""
    version = str(_row(form.client).version)
    form.post("settle", field="first_name", value="Amani")

    status, text = form.post("settle", field="first_name", value="Other", version=version)

    assert status == 409
    assert form.reading("first_name").value == "Amani"
    assert "First name of the child: Amani (amina, " in text
    assert 'value="Other"' in text


def test_settle__listed_word_is_stored_as_its_code(form: Form) -> None:
    """The entry that was picked from the list is stored by its code."""
    form.post("settle", field="case_category", value="Abandoned", code="CDIS")

    assert form.reading("case_category").value == "CDIS"


def test_settle__code_is_ignored_when_the_word_was_changed(form: Form) -> None:
    """What stands in the box counts, not what was picked before it was typed over."""
    form.post("settle", field="case_category", value="Other words", code="CDIS")

    assert form.reading("case_category").value == "Other words"


def test_undo__asks_the_last_answer_again(form: Form) -> None:
    """Undo takes back this person's last answer; its history stays."""
    form.post("settle", field="first_name", value="Amani")

    form.post("undo")

    assert form.reading("first_name").source != "person"
    with place_of(form.client).db.read() as session:
        rows = session.scalars(select(SettlementRow.value).where(SettlementRow.value.is_not(None)))
        assert "Amani" in list(rows)


def test_finish__with_open_fields_says_so(form: Form) -> None:
    """A record is not ready while something is open."""
    status, text = form.post("finish")

    assert status == 409
    assert "fields are still open" in text


def test_acknowledge__needs_a_warning_of_this_record(form: Form) -> None:
    """A reason for a rule that does not complain is refused."""
    status, _ = form.post("acknowledge", rule="CRS-999", reason="as_written")

    assert status == 404


def test_question__says_why_a_person_is_asked(form: Form) -> None:
    """Every question gives its reason in words."""
    assert "Handwriting: type what you see in the picture." in form.show("first_name")


def test_question__has_the_enlarged_crop_and_the_marked_page(form: Form) -> None:
    """The field's picture is large, the page small, and both are of this record."""
    text = form.show("first_name")

    assert re.search(r'<img src="/pictures/crops/[0-9a-f]{64}/\d+" alt="Handwriting', text)
    assert re.search(r"/pictures/pages/[0-9a-f]{64}\?field=first_name&amp;side=\d+", text)


def test_question__text_is_escaped(form: Form) -> None:
    """What is typed comes back as text, never as a part of the page."""
    form.post("settle", field="first_name", value="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in form.show("first_name")


def test_suggest__offers_entries_of_the_list(form: Form) -> None:
    """Typed letters bring entries; the letters travel in the body, not in the address."""
    status, text = form.post("suggest", field="case_category", value="aband")

    assert status == 200
    assert 'data-entry="CDIS"' in text


def test_whole_page__shows_the_page_with_the_field(form: Form) -> None:
    """The whole page opens with the field marked, and leads back to it."""
    text = form.client.get(f"{form.path}/page/1?field=first_name").text

    assert f'href="{form.path}?field=first_name"' in text


def test_record__lists_every_field_with_its_source(form: Form) -> None:
    """All fields are there, also those that the machine accepted."""
    fields = record_of(_row(form.client)).fields

    text = form.client.get(f"{form.path}/record").text

    assert all(f"?field={name}" in text for name in fields)


def test_htmx__gets_the_question_alone(form: Form) -> None:
    """A scripted browser swaps the question and gets no second page around it."""
    text = form.client.get(form.path, headers={"HX-Request": "true"}).text

    assert text.lstrip().startswith('<div id="desk"')


def _row(client: TestClient) -> RecordRow:
    with place_of(client).db.read() as session:
        return session.scalars(select(RecordRow)).one()


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
