"""The only room that calls Tesseract: print into words with their places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytesseract

from cpims_scan.domain.paper import Pixels
from cpims_scan.errors import MissingProgramError, ReadingError

LANGUAGE = "eng"
ONE_BLOCK = 6  # Tesseract's page segmentation: a single uniform block of text
SPARSE = 11  # as much text as possible in no particular order
# A machine with four cores must not let one page use them all: the pool already does.
THREADS = {"OMP_THREAD_LIMIT": "1"}


@dataclass(frozen=True, slots=True)
class Word:
    """
    One printed word.

    Attributes:
        left: Of its box, pixels of the picture given; `top`, `width`, `height` as well.
        confidence: What Tesseract says of itself, 0..1; no calibrated probability.
        line: Words with an equal `line` stand on one line.
    """

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    line: tuple[int, int, int]


def read_words(picture: Pixels, layout: int = ONE_BLOCK) -> list[Word]:
    """
    Read the print on a picture, in one call of the program.

    Args:
        picture: Grey, uint8 (H, W), dark print on light; best at 300 dots an inch.
        layout: ONE_BLOCK or SPARSE.

    Raises:
        MissingProgramError: Tesseract is not installed.
        ReadingError: Tesseract failed.
    """
    found = _recognise(picture, layout)
    columns = ("text", "left", "top", "width", "height", "conf", "block_num", "par_num", "line_num")
    rows = zip(*(found[column] for column in columns), strict=True)
    return [
        Word(
            str(text).strip(), int(left), int(top), int(width), int(height),
            max(float(confidence), 0.0) / 100, (int(block), int(paragraph), int(line)),
        )
        for text, left, top, width, height, confidence, block, paragraph, line in rows
        if str(text).strip()
    ]  # fmt: skip


def _recognise(picture: Pixels, layout: int) -> dict[str, list[Any]]:
    os.environ.update(THREADS)
    try:
        return dict(
            pytesseract.image_to_data(
                picture,
                lang=LANGUAGE,
                config=f"--psm {layout}",
                output_type=pytesseract.Output.DICT,
            )
        )
    except pytesseract.TesseractNotFoundError as error:
        raise MissingProgramError(
            "Tesseract is not installed; it reads printed words. "
            "Install it: sudo apt-get install tesseract-ocr."
        ) from error
    except pytesseract.TesseractError as error:
        raise ReadingError(
            f"Tesseract stopped with status {error.status} on a page's print. "
            "Check its installation: tesseract --list-langs must name eng."
        ) from error
