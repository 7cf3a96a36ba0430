"""Questions about pages: what is it, where does it belong, did it come back (S4, S5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.domain.paper import PageMatch
from cpims_scan.domain.record import PageReading
from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.imaging.coaching.advice import quality_text
from cpims_scan.pipeline import tasks
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord, answer_page
from cpims_scan.pipeline.placing import PLACED
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import arrivals_with
from cpims_scan.store.queue import reading_of
from cpims_scan.store.sheets import find_sheet
from cpims_scan.store.states import TaskKind, TaskState
from cpims_scan.store.tables import TaskRow
from cpims_scan.web import phrases
from cpims_scan.web.attaching import attachable, kind_of
from cpims_scan.web.auth import Visit, Worker, language_of, place_of
from cpims_scan.web.language import Language
from cpims_scan.web.pages import to_next
from cpims_scan.web.render import page
from cpims_scan.web.views import page_url

router = APIRouter(prefix="/tasks/{task_id}")

UNPROCESSABLE = 422
SEE_OTHER = 303
TO_PLACE = "place"  # the button that leads to the four points
PAIRS = frozenset({TaskKind.UNJOINED, TaskKind.CONTINUED})
KINDS = frozenset({TaskKind.UNKNOWN, TaskKind.UNALIGNED, TaskKind.FAILED, *PAIRS})
MOST_CANDIDATES = 6  # pictures side by side before a screen cannot hold them
TURNS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class FormPage:
    """One printed page that a picture may show; `value` is form, edition and page."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that may belong with the one in question."""

    content: str
    label: str
    picture: str


def show_question(request: Request, visit: Visit, task: TaskRow, problem: str = "") -> Response:
    """Show what is asked about a page: one page with its forms, or pages side by side."""
    language = language_of(request)
    name, about = phrases.QUEUES.get(task.kind, (phrases.PAGE_QUESTION, ""))
    known = {
        "task": task,
        "heading": language.text(name),
        "about": language.text(about),
        "message": language.text(problem),
        "picture": page_url(task.content or ""),
    }
    with place_of(request).db.read() as session:
        if task.kind in PAIRS:
            known |= _pair(session, task, language)
        else:
            known |= _single(place_of(request), session, task, language)
    template = "join_question.html" if task.kind in PAIRS else "page_question.html"
    request.state.back = f"/tasks/{task.id}"
    return page(request, template, UNPROCESSABLE if problem else 200, **known)


@router.post("/answer")
def answer(request: Request, visit: Worker, task_id: str) -> Response:
    """Carry out what was said about the page, and go on to the next question."""
    task = tasks.take_task(place_of(request), visit.person, task_id)
    if visit.text("kind") == TO_PLACE and visit.text("page"):
        return RedirectResponse(
            f"/tasks/{task_id}/place?page={quote(visit.text('page'))}", SEE_OTHER
        )
    try:
        answer_page(place_of(request), visit.person, task_id, _answer(visit))
    except (InputError, WrongUseError) as error:
        return show_question(request, visit, task, str(error))
    return to_next(request, visit, None, "/?nothing")


def _answer(visit: Visit) -> PageAnswer:
    """
    Understand the posted answer.

    Raises:
        InputError: No form page was chosen, or the answer is none of the words.
    """
    word = visit.text("kind")
    kind = kind_of(word)
    if kind is not None:
        return PageAnswer(PageWord.ATTACHMENT, kind=kind)
    if word not in set(PageWord):
        raise InputError(phrases.CHOOSE_FIRST)
    if word != PageWord.FORM:
        return PageAnswer(PageWord(word), visit.text("content") or None)
    parts = visit.text("page").rsplit("|", 2)
    turned = visit.text("turned")
    if len(parts) != 3 or not parts[2].isdigit() or turned not in map(str, TURNS):
        raise InputError(phrases.CHOOSE_FIRST)
    form, edition, number = parts
    return PageAnswer(PageWord.FORM, None, form, edition, int(number), int(turned))


def _single(
    place: Workplace, session: Session, task: TaskRow, language: Language
) -> dict[str, Any]:
    reading = reading_of(session, task.content or "")
    text = language.text
    return {
        "because": text(reading.error or "") if reading else "",
        "told": list(_told(reading, language)),
        "can_place": task.kind in PLACED and reading is not None and all(reading.size_px),
        "form_pages": list(_form_pages(place, reading, language)),
        "page_kinds": [(kind, key, text(words)) for kind, key, words in phrases.PAGE_KINDS],
        **attachable(session, task, language),
    }


def _told(reading: PageReading | None, language: Language) -> Iterator[str]:
    """What is wrong with the picture, beside that its form or boxes were not found."""
    for advice in reading.quality.advice if reading else ():
        if reading is not None and advice not in ("foreign", "unaligned"):
            yield quality_text(advice, reading.quality, language.code)


def _form_pages(
    place: Workplace, reading: PageReading | None, language: Language
) -> list[FormPage]:
    match = reading.match if reading else None
    seen = (match.form, match.edition, match.page) if match else None
    return [
        FormPage(
            f"{form}|{name}|{blank.number}",
            f"{language.of(edition.form.title)}, {name}, "
            f"{language.text(phrases.PAGE)} {blank.number}",
            seen == (form, name, blank.number),
        )
        for (form, name), edition in place.catalog.editions.items()
        for blank in edition.pages
    ]


def _pair(session: Session, task: TaskRow, language: Language) -> dict[str, Any]:
    text = language.text
    is_back = task.kind == TaskKind.CONTINUED
    others = _known_pages(session, task) if is_back else _partners(session, task)
    answers = list(phrases.CONTINUED_ANSWERS if is_back else phrases.UNJOINED_ANSWERS)
    candidates = [
        Candidate(content, _label(session, content, language), page_url(content))
        for content in others
    ]
    usable = [a for a in answers if candidates or a[0] != PageWord.JOIN]
    return {
        "candidates": candidates,
        "this_label": _label(session, task.content or "", language),
        "answers": [
            {"kind": kind, "key": key, "words": text(words)} for kind, key, words in usable
        ],
    }


def _known_pages(session: Session, task: TaskRow) -> list[str]:
    """The pages of the sheet that this one may continue, the same page number first."""
    sheet = find_sheet(session, str(task.sheet))
    if sheet is None:
        return []
    numbers = [int(n) for n in task.question.get("pages", {})]
    return [sheet.pages[n] for n in sorted(numbers) if n in sheet.pages]


def _partners(session: Session, task: TaskRow) -> list[str]:
    """Neighbours in the file first, then other lone pages: other pages of the same edition."""
    lone = session.scalars(
        select(TaskRow).where(
            TaskRow.kind == TaskKind.UNJOINED,
            TaskRow.state == TaskState.OPEN,
            TaskRow.batch_id == task.batch_id,
            TaskRow.office == task.office,
        )
    )
    others = [str(other.content) for other in lone]
    found = dict.fromkeys([*task.question.get("neighbours", []), *others])
    this = _match(session, task.content or "")
    return [c for c in found if _is_partner(this, _match(session, c))][:MOST_CANDIDATES]


def _is_partner(this: PageMatch | None, other: PageMatch | None) -> bool:
    if this is None or other is None:
        return False
    same = (this.form, this.edition) == (other.form, other.edition)
    return same and this.page != other.page


def _match(session: Session, content: str) -> PageMatch | None:
    reading = reading_of(session, content)
    return reading.match if reading else None


def _label(session: Session, content: str, language: Language) -> str:
    """Where a page lies: its file and number; what form page it is, when that is known."""
    arrivals = arrivals_with(session, content)
    match = _match(session, content)
    which = f" ({language.text(phrases.PAGE)} {match.page})" if match and match.form else ""
    if not arrivals:
        return language.text(phrases.PAGE) + which
    return f"{arrivals[0].file_name}, {arrivals[0].number}{which}"
