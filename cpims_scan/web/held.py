"""Records that loading held back: is it the same child, which return stands, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cpims_scan.domain.record import Value
from cpims_scan.errors import InputError
from cpims_scan.pipeline import desk, tasks
from cpims_scan.pipeline.held import answer_held
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from cpims_scan.web import phrases, views
from cpims_scan.web.auth import NotHereError, Visit, Worker, language_of, note, place_of
from cpims_scan.web.pages import to_next
from cpims_scan.web.render import page
from cpims_scan.web.views import Look

router = APIRouter(prefix="/tasks/{task_id}")

UNPROCESSABLE = 422
DIFFERENT = "different"
# How the fields of one person of a sheet begin, for showing them beside the question.
CHILD_FIELDS = ("first_name", "middle_name", "last_name", "date_of_birth", "sex")
BLANK_REASONS = frozenset({"unsigned", "blank_block", "nil_return"})


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """Somebody on the sheet who may already be in CPIMS."""

    role: str
    who: str
    people: tuple[tuple[str, str], ...]  # id in CPIMS, its case serials
    fields: tuple[views.ItemView, ...]


def show_held(request: Request, visit: Visit, task: TaskRow, problem: str = "") -> Response:
    """Show what a held record waits for, with the crops that help to answer."""
    person = visit.person
    record = desk.record_view(place_of(request), person, str(task.sheet), task.index or 1)
    note(request, person, ("record.view", "record", record.sheet))
    look = Look(place_of(request), record, language_of(request))
    asked = task.question
    request.state.back = f"/tasks/{task.id}"
    return page(
        request,
        "held_question.html",
        UNPROCESSABLE if problem else 200,
        task=task,
        record=record,
        title=views.record_title(look),
        people=_people(look, asked.get("duplicates", [])),
        conflicts=asked.get("conflicts", []),
        open_questions=_questions(look, asked.get("questions", [])),
        blanks=any(q["reason"] in BLANK_REASONS for q in asked.get("questions", [])),
        message=look.language.text(problem),
    )


@router.post("/release")
def release(request: Request, visit: Worker, task_id: str) -> Response:
    """Keep what was answered; the next load tries the record again."""
    task = tasks.take_task(place_of(request), visit.person, task_id)
    if task.kind != TaskKind.HELD:
        raise NotHereError("This question is not about a record that was held back.")
    try:
        answers = _answers(visit, task)
    except InputError as error:
        return show_held(request, visit, task, str(error))
    answer_held(place_of(request), visit.person, task_id, answers)
    return to_next(request, visit, None, "/?finished")


def _answers(visit: Visit, task: TaskRow) -> dict[str, Value]:
    """
    The answers under the names that the loader looks for.

    Raises:
        InputError: One of the questions has no answer yet; never merged without a person.
    """
    answers: dict[str, Value] = {}
    for role, ids in _by_role(task.question.get("duplicates", [])).items():
        said = visit.text(f"person.{role}")
        if said not in (DIFFERENT, *ids):
            raise InputError(phrases.SAY_WHO)
        answers[f"duplicate:{role}"] = said if said == DIFFERENT else int(said)
    if task.question.get("conflicts"):
        said = visit.text("second")
        if said not in ("replaces", "rejected"):
            raise InputError(phrases.SAY_WHICH)
        answers["return:second"] = said
    if visit.text("blank_is_meant"):
        answers["return:blank_is_meant"] = "yes"
    return answers


def _people(look: Look, duplicates: list[dict[str, Any]]) -> list[PersonQuestion]:
    serials = {str(d["person_id"]): ", ".join(d["serials"]) for d in duplicates}
    return [
        PersonQuestion(
            role,
            look.language.text(phrases.PERSONS.get(role.partition(".")[0], role)),
            tuple((i, serials[i]) for i in ids),
            tuple(views.item_view(look, name) for name in _fields_of(look, role)),
        )
        for role, ids in _by_role(duplicates).items()
    ]


def _by_role(duplicates: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for duplicate in duplicates:
        found.setdefault(str(duplicate["role"]), []).append(str(duplicate["person_id"]))
    return found


def _fields_of(look: Look, role: str) -> list[str]:
    """Fields of the form that CPIMS keeps about that person, with something written in them."""
    fields = look.record.edition.form.fields
    entities = {n: f.central.entity or "" for n, f in fields.items() if f.central}
    rows = {n: e.replace("{row}", fields[n].row or "") for n, e in entities.items()}
    named = [n for n, entity in rows.items() if entity == role]
    chosen = [n for n in CHILD_FIELDS if n in named] if role == "child" else named
    # A register has other names for the child's fields, and those of the other rows' children too.
    return [n for n in chosen or named if n in look.record.fields][:6]


def _questions(look: Look, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    text = look.language.text
    return [
        {
            "words": text(phrases.HELD_REASONS.get(q["reason"], phrases.REASON_OF_RULE)),
            "field": views.item_view(look, q["field"])
            if q["field"] in look.record.fields
            else None,
        }
        for q in questions
    ]
