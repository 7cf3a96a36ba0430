"""How far machines are trusted: classes of fields, thresholds, and what proves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# No probability reaches it: a class with this threshold is seen by a person, always.
NEVER = 2.0


class FieldClass(StrEnum):
    """What is trusted alike: readings that a machine knows, and fails at, in the same way."""

    BLANK = "blank"
    MARK = "mark"
    NUMBER = "number"  # alone, with no printed sum to confirm it
    SUMMED = "summed_number"  # a part or the total of a sum that its edition prints
    DATE = "date"
    CODE = "code"  # serials, telephones, identity papers
    WORD = "list_word"  # hand-printed, out of a list
    TEXT = "text"
    INK = "ink"  # a signature is there
    PRINT = "print"  # typed


class Basis(StrEnum):
    """Why a threshold is in force."""

    PRIOR = "prior"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"


@dataclass(frozen=True, slots=True)
class Checked:
    """
    One reading that was compared with the truth.

    Attributes:
        probability: As the machine gave it, 0..1.
        is_wrong: Whether value or state differ from what is on the paper.
        writer: Whoever errors of one hand belong to: a hand, an officer, else a batch.
        weight: Readings it stands for: 1 / probability of being drawn.
    """

    probability: float
    is_wrong: bool
    writer: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Bound:
    """
    An upper bound on the share that is wrong, and what it rests on.

    Attributes:
        n: Readings checked.
        wrong: Of those.
        writers: Whose they are.
        effective: Readings of as many different writers that would say as much.
        upper: 0..1; 1 when nothing was checked.
    """

    n: int
    wrong: int
    writers: int
    effective: float
    upper: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least calibrated probability that is kept without a person, by class."""

    least: Mapping[FieldClass, float]

    def of(self, field_class: FieldClass) -> float:
        """A class that nobody spoke of is seen by a person."""
        return self.least.get(field_class, NEVER)
