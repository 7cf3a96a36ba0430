"""The family on Case Record Sheet A: brothers and sisters, the home, parents, caregivers."""

from __future__ import annotations

from numpy.random import Generator

from simulator import answers as said
from simulator.answers import Answer
from simulator.cases import Case
from simulator.habits import NO, SCHOOL_AGE, SEX_LETTERS, YES, birthday, class_of, maybe
from simulator.names import LANDMARKS, SCHOOL_NAMES
from simulator.people import Adult, pick
from simulator.phrases import SIBLING_REMARKS

Answers = dict[str, Answer]


def siblings(case: Case, rng: Generator) -> Answers:
    """Rows of brothers and sisters."""
    made: Answers = {}
    for row, sibling in enumerate(case.siblings, start=1):
        head = f"siblings.{row}."
        age = sibling.age_on(case.reported)
        made[f"{head}name"] = said.text(sibling.short if rng.random() < 0.6 else sibling.full)
        made[f"{head}date_of_birth"] = maybe(rng, birthday(sibling, case, rng), 0.08)
        made[f"{head}sex"] = said.word(sibling.sex, SEX_LETTERS[sibling.sex][0])
        if SCHOOL_AGE <= age < 18:
            made[f"{head}school_name"] = maybe(
                rng, said.text(f"{pick(rng, SCHOOL_NAMES)} Pri"), 0.25
            )
            made[f"{head}school_class"] = said.text(class_of(age, rng))
        made[f"{head}remarks"] = maybe(rng, said.text(pick(rng, SIBLING_REMARKS)), 0.5)
    return made


def home(case: Case, rng: Generator) -> Answers:
    """Where the child lives, and how."""
    together = case.story.code not in ("CCCP", "CDIS", "CIDC") and rng.random() < 0.5
    return {
        "home_county": said.text(case.place.county),
        "home_sub_county": said.text(case.place.sub_county),
        "home_village": said.text(case.place.village),
        "home_ward": maybe(rng, said.text(case.place.ward)),
        "nearest_landmark": maybe(rng, said.text(pick(rng, LANDMARKS))),
        "family_status": maybe(
            rng, said.mark("parents_together" if together else "parents_not_together"), 0.08
        ),
        "household_economic_status": maybe(
            rng, said.mark(pick(rng, ("low", "low", "low", "middle", "high"))), 0.06
        ),
    }


def parents(case: Case, rng: Generator) -> Answers:
    """Father and mother."""
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
        f"{head}id_number": maybe(rng, said.text(adult.id_number), 0.25),
        f"{head}date_of_birth": maybe(rng, birthday(adult.person, case, rng), 0.3),
        f"{head}telephone": maybe(rng, said.text(adult.telephone), 0.2),
        f"{head}village": maybe(rng, said.text(case.place.village), 0.3),
        f"{head}occupation": maybe(rng, said.text(adult.trade), 0.15),
        f"{head}education": maybe(rng, said.text(adult.education), 0.25),
    }


def caregivers(case: Case, rng: Generator) -> Answers:
    """Who cares for the child when somebody else does."""
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
