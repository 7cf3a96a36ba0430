"""Typed cells."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import CellImage, Pixels
from cpims_scan.errors import MissingProgramError
from cpims_scan.reading.printed import read_printed
from tests.reading import drawn


def _typed(text: str) -> CellImage:
    ink: Pixels = np.zeros((64, 320), np.uint8)
    cv2.putText(ink, text, (20, 42), cv2.FONT_HERSHEY_DUPLEX, 0.8, 255, 1, cv2.LINE_AA)
    return drawn.of_ink(ink, "print")


@pytest.mark.tesseract
def test_read_printed__each_cell_keeps_its_own_text() -> None:
    """Typed cells are read in one call, and every text goes back to its cell."""
    found = read_printed([_typed("Kisumu"), _typed("2015"), _typed("Nairobi")])

    assert [d[0][0] for d in found] == ["Kisumu", "2015", "Nairobi"]


@pytest.mark.tesseract
def test_read_printed__empty_cell_between_others_is_empty() -> None:
    """A cell without type is the empty string, and shifts nothing."""
    found = read_printed([_typed("Kisumu"), _typed(""), _typed("2015")])

    assert [d[0][0] for d in found] == ["Kisumu", "", "2015"]


def test_read_printed__no_cells_call_nothing() -> None:
    """A page without typed cells needs no Tesseract."""
    assert read_printed([]) == []


def test_read_printed__missing_program_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without Tesseract the error names the package to install."""
    monkeypatch.setenv("PATH", "")

    with pytest.raises(MissingProgramError, match="apt-get install tesseract-ocr"):
        read_printed([_typed("Kisumu")])
