"""Records as they are known now, guarded against stale writers; and their way to be loaded."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import LoadedRecord, ValidatedRecord
from cpims_scan.errors import StoreError
from cpims_scan.store.codec import (
    context_from_plain,
    context_to_plain,
    fields_from_plain,
    fields_to_plain,
    findings_from_plain,
    findings_to_plain,
)
from cpims_scan.store.scope import ALL_OFFICES, Scope
from cpims_scan.store.states import RecordState, SheetState
from cpims_scan.store.tables import RecordRow, SheetRow


class StaleRecordError(StoreError):
    """Somebody else changed the record since it was shown."""


def save_record(
    session: Session,
    record: ValidatedRecord,
    state: RecordState,
    now: dt.datetime,
    expected_version: int | None = None,
) -> int:
    """
    Keep a record as it is known now.

    `expected_version` is what the caller saw, 0 for "not there yet"; None writes over anything.

    Returns:
        The record's new version.

    Raises:
        StaleRecordError: The record has another version by now. Nothing is changed.
    """
    row = _locked(session, record.sheet, record.index)
    version = 0 if row is None else row.version
    if expected_version is not None and version != expected_version:
        raise StaleRecordError(
            f"Sheet {record.sheet}, record {record.index}: somebody else changed it meanwhile. "
            "Look at it again before saving."
        )
    if row is None:
        row = RecordRow(sheet=record.sheet, index=record.index)
        session.add(row)
    _write(row, record)
    row.state, row.reason = state, None
    row.version, row.updated_at = version + 1, now
    session.flush()
    return row.version


def _write(row: RecordRow, record: ValidatedRecord) -> None:
    row.revision, row.form, row.edition = record.revision, record.form, record.edition
    row.office, row.period = record.context.office, record.context.month
    row.context = context_to_plain(record.context)
    row.fields = fields_to_plain(record.fields)
    row.findings = findings_to_plain(record.findings)


def find_record(session: Session, sheet: str, index: int = 1) -> ValidatedRecord | None:
    """A record as it is known now, or None."""
    row = session.get(RecordRow, (sheet, index))
    return None if row is None else record_of(row)


def record_row(
    session: Session, sheet: str, index: int = 1, scope: Scope = ALL_OFFICES
) -> RecordRow | None:
    """The record's row, for its state and version; None when `scope` does not see it."""
    return session.scalars(
        select(RecordRow).where(
            RecordRow.sheet == sheet, RecordRow.index == index, scope.clause(RecordRow.office)
        )
    ).one_or_none()


def list_records(
    session: Session,
    state: RecordState | None = None,
    scope: Scope = ALL_OFFICES,
    batch_id: int | None = None,
) -> list[RecordRow]:
    """Records of active sheets that `scope` sees, longest unchanged first."""
    query = (
        select(RecordRow)
        .join(SheetRow, SheetRow.key == RecordRow.sheet)
        .where(SheetRow.state == SheetState.ACTIVE, scope.clause(RecordRow.office))
        .order_by(RecordRow.updated_at, RecordRow.sheet, RecordRow.index)
    )
    if state is not None:
        query = query.where(RecordRow.state == state)
    if batch_id is not None:
        query = query.where(SheetRow.batch_id == batch_id)
    return list(session.scalars(query))


def record_of(row: RecordRow) -> ValidatedRecord:
    """The domain's record that a row holds."""
    return ValidatedRecord(
        sheet=row.sheet,
        revision=row.revision,
        form=row.form,
        edition=row.edition,
        index=row.index,
        fields=fields_from_plain(row.fields),
        findings=findings_from_plain(row.findings),
        context=context_from_plain(row.context),
    )


def drop_record(session: Session, sheet: str, index: int) -> None:
    """Take a record away that its sheet no longer has; what people said of it stays in history."""
    row = _locked(session, sheet, index)
    if row is not None:
        session.delete(row)
        session.flush()


def records_of(session: Session, sheet: str) -> list[RecordRow]:
    """All records of one sheet, in their order on the paper."""
    query = select(RecordRow).where(RecordRow.sheet == sheet).order_by(RecordRow.index)
    return list(session.scalars(query))


def set_state(
    session: Session,
    key: tuple[str, int],
    state: RecordState,
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    """
    Move a record (sheet, index) to a state; `reason` says for whom it waits, without values.

    Raises:
        StoreError: There is no such record.
    """
    row = _locked(session, *key)
    if row is None:
        raise StoreError(f"Sheet {key[0]}, record {key[1]}: there is no such record.")
    row.state, row.reason = state, reason
    row.version, row.updated_at = row.version + 1, now
    if state is not RecordState.LOADING:
        row.worker, row.lease_until = None, None
    session.flush()


def claim_for_load(
    session: Session, worker: str, now: dt.datetime, lease_seconds: float
) -> ValidatedRecord | None:
    """
    Take one record to load: first one that was being loaded when its loader ended.

    The caller commits, looks in the central database for the record by its derived
    identifiers, loads it only if it is not there, reads it back, and calls `mark_loaded`.
    """
    expired = and_(RecordRow.state == RecordState.LOADING, RecordRow.lease_until < now)
    row = session.scalars(
        select(RecordRow)
        .join(SheetRow, SheetRow.key == RecordRow.sheet)
        .where(
            SheetRow.state == SheetState.ACTIVE,
            or_(RecordRow.state == RecordState.READY, expired),
        )
        .order_by(RecordRow.state, RecordRow.updated_at, RecordRow.sheet, RecordRow.index)
        .limit(1)
        .with_for_update(of=RecordRow, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    row.state, row.worker = RecordState.LOADING, worker
    row.lease_until = now + dt.timedelta(seconds=lease_seconds)
    row.version += 1
    session.flush()
    return record_of(row)


def mark_loaded(session: Session, index: int, loaded: LoadedRecord, worker: str) -> bool:
    """
    Enter that a record is in the central database and was found equal.

    Returns:
        False when another loader has it by now.
    """
    row = _locked(session, loaded.sheet, index)
    if row is None or row.state != RecordState.LOADING or row.worker != worker:
        return False
    row.state, row.worker, row.lease_until = RecordState.LOADED, None, None
    row.loaded_at, row.loaded_revision = loaded.loaded_at, loaded.revision
    row.central_ids = dict(loaded.central_ids)
    row.version, row.updated_at = row.version + 1, loaded.loaded_at
    session.flush()
    return True


def _locked(session: Session, sheet: str, index: int) -> RecordRow | None:
    return session.get(RecordRow, (sheet, index), with_for_update=True)
