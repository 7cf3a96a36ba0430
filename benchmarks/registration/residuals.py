"""How well printed boxes are found, beside one homography from ORB features, in one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.figure import Figure
from benchmarks.registration.pages import (
    FIRST_SEED,
    REPORT_DPI,
    TOO_FAR_PX,
    Outcome,
    everything,
    outcome_of,
    taken_pages,
)
from cpims_scan.imaging.blanks import Blank, BlankIndex
from cpims_scan.imaging.features import feature_poses
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.views import view_of
from tests.imaging.takings import HARDER, KINDS
from tests.imaging.warps import Taken

PAGES = 2000  # all kinds together
LIMITS_PX = {"scan": 0.4, "warped": 1.2, "copy": 0.8, "phone": 1.2}
CERTIFIED = {"scan": 99.5, "warped": 98.0, "copy": 99.5, "phone": 97.0}
UNALIGNED = {"scan": 0.5, "phone": 3.0}
ORB_PAGES = 40  # a kind; the baseline is slow, and bad at any number
ORB_FEATURES = 1000
LOST_PX = 50.0  # a homography this far off found nothing


@dataclass(slots=True)
class Tally:
    """What came of all pages of one kind."""

    corners: list[float] = field(default_factory=list)
    worst: list[float] = field(default_factory=list)  # per box its worst corner
    certified: int = 0
    astray: int = 0  # certified though too far off
    states: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one page."""
        self.states.append(outcome.state)
        if len(outcome.off):
            worst = outcome.off.max(axis=1)
            self.corners += outcome.off.ravel().tolist()
            self.worst += worst.tolist()
            self.certified += int(outcome.certified.sum())
            self.astray += int((outcome.certified & (worst > TOO_FAR_PX)).sum())


def figures(scale: float) -> Iterator[Figure]:
    """Residuals, certificates and lost pages of every kind; then the baseline's."""
    index = everything()
    names = (*KINDS, *HARDER)
    pages = max(round(PAGES * scale / len(names)), 1)
    astray, taken_for = 0, 0
    for offset, name in enumerate(names):
        tally, orb = Tally(), Tally()
        for i, (blank, taken) in enumerate(taken_pages(index, name, pages, FIRST_SEED + offset)):
            tally.add(outcome_of(index, blank, taken))
            if name in KINDS and i < ORB_PAGES:
                orb.add(_orb(index, blank, taken))
        yield from _lines(name, tally)
        if name in KINDS:
            yield _residual(f"{name}: ORB homography, told which page, all corners", orb.corners)
        astray += tally.astray
        taken_for += tally.states.count("wrong")
    n = f"{pages * len(names):,} pages"
    asked = "0"
    yield Figure("fields certified though > 3 px off", n, str(astray), asked, astray == 0)
    yield Figure("pages taken for another page", n, str(taken_for), asked, taken_for == 0)


def _lines(name: str, tally: Tally) -> Iterator[Figure]:
    limit = LIMITS_PX.get(name)
    yield _residual(f"{name}: residual, all corners", tally.corners, limit)
    yield _residual(f"{name}: residual, worst corner of each box", tally.worst)
    boxes, floor = len(tally.worst), CERTIFIED.get(name)
    share = 100 * tally.certified / max(boxes, 1)
    asked = f">= {floor} %" if floor else ""
    yield Figure(
        f"{name}: fields certified",
        f"{boxes:,} boxes",
        f"{share:.2f} %, {tally.astray} of them > 3 px off",
        asked,
        share >= floor if floor else None,
    )
    pages, ceiling = len(tally.states), UNALIGNED.get(name)
    unread = pages - tally.states.count("read")
    lost = 100 * unread / pages
    yield Figure(
        f"{name}: pages unknown or unaligned",
        f"{pages} pages",
        f"{lost:.1f} % ({tally.states.count('unknown')} unknown)",
        f"<= {ceiling} %" if ceiling else "",
        lost <= ceiling if ceiling else None,
    )


def _residual(what: str, off: list[float], limit: float | None = None) -> Figure:
    p50, p95, most = np.percentile(off or [np.nan], (50, 95, 100))
    return Figure(
        what,
        f"{len(off):,}",
        f"{p50:.2f} / {p95:.2f} / {most:.1f} px",
        f"p95 <= {limit} px" if limit else "",
        bool(p95 <= limit) if limit else None,
    )


def _orb(index: BlankIndex, blank: Blank, taken: Taken) -> Outcome:
    """The usual way, told which page it is: one homography from ORB features and MAGSAC."""
    view = view_of(taken.page)
    poses = feature_poses(view, (blank,), ORB_FEATURES)
    nothing = Outcome("unaligned", (), np.zeros((0, 4)), np.zeros(0, bool))
    if not poses:
        return nothing
    places = index.edition(blank).on_page(blank.number)
    corners = np.concatenate([place.box.corners for place in places])
    found = (project(poses[0].homography, corners) + 0.5) / view.base_scale - 0.5
    off = np.linalg.norm(found - taken.to_pixels(corners), axis=1) * REPORT_DPI / taken.page.dpi
    if np.median(off) > LOST_PX:
        return nothing
    fields = tuple(place.field for place in places)
    return Outcome("read", fields, off.reshape(-1, 4), np.ones(len(places), bool))
