"""What stands between any browser and any page: headers, origin, the last net for errors."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# No inline script or style anywhere; htmx and the suggestions fetch from here alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NO_STORE = "no-store"
# Script and style hold no child's data; a day spares a slow line without outliving an update.
STATIC_AGE = "private, max-age=86400"
SECONDS_OF_HSTS = 31_536_000


class Guard:
    """
    ASGI middleware around the whole desk.

    Refuses unsafe requests from another origin, sets the headers on every answer, and turns an
    unforeseen error into a page with a number: a traceback may hold a child's name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        if _is_foreign(scope):
            await _refused(scope, receive, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return  # whoever asked has gone to another page
        except Exception as error:  # the one boundary of the web process, see the class
            number = secrets.token_hex(4)
            log.error(
                "request failed", extra={"error_id": number, "error": type(error).__qualname__}
            )
            if not answer.has_started:
                await _failed(scope, receive, answer, number)


class _Answer:
    """The way back, with the headers added to whatever is sent."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._is_static = scope["path"].startswith("/static/")
        self._is_encrypted = scope["scheme"] == "https"
        self.has_started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Cache-Control"] = STATIC_AGE if self._is_static else NO_STORE
            if self._is_encrypted:
                headers["Strict-Transport-Security"] = f"max-age={SECONDS_OF_HSTS}"
        await self._send(message)


def _is_foreign(scope: Scope) -> bool:
    """True for a request that changes something and does not come from a page of this desk."""
    if scope["method"] in SAFE_METHODS:
        return False
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    # Under no-referrer a browser writes "Origin: null" on its own forms; Sec-Fetch-Site, which
    # no page can forge, then says where the form came from.
    if origin not in (None, "null"):
        own = f"{scope['scheme']}://{headers.get('host', '')}"
        if urlsplit(origin)[:2] != urlsplit(own)[:2]:
            return True
    if site is not None:
        return site != "same-origin"
    return origin in (None, "null")


async def _refused(scope: Scope, receive: Receive, send: _Answer) -> None:
    text = (
        "This request came from another page. Open the desk itself and try again.\n"
        "Ombi hili limetoka ukurasa mwingine. Fungua dawati lenyewe ujaribu tena."
    )
    await PlainTextResponse(text, status_code=403)(scope, receive, send)


async def _failed(scope: Scope, receive: Receive, send: _Answer, number: str) -> None:
    text = (
        f"Something went wrong here. Nothing was saved. Tell the administrator: error {number}.\n"
        f"Hitilafu imetokea. Hakuna kilichohifadhiwa. Mwambie msimamizi: hitilafu {number}."
    )
    await PlainTextResponse(text, status_code=500)(scope, receive, send)
