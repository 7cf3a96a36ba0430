"""Our own tables in the central database: what was loaded, from which paper, and the returns."""

from __future__ import annotations

import sqlalchemy as sa

OWN = sa.MetaData()

SHEET_WIDTH = 36  # a UUID as text
CODE_WIDTH = 40  # of a form, a row or a field's short names
NAME_WIDTH = 120  # of a field

scan_load = sa.Table(
    "scan_load",
    OWN,
    sa.Column("load_id", sa.Uuid, primary_key=True),
    sa.Column("sheet", sa.String(SHEET_WIDTH), nullable=False),
    sa.Column("record_index", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("form", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("edition", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("single_keyed", sa.Boolean, nullable=False),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("sheet", "record_index", "revision"),
)

# Which central row each row of a load plan became, and what was written into it. Rows are only
# added: the highest revision of a role stands. The key is text, because theirs are serials or
# UUIDs, and a serial can be found again only here.
scan_row = sa.Table(
    "scan_row",
    OWN,
    sa.Column("sheet", sa.String(SHEET_WIDTH), primary_key=True),
    sa.Column("record_index", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", sa.String(CODE_WIDTH), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("table_name", sa.String(63), nullable=False),
    sa.Column("row_key", sa.String(SHEET_WIDTH), nullable=False),
    # False for a person who was in CPIMS before: such a row is only pointed at.
    sa.Column("is_ours", sa.Boolean, nullable=False),
    sa.Column("is_void", sa.Boolean, nullable=False),
    sa.Column("loaded", sa.JSON, nullable=False),  # column -> value
)

# Where a value comes from that the paper does not say in CPIMS's own words: the paper's own value
# beside a code, what was derived or taken from the batch, and what has no column at all.
scan_value = sa.Table(
    "scan_value",
    OWN,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sheet", sa.String(SHEET_WIDTH), nullable=False),
    sa.Column("record_index", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("role", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("table_name", sa.String(63), nullable=False),
    sa.Column("column_name", sa.String(63), nullable=False),
    sa.Column("loaded", sa.JSON, nullable=True),
    # field, derived: <name>, context: <name>, unknown, kept
    sa.Column("source", sa.String(NAME_WIDTH), nullable=False),
    sa.Column("field", sa.String(NAME_WIDTH), nullable=True),
    sa.Column("paper", sa.JSON, nullable=True),
    sa.Index("scan_value_of_record", "sheet", "record_index"),
)

monthly_return_cell = sa.Table(
    "monthly_return_cell",
    OWN,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("form", sa.String(CODE_WIDTH), nullable=False),
    # The area_id of the sub-county in list_geo, or the visible id of a unit.
    sa.Column("office", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("period", sa.String(7), nullable=False),  # YYYY-MM
    sa.Column("block", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("row", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("band", sa.String(CODE_WIDTH), nullable=False),
    sa.Column("sex", sa.String(1), nullable=False),
    sa.Column("value", sa.Integer, nullable=True),
    # written, zero_by_blank, nil; missing cells of an unsigned return keep value NULL.
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("sheet", sa.String(SHEET_WIDTH), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("as_of", sa.Date, nullable=True),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    # A return that another one replaced stays readable, but counts no more.
    sa.Column("is_current", sa.Boolean, nullable=False),
    sa.UniqueConstraint("sheet", "revision", "block", "row", "band", "sex"),
    sa.Index("monthly_return_cell_of_month", "office", "period"),
)
