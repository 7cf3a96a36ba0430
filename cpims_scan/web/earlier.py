"""The record that was settled before: what "same as before" offers."""

from __future__ import annotations

from sqlalchemy import select

from cpims_scan.domain.record import ValidatedRecord
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.records import record_of
from cpims_scan.store.states import RecordState
from cpims_scan.store.tables import BatchRow, RecordRow, SheetRow

SETTLED = (RecordState.READY, RecordState.LOADING, RecordState.LOADED)


def earlier_record(place: Workplace, record: RecordView) -> ValidatedRecord | None:
    """The newest finished record of the same batch, form and office, or None."""
    query = (
        select(RecordRow)
        .join(SheetRow, SheetRow.key == RecordRow.sheet)
        .join(BatchRow, BatchRow.id == SheetRow.batch_id)
        .where(
            BatchRow.name == record.batch,
            RecordRow.form == record.edition.form.name,
            RecordRow.office == record.office,
            RecordRow.sheet != record.sheet,
            RecordRow.state.in_(SETTLED),
        )
        .order_by(RecordRow.updated_at.desc())
        .limit(1)
    )
    with place.db.read() as session:
        row = session.scalars(query).one_or_none()
        return record_of(row) if row is not None else None
