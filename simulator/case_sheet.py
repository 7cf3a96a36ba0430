"""A case written down on Case Record Sheet A, as an officer would who has little time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cpims_scan.domain.record import State
from simulator import answers as said
from simulator.answers import Answer
from simulator.cases import STREAM, Case
from simulator.dates import date
from simulator.family import caregivers, home, parents, siblings
from simulator.habits import NO, SCHOOL_AGE, SECONDARY_AGE, YES, birthday, class_of, maybe
from simulator.names import FRIEND_COUNT, OFFICE_NUMBERS, SCHOOL_NAMES
from simulator.people import born_years_before, invent_person, invent_telephone, pick
from simulator.phrases import FOLLOW_UPS, OTHER_AGENCIES, REPORTERS, STATE_AGENCIES

Answers = dict[str, Answer]

# As Tool A writes it, with leading zeros.
SERIAL = "CCO/{county:02d}/{office:03d}/5/29/{number:05d}/{year}"


def answers_of(case: Case, seed: int) -> Answers:
    """
    Write a case down: some cells empty, some unknown, some words in Swahili.

    Returns:
        Answers by field name of case_record_sheet_a: both pages, without follow-up rows.
    """
    rng = np.random.default_rng([STREAM, 3, seed])
    parts: tuple[Callable[[Case, Generator], Answers], ...] = (
        _head,
        _child,
        _school,
        _body,
        siblings,
        home,
        parents,
        caregivers,
        _history,
        _signoff,
    )
    made: Answers = {}
    for part in parts:
        made |= part(case, rng)
    return {name: answer for name, answer in made.items() if answer.state is not State.BLANK}


def follow_up(case: Case, row: int, after_days: int, seed: int) -> Answers:
    """One row of follow-up information, `after_days` after the report."""
    rng = np.random.default_rng([STREAM, 4, seed, row])
    status, comment = pick(rng, FOLLOW_UPS)
    head = f"follow_ups.{row}."
    return {
        f"{head}date": date(case.reported + dt.timedelta(days=after_days), case.style),
        f"{head}status": said.text(status),
        f"{head}comment": said.text(comment),
        f"{head}officer_name": said.text(case.officer.name),
        f"{head}officer_designation": said.text(case.officer.designation),
        f"{head}officer_signature": said.SIGNED,
    }


def _head(case: Case, rng: Generator) -> Answers:
    relation, _ = pick(rng, REPORTERS)
    county, office = OFFICE_NUMBERS[case.place.sub_county]
    count = int(rng.integers(1, 480))
    number = SERIAL.format(county=county, office=office, number=count, year=case.reported.year)
    reporter = _reporter(case, relation, rng)
    return {
        "county": said.text(case.place.county),
        "sub_county": said.text(case.place.sub_county),
        "case_serial": maybe(rng, said.text(number)),
        "date_of_reporting": date(case.reported, case.style),
        "reporter_address": maybe(
            rng, said.text(f"Box {int(rng.integers(10, 999))} {case.place.sub_county}"), 0.5
        ),
        "reporter_name": said.text(reporter),
        "reporter_relationship": said.text(relation),
        "reporter_telephone": maybe(rng, said.text(invent_telephone(rng))),
    }


def _reporter(case: Case, relation: str, rng: Generator) -> str:
    if relation in ("Mother", "Mama"):
        return case.mother.person.short
    if relation == "Father":
        return case.father.person.short
    born = born_years_before(rng, case.reported, 25, 60)
    sex = "female" if relation in ("Grandmother", "Aunt") else pick(rng, ("female", "male"))
    return invent_person(rng, case.child.community, sex, born).short


def _child(case: Case, rng: Generator) -> Answers:
    child = case.child
    faiths = (
        ("muslim",)
        if child.community.is_muslim
        else ("protestant", "protestant", "catholic", "other")
    )
    friends = [
        invent_person(rng, child.community, child.sex, child.born).first
        for _ in range(int(rng.integers(1, FRIEND_COUNT + 1)))
    ]
    return {
        "first_name": said.text(child.first),
        "middle_name": maybe(rng, said.text(child.middle), 0.1),
        "last_name": said.text(child.last),
        "date_of_birth": birthday(child, case, rng),
        "sex": said.mark(child.sex),
        "tribe": maybe(rng, said.text(child.community.tribe), 0.1),
        "friends": maybe(rng, said.text(", ".join(friends)), 0.3),
        "religion": maybe(rng, said.mark(pick(rng, faiths)), 0.06),
    }


def _school(case: Case, rng: Generator) -> Answers:
    age = case.child.age_on(case.reported)
    is_out = case.story.code in ("CTRF", "CDIS", "CHCP") or age < SCHOOL_AGE
    if is_out:
        left = {"in_school": said.word("no", pick(rng, NO))}
        return left | ({"school_class": said.not_applicable()} if rng.random() < 0.5 else {})
    kind = "Sec" if age >= SECONDARY_AGE else "Pri"
    name = f"{pick(rng, SCHOOL_NAMES)} {kind}"
    grade = said.text(class_of(age, rng))
    return {
        "in_school": said.word("yes", pick(rng, YES)),
        "school_name": said.text(name),
        "school_class": grade,
        "school_category": maybe(
            rng, said.mark(pick(rng, ("formal", "formal", "formal", "informal")))
        ),
    }


def _body(case: Case, rng: Generator) -> Answers:
    hobbies = ["sports", "movies", "music", "dancing", "reading"]
    liked = [h for h in hobbies if rng.random() < 0.35]
    rare = rng.random(3) < (0.05, 0.05, 0.07)
    return {
        "mental_condition": said.mark("challenged" if rare[0] else "normal"),
        "physical_condition": said.mark("challenged" if rare[1] else "normal"),
        "other_condition": maybe(rng, said.mark("chronic" if rare[2] else "normal"), 0.08),
        "hobbies": said.marks(liked) if liked else said.BLANK,
        "birth_certificate": maybe(rng, said.mark(pick(rng, ("yes", "yes", "no")))),
    }


def _history(case: Case, rng: Generator) -> Answers:
    story = case.story
    relation, status = pick(rng, story.by)
    state, other = pick(rng, STATE_AGENCIES), pick(rng, OTHER_AGENCIES)
    is_referred = rng.random() < 0.55
    made = {
        "event_date": date(case.event, case.style),
        "event_place": said.text(f"{pick(rng, story.events)}, {case.place.village}"),
        "case_category": said.text(pick(rng, story.words)),
        "specific_issue": said.text(pick(rng, story.issues)),
        "case_nature": said.mark(story.nature),
        "risk_level": said.mark(pick(rng, (story.risks[0], *story.risks))),
        "immediate_needs": said.text(pick(rng, story.needs)),
        "long_term_needs": maybe(rng, said.text(pick(rng, story.later_needs))),
        "action_taken": said.text(pick(rng, story.actions)),
        "recommendations": said.text(pick(rng, story.advice)),
    }
    made |= _offender(case, relation, status, rng)
    if is_referred:
        made["referral_state_agency"] = said.text(state[0])
        made["referral_state_reason"] = said.text(state[1])
    if rng.random() < 0.25:
        made["referral_non_state_agency"] = said.text(other[0])
        made["referral_non_state_reason"] = said.text(other[1])
    return made


def _offender(case: Case, relation: str, status: str, rng: Generator) -> Answers:
    if status == "PSNA":
        return {"perpetrator_name": said.not_applicable("N/A")}
    if status == "PUNK":
        return {"perpetrator_name": said.unknown(pick(rng, ("Unknown", "N/K", "Haijulikani")))}
    named = {"Father": case.father.person, "Baba": case.father.person, "Mother": case.mother.person}
    born = born_years_before(rng, case.event, 22, 55)
    sex = "female" if relation == "Aunt" else "male"
    somebody = named.get(relation) or invent_person(rng, case.child.community, sex, born)
    return {
        "perpetrator_name": said.text(somebody.short),
        "perpetrator_relationship": said.text(relation),
    }


def _signoff(case: Case, rng: Generator) -> Answers:
    return {
        "officer_name": said.text(case.officer.name),
        "officer_signature": said.SIGNED,
        "officer_designation": maybe(rng, said.text(case.officer.designation), 0.1),
        "officer_date": date(case.signed, case.style),
    }
