"""Batches: opened once, counted so that the states of their pages add up, closed with a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.store.columns import CODE_LENGTH
from cpims_scan.store.inserts import insert_new
from cpims_scan.store.scope import ALL_OFFICES, Scope
from cpims_scan.store.states import ArrivalState, RecordState, SheetState
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageRow, RecordRow, SheetRow

# The six words of the contract, in its order.
PAGE_STATES = ("accepted", "review", "rejected", "duplicate", "error", "unfinished")
# Under which of the contract's four words each state of a record is counted: one being
# loaded is not yet loaded, one held back waits for a person.
SHOWN_AS = {
    RecordState.WAITING: "waiting",
    RecordState.HELD: "waiting",
    RecordState.REVIEW: "review",
    RecordState.READY: "ready",
    RecordState.LOADING: "ready",
    RecordState.LOADED: "loaded",
}


def open_batch(
    session: Session, name: str | None, context: BatchContext, by: str, now: dt.datetime
) -> BatchRow:
    """
    Open a new batch, or go on with the one of this name.

    Without a name it gets the next free one of B-0001, B-0002, ...; `context` fills what the
    batch does not know yet.

    Raises:
        WrongUseError: The batch is closed, was begun with another office or month, or cannot
            be called so.
    """
    if name is not None and not (0 < len(name) <= CODE_LENGTH and name.isprintable()):
        raise WrongUseError(f"A batch's name is one line of at most {CODE_LENGTH} signs: B-0001.")
    known = None if name is None else find_batch(session, name)
    if known is not None:
        _fill(known, context)
        session.flush()
        return known
    said = dataclasses.asdict(context) | {"created_by": by, "created_at": now}
    number = (session.scalar(select(func.max(BatchRow.id))) or 0) + 1
    chosen = name or f"B-{number:04d}"
    while not insert_new(session, BatchRow, name=chosen, **said):
        if name is not None:  # another process began it just now
            break
        number += 1
        chosen = f"B-{number:04d}"
    return session.scalars(select(BatchRow).where(BatchRow.name == chosen)).one()


def _fill(batch: BatchRow, context: BatchContext) -> None:
    if batch.closed_at is not None:
        raise WrongUseError(f"Batch {batch.name} is closed. Name another batch with --batch.")
    for word in ("office", "month", "officer", "sheets_expected"):
        said, known = getattr(context, word), getattr(batch, word)
        if said is None or said == known:
            continue
        if known is not None:
            raise WrongUseError(
                f"Batch {batch.name} was begun with {word} {known}, not {said}. "
                "Name another batch with --batch, or leave the option out."
            )
        setattr(batch, word, said)


def find_batch(session: Session, name: str) -> BatchRow | None:
    """A batch by its name, or None."""
    return session.scalars(select(BatchRow).where(BatchRow.name == name)).one_or_none()


def require_batch(session: Session, name: str) -> BatchRow:
    """
    A batch by its name.

    Raises:
        InputError: There is none.
    """
    batch = find_batch(session, name)
    if batch is None:
        raise InputError(f"There is no batch '{name}'. cpims-scan status lists them.")
    return batch


def list_batches(session: Session, scope: Scope = ALL_OFFICES) -> list[BatchRow]:
    """All batches that `scope` sees, oldest first."""
    return list(
        session.scalars(select(BatchRow).where(scope.clause(BatchRow.office)).order_by(BatchRow.id))
    )


def context_of(batch: BatchRow) -> BatchContext:
    """What was said about a batch."""
    return BatchContext(batch.office, batch.month, batch.officer, batch.sheets_expected)


def accounting(session: Session, batch: BatchRow) -> dict[str, Any]:
    """
    Where every page of a batch is, in the words of the contract.

    Returns:
        {"name", "sheets": {"expected", "missing"}, "pages": {"in", ...}, "records": {...}};
        `in` is the sum of the other six.
    """
    pages = _page_counts(session, batch.id)
    return {
        "name": batch.name,
        "sheets": {"expected": batch.sheets_expected, "missing": missing_sheets(session, batch)},
        "pages": {"in": sum(pages.values()), **pages},
        "records": _record_counts(session, batch.id),
    }


def status(session: Session, scope: Scope = ALL_OFFICES) -> dict[str, Any]:
    """The document of `status --json`: all batches."""
    return {"batches": [accounting(session, batch) for batch in list_batches(session, scope)]}


def _page_counts(session: Session, batch_id: int) -> dict[str, int]:
    found = session.execute(
        select(ArrivalRow.state, func.count())
        .where(ArrivalRow.batch_id == batch_id)
        .group_by(ArrivalRow.state)
    ).all()
    return dict.fromkeys(PAGE_STATES, 0) | {state: number for state, number in found}


def _record_counts(session: Session, batch_id: int) -> dict[str, int]:
    found = session.execute(
        select(RecordRow.state, func.count())
        .join(SheetRow, SheetRow.key == RecordRow.sheet)
        .where(SheetRow.batch_id == batch_id, SheetRow.state == SheetState.ACTIVE)
        .group_by(RecordRow.state)
    ).all()
    counted = dict.fromkeys(("waiting", "review", "ready", "loaded"), 0)
    for state, number in found:
        counted[SHOWN_AS[RecordState(state)]] += number
    return counted


def missing_sheets(session: Session, batch: BatchRow) -> int:
    """
    How many sheets should have come and did not; 0 when nobody said how many.

    A sheet has come when its first page is here, joined or not. A page that came twice counts
    once, one that came in an earlier batch counts here too: the clerk had it in hand.
    """
    if batch.sheets_expected is None:
        return 0
    first_page = func.coalesce(ArrivalRow.same_as, ArrivalRow.content)
    come = session.scalar(
        select(func.count(first_page.distinct()))
        .join(PageRow, PageRow.content == ArrivalRow.content)
        .where(
            ArrivalRow.batch_id == batch.id,
            ArrivalRow.state != ArrivalState.REJECTED,
            PageRow.form_page == 1,
        )
    )
    return max(batch.sheets_expected - (come or 0), 0)


def close_batch(
    session: Session, batch: BatchRow, by: str, reason: str | None, now: dt.datetime
) -> None:
    """
    Close a batch.

    Raises:
        InputError: Pages are still unfinished, or sheets are missing and no reason is given.
    """
    unfinished = _page_counts(session, batch.id)["unfinished"]
    if unfinished:
        raise InputError(f"Batch {batch.name}: {unfinished} pages are not read yet. Wait for them.")
    missing = missing_sheets(session, batch)
    if missing and not (reason or "").strip():
        raise InputError(
            f"Batch {batch.name}: {missing} sheets are missing. Scan them, or give a reason."
        )
    batch.closed_at, batch.closed_by, batch.closed_reason = now, by, reason
    session.flush()
