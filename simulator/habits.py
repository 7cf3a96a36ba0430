"""Habits of officers that every part of a sheet shares: what they skip, how they say yes."""

from __future__ import annotations

from numpy.random import Generator

from simulator import answers as said
from simulator.answers import Answer
from simulator.cases import Case
from simulator.dates import date, vague_date
from simulator.people import Person, pick

# Share of optional cells that officers leave empty, and of birthdays known only roughly
# [judgement: practice.md 6, 7 and 15 say that both are common].
LEFT_EMPTY = 0.15
ROUGHLY_KNOWN = 0.12
SCHOOL_AGE, SECONDARY_AGE, EIGHT_CLASSES = 6, 15, 8
SEX_LETTERS = {"female": ("F", "F", "Female", "KE", "f"), "male": ("M", "M", "Male", "ME", "m")}
YES, NO = ("Yes", "Yes", "Y", "Ndio"), ("No", "No", "N", "Hapana")


def maybe(rng: Generator, answer: Answer, empty: float = LEFT_EMPTY) -> Answer:
    """The answer, or an empty cell."""
    return said.BLANK if rng.random() < empty else answer


def birthday(person: Person, case: Case, rng: Generator) -> Answer:
    """A date of birth as far as it is known."""
    if rng.random() < ROUGHLY_KNOWN:
        return vague_date(person.born, case.reported, rng)
    return date(person.born, case.style)


def class_of(age: int, rng: Generator) -> str:
    """The class of a child of that age."""
    if age >= SECONDARY_AGE:
        return f"Form {min(age - SECONDARY_AGE + 1, 4)}"
    year = min(max(age - SCHOOL_AGE + 1, 1), EIGHT_CLASSES)
    return f"{pick(rng, ('Class', 'Std', 'Grade', 'Class'))} {year}"
