"""In and out: sign-in, sign-out, one's own password, the language, the keys."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.errors import WrongUseError
from cpims_scan.store.audit import Event, append
from cpims_scan.store.passwords import Passwords
from cpims_scan.store.people import set_language, set_password
from cpims_scan.store.sessions import SignIn, sign_in, sign_out
from cpims_scan.web import auth
from cpims_scan.web.auth import Visit, language_of, place_of, set_cookie
from cpims_scan.web.language import clock
from cpims_scan.web.phrases import HELP_KEYS, N_
from cpims_scan.web.render import page

router = APIRouter()

SEE_OTHER = 303
UNPROCESSABLE = 422
WRONG = N_("The name or the password is not right. Try again.")
LOCKED = N_("Too many tries. This name can sign in again at")
OLD_IS_WRONG = N_("The password that you were given is not right. Try again.")
OTHER_NEEDED = N_("The new password is the old one. Choose another.")

Public = Depends(auth.public)
Anyone = Annotated[Visit | None, Depends(auth.anyone)]
SignedIn = Annotated[Visit, Depends(auth.visited)]


@router.get("/sign-in", dependencies=[Public])
def show_sign_in(request: Request) -> Response:
    """The sign-in page (S1)."""
    return _sign_in_page(request, "", safe_path(request.query_params.get("next", "")))


@router.post("/sign-in")
async def do_sign_in(request: Request) -> Response:
    """Check a name and a password; the answer to a wrong one tells nothing."""
    await auth.public(request)
    form = await request.form()
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    path = safe_path(str(form.get("next", "")))
    outcome = await run_in_threadpool(_sign_in, request, name, password)
    if outcome.person is None:
        return _sign_in_page(request, _refusal(request, outcome), path, UNPROCESSABLE)
    response = RedirectResponse(path, SEE_OTHER)
    set_cookie(response, auth.SESSION_COOKIE, outcome.token)
    response.delete_cookie(auth.FORM_COOKIE, secure=True, httponly=True, samesite="strict")
    return response


@router.post("/sign-out")
def do_sign_out(request: Request, visit: SignedIn) -> Response:
    """End the session and let the browser forget what it saw."""
    place = place_of(request)
    with place.db.begin() as session:
        sign_out(session, request.cookies[auth.SESSION_COOKIE], place.now())
    response = RedirectResponse("/sign-in", SEE_OTHER)
    response.delete_cookie(auth.SESSION_COOKIE, secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    auth.note(request, visit.person, ("sign_out", "user", visit.person.name))
    return response


@router.get("/password")
def show_password(request: Request, visit: SignedIn) -> Response:
    """The page where a person replaces the password they were given."""
    return page(request, "password.html")


@router.post("/password")
def change_password(request: Request, visit: SignedIn) -> Response:
    """Take a new password; all sessions end, and a new one opens here."""
    place, person = place_of(request), visit.person
    old, new = str(visit.form.get("old", "")), str(visit.form.get("new", ""))
    problem = OTHER_NEEDED if old == new else ""
    if not problem and sign_in(place.db, person.name, old, place.now(), Passwords()).person is None:
        problem = OLD_IS_WRONG
    if not problem:
        try:
            with place.db.begin() as session:
                set_password(session, person.name, new, place.now(), Passwords())
                append(
                    session, Event(person.name, "password.change", "user", person.name), place.now()
                )
        except WrongUseError as error:
            problem = str(error)
    if problem:
        message = language_of(request).text(problem)
        return page(request, "password.html", UNPROCESSABLE, message=message)
    response = RedirectResponse("/", SEE_OTHER)
    fresh = sign_in(place.db, person.name, new, place.now(), Passwords())
    set_cookie(response, auth.SESSION_COOKIE, fresh.token)
    return response


@router.post("/language")
async def change_language(request: Request, visit: Anyone) -> Response:
    """Switch the desk between English and Swahili, and remember it for the person."""
    form = await request.form()
    code = str(form.get("language", ""))
    code = code if code in request.app.state.languages else "en"
    if visit is not None:
        await run_in_threadpool(_keep_language, request, visit, code)
    response = RedirectResponse(safe_path(str(form.get("back", ""))), SEE_OTHER)
    set_cookie(response, auth.LANGUAGE_COOKIE, code, auth.YEAR_SECONDS)
    return response


@router.get("/help")
def show_help(request: Request, visit: SignedIn) -> Response:
    """Every key, and the switch that turns single keys off (WCAG 2.1.4)."""
    text = language_of(request).text
    return page(request, "help.html", keys=[(key, text(words)) for key, words in HELP_KEYS])


@router.post("/keys")
def switch_keys(request: Request, visit: SignedIn) -> Response:
    """Turn single-letter keys on or off in this browser."""
    response = RedirectResponse("/help", SEE_OTHER)
    state = "off" if visit.text("keys") == "off" else "on"
    set_cookie(response, "keys", state, auth.YEAR_SECONDS)
    return response


@router.post("/stay")
def stay(visit: SignedIn) -> Response:
    """Keep the session alive: asking was enough."""
    return Response(status_code=204)


def safe_path(path: str) -> str:
    """A path of this desk, or its home: nobody is sent to another site after signing in."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return quote(path, safe="/?&=%-._~") if is_own else "/"


def _sign_in(request: Request, name: str, password: str) -> SignIn:
    place = place_of(request)
    outcome = sign_in(place.db, name, password, place.now(), Passwords())
    with place.db.begin() as session:
        # A refused name is not written down: people type their passwords there.
        who = outcome.person.name if outcome.person else "nobody"
        action = "sign_in" if outcome.person else "sign_in.refused"
        append(session, Event(who, action, "user", who), place.now())
    return outcome


def _refusal(request: Request, outcome: SignIn) -> str:
    text = language_of(request).text
    if outcome.locked_until is None:
        return text(WRONG)
    return f"{text(LOCKED)} {clock(outcome.locked_until)}."


def _keep_language(request: Request, visit: Visit, code: str) -> None:
    with place_of(request).db.begin() as session:
        set_language(session, visit.person.name, code)


def _sign_in_page(request: Request, message: str, path: str, status: int = 200) -> Response:
    request.state.back = "/sign-in"
    response = page(request, "sign_in.html", status, message=message, next=path)
    set_cookie(response, auth.FORM_COOKIE, request.state.csrf)
    return response
