"""What an error looks like: one page, one sentence, the right status; never a traceback."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.errors import CpimsScanError, StoreError
from cpims_scan.pipeline.desk import NotFinishedError
from cpims_scan.store.records import StaleRecordError
from cpims_scan.web import auth, phrases
from cpims_scan.web.language import Language
from cpims_scan.web.render import page

SEE_OTHER = 303
UNAUTHORISED = 401
NOT_FOUND = 404
STATUS: tuple[tuple[type[CpimsScanError], int], ...] = (
    (auth.TokenError, 403),
    (auth.NotHereError, NOT_FOUND),
    (auth.TooLargeError, 413),
    (StaleRecordError, 409),
    (NotFinishedError, 409),
    (StoreError, NOT_FOUND),
)
OTHERWISE = 422
UNAVAILABLE = 503


def register(app: FastAPI) -> None:
    """Let the application answer errors with pages."""
    app.add_exception_handler(auth.SignInNeededError, _send_to_door)
    app.add_exception_handler(CpimsScanError, _show_error)
    app.add_exception_handler(HTTPException, _show_status)


def _show_error(request: Request, error: Exception) -> Response:
    """The error's own sentence, in the person's language where the catalog has it."""
    return _failure(request, str(error), status_of(cast(CpimsScanError, error)))


def status_of(error: CpimsScanError) -> int:
    """
    The HTTP status of an error.

    What is not there and what is not yours are both 404: nobody learns what other offices have.
    """
    if isinstance(error, StoreError) and error.__cause__ is not None:
        return UNAVAILABLE  # the database itself failed, nothing was looked up in vain
    return next((status for kind, status in STATUS if isinstance(error, kind)), OTHERWISE)


def _show_status(request: Request, error: Exception) -> Response:
    status = cast(HTTPException, error).status_code
    return _failure(
        request, phrases.NO_SUCH_PAGE if status == NOT_FOUND else phrases.NOT_SO, status
    )


def _send_to_door(request: Request, error: Exception) -> Response:
    """To the sign-in page, and back here afterwards; htmx is told to take the whole page there."""
    must_change = getattr(request.state, "must_change", False)
    back = request.url.path if request.method == "GET" else "/"
    door = "/password" if must_change else f"/sign-in?next={quote(back, safe='')}"
    if request.url.path.startswith("/pictures/"):
        return Response(status_code=UNAUTHORISED)
    if "hx-request" in request.headers:
        return Response(status_code=UNAUTHORISED, headers={"HX-Redirect": door})
    return RedirectResponse(door, SEE_OTHER)


def _failure(request: Request, message: str, status: int) -> Response:
    languages: dict[str, Language] = request.app.state.languages
    if not hasattr(request.state, "language"):
        wanted = request.cookies.get(auth.LANGUAGE_COOKIE, "en")
        request.state.language = languages.get(wanted, languages["en"])
    text = request.state.language.text
    request.state.back = "/"
    return page(
        request,
        "message.html",
        status,
        heading=text(phrases.HEADINGS.get(status, phrases.NOT_DONE)),
        message=text(message),
    )
