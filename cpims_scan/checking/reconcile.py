"""A sheet that came back: what its second version adds, and where it contradicts the first."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from cpims_scan.domain.record import Decision, FieldReading, Settled, State, ValidatedRecord

# Id of a reason: the later version reads another value than the one that was kept.
VERSION_DIFFERS = "version_differs"

# States in which a cell of the first version left room for more ink.
EMPTY = (State.BLANK,)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """
    The record of a later version.

    Attributes:
        record: Its fields: the first version's, with what is new; revision one higher when
            anything is new.
        added: Fields that were blank and are written now: they alone are reviewed and loaded.
        conflicts: Fields where the later version reads otherwise; the first value stays and a
            person is asked, unless a person had settled it.
    """

    record: ValidatedRecord
    added: tuple[str, ...]
    conflicts: tuple[str, ...]


def reconcile(
    first: ValidatedRecord, later: ValidatedRecord, settled: Mapping[str, Settled]
) -> Reconciled:
    """
    Join a later version of a sheet to the one that is known.

    What a person settled stays as it was settled. A cell that was blank and is written now is
    new. A cell that was written keeps its value; when the later version reads another one, the
    field goes to review. A cell that lost its ink is a worse picture, not an erasure.

    Args:
        first: Of the sheet as it is known; all its fields are decoded.
        later: Of the pages that came back, decoded with nothing settled.
        settled: By field name, of the known sheet.

    Source: house.md 0.9.
    """
    names = [*first.fields, *(n for n in later.fields if n not in first.fields)]
    added = tuple(n for n in names if n not in settled and _is_added(n, first, later))
    conflicts = tuple(
        n for n in names if n not in settled and n not in added and _is_conflict(n, first, later)
    )
    fields = {name: _field(name, first, later, added, conflicts) for name in names}
    revision = first.revision + (1 if added else 0)
    record = dataclasses.replace(first, fields=fields, revision=revision, findings=())
    return Reconciled(record, added, conflicts)


def _is_added(name: str, first: ValidatedRecord, later: ValidatedRecord) -> bool:
    before, now = first.fields.get(name), later.fields.get(name)
    if now is None or now.page == 0 or now.state in EMPTY:
        return False
    return before is None or before.state in EMPTY


def _is_conflict(name: str, first: ValidatedRecord, later: ValidatedRecord) -> bool:
    """Two certain readings that differ; a doubtful second look contradicts nothing."""
    before, now = first.fields.get(name), later.fields.get(name)
    if before is None or now is None or State.ANSWERED not in (before.state, now.state):
        return False
    is_certain = before.state is now.state and now.decision is Decision.ACCEPT
    return is_certain and before.value != now.value


def _field(
    name: str,
    first: ValidatedRecord,
    later: ValidatedRecord,
    added: tuple[str, ...],
    conflicts: tuple[str, ...],
) -> FieldReading:
    if name in added or name not in first.fields:
        return later.fields[name]
    field = first.fields[name]
    if name not in conflicts:
        return field
    reasons = tuple(dict.fromkeys((*field.reasons, VERSION_DIFFERS)))
    return dataclasses.replace(field, decision=Decision.REVIEW, reasons=reasons)
