"""Filled pages for the desk's tests: plain strokes on the pack's own blanks, nobody real."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from cpims_scan.domain.paper import Box, Pixels
from cpims_scan.forms.template import BlankPage, Edition, Place

DPI = 200
BLUE = (130, 50, 20)  # BGR, a ballpoint
STROKE_MM = 0.4
LETTER_MM = 0.10  # of Hershey's script, whose capitals are 21 units high

WORDS = {
    "date_of_reporting": "12/02/2016",
    "date_of_birth": "04/03/2011",
    "first_name": "Amani",
    "last_name": "Barasa",
    "case_category": "Neglect",
}
TICKS = {"sex": "male", "religion": "muslim", "risk_level": "medium", "case_nature": "one_off"}


def filled_pages(edition: Edition, words: dict[str, str] = WORDS) -> list[Image.Image]:
    """All pages of an edition with some words and ticks on them."""
    return [_filled(edition, blank, words) for blank in edition.pages]


def save_pdf(pages: list[Image.Image], file: Path) -> Path:
    """Put pictures into a PDF as a scanner does."""
    pages[0].save(file, save_all=True, append_images=pages[1:], resolution=DPI)
    return file


def letter(file: Path) -> Path:
    """A page that is no form: lines of type."""
    sheet = np.full((2339, 1654), 250, np.uint8)
    for line in range(12):
        words = f"Dear Sir, about the meeting, item {line}"
        cv2.putText(sheet, words, (120, 200 + line * 130), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 30, 2)
    Image.fromarray(sheet).save(file, dpi=(DPI, DPI))
    return file


def _filled(edition: Edition, blank: BlankPage, words: dict[str, str]) -> Image.Image:
    page = np.asarray(Image.open(blank.file).convert("RGB"))[:, :, ::-1].copy()
    scale = page.shape[1] / blank.size_mm[0]
    for place in edition.on_page(blank.number):
        _write(page, place, scale, words)
    width, height = (round(side / 25.4 * DPI) for side in blank.size_mm)
    small = cv2.resize(page, (width, height), interpolation=cv2.INTER_AREA)
    return Image.fromarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))


def _write(page: Pixels, place: Place, scale: float, words: dict[str, str]) -> None:
    option = place.options.get(TICKS.get(place.field, ""))
    if option is not None:
        _tick(page, option, scale)
    elif place.field in words:
        at = (round((place.box.left + 1.5) * scale), round((place.box.bottom - 1.2) * scale))
        thick = max(1, round(STROKE_MM * scale * 0.7))
        font, size = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, LETTER_MM * scale
        cv2.putText(page, words[place.field], at, font, size, BLUE, thick, cv2.LINE_AA)


def _tick(page: Pixels, box: Box, scale: float) -> None:
    middle = np.array([box.left + box.width / 2, box.top + box.height / 2])
    points = [middle + shift for shift in ((-2.0, 0.0), (0.0, 1.5), (3.0, -2.0))]
    line = np.rint(np.array(points) * scale).astype(np.int32)
    cv2.polylines(page, [line], False, BLUE, round(STROKE_MM * scale), cv2.LINE_AA)
