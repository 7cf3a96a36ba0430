"""All readers of a page in one place: blanks first, then one batch for each network."""

from __future__ import annotations

import math
from collections.abc import Iterable

import zxingcpp

from cpims_scan.domain.paper import CellImage
from cpims_scan.domain.record import CellReading
from cpims_scan.reading.characters import READERS as CHARACTER_READERS
from cpims_scan.reading.characters import read_characters
from cpims_scan.reading.ink import is_plainly_blank, own_area, own_ink, share_of
from cpims_scan.reading.marks import READERS as MARK_READERS
from cpims_scan.reading.marks import read_marks
from cpims_scan.reading.networks import network
from cpims_scan.reading.printed import read_printed
from cpims_scan.reading.strings import read_strings

__all__ = ["is_plainly_blank", "read_cells"]

Distribution = tuple[tuple[str, float], ...]

# How sure a plain blank is: of 5,800 composed written cells on rough paper 3 were called blank, and
# none of these showed any ink; at most one cell in two on a page is written.
BLANK_CERTAINTY = 0.9995
# Ink (in pixels, 64 a square millimetre) at which writing and a smudge are told apart: a
# cell of free text with a single short word has 200 and more.
DOUBTFUL_INK = 25.0
# Probabilities are stored with this many digits.
DIGITS_KEPT = 5

_CHARACTER_NAMES = {"digits": "digit", "capitals": "capital", "alphanumeric": "capital"}


def read_cells(cells: list[CellImage]) -> tuple[CellReading, ...]:
    """
    Read every cell of one page, in the order given.

    Plainly blank cells are settled first; what is left goes through each network in one batch.
    Runs on one core; the networks are loaded once a process.

    Raises:
        ReadingError: Weights are missing or damaged.
        MissingProgramError: The page has typed cells and Tesseract is not installed.
    """
    readings: list[CellReading | None] = [None] * len(cells)
    waiting: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        if cell.reader not in ("qr", *MARK_READERS) and is_plainly_blank(cell):
            readings[i] = _plain_blank(cell)
        else:
            waiting.setdefault(_station(cell), []).append(i)
    for station, places in waiting.items():
        for i, reading in zip(places, _read(station, [cells[i] for i in places]), strict=True):
            readings[i] = reading
    return tuple(reading for reading in readings if reading is not None)


def _station(cell: CellImage) -> str:
    """Which batch a cell waits for; a comb's batch is named by its alphabet."""
    if cell.reader == "comb":
        return cell.alphabet
    return "strings" if cell.reader in ("number", "date") else cell.reader


def _read(station: str, cells: list[CellImage]) -> Iterable[CellReading]:
    if station in MARK_READERS:
        return _marks(station, cells)
    if station == "print":
        return [
            _reading(c, "print", d, "", _share(c))
            for c, d in zip(cells, read_printed(cells), strict=True)
        ]
    if station == "qr":
        return [_reading(c, "qr", _code(c), "", _share(c)) for c in cells]
    if station in ("text", "signature"):
        return [_writing(cell) for cell in cells]
    inks = [own_ink(cell) for cell in cells]
    if station in CHARACTER_READERS:
        name, found = CHARACTER_READERS[station][0], read_characters(inks, station)
    else:
        name = "strings"
        found = read_strings(inks, [cell.reader == "date" for cell in cells])
    digest = network(name).digest
    if name == "strings":  # numbers that it doubts are read digit by digit as well
        digest += "+" + network("digits").digest
    return [
        _reading(c, _CHARACTER_NAMES.get(station, c.reader), d, digest, share_of(k.area, c))
        for c, k, d in zip(cells, inks, found, strict=True)
    ]


def _marks(reader: str, cells: list[CellImage]) -> list[CellReading]:
    """Options of one field stand together; those with any ink are judged beside all of them."""
    fields: dict[str, list[CellImage]] = {}
    for cell in cells:
        fields.setdefault(cell.field, []).append(cell)
    options = list(fields.values())
    wanted = [[i for i, c in enumerate(o) if not is_plainly_blank(c)] for o in options]
    judged = read_marks(options, wanted)
    digest = network(MARK_READERS[reader]).digest if any(wanted) else ""
    found: dict[tuple[str, str], CellReading] = {}
    for field, chosen, distributions in zip(options, wanted, judged, strict=True):
        seen = dict(zip(chosen, distributions, strict=True))
        for i, cell in enumerate(field):
            found[cell.field, cell.part] = (
                _reading(cell, "mark", seen[i], digest, _share(cell))
                if i in seen
                else _plain_blank(cell)
            )
    return [found[cell.field, cell.part] for cell in cells]


def _plain_blank(cell: CellImage) -> CellReading:
    is_mark = cell.reader in MARK_READERS
    names = {"comb": _CHARACTER_NAMES[cell.alphabet], "signature": "text"}
    reader = "mark" if is_mark else names.get(cell.reader, cell.reader)
    return _reading(cell, reader, (("empty" if is_mark else "", BLANK_CERTAINTY),), "", 0.0)


def _reading(
    cell: CellImage, reader: str, distribution: Distribution, weights: str, ink: float
) -> CellReading:
    return CellReading(
        cell.field,
        cell.part,
        reader,
        tuple((text, round(p, DIGITS_KEPT)) for text, p in distribution),
        weights,
        round(ink, DIGITS_KEPT),
        cell.certificate.is_found,
        cell.certificate.residual_mm,
    )


def _writing(cell: CellImage) -> CellReading:
    """Whether anybody wrote in a cell that a person reads: grows with the ink there is."""
    area = own_area(cell)
    is_ink = max(1.0 - math.exp(-area / DOUBTFUL_INK), 1.0 - BLANK_CERTAINTY)
    ranked = sorted((("ink", is_ink), ("", 1.0 - is_ink)), key=lambda item: -item[1])
    return _reading(cell, "text", tuple(ranked), "", share_of(area, cell))


def _share(cell: CellImage) -> float:
    return share_of(own_area(cell), cell)


def _code(cell: CellImage) -> Distribution:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(cell.grey, formats=formats)
    return ((found[0].text, 1.0),) if found else (("", 1.0),)
