"""Which pages are one filled form. Machines join only what cannot be wrong; the rest is asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.forms.catalog import Catalog

# Keys of sheets are derived from their pages, so that assembling again after a crash
# gives the same sheet and never a second one.
SHEETS = uuid.UUID("5b6cbd8e-6a0f-5c57-9d5a-6f1f0c3f2a11")


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of one file, in the order the scanner gave it."""

    file: str
    number: int
    reading: PageReading


@dataclass(frozen=True, slots=True)
class Assembly:
    """
    What became of the pages of a file.

    Attributes:
        sheets: Pages that belong together for certain.
        unjoined: Pages that wait for a person to say to which sheet they belong.
    """

    sheets: tuple[Sheet, ...]
    unjoined: tuple[FilePage, ...]


def assemble(
    pages: list[FilePage], catalog: Catalog, context: BatchContext, may_join: bool = True
) -> Assembly:
    """
    Join the pages of one file into sheets.

    A form of one page is a sheet of its own. Pages of a longer form join only as consecutive
    images in page order, all of one edition, with nothing between them: page 2 of the 2015
    sheet bears no name and no number, so a gap, an unknown page or a page out of order leaves
    them to a person.

    Args:
        pages: All pages of one file, in order, whatever their state.
        catalog: Says how many pages an edition has.
        context: Of the batch.
        may_join: False when the count of sheets disagrees with what the clerk said: then a
            page is missing somewhere and no order can be trusted.
    """
    sheets: list[Sheet] = []
    unjoined: list[FilePage] = []
    index = 0
    while index < len(pages):
        length = _pages_of_form(pages[index], catalog)
        run = pages[index : index + max(length, 1)]
        if length and _is_whole(run, length) and (length == 1 or may_join):
            sheets.append(make_sheet(run, "one page" if length == 1 else "file order", context))
            index += length
            continue
        if length:
            unjoined.append(pages[index])
        index += 1
    return Assembly(tuple(sheets), tuple(unjoined))


def make_sheet(run: list[FilePage], joined_by: str, context: BatchContext) -> Sheet:
    """Make one sheet of pages that belong together; `joined_by` says how that is known."""
    match = run[0].reading.match
    if match is None or match.form is None or match.edition is None:
        raise ValueError("a sheet is made of identified pages")
    contents = {_number(page): page.reading.content for page in run}
    key = uuid.uuid5(SHEETS, " ".join(contents[n] for n in sorted(contents)))
    return Sheet(str(key), 1, match.form, match.edition, contents, joined_by, context)


def count_sheets(pages: list[FilePage], catalog: Catalog) -> int:
    """How many sheets a stack holds, told by its first pages and by pages without one."""
    assembly = assemble(pages, catalog, BatchContext())
    firsts = sum(1 for page in assembly.unjoined if _number(page) == 1)
    strays = len(assembly.unjoined) - firsts
    return len(assembly.sheets) + max(firsts, strays)


def _pages_of_form(page: FilePage, catalog: Catalog) -> int:
    match = page.reading.match
    if page.reading.state != "read" or match is None or match.form is None:
        return 0
    return len(catalog.edition(match.form, match.edition or "").pages)


def _is_whole(run: list[FilePage], length: int) -> bool:
    if len(run) != length or any(page.reading.state != "read" for page in run):
        return False
    first = run[0]
    editions = {(p.reading.match.form, p.reading.match.edition) for p in run if p.reading.match}
    consecutive = all(page.number == first.number + i for i, page in enumerate(run))
    in_order = [_number(page) for page in run] == list(range(1, length + 1))
    return len(editions) == 1 and consecutive and in_order


def _number(page: FilePage) -> int:
    return page.reading.match.page if page.reading.match else 0
