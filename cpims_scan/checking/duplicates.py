"""Whether two records are about one child or one case, and two pages bear one ink. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from cpims_scan.domain.record import CellReading, PageReading, Value

# Names of the fields that say who a child is and which case it is; a form says its own.
Values = Mapping[str, Value]

# Names that differ by a letter or two in ten are one name spelt twice (Akinyi, Akinyii).
ALIKE_NAMES = 88.0
# A page with less written cells than this says too little to be known again.
FEWEST_CELLS = 4
# Of the cells written on the earlier page: two scans of one sheet agree in nearly all, sheets
# of two children in a choice or two.
SAME_SHARE = 0.75
# Shares of ink in one cell differ so much between two scans of it: exposure and sharpening.
INK_RATIO = 2.0


class Likeness(StrEnum):
    """How a later page stands to an earlier one of the same form and page number."""

    SAME = "same"
    MORE = "more"
    DIFFERENT = "different"


class Sameness(StrEnum):
    """How sure it is that two records are about one child or case."""

    CERTAIN_BY_RULE = "rule"  # CPIMS's own rule calls it a duplicate
    POSSIBLE = "possible"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class ChildKeys:
    """Names of the fields by which a form tells who the child is."""

    first: str = "first_name"
    middle: str = "middle_name"
    last: str = "last_name"
    born: str = "date_of_birth"
    sex: str = "sex"
    home: str = "home_sub_county"


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """Names of the fields by which a form tells which case it is."""

    serial: str = "case_serial"
    category: str = "case_category"
    event: str = "event_date"


@dataclass(frozen=True, slots=True)
class InkComparison:
    """
    Two readings of one page side by side.

    Attributes:
        added: Fields written on the later page alone.
        removed: Fields written on the earlier page alone.
    """

    likeness: Likeness
    shared: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


CHILD = ChildKeys()
CASE = CaseKeys()


def same_child(one: Values, other: Values, keys: ChildKeys = CHILD) -> Sameness:
    """
    Whether two records are about one child.

    CPIMS's rule: same first and last name, birth date and sex, the same middle name where both
    give one, living in the same sub-county. Possible: the same names in another order or
    spelling, and nothing that speaks against it. Twins have one birth date and two names:
    they are never offered.

    Source: CPIMS's `person_duplicate`; practice.md 14.
    """
    if _by_rule(one, other, keys):
        return Sameness.CERTAIN_BY_RULE
    names = [_names(values, keys) for values in (one, other)]
    if not all(names) or fuzz.token_sort_ratio(*names) < ALIKE_NAMES:
        return Sameness.DIFFERENT
    apart = any(_differ(one, other, key) for key in (keys.born, keys.sex))
    if apart or not _first_names_agree(one, other, keys):
        return Sameness.DIFFERENT
    return Sameness.POSSIBLE


def same_case(one: Values, other: Values, child: Sameness, keys: CaseKeys = CASE) -> Sameness:
    """Whether two records are one case: one serial, or one child, category and day of event."""
    serials = [_plain(values.get(keys.serial)) for values in (one, other)]
    if all(serials) and serials[0] == serials[1]:
        return Sameness.CERTAIN_BY_RULE
    is_told = all(_plain(one.get(k)) for k in (keys.category, keys.event))
    agrees = all(_plain(one.get(k)) == _plain(other.get(k)) for k in (keys.category, keys.event))
    return child if is_told and agrees else Sameness.DIFFERENT


def compare_pages(earlier: PageReading, later: PageReading) -> InkComparison:
    """
    Compare what is written on two readings of the same page of the same edition.

    Cells count as shared when both are written with about as much ink. More ink in cells that
    were blank is a sheet that came back; ink that is gone, or another ink in the same cells,
    is another sheet.
    """
    before, now = _written(earlier.cells), _written(later.cells)
    shared = [name for name in before if name in now and _alike(before[name], now[name])]
    added = tuple(name for name in now if name not in before)
    removed = tuple(name for name in before if name not in now)
    is_same = len(before) >= FEWEST_CELLS and len(shared) >= SAME_SHARE * len(before)
    likeness = Likeness.DIFFERENT
    if is_same:
        likeness = Likeness.MORE if added else Likeness.SAME
    return InkComparison(likeness, tuple(shared), added, removed)


def _by_rule(one: Values, other: Values, keys: ChildKeys) -> bool:
    needed = (keys.first, keys.last, keys.born, keys.sex, keys.home)
    told = all(_plain(one.get(key)) for key in needed)
    agree = all(_plain(one.get(key)) == _plain(other.get(key)) for key in needed)
    return told and agree and not _differ(one, other, keys.middle)


def _differ(one: Values, other: Values, key: str) -> bool:
    """Both say something, and not the same."""
    mine, theirs = _plain(one.get(key)), _plain(other.get(key))
    return bool(mine) and bool(theirs) and mine != theirs


def _names(values: Values, keys: ChildKeys) -> str:
    return " ".join(n for n in (_plain(values.get(k)) for k in _name_keys(keys)) if n)


def _name_keys(keys: ChildKeys) -> tuple[str, str, str]:
    return keys.first, keys.middle, keys.last


def _first_names_agree(one: Values, other: Values, keys: ChildKeys) -> bool:
    """The first name of one stands somewhere among the names of the other."""
    first = _plain(one.get(keys.first))
    theirs: Sequence[str] = _names(other, keys).split()
    return any(fuzz.ratio(first, name) >= ALIKE_NAMES for name in theirs)


def _plain(value: Value) -> str:
    """Compared without case, accents and double spaces."""
    text = unicodedata.normalize("NFKD", "" if value is None else str(value))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).casefold().split())


def _written(cells: Sequence[CellReading]) -> dict[str, CellReading]:
    """Cells that are not blank, by field and part."""
    return {
        f"{cell.field} {cell.part}".strip(): cell
        for cell in cells
        if cell.distribution and cell.distribution[0][0] not in ("", "empty")
    }


def _alike(one: CellReading, other: CellReading) -> bool:
    least, most = sorted((one.ink, other.ink))
    is_read_alike = one.distribution[0][0] == other.distribution[0][0]
    return is_read_alike and most <= INK_RATIO * max(least, 1e-6)
