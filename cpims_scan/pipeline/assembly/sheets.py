"""Which pages are one filled form. Machines join only what cannot be wrong; the rest is asked."""

from __future__ import annotations

import uuid
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Sheet
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.fragments import grid_of, printed_run
from cpims_scan.pipeline.assembly.serials import (
    Elsewhere,
    FilePage,
    SerialJoin,
    SerialKey,
    by_serial,
    is_together,
    join_by_serial,
    number_of,
    serial_of,
    without_doubles,
)

__all__ = ["FilePage"]  # also found here by its older name

# Keys of sheets are derived from their pages, so that assembling again after a crash
# gives the same sheet and never a second one.
SHEETS = uuid.UUID("5b6cbd8e-6a0f-5c57-9d5a-6f1f0c3f2a11")
NOWHERE = Elsewhere()

_Edition = tuple[str, str]


class Order(StrEnum):
    """What is known of the order of a batch's pages."""

    PLAIN = "plain"  # nobody counted the sheets
    COUNTED = "counted"  # as many sheets as were said
    DOUBTED = "doubted"  # not as many: a page is missing somewhere, no order can be trusted


@dataclass(frozen=True, slots=True)
class Assembly:
    """
    What became of the pages of a file.

    Attributes:
        sheets: Pages that belong together for certain.
        unjoined: Pages that wait for a person to say to which sheet they belong.
        doubles: Content that came twice in other bytes -> content that it repeats.
        copied: Serials that stand on the papers of more than one child.
    """

    sheets: tuple[Sheet, ...]
    unjoined: tuple[FilePage, ...]
    doubles: dict[str, str] = field(default_factory=dict)
    copied: frozenset[SerialKey] = frozenset()


def assemble(
    pages: list[FilePage],
    catalog: Catalog,
    context: BatchContext,
    order: Order = Order.PLAIN,
    elsewhere: Elsewhere = NOWHERE,
) -> Assembly:
    """
    Join the pages of one file into sheets.

    A form of one page is a sheet of its own. Pages with an equal serial join whatever their
    order, unless the serial was photocopied. All others join only as consecutive images in page
    order, of one edition, with nothing between them: page 2 of the 2015 sheet bears no name and
    no number. A cover, a slip, a gap or an unknown page ends a run; where the pages of a stretch
    are there but out of order, none of its runs is trusted.

    Args:
        pages: All pages of one file, in order, whatever their state.
        catalog: Says how many pages an edition has.
        context: Of the batch, for pages that follow no cover.
        order: What the clerk's count says of the order.
        elsewhere: Pages of other files that bear the same serials.
    """
    kept, doubles = without_doubles(pages)
    coded = join_by_serial(kept, elsewhere, catalog)
    table = _Table(catalog, order, coded, _is_duplex(pages))
    runs = [run for stretch in _stretches(_closed_up(kept, pages)) for run in table.runs(stretch)]
    joined = {page.reading.content for run in (*coded.runs, *runs) for page in run}
    unjoined = [p for p in kept if _length(p, catalog) and p.reading.content not in joined]
    sheets = [make_sheet(run, "qr", context) for run in coded.runs]
    for run in runs:
        sheets.append(make_sheet(run, "one page" if len(run) == 1 else "file order", context))
    return Assembly(tuple(sheets), tuple(unjoined), doubles, coded.copied)


def make_sheet(run: Sequence[FilePage], joined_by: str, context: BatchContext) -> Sheet:
    """Make one sheet of pages that belong together; `joined_by` says how that is known."""
    match = run[0].reading.match
    if match is None or match.form is None or match.edition is None:
        raise ValueError("a sheet is made of identified pages")
    # The pieces of a printed workbook bear no page numbers: they count as they came.
    is_print = match.identified_by == "print"
    contents = {
        i if is_print else number_of(page): page.reading.content for i, page in enumerate(run, 1)
    }
    key = uuid.uuid5(SHEETS, " ".join(contents[n] for n in sorted(contents)))
    said = run[0].context or context
    return Sheet(str(key), 1, match.form, match.edition, contents, joined_by, said)


def count_sheets(pages: list[FilePage], catalog: Catalog) -> int:
    """
    How many sheets a stack holds whose pages are in order, some of them missing.

    A serial is one sheet, or as many as there are contents of one of its pages. The right pages
    of a register count with the left ones.
    """
    assembly = assemble(pages, catalog, BatchContext())
    coded = by_serial(list(assembly.unjoined))
    waiting = [page for page in assembly.unjoined if _length(page, catalog) > 1]
    strays = {page.reading.content for page in waiting if serial_of(page) is None}
    inside = {content for sheet in assembly.sheets for content in sheet.pages.values()}
    return (
        len(assembly.sheets)
        + sum(max(Counter(number_of(p) for p in found).values()) for found in coded.values())
        + len(_stray_sheets(pages, strays, inside))
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Where pages are laid out: what is known of them beside their order."""

    catalog: Catalog
    order: Order
    coded: SerialJoin
    is_duplex: bool

    def runs(self, stretch: list[FilePage]) -> list[list[FilePage]]:
        """The runs of a stretch that may be joined; pages that their serial joined are no part."""
        by_code = {p.reading.content for run in self.coded.runs for p in run}
        found: list[list[FilePage]] = []
        index = 0
        while index < len(stretch):
            length = _length(stretch[index], self.catalog)
            is_print = grid_of(stretch[index], self.catalog) is not None
            if is_print:
                length = printed_run(stretch[index:], self.catalog)
            run = stretch[index : index + max(length, 1)]
            is_free = not any(page.reading.content in by_code for page in run)
            is_whole = is_print or _is_whole(run, length)
            if length and is_free and is_whole and self._may_join(run):
                found.append(run)
                index += length
            else:
                index += 1
        if self.order is Order.DOUBTED or self._is_disordered(stretch, found):
            return [run for run in found if len(run) == 1]
        return found

    def _may_join(self, run: list[FilePage]) -> bool:
        """
        Whether codes and leaves allow a run.

        A photocopied serial asks for a counted stack. Where both sides of every leaf were
        scanned, a sheet begins on a front: the back of one leaf says nothing of the next leaf.
        """
        serials = {key for page in run if (key := serial_of(page))}
        if len(run) == 1:
            return True
        if self.is_duplex and run[0].number % 2 == 0:
            return False
        is_copy = bool(serials & self.coded.copied)
        return len(serials) <= 1 and (not is_copy or self.order is Order.COUNTED)

    def _is_disordered(self, stretch: list[FilePage], runs: list[list[FilePage]]) -> bool:
        """Whether pages of a stretch lie out of order, so that its neighbours mean nothing."""
        own = {key: pages for key, pages in by_serial(stretch).items() if not self._is_copy(key)}
        if any(not is_together(pages) for pages in own.values()):
            return True
        inside = {page.reading.content for run in runs for page in run}
        strays = {
            page.reading.content
            for page in stretch
            if _length(page, self.catalog) > 1 and serial_of(page) not in own
        }
        broken = _stray_sheets(stretch, strays - inside, inside)
        parts: dict[_Edition, set[int]] = {}
        for edition, numbers in broken:
            if len(numbers) < len(self.catalog.editions[edition].pages):
                parts.setdefault(edition, set()).update(numbers)
        return any(
            len(numbers) == len(self.catalog.editions[edition].pages)
            for edition, numbers in parts.items()
        )

    def _is_copy(self, key: SerialKey) -> bool:
        return key in self.coded.copied


def _stray_sheets(
    pages: list[FilePage], strays: set[str], inside: set[str]
) -> list[tuple[_Edition, set[int]]]:
    """
    What is left of sheets, pages being in order: strays that ascend, with no sheet between them.

    Args:
        pages: In order.
        strays: Contents of the pages that were not joined.
        inside: Contents of those that were.
    """
    found: list[tuple[_Edition, set[int]]] = []
    is_open = False
    for page in pages:
        if page.reading.content in inside:
            is_open = False
        elif page.reading.content in strays:
            edition, number = _edition(page), number_of(page)
            if is_open and found[-1][0] == edition and number > max(found[-1][1]):
                found[-1][1].add(number)
            else:
                found.append((edition, {number}))
            is_open = True
    return found


def _closed_up(kept: list[FilePage], pages: list[FilePage]) -> list[FilePage]:
    """The pages numbered as if those that came twice had come once."""
    numbers = {page.number for page in kept}
    gone = sorted(page.number for page in pages if page.number not in numbers)
    return [replace(page, number=page.number - bisect(gone, page.number)) for page in kept]


def _is_duplex(pages: list[FilePage]) -> bool:
    """Whether both sides of every leaf were scanned: blank backs, and an even count."""
    backs = [p for p in pages if p.reading.state == "blank" and not p.reading.separator]
    return bool(backs) and len(pages) % 2 == 0


def _stretches(pages: list[FilePage]) -> list[list[FilePage]]:
    """The pages between covers and slips."""
    stretches: list[list[FilePage]] = [[]]
    for page in pages:
        if page.reading.separator:
            stretches.append([])
        else:
            stretches[-1].append(page)
    return stretches


def _edition(page: FilePage) -> _Edition:
    match = page.reading.match
    return (str(match.form), str(match.edition)) if match else ("", "")


def _length(page: FilePage, catalog: Catalog) -> int:
    """
    Pages that make a sheet of the form a page belongs to; 0 when it is none or was not read.

    Where an edition's pages never join by their order, its first page is a sheet of its own and
    the others wait for a person.
    """
    match = page.reading.match
    if page.reading.state != "read" or match is None or match.form is None:
        return 0
    edition = catalog.edition(match.form, match.edition or "")
    return 1 if edition.joins == "never" else len(edition.pages)


def _is_whole(run: list[FilePage], length: int) -> bool:
    if len(run) != length or any(page.reading.state != "read" for page in run):
        return False
    first = run[0]
    editions = {_edition(page) for page in run}
    consecutive = all(page.number == first.number + i for i, page in enumerate(run))
    in_order = [number_of(page) for page in run] == list(range(1, length + 1))
    return len(editions) == 1 and consecutive and in_order
