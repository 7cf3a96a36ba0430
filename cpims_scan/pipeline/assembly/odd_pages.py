"""Pages that are no page of a sheet: backs, covers, what nobody knows and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from cpims_scan.domain.record import PageReading
from cpims_scan.pipeline.assembly.serials import FilePage
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.states import ArrivalState, Reason, TaskKind

# Pages that no machine could place come before the fields of those it could.
PAGE_PRIORITY = 20
# A photograph covers its paper; a page full of handwriting has a tenth of this.
PHOTOGRAPH_INK = 0.4


class AttachmentKind(StrEnum):
    """What a page without a form is to the record that it goes with."""

    STORY = "story"  # on the back of a form page
    MEDICAL = "medical_form"
    COURT = "court_order"
    LETTER = "letter"
    PHOTOGRAPH = "photograph"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions about a batch go."""

    batch_id: int
    office: str | None


def place_odd_pages(place: Workplace, session: Session, pages: list[FilePage], desk: Desk) -> None:
    """Settle blank backs and separators, and ask about what is no form or was not found."""
    for page in pages:
        reading = page.reading
        if reading.state == "blank":
            reason = Reason.COVER if reading.separator else Reason.BLANK_BACK
            settle_content(session, reading.content, ArrivalState.ACCEPTED, reason)
        elif reading.state == "error":
            ask_about_page(place, session, reading, (TaskKind.FAILED, Reason.UNREADABLE), desk)
            settle_content(
                session, reading.content, ArrivalState.ERROR, Reason.UNREADABLE, reading.error
            )
        elif reading.state == "unaligned":
            ask_about_page(place, session, reading, (TaskKind.UNALIGNED, Reason.UNALIGNED), desk)


def ask_about_attachments(
    place: Workplace, session: Session, pages: list[FilePage], new: frozenset[str], desk: Desk
) -> None:
    """
    Ask once about every run of pages without a form: with which record it goes, and as what.

    Args:
        place: The workspace.
        session: In a transaction.
        pages: All pages of one file, in order.
        new: Contents of those that are to be asked about.
        desk: Where the question goes.
    """
    for run, beside in unknown_runs(pages):
        contents = [page.reading.content for page in run if page.reading.content in new]
        if not contents:
            continue
        question = {
            "run": contents,
            "beside": beside.reading.content if beside else None,
            "proposed": proposed_kind(run, beside, pages),
        }
        what = (TaskKind.UNKNOWN, Reason.UNKNOWN)
        first = next(page.reading for page in run if page.reading.content == contents[0])
        ask_about_page(place, session, first, what, desk, question)
        for content in contents:
            settle_content(session, content, ArrivalState.REVIEW, Reason.UNKNOWN)


def unknown_runs(pages: list[FilePage]) -> list[tuple[list[FilePage], FilePage | None]]:
    """
    Pages without a form that follow each other, and the form page that they lie behind.

    Blank backs between them end no run. A run at the beginning of a stretch goes with the form
    page after it; a cover or slip ends runs and parts them from what lies before.
    """
    found: list[tuple[list[FilePage], FilePage | None]] = []
    before: FilePage | None = None
    is_open = False
    for page in pages:
        state = page.reading.state
        if state == "unknown":
            if not is_open:
                found.append(([], before))
            found[-1][0].append(page)
            is_open = True
        elif page.reading.separator:
            before, is_open = None, False
        elif state != "blank":
            if is_open and found[-1][1] is None:
                found[-1] = (found[-1][0], page)
            before, is_open = page, False
    return found


def proposed_kind(
    run: list[FilePage], beside: FilePage | None, pages: list[FilePage]
) -> AttachmentKind:
    """What a run probably is; a person says what it is."""
    first = run[0]
    if all(page.reading.quality.ink_share >= PHOTOGRAPH_INK for page in run):
        return AttachmentKind.PHOTOGRAPH
    is_duplex = len(pages) % 2 == 0
    is_back = beside is not None and beside.number == first.number - 1 and first.number % 2 == 0
    if is_duplex and is_back and len(run) == 1:
        return AttachmentKind.STORY
    return AttachmentKind.OTHER


def ask_about_page(
    place: Workplace,
    session: Session,
    reading: PageReading,
    what: tuple[TaskKind, Reason],
    desk: Desk,
    question: dict[str, Any] | None = None,
) -> None:
    """Put a page on the desk and let it wait there."""
    kind, reason = what
    add_task(
        session,
        NewTask(
            key=f"{kind}:{reading.content}",
            kind=kind,
            content=reading.content,
            batch_id=desk.batch_id,
            office=desk.office,
            priority=PAGE_PRIORITY,
            question=dict(question or {}),
        ),
        place.now(),
    )
    settle_content(session, reading.content, ArrivalState.REVIEW, reason)
