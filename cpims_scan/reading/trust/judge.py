"""Whether the machine may keep a reading, and if not, why a person must see it."""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.record import Decision, Kind, State
from cpims_scan.domain.trust import FieldClass
from cpims_scan.forms.template import Edition, FormField
from cpims_scan.reading.outcomes import HANDWRITING, Belief, Outcome

# Ids of reasons, see FieldReading.reasons.
LOW = "low_probability"
ALWAYS = "always_seen"
SECOND_KEY = "second_key"
NOT_CERTIFIED = "not_certified"
ASK_MAP = "ask_map"
IMAGE = "image"

# Sums and calendar may confirm what the ink itself says first; what they prefer against it is
# proposed to a person. With less than a half, wrong totals of the simulator's returns were
# "mended" now and then (13 read as 3, because the parts add up to 3).
ACCEPT_INK = 0.5
ACCEPT_INK_BLANK = 0.9


CLASS_OF_KIND = {
    Kind.MARK: FieldClass.MARK,
    Kind.NUMBER: FieldClass.NUMBER,
    Kind.DATE: FieldClass.DATE,
    Kind.CODE: FieldClass.CODE,
    Kind.TEXT: FieldClass.TEXT,
    Kind.INK: FieldClass.INK,
}
MARK_READERS = ("cells", "squares")


@dataclass(frozen=True, slots=True)
class Classes:
    """
    Which readings of an edition are trusted alike.

    Attributes:
        summed: Fields that stand in a sum that the edition prints, totals included.
    """

    edition: Edition
    summed: frozenset[str]

    @staticmethod
    def of(edition: Edition) -> Classes:
        """Look an edition's sums through once, for all of its fields."""
        summed = frozenset(name for t in edition.totals for name in (t.total, *t.parts))
        return Classes(edition, summed)

    def of_reading(self, name: str, state: State, source: str) -> FieldClass:
        """
        Say how a field's reading is trusted; known before it is known whether it is right.

        Args:
            name: Of the field.
            state: As read.
            source: As read: print, or anything else for ink.
        """
        if state is State.BLANK:
            return FieldClass.BLANK
        if source == "print":
            return FieldClass.PRINT
        field, place = self.edition.form.fields[name], self.edition.places.get(name)
        is_marked = place is not None and place.reader in MARK_READERS
        if (field.choices and not is_marked) or field.spec.code_list:
            return FieldClass.WORD
        return FieldClass.SUMMED if name in self.summed else CLASS_OF_KIND[field.kind]


def judge(
    field: FormField, belief: Belief, least: float, doubts: tuple[str, ...] = ()
) -> tuple[Decision, tuple[str, ...]]:
    """
    Decide about one field.

    Args:
        field: Says what it holds and what its pack demands.
        belief: What was read there.
        least: Probability from which its class is kept without a person.
        doubts: Reasons that the decoder found beside it, such as a sum that differs.

    Returns:
        The decision, and the ids of all reasons why a person must see it. A field that is
        kept as a picture on purpose is accepted with the reason "image".
    """
    best = belief.best
    if _is_picture(field, best):
        if belief.is_certified:
            return Decision.ACCEPT, (IMAGE,)
        return Decision.REVIEW, (NOT_CERTIFIED,)
    found = [*best.reasons, *doubts]
    if not belief.is_certified:
        found.append(NOT_CERTIFIED)
    if not found and not _is_sure(best, least):
        found.append(LOW)
    found += _demanded(field, best)
    reasons = tuple(dict.fromkeys(found))
    return (Decision.REVIEW if reasons else Decision.ACCEPT), reasons


def _is_picture(field: FormField, best: Outcome) -> bool:
    return (
        field.spec.keying == "image"
        and best.state is State.UNREAD
        and HANDWRITING in best.reasons
        and field.spec.review != "always"
    )


def _is_sure(best: Outcome, least: float) -> bool:
    floor = ACCEPT_INK_BLANK if best.state is State.BLANK else ACCEPT_INK
    return best.state is not State.UNREAD and best.probability >= least and best.ink >= floor


def _demanded(field: FormField, best: Outcome) -> list[str]:
    """What the pack demands: it decides about a child, it is keyed twice, its map is lossy."""
    demanded = []
    if field.spec.review == "always":
        demanded.append(ALWAYS)
    if field.spec.second_key and best.state is not State.BLANK:
        demanded.append(SECOND_KEY)
    asked = field.central.ask if field.central else []
    values = best.value if isinstance(best.value, list) else [best.value]
    if any(value in asked for value in values):
        demanded.append(ASK_MAP)
    return demanded
