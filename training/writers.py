"""Characters by writer, and how one string is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data import Glyphs


@dataclass(frozen=True, slots=True)
class Cases:
    """Glyphs by writer and label, for drawing strings in one hand."""

    digits: Glyphs
    capitals: Glyphs
    by_writer: dict[tuple[int, str], NDArray[np.int64]]
    by_label: dict[str, NDArray[np.int64]]
    capitals_by_label: dict[str, NDArray[np.int64]]
    digits_height: float
    capitals_height: float
    writers: NDArray[np.int64]

    @staticmethod
    def of(digits: Glyphs, capitals: Glyphs) -> Cases:
        """Index the glyphs."""
        by_writer = {
            (int(w), str(d)): np.flatnonzero((digits.writers == w) & (digits.labels == d))
            for w in np.unique(digits.writers)
            for d in "0123456789"
        }
        by_label = {d: np.flatnonzero(digits.labels == d) for d in "0123456789"}
        letters = {str(c): np.flatnonzero(capitals.labels == c) for c in np.unique(capitals.labels)}
        return Cases(
            digits,
            capitals,
            by_writer,
            by_label,
            letters,
            digits.height,
            capitals.height,
            np.unique(digits.writers),
        )


@dataclass(frozen=True, slots=True)
class Hand:
    """How one string is written: whose digits, how large, thick, slanted and close."""

    writer: int
    is_vector: bool
    hand: int
    height: float
    gap: float
    shear: float
    squeeze: float
    crosses_sevens: bool
    flags_ones: bool
    thicken: int
