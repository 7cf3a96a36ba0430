"""Four points on a page that no machine could place (S4, S5): page left, blank right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.domain.paper import Points
from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.imaging.crops import PAGE_LONG_SIDE
from cpims_scan.pipeline import tasks
from cpims_scan.pipeline.page_answers import answer_page
from cpims_scan.pipeline.placing import Placing, blank_picture, placed, placing_of
from cpims_scan.store.tables import TaskRow
from cpims_scan.web import phrases
from cpims_scan.web.auth import Visit, Worker, language_of, place_of
from cpims_scan.web.language import Language
from cpims_scan.web.pages import to_next
from cpims_scan.web.render import page
from cpims_scan.web.views import page_url

router = APIRouter(prefix="/tasks/{task_id}/place")

SEE_OTHER = 303
UNPROCESSABLE = 422
POINTS = 4


@dataclass(frozen=True, slots=True)
class PointView:
    """One point: its name, where it stands on the blank (mm) and on the page (pixels)."""

    number: int
    name: str
    at_mm: tuple[float, float]
    at_px: tuple[int, int]


@router.get("")
def show_place(request: Request, visit: Worker, task_id: str) -> Response:
    """The page and its blank side by side, with the four points to be laid on the page."""
    task = tasks.take_task(place_of(request), visit.person, task_id)
    try:
        seen = placing_of(place_of(request), task, _chosen(request.query_params.get("page", "")))
    except InputError:
        return RedirectResponse(f"/tasks/{task_id}", SEE_OTHER)
    return _show(request, task, seen, _first_guess(seen))


@router.post("")
def place_page(request: Request, visit: Worker, task_id: str) -> Response:
    """Keep the four points; the page is read again with them."""
    place = place_of(request)
    task = tasks.take_task(place, visit.person, task_id)
    seen = placing_of(place, task, _chosen(visit.text("page")))
    points = _first_guess(seen)
    try:
        points = _points(visit, seen)
        answer_page(place, visit.person, task_id, placed(seen, points))
    except (InputError, WrongUseError) as error:
        return _show(request, task, seen, points, str(error))
    return to_next(request, visit, None, "/?nothing")


@router.get("/blank")
def show_blank(request: Request, visit: Worker, task_id: str) -> Response:
    """The blank page as a picture."""
    place = place_of(request)
    task = tasks.take_task(place, visit.person, task_id)
    seen = placing_of(place, task, _chosen(request.query_params.get("page", "")))
    return Response(blank_picture(seen.blank, PAGE_LONG_SIDE), media_type="image/jpeg")


def _show(
    request: Request, task: TaskRow, seen: Placing, points: Points, problem: str = ""
) -> Response:
    language = language_of(request)
    form = seen.edition.form
    value = f"{form.name}|{seen.edition.name}|{seen.blank.number}"
    request.state.back = f"/tasks/{task.id}"
    return page(
        request,
        "place.html",
        UNPROCESSABLE if problem else 200,
        task=task,
        value=value,
        title=f"{language.of(form.title)}, {seen.edition.name}",
        number=seen.blank.number,
        size_px=seen.size_px,
        size_mm=seen.blank.size_mm,
        points=_views(seen, points, language),
        picture=page_url(seen.content),
        message=language.text(problem),
    )


def _views(seen: Placing, points: Points, language: Language) -> list[PointView]:
    return [
        PointView(
            number,
            language.text(name),
            (round(float(mm[0]), 2), round(float(mm[1]), 2)),
            (round(float(px[0])), round(float(px[1]))),
        )
        for number, (name, mm, px) in enumerate(
            zip(phrases.CORNERS, seen.targets_mm, points, strict=True), start=1
        )
    ]


def _first_guess(seen: Placing) -> Points:
    """Where the points would lie if the sheet filled the picture, upright."""
    scale = np.array(seen.size_px) / np.array(seen.blank.size_mm)
    return np.asarray(np.rint(seen.targets_mm * scale))


def _points(visit: Visit, seen: Placing) -> Points:
    """
    The four points as they were posted.

    Raises:
        InputError: One is missing, or lies outside the picture.
    """
    texts = [[visit.text(f"{axis}{n}") for axis in "xy"] for n in range(1, POINTS + 1)]
    if not all(text.isdigit() for pair in texts for text in pair):
        raise InputError(phrases.PLACE_ALL)
    points = np.array(texts, dtype=np.float64)
    if (points >= np.array(seen.size_px)).any():
        raise InputError(phrases.PLACE_ALL)
    return points


def _chosen(value: str) -> tuple[str, str, int] | None:
    """Form, edition and page of a form page's name; None when it names none."""
    parts = value.rsplit("|", 2)
    if len(parts) != 3 or not parts[2].isdigit():
        return None
    return parts[0], parts[1], int(parts[2])
