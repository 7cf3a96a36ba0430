"""Does a batch hold as many sheets as the clerk counted? If not, no order of pages is trusted."""

from __future__ import annotations

import itertools
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.serials import FilePage, serial_of
from cpims_scan.pipeline.assembly.sheets import Order, count_sheets
from cpims_scan.store.states import ArrivalState, PageState
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageReadingRow, PageRow


def order_of(session: Session, batch: BatchRow, catalog: Catalog) -> Order:
    """
    Whether the files of a batch, all together, hold the sheets that were said.

    A page counts once, however often it came; a serial counts once, in however many files.
    """
    if batch.sheets_expected is None:
        return Order.PLAIN
    pages = _pages(session, batch.id)
    files = itertools.groupby(pages, key=lambda page: page[0])
    found = sum(
        count_sheets([page for _, page in file if serial_of(page) is None], catalog)
        for _, file in files
    )
    found += count_sheets([page for _, page in pages if serial_of(page)], catalog)
    return Order.COUNTED if found == batch.sheets_expected else Order.DOUBTED


def is_read(session: Session, batch: BatchRow) -> bool:
    """Whether every page of a batch is read or given up, so that its sheets can be counted."""
    waiting = exists().where(
        ArrivalRow.batch_id == batch.id,
        ArrivalRow.state == ArrivalState.UNFINISHED,
        PageRow.content == ArrivalRow.content,
        PageRow.state.in_((PageState.TODO, PageState.DOING)),
    )
    return not session.scalar(select(waiting))


def _pages(session: Session, batch_id: int) -> list[tuple[str, FilePage]]:
    """Every content of a batch where it first came, with its delivery; no cells are loaded."""
    rows = session.execute(
        select(
            ArrivalRow,
            PageRow,
            PageReadingRow.reading["state"].as_string(),
            PageReadingRow.reading["separator"].as_string(),
            PageReadingRow.reading["fingerprint"].as_string(),
        )
        .join(PageRow, PageRow.content == ArrivalRow.content)
        .join(PageReadingRow, PageReadingRow.id == PageRow.reading_id)
        .where(ArrivalRow.batch_id == batch_id, ArrivalRow.state != ArrivalState.REJECTED)
        .order_by(ArrivalRow.id)
    )
    first = {row[1].content: row for row in reversed(rows.all())}
    found = sorted(first.values(), key=lambda row: row[0].id)
    return [(row[0].delivery, _page(row[0], row[1], tuple(row)[2:])) for row in found]


def _page(arrival: ArrivalRow, page: PageRow, said: tuple[str, str | None, str]) -> FilePage:
    """A page with all that assembling asks of it, and without its cells."""
    state, separator, fingerprint = said
    match = None
    if page.form is not None:
        number, serial = page.form_page or 0, page.serial or ""
        match = PageMatch(page.form, page.edition, number, 0, 1.0, "layout", serial)
    reading = PageReading(page.content, state, match, Quality())
    reading = replace(reading, fingerprint=fingerprint, separator=separator or "")
    return FilePage(arrival.file_name, arrival.number, reading)
