"""
Pages whose printed codes bear one serial.

An equal serial says that the pages were printed as one sheet, not that one child is on them:
offices photocopy a printed form, serial and all, for fifty children. So it joins only what
nothing contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.likeness import Likeness, alike, contradict, likeness

SerialKey = tuple[str, str, str]  # form, edition, serial


@dataclass(frozen=True, slots=True)
class FilePage:
    """
    One page of one file, in the order the scanner gave it.

    Attributes:
        context: Of the cover that it follows; None where the batch's holds.
    """

    file: str
    number: int
    reading: PageReading
    context: BatchContext | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Pages of other files of the workspace: those that wait for a partner, those of sheets."""

    waiting: tuple[FilePage, ...] = ()
    joined: tuple[FilePage, ...] = ()


@dataclass(frozen=True, slots=True)
class SerialJoin:
    """
    What the serials of a file's pages say.

    Attributes:
        runs: Whole sheets, each in page order.
        copied: Serials that stand on the papers of more than one child.
    """

    runs: tuple[tuple[FilePage, ...], ...]
    copied: frozenset[SerialKey]


def serial_of(page: FilePage) -> SerialKey | None:
    """Form, edition and serial of a page that was read; None when its print bears none."""
    match = page.reading.match
    if page.reading.state != "read" or match is None or not match.serial:
        return None
    return str(match.form), str(match.edition), match.serial


def by_serial(pages: list[FilePage]) -> dict[SerialKey, list[FilePage]]:
    """The pages that bear a serial, together with those that bear the same one."""
    found: dict[SerialKey, list[FilePage]] = {}
    for page in pages:
        key = serial_of(page)
        if key is not None:
            found.setdefault(key, []).append(page)
    return found


def join_by_serial(pages: list[FilePage], elsewhere: Elsewhere, catalog: Catalog) -> SerialJoin:
    """
    Join pages of an equal serial, wherever they lie, where each page number has one content.

    As soon as two different contents claim one page number, the serial was photocopied and joins
    nothing. A page that is there already on a sheet is left out: it is a scan of that sheet again.
    """
    waiting, joined = by_serial(list(elsewhere.waiting)), by_serial(list(elsewhere.joined))
    runs: list[tuple[FilePage, ...]] = []
    copied: set[SerialKey] = set()
    for key, mine in by_serial(pages).items():
        others = waiting.get(key, [])
        if _is_copied([*mine, *others, *joined.get(key, [])]):
            copied.add(key)
            continue
        length = len(catalog.edition(key[0], key[1]).pages)
        candidates = mine if joined.get(key) else without_doubles([*mine, *others])[0]
        run = sorted(candidates, key=number_of)
        if length > 1 and [number_of(page) for page in run] == list(range(1, length + 1)):
            runs.append(tuple(run))
    return SerialJoin(tuple(runs), frozenset(copied))


def without_doubles(pages: list[FilePage]) -> tuple[list[FilePage], dict[str, str]]:
    """
    Take out pages that bear the same ink as an earlier one: fed twice, or photographed twice.

    Returns:
        The pages that are left, and content of each one taken out -> content that it repeats.
    """
    kept: list[FilePage] = []
    doubles: dict[str, str] = {}
    by_blank: dict[tuple[str | None, str | None, int, str], list[FilePage]] = {}
    for page in pages:
        match = page.reading.match
        if page.reading.state != "read" or match is None:
            kept.append(page)
            continue
        rivals = by_blank.setdefault((match.form, match.edition, match.page, match.serial), [])
        same = _same_ink(rivals, page)
        if same is not None:
            if same.reading.content != page.reading.content:
                doubles[page.reading.content] = same.reading.content
            continue
        rivals.append(page)
        kept.append(page)
    return kept, doubles


def number_of(page: FilePage) -> int:
    """Page number of the form; 0 for a page that is none."""
    return page.reading.match.page if page.reading.match else 0


def is_together(pages: list[FilePage]) -> bool:
    """Whether the pages of one serial follow each other, in page order."""
    places = [page.number for page in pages]
    numbers = [number_of(page) for page in pages]
    is_row = places == list(range(places[0], places[0] + len(places)))
    return is_row and numbers == sorted(numbers)


def _is_copied(pages: list[FilePage]) -> bool:
    """Whether two pages that cannot be one piece of paper claim the same page number."""
    return any(
        number_of(one) == number_of(other)
        and one.reading.content != other.reading.content
        and contradict(one.reading.fingerprint, other.reading.fingerprint)
        for i, one in enumerate(pages)
        for other in pages[:i]
    )


def _same_ink(rivals: list[FilePage], page: FilePage) -> FilePage | None:
    """The first of some pages of one blank that bears the same ink as another one."""
    now = page.reading.fingerprint
    for at in alike([rival.reading.fingerprint for rival in rivals], now):
        if likeness(rivals[at].reading.fingerprint, now) is Likeness.SAME:
            return rivals[at]
    same = page.reading.content
    return next((rival for rival in rivals if rival.reading.content == same), None)
