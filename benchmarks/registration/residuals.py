"""How well printed boxes are found, beside one homography from ORB features, in one run."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import cv2
import numpy as np

from cpims_scan.domain.paper import PageImage, Points
from cpims_scan.errors import AlignmentError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.imaging.blanks import Blank, BlankIndex, build_index
from cpims_scan.imaging.identify import identify
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.pose import feature_poses
from cpims_scan.imaging.register import register
from cpims_scan.imaging.views import view_of
from tests.imaging.warps import Taken, kind, take, written

KINDS = ("scan", "warped", "copy", "phone")
SEED = 402
REPORT_DPI = 300
TOO_FAR_PX = 3.0  # at 300 dpi: a quarter of a millimetre
LOST_PX = 50.0  # a homography this far off found nothing


@dataclass(slots=True)
class Tally:
    """What one method reached on one kind of picture."""

    worst: list[float] = field(default_factory=list)  # px at 300 dpi, per box its worst corner
    certified: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    lost: int = 0


def main() -> None:
    """Print one line per kind and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="pages per kind of picture")
    pages = parser.parse_args().pages
    cv2.setNumThreads(1)
    index = build_index(load_catalog(None))
    print(
        f"residual at the worst corner of every box, px at {REPORT_DPI} dpi; {pages} pages a kind"
    )
    print(f"{'kind':8}{'method':8}{'p50':>6}{'p95':>7}{'max':>7}{'lost':>6}", end="")
    print(f"{'certified':>11}{'certified, off':>16}{'boxes':>8}{'ms':>7}")
    for offset, name in enumerate(KINDS):
        ours, orb = measure(index, name, pages, SEED + offset)
        print(_line(name, "ours", ours))
        print(_line(name, "ORB", orb))


def measure(index: BlankIndex, name: str, pages: int, seed: int) -> tuple[Tally, Tally]:
    """Take so many pictures of one kind and find every box by both methods."""
    rng = np.random.default_rng(seed)
    ours, orb = Tally(), Tally()
    for i in range(pages):
        blank = index.blanks[i % len(index.blanks)]
        grey = np.asarray(255 - blank.darkness, dtype=np.uint8)
        taken = take(written(grey, rng), blank.size_mm, kind(name, rng), rng)
        _ours(index, blank, taken, ours)
        _orb(index, blank, taken, orb)
    return ours, orb


def _ours(index: BlankIndex, blank: Blank, taken: Taken, tally: Tally) -> None:
    start = time.process_time()
    match = identify(taken.page, index)
    try:
        if (match.form, match.edition, match.page) != blank.key:
            raise AlignmentError("not identified")
        aligned = register(taken.page, match, index)
    except AlignmentError:
        tally.lost += 1
        return
    tally.milliseconds.append(1000 * (time.process_time() - start))
    places = index.edition(blank).on_page(blank.number)
    tally.worst += _worst(aligned.transform.to_pixels(_corners(index, blank)), index, blank, taken)
    tally.certified += [aligned.certificates[place.field].is_found for place in places]


def _orb(index: BlankIndex, blank: Blank, taken: Taken, tally: Tally) -> None:
    """The usual way, told which page it is: one homography from ORB features and MAGSAC."""
    start = time.process_time()
    view = view_of(taken.page)
    poses = feature_poses(view, (blank,), 1000)
    if not poses:
        tally.lost += 1
        return
    tally.milliseconds.append(1000 * (time.process_time() - start))
    base = project(poses[0].homography, _corners(index, blank))
    worst = _worst((base + 0.5) / view.base_scale - 0.5, index, blank, taken)
    if np.median(worst) > LOST_PX:
        tally.lost += 1
        return
    tally.worst += worst
    tally.certified += [True] * len(worst)


def _corners(index: BlankIndex, blank: Blank) -> Points:
    places = index.edition(blank).on_page(blank.number)
    return np.concatenate([place.box.corners for place in places])


def _worst(found: Points, index: BlankIndex, blank: Blank, taken: Taken) -> list[float]:
    off = np.linalg.norm(found - taken.to_pixels(_corners(index, blank)), axis=1)
    scaled: Points = off.reshape(-1, 4).max(axis=1) * REPORT_DPI / _dpi(taken.page)
    return [float(value) for value in scaled]


def _dpi(page: PageImage) -> float:
    return page.dpi


def _line(name: str, method: str, tally: Tally) -> str:
    worst = np.array(tally.worst or [np.nan])
    certified = np.array(tally.certified or [False])
    off = int((certified & (worst > TOO_FAR_PX)).sum())
    p50, p95 = np.percentile(worst, (50, 95))
    share = "-" if method == "ORB" else f"{certified.mean():.3f}"
    return (
        f"{name:8}{method:8}{p50:6.2f}{p95:7.2f}{worst.max():7.2f}{tally.lost:6d}"
        f"{share:>11}{off:16d}{len(tally.worst):8d}{np.median(tally.milliseconds or [0]):7.1f}"
    )


if __name__ == "__main__":
    main()
