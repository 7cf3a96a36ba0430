"""What the desk says about pictures: the scanner's last pages (S16), what to scan again (S4)."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cpims_scan.imaging.coaching.advice import advice_text, quality_text
from cpims_scan.pipeline.coached import advise_batch, is_lost
from cpims_scan.pipeline.scanner import ScannedPage, find_dirt, last_pages
from cpims_scan.store.batches import find_batch
from cpims_scan.web import phrases
from cpims_scan.web.auth import NotHereError, Worker, language_of, place_of
from cpims_scan.web.language import Language, moment
from cpims_scan.web.render import page

router = APIRouter()


@dataclass(frozen=True, slots=True)
class PictureLine:
    """One of the last pages, in words."""

    file: str
    number: int
    batch: str
    read_at: str
    dpi: str
    skew: str
    contrast: str
    streak: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgainLine:
    """One page to scan again: where it lies in the stack, and why; no names."""

    file: str
    number: int
    why: tuple[str, ...]
    is_lost: bool


@router.get("/scanner")
def scanner(request: Request, visit: Worker) -> Response:
    """The last pages: resolution, skew, contrast, streaks, and what to do about them (S16)."""
    language = language_of(request)
    with place_of(request).db.read() as session:
        pages = last_pages(session, visit.person.scope)
    dirt = [
        (
            advice_text(
                "streak_across" if found.is_across else "streak",
                language.code,
                mm=f"{found.at_mm:.0f}",
            ),
            found.pages,
        )
        for found in find_dirt(pages)
    ]
    lines = [_line(one, language) for one in pages]
    advised = sum(1 for line in lines if line.advice)
    return page(request, "scanner.html", here="scanner", lines=lines, dirt=dirt, advised=advised)


@router.get("/batches/{name}/rescan")
def rescan(request: Request, visit: Worker, name: str) -> Response:
    """The slip of one batch: what to look for in the stack and scan again; to be printed."""
    place, language = place_of(request), language_of(request)
    with place.db.read() as session:
        batch = find_batch(session, name)
        if batch is None or not visit.person.scope.allows(batch.office):
            raise NotHereError("There is no such batch in your offices.")
        advice = advise_batch(session, batch, place.catalog)
        office, month = batch.office or "", batch.month or ""
    lines = [
        AgainLine(
            told.page.file, told.page.number, tuple(told.sentences(language.code)), is_lost(told)
        )
        for told in advice.again
    ]
    return page(
        request,
        "rescan.html",
        here="batches",
        name=name,
        office=office,
        month=month,
        printed_at=moment(place.now()),
        parts=[
            (language.text(phrases.LOST), [line for line in lines if line.is_lost]),
            (language.text(phrases.POOR), [line for line in lines if not line.is_lost]),
        ],
        missing=advice.missing,
    )


def _line(one: ScannedPage, language: Language) -> PictureLine:
    streak = one.quality.streak
    where = phrases.ACROSS if streak and streak.is_across else phrases.DOWN
    told = [name for name in one.quality.advice if name != "blank_back"]
    return PictureLine(
        one.file,
        one.number,
        one.batch,
        moment(one.read_at),
        str(one.dpi or ""),
        "" if one.skew is None else f"{one.skew:.1f}°",
        f"{one.quality.contrast:.0%}" if one.dpi else "",
        f"{streak.at_mm:.0f} mm {language.text(where)}" if streak else "",
        tuple(quality_text(name, one.quality, language.code) for name in told),
    )
