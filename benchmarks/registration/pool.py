"""Invented sheets, scanned in several ways and really read, once, to be laid into many stacks."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image

from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.steps import PageJob, read_page
from simulator.pens import Pixels
from simulator.scanner import Scan, bilevel, blank_back, colour_scan, feeder, phone, photocopy
from simulator.sheets import make_sheet

Way = Callable[[Pixels, Generator], Scan]
# The machines that a sheet may go through, the office's own first.
WAYS: dict[str, Way] = {
    "feeder": feeder,
    "colour": colour_scan,
    "fax": bilevel,
    "copy": photocopy,
    "phone": phone,
}


@dataclass(frozen=True, slots=True)
class PooledSheet:
    """
    One child's sheet, or one office's return, as the reader saw it.

    Attributes:
        child: Whose it is; no two sheets of a pool have the same.
        scans: Per scan its pages in page order.
        back: A blank back of it.
    """

    child: str
    form: str
    edition: str
    scans: tuple[tuple[PageReading, ...], ...]
    back: PageReading

    @property
    def length(self) -> int:
        """Pages of the form."""
        return len(self.scans[0])


def pool_sheet(
    catalog: Catalog, form: str, edition: str, seed: int, ways: tuple[str, ...]
) -> PooledSheet:
    """Invent a sheet, scan it in these ways, and read every picture."""
    filled = make_sheet(catalog, form, edition, seed)
    scans = tuple(
        tuple(
            read_scan(WAYS[way](page, np.random.default_rng([seed, round_, number])))
            for number, page in enumerate(filled.pages)
        )
        for round_, way in enumerate(ways)
    )
    back = read_scan(blank_back(filled.pages[0], np.random.default_rng([seed, 99])))
    return PooledSheet(f"{form}-{edition}-{seed}", form, edition, scans, back)


def read_scan(scan: Scan) -> PageReading:
    """Read a picture as a file of its own, by the program's one way in."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        picture = (
            scan.image if scan.image.ndim == 2 else cv2.cvtColor(scan.image, cv2.COLOR_BGR2RGB)
        )
        Image.fromarray(picture).save(file, dpi=(scan.dpi, scan.dpi), compress_level=1)
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        return read_page(PageJob(content, file, 1))


def light(reading: PageReading) -> PageReading:
    """A reading with what joining asks of it, without its cells: stacks share it thousandfold."""
    return dataclasses.replace(reading, cells=(), transform=None)
