"""How the ink of one page stands to that of another: the same, more of it, or another child's."""

from __future__ import annotations

from enum import StrEnum

from cpims_scan.imaging.inkprint import (
    InkDifference,
    compare_ink,
    compare_strokes,
    compare_with_all,
    inked_fields,
)

# Of the fields with ink on the older page. Two pictures of one sheet agree in all but a field or
# two; pages of two children agree in a choice or two.
KNOWN_SHARE = 0.75
# A page with ink in fewer fields says too little to be recognised again.
FEWEST_INKED = 4


class Likeness(StrEnum):
    """How the ink of a new page stands to that of one that came before."""

    SAME = "same"
    MORE = "more"
    DIFFERENT = "different"


def likeness(before: str, now: str) -> Likeness:
    """
    Compare the fingerprints of two pages of the same blank, the older first.

    Pages that share most of what is written are pictures of one sheet. A figure that was
    corrected is no copy: whatever differs is asked. Strokes decide; in combs the coarse parts of
    two children are alike. Where a page has no strokes, of an older program, those must do.
    """
    difference = compare_strokes(before, now) or compare_ink(before, now)
    if not _is_known(difference):
        return Likeness.DIFFERENT
    is_equal = not (difference.removed or difference.changed or difference.added)
    return Likeness.SAME if is_equal else Likeness.MORE


def alike(before: list[str], now: str) -> list[int]:
    """Positions of the older pages that a new one is a picture of, by the coarse parts alone."""
    found = compare_with_all(before, now)
    return [at for at, difference in enumerate(found) if _is_known(difference)]


def sheets_alike(before: dict[int, str], now: dict[int, str]) -> Likeness:
    """
    Compare the pages of a sheet that came back with those that were here, by page number.

    The first pages are known to be alike. A page too empty to be recognised says nothing
    against it; one that is written on where the older was not, or is not there yet, is more.
    """
    for number, page in now.items():
        older = before.get(number)
        if older is None:
            return Likeness.MORE
        if is_nearly_empty(older) and is_nearly_empty(page):
            difference = compare_strokes(older, page)
            if difference and (difference.added or difference.removed or difference.changed):
                return Likeness.MORE
            continue
        if likeness(older, page) is not Likeness.SAME:
            return Likeness.MORE
    return Likeness.SAME


def _is_known(difference: InkDifference) -> bool:
    kept = difference.same + difference.removed + difference.changed
    return kept >= FEWEST_INKED and difference.same >= KNOWN_SHARE * kept


def is_nearly_empty(fingerprint: str) -> bool:
    """Whether a page bears too little ink to be told from another one."""
    return inked_fields(fingerprint) < FEWEST_INKED


def contradict(one: str, other: str) -> bool:
    """
    Whether two pages cannot be pictures of one piece of paper, whichever came first.

    Two nearly empty pages contradict nothing; neither do they prove anything.
    """
    if is_nearly_empty(one) and is_nearly_empty(other):
        return False
    return likeness(one, other) is Likeness.DIFFERENT and likeness(other, one) is Likeness.DIFFERENT
