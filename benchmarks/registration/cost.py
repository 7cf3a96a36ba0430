"""CPU time of identifying and registering a page, beside decoding it, ORB and Tesseract."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.figure import Figure
from benchmarks.page import tesseract_seconds
from benchmarks.registration.pages import FIRST_SEED, everything, grey_of
from cpims_scan.domain.paper import PageImage
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.features import feature_poses
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.register import register
from cpims_scan.imaging.views import view_of
from tests.imaging.warps import kind, take, written

PAGES = 20
ROUNDS = 3
ASKED = 1.8  # of the time that decoding the JPEG takes
JPEG_QUALITY = 85
SEED = FIRST_SEED + 300
ORB_FEATURES = 1000


def figures(scale: float) -> Iterator[Figure]:
    """Medians over pages of 300 dpi, each timed in turn with its peers."""
    index = everything()
    rng = np.random.default_rng(SEED)
    pages = max(round(PAGES * scale), 2)
    times: dict[str, list[float]] = {name: [] for name in ("decode", "ours", "orb", "tesseract")}
    with tempfile.TemporaryDirectory() as folder:
        for i in range(pages):
            blank = index.blanks[i % len(index.blanks)]
            page = take(written(grey_of(blank), rng), blank.size_mm, kind("scan", rng), rng).page
            _, data = cv2.imencode(".jpg", page.pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
            file = Path(folder) / "page.jpg"
            file.write_bytes(data.tobytes())
            view = view_of(page)
            for _ in range(ROUNDS):
                times["decode"].append(_cpu(cv2.imdecode, data, cv2.IMREAD_GRAYSCALE))
                times["ours"].append(_cpu(_ours, page, index))
                times["orb"].append(_cpu(feature_poses, view, (blank,), ORB_FEATURES))
            if i < 2:
                times["tesseract"].append(tesseract_seconds(file))
    base = statistics.median(times["decode"])
    for name, what in (
        ("ours", "identify and register, codes looked for, all editions side by side"),
        ("orb", "ORB homography alone, told which page"),
        ("tesseract", "Tesseract, whole page"),
    ):
        share = statistics.median(times[name]) / base
        yield Figure(
            what,
            f"{pages} pages",
            f"{1000 * statistics.median(times[name]):.1f} ms = {share:.2f} x decoding",
            f"<= {ASKED} x" if name == "ours" else "",
            share <= ASKED if name == "ours" else None,
        )


def _ours(page: PageImage, index: BlankIndex) -> None:
    register(page, identify(page, index), index)


def _cpu(work: Callable[..., object], *given: object) -> float:
    began = time.process_time()
    work(*given)
    return time.process_time() - began
