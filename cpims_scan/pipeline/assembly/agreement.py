"""Do the pages of a sheet contradict each other? Then a person says if they are one child's."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from cpims_scan.domain.record import (
    FieldReading,
    Finding,
    PageReading,
    Sheet,
    State,
    ValidatedRecord,
)
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.serials import FilePage, is_together
from cpims_scan.pipeline.assembly.sheets import Assembly
from cpims_scan.pipeline.steps import decode_sheet

# Of every value that a rule compares; below it a misread date would part a child's own pages.
SURE = 0.8


def contradicts_itself(
    sheet: Sheet, readings: dict[str, PageReading], catalog: Catalog, today: dt.date
) -> bool:
    """
    Whether a rule of the form does not hold between values that stand on different pages.

    An officer's slip does that too, so it is no proof of two children; but where only the order
    of a stack joined the pages, it is the one thing that their ink can say against it.
    """
    pages = {n: readings[c] for n, c in sheet.pages.items() if c in readings}
    return any(_is_torn(record) for record in decode_sheet(sheet, pages, {}, catalog, today))


def without_contradictions(
    assembly: Assembly, pages: list[FilePage], is_contradictory: Callable[[Sheet], bool]
) -> Assembly:
    """
    Take apart the sheets whose pages contradict each other, where their order may be wrong.

    A file with one sheet and nothing else leaves no other explanation than a slip of the pen,
    and neither do pages of one serial that lie together.

    Args:
        assembly: Of one file.
        pages: All pages of the file.
        is_contradictory: Says it of one sheet; asked only where it matters.
    """
    here = {page.reading.content: page for page in pages}
    long = [sheet for sheet in assembly.sheets if len(sheet.pages) > 1]
    is_alone = len(long) == 1 and not assembly.unjoined
    doubtful = [
        sheet
        for sheet in long
        if not _is_settled(sheet, here, is_alone) and is_contradictory(sheet)
    ]
    apart = {content for sheet in doubtful for content in sheet.pages.values()}
    loose = [page for content, page in here.items() if content in apart]
    unjoined = sorted([*assembly.unjoined, *loose], key=lambda page: page.number)
    sheets = tuple(sheet for sheet in assembly.sheets if sheet not in doubtful)
    return dataclasses.replace(assembly, sheets=sheets, unjoined=tuple(unjoined))


def _is_settled(sheet: Sheet, here: dict[str, FilePage], is_alone: bool) -> bool:
    """Whether nothing but one child explains how the pages lie."""
    if sheet.joined_by != "qr":
        return is_alone
    pages = [here[content] for content in sheet.pages.values() if content in here]
    ordered = sorted(pages, key=lambda page: page.number)
    return len(pages) == len(sheet.pages) and is_together(ordered)


def _is_torn(record: ValidatedRecord) -> bool:
    """Whether its pages contradict each other by values that nothing else speaks against."""
    apart = [finding for finding in record.findings if len(_pages(record, finding)) > 1]
    # A birth in the future is wrong by itself: it says nothing about the other page.
    wrong = {name for finding in record.findings if finding not in apart for name in finding.fields}
    return any(
        wrong.isdisjoint(field.field for field in _said(record, finding))
        and all(_is_sure(field) for field in _said(record, finding))
        for finding in apart
    )


def _is_sure(field: FieldReading) -> bool:
    """Whether a value is read well enough; a year alone, or an age, says too little."""
    return field.probability >= SURE and not isinstance(field.value, dict)


def _said(record: ValidatedRecord, finding: Finding) -> list[FieldReading]:
    """The values of a finding that stand on paper."""
    fields = [record.fields[name] for name in finding.fields if name in record.fields]
    return [field for field in fields if field.state is State.ANSWERED and field.page]


def _pages(record: ValidatedRecord, finding: Finding) -> set[int]:
    return {field.page for field in _said(record, finding)}
