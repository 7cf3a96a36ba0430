"""Batches, pages, sheets, records and questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

# Rows of these tables are added, never changed: the database itself refuses.
APPEND_ONLY = ("page_reading", "settlement")


def upgrade() -> None:
    """Make the tables."""
    _batch()
    _scan_file()
    _page()
    _page_reading()
    _arrival()
    _sheet()
    _sheet_page()
    _record()
    _settlement()
    _task()
    _task_barred()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            op.execute(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("month", sa.String(length=24), nullable=True),
        sa.Column("officer", sa.String(length=64), nullable=True),
        sa.Column("sheets_expected", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("name", name=op.f("uq_batch_name")),
    )
    op.create_index(op.f("ix_batch_office"), "batch", ["office"])


def _scan_file() -> None:
    op.create_table(
        "scan_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("suffix", sa.String(length=24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_scan_file")),
    )


def _page() -> None:
    op.create_table(
        "page",
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("is_alone", sa.Boolean(), nullable=False),
        sa.Column("match", sa.JSON(), nullable=True),
        sa.Column("reading_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=True),
        sa.Column("form_page", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('todo', 'doing', 'done', 'failed')", name=op.f("ck_page_state")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["scan_file.sha256"], name=op.f("fk_page_file_sha256")
        ),
        sa.PrimaryKeyConstraint("content", name=op.f("pk_page")),
    )
    op.create_index(
        op.f("ix_page_form_edition_form_page_queued_at"),
        "page",
        ["form", "edition", "form_page", "queued_at"],
    )
    op.create_index(
        op.f("ix_page_state_priority_queued_at"), "page", ["state", "priority", "queued_at"]
    )


def _page_reading() -> None:
    op.create_table(
        "page_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["page.content"], name=op.f("fk_page_reading_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_reading")),
    )
    op.create_index(op.f("ix_page_reading_content"), "page_reading", ["content"])


def _arrival() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=36), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("same_as", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('unfinished', 'accepted', 'review', 'rejected', 'duplicate', 'error')",
            name=op.f("ck_arrival_state"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_arrival_batch_id")),
        sa.ForeignKeyConstraint(["content"], ["page.content"], name=op.f("fk_arrival_content")),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["scan_file.sha256"], name=op.f("fk_arrival_file_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    op.create_index(op.f("ix_arrival_batch_id_state"), "arrival", ["batch_id", "state"])
    op.create_index(op.f("ix_arrival_content"), "arrival", ["content"])
    op.create_index(op.f("ix_arrival_delivery"), "arrival", ["delivery"])
    op.create_index(op.f("ix_arrival_file_sha256"), "arrival", ["file_sha256"])
    op.create_index(op.f("ix_arrival_state_delivery"), "arrival", ["state", "delivery"])


def _sheet() -> None:
    op.create_table(
        "sheet",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("joined_by", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("month", sa.String(length=24), nullable=True),
        sa.Column("officer", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("superseded_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'superseded')", name=op.f("ck_sheet_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_sheet_batch_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sheet")),
    )
    op.create_index(op.f("ix_sheet_batch_id"), "sheet", ["batch_id"])
    op.create_index(op.f("ix_sheet_office"), "sheet", ["office"])


def _sheet_page() -> None:
    op.create_table(
        "sheet_page",
        sa.Column("sheet", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["content"], ["page.content"], name=op.f("fk_sheet_page_content")),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.key"], name=op.f("fk_sheet_page_sheet")),
        sa.PrimaryKeyConstraint("sheet", "revision", "number", name=op.f("pk_sheet_page")),
    )
    op.create_index(op.f("ix_sheet_page_content"), "sheet_page", ["content"])


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("sheet", sa.String(length=36), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("period", sa.String(length=24), nullable=True),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_revision", sa.Integer(), nullable=True),
        sa.Column("central_ids", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'review', 'ready', 'loading', 'loaded', 'held')",
            name=op.f("ck_record_state"),
        ),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.key"], name=op.f("fk_record_sheet")),
        sa.PrimaryKeyConstraint("sheet", "index", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_state_office"), "record", ["state", "office"])


def _settlement() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=36), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("crop", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "step IN ('machine', 'first_key', 'second_key', 'correction', "
            "'office', 'sample', 'batch', 'final', 'reopened')",
            name=op.f("ck_settlement_step"),
        ),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.key"], name=op.f("fk_settlement_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    op.create_index(
        op.f("ix_settlement_sheet_index_field"), "settlement", ["sheet", "index", "field"]
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.String(length=36), nullable=True),
        sa.Column("index", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=64), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'withdrawn')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_task_batch_id")),
        sa.ForeignKeyConstraint(["content"], ["page.content"], name=op.f("fk_task_content")),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.key"], name=op.f("fk_task_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_batch_id"), "task", ["batch_id"])
    op.create_index(op.f("ix_task_content"), "task", ["content"])
    op.create_index(op.f("ix_task_office"), "task", ["office"])
    op.create_index(op.f("ix_task_sheet"), "task", ["sheet"])
    op.create_index(
        op.f("ix_task_state_priority_created_at"), "task", ["state", "priority", "created_at"]
    )
    op.create_index(
        "uq_task_key_open",
        "task",
        ["key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _task_barred() -> None:
    op.create_table(
        "task_barred",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_barred_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_barred")),
        sa.UniqueConstraint("task_id", "person", name=op.f("uq_task_barred_task_id_person")),
    )
