"""Questions to people: each leased to one person at a time, answered once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from cpims_scan.store.inserts import insert_new
from cpims_scan.store.scope import Scope
from cpims_scan.store.states import TaskKind, TaskState
from cpims_scan.store.tables import TaskBarredRow, TaskRow

PLAIN_PRIORITY = 0  # higher comes first


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for work: the name that stands in leases and rows, and the offices they see."""

    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class NewTask:
    """
    A question to be asked.

    Attributes:
        key: Names the question; while one with this key stands open no second one is made.
        question: Plain data for the desk, for instance {"fields": [...]}; no field values.
        barred: Names of people who may not take it.
    """

    key: str
    kind: TaskKind
    sheet: str | None = None
    index: int | None = None
    field: str | None = None
    content: str | None = None
    batch_id: int | None = None
    office: str | None = None
    priority: int = PLAIN_PRIORITY
    question: dict[str, Any] = dataclasses.field(default_factory=dict)
    barred: tuple[str, ...] = ()


def add_task(session: Session, new: NewTask, now: dt.datetime) -> str:
    """Ask a question, or bring the open one with this key up to date; returns the task's id."""
    told = {f.name: getattr(new, f.name) for f in dataclasses.fields(new) if f.name != "barred"}
    told |= {"id": str(uuid.uuid4()), "state": TaskState.OPEN, "created_at": now}
    is_new = insert_new(session, TaskRow, **told)
    task = session.scalars(
        select(TaskRow).where(TaskRow.key == new.key, TaskRow.state == TaskState.OPEN)
    ).one()
    if not is_new:
        task.question, task.office = new.question, new.office
        task.priority = max(task.priority, new.priority)
        session.flush()
    for person in new.barred:
        bar(session, task.id, person)
    return task.id


def next_task(
    session: Session,
    asker: Asker,
    now: dt.datetime,
    lease_seconds: float,
    kinds: tuple[TaskKind, ...] | None = None,
) -> TaskRow | None:
    """
    Give somebody their next question: first the one they hold, else the most urgent free one.

    Two people never hold the same question; one whose lease ended returns to the others.
    """
    limits = [
        TaskRow.state == TaskState.OPEN,
        asker.scope.clause(TaskRow.office),
        _not_barred(asker),
    ]
    if kinds is not None:
        limits.append(TaskRow.kind.in_(kinds))
    order = (TaskRow.priority.desc(), TaskRow.created_at, TaskRow.id)
    for hold in (_held_by(asker.name, now), _is_free(now)):
        task = session.scalars(
            select(TaskRow)
            .where(*limits, hold)
            .order_by(*order)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if task is not None:
            return _lease(session, task, asker, now, lease_seconds)
    return None


def take_task(
    session: Session, task_id: str, asker: Asker, now: dt.datetime, lease_seconds: float
) -> TaskRow | None:
    """Take one question by its id; None when it is done, another's, barred or out of scope."""
    task = session.scalars(
        select(TaskRow)
        .where(
            TaskRow.id == task_id,
            TaskRow.state == TaskState.OPEN,
            asker.scope.clause(TaskRow.office),
            _not_barred(asker),
            or_(_is_free(now), _held_by(asker.name, now)),
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if task is None else _lease(session, task, asker, now, lease_seconds)


def _lease(
    session: Session, task: TaskRow, asker: Asker, now: dt.datetime, lease_seconds: float
) -> TaskRow:
    task.assignee = asker.name
    task.lease_until = now + dt.timedelta(seconds=lease_seconds)
    session.flush()
    return task


def finish_task(
    session: Session,
    task_id: str,
    person: str,
    now: dt.datetime,
    answer: dict[str, Any] | None = None,
) -> bool:
    """
    Close a question with what was answered; no field values belong into `answer`.

    Returns:
        False when it is already done or another person holds it now: the caller must not
        keep what was answered. A lease that ended is no reason while nobody else has it.
    """
    task = session.scalars(
        select(TaskRow)
        .where(TaskRow.id == task_id, TaskRow.state == TaskState.OPEN, TaskRow.assignee == person)
        .with_for_update()
    ).one_or_none()
    if task is None:
        return False
    task.state, task.done_at, task.done_by = TaskState.DONE, now, person
    task.lease_until, task.answer = None, answer
    session.flush()
    return True


def give_back(session: Session, task_id: str, person: str) -> bool:
    """Return a question unanswered, at once."""
    result = session.execute(
        update(TaskRow)
        .where(TaskRow.id == task_id, TaskRow.assignee == person, TaskRow.state == TaskState.OPEN)
        .values(assignee=None, lease_until=None)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def step_aside(session: Session, task_id: str, person: str) -> None:
    """Return a question and never get it again: the clerk knows the family."""
    give_back(session, task_id, person)
    bar(session, task_id, person)


def bar(session: Session, task_id: str, person: str) -> None:
    """Keep a person from a question, for instance the first keyer from the second key."""
    insert_new(session, TaskBarredRow, task_id=task_id, person=person)


def withdraw(session: Session, keys: list[str], now: dt.datetime) -> int:
    """Take back open questions that no longer arise; returns how many."""
    result = session.execute(
        update(TaskRow)
        .where(TaskRow.key.in_(keys), TaskRow.state == TaskState.OPEN)
        .values(state=TaskState.WITHDRAWN, done_at=now, lease_until=None)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def tasks_of(
    session: Session, sheet: str | None = None, content: str | None = None
) -> list[TaskRow]:
    """Open questions about a sheet or about a page."""
    limit = TaskRow.sheet == sheet if sheet is not None else TaskRow.content == content
    return list(
        session.scalars(
            select(TaskRow)
            .where(limit, TaskRow.state == TaskState.OPEN)
            .order_by(TaskRow.priority.desc(), TaskRow.created_at, TaskRow.id)
        )
    )


def count_tasks(session: Session, scope: Scope, person: str = "") -> dict[str, int]:
    """Open questions by kind that a person may answer; kinds without one are left out."""
    asker = Asker(person, scope)
    found = session.execute(
        select(TaskRow.kind, func.count())
        .where(TaskRow.state == TaskState.OPEN, scope.clause(TaskRow.office), _not_barred(asker))
        .group_by(TaskRow.kind)
        .order_by(TaskRow.kind)
    ).all()
    return {kind: number for kind, number in found}


def _is_free(now: dt.datetime) -> ColumnElement[bool]:
    return or_(TaskRow.lease_until.is_(None), TaskRow.lease_until < now)


def _held_by(person: str, now: dt.datetime) -> ColumnElement[bool]:
    return and_(TaskRow.assignee == person, TaskRow.lease_until >= now)


def _not_barred(asker: Asker) -> ColumnElement[bool]:
    return ~(
        select(TaskBarredRow.id)
        .where(TaskBarredRow.task_id == TaskRow.id, TaskBarredRow.person == asker.name)
        .exists()
    )
