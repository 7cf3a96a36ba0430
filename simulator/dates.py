"""Dates as people write them, and what they are worth when only a year or an age stands there."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.random import Generator

from simulator.answers import Answer

# How a writer writes dates; each keeps to one [shares by judgement].
STYLES = (
    "{d:02d}/{m:02d}/{y}",
    "{d}/{m}/{y}",
    "{d:02d}.{m:02d}.{y}",
    "{d}-{m}-{y}",
    "{d}/{m}/{s:02d}",
    "{d}.{m}.{s:02d}",
)
SHARES = (0.36, 0.22, 0.1, 0.12, 0.14, 0.06)


def date_style(seed: int) -> str:
    """The way in which a hand writes dates."""
    return str(np.random.default_rng([seed, 31]).choice(STYLES, p=SHARES))


def date(day: dt.date, style: str) -> Answer:
    """A whole date."""
    written = style.format(d=day.day, m=day.month, y=day.year, s=day.year % 100)
    return Answer(day.isoformat(), written)


def vague_date(day: dt.date, seen: dt.date, rng: Generator) -> Answer:
    """
    A birthday of which the officer was told less: a year, a month or an age.

    Args:
        day: The true birthday.
        seen: When the officer wrote it down.
        rng: Chooses what is known.
    """
    kind = rng.choice(["year", "year", "month", "age", "age"])
    if kind == "year":
        return Answer({"precision": "year", "value": str(day.year)}, str(day.year))
    if kind == "month":
        value = {"precision": "month", "value": f"{day.year}-{day.month:02d}"}
        return Answer(value, f"{day.month:02d}/{day.year}")
    years = max(int((seen - day).days / 365.25), 0)
    if years < 1:
        months = max((seen - day).days // 30, 1)
        return Answer({"precision": "age_months", "value": str(months)}, f"{months}/12")
    unit = rng.choice(["yrs", "yrs", "years"])
    return Answer({"precision": "age_years", "value": str(years)}, f"{years} {unit}")
