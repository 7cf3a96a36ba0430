"""The quality sample and the thresholds in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

# Rows of these tables are added, never changed: the database itself refuses.
APPEND_ONLY = ("sample_key", "sample_draw", "sample_answer", "trust_threshold")


def upgrade() -> None:
    """Make the tables."""
    _sample_key()
    _sample_draw()
    _sample_answer()
    _trust_threshold()
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
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _sample_key() -> None:
    op.create_table(
        "sample_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_key")),
    )


def _sample_draw() -> None:
    op.create_table(
        "sample_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=36), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("field_class", sa.String(length=24), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("least", sa.Double(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("inclusion", sa.Double(), nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.Column("machine", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.key"], name=op.f("fk_sample_draw_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draw")),
        sa.UniqueConstraint(
            "sheet", "index", "field", name=op.f("uq_sample_draw_sheet_index_field")
        ),
    )
    op.create_index(op.f("ix_sample_draw_field_class_id"), "sample_draw", ["field_class", "id"])


def _sample_answer() -> None:
    op.create_table(
        "sample_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('right', 'differs', 'wrong')", name=op.f("ck_sample_answer_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["sample_draw.id"], name=op.f("fk_sample_answer_draw_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_answer")),
    )
    op.create_index(op.f("ix_sample_answer_draw_id"), "sample_answer", ["draw_id"])


def _trust_threshold() -> None:
    op.create_table(
        "trust_threshold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_class", sa.String(length=24), nullable=False),
        sa.Column("least", sa.Double(), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("machine", sa.String(length=64), nullable=False),
        sa.Column("after_draw", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('prior', 'tightened', 'loosened')", name=op.f("ck_trust_threshold_basis")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_threshold")),
    )
    op.create_index(
        op.f("ix_trust_threshold_field_class_id"), "trust_threshold", ["field_class", "id"]
    )
