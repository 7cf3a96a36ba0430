"""The blind sample at the desk: asked like any other field, and the only judge of the machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from cpims_scan.domain.record import CellReading, Decision, FieldReading, State
from cpims_scan.domain.trust import FieldClass
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.assembly.arrange import save_sheet_record
from cpims_scan.pipeline.desk import Answer
from cpims_scan.pipeline.trust import blind
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.reading.trust.prior import machine
from cpims_scan.settings import Settings
from cpims_scan.store.people import Person
from cpims_scan.store.queue import claim, finish
from cpims_scan.store.records import record_of
from cpims_scan.store.samples import compared, draws_of
from cpims_scan.store.settlements import history, settled_fields
from cpims_scan.store.sheets import find_sheet
from cpims_scan.store.tables import RecordRow
from cpims_scan.store.trust_tables import SampleAnswerRow, SampleDrawRow, SampleKeyRow
from tests.store.work import NOW, add_batch, add_file, add_sheet, digest, reading_of_page

DATE = "date_of_reporting"
SECRET = (
    "05" * 32
)  # with it the draw among doubtful fields, half of them, leaves out `birth_certificate`


@pytest.fixture
def office(settings: Settings) -> Iterator[Workplace]:
    """A workspace with one sheet at the desk that draws every accepted answer."""
    every = dataclasses.replace(settings, sample_share=1.0)
    with open_workplace(every, make=True) as opened:
        enter_sheet(opened)
        yield opened


def enter_sheet(place: Workplace) -> None:
    """A sheet whose page was read without a scanner: two choices sure, one doubtful."""
    cells = (
        *marked("religion", "muslim", ("protestant", "catholic", "other")),
        *marked("school_category", "formal", ("informal",)),
        *marked("birth_certificate", "yes", ("no",), sure=0.9),
    )
    with place.db.begin() as session:
        session.add(SampleKeyRow(id=1, secret=SECRET))
        batch = add_batch(session)
        add_file(session, batch, ["one"])
        claim(session, "w", NOW, 60)
        read = dataclasses.replace(reading_of_page(digest("one")), cells=cells)
        finish(session, digest("one"), "w", read, NOW)
        save_sheet_record(place, session, add_sheet(session, batch, ["one"]), batch.id)


def marked(
    field: str, chosen: str, others: tuple[str, ...], sure: float = 1.0
) -> list[CellReading]:
    """Cells of a choice with one marked."""
    words = {chosen: "marked", **dict.fromkeys(others, "empty")}
    return [
        CellReading(field, name, "mark", seen(word, sure), "", 0.1, True, 0.05)
        for name, word in words.items()
    ]


def seen(word: str, sure: float) -> tuple[tuple[str, float], ...]:
    """What a reader of marks hands over."""
    other = "empty" if word == "marked" else "marked"
    return ((word, sure), (other, 1.0 - sure)) if sure < 1.0 else ((word, 1.0),)


@pytest.fixture
def readings(office: Workplace) -> dict[str, FieldReading]:
    """What the machine read."""
    with office.db.read() as session:
        return record_of(session.scalars(select(RecordRow)).one()).fields


@pytest.fixture
def view(office: Workplace, clerk: Person) -> RecordView:
    """The record as the clerk sees it."""
    with office.db.read() as session:
        row = session.scalars(select(RecordRow)).one()
    return desk.record_view(office, clerk, row.sheet)


def key_of(view: RecordView) -> tuple[str, int, int]:
    """What is given back with an answer."""
    return view.sheet, view.index, view.version


def accepted(readings: dict[str, FieldReading]) -> FieldReading:
    """A mark that the machine would have kept."""
    return readings["religion"]


def test_drawn_field__is_open_and_shows_nothing_of_the_machines(
    view: RecordView, readings: dict[str, FieldReading]
) -> None:
    """No value, no other readings, and the reason of any field that is not sure."""
    shown = view.fields[accepted(readings).field]

    assert shown.field in view.open_fields
    assert (shown.value, shown.alternatives, shown.probability) == (None, (), 0.0)
    assert shown.reasons == ("low_probability",)


def test_drawn_field__the_record_keeps_what_was_read(
    office: Workplace, view: RecordView, readings: dict[str, FieldReading]
) -> None:
    """Hidden from the desk, the reading stays where it is compared."""
    with office.db.read() as session:
        kept = record_of(session.get_one(RecordRow, (view.sheet, view.index))).fields

    assert kept[accepted(readings).field].value == accepted(readings).value


def test_drawn__what_is_seen_anyway_is_not(office: Workplace, view: RecordView) -> None:
    """Fields that decide about a child, and all that is asked for another reason, prove nothing."""
    with office.db.read() as session:
        drawn = draws_of(session, view.sheet, view.index)

    assert sorted(drawn) == ["religion", "school_category"]


def test_settle__the_machines_value__is_right_and_final(
    office: Workplace, clerk: Person, view: RecordView, readings: dict[str, FieldReading]
) -> None:
    """A blind answer that agrees settles the field and counts for its class."""
    field = accepted(readings)

    now = desk.settle(office, clerk, key_of(view), field.field, Answer(field.value))

    assert now.fields[field.field].source == "person"
    with office.db.read() as session:
        (one,) = compared(session, FieldClass.MARK, machine())
    assert not one.checked.is_wrong
    assert one.checked.probability == field.probability


def other_value(office: Workplace, field: FieldReading) -> Answer:
    """Another of the field's choices."""
    choices = office.catalog.forms["case_record_sheet_a"].fields[field.field].choices
    return Answer(next(c.name for c in choices if c.name != field.value))


@pytest.fixture
def differing(
    office: Workplace, clerk: Person, view: RecordView, readings: dict[str, FieldReading]
) -> RecordView:
    """The record after a blind answer that differs."""
    field = accepted(readings)
    return desk.settle(office, clerk, key_of(view), field.field, other_value(office, field))


def test_settle__another_value__is_asked_once_more_with_both(
    office: Workplace, differing: RecordView, readings: dict[str, FieldReading]
) -> None:
    """People slip, too: nothing is final, and neither reading says whose it is."""
    field = accepted(readings)
    shown = differing.fields[field.field]

    assert field.field in differing.open_fields
    assert shown.reasons == ("two_answers",)
    values = [other.value for other in shown.alternatives]
    assert sorted(map(str, values)) == values
    assert set(values) == {field.value, other_value(office, field).value}


def test_settle__another_value__first_answer_stays_in_the_history(
    office: Workplace, differing: RecordView, readings: dict[str, FieldReading]
) -> None:
    """What was keyed blind is kept, but is not the field's value."""
    name = accepted(readings).field
    with office.db.read() as session:
        steps = [row.step for row in history(session, differing.sheet, differing.index, name)]
        settled = settled_fields(session, differing.sheet, differing.index)

    assert steps == ["sample"]
    assert name not in settled


def test_settle__other_value_twice__the_machine_was_wrong(
    office: Workplace, clerk: Person, differing: RecordView, readings: dict[str, FieldReading]
) -> None:
    """After a second look the person's value stands and the machine's counts as wrong."""
    field = accepted(readings)
    said = other_value(office, field)

    now = desk.settle(office, clerk, key_of(differing), field.field, said)

    assert now.fields[field.field].value == said.value
    with office.db.read() as session:
        assert [one.checked.is_wrong for one in compared(session, FieldClass.MARK, machine())] == [
            True
        ]


def test_settle__second_look_agrees__the_machine_was_right(
    office: Workplace, clerk: Person, differing: RecordView, readings: dict[str, FieldReading]
) -> None:
    """A slip of the person is not an error of the machine."""
    field = accepted(readings)

    desk.settle(office, clerk, key_of(differing), field.field, Answer(field.value))

    with office.db.read() as session:
        assert [one.checked.is_wrong for one in compared(session, FieldClass.MARK, machine())] == [
            False
        ]


def test_settle__prefilled_field__never_counts(
    office: Workplace, clerk: Person, view: RecordView
) -> None:
    """An answer to a field that showed the machine's value leaves no trace in the sample."""
    shown = view.fields["birth_certificate"]

    desk.settle(office, clerk, key_of(view), "birth_certificate", Answer("no"))

    assert (shown.value, shown.reasons) == ("yes", ("low_probability",))
    with office.db.read() as session:
        assert session.scalars(select(SampleAnswerRow)).all() == []


def test_draw__share_of_nothing__draws_nothing(settings: Settings) -> None:
    """Who wants no sample gets none, and no field is asked for it."""
    with open_workplace(settings, make=True) as place:
        enter_sheet(place)
        with place.db.read() as session:
            fields = record_of(session.scalars(select(RecordRow)).one()).fields

            assert session.scalars(select(SampleDrawRow)).all() == []
    assert fields["religion"].decision is Decision.ACCEPT


def test_refresh__again__draws_the_same(office: Workplace, view: RecordView) -> None:
    """However often a sheet is decoded, the draw falls on the same fields and is entered once."""
    with office.db.begin() as session:
        sheet = find_sheet(session, view.sheet)
        assert sheet is not None
        before = set(draws_of(session, view.sheet, view.index))
        blind.refresh_sampled(office, session, sheet)
        after = set(draws_of(session, view.sheet, view.index))

    assert before == after


def test_uniform__without_the_secret_cannot_be_guessed() -> None:
    """The same field and secret give the same number, another secret another one."""
    sheet = "5b6cbd8e-6a0f-5c57-9d5a-6f1f0c3f2a11"

    assert blind.uniform(b"a" * 32, sheet, 1, DATE) == blind.uniform(b"a" * 32, sheet, 1, DATE)
    assert blind.uniform(b"a" * 32, sheet, 1, DATE) != blind.uniform(b"b" * 32, sheet, 1, DATE)


def test_uniform__falls_evenly() -> None:
    """A share of 2 % draws 2 of 100 fields, within chance."""
    drawn = sum(blind.uniform(b"k" * 32, "sheet", 1, f"f{i}") < 0.02 for i in range(20_000))

    assert 340 < drawn < 460  # 400, with three standard deviations of 20 on either side


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(("Neema ", State.ANSWERED), ("neema", State.ANSWERED), True, id="capitals"),
        pytest.param((7, State.ANSWERED), (1, State.ANSWERED), False, id="number"),
        pytest.param((None, State.BLANK), (None, State.NOT_APPLICABLE), False, id="state"),
        pytest.param((["a", "b"], State.ANSWERED), (["b", "a"], State.ANSWERED), True, id="list"),
    ],
)
def test_is_same__value_and_state(
    one: tuple[object, State], other: tuple[object, State], expected: bool
) -> None:
    """A dash is not a blank; order of choices and capitals are no difference."""
    assert blind.is_same(one, other) is expected  # type: ignore[arg-type]
