"""Build sample_forms/: `python -m simulator.samples`. The same code gives the same files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from cpims_scan.forms.catalog import Catalog, load_catalog
from simulator import scanner
from simulator.files import write_pdf, write_photo, write_tiff
from simulator.hands import make_hand
from simulator.letter import letter
from simulator.paperwork import (
    PageTruth,
    RecordTruth,
    SampleFile,
    blank_page,
    foreign_page,
    record,
    write_paperwork,
)
from simulator.sample_sheets import (
    RETURN,
    SHEET_A,
    SampleSheet,
    continued,
    monthly,
    plain,
    vague,
    with_strikes,
)
from simulator.scanner import Scan

ROOT = Path(__file__).parents[1] / "sample_forms"
GREY_DPI, SMALL_DPI = 300, 200
STREAM = 9_001
LETTER_HAND = 15
OFFICE = 1  # hand whose sub-county the stack comes from, and whose return counts that month


def build(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """
    Write every sample file with its expected values, and the sample officer's answers.

    Args:
        folder: Emptied of earlier samples first; README.md stays.
        catalog: Holds both forms.
    """
    for form in (SHEET_A, RETURN):
        shutil.rmtree(folder / form, ignore_errors=True)
        (folder / form).mkdir(parents=True)
    files: list[SampleFile] = []
    for make in (_batch, _single, _odd, _photos, _returns):
        files += make(folder, catalog)
    write_paperwork(folder, files, catalog)
    return files


def _batch(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """A stack from a feeder, and what comes back of it later."""
    followed = {1001: 0, 1002: 1, 1004: 0, 1012: 1}  # seed -> rows of follow-up information
    sheets = [plain(catalog, seed, rows, OFFICE) for seed, rows in followed.items()]
    name = f"{SHEET_A}/feeder_batch.pdf"
    scans, pages, records = _stack(sheets, name, scanner.feeder)
    write_pdf(folder / name, scans)
    batch = SampleFile(name, pages, records, "Four sheets from a feeder, both sides, 300 dpi grey.")
    again = f"{SHEET_A}/scanned_twice.pdf"
    scans, pages, records = _stack(sheets[:1], again, _small_feeder)
    pages = [p.because("same", f"{name}#{p.number}") for p in pages]
    write_pdf(folder / again, scans)
    twice = SampleFile(again, pages, records, "The first sheet of feeder_batch.pdf, scanned again.")
    back = f"{SHEET_A}/came_back.pdf"
    grown = continued(sheets[1], row=2)
    scans, pages, records = _stack([grown], back, _small_feeder)
    pages = [p.because("continued", f"{name}#{p.number + 2}") for p in pages]
    write_pdf(folder / back, scans)
    note = "The second sheet of feeder_batch.pdf with one more follow-up row, in another pen."
    return [batch, twice, SampleFile(back, pages, records, note)]


def _single(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """One sheet each, from machines of every kind."""
    made = []
    for name, seed, machine, note in (
        ("colour_scan.pdf", 1005, _small_colour, "A colour scan, 200 dpi."),
        ("photocopy.pdf", 1006, _small_copy, "A photocopy of a photocopy, scanned."),
        ("small_scan.pdf", 1007, _small_feeder, "A grey scan, 200 dpi."),
    ):
        sheet = plain(catalog, seed)
        path = f"{SHEET_A}/{name}"
        scans, pages, records = _stack([sheet], path, machine)
        write_pdf(folder / path, scans)
        made.append(SampleFile(path, pages, records, note))
    fax = f"{SHEET_A}/fax.tif"
    scans, pages, records = _stack(
        [plain(catalog, 1008), plain(catalog, 1009)], fax, scanner.bilevel
    )
    write_tiff(folder / fax, scans)
    made.append(SampleFile(fax, pages, records, "Two sheets, black and white, 200 dpi, group 4."))
    copy = f"{SHEET_A}/fax_again.tif"
    shutil.copyfile(folder / fax, folder / copy)
    same = [p.of_file(copy).because("duplicate", p.key) for p in pages]
    again = [r.of_file(copy) for r in records]
    made.append(SampleFile(copy, same, again, "The same bytes as fax.tif: a duplicate."))
    return made


def _odd(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """Sheets and pages that do not come as they should."""
    made = [
        _upside_down(folder, catalog),
        _with_others(folder, catalog),
        _page_two(folder, catalog),
    ]
    for name, sheet, note in (
        ("cut_corner.pdf", with_strikes(catalog, 1013),
         "A torn corner; values struck out and rewritten, a telephone struck out for good."),
        ("ages_and_years.pdf", vague(catalog, 1078),
         "Ages and years for dates, places that no list has, much Swahili."),
    ):  # fmt: skip
        path = f"{SHEET_A}/{name}"
        scans, pages, records = _stack([sheet], path, _small_feeder)
        if name.startswith("cut"):
            scans[0] = scanner.cut_corner(scans[0], _rng(path, 9))
        write_pdf(folder / path, scans)
        made.append(SampleFile(path, pages, records, note))
    return made


def _upside_down(folder: Path, catalog: Catalog) -> SampleFile:
    path = f"{SHEET_A}/upside_down.pdf"
    scans, pages, records = _stack([plain(catalog, 1014)], path, _small_feeder)
    scans[0], pages[0] = scanner.turn(scans[0], 180), pages[0].turned(180)
    write_pdf(folder / path, scans)
    return SampleFile(path, pages, records, "Page 1 lies upside down.")


def _with_others(folder: Path, catalog: Catalog) -> SampleFile:
    """A sheet, the blank back of a letter, the letter itself."""
    path = f"{SHEET_A}/blank_back_and_letter.pdf"
    scans, pages, records = _stack([plain(catalog, 1010)], path, _small_feeder)
    written = letter(make_hand(LETTER_HAND), 1010)
    scans.append(scanner.blank_back(written, _rng(path, 3), dpi=SMALL_DPI))
    scans.append(scanner.feeder(written, _rng(path, 4), dpi=SMALL_DPI))
    write_pdf(folder / path, scans)
    pages += [blank_page(path, 3), foreign_page(path, 4, f"{path}#1")]
    return SampleFile(
        path, pages, records, "A sheet, then a blank back and a letter that is no form."
    )


def _page_two(folder: Path, catalog: Catalog) -> SampleFile:
    path = f"{SHEET_A}/page_2_alone.pdf"
    sheet = plain(catalog, 1015, follow_ups=1)
    scan = scanner.feeder(sheet.filled.pages[1], _rng(path, 1), dpi=SMALL_DPI)
    write_pdf(folder / path, [scan])
    truth = PageTruth(path, 1, "read", SHEET_A, sheet.filled.edition.name, 2)
    note = "A page 2 whose page 1 never came: it waits, or a person says that it stands alone."
    return SampleFile(path, [truth], [record(sheet, [truth], is_whole=False)], note)


def _photos(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """Two pages of one sheet, photographed one after the other."""
    sheet = plain(catalog, 1016)
    return _photographed(folder, sheet, SHEET_A, (6, 1), catalog)


def _photographed(
    folder: Path, sheet: SampleSheet, form: str, orientations: tuple[int, int], catalog: Catalog
) -> list[SampleFile]:
    truths, made = [], []
    for number, orientation in enumerate(orientations, start=1):
        path = f"{form}/phone_page_{number}.jpg"
        scan = scanner.phone(sheet.filled.pages[number - 1], _rng(path, number), height=2600)
        write_photo(folder / path, scan, orientation)
        truth = PageTruth(path, 1, "read", form, sheet.filled.edition.name, number)
        truths.append(truth.because("join", f"{form}/phone_page_{3 - number}.jpg#1"))
    for number, truth in enumerate(truths, start=1):
        records = [record(sheet, truths)] if number == 1 else []
        note = f"Page {number} of a sheet, photographed; a person joins the two pages."
        made.append(SampleFile(truth.file, [truth], records, note))
    return made


def _returns(folder: Path, catalog: Catalog) -> list[SampleFile]:
    """Monthly returns; their pages lie across and go through a feeder on end."""
    made = []
    for name, seed, wrong, machine, degrees in (
        ("feeder.pdf", 1101, 0, scanner.feeder, 90),
        ("wrong_totals.pdf", 1103, 3, _small_feeder, 0),
        ("fax.tif", 1105, 0, scanner.bilevel, 270),
    ):
        path = f"{RETURN}/{name}"
        scans, pages, records = _stack([monthly(catalog, seed, wrong)], path, machine)
        scans = [scanner.turn(scan, degrees) for scan in scans]
        pages = [page.turned(degrees) for page in pages]
        (write_tiff if path.endswith("tif") else write_pdf)(folder / path, scans)
        note = (
            f"{wrong} totals that do not add up." if wrong else "A monthly return filled by hand."
        )
        made.append(SampleFile(path, pages, records, note))
    return made + _photographed(folder, monthly(catalog, 1107), RETURN, (1, 1), catalog)


def _stack(
    sheets: list[SampleSheet], path: str, machine: Callable[[np.ndarray, Generator], Scan]
) -> tuple[list[Scan], list[PageTruth], list[RecordTruth]]:
    """Scan sheets page after page: pictures, the truth about pages, the truth about records."""
    scans: list[Scan] = []
    pages: list[PageTruth] = []
    records = []
    for sheet in sheets:
        own = []
        for number, page in enumerate(sheet.filled.pages, start=1):
            scans.append(machine(page, _rng(path, len(scans) + 1)))
            edition = sheet.filled.edition
            own.append(PageTruth(path, len(scans), "read", edition.form.name, edition.name, number))
        pages += own
        records.append(record(sheet, own))
    return scans, pages, records


def _small_feeder(page: np.ndarray, rng: Generator) -> Scan:
    return scanner.feeder(page, rng, dpi=SMALL_DPI)


def _small_colour(page: np.ndarray, rng: Generator) -> Scan:
    return scanner.colour_scan(page, rng, dpi=SMALL_DPI)


def _small_copy(page: np.ndarray, rng: Generator) -> Scan:
    return scanner.photocopy(page, rng, dpi=SMALL_DPI)


def _rng(path: str, number: int) -> Generator:
    return np.random.default_rng([STREAM, number, *path.encode()])


def main() -> None:
    """Build the samples of this checkout and say what was written."""
    cv2.setNumThreads(1)
    files = build(ROOT, load_catalog())
    size = sum((ROOT / file.name).stat().st_size for file in files)
    pages = sum(len(file.pages) for file in files)
    sys.stdout.write(f"{len(files)} files, {pages} pages, {size / 1e6:.1f} MB in {ROOT.name}/\n")


if __name__ == "__main__":
    main()
