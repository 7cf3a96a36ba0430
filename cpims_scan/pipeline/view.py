"""A record as the desk shows it, and only to people of its offices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cpims_scan.domain.record import FieldReading, Finding, PageReading
from cpims_scan.errors import StoreError
from cpims_scan.forms.template import Edition
from cpims_scan.pipeline.records import RULE, Refreshed, open_findings
from cpims_scan.pipeline.trust.blind import shown
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.people import Person
from cpims_scan.store.records import record_row
from cpims_scan.store.sheets import find_sheet, sheet_row
from cpims_scan.store.states import RecordState
from cpims_scan.store.tables import BatchRow, RecordRow

# The same words for "not there" and "not yours": nobody learns what other offices have.
NOT_HERE = "There is no such record in your offices. Go back to the queue."


@dataclass(frozen=True, slots=True)
class RecordView:
    """
    A record as the desk shows it.

    Attributes:
        version: Grows with every change; given back with every answer.
        pages: Page number of the form -> content.
        crops: Field -> content and number of its picture.
        open_rules: Findings that nobody has let stand.
    """

    sheet: str
    index: int
    version: int
    state: RecordState
    edition: Edition
    fields: dict[str, FieldReading]
    findings: tuple[Finding, ...]
    open_rules: tuple[str, ...]
    pages: dict[int, str]
    batch: str
    office: str | None
    crops: dict[str, tuple[str, int]]

    @property
    def open_fields(self) -> tuple[str, ...]:
        """Fields a person must see: marks and formats first, then findings, then text to key."""
        flagged = [f for f in self.fields.values() if f.decision == "review"]
        order = {name: i for i, name in enumerate(self.edition.form.fields)}
        return tuple(f.field for f in sorted(flagged, key=lambda f: (_rank(f), order[f.field])))


def _rank(field: FieldReading) -> int:
    if "ask" in field.reasons:
        return 3
    if "handwriting" in field.reasons:
        return 2
    return 1 if any(r.startswith(RULE) for r in field.reasons) else 0


def visible(session: Session, person: Person, sheet: str, index: int) -> RecordRow:
    """
    A record as far as a person may see it.

    Raises:
        StoreError: There is none in this person's offices.
    """
    row = record_row(session, sheet, index, person.scope)
    if row is None:
        raise StoreError(NOT_HERE)
    return row


def show(place: Workplace, session: Session, row: RecordRow, now: Refreshed) -> RecordView:
    """Put together what the desk shows of a record."""
    sheet = find_sheet(session, row.sheet)
    owner = sheet_row(session, row.sheet)
    if sheet is None or owner is None:
        raise StoreError(NOT_HERE)
    return RecordView(
        sheet=row.sheet,
        index=row.index,
        version=row.version,
        state=RecordState(row.state),
        edition=place.catalog.edition(row.form, row.edition),
        fields=shown(session, (row.sheet, row.index), now.record.fields),
        findings=now.record.findings,
        open_rules=tuple(open_findings(now.record, now.answers)),
        pages=sheet.pages,
        batch=session.get_one(BatchRow, owner.batch_id).name,
        office=row.office,
        crops=_crops(now.readings),
    )


def _crops(readings: dict[str, PageReading]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for content, reading in readings.items():
        found |= {c.field: (content, c.crop) for c in reading.cells if c.crop is not None}
    return found
