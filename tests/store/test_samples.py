"""The quality sample in the work database: drawn once, never changed, the newest answer counts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Decision, FieldReading, Kind, State
from cpims_scan.domain.trust import Basis, FieldClass
from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database
from cpims_scan.store.samples import (
    Drawn,
    InForce,
    add_answer,
    add_draw,
    add_threshold,
    compared,
    draws_of,
    open_sheets,
    secret_of,
    threshold_history,
)
from cpims_scan.store.states import SampleVerdict
from tests.store.work import NOW, stocked

AGE = FieldReading("age", Kind.NUMBER, State.ANSWERED, 11, 0.99, "ink", Decision.ACCEPT)


def drawn(session: Session) -> Drawn:
    """A drawn number of a sheet."""
    sheet = stocked(session, ["one"])[1].key
    return Drawn(sheet, 1, 1, AGE, FieldClass.NUMBER, True, 0.985, 0.02, "officer 7", "m")


def answered(session: Session, draw: Drawn, *verdicts: SampleVerdict) -> None:
    """Answer a drawn field once for every verdict."""
    add_draw(session, draw, NOW)
    row = draws_of(session, draw.sheet, 1)["age"]
    for verdict in verdicts:
        add_answer(session, row, verdict, (11, State.ANSWERED), ("amina", NOW))


def test_secret_of__is_made_once(work_database: Database) -> None:
    """Every process draws by the same secret."""
    with work_database.begin() as session:
        first = secret_of(session)
    with work_database.begin() as session:
        assert secret_of(session) == first
    assert len(first) == 32


def test_add_draw__twice__is_one(work_database: Database) -> None:
    """A field that is drawn stays as it was drawn."""
    with work_database.begin() as session:
        draw = drawn(session)

        assert add_draw(session, draw, NOW)
        assert not add_draw(session, draw, NOW)


@pytest.mark.parametrize(
    ("verdicts", "wrong"),
    [
        pytest.param(["right"], [False], id="right"),
        pytest.param(["differs"], [], id="to be looked at again"),
        pytest.param(["differs", "wrong"], [True], id="wrong"),
        pytest.param(["differs", "right"], [False], id="the person slipped"),
        pytest.param(["right", "differs", "wrong"], [True], id="thought again"),
    ],
)
def test_compared__the_newest_answer_counts(
    work_database: Database, verdicts: list[str], wrong: list[bool]
) -> None:
    """A field is right or wrong by its last answer, and neither while it is looked at again."""
    with work_database.begin() as session:
        answered(session, drawn(session), *map(SampleVerdict, verdicts))

        assert [one.checked.is_wrong for one in compared(session, FieldClass.NUMBER, "m")] == wrong


def test_compared__weight_is_the_inverse_of_being_drawn(work_database: Database) -> None:
    """One drawn of fifty stands for fifty; its writer and its order are told."""
    with work_database.begin() as session:
        answered(session, drawn(session), SampleVerdict.RIGHT)
        (one,) = compared(session, FieldClass.NUMBER, "m")

    assert one.checked.weight == pytest.approx(50)
    assert one.checked.writer == "officer 7"
    assert one.is_accepted


def test_compared__after_a_draw__only_later_ones(work_database: Database) -> None:
    """What was drawn before a threshold moved is left out when asked."""
    with work_database.begin() as session:
        answered(session, drawn(session), SampleVerdict.RIGHT)
        (one,) = compared(session, FieldClass.NUMBER, "m")

        assert compared(session, FieldClass.NUMBER, "m", after=one.number) == []


def test_compared__another_machine__is_another_sample(work_database: Database) -> None:
    """What was proven of other weights says nothing of these."""
    with work_database.begin() as session:
        answered(session, drawn(session), SampleVerdict.RIGHT)

        assert compared(session, FieldClass.NUMBER, "n") == []


def test_open_sheets__until_every_drawn_field_is_compared(work_database: Database) -> None:
    """A sheet is open while one of its drawn fields has no verdict."""
    with work_database.begin() as session:
        draw = drawn(session)
        answered(session, draw, SampleVerdict.DIFFERS)
        before = open_sheets(session, FieldClass.NUMBER, "m")
        answered(session, draw, SampleVerdict.RIGHT)

        assert before == {draw.sheet}
        assert open_sheets(session, FieldClass.NUMBER, "m") == set()


def test_threshold_history__oldest_first_with_who_and_why(work_database: Database) -> None:
    """Every move stays, with what it rests on."""
    moves = [
        InForce(FieldClass.DATE, 0.99, Basis.PRIOR, 0, NOW, "lead", "m", {"n": 0}),
        InForce(FieldClass.DATE, 0.997, Basis.TIGHTENED, 7, NOW, "quality sample", "m", {"n": 3}),
    ]
    with work_database.begin() as session:
        for move in moves:
            add_threshold(session, move)

        assert threshold_history(session, "m") == {FieldClass.DATE: moves}


@pytest.mark.parametrize("table", ["sample_key", "sample_draw", "sample_answer", "trust_threshold"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET id = 99"])
def test_tables__refuse_changes(work_database: Database, table: str, verb: str) -> None:
    """Neither a draw nor an answer nor a threshold can be changed or removed."""
    with work_database.begin() as session:
        secret_of(session)
        answered(session, drawn(session), SampleVerdict.RIGHT)
        add_threshold(session, InForce(FieldClass.DATE, 0.9, Basis.PRIOR, 0, NOW, "lead", "m", {}))

    with pytest.raises(StoreError, match="never changed"), work_database.begin() as session:
        session.execute(text(verb.format(table)))
