"""What a field may turn out to be, each with its probability: the currency of the decoder."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass

from cpims_scan.domain.record import CellReading, State, Value

# Words officers write instead of an answer (practice.md 6), in both languages, without
# spaces and dots. A dash means "does not apply" on every one of these papers.
MISSING_WORDS = {
    "-": State.NOT_APPLICABLE,
    "/": State.NOT_APPLICABLE,
    "--": State.NOT_APPLICABLE,
    "–": State.NOT_APPLICABLE,
    "NIL": State.NOT_APPLICABLE,
    "NONE": State.NOT_APPLICABLE,
    "HAKUNA": State.NOT_APPLICABLE,
    "N/A": State.NOT_APPLICABLE,
    "NA": State.NOT_APPLICABLE,
    "DECEASED": State.NOT_APPLICABLE,
    "N/K": State.UNKNOWN_WRITTEN,
    "NK": State.UNKNOWN_WRITTEN,
    "UNKNOWN": State.UNKNOWN_WRITTEN,
    "HAIJULIKANI": State.UNKNOWN_WRITTEN,
}

# What the string reader writes for a run of anything that is neither digit nor separator:
# letters, words, ink that was struck out.
NOT_DIGITS = "?"
HANDWRITING = "handwriting"

# Readings of a field that are kept; a clerk is offered three, the sums need a few more.
MOST_OUTCOMES = 8

# A weaker way to the same value passes its reason on from here: one in ten is real doubt.
REASON_IS_HEARD = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    One thing a field may be.

    Attributes:
        probability: 0..1 now, after whatever the decoder took into account.
        ink: What the ink alone gives, 0..1.
        reasons: Why a person must see it even when it is certain.
        source: What chose it: ink, print, sum or date.
        offers: Values a person is offered when this outcome itself has none.
    """

    state: State
    value: Value
    probability: float
    text: str = ""
    ink: float = 0.0
    reasons: tuple[str, ...] = ()
    source: str = "ink"
    offers: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Belief:
    """
    All that one field may be, best first; what is left to 1 is something not foreseen.

    Attributes:
        is_certified: Every cell of the field was found with proof.
    """

    outcomes: tuple[Outcome, ...]
    is_certified: bool = True
    residual_mm: float | None = None

    @property
    def best(self) -> Outcome:
        """The most probable outcome; unread when nothing was seen at all."""
        return self.outcomes[0] if self.outcomes else Outcome(State.UNREAD, None, 0.0)


def believe(outcomes: Iterable[Outcome], cells: list[CellReading]) -> Belief:
    """Rank outcomes, add up those that say the same, and note how well the cells were found."""
    return Belief(
        rank(outcomes),
        bool(cells) and all(cell.is_certified for cell in cells),
        max((cell.residual_mm for cell in cells), default=None),
    )


def rank(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Best first; outcomes of equal state and value are one, with the text of the likelier."""
    merged: dict[str, Outcome] = {}
    for outcome in outcomes:
        key = f"{outcome.state} {json.dumps(outcome.value, sort_keys=True)}"
        first = merged.get(key)
        if first is None:
            merged[key] = outcome
            continue
        merged[key] = _joined(first, outcome)
    return tuple(sorted(merged.values(), key=lambda o: -o.probability)[:MOST_OUTCOMES])


def _joined(one: Outcome, other: Outcome) -> Outcome:
    likelier, weaker = sorted((one, other), key=lambda o: -o.probability)
    heard = weaker.reasons if weaker.probability >= REASON_IS_HEARD else ()
    return dataclasses.replace(
        likelier,
        probability=one.probability + other.probability,
        ink=one.ink + other.ink,
        reasons=tuple(dict.fromkeys((*likelier.reasons, *heard))),
    )


def missing_state(text: str) -> State | None:
    """Which kind of missing a written text is; None when it is an answer."""
    squeezed = text.upper().replace(" ", "").replace(".", "")
    return State.BLANK if not squeezed else MISSING_WORDS.get(squeezed)


def unread_words(text: str, p: float) -> Outcome:
    """Ink that is more than digits: a person keys it."""
    return Outcome(State.UNREAD, None, p, text, p, (HANDWRITING,))
