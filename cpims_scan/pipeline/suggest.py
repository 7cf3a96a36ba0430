"""Type-ahead: what of a code list a few typed letters may mean."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import FormField
from cpims_scan.pipeline.workplace import Workplace

MOST = 8  # as many as fit below a field without scrolling
LEAST_LIKENESS = 55.0  # of 100; "gucha" against "South Mugirango" stays out


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry of a list; `value` is the code that is stored."""

    value: str
    label: str


def suggest(
    place: Workplace, field: FormField, typed: str, language: str = "en"
) -> list[Suggestion]:
    """
    Entries of a field's code list that a few typed letters may mean, likeliest first.

    What begins with the letters comes before what contains them, and both before what merely
    looks alike; labels in both languages and aliases count.
    """
    entries = list_of(place, field)
    needle = typed.strip().casefold()
    if not needle:
        return [Suggestion(e.name, _label(e, language)) for e in entries[:MOST]]
    words = {(e.name, word): word.casefold() for e in entries for word in _words(e)}
    begins = [key for key, word in words.items() if word.startswith(needle)]
    holds = [key for key, word in words.items() if needle in word]
    alike = process.extract(
        needle, words, scorer=fuzz.WRatio, limit=MOST, score_cutoff=LEAST_LIKENESS
    )
    by_name = {e.name: e for e in entries}
    found = dict.fromkeys([k[0] for k in begins] + [k[0] for k in holds] + [a[2][0] for a in alike])
    return [Suggestion(name, _label(by_name[name], language)) for name in list(found)[:MOST]]


def list_of(place: Workplace, field: FormField) -> list[ChoiceSpec]:
    """The entries a field chooses from: its own choices, or its code list; none for free text."""
    if field.choices:
        return list(field.choices)
    return place.catalog.lists.get(field.spec.code_list or "", [])


def _words(entry: ChoiceSpec) -> list[str]:
    return [*entry.label.values(), *entry.aliases]


def _label(entry: ChoiceSpec, language: str) -> str:
    return entry.label.get(language) or entry.label["en"]
