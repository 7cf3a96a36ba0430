"""Counts, codes and combs: digit strings into typed values."""

from __future__ import annotations

import re

from cpims_scan.domain.record import CellReading, State
from cpims_scan.forms.template import FormField
from cpims_scan.reading.outcomes import (
    MOST_OUTCOMES,
    NOT_DIGITS,
    Outcome,
    missing_state,
    unread_words,
)

# Ids of reasons, see FieldReading.reasons.
WRONG_LENGTH = "wrong_length"
GAP = "gap_in_comb"
NOT_A_NUMBER = "not_a_number"

Strings = tuple[tuple[str, float], ...]

# A stroke between digits that do not make two numbers of due length is a 1 more often than not
# (judgement). It is proposed, never accepted alone: its ink counts half.
STROKE_IS_ONE = 0.5

# A cell of a comb: the two or three likeliest characters carry all that matters.
CHARACTERS_KEPT = 3


def number_outcomes(field: FormField, distribution: Strings) -> list[Outcome]:
    """Read counts: whole numbers, or with decimals where the form says so; "05" is 5."""
    return [_number(field, text, p) for text, p in distribution]


def code_outcomes(field: FormField, distribution: Strings) -> list[Outcome]:
    """Read identifiers and telephones: text as written, leading zeros and all."""
    return [outcome for text, p in distribution for outcome in _codes(field, text, p)]


def text_outcomes(distribution: Strings) -> list[Outcome]:
    """Read printed words, as they stand."""
    return [
        Outcome(missing or State.ANSWERED, None if missing else text.strip(), p, text.strip(), p)
        for text, p in distribution
        for missing in [missing_state(text)]
    ]


def comb_strings(cells: list[CellReading]) -> Strings:
    """
    Join the cells of a comb into strings: the most probable first.

    Every string has one character a cell, a space for an empty one; a comb without any
    character is "".
    """
    beam: list[tuple[str, float]] = [("", 1.0)]
    for cell in sorted(cells, key=lambda c: int(c.part or 1)):
        seen = sorted(cell.distribution, key=lambda pair: -pair[1])[:CHARACTERS_KEPT]
        longer = [(text + (char or " "), p * q) for text, p in beam for char, q in seen]
        beam = sorted(longer, key=lambda pair: -pair[1])[:MOST_OUTCOMES]
    return tuple((text if text.strip() else "", p) for text, p in beam)


def squeeze_comb(strings: Strings) -> tuple[Strings, bool]:
    """Take the empty cells out of a digit comb; True when the likeliest had one in the middle."""
    gap = bool(strings) and " " in strings[0][0].strip()
    return tuple((re.sub(r"\s+", "", text), p) for text, p in strings), gap


def _number(field: FormField, text: str, p: float) -> Outcome:
    missing = missing_state(text)
    if missing is not None:
        return Outcome(missing, None, p, text.strip(), p)
    if NOT_DIGITS in text:
        return unread_words(text, p)
    written = text.strip().replace(" ", "").rstrip("%")
    if field.spec.type == "decimal" and re.fullmatch(r"\d+(?:[.,]\d+)?", written):
        number = float(written.replace(",", "."))
        value = int(number) if number.is_integer() else number
        return Outcome(State.ANSWERED, value, p, text, p, _length(field, written))
    if re.fullmatch(r"\d+", written):
        return Outcome(State.ANSWERED, int(written), p, text, p, _length(field, written))
    return Outcome(State.UNREAD, None, p, text, p, (NOT_A_NUMBER,))


def _codes(field: FormField, text: str, p: float) -> list[Outcome]:
    """A code as read; where a stroke in it can only be a 1, that is proposed beside it."""
    straight = text.replace("/", "1")
    parts = text.split("/")
    is_pair = all(not _length(field, part) for part in parts)
    if field.spec.digits is None or is_pair or _length(field, straight):
        return [_code(field, text, p)]
    part = p * STROKE_IS_ONE
    return [_code(field, straight, part), _code(field, text, p - part)]


def _code(field: FormField, text: str, p: float) -> Outcome:
    missing = missing_state(text)
    if missing is not None:
        return Outcome(missing, None, p, text.strip(), p)
    if NOT_DIGITS in text:
        return unread_words(text, p)
    # A gap between groups of digits is spacing; a stroke or dash parts two numbers and stays.
    written = re.sub(r"(?<=\d) +(?=\d)", "", text.strip())
    return Outcome(State.ANSWERED, written, p, text, p, _length(field, written))


def _length(field: FormField, written: str) -> tuple[str, ...]:
    """The length is a doubt, not a proof: identifiers of other countries are longer."""
    if field.spec.digits is None:
        return ()
    least, most = field.spec.digits
    digits = sum(c.isdigit() for c in written)
    return () if least <= digits <= most else (WRONG_LENGTH,)
