"""Invented monthly returns: small counts in few rows, as a sub-county has them, and their sums."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.random import Generator

from simulator import answers as said
from simulator.answers import Answer
from simulator.cases import invent_officer
from simulator.dates import date, date_style

Answers = dict[str, Answer]
STREAM = 4_403

BANDS = ("00_05", "06_10", "11_15", "16_17", "18_up")
SEXES = ("m", "f")

# Cases a month by category, most frequent first: Neglect leads everywhere, the rest follows a
# long tail [order after the Ministry's published caseload tables; sizes by judgement].
USUAL_CASES = {
    "csic": 14.0, "cccp": 6.0, "cdis": 3.0, "ccct": 3.0, "csng": 3.0, "ccdf": 2.5, "chcp": 2.0,
    "ctrf": 1.5, "cshv": 1.5, "cidc": 1.5, "corp": 1.2, "csab": 1.2, "ccip": 1.0, "csct": 1.0,
    "cscl": 0.8, "cpav": 0.8, "clab": 0.6, "ccea": 0.6, "cccm": 0.5, "csds": 0.5, "csdp": 0.4,
}  # fmt: skip
USUAL_ACTIONS = {
    "ijpa": 0.2, "cmtn": 0.18, "pcns": 0.12, "reco": 0.1, "rtpa": 0.08, "rtkc": 0.07, "reun": 0.06,
    "rgov": 0.06, "ccci": 0.04, "psch": 0.04, "wpro": 0.03, "ifst": 0.02,
}  # fmt: skip
# Who the children of a category are, by age band; the rest are spread evenly.
AGES = {
    "csic": (0.38, 0.32, 0.2, 0.08, 0.02), "cdis": (0.75, 0.2, 0.05, 0.0, 0.0),
    "cshv": (0.0, 0.0, 0.35, 0.65, 0.0), "ccct": (0.0, 0.2, 0.6, 0.2, 0.0),
    "csab": (0.0, 0.05, 0.5, 0.45, 0.0), "ctrf": (0.0, 0.2, 0.5, 0.3, 0.0),
    "ccdf": (0.0, 0.3, 0.5, 0.2, 0.0), "cccm": (0.0, 0.0, 0.5, 0.5, 0.0),
}  # fmt: skip
EVEN = (0.25, 0.3, 0.3, 0.14, 0.01)
# Girls in pregnancy and FGM by definition (facts of the returns), in the others mostly.
GIRLS_ONLY = frozenset({"cshv", "cscs", "ccdf", "cccm"})
SHARE_PENDING = 0.22
# Share of zero cells in a used row that are written as 0 or as a dash; the others stay empty.
WRITTEN_ZERO = 0.05


def invent_return(
    seed: int, hand: int, wrong_sums: int = 0, period: tuple[int, int] | None = None
) -> Answers:
    """
    One month of an invented sub-county.

    Args:
        seed: Of the month's figures.
        hand: Seed of the hand, whose officer sends it.
        wrong_sums: So many totals do not add up.
        period: Year and month; None for any.
    """
    rng = np.random.default_rng([STREAM, seed])
    officer = invent_officer(hand)
    year, month = period or (int(rng.integers(2018, 2026)), int(rng.integers(1, 13)))
    sent = dt.date(year + month // 12, month % 12 + 1, int(rng.integers(1, 6)))
    cases = {
        code: _row(code, mean * rng.uniform(0.5, 1.6), rng) for code, mean in USUAL_CASES.items()
    }
    actions = _disposals(cases, rng)
    made = _block("categories", cases, rng) | _block("interventions", actions, rng)
    load = sum(map(_sum, cases.values()))
    done = sum(_sum(cells) for code, cells in actions.items() if code != "pend")
    made |= {
        "county": said.text(officer.place.county),
        "sub_county": said.text(officer.place.sub_county),
        "month": said.mark(f"{month:02d}"),
        "year": said.number(year),
        "total_caseload": said.number(load),
        "total_disposed": said.number(done),
        "completion_percent": said.number(round(100 * done / max(load, 1))),
        "prepared_by": said.text(officer.name),
        "designation": said.text(officer.designation),
        "signature": said.SIGNED,
        "date": date(sent, date_style(hand)),
    }
    return _with_wrong_sums(made, wrong_sums, rng)


def _row(code: str, mean: float, rng: Generator) -> dict[str, int]:
    shares = np.array(AGES.get(code, EVEN))
    girls = 1.0 if code in GIRLS_ONLY else 0.52
    cells = {}
    for band, share in zip(BANDS, shares / shares.sum(), strict=True):
        cells[f"m_{band}"] = int(rng.poisson(mean * share * (1 - girls)))
        cells[f"f_{band}"] = int(rng.poisson(mean * share * girls))
    return cells


def _disposals(cases: dict[str, dict[str, int]], rng: Generator) -> dict[str, dict[str, int]]:
    """Every child of the case block gets one intervention, or is pending."""
    codes = [*USUAL_ACTIONS, "pend"]
    shares = np.array([v * (1 - SHARE_PENDING) for v in USUAL_ACTIONS.values()] + [SHARE_PENDING])
    cells = [f"{sex}_{band}" for band in BANDS for sex in SEXES]
    made = {code: dict.fromkeys(cells, 0) for code in codes}
    for cell in cells:
        children = sum(row[cell] for row in cases.values())
        drawn = rng.multinomial(children, shares / shares.sum())
        for code, count in zip(codes, drawn, strict=True):
            made[code][cell] = int(count)
    return made


def _block(table: str, rows: dict[str, dict[str, int]], rng: Generator) -> Answers:
    made: Answers = {}
    for code, cells in rows.items():
        if not _sum(cells):
            continue
        head = f"{table}.{code}."
        made |= {head + name: _cell(count, rng) for name, count in cells.items()}
        for sex in SEXES:
            made[f"{head}{sex}_sub"] = said.number(_sum(cells, sex))
        made[f"{head}total"] = said.number(_sum(cells))
    return {name: answer for name, answer in made.items() if answer is not said.BLANK}


def _cell(count: int, rng: Generator) -> Answer:
    if count:
        return said.number(count)
    if rng.random() >= WRITTEN_ZERO:
        return said.BLANK
    return said.number(0) if rng.random() < 0.7 else said.not_applicable("-")


def _sum(cells: dict[str, int], sex: str = "") -> int:
    return sum(count for name, count in cells.items() if name.startswith(sex))


def _with_wrong_sums(made: Answers, count: int, rng: Generator) -> Answers:
    """Totals as a tired officer adds them up: one or ten off, digits swapped."""
    totals = sorted(n for n in made if n.endswith((".total", "_sub")) and n.startswith("cat"))
    for name in rng.choice(totals, size=min(count, len(totals)), replace=False):
        value = int(made[str(name)].written)
        made[str(name)] = said.number(max(value + int(rng.choice([-1, 1, 2, 10])), 0))
    return made
