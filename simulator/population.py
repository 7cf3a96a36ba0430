"""Invented returns of institutions: who was there, came and left, in figures that balance."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.random import Generator

from simulator import answers as said
from simulator.answers import Answer
from simulator.cases import invent_officer
from simulator.dates import date, date_style
from simulator.returns import BANDS, SEXES

Answers = dict[str, Answer]
Row = dict[str, int]
STREAM = 4_405

TYPES = ("charitable", "remand", "rehabilitation", "rescue", "borstal", "assessment")
RETURNEES = ("tarr", "trin", "tare")
EXITS = ("aees", "aeab", "tder", "tdtr", "tdex", "dtsi", "other_exits")
MEAN_THERE, MEAN_NEW, MEAN_MOVED = 6.0, 1.0, 0.12  # children a cell [by judgement]
DIES = 0.004
CELLS = [f"{sex}_{band}" for band in BANDS for sex in SEXES]


def invent_population(seed: int, hand: int) -> Answers:
    """One month of an invented institution; zeros are left empty, as the page allows."""
    rng = np.random.default_rng([STREAM, seed])
    officer = invent_officer(hand)
    year, month = int(rng.integers(2024, 2027)), int(rng.integers(1, 13))
    sent = dt.date(year + month // 12, month % 12 + 1, int(rng.integers(1, 4)))
    made = {
        "institution": said.text(f"{officer.place.village} Children's Home"),
        "registration_number": said.text(f"CCI/{int(rng.integers(10, 900))}/{year - 3}"),
        "capacity": said.number(int(rng.integers(4, 30)) * 10),
        "institution_type": said.mark(str(rng.choice(TYPES))),
        "county": said.text(officer.place.county),
        "sub_county": said.text(officer.place.sub_county),
        "month": said.mark(f"{month:02d}"),
        "year": said.number(year),
        "manager_name": said.text(officer.name),
        "signature": said.SIGNED,
        "stamp": said.SIGNED,
        "date": date(sent, date_style(hand)),
    }
    for name, row in _rows(rng).items():
        made |= _written(name, row)
    return made


def _rows(rng: Generator) -> dict[str, Row]:
    rows = {"previous": _drawn(rng, MEAN_THERE), "tana": _drawn(rng, MEAN_NEW)}
    rows |= {name: _drawn(rng, MEAN_MOVED) for name in RETURNEES}
    rows["returnees"] = _added(rows, RETURNEES)
    room = {cell: sum(rows[n][cell] for n in ("previous", "tana", "returnees")) for cell in CELLS}
    for name in (*EXITS, "aede"):
        left = _drawn(rng, DIES if name == "aede" else MEAN_MOVED)
        rows[name] = {cell: min(left[cell], room[cell]) for cell in CELLS}
        room = {cell: room[cell] - rows[name][cell] for cell in CELLS}
    rows["exits"] = _added(rows, EXITS)
    return rows | {"end": room}


def _drawn(rng: Generator, mean: float) -> Row:
    return {cell: int(rng.poisson(mean)) for cell in CELLS}


def _added(rows: dict[str, Row], names: tuple[str, ...]) -> Row:
    return {cell: sum(rows[name][cell] for name in names) for cell in CELLS}


def _written(name: str, row: Row) -> Answers:
    head = f"population.{name}."
    made = {head + cell: said.number(count) for cell, count in row.items() if count}
    for sex in SEXES:
        count = sum(n for cell, n in row.items() if cell.startswith(sex))
        made |= {f"{head}{sex}_sub": said.number(count)} if count else {}
    return made | ({f"{head}total": said.number(sum(row.values()))} if any(row.values()) else {})
