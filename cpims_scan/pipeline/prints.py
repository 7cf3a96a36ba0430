"""Print-outs of workbooks: pages without fixed places, read by their ruled grid and labels."""

from __future__ import annotations

import dataclasses
import statistics
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from cpims_scan.domain.paper import AlignedPage, CellImage, PageImage
from cpims_scan.domain.record import CellReading, PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.crops import write_crops
from cpims_scan.imaging.grid.cut import cut_grid_cells, rectify_grid
from cpims_scan.imaging.grid.fit import GridFit, PageWords, fit_editions, read_page
from cpims_scan.imaging.grid.frame import align_grid
from cpims_scan.imaging.grid.pages import GridPage, find_grid, turned_to
from cpims_scan.imaging.grid.values import PrintedValue
from cpims_scan.imaging.views import view_of
from cpims_scan.pipeline.periods import Period, read_period
from cpims_scan.reading.cells import read_cells

HALF_TURN = 180
# Words of the header: a name out of a list that is this like, and clearly more than any other.
LISTED_LIKE = 0.9
LISTED_CLEARLY = 0.06
SURE = 0.995  # a whole name, month or date leaves nothing to chance
UNSURE = 0.5  # what is printed but not understood is proposed, never kept
OFFICE_WORDS = ("scco", "sub county", "sub-county", "subcounty", "county", "constituency")


@dataclass(frozen=True, slots=True)
class Found:
    """A print of a workbook on a page: its lines, its words, the edition they fit."""

    grid: GridPage
    page: PageWords
    fit: GridFit


def read_print(
    page: PageImage, base: PageReading, index: BlankIndex, catalog: Catalog, crops: Path | None
) -> PageReading | None:
    """
    Read a page as the print of a workbook, in whatever size and cut.

    Returns:
        The reading; state `unaligned` with the reason when it is a print that may not be read as
        a monthly return; None when it is no print of any workbook in the packs.

    Raises:
        MissingProgramError: Tesseract is not installed.
    """
    editions = [edition for edition in index.editions.values() if edition.grid is not None]
    found = _find(page, editions) if editions else None
    if found is None:
        return None
    aligned = align_grid(page, found.grid, found.page.columns, found.fit)
    edition = found.fit.edition
    period = _period(found.fit)
    refusal = period.refusal if period else ""
    if not any(proof.is_found for proof in aligned.certificates.values()) or not refusal:
        refusal = refusal or _unproven(found.fit)
    if refusal:
        error = (
            f"The page is a print of {edition.form.name} {edition.name}, but {refusal}. "
            "It is not read; ask the office for the sheet of one month, printed whole."
        )
        return dataclasses.replace(base, state="unaligned", match=aligned.match, error=error)
    return _read(aligned, found.fit, period, (base, index, catalog, crops))


def _find(page: PageImage, editions: list[Edition]) -> Found | None:
    grid = find_grid(page, view_of(page))
    if grid is None:
        return None
    for turned in (grid.turned, grid.turned + HALF_TURN):
        if turned != grid.turned:
            grid = turned_to(page, grid, turned)
        words = read_page(grid)
        fit, _ = fit_editions(grid, words, editions)
        if fit is not None:
            return Found(grid, words, fit)
    return None


def _unproven(fit: GridFit) -> str:
    """Why no figure of a print may be read; "" when some may."""
    reasons = [block.columns.contradiction for block in fit.blocks.values()]
    return "" if "" in reasons else next(iter(reasons), "its rows are not proven")


def _period(fit: GridFit) -> Period | None:
    grid = fit.edition.grid
    if grid is None or grid.period is None:
        return None
    spec = grid.period
    said = {name: value.text for name, value in fit.values.items()}
    if spec.month not in said and not fit.title:
        return None  # a later page of the print: its first page says the period
    return read_period(spec, fit.edition.form.fields.get(spec.month), said, fit.title)


def _read(
    aligned: AlignedPage,
    fit: GridFit,
    period: Period | None,
    around: tuple[PageReading, BlankIndex, Catalog, Path | None],
) -> PageReading:
    base, index, catalog, crops = around
    edition = fit.edition
    cells = cut_grid_cells(aligned, edition)
    header = {value.field for value in edition.grid.header} if edition.grid else set()
    typed = [cell for cell in cells if cell.field not in header]
    readings = [
        _footer_reading(reading, fit.values[reading.field], edition)
        if reading.field in fit.values
        else reading
        for reading in read_cells([_as_figure(cell, edition) for cell in typed])
    ]
    readings += [
        _header_reading(cell, edition, fit.values[cell.field], period, catalog)
        for cell in cells
        if cell.field in header
    ]
    if crops is not None:
        readings = _keep_crops(crops, aligned, index, readings)
    residuals = [proof.residual_mm for proof in aligned.certificates.values()]
    return dataclasses.replace(
        base,
        state="read",
        match=aligned.match,
        cells=tuple(readings),
        transform=aligned.transform.to_json(),
        residual_mm=(statistics.median(residuals), max(residuals)),
        # No fingerprint: two small returns may bear the same figures in the same cells. A copy is
        # found when it is loaded, by its office and month.
        pack=edition.digest,
    )


def _as_figure(cell: CellImage, edition: Edition) -> CellImage:
    """
    A typed count is read by the reader of written ones: it knows print as one more hand.

    Of 2,185 typed figures of development prints it misread one, and doubted it; Tesseract loses
    lone digits. It knows no signs, so that a percentage is left to Tesseract.
    """
    is_count = edition.form.fields[cell.field].spec.type == "integer"
    return dataclasses.replace(cell, reader="number") if is_count else cell


def _footer_reading(reading: CellReading, value: PrintedValue, edition: Edition) -> CellReading:
    """A figure below the tables, read twice: kept without a person where both readings agree."""
    seen = reading.distribution[0][0] if reading.distribution else ""
    words = value.text.replace(" ", "")
    if edition.form.fields[reading.field].spec.type == "integer":
        p = reading.distribution[0][1] if reading.distribution and seen == words else UNSURE
        return dataclasses.replace(reading, distribution=((seen, min(p, SURE)),))
    return dataclasses.replace(reading, distribution=((words, value.confidence),))


def _keep_crops(
    file: Path, aligned: AlignedPage, index: BlankIndex, readings: list[CellReading]
) -> list[CellReading]:
    """Pictures of every field with print in it, or without a proof."""
    wanted = [r.field for r in readings if r.ink > 0 or not r.is_certified]
    size = index.editions[str(aligned.match.form), str(aligned.match.edition)].pages[0].size_mm
    numbers = write_crops(file, aligned, index, wanted, rectify_grid(aligned, size))
    return [
        dataclasses.replace(r, crop=numbers[r.field]) if r.field in numbers else r for r in readings
    ]


def _header_reading(
    cell: CellImage, edition: Edition, value: PrintedValue, period: Period | None, catalog: Catalog
) -> CellReading:
    """What stands in the header: a month and year by the period's rule, a place by its list."""
    spec = edition.grid.period if edition.grid else None
    text, p = value.text, UNSURE
    if spec and period and cell.field in (spec.month, spec.year):
        known = period.month if cell.field == spec.month else period.year
        text, p = (str(known), SURE) if known is not None else (value.text, UNSURE)
    else:
        listed = catalog.lists.get(edition.form.fields[cell.field].spec.code_list or "", [])
        code = _listed(value.text, listed) if listed else None
        if code is not None:
            text, p = code, SURE
        elif not listed:
            p = value.confidence
    certificate = cell.certificate
    return CellReading(
        cell.field, "", "print", ((text, p if text else SURE),), "", float(bool(text)),
        certificate.is_found, certificate.residual_mm,
    )  # fmt: skip


def _listed(text: str, listed: list[ChoiceSpec]) -> str | None:
    """The code of the one name in a list that a printed text is; None when two are as like."""
    plain = _plain(text)
    scored = sorted(
        (
            (max(fuzz.ratio(plain, _plain(w)) for w in (*c.label.values(), *c.aliases)) / 100, c)
            for c in listed
        ),
        key=lambda pair: -pair[0],
    )
    if not plain or scored[0][0] < LISTED_LIKE:
        return None
    rival = next((score for score, c in scored[1:] if c.name != scored[0][1].name), 0.0)
    return scored[0][1].name if scored[0][0] >= rival + LISTED_CLEARLY else None


def _plain(text: str) -> str:
    """Letters of a place's name, without what kind of office it is."""
    small = text.casefold()
    for word in OFFICE_WORDS:
        small = small.replace(word, " ")
    return "".join(c for c in small if c.isalnum())
