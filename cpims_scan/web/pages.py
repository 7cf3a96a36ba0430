"""The rooms around the work: home with its queues, batches and their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.domain.paper import Quality
from cpims_scan.pipeline import tasks
from cpims_scan.pipeline.coach import Told
from cpims_scan.pipeline.coached import BatchAdvice, advise_batch
from cpims_scan.store.arrivals import arrivals_of
from cpims_scan.store.batches import accounting, find_batch, list_batches
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import ArrivalRow, BatchRow
from cpims_scan.web import phrases
from cpims_scan.web.auth import NotHereError, Visit, Worker, language_of, place_of
from cpims_scan.web.language import Language
from cpims_scan.web.render import page

router = APIRouter()

SEE_OTHER = 303
# Advice that a page's state and reason say already on its tile.
BESIDE = frozenset({"blank_back", "same_twice", "unreadable"})


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue on the home page."""

    kind: str
    name: str
    about: str
    number: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with its sum: `pages_in` is the sum of `pages`."""

    name: str
    office: str
    month: str
    pages_in: int
    pages: dict[str, int]
    expected: str
    missing: str
    records: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PageTile:
    """One page that came in, on the strip of its file."""

    number: int
    state: str
    letter: str
    words: str
    why: str
    told: tuple[str, ...] = ()
    file: str = ""  # where the strip is of several files


@router.get("/")
def home(request: Request, visit: Worker) -> Response:
    """Counts of what is open for this person, and Next (S2)."""
    counts = tasks.open_counts(place_of(request), visit.person)
    return page(
        request,
        "home.html",
        here="home",
        queues=list(_queues(counts, language_of(request))),
        total=sum(counts.values()),
        nothing="nothing" in request.query_params,
        finished="finished" in request.query_params,
    )


@router.post("/next")
def next_question(request: Request, visit: Worker) -> Response:
    """Take the next question, of one queue or of all, and go to it."""
    kind = visit.text("kind")
    kinds = (TaskKind(kind),) if kind in phrases.QUEUES else None
    return to_next(request, visit, kinds, "/?nothing")


@router.get("/batches")
def batches(request: Request, visit: Worker) -> Response:
    """All batches of this person's offices, newest first, with their sums (S4)."""
    with place_of(request).db.read() as session:
        rows = list_batches(session, visit.person.scope)
        views = [_batch_view(row, accounting(session, row), language_of(request)) for row in rows]
    return page(
        request, "batches.html", here="batches", batches=views[::-1], states=_states(request)
    )


@router.get("/batches/{name}")
def batch(request: Request, visit: Worker, name: str) -> Response:
    """One batch: its sum and the strip of every file's pages (S4)."""
    with place_of(request).db.read() as session:
        row = find_batch(session, name)
        if row is None or not visit.person.scope.allows(row.office):
            raise NotHereError("There is no such batch in your offices.")
        view = _batch_view(row, accounting(session, row), language_of(request))
        arrivals = arrivals_of(session, row.id)
        advice = advise_batch(session, row, place_of(request).catalog)
    language = language_of(request)
    files = list(_strips(arrivals, advice, language))
    return page(
        request,
        "batch.html",
        here="batches",
        batch=view,
        files=files,
        states=_states(request),
        again=len(advice.again),
        gaps=list(_gaps(advice, language)),
    )


def to_next(
    request: Request, visit: Visit, kinds: tuple[TaskKind, ...] | None, otherwise: str
) -> Response:
    """Lease the next question and send the person there; `otherwise` when nothing is open."""
    task = tasks.next_task(place_of(request), visit.person, kinds)
    path = otherwise if task is None else f"/tasks/{task.id}"
    return RedirectResponse(path, SEE_OTHER)


def _queues(counts: dict[str, int], language: Language) -> Iterator[QueueView]:
    for kind, (name, about) in phrases.QUEUES.items():
        yield QueueView(kind, language.text(name), language.text(about), counts.get(kind, 0))


def _states(request: Request) -> list[tuple[str, str]]:
    text = language_of(request).text
    return [(state, text(words)) for state, (_, words) in phrases.PAGE_STATES.items()]


def _batch_view(row: BatchRow, account: dict[str, Any], language: Language) -> BatchView:
    pages: dict[str, int] = dict(account["pages"])
    missing, expected = account["sheets"]["missing"], account["sheets"]["expected"]
    records = [(phrases.RECORD_STATES[state], n) for state, n in account["records"].items() if n]
    return BatchView(
        name=row.name,
        office=row.office or "",
        month=row.month or "",
        pages_in=pages.pop("in"),
        pages=pages,
        expected="" if expected is None else str(expected),
        missing="" if missing is None else str(missing),
        records=tuple((language.text(words), number) for words, number in records),
    )


def _gaps(advice: BatchAdvice, language: Language) -> Iterator[tuple[str, str]]:
    """Pages that lack a neighbour, with the number of the page that is missing, in words."""
    for told in advice.told.values():
        for note in told.notes:
            if note.advice == "missing_page":
                where = f"{told.page.file}, {language.text(phrases.PAGE)} {told.page.number}"
                yield where, note.text(told.page.quality, language.code)


def _strips(
    arrivals: list[ArrivalRow], advice: BatchAdvice, language: Language
) -> Iterator[tuple[str, list[PageTile]]]:
    """The tiles of every file with its name; files of one page that follow each other together."""
    deliveries = [list(group) for _, group in groupby(arrivals, key=lambda a: a.delivery)]
    for is_single, some in groupby(deliveries, key=lambda found: len(found) == 1):
        files = [sorted(found, key=lambda a: a.number) for found in some]
        tiled = [[_tile(a, advice.told.get(a.id), language) for a in file] for file in files]
        if is_single and len(files) > 1:
            names = [file[0].file_name for file in files]
            tiles = (replace(t[0], file=n) for t, n in zip(tiled, names, strict=True))
            yield "", list(tiles)
        else:
            yield from ((file[0].file_name, t) for file, t in zip(files, tiled, strict=True))


def _tile(arrival: ArrivalRow, told: Told | None, language: Language) -> PageTile:
    letter, words = phrases.PAGE_STATES[arrival.state]
    why = phrases.PAGE_REASONS.get(arrival.reason or "", "")
    return PageTile(
        number=arrival.number,
        state=arrival.state,
        letter=letter,
        words=language.text(words),
        why=arrival.error or language.text(why),
        told=tuple(_said_beside(told, language)),
    )


def _said_beside(told: Told | None, language: Language) -> Iterator[str]:
    """What the coach says of a page that its state and reason do not say yet."""
    for note in told.said if told else ():
        if note.advice not in BESIDE:
            yield note.text(told.page.quality if told else Quality(), language.code)
