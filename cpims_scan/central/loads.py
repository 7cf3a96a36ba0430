"""Which revisions of which records are loaded: our table scan_load, and one loader at a time."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.own import scan_load
from cpims_scan.central.provenance import key_of
from cpims_scan.errors import StoreError


class Numbered(Protocol):
    """What says which record of which sheet, in which revision: a plan or a record."""

    @property
    def sheet(self) -> str:
        """Key of the sheet."""

    @property
    def index(self) -> int:
        """1-based among the records of the sheet."""

    @property
    def revision(self) -> int:
        """Of the sheet."""

    @property
    def form(self) -> str:
        """Name of the form."""

    @property
    def edition(self) -> str:
        """Name of the edition."""


def alone(session: Session) -> None:
    """Let in one loader at a time: serials are counted, and two must never count at once."""
    if session.get_bind().dialect.name == "postgresql":
        # Conflicts with itself, not with readers. SQLite has BEGIN IMMEDIATE.
        session.execute(sa.text("LOCK TABLE scan_load IN SHARE ROW EXCLUSIVE MODE"))


def was_loaded(session: Session, record: Numbered, digest: str) -> bool:
    """
    Look whether this very revision is loaded.

    Raises:
        StoreError: A later revision is, or this one with other values.
    """
    loads = session.execute(
        sa.select(scan_load.c.revision, scan_load.c.digest).where(
            scan_load.c.sheet == record.sheet, scan_load.c.record_index == record.index
        )
    ).all()
    for load_ in loads:
        if load_.revision > record.revision:
            raise StoreError(
                f"Sheet {record.sheet}: revision {load_.revision} is loaded already, "
                f"revision {record.revision} is older. Load the newest one."
            )
        if load_.revision == record.revision and load_.digest != digest:
            raise StoreError(
                f"Sheet {record.sheet}: revision {record.revision} was loaded with other values. "
                "A correction after loading makes a new revision."
            )
    return any(load_.revision == record.revision for load_ in loads)


def write_load(
    session: Session, record: Numbered, digest: str, now: dt.datetime, single_keyed: bool
) -> None:
    """Note that this revision is loaded, in the transaction that loads it."""
    session.execute(
        sa.insert(scan_load).values(
            load_id=key_of(record.sheet, record.index, "load", record.revision),
            sheet=record.sheet,
            record_index=record.index,
            revision=record.revision,
            form=record.form,
            edition=record.edition,
            digest=digest,
            single_keyed=single_keyed,
            loaded_at=now,
        )
    )
