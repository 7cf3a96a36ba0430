"""Which page is read by whom: claimed by lease, finished once, given up aloud."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import PageMatch
from cpims_scan.domain.record import PageReading
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.codec import (
    match_from_plain,
    match_to_plain,
    page_reading_from_plain,
    page_reading_to_plain,
)
from cpims_scan.store.review import NewTask, add_task
from cpims_scan.store.states import ArrivalState, PageState, Reason, TaskKind
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageReadingRow, PageRow, ScanFileRow

MAX_ATTEMPTS = 3  # house 8: after these a person is asked
URGENT_PRIORITY = 100
FAILED_PRIORITY = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A page that this worker may read until its lease ends.

    Attributes:
        attempt: 1 at the first try.
        is_alone: It was in flight when a pool broke: read it with nothing else in flight.
        match: What a person said the page is, or None.
    """

    content: str
    file_sha256: str
    suffix: str
    number: int
    attempt: int
    is_alone: bool
    match: PageMatch | None


def claim(
    session: Session, worker: str, now: dt.datetime, lease_seconds: float, limit: int = 1
) -> list[Claim]:
    """
    Take up to `limit` pages to read; two workers never get the same one.

    A page that is to be read alone comes by itself. A page whose lease ended is taken again,
    alone, because it may be what ended its worker; after the third time it is given up.
    """
    give_up_expired(session, now)
    rows = session.execute(
        select(PageRow, ScanFileRow.suffix)
        .join(ScanFileRow, ScanFileRow.sha256 == PageRow.file_sha256)
        .where(_is_free(now))
        .order_by(PageRow.priority.desc(), PageRow.queued_at, PageRow.file_sha256, PageRow.number)
        .limit(limit)
        .with_for_update(of=PageRow, skip_locked=True)
    ).all()
    until = now + dt.timedelta(seconds=lease_seconds)
    taken: list[Claim] = []
    for page, suffix in rows:
        is_alone = page.is_alone or page.state == PageState.DOING
        if is_alone and taken:
            break
        taken.append(_take(page, suffix, is_alone, worker, until))
        if is_alone:
            break
    session.flush()
    return taken


def _is_free(now: dt.datetime) -> ColumnElement[bool]:
    expired = and_(PageRow.state == PageState.DOING, PageRow.lease_until < now)
    return and_(
        or_(PageRow.state == PageState.TODO, expired),
        PageRow.attempts < MAX_ATTEMPTS,
    )


def _take(page: PageRow, suffix: str, is_alone: bool, worker: str, until: dt.datetime) -> Claim:
    page.state = PageState.DOING
    page.worker = worker
    page.lease_until = until
    page.attempts += 1
    page.is_alone = is_alone
    match = None if page.match is None else match_from_plain(page.match)
    return Claim(
        page.content, page.file_sha256, suffix, page.number, page.attempts, is_alone, match
    )


def finish(
    session: Session, content: str, worker: str, reading: PageReading, now: dt.datetime
) -> bool:
    """
    Keep a page's reading, if the page is still this worker's.

    Returns:
        False when the lease ended and another worker has it: then nothing is kept.
    """
    page = _mine(session, content, worker)
    if page is None:
        return False
    kept = PageReadingRow(
        content=content,
        pack=reading.pack,
        worker=worker,
        read_at=now,
        reading=page_reading_to_plain(reading),
    )
    session.add(kept)
    session.flush()
    match = reading.match
    page.state, page.worker, page.lease_until, page.is_alone = PageState.DONE, None, None, False
    page.reading_id, page.error = kept.id, reading.error
    # Pages are searched by the coarse part; the fine one, ten times as long, stays in the reading.
    page.fingerprint = reading.fingerprint.partition("|")[0]
    page.form = match.form if match else None
    page.edition = match.edition if match else None
    page.form_page = match.page if match and match.form else None
    page.serial = (match.serial or None) if match else None
    session.flush()
    return True


def fail(session: Session, content: str, worker: str, error: str, now: dt.datetime) -> bool:
    """
    Record that reading a page raised; it is tried again alone, or given up after the third time.

    `error` is one sentence without anything that stands on the paper.
    """
    page = _mine(session, content, worker)
    if page is None:
        return False
    page.error = error
    if page.attempts >= MAX_ATTEMPTS:
        _give_up(session, page, now)
    else:
        page.state, page.worker, page.lease_until = PageState.TODO, None, None
        page.is_alone = True
    session.flush()
    return True


def extend(session: Session, contents: list[str], worker: str, until: dt.datetime) -> int:
    """Keep pages longer; returns how many are still this worker's."""
    result = session.execute(
        update(PageRow).where(_held_by(contents, worker)).values(lease_until=until)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def release(session: Session, contents: list[str], worker: str, count_attempt: bool) -> int:
    """
    Give pages back unread, for instance after a broken pool or Ctrl-C.

    They are read again one at a time. `count_attempt` is True for a page that was in flight
    alone when the pool broke: it is to blame. It is False for pages that were in flight
    together: none of them loses an attempt.

    Returns:
        How many were still this worker's.
    """
    pages = session.scalars(select(PageRow).where(_held_by(contents, worker))).all()
    for page in pages:
        page.state, page.worker, page.lease_until = PageState.TODO, None, None
        page.is_alone = True
        if not count_attempt:
            page.attempts -= 1
    session.flush()
    return len(pages)


def workers_of(session: Session, host: str) -> list[str]:
    """Workers of one machine that hold pages now; a worker is called `host:process`."""
    rows = session.scalars(
        select(PageRow.worker).where(
            PageRow.state == PageState.DOING,
            PageRow.worker.startswith(f"{host}:", autoescape=True),
        )
    )
    return sorted({row for row in rows if row})


def held_by(session: Session, worker: str) -> list[str]:
    """Contents that a worker holds now."""
    return list(
        session.scalars(
            select(PageRow.content).where(
                PageRow.state == PageState.DOING, PageRow.worker == worker
            )
        )
    )


def give_up_expired(session: Session, now: dt.datetime) -> int:
    """Give up pages that used all attempts and have no worker; returns how many."""
    lost = or_(
        PageRow.state == PageState.TODO,
        and_(PageRow.state == PageState.DOING, PageRow.lease_until < now),
    )
    pages = session.scalars(
        select(PageRow)
        .where(lost, PageRow.attempts >= MAX_ATTEMPTS)
        .with_for_update(skip_locked=True)
    ).all()
    for page in pages:
        _give_up(session, page, now)
    return len(pages)


def _give_up(session: Session, page: PageRow, now: dt.datetime) -> None:
    page.state, page.worker, page.lease_until = PageState.FAILED, None, None
    page.error = page.error or "Reading this page ended the program three times."
    settle_content(session, page.content, ArrivalState.ERROR, Reason.FAILED, page.error)
    first = session.execute(
        select(BatchRow.id, BatchRow.office)
        .join(ArrivalRow, ArrivalRow.batch_id == BatchRow.id)
        .where(ArrivalRow.content == page.content)
        .order_by(ArrivalRow.id)
        .limit(1)
    ).first()
    question = NewTask(
        key=f"failed:{page.content}",
        kind=TaskKind.FAILED,
        content=page.content,
        batch_id=first.id if first else None,
        office=first.office if first else None,
        priority=FAILED_PRIORITY,
        question={"error": page.error, "attempts": page.attempts},
    )
    add_task(session, question, now)


def requeue(
    session: Session, contents: list[str], now: dt.datetime, match: PageMatch | None = None
) -> int:
    """
    Have pages read again, with fresh attempts; what was read before stays in the history.

    `match` is what a person said the pages are; None keeps what was said before, if anything.

    Returns:
        How many are queued; a page that a worker holds now is left alone.
    """
    pages = session.scalars(
        select(PageRow).where(PageRow.content.in_(contents), PageRow.state != PageState.DOING)
    ).all()
    for page in pages:
        page.state, page.attempts, page.is_alone = PageState.TODO, 0, False
        page.queued_at, page.error = now, None
        if match is not None:
            page.match = match_to_plain(match)
    session.flush()
    return len(pages)


def counts(session: Session) -> dict[str, int]:
    """How many pages are in each state; every state is there."""
    found = session.execute(select(PageRow.state, func.count()).group_by(PageRow.state)).all()
    return {str(state): 0 for state in PageState} | {state: number for state, number in found}


def reading_of(session: Session, content: str) -> PageReading | None:
    """The newest reading of a page, or None before it was read."""
    return readings_of(session, [content]).get(content)


def readings_of(session: Session, contents: list[str]) -> dict[str, PageReading]:
    """The newest readings of pages, by content; unread pages are left out."""
    rows = session.scalars(
        select(PageReadingRow)
        .join(PageRow, PageRow.reading_id == PageReadingRow.id)
        .where(PageRow.content.in_(contents))
    )
    return {row.content: page_reading_from_plain(row.reading) for row in rows}


def _mine(session: Session, content: str, worker: str) -> PageRow | None:
    return session.scalars(
        select(PageRow).where(_held_by([content], worker)).with_for_update()
    ).one_or_none()


def _held_by(contents: list[str], worker: str) -> ColumnElement[bool]:
    return and_(
        PageRow.content.in_(contents),
        PageRow.state == PageState.DOING,
        PageRow.worker == worker,
    )
