"""Does a batch hold as many sheets as the clerk counted? If not, no order of pages is trusted."""

from __future__ import annotations

import itertools

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.sheets import FilePage, count_sheets
from cpims_scan.store.states import ArrivalState, PageState
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageReadingRow, PageRow


def is_counted(session: Session, batch: BatchRow, catalog: Catalog) -> bool:
    """
    Whether the files of a batch, all together, hold the sheets that were said.

    True as well when nobody said a number. A page counts once, however often it came.
    """
    if batch.sheets_expected is None:
        return True
    pages = _pages(session, batch.id)
    files = itertools.groupby(pages, key=lambda page: page[0])
    found = sum(count_sheets([page for _, page in file], catalog) for _, file in files)
    return found == batch.sheets_expected


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
        select(ArrivalRow, PageRow, PageReadingRow.reading["state"].as_string())
        .join(PageRow, PageRow.content == ArrivalRow.content)
        .join(PageReadingRow, PageReadingRow.id == PageRow.reading_id)
        .where(ArrivalRow.batch_id == batch_id, ArrivalRow.state != ArrivalState.REJECTED)
        .order_by(ArrivalRow.id)
    )
    first = {page.content: (arrival, page, state) for arrival, page, state in reversed(rows.all())}
    found = sorted(first.values(), key=lambda row: row[0].id)
    return [(arrival.delivery, _page(arrival, page, state)) for arrival, page, state in found]


def _page(arrival: ArrivalRow, page: PageRow, state: str) -> FilePage:
    match = None
    if page.form is not None:
        match = PageMatch(page.form, page.edition, page.form_page or 0, 0, 1.0, "layout")
    return FilePage(
        arrival.file_name, arrival.number, PageReading(page.content, state, match, Quality())
    )
