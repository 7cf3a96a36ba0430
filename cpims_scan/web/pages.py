"""The rooms around the work: home with its queues, batches and their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.pipeline import desk
from cpims_scan.store.states import ArrivalState, Role
from cpims_scan.web import phrases
from cpims_scan.web.auth import Visit, Worker, language_of, place_of
from cpims_scan.web.language import Language
from cpims_scan.web.render import page

router = APIRouter()

SEE_OTHER = 303
UPLOADERS = (Role.COUNTY_OFFICE, Role.DATA_OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue on the home page."""

    kind: str
    name: str
    about: str
    number: int


@router.get("/")
def home(request: Request, visit: Worker) -> Response:
    """Counts of what is open for this person, and Next (S2)."""
    counts = desk.open_counts(place_of(request), visit.person)
    queues = list(_queues(counts, language_of(request)))
    return page(
        request,
        "home.html",
        here="home",
        queues=queues,
        total=sum(counts.values()),
        nothing="nothing" in request.query_params,
        finished="finished" in request.query_params,
        can_upload=may_upload(visit),
    )


@router.post("/next")
def next_question(request: Request, visit: Worker) -> Response:
    """Take the next question, of one queue or of all, and go to it."""
    kind = visit.text("kind")
    kinds = (kind,) if kind in phrases.QUEUES else None
    return to_next(request, visit, kinds, "/?nothing")
