"""Invented pages of the register: a few of its five blocks filled, each an invented case."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from simulator import answers as said
from simulator.answers import Answer
from simulator.case_sheet import answers_of
from simulator.cases import Case, invent_case
from simulator.dates import date, vague_date
from simulator.habits import maybe

Answers = dict[str, Answer]
STREAM = 4_404

BLOCKS = 5
MOST_SIBLINGS = 5
SEX_LETTERS = {"female": "F", "male": "M"}
# What stands on the sheet under another name.
SAME = {
    "date_of_reporting": "date_of_reporting",
    "reporter_name": "reporter_name",
    "reporter_telephone": "reporter_telephone",
    "event_sub_county": "sub_county",
    "event_village": "home_village",
    "mother_name": "parents.mother.name",
    "mother_telephone": "parents.mother.telephone",
    "father_name": "parents.father.name",
    "case_category": "case_category",
    "action_taken": "action_taken",
    "officer_name": "officer_name",
}
SUMMONED = 0.4  # share of cases in which somebody was summoned
CLOSED = 0.3


def invent_opening(seed: int, hand: int) -> Answers:
    """
    Answers of one opening of the register, both pages.

    Args:
        seed: Of the cases; the last blocks of most pages are still empty.
        hand: Seed of the hand, whose officer keeps the register.
    """
    rng = np.random.default_rng([STREAM, seed])
    made: Answers = {}
    for block in range(1, int(rng.choice([2, 3, 4, BLOCKS], p=[0.2, 0.2, 0.2, 0.4])) + 1):
        case_seed = seed * BLOCKS + block
        case = invent_case(case_seed, hand)
        lines = _block(case, answers_of(case, case_seed), block, rng)
        made |= {f"cases.{block}.{name}": answer for name, answer in lines.items()}
    return {name: answer for name, answer in made.items() if answer is not said.BLANK}


def _block(case: Case, sheet: Answers, block: int, rng: Generator) -> Answers:
    made = {name: sheet[there] for name, there in SAME.items() if there in sheet}
    year = case.reported.year % 100
    made |= {
        "child_name": said.text(case.child.full),
        "child_age": vague_date(case.child.born, case.reported, rng),
        "child_sex": said.word(case.child.sex, SEX_LETTERS[case.child.sex]),
        "child_school": sheet.get("school_name", said.BLANK),
        "case_serial": said.text(f"{int(rng.integers(1, 400)):03d}/{year:02d}"),
    }
    for line, sibling in enumerate(case.siblings[:MOST_SIBLINGS], start=1):
        head = f"sibling_{line}_"
        made[f"{head}name"] = said.text(sibling.short)
        made[f"{head}age"] = vague_date(sibling.born, case.reported, rng)
        made[f"{head}sex"] = said.word(sibling.sex, SEX_LETTERS[sibling.sex])
    if rng.random() < SUMMONED:
        made["date_of_summon"] = date(case.reported, case.style)
        made["date_came"] = maybe(rng, date(case.signed, case.style), 0.5)
    if rng.random() < CLOSED:
        made["final_intervention"] = made.get("action_taken", said.BLANK)
        made["date_resolved"] = date(case.signed, case.style)
    return made
