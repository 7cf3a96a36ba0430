"""A question is with one person at a time and is answered once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import select

from cpims_scan.store.database import Database
from cpims_scan.store.review import (
    Asker,
    NewTask,
    add_task,
    bar,
    count_tasks,
    finish_task,
    give_back,
    next_task,
    step_aside,
    take_task,
    tasks_of,
    withdraw,
)
from cpims_scan.store.scope import ALL_OFFICES, Scope
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from tests.store.work import NOW, OFFICE, later, stocked
from tests.store.workers import answer_all

AMINA = Asker("amina", Scope(("047*",)))
JUMA = Asker("juma", Scope(("047*",)))
LEASE = 900.0


def ask(database: Database, key: str, kind: TaskKind = TaskKind.FIELD, priority: int = 0) -> str:
    """One open question of the office."""
    with database.begin() as session:
        return add_task(session, NewTask(key, kind, office=OFFICE, priority=priority), NOW)


def next_id(database: Database, asker: Asker, seconds: float = 0) -> str | None:
    """The question somebody gets now."""
    with database.begin() as session:
        task = next_task(session, asker, later(seconds), LEASE)
        return None if task is None else task.id


def test_next_task__two_people_get_two_questions(work_database: Database) -> None:
    """What one holds the other does not get."""
    made = {ask(work_database, "q1"), ask(work_database, "q2")}

    assert {next_id(work_database, AMINA), next_id(work_database, JUMA)} == made
    assert next_id(work_database, Asker("third", ALL_OFFICES)) is None


def test_next_task__same_person_gets_the_same_question_again(work_database: Database) -> None:
    """A reloaded page shows the question that was there, not another one."""
    ask(work_database, "q1")
    ask(work_database, "q2")

    assert next_id(work_database, AMINA) == next_id(work_database, AMINA, 60)


def test_next_task__ended_lease_returns(work_database: Database) -> None:
    """After 15 minutes a question goes to somebody else."""
    made = ask(work_database, "q1")
    next_id(work_database, AMINA)

    assert next_id(work_database, JUMA, LEASE - 1) is None
    assert next_id(work_database, JUMA, LEASE + 1) == made


def test_next_task__urgent_before_old(work_database: Database) -> None:
    """Priority goes before age."""
    ask(work_database, "old")
    urgent = ask(work_database, "urgent", TaskKind.URGENT, priority=100)

    assert next_id(work_database, AMINA) == urgent


def test_next_task__keeps_to_the_scope(work_database: Database) -> None:
    """Another county's questions and those without an office are not shown."""
    with work_database.begin() as session:
        add_task(session, NewTask("q1", TaskKind.FIELD, office="031-001"), NOW)
        add_task(session, NewTask("q2", TaskKind.FIELD), NOW)

    assert next_id(work_database, AMINA) is None
    with work_database.read() as session:
        assert count_tasks(session, AMINA.scope) == {}
        assert count_tasks(session, ALL_OFFICES) == {"field": 2}


def test_next_task__only_the_kinds_asked_for(work_database: Database) -> None:
    """A keyer of text gets text."""
    ask(work_database, "q1", TaskKind.UNKNOWN)

    with work_database.begin() as session:
        assert next_task(session, AMINA, NOW, LEASE, (TaskKind.TEXT,)) is None


def test_add_task__same_question_stands_open_once(work_database: Database) -> None:
    """Asking again brings the open question up to date instead of doubling it."""
    first = ask(work_database, "q1", priority=1)

    assert ask(work_database, "q1", priority=7) == first
    with work_database.read() as session:
        assert session.get_one(TaskRow, first).priority == 7


def test_add_task__answered_question_can_be_asked_again(work_database: Database) -> None:
    """A question that arises anew after its answer is a new one."""
    first = ask(work_database, "q1")
    next_id(work_database, AMINA)
    with work_database.begin() as session:
        finish_task(session, first, "amina", NOW)

    assert ask(work_database, "q1") != first


def test_finish_task__only_by_who_holds_it(work_database: Database) -> None:
    """An answer to a question that went to somebody else is refused."""
    made = ask(work_database, "q1")
    next_id(work_database, AMINA)
    next_id(work_database, JUMA, LEASE + 1)

    with work_database.begin() as session:
        assert not finish_task(session, made, "amina", later(LEASE + 2))
        assert finish_task(session, made, "juma", later(LEASE + 3), {"key": "enter"})
        assert not finish_task(session, made, "juma", later(LEASE + 4))


def test_finish_task__late_answer_counts_while_nobody_else_has_it(work_database: Database) -> None:
    """A clerk who was away for tea loses nothing when nobody took over."""
    made = ask(work_database, "q1")
    next_id(work_database, AMINA)

    with work_database.begin() as session:
        assert finish_task(session, made, "amina", later(LEASE * 3))


def test_give_back__next_person_gets_it_at_once(work_database: Database) -> None:
    """A returned question waits for no lease."""
    made = ask(work_database, "q1")
    next_id(work_database, AMINA)
    with work_database.begin() as session:
        assert give_back(session, made, "amina")

    assert next_id(work_database, JUMA) == made


def test_step_aside__never_comes_back_to_that_person(work_database: Database) -> None:
    """Whoever knows the family does not see the sheet again; others do."""
    made = ask(work_database, "q1")
    next_id(work_database, AMINA)
    with work_database.begin() as session:
        step_aside(session, made, "amina")

    assert next_id(work_database, AMINA) is None
    assert next_id(work_database, JUMA) == made


def test_take_task__barred_and_foreign_ones_are_not_there(work_database: Database) -> None:
    """By its id a question opens only for who may see it and while nobody else holds it."""
    made = ask(work_database, "q1")

    with work_database.begin() as session:
        bar(session, made, "amina")
        assert take_task(session, made, AMINA, NOW, LEASE) is None
        assert take_task(session, made, Asker("x", Scope(("031",))), NOW, LEASE) is None
        assert take_task(session, made, JUMA, NOW, LEASE) is not None
        assert take_task(session, made, Asker("y", ALL_OFFICES), NOW, LEASE) is None


def test_withdraw__takes_open_questions_back(work_database: Database) -> None:
    """A question that no longer arises disappears; its row stays."""
    ask(work_database, "q1")

    with work_database.begin() as session:
        assert withdraw(session, ["q1", "never"], NOW) == 1
        assert withdraw(session, ["q1"], NOW) == 0

    assert next_id(work_database, AMINA) is None


def test_tasks_of__open_questions_of_a_sheet(work_database: Database) -> None:
    """A sheet's questions stand together, most urgent first."""
    with work_database.begin() as session:
        _, sheet = stocked(session, ["a"])
        for number, priority in enumerate((1, 5)):
            new = NewTask(f"q{number}", TaskKind.FIELD, sheet=sheet.key, priority=priority)
            add_task(session, new, NOW)

        assert [task.priority for task in tasks_of(session, sheet=sheet.key)] == [5, 1]


@pytest.mark.slow
def test_next_task__three_desks_at_once_never_answer_the_same_question(
    work_url: str, work_database: Database, tmp_path: Path
) -> None:
    """Real processes race for the questions; each one is answered by exactly one of them."""
    made = {ask(work_database, f"q{number}") for number in range(40)}
    context = multiprocessing.get_context("spawn")
    logs = [tmp_path / f"desk-{number}" for number in range(3)]
    desks = [context.Process(target=answer_all, args=(work_url, log.name, log)) for log in logs]

    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=60)

    answered = [line for log in logs for line in log.read_text().split()]
    assert sorted(answered) == sorted(made)
    with work_database.read() as session:
        assert set(session.scalars(select(TaskRow.state))) == {"done"}
