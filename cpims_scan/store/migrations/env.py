"""What Alembic runs to take the steps; the connection comes from `migrate`."""

from __future__ import annotations

from alembic import context

from cpims_scan.store import office_tables, tables, trust_tables
from cpims_scan.store.columns import Base

__all__ = ["office_tables", "tables", "trust_tables"]  # imported so that the metadata knows them

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
