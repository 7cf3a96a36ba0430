"""Every page that came in, and the one state it is in."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cpims_scan.store.inserts import insert_new
from cpims_scan.store.states import ArrivalState, PageState, Reason
from cpims_scan.store.tables import ArrivalRow, PageRow, ScanFileRow

LONGEST_NAME = 255  # characters; as file systems have it
# States that a content's fate still changes; the others were settled for that arrival alone.
MOVING = (ArrivalState.UNFINISHED, ArrivalState.REVIEW, ArrivalState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class NewFile:
    """
    A file that was just copied into the page store.

    Attributes:
        name: As it arrived; escaped before it is kept.
        size: Bytes.
        suffix: Lower case with its dot, as the page store has it.
    """

    sha256: str
    name: str
    size: int
    suffix: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """One page of that file: its content, or one sentence why it has none."""

    number: int
    content: str | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What taking in one file did, as numbers of pages."""

    id: str  # UUID
    new: int
    duplicate: int
    error: int


def take_in(
    session: Session, batch_id: int, file: NewFile, pages: list[NewPage], now: dt.datetime
) -> Delivery:
    """
    Enter the arrival of every page of one file and queue what was never seen before.

    A content that came before, in any batch, is a duplicate and no new work; one whose reading
    was given up is queued once more. A file that would not open is one page with number 0.
    """
    insert_new(
        session,
        ScanFileRow,
        sha256=file.sha256,
        name=escape_name(file.name),
        suffix=file.suffix,
        size=file.size,
        stored_at=now,
    )
    delivery = str(uuid.uuid4())
    queued = _queue_new(session, file, pages, now)
    states = []
    for page in pages or [NewPage(0, None, "The file has no pages.")]:
        arrival = _arrival(file, page, now, queued)
        arrival.batch_id, arrival.delivery = batch_id, delivery
        session.add(arrival)
        states.append(arrival.state)
        queued.pop(page.content, None)  # a second page with these bytes repeats the first
    session.flush()
    return Delivery(
        delivery,
        states.count(ArrivalState.UNFINISHED),
        states.count(ArrivalState.DUPLICATE),
        states.count(ArrivalState.ERROR),
    )


def _queue_new(
    session: Session, file: NewFile, pages: list[NewPage], now: dt.datetime
) -> dict[str | None, int]:
    """Queue contents that are new or failed before; gives them with their first page number."""
    first = {page.content: page.number for page in reversed(pages) if page.content is not None}
    queued: dict[str | None, int] = {}
    # In one order for all, so that two files with the same pages never wait for each other.
    for content, number in sorted(first.items()):
        told = {"file_sha256": file.sha256, "number": number, "queued_at": now}
        is_new = insert_new(session, PageRow, content=content, **told)
        if is_new or _try_again(session, content, told):
            queued[content] = number
    return queued


def _try_again(session: Session, content: str, told: dict[str, Any]) -> bool:
    """Queue a page that was given up: the clerk tries again, perhaps with a newer program."""
    result = session.execute(
        update(PageRow)
        .where(PageRow.content == content, PageRow.state == PageState.FAILED)
        .values(state=PageState.TODO, attempts=0, is_alone=False, error=None, **told)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _arrival(
    file: NewFile, page: NewPage, now: dt.datetime, queued: dict[str | None, int]
) -> ArrivalRow:
    arrival = ArrivalRow(
        file_sha256=file.sha256,
        file_name=escape_name(file.name),
        number=page.number,
        content=page.content,
        received_at=now,
        state=ArrivalState.UNFINISHED,
    )
    if page.content is None:
        arrival.state, arrival.reason = ArrivalState.ERROR, Reason.UNREADABLE
        arrival.error = page.error
    elif page.content not in queued:
        arrival.state, arrival.reason = ArrivalState.DUPLICATE, Reason.SAME_BYTES
        arrival.same_as = page.content
    return arrival


def settle_content(
    session: Session,
    content: str,
    state: ArrivalState,
    reason: Reason | None = None,
    error: str | None = None,
) -> int:
    """
    Move the arrivals of a content to a state; duplicates and rejected ones stay as they are.

    Returns:
        How many were moved.
    """
    result = session.execute(
        update(ArrivalRow)
        .where(ArrivalRow.content == content, ArrivalRow.state.in_(MOVING))
        .values(state=state, reason=reason, error=error)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def settle_arrival(
    session: Session, arrival_id: int, state: ArrivalState, reason: Reason | None = None
) -> None:
    """Move one arrival alone, for instance a re-scan's old page to rejected (superseded)."""
    session.execute(
        update(ArrivalRow).where(ArrivalRow.id == arrival_id).values(state=state, reason=reason)
    )


def mark_same_ink(session: Session, content: str, same_as: str) -> None:
    """Make the arrivals of a content duplicates of another one that bears the same ink."""
    session.execute(
        update(ArrivalRow)
        .where(ArrivalRow.content == content, ArrivalRow.state.in_(MOVING))
        .values(state=ArrivalState.DUPLICATE, reason=Reason.SAME_INK, same_as=same_as, error=None)
    )


def arrivals_of(session: Session, batch_id: int) -> list[ArrivalRow]:
    """All arrivals of a batch, in the order they came."""
    return list(
        session.scalars(
            select(ArrivalRow).where(ArrivalRow.batch_id == batch_id).order_by(ArrivalRow.id)
        )
    )


def arrivals_with(session: Session, content: str) -> list[ArrivalRow]:
    """All arrivals of a content in all batches, in the order they came."""
    return list(
        session.scalars(
            select(ArrivalRow).where(ArrivalRow.content == content).order_by(ArrivalRow.id)
        )
    )


def deliveries_read(session: Session, batch_id: int | None = None) -> list[str]:
    """
    Deliveries with pages to assemble whose every page is read or given up, oldest first.

    A page counts as to be assembled while its arrival is unfinished; a file is assembled only
    as a whole, because pages join by their neighbours.
    """
    waiting = (
        select(ArrivalRow.delivery)
        .join(PageRow, PageRow.content == ArrivalRow.content)
        .where(PageRow.state.in_((PageState.TODO, PageState.DOING)))
    )
    query = (
        select(ArrivalRow.delivery)
        .where(ArrivalRow.state == ArrivalState.UNFINISHED, ArrivalRow.delivery.not_in(waiting))
        .group_by(ArrivalRow.delivery)
        .order_by(func.min(ArrivalRow.id))  # a cover's file comes before the files it holds for
    )
    if batch_id is not None:
        query = query.where(ArrivalRow.batch_id == batch_id)
    return list(session.scalars(query))


def pages_of(session: Session, delivery: str) -> list[ArrivalRow]:
    """All arrivals of one taking-in of one file, in page order."""
    return list(
        session.scalars(
            select(ArrivalRow)
            .where(ArrivalRow.delivery == delivery)
            .order_by(ArrivalRow.number, ArrivalRow.id)
        )
    )


def escape_name(name: str) -> str:
    r"""Show a file's name as printable text; what hides or turns text becomes \x1b or \u202e."""
    shown = "".join(_shown(sign) for sign in name)
    if len(shown) <= LONGEST_NAME:
        return shown
    return shown[: LONGEST_NAME - 1] + "…"


def _shown(sign: str) -> str:
    # C: control, format (turns of direction), surrogate, private; Z other than the space.
    is_hidden = unicodedata.category(sign)[0] in "CZ" and sign != " "
    if not is_hidden:
        return sign
    code = ord(sign)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
