"""The scan coach over a batch: what is told while it is read, in its status, and on the desk."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import Quality
from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.imaging.coaching.advice import quality_text
from cpims_scan.pipeline.coach import QUIET, Note, RunPage, Told, tell
from cpims_scan.pipeline.page_answers import PageWord
from cpims_scan.store.batches import missing_sheets
from cpims_scan.store.codec import match_from_plain, quality_from_plain
from cpims_scan.store.queue import Claim
from cpims_scan.store.states import ArrivalState, Reason, TaskState
from cpims_scan.store.tables import (
    ArrivalRow,
    BatchRow,
    PageReadingRow,
    PageRow,
    ScanFileRow,
    TaskRow,
)

# Once somebody has said what a page is, nothing more is told about its being unknown.
OF_UNKNOWN = frozenset({"foreign", "partial", "unaligned", "wrong_side", "missing_page"})
SETTLED = (ArrivalState.ACCEPTED, ArrivalState.REJECTED, ArrivalState.DUPLICATE)
# What a page must be scanned again for; other faults are told, and the page may stay as it is.
MUST = frozenset({"unreadable", "asked", "missing_page", "wrong_side", "partial", "unaligned"})
NOT_SCANNED_AGAIN = frozenset({"blank_back", "same_twice", "foreign", "out_of_order"})


@dataclass(frozen=True, slots=True)
class BatchAdvice:
    """
    What the coach says of a batch.

    Attributes:
        told: By id of the arrival; pages without advice are left out.
        missing: Sheets that were counted by the clerk and have not come.
    """

    told: dict[int, Told]
    missing: int

    @property
    def counts(self) -> dict[str, int]:
        """How many pages each advice is for, the most frequent first."""
        found = Counter(note.advice for told in self.told.values() for note in told.notes)
        return dict(found.most_common())

    @property
    def again(self) -> list[Told]:
        """Pages to scan again, as they lie in the stack; other pages have no such note."""
        return [told for told in self.told.values() if _asks_again(told)]


def is_lost(told: Told) -> bool:
    """Whether the page was not read, or lacks another: the others may stay as they are."""
    return told.page.state != "read" or any(note.advice in MUST for note in told.notes)


def _asks_again(told: Told) -> bool:
    return any(note.advice not in NOT_SCANNED_AGAIN for note in told.notes)


def advise_at_once(session: Session, claim: Claim, quality: Quality) -> tuple[str, ...]:
    """Sentences about a page that was just read, in English, each with its file and number."""
    advice = [name for name in quality.advice if name not in QUIET]
    if not advice:
        return ()
    name = session.get_one(ScanFileRow, claim.file_sha256).name
    where = f"{name}, page {claim.number}"
    return tuple(f"{where}: {quality_text(one, quality)}" for one in advice)


def advise_batch(session: Session, batch: BatchRow, catalog: Catalog) -> BatchAdvice:
    """All that is to be told about a batch: every page's picture, and the order of its pages."""
    asked = _asked_again(session, batch.id)
    told: dict[int, Told] = {}
    for run in _runs(session, batch.id, catalog):
        pages = [page for _, page in run]
        for (arrival, _), one in zip(run, tell(pages), strict=True):
            notes = _still(arrival, one.notes)
            if arrival.content in asked:
                notes = (*notes, Note("asked"))
            if notes:
                told[arrival.id] = Told(one.page, notes)
    return BatchAdvice(told, missing_sheets(session, batch) or 0)


def _still(arrival: ArrivalRow, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """What is still to be told about a page, now that people may have said what it is."""
    if arrival.state == ArrivalState.ERROR:
        return (Note("unreadable"),)
    is_repeat = arrival.reason in (Reason.SAME_BYTES, Reason.SAME_INK)
    repeat = (Note("same_twice"),) if is_repeat else ()
    if arrival.state in SETTLED and arrival.reason is not None:
        notes = tuple(n for n in notes if n.advice not in OF_UNKNOWN or _is_gap(arrival, n))
    return tuple(dict.fromkeys([*notes, *repeat]))


def _is_gap(arrival: ArrivalRow, note: Note) -> bool:
    """An empty back that a machine filed may still lie in the place of a form page."""
    return note.advice == "wrong_side" and arrival.reason == Reason.BLANK_BACK


def _asked_again(session: Session, batch_id: int) -> set[str]:
    """Contents of which a person said that they need a new scan."""
    rows = session.execute(
        select(TaskRow.content, TaskRow.answer).where(
            TaskRow.batch_id == batch_id, TaskRow.state == TaskState.DONE
        )
    ).all()
    word = PageWord.RESCAN.value
    return {str(content) for content, answer in rows if (answer or {}).get("word") == word}


_Run = list[tuple[ArrivalRow, RunPage]]


def _runs(session: Session, batch_id: int, catalog: Catalog) -> list[_Run]:
    """The pages of a batch, file by file; files of one page that follow each other are one run."""
    rows = session.execute(
        select(
            ArrivalRow,
            PageReadingRow.reading["state"].as_string(),
            PageReadingRow.reading["quality"],
            PageReadingRow.reading["match"],
            PageReadingRow.reading["separator"].as_string(),
        )
        .outerjoin(PageRow, PageRow.content == ArrivalRow.content)
        .outerjoin(PageReadingRow, PageReadingRow.id == PageRow.reading_id)
        .where(ArrivalRow.batch_id == batch_id)
        .order_by(ArrivalRow.id)
    ).all()
    files: list[_Run] = []
    for _, found in groupby(rows, key=lambda row: row[0].delivery):
        ordered = sorted(found, key=lambda row: row[0].number)
        files.append([(row[0], _page(row[0], row[1:], catalog)) for row in ordered])
    runs: list[_Run] = []
    was_single = False
    for file in files:
        is_single = len(file) == 1
        if is_single and was_single:
            runs[-1].extend(file)
        else:
            runs.append(list(file))
        was_single = is_single
    return runs


def _page(arrival: ArrivalRow, read: Any, catalog: Catalog) -> RunPage:
    state, quality, match, separator = read
    page = RunPage(
        arrival.file_name,
        arrival.number,
        arrival.content or "",
        state or "",
        quality_from_plain(quality) if quality else Quality(),
        is_separator=bool(separator),
    )
    known = match_from_plain(match) if match else None
    if known is None or known.form is None or known.edition is None:
        return page
    try:
        length = len(catalog.edition(known.form, known.edition).pages)
    except TemplateError:  # its pack was taken away since
        return page
    return dataclasses.replace(
        page,
        edition=(known.form, known.edition),
        length=length,
        page=known.page,
        serial=known.serial,
    )
