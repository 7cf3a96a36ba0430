"""The real characters that weights are trained on, and which writers are kept back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIGITS_FILE = "handwriting/digits_nist_539_writers_28.npz"
CAPITALS_FILE = "handwriting/capitals_nist_28.npz"
PREPRINTED_FILE = "handwriting/digits_preprinted_forms_32.npz"
SEMEION_FILE = "handwriting/digits_semeion_16.npz"
TABLET_FILE = "handwriting/alphanumeric_tablet_40_writers_64.npz"

# Which writers train, calibrate and test is decided by the writer's number alone, so that every
# script and every benchmark splits alike: of ten consecutive numbers the last but one calibrates,
# the last tests.
SPLIT_OF = 10
CALIBRATION_TENTH = 8
TEST_TENTH = 9


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters cut to their ink: uint8 pictures (ink 255), label and writer of each."""

    images: list[NDArray[np.uint8]]
    labels: NDArray[np.str_]
    writers: NDArray[np.int64]

    @property
    def height(self) -> float:
        """How tall a character of this source usually is, in its own pixels without the rim."""
        return float(np.median([image.shape[0] for image in self.images])) - 2


def split_of(writers: NDArray[np.int64]) -> NDArray[np.str_]:
    """Train, calibrate or test for each writer."""
    tenth = writers % SPLIT_OF
    return np.where(
        tenth == TEST_TENTH, "test", np.where(tenth == CALIBRATION_TENTH, "calibrate", "train")
    )


def load_glyphs(data: Path, name: str, split: str | None = None) -> Glyphs:
    """
    Load one file of characters.

    Digits have writers. Capitals have none, so their index stands for the writer and their split
    is random; `source` 1 is left out of training altogether where a source is to be left out.
    """
    with np.load(data / name) as file:
        images, labels = file["images"], file["labels"]
        if "writer_id" in file.files:
            writers = file["writer_id"].astype(np.int64)
        else:
            writers = np.random.default_rng(0).permutation(len(images)).astype(np.int64)
    chosen = np.flatnonzero(split_of(writers) == split) if split else np.arange(len(images))
    cut = [_cut(images[i]) for i in chosen]
    return Glyphs(cut, labels[chosen], writers[chosen])


def digest(file: Path) -> str:
    """The sha256 of a data file, for weights.toml."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _cut(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture without its empty rim, one pixel of which stays."""
    ys, xs = np.nonzero(image > 40)
    if len(xs) == 0:
        return image
    y0, x0 = max(ys.min() - 1, 0), max(xs.min() - 1, 0)
    return np.ascontiguousarray(image[y0 : ys.max() + 2, x0 : xs.max() + 2])
