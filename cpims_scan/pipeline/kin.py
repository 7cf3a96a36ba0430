"""Has this sheet been here before? The same ink in other bytes, or the same sheet with more ink."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import PageReading, Sheet
from cpims_scan.imaging.crops import compare_ink
from cpims_scan.store.sheets import sheets_with
from cpims_scan.store.tables import PageRow

# Of the cells with ink on the older page. Two pictures of one sheet, from four kinds of machine,
# agreed in all of 2,900 cells; pages of two children agree in a choice or two.
KNOWN_SHARE = 0.75
# A page with less ink than this says too little to be recognised again.
FEWEST_INKED_CELLS = 4
# Pages looked through, newest first; a year of a sub-county office.
MOST_PAGES = 5000


class Likeness(StrEnum):
    """How the ink of a new page stands to that of one that came before."""

    SAME = "same"
    MORE = "more"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Kin:
    """A page that came before and bears the same ink, or less of it."""

    content: str
    likeness: Likeness


def likeness(before: str, now: str) -> Likeness:
    """Compare the fingerprints of two pages of the same blank, the older first."""
    difference = compare_ink(before, now)
    shared = difference.same
    kept = shared + difference.removed + difference.changed
    if kept < FEWEST_INKED_CELLS or shared < KNOWN_SHARE * kept:
        return Likeness.DIFFERENT
    # A figure that was corrected is no copy: whatever differs is asked.
    is_equal = shared == kept and not difference.added
    return Likeness.SAME if is_equal else Likeness.MORE


def find_kin(session: Session, reading: PageReading) -> Kin | None:
    """The newest page of a sheet that bears the same ink as this one, or less of it."""
    match = reading.match
    if match is None or match.is_unknown or not reading.fingerprint:
        return None
    rows = session.execute(
        select(PageRow.content, PageRow.fingerprint)
        .where(
            PageRow.form == match.form,
            PageRow.edition == match.edition,
            PageRow.form_page == match.page,
            PageRow.content != reading.content,
            PageRow.fingerprint != "",
        )
        .order_by(PageRow.queued_at.desc())
        .limit(MOST_PAGES)
    ).all()
    for content, fingerprint in rows:
        found = likeness(fingerprint, reading.fingerprint)
        if found is not Likeness.DIFFERENT and sheets_with(session, content):
            return Kin(content, found)
    return None


def sheet_of_kin(session: Session, kin: dict[int, Kin]) -> Sheet | None:
    """The one sheet that all these pages belong to, or None when they disagree."""
    sheets = {
        sheet.key: sheet for page in kin.values() for sheet in sheets_with(session, page.content)
    }
    return next(iter(sheets.values())) if len(sheets) == 1 else None
