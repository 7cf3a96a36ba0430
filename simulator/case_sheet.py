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
from simulator.dates import date, vague_date
from simulator.names import FRIEND_COUNT, LANDMARKS, OFFICE_NUMBERS, SCHOOL_NAMES
from simulator.people import Adult, Person, born_years_before, invent_person, invent_telephone, pick
from simulator.stories import FOLLOW_UPS, OTHER_AGENCIES, REPORTERS, SIBLING_REMARKS, STATE_AGENCIES

Answers = dict[str, Answer]

# Share of optional cells that officers leave empty, and of birthdays known only roughly
# [judgement: practice.md 6, 7 and 15 say that both are common].
LEFT_EMPTY = 0.15
ROUGHLY_KNOWN = 0.12
SCHOOL_AGE, SECONDARY_AGE, EIGHT_CLASSES = 6, 15, 8
# As Tool A writes it, with leading zeros.
SERIAL = "CCO/{county:02d}/{office:03d}/5/29/{number:05d}/{year}"
SEX_LETTERS = {"female": ("F", "F", "Female", "KE", "f"), "male": ("M", "M", "Male", "ME", "m")}
YES, NO = ("Yes", "Yes", "Y", "Ndio"), ("No", "No", "N", "Hapana")


def answers_of(case: Case, seed: int) -> Answers:
    """
    Write a case down: some cells empty, some unknown, some words in Swahili.

    Returns:
        Answers by field name of case_record_sheet_a: both pages without follow-up rows, and what
        CPIMS asks besides.
    """
    rng = np.random.default_rng([STREAM, 3, seed])
    parts: tuple[Callable[[Case, Generator], Answers], ...] = (
        _head,
        _child,
        _school,
        _body,
        _siblings,
        _home,
        _parents,
        _caregivers,
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


def _maybe(rng: Generator, answer: Answer, empty: float = LEFT_EMPTY) -> Answer:
    return said.BLANK if rng.random() < empty else answer


def _birthday(person: Person, case: Case, rng: Generator) -> Answer:
    if rng.random() < ROUGHLY_KNOWN:
        return vague_date(person.born, case.reported, rng)
    return date(person.born, case.style)


def _head(case: Case, rng: Generator) -> Answers:
    relation, _ = pick(rng, REPORTERS)
    county, office = OFFICE_NUMBERS[case.place.sub_county]
    count = int(rng.integers(1, 480))
    number = SERIAL.format(county=county, office=office, number=count, year=case.reported.year)
    reporter = _reporter(case, relation, rng)
    return {
        "county": said.text(case.place.county),
        "sub_county": said.text(case.place.sub_county),
        "case_serial": _maybe(rng, said.text(number)),
        "date_of_reporting": date(case.reported, case.style),
        "reporter_address": _maybe(
            rng, said.text(f"Box {int(rng.integers(10, 999))} {case.place.sub_county}"), 0.5
        ),
        "reporter_name": said.text(reporter),
        "reporter_relationship": said.text(relation),
        "reporter_telephone": _maybe(rng, said.text(invent_telephone(rng))),
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
        "middle_name": _maybe(rng, said.text(child.middle), 0.1),
        "last_name": said.text(child.last),
        "date_of_birth": _birthday(child, case, rng),
        "sex": said.mark(child.sex),
        "tribe": _maybe(rng, said.text(child.community.tribe), 0.1),
        "friends": _maybe(rng, said.text(", ".join(friends)), 0.3),
        "religion": _maybe(rng, said.mark(pick(rng, faiths)), 0.06),
    }


def _school(case: Case, rng: Generator) -> Answers:
    age = case.child.age_on(case.reported)
    is_out = case.story.code in ("CTRF", "CDIS", "CHCP") or age < SCHOOL_AGE
    if is_out:
        left = {"in_school": said.word("no", pick(rng, NO))}
        return left | ({"school_class": said.not_applicable()} if rng.random() < 0.5 else {})
    kind = "Sec" if age >= SECONDARY_AGE else "Pri"
    name = f"{pick(rng, SCHOOL_NAMES)} {kind}"
    grade = said.text(_class_of(age, rng))
    return {
        "in_school": said.word("yes", pick(rng, YES)),
        "school_name": said.text(name),
        "school_class": grade,
        "school_category": _maybe(
            rng, said.mark(pick(rng, ("formal", "formal", "formal", "informal")))
        ),
    }


def _class_of(age: int, rng: Generator) -> str:
    if age >= SECONDARY_AGE:
        return f"Form {min(age - SECONDARY_AGE + 1, 4)}"
    year = min(max(age - SCHOOL_AGE + 1, 1), EIGHT_CLASSES)
    return f"{pick(rng, ('Class', 'Std', 'Grade', 'Class'))} {year}"


def _body(case: Case, rng: Generator) -> Answers:
    hobbies = ["sports", "movies", "music", "dancing", "reading"]
    liked = [h for h in hobbies if rng.random() < 0.35]
    rare = rng.random(3) < (0.05, 0.05, 0.07)
    return {
        "mental_condition": said.mark("challenged" if rare[0] else "normal"),
        "physical_condition": said.mark("challenged" if rare[1] else "normal"),
        "other_condition": _maybe(rng, said.mark("chronic" if rare[2] else "normal"), 0.08),
        "hobbies": said.marks(liked) if liked else said.BLANK,
        "birth_certificate": _maybe(rng, said.mark(pick(rng, ("yes", "yes", "no")))),
    }


def _siblings(case: Case, rng: Generator) -> Answers:
    made: Answers = {}
    for row, sibling in enumerate(case.siblings, start=1):
        head = f"siblings.{row}."
        age = sibling.age_on(case.reported)
        made[f"{head}name"] = said.text(sibling.short if rng.random() < 0.6 else sibling.full)
        made[f"{head}date_of_birth"] = _maybe(rng, _birthday(sibling, case, rng), 0.08)
        made[f"{head}sex"] = said.word(sibling.sex, SEX_LETTERS[sibling.sex][0])
        if SCHOOL_AGE <= age < 18:
            made[f"{head}school_name"] = _maybe(
                rng, said.text(f"{pick(rng, SCHOOL_NAMES)} Pri"), 0.25
            )
            made[f"{head}school_class"] = said.text(_class_of(age, rng))
        made[f"{head}remarks"] = _maybe(rng, said.text(pick(rng, SIBLING_REMARKS)), 0.5)
    return made


def _home(case: Case, rng: Generator) -> Answers:
    together = case.story.code not in ("CCCP", "CDIS", "CIDC") and rng.random() < 0.5
    return {
        "home_county": said.text(case.place.county),
        "home_sub_county": said.text(case.place.sub_county),
        "home_village": said.text(case.place.village),
        "home_ward": _maybe(rng, said.text(case.place.ward)),
        "nearest_landmark": _maybe(rng, said.text(pick(rng, LANDMARKS))),
        "family_status": _maybe(
            rng, said.mark("parents_together" if together else "parents_not_together"), 0.08
        ),
        "household_economic_status": _maybe(
            rng, said.mark(pick(rng, ("low", "low", "low", "middle", "high"))), 0.06
        ),
    }


def _parents(case: Case, rng: Generator) -> Answers:
    return _parent("father", case.father, case, rng) | _parent("mother", case.mother, case, rng)


def _parent(row: str, adult: Adult, case: Case, rng: Generator) -> Answers:
    head = f"parents.{row}."
    if case.story.code in ("CDIS", "CHCP") and rng.random() < 0.6:
        return {f"{head}name": said.unknown(pick(rng, ("N/K", "Unknown", "Haijulikani")))}
    is_alive = case.story.code != "CIDC" and rng.random() < 0.93
    made = {
        f"{head}name": said.text(adult.person.short),
        f"{head}sex": said.word(adult.person.sex, SEX_LETTERS[adult.person.sex][0]),
        f"{head}alive": said.word(
            "yes" if is_alive else "no", pick(rng, YES[:3] if is_alive else NO[:3])
        ),
    }
    return made | (_papers(head, adult, case, rng) if is_alive else {})


def _papers(head: str, adult: Adult, case: Case, rng: Generator) -> Answers:
    return {
        f"{head}id_number": _maybe(rng, said.text(adult.id_number), 0.25),
        f"{head}date_of_birth": _maybe(rng, _birthday(adult.person, case, rng), 0.3),
        f"{head}telephone": _maybe(rng, said.text(adult.telephone), 0.2),
        f"{head}village": _maybe(rng, said.text(case.place.village), 0.3),
        f"{head}occupation": _maybe(rng, said.text(adult.trade), 0.15),
        f"{head}education": _maybe(rng, said.text(adult.education), 0.25),
    }


def _caregivers(case: Case, rng: Generator) -> Answers:
    if case.caregiver is None:
        return {}
    kinds = ("guardian", "guardian", "next_of_kin", "foster_parent")
    head = "caregivers.1."
    sex = case.caregiver.person.sex
    return {
        "caregiver_relationship": said.mark(pick(rng, kinds)),
        f"{head}name": said.text(case.caregiver.person.short),
        f"{head}sex": said.word(sex, SEX_LETTERS[sex][0]),
        **_papers(head, case.caregiver, case, rng),
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
        "long_term_needs": _maybe(rng, said.text(pick(rng, story.later_needs))),
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
        "officer_designation": _maybe(rng, said.text(case.officer.designation), 0.1),
        "officer_date": date(case.signed, case.style),
    }
