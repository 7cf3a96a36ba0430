"""Invented cases and returns hang together, so that rules find only what was put in on purpose."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from cpims_scan.domain.record import State
from cpims_scan.forms.catalog import Catalog, load_catalog
from simulator.case_sheet import answers_of
from simulator.cases import invent_case
from simulator.names import OFFICE_NUMBERS
from simulator.returns import invent_return
from simulator.sheets import hand_of, invent_answers

SEEDS = range(2000, 2060)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of this checkout."""
    return load_catalog()


@pytest.mark.parametrize("seed", SEEDS)
def test_invent_case__dates_are_in_order(seed: int) -> None:
    """Birth, event, report and signature follow one another, and nothing lies in the future."""
    case = invent_case(seed, hand_of(seed))

    assert case.child.born <= case.event <= case.reported <= case.signed < dt.date(2026, 1, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_invent_case__parents_are_a_generation_older(seed: int) -> None:
    """A mother is 18 at least when the child is born."""
    case = invent_case(seed, hand_of(seed))

    assert min((case.child.born - p.person.born).days for p in (case.mother, case.father)) > 6570


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_of__names_only_fields_of_the_form(seed: int, catalog: Catalog) -> None:
    """Every answer is to a question that the sheet prints."""
    places = catalog.edition("case_record_sheet_a", "2015-08").places

    assert set(invent_answers("case_record_sheet_a", seed)) <= set(places)


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_of__choices_are_choices(seed: int, catalog: Catalog) -> None:
    """A marked or written choice is one of the form's names."""
    fields = catalog.edition("case_record_sheet_a", "2015-08").form.fields
    answers = invent_answers("case_record_sheet_a", seed)
    wrong = [
        name
        for name, answer in answers.items()
        if fields[name].choices and answer.state is State.ANSWERED
        for value in (answer.value if isinstance(answer.value, list) else [answer.value])
        if value not in {choice.name for choice in fields[name].choices}
    ]

    assert wrong == []


def test_answers_of__serial_fits_its_office() -> None:
    """The case serial bears the numbers of the county and sub-county that report."""
    cases = {seed: invent_case(seed, hand_of(seed)) for seed in SEEDS}
    written = {s: answers_of(c, s).get("case_serial") for s, c in cases.items()}
    found = {s: tuple(map(int, re.findall(r"\d+", a.written)[:2])) for s, a in written.items() if a}

    assert {s: OFFICE_NUMBERS[cases[s].place.sub_county] for s in found} == found


@pytest.mark.parametrize("wrong", [0, 3])
def test_invent_return__totals_add_up_unless_asked(wrong: int, catalog: Catalog) -> None:
    """Printed sums hold, or as many as asked for are wrong in themselves."""
    answers = invent_return(2001, 21, wrong)
    edition = catalog.edition("monthly_caseload_summary", "tool-b")
    rows = [t for t in edition.totals if t.total.endswith("_sub") and t.total in answers]
    parts = {
        t.total: sum(int(answers[p].written) for p in t.parts if p in answers and answers[p].value)
        for t in rows
    }

    off = [name for name, total in parts.items() if answers[name].value != total]
    assert (len(off) > 0) == (wrong > 0)
