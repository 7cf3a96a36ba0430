"""Who works here: names, roles, offices. Signing in is in `store.sessions`."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cpims_scan.errors import WrongUseError
from cpims_scan.store.office_tables import PersonRow, SessionRow
from cpims_scan.store.passwords import Passwords, refuse_weak
from cpims_scan.store.review import Asker
from cpims_scan.store.scope import Scope
from cpims_scan.store.states import Role

NAME = re.compile(r"[a-z][a-z0-9._-]{1,62}")  # fits its column, safe in every log


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, without what proves it."""

    id: str
    name: str
    full_name: str
    roles: frozenset[Role]
    scope: Scope
    language: str
    is_active: bool
    must_change: bool

    @property
    def asker(self) -> Asker:
        """This person as the review queue knows them."""
        return Asker(self.name, self.scope)

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of these roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added; `offices` as in `Scope`."""

    name: str
    full_name: str
    password: str
    roles: tuple[Role, ...]
    offices: tuple[str, ...]
    language: str = "en"
    must_change: bool = True


def add_person(
    session: Session, new: NewPerson, by: str, now: dt.datetime, passwords: Passwords
) -> Person:
    """
    Add somebody.

    Raises:
        WrongUseError: The name is taken or cannot be one, a role or office is missing, or the
            password is weak.
    """
    name = new.name.strip().lower()
    if not NAME.fullmatch(name):
        raise WrongUseError("A sign-in name has letters, digits, dots and hyphens: amina.otieno")
    if _by_name(session, name) is not None:
        raise WrongUseError(f"The sign-in name {name} is taken. Choose another.")
    if not new.roles or not new.offices:
        raise WrongUseError(f"{name}: give at least one role and one office (* for all).")
    refuse_weak(new.password, name)
    row = PersonRow(
        id=str(uuid.uuid4()),
        name=name,
        full_name=new.full_name,
        password_hash=passwords.hash(new.password),
        roles=[str(Role(role)) for role in new.roles],
        offices=list(new.offices),
        language=new.language,
        is_active=True,
        must_change=new.must_change,
        created_at=now,
        created_by=by,
    )
    session.add(row)
    session.flush()
    return person_of(row)


def find_person(session: Session, name: str) -> Person | None:
    """Somebody by sign-in name, or None."""
    row = _by_name(session, name.strip().lower())
    return None if row is None else person_of(row)


def list_people(session: Session) -> list[Person]:
    """Everybody, by name; those who left too."""
    return [person_of(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.name))]


def set_password(
    session: Session, name: str, password: str, now: dt.datetime, passwords: Passwords
) -> None:
    """
    Give somebody a new password and end all their sessions.

    Raises:
        WrongUseError: Nobody has that name, or the password is weak.
    """
    row = _known(session, name)
    refuse_weak(password, row.name)
    row.password_hash, row.must_change = passwords.hash(password), False
    end_sessions(session, row.id, now)
    session.flush()


def set_duties(
    session: Session,
    name: str,
    roles: tuple[Role, ...],
    offices: tuple[str, ...],
    now: dt.datetime,
) -> None:
    """
    Change what somebody may do and see, and end all their sessions.

    Raises:
        WrongUseError: Nobody has that name, or a role or office is missing.
    """
    row = _known(session, name)
    if not roles or not offices:
        raise WrongUseError(f"{row.name}: give at least one role and one office (* for all).")
    row.roles, row.offices = [str(Role(role)) for role in roles], list(offices)
    end_sessions(session, row.id, now)
    session.flush()


def set_active(session: Session, name: str, is_active: bool, now: dt.datetime) -> None:
    """
    Let somebody in again, or out for good: then all their sessions end now.

    Raises:
        WrongUseError: Nobody has that name.
    """
    row = _known(session, name)
    row.is_active = is_active
    if not is_active:
        end_sessions(session, row.id, now)
    session.flush()


def set_language(session: Session, name: str, language: str) -> None:
    """
    Choose the language of the desk, en or sw.

    Raises:
        WrongUseError: Nobody has that name.
    """
    _known(session, name).language = language
    session.flush()


def end_sessions(session: Session, person_id: str, now: dt.datetime) -> None:
    """Sign somebody out everywhere."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.ended_at.is_(None))
        .values(ended_at=now)
    )


def person_of(row: PersonRow) -> Person:
    """The person that a row holds."""
    return Person(
        id=row.id,
        name=row.name,
        full_name=row.full_name,
        roles=frozenset(Role(role) for role in row.roles),
        scope=Scope(tuple(row.offices)),
        language=row.language,
        is_active=row.is_active,
        must_change=row.must_change,
    )


def _known(session: Session, name: str) -> PersonRow:
    row = _by_name(session, name.strip().lower())
    if row is None:
        raise WrongUseError("Nobody has this sign-in name. See: cpims-scan user list.")
    return row


def _by_name(session: Session, name: str) -> PersonRow | None:
    return session.scalars(select(PersonRow).where(PersonRow.name == name)).one_or_none()
