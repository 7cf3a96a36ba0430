"""The two pure functions of the house: a page into cells, the pages of a sheet into values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.checking.validate import validate
from cpims_scan.domain.paper import AlignedPage, PageImage, PageMatch, Quality
from cpims_scan.domain.record import (
    CellReading,
    FieldReading,
    PageReading,
    Settled,
    Sheet,
    ValidatedRecord,
)
from cpims_scan.domain.trust import Thresholds
from cpims_scan.errors import AlignmentError, CpimsScanError, InputError
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.rules import RuleBook, load_rules
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.blanks import BlankIndex, build_index
from cpims_scan.imaging.coaching.coach import advise_form, advise_unplaced
from cpims_scan.imaging.coaching.quality import measure
from cpims_scan.imaging.codes import Codes, look
from cpims_scan.imaging.crops import cut_cells, write_crops
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.inkprint import fingerprint
from cpims_scan.imaging.intake import open_scan
from cpims_scan.imaging.rectify import Rectified, rectify
from cpims_scan.imaging.register import register
from cpims_scan.pipeline.assembly.fragments import on_their_pages
from cpims_scan.pipeline.prints import read_print
from cpims_scan.reading.cells import read_cells
from cpims_scan.reading.decode import decode
from cpims_scan.reading.many import split_records


@dataclass(frozen=True, slots=True)
class PageJob:
    """
    One page to read; plain data that crosses processes.

    Attributes:
        content: Key of the page; "" when it is not known yet.
        file: Where the file lies.
        number: 1-based page in the file.
        packs: Folder of the packs, None for the bundled ones.
        pack: Digest of the packs as the parent knows them; a worker with others refuses. "" skips.
        crops: Where the page's cell pictures go, or None to keep none.
        only: Form and edition that a person named, or None to identify; edition may be None.
        match: What a person said the page is, turn included; None to identify.
    """

    content: str
    file: Path
    number: int
    packs: Path | None = None
    pack: str = ""
    crops: Path | None = None
    only: tuple[str, str | None] | None = None
    match: PageMatch | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """What a process needs to read pages: made once, used for every page."""

    catalog: Catalog
    index: BlankIndex


@functools.lru_cache(maxsize=4)
def station(packs: Path | None, only: tuple[str, str | None] | None = None) -> Station:
    """Load the packs and what identifies their blanks, once a process."""
    catalog = load_catalog(packs)
    return Station(catalog, build_index(catalog, only))


def read_page(job: PageJob) -> PageReading:
    """
    Turn one page into certified cells with distributions. Pure but for the crop file it writes.

    Returns:
        The reading; a page that cannot be read comes back with its state and one sentence.

    Raises:
        CpimsScanError: Nothing is wrong with the page, but with this installation: weights, packs
            or a program. The page must be tried again when that is mended.
    """
    began = time.process_time()
    try:
        tools = station(job.packs, job.only)
        _same_packs(job, tools.catalog)
        with open_scan(job.file) as scan:
            page = scan.page(job.number)
        reading = _read(page, job, tools)
    except InputError as error:
        quality = Quality(advice=("unreadable",))
        reading = PageReading(job.content, "error", None, quality, error=str(error))
    content = job.content or reading.content
    seconds = round(time.process_time() - began, 4)
    return dataclasses.replace(reading, content=content, seconds=seconds)


def _read(page: PageImage, job: PageJob, tools: Station) -> PageReading:
    quality = measure(page)
    height, width = page.pixels.shape
    base = PageReading(page.content, "blank", None, quality, dpi=page.dpi, size_px=(width, height))
    codes = Codes() if job.match else look(page)
    if codes.separator:
        return dataclasses.replace(base, separator=codes.separator.text)
    if quality.is_blank and job.match is None:
        return base
    match = job.match or identify(page, tools.index, codes)
    if match.is_unknown or _is_print(match, tools.catalog):
        separator = look(page, is_thorough=True).separator
        if separator:
            return dataclasses.replace(base, separator=separator.text)
        printed = read_print(page, base, tools.index, tools.catalog, job.crops)
        if printed is not None:
            return printed
        quality = advise_unplaced(page, match, quality)
        return dataclasses.replace(base, state="unknown", match=match, quality=quality)
    try:
        aligned = register(page, match, tools.index)
    except AlignmentError as error:
        quality = advise_unplaced(page, match, quality)
        return dataclasses.replace(
            base, state="unaligned", match=match, quality=quality, error=str(error)
        )
    upright = rectify(aligned, tools.index)
    quality = advise_form(aligned, upright, tools.index, quality)
    cells = cut_cells(aligned, tools.index, upright)
    readings = read_cells(cells)
    if job.crops is not None:
        readings = _keep_crops(job.crops, aligned, (tools.index, upright), readings)
    residuals = [c.residual_mm for c in aligned.certificates.values()]
    edition = tools.catalog.edition(match.form or "", match.edition or "")
    return dataclasses.replace(
        base,
        state="read",
        quality=quality,
        match=match,
        cells=readings,
        transform=aligned.transform.to_json(),
        residual_mm=(statistics.median(residuals), max(residuals)) if residuals else (0.0, 0.0),
        pack=edition.digest,
        fingerprint=fingerprint(cells),
    )


def _is_print(match: PageMatch, catalog: Catalog) -> bool:
    """Whether a person named an edition that has no fixed places: a printed workbook."""
    edition = catalog.editions.get((match.form or "", match.edition or ""))
    return edition is not None and edition.grid is not None


def _keep_crops(
    file: Path,
    aligned: AlignedPage,
    cut_from: tuple[BlankIndex, Rectified],
    readings: tuple[CellReading, ...],
) -> tuple[CellReading, ...]:
    """Cut every field that is not plainly blank once, and remember which picture is whose."""
    inked = dict.fromkeys(r.field for r in readings if not _is_plain_blank(r))
    index, upright = cut_from
    numbers = write_crops(file, aligned, index, list(inked), upright)
    return tuple(
        dataclasses.replace(r, crop=numbers[r.field]) if r.field in numbers else r for r in readings
    )


def _is_plain_blank(reading: CellReading) -> bool:
    return bool(reading.distribution) and reading.distribution[0] in (("", 1.0), ("empty", 1.0))


def _same_packs(job: PageJob, catalog: Catalog) -> None:
    if job.pack and job.pack != catalog.digest:
        raise CpimsScanError(
            "This worker has other form packs than the one who asked. Restart the workers."
        )


def decode_sheet(  # noqa: PLR0913, all that a record depends on, and nothing else
    sheet: Sheet,
    pages: dict[int, PageReading],
    settled: dict[str, Settled],
    catalog: Catalog,
    today: dt.date,
    thresholds: Thresholds | None = None,
) -> list[ValidatedRecord]:
    """
    Turn a sheet's pages, and what people settled so far, into its records. Pure.

    Most sheets are one record. A register's page is one for every row in which something stands;
    such a record's index is the number of its row, and a page without one gives none.

    Args:
        sheet: Which pages belong together.
        pages: Readings by page number of the form.
        settled: By field name.
        catalog: The packs.
        today: In Nairobi; rules about the future compare with it.
        thresholds: From which probability a reading is kept; None for those that ship.
    """
    edition = catalog.edition(sheet.form, sheet.edition)
    fields = decode_fields(sheet, pages, settled, edition, thresholds)
    head = (sheet.key, sheet.revision, sheet.form, sheet.edition)
    records = [
        ValidatedRecord(*head, index, own, (), sheet.context)
        for index, own in split_records(fields, edition.form)
    ]
    rules = rules_of(catalog, sheet.form)
    return [validate(record, rules, edition, today) for record in records]


def decode_fields(
    sheet: Sheet,
    pages: dict[int, PageReading],
    settled: dict[str, Settled],
    edition: Edition,
    thresholds: Thresholds | None = None,
) -> dict[str, FieldReading]:
    """All fields of a sheet's pages, those of a register's empty rows too, before any rule."""
    cells = [cell for number in sorted(pages) for cell in pages[number].cells]
    fields = decode(cells, edition, settled, sheet.context, thresholds)
    if edition.grid is not None:  # a printed workbook: any cell may stand on any page
        fields = on_their_pages(fields, pages, edition)
    # Fields of a page that has not come are missing, not blank: they stay out.
    return {n: f for n, f in fields.items() if f.page == 0 or f.page in pages}


def rules_of(catalog: Catalog, form: str) -> RuleBook:
    """The rules of a form, loaded once a process and pack digest."""
    key = (str(catalog.root), catalog.digest, form)
    if key not in _BOOKS:
        _BOOKS[key] = load_rules(catalog.root, catalog.forms[form])
    return _BOOKS[key]


# A catalog cannot be hashed, so this cache is kept by its digest.
_BOOKS: dict[tuple[str, str, str], RuleBook] = {}
