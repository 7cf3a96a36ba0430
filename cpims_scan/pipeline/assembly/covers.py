"""What the covers of a batch say about the pages behind them; the command line goes first."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.separator import Cover, read_separator
from cpims_scan.pipeline.assembly.serials import FilePage
from cpims_scan.store.batches import context_of
from cpims_scan.store.states import Reason
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageReadingRow, PageRow

WORDS = ("office", "month", "officer")
OTHER_WORD = (
    "{where}: the cover says {word} {new}, but the batch was begun with {old}, which is kept. "
    "If the cover is right, scan the stack into another batch without that option."
)
OTHER_COUNT = (
    "{where}: the covers count {new} sheets, but the batch was begun with {old}, which is kept. "
    "Count the sheets and scan the stack into another batch."
)
OTHER_BATCH = (
    "{where}: the cover is of batch {new}; its pages were taken into batch {old}. "
    "If that is wrong, scan the stack with --batch {new}."
)


@dataclass(frozen=True, slots=True)
class Covered:
    """
    Pages with the context of the cover that they follow.

    Attributes:
        pages: As given, each with its context.
        problems: Content of a cover that contradicts the batch -> one sentence.
    """

    pages: list[FilePage]
    problems: dict[str, str]


def take_covers(
    session: Session, batch: BatchRow, pages: list[FilePage], new: frozenset[str]
) -> Covered:
    """
    Give every page the context of the cover before it, and the batch what nobody said yet.

    Args:
        session: In a transaction.
        batch: Is filled where the command line said nothing.
        pages: All pages of one file, in order.
        new: Contents of its pages that were never arranged before.
    """
    earlier = _covers_before(session, batch, {page.reading.content for page in pages})
    mine = [cover for page in pages if (cover := cover_of(page))]
    known = list(dict.fromkeys([*earlier, *mine]))
    problems: dict[str, str] = {}
    context = _after(batch, earlier, known)
    found = []
    for page in pages:
        cover = cover_of(page)
        if cover is not None:
            context = _merged(batch, cover, known)
            said = _contradiction(batch, page, cover, known)
            if said and page.reading.content in new:
                problems[page.reading.content] = said
        found.append(dataclasses.replace(page, context=context))
    if mine:
        _count(batch, known, list(dict.fromkeys(earlier)), problems, found)
    session.flush()
    return Covered(found, problems)


def cover_of(page: FilePage) -> Cover | None:
    """The cover that a page is, or None."""
    said = read_separator(page.reading.separator) if page.reading.separator else None
    return said if isinstance(said, Cover) else None


def _covers_before(session: Session, batch: BatchRow, mine: set[str]) -> list[Cover]:
    """Covers of the batch's other files, in the order they came."""
    rows = session.execute(
        select(ArrivalRow.content, PageReadingRow.reading["separator"].as_string())
        .join(PageRow, PageRow.content == ArrivalRow.content)
        .join(PageReadingRow, PageReadingRow.id == PageRow.reading_id)
        .where(ArrivalRow.batch_id == batch.id, ArrivalRow.reason == Reason.COVER)
        .order_by(ArrivalRow.id)
    )
    said = [read_separator(text) for content, text in rows if content not in mine and text]
    return [cover for cover in said if isinstance(cover, Cover)]


def _after(batch: BatchRow, earlier: list[Cover], known: list[Cover]) -> BatchContext:
    """The context of pages that follow no cover in their own file."""
    return _merged(batch, earlier[-1], known) if earlier else context_of(batch)


def _merged(batch: BatchRow, cover: Cover, known: list[Cover]) -> BatchContext:
    """What a cover says, but for what the command line said otherwise; fills the batch's gaps."""
    said = {}
    for word in WORDS:
        mine, begun = getattr(cover.context, word), getattr(batch, word)
        if begun is None and mine is not None:
            setattr(batch, word, mine)
        said[word] = mine if mine is not None and _is_free(batch, word, known) else begun
    return BatchContext(said["office"], said["month"], said["officer"], batch.sheets_expected)


def _is_free(batch: BatchRow, word: str, known: list[Cover]) -> bool:
    """Whether a word of the batch came from a cover, so that the next cover may say another."""
    begun = getattr(batch, word)
    return begun is None or any(getattr(cover.context, word) == begun for cover in known)


def _contradiction(batch: BatchRow, page: FilePage, cover: Cover, known: list[Cover]) -> str | None:
    where = f"{page.file} page {page.number}"
    for word in WORDS:
        mine, begun = getattr(cover.context, word), getattr(batch, word)
        if mine is not None and mine != begun and not _is_free(batch, word, known):
            return OTHER_WORD.format(where=where, word=word, new=mine, old=begun)
    if cover.batch != batch.name:
        return OTHER_BATCH.format(where=where, new=cover.batch, old=batch.name)
    return None


def _count(
    batch: BatchRow,
    known: list[Cover],
    earlier: list[Cover],
    problems: dict[str, str],
    pages: list[FilePage],
) -> None:
    """Expect as many sheets as all covers of the batch say together, unless the clerk said."""
    now, before = _sheets(known), _sheets(earlier)
    if now is None or now == batch.sheets_expected:
        return
    if batch.sheets_expected in (None, before):
        batch.sheets_expected = now
        return
    page = next(page for page in reversed(pages) if cover_of(page))
    where = f"{page.file} page {page.number}"
    said = OTHER_COUNT.format(where=where, new=now, old=batch.sheets_expected)
    problems.setdefault(page.reading.content, said)


def _sheets(covers: list[Cover]) -> int | None:
    said = [c.context.sheets_expected for c in covers if c.context.sheets_expected is not None]
    return sum(said) if said else None
