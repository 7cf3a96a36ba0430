"""Signing in and staying signed in; the database never knows a token, only its digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cpims_scan.store.database import Database
from cpims_scan.store.inserts import insert_new
from cpims_scan.store.office_tables import LockoutRow, PersonRow, SessionRow
from cpims_scan.store.passwords import Passwords
from cpims_scan.store.people import Person, person_of

# security.md, section 3: five fails, then 1, 2, 4 ... 15 minutes. One name then meets at most
# 5 + 4 + 4 * 24 = 105 checks a day.
FREE_FAILS = 5
LONGEST_LOCK_MINUTES = 15
IDLE = dt.timedelta(minutes=10)
ABSOLUTE = dt.timedelta(hours=10)
TOUCHED_EVERY = dt.timedelta(seconds=10)  # by so much the idle limit may be short
FORGOTTEN_AFTER = dt.timedelta(days=1)  # without a further try a name starts afresh
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """
    What came of a try to sign in.

    Attributes:
        person: None when refused; the reason is not told, it would help a guesser.
        token: What the browser keeps; given out this once.
        csrf: What every form of this session carries.
        locked_until: When the next try is worth making, if tries are locked.
    """

    person: Person | None
    token: str = ""
    csrf: str = ""
    locked_until: dt.datetime | None = None


def sign_in(
    database: Database, name: str, password: str, now: dt.datetime, passwords: Passwords
) -> SignIn:
    """
    Check a name and a password, and open a session.

    The try is counted and committed before the password is looked at, so that a thousand
    tries at once are a thousand tries; the slow check runs outside of any transaction.
    A name that nobody has is locked and answered just the same.
    """
    typed = name.strip().lower()
    with database.begin() as session:
        locked_until = _count_try(session, typed, now)
        row = session.scalars(select(PersonRow).where(PersonRow.name == typed)).one_or_none()
        kept = row.password_hash if row is not None else None
    if locked_until is not None:
        return SignIn(None, locked_until=locked_until)
    is_right = passwords.holds(kept, password)
    with database.begin() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.name == typed)).one_or_none()
        # Asked again: in between the person may have been shut out or got another password.
        if not is_right or row is None or not row.is_active or row.password_hash != kept:
            return SignIn(None, locked_until=_locked_until(session, typed, now))
        session.execute(delete(LockoutRow).where(LockoutRow.name_sha256 == _sha256(typed)))
        if passwords.is_old(row.password_hash):
            row.password_hash = passwords.hash(password)
        return _open(session, row, now)


def _open(session: Session, row: PersonRow, now: dt.datetime) -> SignIn:
    token, csrf = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SessionRow(
            token_sha256=_sha256(token),
            person_id=row.id,
            csrf=csrf,
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return SignIn(person_of(row), token, csrf)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    A living session: who it is and what their forms must carry.

    `is_due` says that the caller should `touch_session`; not at every request, because every
    write waits for the disk.
    """

    person: Person
    csrf: str
    is_due: bool


def find_session(session: Session, token: str, now: dt.datetime) -> SignedIn | None:
    """
    Whose session a token is; changes nothing.

    Returns:
        None when it was idle for 10 minutes, is 10 hours old, was ended, or never was.
    """
    row = session.get(SessionRow, _sha256(token))
    if row is None or row.ended_at is not None:
        return None
    if now - row.seen_at > IDLE or now - row.created_at > ABSOLUTE:
        return None
    person = session.get_one(PersonRow, row.person_id)
    if not person.is_active:
        return None
    return SignedIn(person_of(person), row.csrf, now - row.seen_at >= TOUCHED_EVERY)


def touch_session(session: Session, token: str, now: dt.datetime) -> None:
    """Keep a session alive that `find_session` just found; one that ended stays ended."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.token_sha256 == _sha256(token), SessionRow.seen_at < now)
        .values(seen_at=now)
    )


def sign_out(session: Session, token: str, now: dt.datetime) -> None:
    """End a session; its token is worth nothing from now on."""
    row = session.get(SessionRow, _sha256(token))
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.flush()


def forget_old(session: Session, now: dt.datetime) -> None:
    """Remove sessions and failed tries that no longer matter."""
    session.execute(delete(SessionRow).where(SessionRow.created_at < now - 2 * ABSOLUTE))
    session.execute(delete(LockoutRow).where(LockoutRow.failed_at < now - FORGOTTEN_AFTER))


def _count_try(session: Session, typed: str, now: dt.datetime) -> dt.datetime | None:
    """Count this try as failed until it is not; gives the end of a lock that still holds."""
    insert_new(session, LockoutRow, name_sha256=_sha256(typed), failed=0, failed_at=now)
    row = session.get_one(LockoutRow, _sha256(typed), with_for_update=True)
    if row.locked_until is not None and row.locked_until > now:
        return row.locked_until
    if now - row.failed_at > FORGOTTEN_AFTER:
        row.failed = 0
    row.failed += 1
    row.failed_at = now
    row.locked_until = lock_after(row.failed, now)
    session.flush()
    return None


def lock_after(failed: int, now: dt.datetime) -> dt.datetime | None:
    """Until when a name is locked after so many fails in a row; None for the first few."""
    beyond = failed - FREE_FAILS
    if beyond < 0:
        return None
    # The exponent is bounded: a name that is attacked for years must not overflow.
    return now + dt.timedelta(minutes=min(2 ** min(beyond, 4), LONGEST_LOCK_MINUTES))


def _locked_until(session: Session, typed: str, now: dt.datetime) -> dt.datetime | None:
    row = session.get(LockoutRow, _sha256(typed))
    is_locked = row is not None and row.locked_until is not None and row.locked_until > now
    return row.locked_until if row is not None and is_locked else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
