"""The tables of the paper's way through the house: batches, pages, sheets, records, questions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cpims_scan.store.columns import Base, Code, Sha256, UtcTime, Uuid, Word, word_of
from cpims_scan.store.states import (
    ArrivalState,
    PageState,
    RecordState,
    SheetState,
    Step,
    TaskState,
)


class BatchRow(Base):
    """One clerk's stack, with what was said about it once."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Code, unique=True)
    office: Mapped[str | None] = mapped_column(Code, index=True)
    month: Mapped[str | None] = mapped_column(Word)  # YYYY-MM
    officer: Mapped[str | None] = mapped_column(Code)
    sheets_expected: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(Code)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    closed_by: Mapped[str | None] = mapped_column(Code)
    closed_reason: Mapped[str | None] = mapped_column(Text)


class ScanFileRow(Base):
    """The bytes of a file that came, once however often it came."""

    __tablename__ = "scan_file"

    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    name: Mapped[str] = mapped_column(Text)  # as it first arrived, escaped
    suffix: Mapped[str] = mapped_column(Word)
    size: Mapped[int]
    stored_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class PageRow(Base):
    """A content that is read once, and who reads it now."""

    __tablename__ = "page"
    __table_args__ = (
        word_of("state", PageState),
        Index(None, "state", "priority", "queued_at"),
        Index(None, "form", "edition", "form_page", "queued_at"),  # has this sheet been here?
    )

    content: Mapped[str] = mapped_column(Sha256, primary_key=True)
    file_sha256: Mapped[str] = mapped_column(ForeignKey("scan_file.sha256"))
    number: Mapped[int]  # 1-based in that file
    state: Mapped[str] = mapped_column(Word, default=PageState.TODO)
    priority: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    worker: Mapped[str | None] = mapped_column(Code)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    is_alone: Mapped[bool] = mapped_column(default=False)  # read with no other page in flight
    match: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # by a person
    reading_id: Mapped[int | None]
    form: Mapped[str | None] = mapped_column(Code)
    edition: Mapped[str | None] = mapped_column(Code)
    form_page: Mapped[int | None]
    serial: Mapped[str | None] = mapped_column(Code, index=True)  # of its sheet, as printed
    fingerprint: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str | None] = mapped_column(Text)


class PageReadingRow(Base):
    """What a machine saw, once for every time a page was read; never changed."""

    __tablename__ = "page_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(ForeignKey("page.content"), index=True)
    pack: Mapped[str] = mapped_column(Sha256)
    worker: Mapped[str] = mapped_column(Code)
    read_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArrivalRow(Base):
    """One page of one file of one batch, as it came in."""

    __tablename__ = "arrival"
    __table_args__ = (
        word_of("state", ArrivalState),
        Index(None, "batch_id", "state"),
        Index(None, "state", "delivery"),  # which files are ready to be put together?
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    delivery: Mapped[str] = mapped_column(Uuid, index=True)  # one taking-in of one file
    file_sha256: Mapped[str] = mapped_column(ForeignKey("scan_file.sha256"), index=True)
    file_name: Mapped[str] = mapped_column(Text)
    number: Mapped[int]  # 1-based in the file; 0 for a file that would not open
    content: Mapped[str | None] = mapped_column(ForeignKey("page.content"), index=True)
    state: Mapped[str] = mapped_column(Word)
    reason: Mapped[str | None] = mapped_column(Word)
    same_as: Mapped[str | None] = mapped_column(Sha256)  # content that this one repeats
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class SheetRow(Base):
    """The pages of one filled form, and the context they were read in."""

    __tablename__ = "sheet"
    __table_args__ = (word_of("state", SheetState),)

    key: Mapped[str] = mapped_column(Uuid, primary_key=True)
    revision: Mapped[int]
    form: Mapped[str] = mapped_column(Code)
    edition: Mapped[str] = mapped_column(Code)
    joined_by: Mapped[str] = mapped_column(Code)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    office: Mapped[str | None] = mapped_column(Code, index=True)
    month: Mapped[str | None] = mapped_column(Word)
    officer: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Word, default=SheetState.ACTIVE)
    superseded_by: Mapped[str | None] = mapped_column(Uuid)
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class SheetPageRow(Base):
    """Which content is which page of a sheet, per revision."""

    __tablename__ = "sheet_page"

    sheet: Mapped[str] = mapped_column(ForeignKey("sheet.key"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # page of the form, 1-based
    content: Mapped[str] = mapped_column(ForeignKey("page.content"), index=True)


class AttachmentRow(Base):
    """A page without a form that a person put to a sheet: a letter, a story, a photograph."""

    __tablename__ = "attachment"

    content: Mapped[str] = mapped_column(ForeignKey("page.content"), primary_key=True)
    # A page of the form that it goes with, whichever sheet that page is joined to.
    beside: Mapped[str | None] = mapped_column(ForeignKey("page.content"), index=True)
    kind: Mapped[str] = mapped_column(Word)
    said_by: Mapped[str] = mapped_column(Code)
    said_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class RecordRow(Base):
    """One record of a sheet as it is known now; its history is in `settlement`."""

    __tablename__ = "record"
    __table_args__ = (word_of("state", RecordState), Index(None, "state", "office"))

    sheet: Mapped[str] = mapped_column(ForeignKey("sheet.key"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)  # 1-based on the sheet
    revision: Mapped[int]
    form: Mapped[str] = mapped_column(Code)
    edition: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Word)
    reason: Mapped[str | None] = mapped_column(Text)
    office: Mapped[str | None] = mapped_column(Code)
    period: Mapped[str | None] = mapped_column(Word)
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    findings: Mapped[list[Any]] = mapped_column(JSON)
    version: Mapped[int]  # grows with every change; a stale writer is refused
    updated_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    worker: Mapped[str | None] = mapped_column(Code)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    loaded_at: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    loaded_revision: Mapped[int | None]
    central_ids: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class SettlementRow(Base):
    """One row of a field's history: who saw what in which crop. Added, never changed."""

    __tablename__ = "settlement"
    __table_args__ = (word_of("step", Step), Index(None, "sheet", "index", "field"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(ForeignKey("sheet.key"))
    index: Mapped[int]
    revision: Mapped[int]
    field: Mapped[str] = mapped_column(Code)
    step: Mapped[str] = mapped_column(Word)
    before: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    state: Mapped[str] = mapped_column(Word)
    by: Mapped[str] = mapped_column(Code)
    at: Mapped[dt.datetime] = mapped_column(UtcTime)
    source: Mapped[str] = mapped_column(Word)
    content: Mapped[str | None] = mapped_column(Sha256)  # the page whose crop was looked at
    crop: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Code)


class TaskRow(Base):
    """A question to a person, leased to one at a time."""

    __tablename__ = "task"
    __table_args__ = (
        word_of("state", TaskState),
        Index(None, "state", "priority", "created_at"),
        # The same question stands open only once, however often a page is read again.
        Index(
            "uq_task_key_open",
            "key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Word)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    sheet: Mapped[str | None] = mapped_column(ForeignKey("sheet.key"), index=True)
    index: Mapped[int | None]
    field: Mapped[str | None] = mapped_column(Code)
    content: Mapped[str | None] = mapped_column(ForeignKey("page.content"), index=True)
    office: Mapped[str | None] = mapped_column(Code, index=True)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(Word)
    assignee: Mapped[str | None] = mapped_column(Code)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcTime)
    done_at: Mapped[dt.datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None] = mapped_column(Code)
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class TaskBarredRow(Base):
    """Who may not take a task: the first keyer of a second key, a clerk who stepped aside."""

    __tablename__ = "task_barred"
    __table_args__ = (UniqueConstraint("task_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    person: Mapped[str] = mapped_column(Code)
