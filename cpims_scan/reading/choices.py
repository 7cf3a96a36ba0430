"""Marks on the options of a choice, taken together: one answer, none, or a question."""

from __future__ import annotations

import math

from cpims_scan.domain.record import CellReading, State, Value
from cpims_scan.forms.template import FormField
from cpims_scan.reading.outcomes import Outcome, missing_state

# Ids of reasons, see FieldReading.reasons.
TWO_MARKS = "two_marks"
CANCELLED = "cancelled_mark"
OTHERS_STRUCK = "others_struck"
UNLISTED = "unlisted"


def choice_outcomes(field: FormField, cells: list[CellReading]) -> list[Outcome]:
    """
    Weigh every way in which the options of one choice may be marked.

    The options are taken as independent given the ink: each cell's network saw that cell
    alone, and how often officers mark two is what the page itself must show.
    """
    seen = {cell.part: dict(cell.distribution) for cell in cells}
    options = [choice.name for choice in field.choices if choice.name in seen]
    if field.is_multiple:
        return _several(options, seen)
    return _single(options, seen)


def written_outcomes(field: FormField, strings: tuple[tuple[str, float], ...]) -> list[Outcome]:
    """Match an option's number, letter or word, written or printed in one cell."""
    by_word = {
        word.strip().casefold(): choice.name
        for choice in field.choices
        for word in (*choice.label.values(), *choice.aliases, choice.name)
    }
    outcomes = []
    for text, p in strings:
        missing, option = missing_state(text), by_word.get(text.strip().casefold())
        if option is not None:
            value: Value = [option] if field.is_multiple else option
            outcomes.append(Outcome(State.ANSWERED, value, p, text.strip(), p))
        elif missing is not None:
            outcomes.append(Outcome(missing, None, p, text.strip(), p))
        else:
            outcomes.append(Outcome(State.UNREAD, None, p, text.strip(), p, (UNLISTED,)))
    return outcomes


def _single(options: list[str], seen: dict[str, dict[str, float]]) -> list[Outcome]:
    """Choose one of several: state and value follow from who is marked, struck out or empty."""
    marked, empty, struck = (
        {o: seen[o].get(word, 0.0) for o in options} for word in ("marked", "empty", "cancelled")
    )
    blank = math.prod(empty.values())
    outcomes = [_outcome(State.BLANK, None, blank)]
    unmarked = math.prod(empty[o] + struck[o] for o in options) - blank
    for option in options:
        others = [o for o in options if o != option]
        clean = marked[option] * math.prod(empty[o] for o in others)
        outcomes.append(_outcome(State.ANSWERED, option, clean))
        corrected = marked[option] * math.prod(empty[o] + struck[o] for o in others) - clean
        outcomes.append(_outcome(State.ANSWERED, option, corrected, CANCELLED))
        left = empty[option] * math.prod(struck[o] for o in others) if others else 0.0
        offers = tuple(others) if len(others) == 1 else ()
        outcomes.append(_outcome(State.ANSWERED, option, left, OTHERS_STRUCK, offers=offers))
        # One of three or more struck out alone is likelier a cross that was meant as a mark.
        alone = struck[option] * math.prod(empty[o] for o in others) if len(others) > 1 else 0.0
        outcomes.append(_outcome(State.ANSWERED, option, alone, CANCELLED))
        unmarked -= left + alone
    outcomes.append(_outcome(State.CROSSED_OUT, None, unmarked, CANCELLED))
    outcomes.append(_two_marks(options, seen))
    return [o for o in outcomes if o.probability > 0]


def _two_marks(options: list[str], seen: dict[str, dict[str, float]]) -> Outcome:
    """Nobody but a person can say which of two marks was meant; both are offered."""
    by_mark = sorted(options, key=lambda o: -seen[o].get("marked", 0.0))
    p = _two_or_more(options, seen)
    return Outcome(State.UNREAD, None, p, ink=p, reasons=(TWO_MARKS,), offers=tuple(by_mark[:2]))


def _two_or_more(options: list[str], seen: dict[str, dict[str, float]]) -> float:
    """Probability that at least two options are marked."""
    none, one = 1.0, 0.0
    for option in options:
        hit = seen[option].get("marked", 0.0)
        miss = seen[option].get("empty", 0.0) + seen[option].get("cancelled", 0.0)
        none, one = none * miss, one * miss + none * hit
    covered = math.prod(sum(seen[o].values()) for o in options)
    return max(covered - none - one, 0.0)


def _several(options: list[str], seen: dict[str, dict[str, float]]) -> list[Outcome]:
    """Choose any: the likeliest set, and the sets that differ from it in one option."""
    best = {o: max(seen[o], key=lambda word: seen[o][word]) for o in options}
    ways = [best]
    for option in options:
        ways += [{**best, option: word} for word in seen[option] if word != best[option]]
    outcomes = []
    for way in ways:
        chosen = [o for o in options if way[o] == "marked"]
        inked = [o for o in options if way[o] != "empty"]
        probability = math.prod(seen[o].get(word, 0.0) for o, word in way.items())
        state = State.ANSWERED if chosen else State.CROSSED_OUT if inked else State.BLANK
        # A cross may look like a strike: all that bears ink is offered beside.
        offers: tuple[Value, ...] = () if inked == chosen else (inked,)
        reasons = (CANCELLED,) if offers else ()
        outcomes.append(_outcome(state, chosen or None, probability, *reasons, offers=offers))
    return [o for o in outcomes if o.probability > 0]


def _outcome(
    state: State,
    value: str | list[str] | None,
    p: float,
    *reasons: str,
    offers: tuple[Value, ...] = (),
) -> Outcome:
    likely = max(p, 0.0)
    return Outcome(state, value, likely, ink=likely, reasons=reasons, offers=offers)
