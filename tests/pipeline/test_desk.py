"""What people do at the desk: answers are stored once, by who had the record, and finish last."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.crash import DPI, PACKS, save_stack, visit_pages
from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import State
from cpims_scan.errors import StoreError, WrongUseError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.desk import Answer
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.load import load_ready
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.tasks import next_task, take_task
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.batches import status
from cpims_scan.store.people import Person
from cpims_scan.store.records import StaleRecordError
from cpims_scan.store.scope import Scope
from cpims_scan.store.settlements import history
from cpims_scan.store.states import Step, TaskState
from cpims_scan.store.tables import RecordRow, SettlementRow, TaskRow
from simulator.sheets import FilledSheet
from tests.pipeline.clerks import settle_all
from tests.pipeline.conftest import somebody
from tests.postgres import postgres_server

DESKS = 4
SHEETS = 10


@pytest.fixture
def view(reviewed: Workplace, clerk: Person) -> RecordView:
    """The record that waits, taken by the clerk."""
    task = next_task(reviewed, clerk)
    assert task is not None
    return desk.record_view(reviewed, clerk, str(task.sheet))


def key_of(view: RecordView) -> tuple[str, int, int]:
    """What is given back with an answer."""
    return view.sheet, view.index, view.version


def task_id(place: Workplace) -> str:
    """The one question of the workspace."""
    with place.db.read() as session:
        return session.scalars(select(TaskRow.id)).one()


def test_settle__is_kept_and_closes_the_field(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """The value is the person's, the field is no longer open, the version has grown."""
    now = desk.settle(reviewed, clerk, key_of(view), "first_name", Answer("Neema"))

    assert now.fields["first_name"].value == "Neema"
    assert now.fields["first_name"].source == "person"
    assert "first_name" not in now.open_fields
    assert now.version > view.version


def test_settle__stale_version__stores_nothing(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """Who answers to an older state of the record is told, and leaves no trace."""
    desk.settle(reviewed, clerk, key_of(view), "first_name", Answer("Neema"))
    with pytest.raises(StaleRecordError, match="Nothing of yours was stored"):
        desk.settle(reviewed, somebody("late"), key_of(view), "first_name", Answer("Pendo"))

    with reviewed.db.read() as session:
        assert {row.by for row in history(session, view.sheet)} == {"amina.clerk"}


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        pytest.param("shoe_size", Answer("44"), id="no-such-field"),
        pytest.param("sex", Answer("unicorn"), id="no-such-choice"),
        pytest.param("date_of_birth", Answer("soon"), id="no-date"),
        pytest.param("date_of_birth", Answer({"precision": "week", "value": "1"}), id="precision"),
        pytest.param("first_name", Answer(7), id="number-for-a-name"),
        pytest.param("hobbies", Answer("music"), id="one-for-many"),
    ],
)
def test_settle__value_that_cannot_be__is_refused(
    reviewed: Workplace, clerk: Person, view: RecordView, field: str, answer: Answer
) -> None:
    """A value of the wrong kind never becomes final, whoever sends it."""
    with pytest.raises(WrongUseError):
        desk.settle(reviewed, clerk, key_of(view), field, answer)

    with reviewed.db.read() as session:
        assert history(session, view.sheet) == []


def test_record__of_another_office__is_not_there(reviewed: Workplace, view: RecordView) -> None:
    """Looking and answering are refused in the same words, whether there is a record or not."""
    stranger = dataclasses.replace(somebody("stranger"), scope=Scope(("291",)))

    with pytest.raises(StoreError, match="no such record in your offices"):
        desk.record_view(reviewed, stranger, view.sheet)
    with pytest.raises(StoreError, match="no such record in your offices"):
        desk.settle(reviewed, stranger, key_of(view), "first_name", Answer("Neema"))


def test_undo__takes_back_the_last_of_this_person_only(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """Each person's undo is about their own last answer; the history keeps both."""
    other = somebody("other")
    now = desk.settle(reviewed, clerk, key_of(view), "first_name", Answer("Neema"))
    now = desk.settle(reviewed, other, key_of(now), "last_name", Answer("Wanjala"))
    now = desk.undo(reviewed, clerk, key_of(now))

    assert "first_name" in now.open_fields
    assert now.fields["last_name"].value == "Wanjala"
    with reviewed.db.read() as session:
        steps = [row.step for row in history(session, view.sheet, field="first_name")]
    assert steps == [Step.CORRECTION, Step.FINAL, Step.REOPENED]


def test_finish__refuses_while_a_field_is_open(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """The message names what is open; the question stays."""
    with pytest.raises(desk.NotFinishedError, match="Still open"):
        desk.finish(reviewed, clerk, task_id(reviewed))

    with reviewed.db.read() as session:
        assert session.get_one(TaskRow, task_id(reviewed)).state == TaskState.OPEN


def test_finish__only_by_who_has_it_and_only_then_ready(
    reviewed: Workplace, clerk: Person, view: RecordView, filled: FilledSheet
) -> None:
    """With all settled it is not loaded before `finish`: once, and nobody else's."""
    assert settle_all(reviewed, clerk, view.sheet, filled.answers).state == "review"
    assert load_ready(reviewed) == []
    with pytest.raises(StoreError, match="Somebody else"):
        desk.finish(reviewed, somebody("other"), task_id(reviewed))
    assert desk.finish(reviewed, clerk, task_id(reviewed)).state == "ready"
    with pytest.raises(StoreError):
        desk.finish(reviewed, clerk, task_id(reviewed))


def test_acknowledge__is_kept_with_its_reason(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """A finding that a person let stand is no longer open and says who and why."""
    born_late = Answer("2031-01-01")
    now = desk.settle(reviewed, clerk, key_of(view), "date_of_birth", born_late)
    assert now.open_rules
    rule = now.open_rules[0]
    now = desk.acknowledge(reviewed, clerk, key_of(now), rule, "as_on_paper")

    assert rule not in now.open_rules
    with reviewed.db.read() as session:
        (row, _) = history(session, view.sheet, field=f"rule:{rule}")
    assert (row.by, row.reason) == ("amina.clerk", "as_on_paper")


def test_correction_after_loading__is_a_new_revision(
    reviewed: Workplace, clerk: Person, view: RecordView, filled: FilledSheet
) -> None:
    """What was loaded can be corrected; it is loaded again as revision 2."""
    settle_all(reviewed, clerk, view.sheet, filled.answers)
    desk.finish(reviewed, clerk, task_id(reviewed))
    load_ready(reviewed)
    loaded = desk.record_view(reviewed, clerk, view.sheet)
    desk.settle(reviewed, clerk, key_of(loaded), "first_name", Answer("Neema"))

    assert [step.outcome for step in load_ready(reviewed)] == ["loaded"]
    with reviewed.db.read() as session:
        assert session.get_one(RecordRow, (view.sheet, 1)).loaded_revision == 2


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of an empty workspace on either kind of database."""
    made = dataclasses.replace(settings, packs=PACKS)
    if request.param == "postgres":
        server = postgres_server()
        made = dataclasses.replace(made, database=server.url(server.new_database()))
    return made


def test_four_desks_while_a_batch_is_read__nothing_lost_nothing_twice(
    office: Settings, example: Catalog, tmp_path: Path
) -> None:
    """Every record is finished once by one person, no answer is lost, the pages add up."""
    file = save_stack(visit_pages(example, SHEETS, 2300), tmp_path / "stack.pdf", DPI)
    failures: list[BaseException] = []
    is_read = threading.Event()
    with open_workplace(office, make=True) as place, Engine(2, PACKS) as engine:
        desks = [
            threading.Thread(target=_work, args=(office, f"desk-{n}", is_read, failures))
            for n in range(DESKS)
        ]
        for thread in desks:
            thread.start()
        scan(place, engine, [file], Stack("B", BatchContext(), "test"))
        is_read.set()
        for thread in desks:
            thread.join()
        assert failures == []
        with place.db.read() as session:
            (batch,) = status(session)["batches"]
            finals = session.execute(
                select(SettlementRow.sheet, SettlementRow.field, func.count())
                .where(SettlementRow.step == Step.FINAL)
                .group_by(SettlementRow.sheet, SettlementRow.field)
            ).all()
            tasks = Counter(session.scalars(select(TaskRow.state)))
            who = Counter(session.scalars(select(TaskRow.done_by)))
    assert batch["records"] == {"waiting": 0, "review": 0, "ready": SHEETS, "loaded": 0}
    assert batch["pages"]["accepted"] == SHEETS
    assert tasks == {"done": SHEETS}
    assert None not in who
    assert {count for _, _, count in finals} == {1}


def _work(
    office: Settings, name: str, is_read: threading.Event, failures: list[BaseException]
) -> None:
    """One desk: take, settle, finish, until the batch is read and nothing is left."""
    person = somebody(name)
    try:
        with open_workplace(office) as place:
            while True:
                was_read = is_read.is_set()
                task = next_task(place, person)
                if task is None:
                    if was_read:
                        return
                    is_read.wait(0.1)
                    continue
                settle_all(place, person, str(task.sheet), {})
                desk.finish(place, person, task.id)
    except Exception as error:  # told by the test, in its own thread
        failures.append(error)


def test_next_task__two_people__never_the_same(reviewed: Workplace, view: RecordView) -> None:
    """What the clerk has, nobody else gets, neither next nor by its number."""
    other = somebody("other")

    assert next_task(reviewed, other) is None
    with pytest.raises(StoreError, match="somebody else has it"):
        take_task(reviewed, other, task_id(reviewed))


def test_settle__unknown_written__has_no_value(
    reviewed: Workplace, clerk: Person, view: RecordView
) -> None:
    """A state other than answered keeps no value, whatever came with it."""
    unknown = Answer("Neema", State.UNKNOWN_WRITTEN)
    now = desk.settle(reviewed, clerk, key_of(view), "perpetrator_name", unknown)

    assert now.fields["perpetrator_name"].state is State.UNKNOWN_WRITTEN
    assert now.fields["perpetrator_name"].value is None
