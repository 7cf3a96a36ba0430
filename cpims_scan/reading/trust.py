"""Whether the machine may keep a reading, and if not, why a person must see it."""

from __future__ import annotations

from cpims_scan.domain.record import Decision, Kind, State
from cpims_scan.forms.template import FormField
from cpims_scan.reading.outcomes import HANDWRITING, Belief, Outcome

# Ids of reasons, see FieldReading.reasons.
LOW = "low_probability"
ALWAYS = "always_seen"
SECOND_KEY = "second_key"
NOT_CERTIFIED = "not_certified"
ASK_MAP = "ask_map"
IMAGE = "image"

# Least calibrated probability that is kept without a person, by what the field holds. For every
# pack; set so that none was wrong of 1,577 numbers and 103 marks accepted on 28 sheets of the
# simulator's test seeds (Nov 2026; dates and codes by judgement: a telephone or ID that is
# wrong by a digit points to another person). To be moved by the quality sample of accepted
# fields of real paper, never by training data.
ACCEPT = {
    Kind.MARK: 0.98,
    Kind.NUMBER: 0.985,
    Kind.DATE: 0.99,
    Kind.CODE: 0.985,
    Kind.TEXT: 0.985,
    Kind.INK: 0.95,
}
# An empty cell that is none loses what somebody wrote, and nobody would look again.
ACCEPT_BLANK = 0.99
# Sums and calendar may confirm what the ink itself says first; what they prefer against it is
# proposed to a person. With less than a half, wrong totals of the simulator's returns were
# "mended" now and then (13 read as 3, because the parts add up to 3).
ACCEPT_INK = 0.5
ACCEPT_INK_BLANK = 0.9


def judge(
    field: FormField, belief: Belief, doubts: tuple[str, ...] = ()
) -> tuple[Decision, tuple[str, ...]]:
    """
    Decide about one field.

    Args:
        field: Says what it holds and what its pack demands.
        belief: What was read there.
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
    if not found and not _is_sure(field, best):
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


def _is_sure(field: FormField, best: Outcome) -> bool:
    if best.state is State.BLANK:
        return best.probability >= ACCEPT_BLANK and best.ink >= ACCEPT_INK_BLANK
    enough = best.probability >= ACCEPT[field.kind]
    return best.state is not State.UNREAD and enough and best.ink >= ACCEPT_INK


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
