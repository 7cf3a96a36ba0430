"""How the scanner does: the last pages that were read, and what their pictures say of the glass."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import Quality
from cpims_scan.store.codec import quality_from_plain
from cpims_scan.store.scope import Scope
from cpims_scan.store.tables import ArrivalRow, BatchRow, PageReadingRow, PageRow

LAST_PAGES = 20
# Of the last pages, before a line in the same place is the glass and not one sheet.
FEWEST_STREAKED = 2
SAME_PLACE_MM = 1.5


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """
    One page as the scanner or the camera made it.

    Attributes:
        dpi: Dots per inch; 0 where the page could not be opened.
        skew: Degrees clockwise that the sheet lies askew; None where its form was not found.
        contrast: Of print over paper, 0..1.
    """

    file: str
    number: int
    batch: str
    read_at: dt.datetime
    dpi: int
    skew: float | None
    quality: Quality


@dataclass(frozen=True, slots=True)
class Dirt:
    """A place of the glass that draws lines: millimetres, and on how many of the last pages."""

    at_mm: float
    is_across: bool
    pages: int


def last_pages(session: Session, scope: Scope, limit: int = LAST_PAGES) -> list[ScannedPage]:
    """The pages read last, of the offices that `scope` sees, the newest first."""
    plain = PageReadingRow.reading
    rows = session.execute(
        select(
            ArrivalRow.file_name,
            ArrivalRow.number,
            BatchRow.name,
            PageReadingRow.read_at,
            plain["dpi"],
            plain["transform"],
            plain["quality"],
        )
        .join(PageRow, PageRow.reading_id == PageReadingRow.id)
        .join(ArrivalRow, ArrivalRow.content == PageRow.content)
        .join(BatchRow, BatchRow.id == ArrivalRow.batch_id)
        .where(scope.clause(BatchRow.office), ArrivalRow.same_as.is_(None))
        .order_by(PageReadingRow.id.desc())
        .limit(limit)
    ).all()
    return [
        ScannedPage(file, number, batch, at, _whole(dpi), _skew(transform), _quality(quality))
        for file, number, batch, at, dpi, transform, quality in rows
    ]


def find_dirt(pages: list[ScannedPage]) -> list[Dirt]:
    """Places where several of the last pages have a line, the most frequent first."""
    found: list[Dirt] = []
    streaks = [page.quality.streak for page in pages if page.quality.streak]
    for streak in sorted(streaks, key=lambda s: (s.is_across, s.at_mm)):
        last = found[-1] if found else None
        near = last is not None and abs(last.at_mm - streak.at_mm) <= SAME_PLACE_MM
        if last is not None and near and last.is_across == streak.is_across:
            found[-1] = Dirt(last.at_mm, last.is_across, last.pages + 1)
        else:
            found.append(Dirt(streak.at_mm, streak.is_across, 1))
    often = [dirt for dirt in found if dirt.pages >= FEWEST_STREAKED]
    return sorted(often, key=lambda dirt: -dirt.pages)


def count_advice(pages: list[ScannedPage]) -> dict[str, int]:
    """How many of the pages each advice is for, the most frequent first."""
    return dict(Counter(a for page in pages for a in page.quality.advice).most_common())


def _whole(dpi: Any) -> int:
    return round(dpi) if isinstance(dpi, int | float) else 0


def _quality(plain: dict[str, Any] | None) -> Quality:
    return quality_from_plain(plain) if plain else Quality()


def _skew(transform: dict[str, Any] | None) -> float | None:
    """Degrees between the sheet's upper edge and the nearest side of the picture."""
    if not transform:
        return None
    matrix = np.array(transform["homography"], dtype=np.float64)
    lifted = np.array([[50.0, 100.0, 1.0], [150.0, 100.0, 1.0]]) @ matrix.T
    start, end = lifted[:, :2] / lifted[:, 2:]
    angle = float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))
    return round((angle + 45.0) % 90.0 - 45.0, 1)
