"""The sheets of sample_forms/: which invented case stands on which, and what is odd about it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np

from cpims_scan.errors import WrongUseError
from cpims_scan.forms.catalog import Catalog
from simulator import answers as said
from simulator.answers import Answer
from simulator.asked import asked_of
from simulator.case_sheet import answers_of, follow_up
from simulator.cases import Case, Desk, invent_case
from simulator.dates import vague_date
from simulator.fill import add_ink, fill
from simulator.hands import Hand, make_hand
from simulator.names import OLD_PLACES
from simulator.pens import PENS
from simulator.returns import invent_return
from simulator.sheets import FilledSheet, fill_pages, hand_of

Answers = dict[str, Answer]
SHEET_A, EDITION_A = "case_record_sheet_a", "2015-08"
RETURN, EDITION_B = "monthly_caseload_summary", "tool-b"
BLACK = PENS[1]
# All samples are of one month, so that the reports made of them have something to count.
YEAR, MONTH = 2024, 6
SECOND_DAY = 50_000  # added to a seed when the same hand writes on another day


@dataclasses.dataclass(frozen=True, slots=True)
class SampleSheet:
    """
    A filled sheet, and what the officer says besides the paper.

    Attributes:
        asked: Answers to what no paper holds; none for a return.
        case: What it tells of; None for a return.
    """

    filled: FilledSheet
    asked: Answers
    case: Case | None = None


def plain(
    catalog: Catalog, seed: int, follow_ups: int = 0, office: int | None = None
) -> SampleSheet:
    """A case record sheet as most are; `office` is the seed of the hand whose office it is."""
    case, hand = _who(seed, office)
    return _sheet(catalog, case, answers_of(case, seed), (hand, seed), follow_ups)


def with_strikes(catalog: Catalog, seed: int) -> SampleSheet:
    """Values struck out and written or marked anew, and a number struck out for good."""
    case, hand = _who(seed)
    answers = answers_of(case, seed)
    other_sex = {"male": "female", "female": "male"}
    first = {
        "sex": other_sex[case.child.sex],
        "home_village": "Sokoni",
        "risk_level": "low" if answers["risk_level"].value != "low" else "medium",
        "case_category": "Truancy",
        "officer_date": f"{case.signed.day}/{case.signed.month}/{case.signed.year + 1}",
    }
    for name, wrong in first.items():
        answers[name] = answers[name].struck_after(wrong)
    answers["reporter_telephone"] = said.crossed_out("0722 41")
    return _sheet(catalog, case, answers, (hand, seed))


def vague(catalog: Catalog, seed: int) -> SampleSheet:
    """Ages and years instead of dates, places that no list has, words in Swahili."""
    case, hand = _who(seed)
    answers = answers_of(case, seed)
    rng = np.random.default_rng([seed, 5])
    for name in [n for n in answers if n.endswith("date_of_birth")]:
        born = _birthday(case, name)
        answers[name] = vague_date(born, case.reported, rng)
    answers["date_of_birth"] = Answer(
        {"precision": "age_years", "value": str(case.child.age_on(case.reported))},
        f"{case.child.age_on(case.reported)} yrs",
    )
    old, today = OLD_PLACES[case.place.county][0]
    answers |= {
        "home_sub_county": Answer(old, old, listed=today),
        "home_ward": Answer(f"{old} Mjini", f"{old} Mjini", listed=case.place.ward),
        "event_place": said.text("Nyumbani kwa shangazi"),
        "nearest_landmark": said.text("Karibu na soko la ng'ombe"),
        "specific_issue": said.text("Hapewi chakula na mavazi"),
        "recommendations": said.text("Baba atoe matunzo kila mwezi. Mtoto abaki shuleni."),
        "long_term_needs": said.text("Elimu na mavazi"),
    }
    return _sheet(catalog, case, answers, (hand, seed))


def continued(before: SampleSheet, row: int) -> SampleSheet:
    """The same sheet months later, with one more follow-up row in another pen."""
    seed, hand = before.filled.seed, before.filled.hand
    if before.case is None:
        raise WrongUseError("Only a case record sheet has follow-up rows.")
    more = follow_up(before.case, row, 35 * row, seed)
    page = add_ink(
        before.filled.pages[1],
        (before.filled.edition, 2),
        more,
        hand.with_pen(BLACK),
        seed + SECOND_DAY,
    )
    filled = dataclasses.replace(
        before.filled,
        pages=(before.filled.pages[0], page),
        answers=before.filled.answers | more,
    )
    return SampleSheet(filled, before.asked, before.case)


def monthly(catalog: Catalog, seed: int, wrong_sums: int = 0) -> SampleSheet:
    """A monthly return; `wrong_sums` of its totals do not add up."""
    hand = make_hand(hand_of(seed))
    edition = catalog.edition(RETURN, EDITION_B)
    answers = invent_return(seed, hand.seed, wrong_sums, (YEAR, MONTH))
    pages = fill_pages(edition, answers, hand, seed)
    return SampleSheet(FilledSheet(edition, seed, hand, pages, answers), {})


def _who(seed: int, office: int | None = None) -> tuple[Case, Hand]:
    number = hand_of(seed)
    return invent_case(seed, number, Desk(office, YEAR, MONTH)), make_hand(number)


def _sheet(
    catalog: Catalog, case: Case, answers: Answers, written: tuple[Hand, int], follow_ups: int = 0
) -> SampleSheet:
    hand, seed = written
    edition = catalog.edition(SHEET_A, EDITION_A)
    for row in range(1, follow_ups + 1):
        answers |= follow_up(case, row, 35 * row, seed)
    pages = tuple(fill(edition, answers, hand, page.number, seed) for page in edition.pages)
    filled = FilledSheet(edition, seed, hand, pages, answers)
    return SampleSheet(filled, asked_of(case, answers), case)


def _birthday(case: Case, name: str) -> dt.date:
    """Of the person in whose row a date of birth stands."""
    table, _, rest = name.partition(".")
    row = rest.partition(".")[0]
    if table == "siblings":
        return case.siblings[int(row) - 1].born
    if table == "parents":
        return (case.father if row == "father" else case.mother).person.born
    if table == "caregivers" and case.caregiver:
        return case.caregiver.person.born
    return case.child.born
