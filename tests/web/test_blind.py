"""A drawn field at the desk looks like any other, and shows nothing that the machine read."""

from __future__ import annotations

import dataclasses
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from cpims_scan.domain.record import FieldReading, Kind, State
from cpims_scan.settings import Settings
from cpims_scan.store.records import record_of
from cpims_scan.store.tables import RecordRow
from tests.web.conftest import next_task, place_of, sign_in
from tests.web.test_review import Form


@pytest.fixture
def own_settings(own_settings: Settings) -> Settings:
    """A desk that draws every accepted answer."""
    return dataclasses.replace(own_settings, sample_share=1.0)


@pytest.fixture
def drawn_form(own_client: TestClient) -> Form:
    """The record of the desk once one answer has made it draw."""
    client = sign_in(own_client, "amina")
    form = Form(client, next_task(client, "record"))
    form.post("settle", field="first_name", value="Amani")
    return form


@pytest.fixture
def drawn(drawn_form: Form) -> FieldReading:
    """A mark that the machine would have kept, as the record keeps it."""
    with place_of(drawn_form.client).db.read() as session:
        fields = record_of(session.scalars(select(RecordRow)).first() or RecordRow()).fields
    return next(
        f
        for f in fields.values()
        if "sample" in f.reasons and f.kind is Kind.MARK and f.state is State.ANSWERED
    )


def test_question__nothing_is_chosen_and_nothing_offered(
    drawn_form: Form, drawn: FieldReading
) -> None:
    """No choice is ticked, no other reading is a button, and no reason tells that it was drawn."""
    page = drawn_form.show(drawn.field)

    assert not re.search(r'value="\w+"\s+checked', page)
    assert 'name="alternative"' not in page
    assert "The machine is not sure what is written here." in page
    assert "sample" not in page


def test_whole_record__does_not_say_what_the_machine_read(
    drawn_form: Form, drawn: FieldReading
) -> None:
    """The list of all fields shows it as any unread one, open."""
    page = drawn_form.client.get(f"{drawn_form.path}/record").text

    row = re.search(rf"<tr>(?:(?!</tr>).)*field={re.escape(drawn.field)}\".*?</tr>", page, re.S)
    assert row is not None
    assert str(drawn.value) not in row.group(0).replace(drawn.field, "").lower()


def test_enter_alone__accepts_nothing(drawn_form: Form, drawn: FieldReading) -> None:
    """Who presses Enter without looking is asked to type."""
    status, _ = drawn_form.post("settle", field=drawn.field, value="")

    assert status == 422
