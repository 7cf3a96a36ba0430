"""Invented work for tests of the store: batches with pages, sheets, records."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import (
    Decision,
    FieldReading,
    Finding,
    Kind,
    PageReading,
    Sheet,
    State,
    ValidatedRecord,
)
from cpims_scan.store.arrivals import Delivery, NewFile, NewPage, take_in
from cpims_scan.store.batches import open_batch
from cpims_scan.store.queue import claim, finish
from cpims_scan.store.sheets import save_sheet
from cpims_scan.store.tables import BatchRow

NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
OFFICE = "047-001"


def later(seconds: float) -> dt.datetime:
    """A moment after NOW."""
    return NOW + dt.timedelta(seconds=seconds)


def digest(text: str) -> str:
    """An invented sha256."""
    return hashlib.sha256(text.encode()).hexdigest()


def add_batch(session: Session, name: str = "B-1", sheets: int | None = None) -> BatchRow:
    """A batch of one office."""
    context = BatchContext(office=OFFICE, month="2026-02", sheets_expected=sheets)
    return open_batch(session, name, context, "amina", NOW)


def add_file(
    session: Session, batch: BatchRow, contents: list[str], name: str = "s.pdf"
) -> Delivery:
    """A file whose pages have the digests of `contents`; "" is a page that would not open."""
    pages = [
        NewPage(number, digest(content) if content else None, None if content else "Broken.")
        for number, content in enumerate(contents, start=1)
    ]
    file = NewFile(digest(name + "".join(contents)), name, 100, ".pdf")
    return take_in(session, batch.id, file, pages, NOW)


def reading_of_page(content: str, page: int = 1) -> PageReading:
    """A page that was read as a page of the case record sheet."""
    match = PageMatch("case_record_sheet_a", "2015-08", page, 0, 0.97, "layout")
    return PageReading(content, "read", match, Quality(), fingerprint=content[:8], pack="p")


def read_all(session: Session, worker: str = "w") -> int:
    """Read every page that waits, each as page 1."""
    claims = claim(session, worker, NOW, 60, limit=1000)
    for taken in claims:
        finish(session, taken.content, worker, reading_of_page(taken.content), NOW)
    return len(claims)


def add_sheet(session: Session, batch: BatchRow, contents: list[str]) -> Sheet:
    """A sheet of pages that have come already."""
    key = str(uuid.uuid5(uuid.NAMESPACE_OID, " ".join(contents)))
    pages = {number: digest(content) for number, content in enumerate(contents, start=1)}
    context = BatchContext(batch.office, batch.month, batch.officer, batch.sheets_expected)
    sheet = Sheet(key, 1, "case_record_sheet_a", "2015-08", pages, "file order", context)
    save_sheet(session, sheet, batch.id, NOW)
    return sheet


def record_for(sheet: Sheet, village: str = "Kapsoya", index: int = 1) -> ValidatedRecord:
    """A record with one accepted field and one that a person must see."""
    fields = {
        "village": FieldReading(
            "village", Kind.TEXT, State.ANSWERED, village, 0.6, "ink", Decision.REVIEW, ("text",)
        ),
        "age": FieldReading("age", Kind.NUMBER, State.ANSWERED, 11, 0.99, "ink", Decision.ACCEPT),
    }
    findings = (Finding("CRS-101", "warning", ("age",)),)
    return ValidatedRecord(
        sheet.key, sheet.revision, sheet.form, sheet.edition, index, fields, findings, sheet.context
    )


def stocked(session: Session, contents: list[str]) -> tuple[BatchRow, Sheet]:
    """A batch whose pages came, were read, and are one sheet."""
    batch = add_batch(session)
    add_file(session, batch, contents)
    read_all(session)
    return batch, add_sheet(session, batch, contents)
