"""Types of columns that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SHA256_LENGTH = 64  # hex digits
UUID_LENGTH = 36
CODE_LENGTH = 64  # offices, forms, editions, fields, workers, sign-in names
WORD_LENGTH = 24  # the longest word of store.states, with room

# Constraints need names so that a later migration can change them on both databases.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables of the work database."""

    metadata = MetaData(naming_convention=NAMES)


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment: aware and in UTC on both sides; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuse a time without a zone; it could mean Nairobi or UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the work database are aware; this one has no zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def word_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Let the database itself refuse a word that is not in the list."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


Sha256 = String(SHA256_LENGTH)
Uuid = String(UUID_LENGTH)
Code = String(CODE_LENGTH)
Word = String(WORD_LENGTH)
