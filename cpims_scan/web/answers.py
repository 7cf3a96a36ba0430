"""From what a form posted to what a person said about one field."""

from __future__ import annotations

from cpims_scan.domain.record import State
from cpims_scan.errors import InputError
from cpims_scan.pipeline.desk import Answer
from cpims_scan.web.auth import Visit
from cpims_scan.web.fields import is_sure
from cpims_scan.web.values import NOTHING_TYPED, parse
from cpims_scan.web.views import Look

MISSING_STATES = frozenset(
    {
        State.BLANK,
        State.UNKNOWN_WRITTEN,
        State.NOT_APPLICABLE,
        State.ILLEGIBLE,
        State.CROSSED_OUT,
    }
)


def answer_of(visit: Visit, look: Look, name: str) -> Answer:
    """
    Understand a posted answer: a kind of missing, another reading, a typed or ticked value.

    With nothing typed, Enter accepts what the page offered: the machine's kind of missing.

    Raises:
        InputError: What was typed is no value of the field.
    """
    said = visit.text("state")
    if said:
        return _missing(said)
    if visit.text("previous"):
        return _previous(look, name)
    if visit.text("alternative"):
        return _alternative(look, name, visit.text("alternative"))
    typed = visit.texts("value")
    reading = look.record.fields[name]
    if not any(text.strip() for text in typed):
        if is_sure(reading) and reading.state in MISSING_STATES:
            return Answer(None, reading.state)
        raise InputError(NOTHING_TYPED)
    value, state = parse(_coded(visit, look, name, typed), look.asked(name))
    return Answer(value, state)


def _missing(said: str) -> Answer:
    if said not in MISSING_STATES:
        raise InputError(NOTHING_TYPED)
    return Answer(None, State(said))


def _previous(look: Look, name: str) -> Answer:
    """What the record before says: only for fields that the pack calls repeatable."""
    earlier = look.earlier.fields.get(name) if look.earlier else None
    if earlier is None or not look.asked(name).field.spec.repeatable:
        raise InputError(NOTHING_TYPED)
    return Answer(earlier.value, earlier.state)


def _alternative(look: Look, name: str, number: str) -> Answer:
    """Number 0 is the machine's own value, the others follow in the reading's order."""
    reading = look.record.fields[name]
    values = [reading.value, *(other.value for other in reading.alternatives)]
    if not number.isdigit() or int(number) >= len(values):
        raise InputError(NOTHING_TYPED)
    return Answer(values[int(number)], State.ANSWERED)


def _coded(visit: Visit, look: Look, name: str, typed: list[str]) -> list[str]:
    """The code that was picked from the list, when the box still says its label."""
    code, asked = visit.text("code"), look.asked(name)
    entry = next((e for e in asked.listed if e.name == code), None)
    if entry is None or typed[0].strip() not in entry.label.values():
        return typed
    return [code]
