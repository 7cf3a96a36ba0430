"""Workbooks printed by LibreOffice: pages as pictures, and where every cell lies on them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from cpims_scan.forms.template import Form
from simulator.workbooks import PrintStyle, mark_figures, write_workbook

DPI = 300
POINTS_PER_INCH = 72
MM_PER_POINT = 25.4 / 72
SECONDS_A_CALL = 300

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PrintOut:
    """
    One workbook as it came out of the printer.

    Attributes:
        pages: Colour, uint8 (H, W, 3), 300 dpi, upright.
        cells: By page, field -> middle of its number, mm from the page's top left.
        figures: What stands in the cells; a field that is not named is blank or zero.
    """

    style: PrintStyle
    pages: tuple[Pixels, ...]
    cells: tuple[dict[str, tuple[float, float]], ...]
    figures: dict[str, str | int]


def soffice() -> str | None:
    """The program that prints workbooks, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def print_workbooks(
    form: Form, jobs: list[tuple[PrintStyle, dict[str, str | int]]], folder: Path
) -> list[PrintOut]:
    """
    Print workbooks, all in one call of LibreOffice.

    Every workbook has a twin whose cells hold a number of their own: its text says where each
    cell lies. Files already printed in `folder` are not printed again.
    """
    marks = mark_figures(form)
    books = []
    for i, (style, figures) in enumerate(jobs):
        twin = {k: figures[k] for k in ("county", "sub_county", "month", "year")} | marks
        books.append(write_workbook(form, style, figures, folder / f"{i:04d}.xlsx"))
        books.append(write_workbook(form, style, twin, folder / f"{i:04d}-twin.xlsx"))
    waiting = [book for book in books if not book.with_suffix(".pdf").exists()]
    for start in range(0, len(waiting), 50):
        _convert(waiting[start : start + 50], folder)
    return [
        PrintOut(
            style,
            _pages(folder / f"{i:04d}.pdf"),
            _cells(folder / f"{i:04d}-twin.pdf", marks),
            figures,
        )
        for i, (style, figures) in enumerate(jobs)
    ]


def _convert(books: list[Path], folder: Path) -> None:
    program = soffice()
    if program is None:
        raise FileNotFoundError("LibreOffice is not installed: apt-get install libreoffice-calc.")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run(  # noqa: S603, our own files, no shell
        [*words, *map(str, books)], check=True, capture_output=True, timeout=SECONDS_A_CALL
    )


def _pages(file: Path) -> tuple[Pixels, ...]:
    document = pdfium.PdfDocument(file)
    try:
        return tuple(
            np.ascontiguousarray(page.render(scale=DPI / POINTS_PER_INCH).to_numpy()[..., :3])
            for page in document
        )
    finally:
        document.close()


def _cells(file: Path, marks: dict[str, str | int]) -> tuple[dict[str, tuple[float, float]], ...]:
    field_of = {str(mark): name for name, mark in marks.items()}
    document = pdfium.PdfDocument(file)
    try:
        return tuple(_on_page(page, field_of) for page in document)
    finally:
        document.close()


def _on_page(page: pdfium.PdfPage, field_of: dict[str, str]) -> dict[str, tuple[float, float]]:
    text = page.get_textpage()
    height = page.get_height()
    found = {}
    for i in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(i)
        words = re.findall(r"\d+", text.get_text_bounded(left, bottom, right, top))
        if len(words) == 1 and words[0] in field_of:
            x, y = (left + right) / 2, height - (bottom + top) / 2
            found[field_of[words[0]]] = (x * MM_PER_POINT, y * MM_PER_POINT)
    return found
