"""What keeps a record out of the central database until a person says something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """
    What a person must say before a record can be loaded.

    Attributes:
        field: Field in which the answer goes; None when the form has none.
        reason: ask (no value), confirm (the code says less than the paper), not_accepted,
            too_long, unlisted (no place, unit or code of that name), rule:<id>, serial_taken,
            changed_in_cpims; for a return also unsigned, blank_block, nil_return.
    """

    field: str | None
    reason: str
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """
    Someone in CPIMS who may be a person of the sheet.

    Attributes:
        role: Which person of the sheet: `child`, `mother`, `sibling.2`. The answer goes into
            `LoadContext.people` under this word: the id, or "different".
        person_id: The CPIMS id of the one already there.
        rule: name (rules.md 6) or national_id.
        serials: Case serials of that person.
    """

    role: str
    person_id: int
    rule: str
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One figure in which a return differs from the one that stands for its office and month."""

    block: str
    row: str
    band: str
    sex: str
    standing: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """
    A record that was not loaded, because a person must say something first.

    Attributes:
        conflicts: Of a return; `other_sheet` is the sheet that stands.
    """

    sheet: str
    index: int
    revision: int
    questions: tuple[Question, ...] = ()
    duplicates: tuple[PossibleDuplicate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    other_sheet: str | None = None
