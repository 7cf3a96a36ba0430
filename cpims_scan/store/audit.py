"""Who did what and when, in a chain that breaks when somebody changes it. No field values."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.errors import StoreError
from cpims_scan.store.office_tables import AuditHeadRow, AuditRow
from cpims_scan.store.scope import ALL_OFFICES, Scope

BEGINNING = "0" * 64  # what the first entry is chained to
HEAD = 1  # the only row of audit_head
AT_ONCE = 1000  # entries read at a time when the chain is checked
# Names of details; whatever could carry what stands on the paper is not among them.
DETAILS = frozenset(
    [
        *("batch", "count", "edition", "field", "form", "kind", "month", "number", "pages"),
        *("reason", "revision", "role", "sha256", "sheets", "state", "step", "version"),
    ]
)
REASONS_LONGEST = 64  # a code, never a sentence


@dataclass(frozen=True, slots=True)
class Event:
    """
    One thing somebody did.

    Attributes:
        by: Sign-in name, or the name of a program.
        action: Verb and object, for instance "record.view", "sign_in.refused".
        object_kind: batch, page, sheet, record, task, user, export ...
        object_id: Its key; never a name of a person on paper.
        details: Words and numbers by the names in DETAILS.
    """

    by: str
    action: str
    object_kind: str
    object_id: str
    office: str | None = None
    details: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; kept elsewhere it proves that nothing was cut off."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking the chain found: how long it is, and where it is broken, if it is."""

    head: Head
    broken_at: int | None = None
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """True when nothing was changed."""
        return self.broken_at is None


def append(session: Session, event: Event, now: dt.datetime) -> Head:
    """
    Add an entry to the chain, in the transaction of what it tells about.

    Raises:
        StoreError: The details could carry what stands on the paper.
    """
    _refuse_values(event)
    head = session.get(AuditHeadRow, HEAD, with_for_update=True)
    if head is None:
        raise StoreError("The audit chain has no head. Run: cpims-scan migrate.")
    row = AuditRow(
        number=head.number + 1,
        at=now,
        by=event.by,
        action=event.action,
        object_kind=event.object_kind,
        object_id=event.object_id,
        office=event.office,
        details=dict(event.details),
        previous=head.hash,
    )
    row.hash = _hash(row)
    session.add(row)
    head.number, head.hash = row.number, row.hash
    session.flush()
    return Head(row.number, row.hash)


def _refuse_values(event: Event) -> None:
    for name, value in event.details.items():
        is_short = isinstance(value, int) or len(value) <= REASONS_LONGEST
        if name not in DETAILS or not is_short:
            raise StoreError(f"The audit chain takes no detail called {name} of this length.")


def head_of(session: Session) -> Head:
    """The end of the chain, to be printed, or sent to another office."""
    row = session.get(AuditHeadRow, HEAD)
    return Head(0, BEGINNING) if row is None else Head(row.number, row.hash)


def verify(session: Session, kept: tuple[Head, ...] = ()) -> Verified:
    """
    Walk along the whole chain.

    Entries that were changed, removed, exchanged or put in break it where they are. Entries
    cut off at the end are found by the head, and by heads that were kept elsewhere even when
    the head was changed as well.

    Args:
        session: Of the work database.
        kept: Heads as they were printed or sent on earlier days.
    """
    known = {head.number: head.hash for head in kept}
    at = Head(0, BEGINNING)
    query = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=AT_ONCE)
    with closing(session.scalars(query)) as rows:
        for row in rows:
            why = _fault(row, at, known)
            if why:
                return Verified(at, at.number + 1, why)
            at = Head(row.number, row.hash)
    end = head_of(session)
    if end != at or any(number > at.number for number in known):
        return Verified(at, at.number + 1, "entries are missing at the end")
    return Verified(at)


def _fault(row: AuditRow, before: Head, known: dict[int, str]) -> str:
    if row.number != before.number + 1:
        return "entries are missing"
    if row.previous != before.hash:
        return "the entry does not follow the one before it"
    if row.hash != _hash(row):
        return "the entry was changed"
    if known.get(row.number, row.hash) != row.hash:
        return "the entry is not the one that was printed or sent"
    return ""


def list_events(
    session: Session, scope: Scope = ALL_OFFICES, object_id: str | None = None, limit: int = 200
) -> list[AuditRow]:
    """The newest entries that `scope` sees, newest first."""
    query = select(AuditRow).where(scope.clause(AuditRow.office))
    if object_id is not None:
        query = query.where(AuditRow.object_id == object_id)
    return list(session.scalars(query.order_by(AuditRow.number.desc()).limit(limit)))


def _hash(row: AuditRow) -> str:
    told: dict[str, Any] = {
        "number": row.number,
        "at": row.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": row.by,
        "action": row.action,
        "object_kind": row.object_kind,
        "object_id": row.object_id,
        "office": row.office,
        "details": row.details,
        "previous": row.previous,
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
