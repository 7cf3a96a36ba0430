"""How much of a read sheet is right, kind by kind, against what was written on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cpims_scan.domain.record import Decision, FieldReading, Kind, State, Value
from cpims_scan.forms.template import Edition

# Readers whose kind of cell a machine is asked to read by itself; text is keyed by a person.
READ_BY_MACHINE = ("cells", "squares", "number", "date", "comb", "print")


@dataclass(slots=True)
class Tally:
    """
    Counts over fields with ink in them, unless said otherwise.

    Attributes:
        written: Fields with an answer on the paper.
        right: Read right, in value and state, accepted or not.
        accepted: Accepted by the machine.
        accepted_wrong: Accepted and wrong: the one number that must stay 0.
        ink_called_blank: Written, and accepted as blank: the worst way of being wrong.
        blanks: Fields without ink.
        blanks_wrong: Of those, read as written and accepted.
    """

    written: int = 0
    right: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    ink_called_blank: int = 0
    blanks: int = 0
    blanks_wrong: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def score(
    fields: Mapping[str, FieldReading],
    values: Mapping[str, Value],
    states: Mapping[str, str],
    edition: Edition,
) -> dict[Kind, Tally]:
    """
    Compare a record with the truth.

    Args:
        fields: As the machine read them, before any person.
        values: What is written, of the answered fields.
        states: States of written fields that are no answer (unknown_written and the like);
            fields in neither are blank.
        edition: Whose fields they are.
    """
    tallies: dict[Kind, Tally] = {}
    for name, reading in fields.items():
        place = edition.places.get(name)
        if place is None or place.reader not in READ_BY_MACHINE:
            continue
        tally = tallies.setdefault(edition.form.fields[name].kind, Tally())
        state = State(states.get(name, State.ANSWERED if name in values else State.BLANK))
        _count(tally, reading, values.get(name), state)
    return tallies


def _count(tally: Tally, reading: FieldReading, value: Value, state: State) -> None:
    is_accepted = reading.decision is Decision.ACCEPT
    if state is State.BLANK:
        tally.blanks += 1
        tally.blanks_wrong += is_accepted and reading.state is not State.BLANK
        return
    is_right = reading.state is state and (state is not State.ANSWERED or reading.value == value)
    tally.written += 1
    tally.right += is_right
    tally.accepted += is_accepted
    tally.accepted_wrong += is_accepted and not is_right
    tally.ink_called_blank += is_accepted and reading.state is State.BLANK
    if not is_right:
        tally.misses.append(reading.field)


def total(tallies: Iterable[Mapping[Kind, Tally]]) -> dict[Kind, Tally]:
    """Sum the tallies of several records."""
    summed: dict[Kind, Tally] = {}
    for tally in tallies:
        for kind, counted in tally.items():
            summed.setdefault(kind, Tally()).add(counted)
    return summed
