"""Paper for the line: filled sheets as a scanner gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.crash import save_stack
from simulator.pens import Pixels
from simulator.scanner import Scan, feeder

DPI = 300


def fed(pages: tuple[Pixels, ...], seed: int) -> list[Scan]:
    """Pages drawn through a sheet feeder; another seed is another day."""
    rng = np.random.default_rng(seed)
    return [feeder(page, rng) for page in pages]


def scanned(pages: tuple[Pixels, ...], seed: int, file: Path) -> Path:
    """The same, kept as a PDF."""
    return save_stack([scan.image for scan in fed(pages, seed)], file, DPI)
