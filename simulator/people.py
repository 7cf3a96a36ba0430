"""Invented people: children, parents, officers, with what an office would write of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from numpy.random import Generator

from simulator.names import (
    BAPTISED_BOYS,
    BAPTISED_GIRLS,
    COMMUNITIES,
    EDUCATION,
    PLACES,
    TRADES,
    VILLAGES,
    Community,
)

T = TypeVar("T")

DAYS_A_YEAR = 365.25
# Parents are this much older than their first child.
PARENT_GAP = (18, 38)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives or works, as the lists write it."""

    county: str
    sub_county: str
    ward: str
    village: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    first: str
    middle: str
    last: str
    sex: str  # male or female
    born: dt.date
    community: Community

    @property
    def full(self) -> str:
        """All three names."""
        return f"{self.first} {self.middle} {self.last}"

    @property
    def short(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    def age_on(self, day: dt.date) -> int:
        """Whole years."""
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class Adult:
    """A grown person with papers, a telephone and a trade."""

    person: Person
    id_number: str
    telephone: str
    trade: str
    education: str


def pick(rng: Generator, options: Sequence[T]) -> T:
    """One of several, all alike."""
    return options[int(rng.integers(len(options)))]


def invent_place(rng: Generator) -> tuple[Place, Community]:
    """A place that the lists have, and a community that is common there."""
    county, sub_county, ward, tribes = pick(rng, PLACES)
    return Place(county, sub_county, ward, pick(rng, VILLAGES)), COMMUNITIES[pick(rng, tribes)]


def invent_person(
    rng: Generator, community: Community, sex: str, born: dt.date, last: str | None = None
) -> Person:
    """Somebody of a community; Christian and Muslim first names by what is usual there."""
    own = community.girls if sex == "female" else community.boys
    baptised = BAPTISED_GIRLS if sex == "female" else BAPTISED_BOYS
    first = pick(rng, own if community.is_muslim else baptised)
    fathers = community.boys if community.is_muslim else own
    middle = pick(rng, [name for name in fathers if name not in (first, last)])
    families = [f for f in community.families if f not in (first, middle)]
    return Person(first, middle, last or pick(rng, families), sex, born, community)


def invent_adult(rng: Generator, person: Person) -> Adult:
    """The papers and the trade of a grown person."""
    digits = 8 if person.born.year >= 1972 else 7  # seven-digit numbers were issued to the older
    low, high = (20_000_000, 39_999_999) if digits == 8 else (1_000_000, 9_899_999)
    return Adult(
        person,
        str(int(rng.integers(low, high))),
        invent_telephone(rng),
        pick(rng, TRADES),
        pick(rng, EDUCATION),
    )


def invent_parent(rng: Generator, child: Person, sex: str) -> Adult:
    """A father or a mother: of the child's family, older by a generation."""
    born = born_years_before(rng, child.born, *PARENT_GAP)
    last = child.last if sex == "male" or rng.random() < 0.4 else None
    return invent_adult(rng, invent_person(rng, child.community, sex, born, last))


def invent_telephone(rng: Generator) -> str:
    """Ten digits as a Kenyan mobile number has them, 07xx or the newer 01xx."""
    head = "07" if rng.random() < 0.88 else "01"
    networks = ("00", "10", "12", "20", "22", "25", "33", "40", "90")
    second = pick(rng, networks if head == "07" else ("10", "11"))
    return f"{head}{second}{int(rng.integers(100_000, 999_999))}"


def born_years_before(rng: Generator, day: dt.date, least: float, most: float) -> dt.date:
    """A birthday `least` to `most` years before a day."""
    return day - dt.timedelta(days=int(rng.uniform(least, most) * DAYS_A_YEAR) + 1)
