"""The serial that a page's printed code bears, and what belongs to a sheet without being a form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("page", sa.Column("serial", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_page_serial"), "page", ["serial"])
    op.create_table(
        "attachment",
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("beside", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["content"], ["page.content"], name=op.f("fk_attachment_content")),
        sa.ForeignKeyConstraint(["beside"], ["page.content"], name=op.f("fk_attachment_beside")),
        sa.PrimaryKeyConstraint("content", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_beside"), "attachment", ["beside"])
