"""The tables of the office around the work: people, their sessions, uploads, the audit chain."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from cpims_scan.store.columns import Base, Code, Sha256, UtcTime, Uuid, Word, word_of
from cpims_scan.store.states import UploadState


class PersonRow(Base):
    """Somebody who signs in."""

    __tablename__ = "app_user"

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(Code, unique=True)  # lower case, what is typed to sign in
    full_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[Any]] = mapped_column(JSON)
    offices: Mapped[list[Any]] = mapped_column(JSON)  # codes; "047*" is a subtree, "*" is all
    language: Mapped[str] = mapped_column(Word, default="en")
    is_active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(Code)


class LockoutRow(Base):
    """Failed sign-ins per typed name, whether or not anybody has that name."""

    __tablename__ = "lockout"

    name_sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    failed: Mapped[int]
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    failed_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class SessionRow(Base):
    """One signed-in browser; the token itself is never stored."""

    __tablename__ = "session"

    token_sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("app_user.id"), index=True)
    csrf: Mapped[str] = mapped_column(Sha256)
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcTime)


class AuditRow(Base):
    """What somebody did, chained to what was done before; no field values."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, no gap
    at: Mapped[dt.datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(Code)
    action: Mapped[str] = mapped_column(Code, index=True)
    object_kind: Mapped[str] = mapped_column(Word)
    object_id: Mapped[str] = mapped_column(Text, index=True)
    office: Mapped[str | None] = mapped_column(Code)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(Sha256)
    hash: Mapped[str] = mapped_column(Sha256)


class AuditHeadRow(Base):
    """The end of the chain; its row lock puts writers of PostgreSQL in line."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(Sha256)


class UploadRow(Base):
    """A file that a county sends in pieces, and how much of it is safe here."""

    __tablename__ = "upload"
    __table_args__ = (word_of("state", UploadState),)

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256, index=True)  # as the sender says it
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Word)
    office: Mapped[str | None] = mapped_column(Code)
    month: Mapped[str | None] = mapped_column(Word)
    by: Mapped[str] = mapped_column(Code)
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    reason: Mapped[str | None] = mapped_column(Text)
