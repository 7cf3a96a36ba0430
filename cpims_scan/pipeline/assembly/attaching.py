"""What a person says about pages without a form: with which record they go, or with none."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cpims_scan.errors import WrongUseError
from cpims_scan.pipeline.assembly.odd_pages import PAGE_PRIORITY, AttachmentKind
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.attachments import Attachment, attach
from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.states import ArrivalState, Reason, TaskKind
from cpims_scan.store.tables import TaskRow

SECOND_LOOK = "discard"  # begins the key of a question whether a page may really be put aside


def pages_asked(task: TaskRow) -> list[str]:
    """All contents that one question is about."""
    pages = task.question.get("pages")
    if isinstance(pages, dict):
        return [str(content) for content in pages.values()]
    return [str(content) for content in task.question.get("run") or [task.content]]


def put_to_record(
    place: Workplace, session: Session, task: TaskRow, beside: str | None, kind: str
) -> None:
    """
    Let a whole run of pages go with the record of a form page.

    Args:
        place: The workspace.
        session: In a transaction.
        task: The question; it proposes page and kind where nothing else is said.
        beside: Content of the form page, or None for the one proposed.
        kind: A word of AttachmentKind, or "" for the one proposed.

    Raises:
        WrongUseError: There is no such kind.
    """
    word = kind or str(task.question.get("proposed") or AttachmentKind.OTHER)
    if word not in set(AttachmentKind):
        raise WrongUseError(f"There is no attachment of the kind '{word}'. Choose another.")
    near = beside or task.question.get("beside")
    for content in pages_asked(task):
        said = Attachment(content, word, str(near) if near else None)
        attach(session, said, str(task.done_by), place.now())
        settle_content(session, content, ArrivalState.ACCEPTED, Reason.ATTACHMENT)


def discard(place: Workplace, session: Session, task: TaskRow) -> None:
    """
    Put pages aside; they stay in review, marked so, until another person has looked as well.

    The second person sees the same question, and any other answer brings the pages back.
    """
    if task.key.startswith(SECOND_LOOK):
        for content in pages_asked(task):
            settle_content(session, content, ArrivalState.REJECTED, Reason.FOREIGN)
        return
    for content in pages_asked(task):
        settle_content(session, content, ArrivalState.REVIEW, Reason.DISCARDED)
    _ask(place, session, task, pages_asked(task), f"{SECOND_LOOK}:{task.content}")


def ask_again(place: Workplace, session: Session, task: TaskRow, contents: list[str]) -> None:
    """Ask about the rest of a run whose first page turned out to be a form."""
    if contents:
        _ask(place, session, task, contents, f"{TaskKind.UNKNOWN}:{contents[0]}")


def _ask(place: Workplace, session: Session, task: TaskRow, contents: list[str], key: str) -> None:
    is_second = key.startswith(SECOND_LOOK)
    question = {**task.question, "run": contents}
    question.pop("pages", None)
    if is_second:
        question["discarded"] = True
    add_task(
        session,
        NewTask(
            key=key,
            kind=TaskKind.UNKNOWN,
            content=contents[0],
            batch_id=task.batch_id,
            office=task.office,
            priority=PAGE_PRIORITY,
            question=question,
            barred=(str(task.done_by),) if is_second else (),
        ),
        place.now(),
    )
