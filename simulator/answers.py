"""What an invented officer means to answer, and how it comes to stand on the paper."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from cpims_scan.domain.record import State, Value


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One field's truth.

    Attributes:
        value: Typed as in the contract; None unless answered.
        written: What the pen writes; "" for a choice, which is marked, and for a signature.
        listed: What a person chooses from the list when no list has the written word.
        struck: What was written or marked first and then struck out; a choice's name or a text.
    """

    value: Value = None
    written: str = ""
    state: State = State.ANSWERED
    struck: str = ""
    listed: str = ""

    def struck_after(self, first: str) -> Answer:
        """The same answer, written after `first` was struck out."""
        return dataclasses.replace(self, struck=first)


BLANK = Answer(state=State.BLANK)
SIGNED = Answer("signed")


def text(value: str) -> Answer:
    """Words, kept as they are written."""
    return Answer(value, value)


def mark(choice: str) -> Answer:
    """One choice, marked on its print or in its square."""
    return Answer(choice)


def marks(choices: list[str]) -> Answer:
    """Several choices of a field that allows it."""
    return Answer(list(choices))


def word(choice: str, written: str) -> Answer:
    """A choice that is written as a word or a letter."""
    return Answer(choice, written)


def number(value: int) -> Answer:
    """A whole number."""
    return Answer(value, str(value))


def unknown(written: str = "N/K") -> Answer:
    """Somebody wrote that it is not known."""
    return Answer(None, written, State.UNKNOWN_WRITTEN)


def not_applicable(written: str = "-") -> Answer:
    """Somebody wrote that it does not apply."""
    return Answer(None, written, State.NOT_APPLICABLE)


def crossed_out(first: str) -> Answer:
    """Something was written and struck out, and nothing put in its place."""
    return Answer(None, "", State.CROSSED_OUT, first)
