"""Combs that bear codes: what is written against the list printed on the paper."""

from __future__ import annotations

from cpims_scan.domain.record import State
from cpims_scan.forms.template import FormField, Place
from cpims_scan.reading.choices import UNLISTED
from cpims_scan.reading.numbers import Strings
from cpims_scan.reading.outcomes import Outcome

CELL = "#"  # of a code's format: one cell of its comb


def coded_outcomes(field: FormField, codes: dict[str, str], strings: Strings) -> list[Outcome]:
    """
    Turn written codes into answers; a code that no list has is never one.

    Args:
        field: When it allows several answers, the comb takes one code after another.
        codes: Code as printed -> answer; all codes are equally long.
        strings: One character a cell, a space for an empty one.
    """
    return [_coded(field, codes, text, p) for text, p in strings]


def as_printed(field: FormField, place: Place, strings: Strings) -> Strings:
    """
    Put what is printed between a comb's cells into its strings; words lose double spaces.

    A code's comb with the format `CCO/##/###` gives CCO/34/177; one that is empty stays so.
    """
    if place.format and CELL in place.format:
        return tuple((_between(place.format, text), p) for text, p in strings)
    if field.spec.type == "text":
        return tuple((" ".join(text.split()), p) for text, p in strings)
    return strings


def _coded(field: FormField, codes: dict[str, str], text: str, p: float) -> Outcome:
    size = len(next(iter(codes)))
    groups = [text[i : i + size].replace(" ", "") for i in range(0, len(text), size)]
    # One digit in a box for two is the list's 05: people leave leading zeros out.
    written = [group.zfill(size) for group in groups if group]
    if not written:
        return Outcome(State.BLANK, None, p, ink=p)
    if any(code not in codes for code in written):
        return Outcome(State.UNREAD, None, p, text.strip(), p, (UNLISTED,))
    answers = list(dict.fromkeys(codes[code] for code in written))
    if field.is_multiple:
        return Outcome(State.ANSWERED, answers, p, " ".join(written), p)
    if len(answers) > 1:
        return Outcome(State.UNREAD, None, p, " ".join(written), p, (UNLISTED,))
    return Outcome(State.ANSWERED, answers[0], p, " ".join(written), p)


def _between(pattern: str, text: str) -> str:
    if not text.strip():
        return ""
    characters = iter(text)
    return "".join(next(characters, "") if c == CELL else c for c in pattern)
