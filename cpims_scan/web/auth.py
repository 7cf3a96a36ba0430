"""Who is at the desk: every page asks here first; every form must carry its token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from cpims_scan.errors import CpimsScanError
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.audit import Event, append
from cpims_scan.store.people import Person
from cpims_scan.store.sessions import SignedIn, find_session
from cpims_scan.store.states import Role
from cpims_scan.web.guard import SAFE_METHODS
from cpims_scan.web.language import Language

# __Host-: set by this host over a secure (or loopback) line, for the whole host, and by no other.
SESSION_COOKIE = "__Host-desk"
FORM_COOKIE = "__Host-form"  # the token of forms that are shown before signing in
LANGUAGE_COOKIE = "language"
YEAR_SECONDS = 31_536_000
# A field form has fewer than 50 parts; an upload at most this many files (its page says so).
MOST_FILES = 200
MOST_PARTS = 400
# Files of one upload together, with room for the parts around them (security.md 5.2.1).
LARGEST_POST = 2 * 1024**3
LARGEST_PLAIN_POST = 256 * 1024
UPLOAD_PATH = "/upload"


class SignInNeededError(CpimsScanError):
    """Nobody is signed in; the answer is the sign-in page."""


class TokenError(CpimsScanError):
    """A form came without this session's token."""


class TooLargeError(CpimsScanError):
    """More was sent than the desk takes at once."""


class NotHereError(CpimsScanError):
    """There is no such page, or this person may not see it: the same answer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """
    One request of a signed-in person.

    Attributes:
        person: Who it is; what they see is decided from their scope alone.
        csrf: What their forms carry.
        form: What they sent, checked for the token; empty for GET.
    """

    person: Person
    csrf: str
    form: FormData

    def text(self, name: str) -> str:
        """One posted value, stripped; empty when it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All posted values of a name."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """All posted files of a name that hold anything."""
        found = self.form.getlist(name)
        return [value for value in found if isinstance(value, UploadFile) and value.filename]


def place_of(request: Request) -> Workplace:
    """The open workspace."""
    place: Workplace = request.app.state.place
    return place


def language_of(request: Request) -> Language:
    """The language of who looks."""
    language: Language = request.state.language
    return language


async def public(request: Request) -> None:
    """Language and token for a page that needs nobody signed in."""
    token = request.cookies.get(FORM_COOKIE, "")
    request.state.csrf = token or secrets.token_urlsafe(32)
    _choose_language(request, "")
    if request.method not in SAFE_METHODS:
        await _checked_form(request, token)


async def visited(request: Request) -> AsyncIterator[Visit]:
    """
    Who asks; the dependency of every page that is not public. Sent files are closed after it.

    Raises:
        SignInNeededError: There is no session, or it ended.
        TokenError: A form came without the session's token.
    """
    visit = await _visit(request)
    try:
        yield visit
    finally:
        await visit.form.close()


async def anyone(request: Request) -> Visit | None:
    """A visit where there is one; else a public page. For what both kinds of people press."""
    try:
        return await _visit(request)
    except SignInNeededError:
        await public(request)
        return None


async def only_settled(visit: Annotated[Visit, Depends(visited)], request: Request) -> Visit:
    """A visit that may work: nobody works with a password that somebody else chose."""
    if visit.person.must_change:
        request.state.must_change = True
        raise SignInNeededError("Choose a password of your own first.")
    return visit


Worker = Annotated[Visit, Depends(only_settled)]


def require(visit: Visit, *roles: Role) -> None:
    """
    Refuse a page to whoever has none of these roles.

    Raises:
        NotHereError: As if the page did not exist.
    """
    if not visit.person.has(*roles):
        raise NotHereError("There is no such page.")


def note(request: Request, person: Person, event: tuple[str, str, str]) -> None:
    """Write into the audit chain that a person did (action, kind of object, its key)."""
    place = place_of(request)
    with place.db.begin() as session:
        append(session, Event(person.name, *event), place.now())


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict"
    )


async def _visit(request: Request) -> Visit:
    _choose_language(request, "")
    known = await run_in_threadpool(_session, request)
    if known is None:
        raise SignInNeededError("Sign in first.")
    _choose_language(request, known.person.language)
    request.state.csrf = known.csrf
    form = FormData()
    if request.method not in SAFE_METHODS:
        form = await _checked_form(request, known.csrf)
    visit = Visit(known.person, known.csrf, form)
    request.state.visit = visit
    return visit


def _session(request: Request) -> SignedIn | None:
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    place = place_of(request)
    with place.db.begin() as session:
        return find_session(session, token, place.now())


def _choose_language(request: Request, preferred: str) -> None:
    languages: dict[str, Language] = request.app.state.languages
    wanted = request.cookies.get(LANGUAGE_COOKIE) or preferred
    request.state.language = languages.get(wanted, languages["en"])


async def _checked_form(request: Request, token: str) -> FormData:
    is_upload = request.url.path == UPLOAD_PATH
    limit = LARGEST_POST if is_upload else LARGEST_PLAIN_POST
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > limit:
        raise TooLargeError("More was sent than the desk takes at once. Send fewer files.")
    form = await request.form(max_files=MOST_FILES if is_upload else 0, max_fields=MOST_PARTS)
    sent = form.get("csrf")
    if not token or not isinstance(sent, str) or not hmac.compare_digest(sent, token):
        await form.close()
        raise TokenError("This form is too old. Go back, load the page again and repeat the step.")
    return form
