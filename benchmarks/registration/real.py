"""The real empty papers whose editions are bundled: found, every box certified, nothing read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from cpims_scan.imaging.intake import list_pages
from cpims_scan.pipeline.steps import PageJob, read_page

PAPERS = Path(__file__).parents[3] / "shared" / "facts" / "papers"
# File, and which of its pages are which edition's; the register's other pages are its covers.
REAL = (
    ("DCS_CASE_RECORD_SHEET_A_20022016.pdf", ("2015-08", "2015-08")),
    ("Case-Records-Register.pdf", ("2017-07", "2017-07", None, None)),
)


def figures(scale: float) -> Iterator[Figure]:
    """One line a paper; `scale` changes nothing, there are few of them."""
    if not PAPERS.is_dir():
        yield Figure("real papers", "0 pages", "the papers are not beside the checkout")
        return
    for name, editions in REAL:
        yield _paper(PAPERS / name, editions)


def _paper(file: Path, editions: tuple[str | None, ...]) -> Figure:
    right = certified = cells = 0
    for page in list_pages(file):
        reading = read_page(PageJob("", file, page.number))
        found = reading.match.edition if reading.match else None
        wanted = editions[page.number - 1]
        right += found == wanted
        cells += len(reading.cells)
        certified += sum(cell.is_certified for cell in reading.cells)
    measured = f"{right} pages right, {certified} of {cells} cells certified"
    is_reached = right == len(editions) and certified == cells
    return Figure(file.stem, f"{len(editions)} pages", measured, "all", is_reached)
