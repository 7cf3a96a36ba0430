"""What the sample officer says at the desk: codes of lists, and what no paper holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from cpims_scan.domain.record import State, Value
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Edition, FormField
from simulator.answers import Answer
from simulator.cases import Case
from simulator.phrases import LISTED, REPORTERS
from simulator.stories import STORIES

Answers = dict[str, Answer]
POLICE = "CRPO"
CONDITIONS = {
    # field with the condition -> field of its kind, the choice that asks, a usual kind
    "mental_condition": ("mental_subcondition", "challenged", "CDLD"),
    "physical_condition": ("physical_subcondition", "challenged", "CDPH"),
    "other_condition": ("other_subcondition", "chronic", "SCAM"),
}


def asked_of(case: Case, answers: Mapping[str, Answer]) -> Answers:
    """What CPIMS wants besides the paper, as the officer who knows the case says it."""
    place = case.place
    reporter = _reporter(answers)
    said: dict[str, Value] = {
        "report_orgunit": f"{place.sub_county} Sub-County Children's Office",
        "case_reporter": reporter,
        "perpetrator_status": _offender_status(case, answers),
        "case_sub_category": [case.story.subs[0]],
        "event_place_type": case.story.place_type,
        "occurrence_county": place.county,
        "occurrence_sub_county": place.sub_county,
        "referral_present": "yes" if any(n.startswith("referral_") for n in answers) else "no",
        "summon_issued": "no",
    }
    if reporter == POLICE:
        said["police_station"] = f"{place.ward} Police Station"
        said["ob_number"] = f"{case.event.day}/{case.event:%d/%m/%Y}"
    for name, (kind, choice, usual) in CONDITIONS.items():
        if name in answers and answers[name].value == choice:
            said[kind] = [usual]
    return {name: Answer(value) for name, value in said.items()}


def at_the_desk(answers: Mapping[str, Answer], edition: Edition, catalog: Catalog) -> Answers:
    """The same answers as a person enters them: what is written by a list is its code."""
    return {
        name: _listed(edition.form.fields[name], answer, catalog)
        for name, answer in answers.items()
        if name in edition.form.fields
    }


def _listed(field: FormField, answer: Answer, catalog: Catalog) -> Answer:
    """A word of a list as its code; what no list has stays as it is written."""
    if not field.spec.code_list or not isinstance(answer.value, str):
        return answer
    wanted = (answer.listed or answer.value).casefold()
    for entry in catalog.lists.get(field.spec.code_list, []):
        words = [entry.name, *entry.label.values(), *entry.aliases]
        if wanted in (word.casefold() for word in words):
            return dataclasses.replace(answer, value=entry.name)
    return dataclasses.replace(answer, value=LISTED.get(answer.value, answer.value))


def _reporter(answers: Mapping[str, Answer]) -> str:
    written = answers["reporter_relationship"].value
    return next(code for word, code in REPORTERS if word == written)


def _offender_status(case: Case, answers: Mapping[str, Answer]) -> str:
    name = answers["perpetrator_name"]
    if name.state is State.UNKNOWN_WRITTEN:
        return "PUNK"
    if name.state is State.NOT_APPLICABLE:
        return "PSNA"
    relation = answers["perpetrator_relationship"].value
    known = {word: status for story in STORIES for word, status in story.by}
    return known.get(str(relation), "PKNW")
