"""An invented case: people, dates and a story that fit together."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from simulator.dates import date_style
from simulator.names import COMMUNITIES, DESIGNATIONS, PLACES, VILLAGES, Community
from simulator.people import (
    Adult,
    Person,
    Place,
    born_years_before,
    invent_adult,
    invent_parent,
    invent_person,
    invent_place,
    pick,
)
from simulator.stories import STORIES, Story

STREAM = 4_402  # keeps cases apart from hands and returns

FIRST_DAY, LAST_DAY = dt.date(2017, 1, 9), dt.date(2025, 11, 20)
# Days from the event to the report, and from the report to the signature.
REPORT_DELAYS = (0, 1, 2, 5, 9, 20, 45, 110)
SIGN_DELAYS = (0, 0, 1, 3)


@dataclass(frozen=True, slots=True)
class Officer:
    """Who fills the sheet, and where the office is."""

    name: str
    designation: str
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a sheet tells of, before it is written down."""

    child: Person
    siblings: tuple[Person, ...]
    father: Adult
    mother: Adult
    caregiver: Adult | None
    story: Story
    place: Place
    officer: Officer
    event: dt.date
    reported: dt.date
    signed: dt.date
    style: str  # of dates


def invent_officer(seed: int) -> Officer:
    """An officer with an office; the same seed is the same officer."""
    rng = np.random.default_rng([STREAM, 1, seed])
    place, community = invent_place(rng)
    born = born_years_before(rng, dt.date(2020, 1, 1), 28, 52)
    person = invent_person(rng, community, pick(rng, ("female", "male")), born)
    return Officer(person.short, pick(rng, DESIGNATIONS), place)


@dataclass(frozen=True, slots=True)
class Desk:
    """
    Where and when a stack of sheets is filled, when it is not left to chance.

    Attributes:
        office: Seed of the hand whose office it is.
        year: In which the cases are reported.
        month: 1 to 12.
    """

    office: int | None = None
    year: int | None = None
    month: int = 1


def invent_case(seed: int, hand: int, desk: Desk | None = None) -> Case:
    """
    Invent a coherent case.

    Args:
        seed: Of the people and what happened.
        hand: Seed of the hand whose officer and habits it has.
        desk: Moves the officer to an office and the report into a month.
    """
    rng = np.random.default_rng([STREAM, 2, seed])
    desk = desk or Desk()
    officer = invent_officer(hand)
    if desk.office is not None:
        officer = dataclasses.replace(officer, place=invent_officer(desk.office).place)
    community = _community_at(officer.place, rng)
    story = pick(rng, STORIES)
    reported = _reported(rng, desk)
    event = reported - dt.timedelta(days=pick(rng, REPORT_DELAYS))
    sex = story.only or pick(rng, ("female", "male"))
    born = born_years_before(rng, event, story.ages[0] + 0.1, story.ages[1] + 0.9)
    child = invent_person(rng, community, sex, born)
    return Case(
        child=child,
        siblings=_siblings(rng, child, reported),
        father=invent_parent(rng, child, "male"),
        mother=invent_parent(rng, child, "female"),
        caregiver=_caregiver(rng, child) if rng.random() < 0.5 else None,
        story=story,
        place=Place(*_office(officer), pick(rng, VILLAGES)),
        officer=officer,
        event=event,
        reported=reported,
        signed=reported + dt.timedelta(days=pick(rng, SIGN_DELAYS)),
        style=date_style(hand),
    )


def _reported(rng: Generator, desk: Desk) -> dt.date:
    if desk.year is None:
        return FIRST_DAY + dt.timedelta(days=int(rng.integers((LAST_DAY - FIRST_DAY).days)))
    return dt.date(desk.year, desk.month, int(rng.integers(2, 27)))


def _office(officer: Officer) -> tuple[str, str, str]:
    return officer.place.county, officer.place.sub_county, officer.place.ward


def _community_at(place: Place, rng: Generator) -> Community:
    tribes = next(p[3] for p in PLACES if p[1] == place.sub_county)
    return COMMUNITIES[pick(rng, tribes)]


def _siblings(rng: Generator, child: Person, reported: dt.date) -> tuple[Person, ...]:
    """Brothers and sisters, the eldest first, at least a year apart."""
    count = int(rng.choice(6, p=[0.15, 0.22, 0.25, 0.2, 0.12, 0.06]))
    gaps = [g for g in (-6.5, -4.6, -2.8, 2.1, 4.4, 6.3) if rng.random() < 0.7][:count]
    made = []
    for gap in gaps:
        days = round((gap + rng.uniform(-0.4, 0.4)) * 365.25)
        born = child.born + dt.timedelta(days=days)
        if born < reported:
            sex = pick(rng, ("female", "male"))
            made.append(invent_person(rng, child.community, sex, born, child.last))
    return tuple(made)


def _caregiver(rng: Generator, child: Person) -> Adult:
    born = born_years_before(rng, child.born, 25, 55)
    sex = pick(rng, ("female", "female", "male"))
    return invent_adult(rng, invent_person(rng, child.community, sex, born))
