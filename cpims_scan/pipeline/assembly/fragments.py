"""Pages that are pieces of one printed workbook: which cells each has, and when they are whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from cpims_scan.domain.record import CellReading, Decision, FieldReading, PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.grid import Grid
from cpims_scan.forms.template import Edition
from cpims_scan.pipeline.assembly.serials import FilePage

MOST_PIECES = 12  # of one sheet: 110 percent on portrait paper gives eight


def grid_of(page: FilePage, catalog: Catalog) -> Grid | None:
    """The grid of the edition that a page is a print of; None for all other pages."""
    edition = _edition(page.reading, catalog)
    return edition.grid if edition else None


def _edition(reading: PageReading, catalog: Catalog) -> Edition | None:
    match = reading.match
    if reading.state != "read" or match is None or match.form is None:
        return None
    return catalog.editions.get((match.form, match.edition or ""))


def printed_run(pages: Sequence[FilePage], catalog: Catalog) -> int:
    """
    How many pages, from the first on, are the whole of one printed workbook; 0 when none are.

    The pieces are consecutive images of one edition; no cell stands on two of them, together they
    have every row and column, and whatever their headers say agrees.
    """
    grid = grid_of(pages[0], catalog)
    if grid is None:
        return 0
    match = pages[0].reading.match
    wanted = _tabled(grid)
    header = {value.field for value in grid.header}
    seen: set[str] = set()
    said: dict[str, str] = {}
    for count, page in enumerate(pages[:MOST_PIECES], start=1):
        other = page.reading.match
        follows = page.number == pages[0].number + count - 1
        is_alike = match and other and (other.form, other.edition) == (match.form, match.edition)
        if not (follows and is_alike and page.reading.state == "read"):
            return 0
        here = {cell.field for cell in page.reading.cells} - header
        if here & seen & wanted or not _agree(said, page.reading.cells, header):
            return 0
        seen |= here
        if wanted <= seen:
            return count
    return 0


def _tabled(grid: Grid) -> set[str]:
    """Fields of all tables."""
    return {
        f"{row.name}.{column}"
        for block in grid.blocks
        for row in block.rows
        for column in block.columns
    }


def _agree(said: dict[str, str], cells: Iterable[CellReading], header: set[str]) -> bool:
    """Whether a page's header says what the pages before said; what is new is noted in `said`."""
    for cell in cells:
        if cell.field in header and cell.distribution and cell.distribution[0][0]:
            text = cell.distribution[0][0]
            if said.setdefault(cell.field, text) != text:
                return False
    return True


def on_their_pages(
    fields: dict[str, FieldReading], pages: dict[int, PageReading], edition: Edition
) -> dict[str, FieldReading]:
    """
    Say of every field of a printed workbook on which page of its sheet it stands.

    Rows and columns that are on none of the pages are left out: they are missing, not blank. What
    stands above and below the tables, and what a person settled, stays where it is not found.
    """
    where = {cell.field: n for n in sorted(pages, reverse=True) for cell in pages[n].cells}
    tabled = _tabled(edition.grid) if edition.grid else set()
    first = min(pages, default=0)
    placed = {}
    for name, field in fields.items():
        page = where.get(name, first)
        if field.page == 0 or name in where or name not in tabled or _is_settled(field):
            placed[name] = dataclasses.replace(field, page=page if field.page else 0)
    return placed


def _is_settled(field: FieldReading) -> bool:
    return field.source == "person" and field.decision is Decision.ACCEPT
