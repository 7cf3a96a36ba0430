"""Pages from templates: one environment, escaped always, in the language of who looks."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cpims_scan.store.states import Role
from cpims_scan.web.language import NAMES, Language

# Who is offered the upload page; `uploads` refuses the others.
UPLOADERS = (Role.COUNTY_OFFICE, Role.DATA_OFFICER, Role.SUPERVISOR)
# Who may look at forms and change the boxes of the office's own packs.
FORM_EDITORS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TEMPLATES = FOLDER / "templates"


def environment() -> Environment:
    """The templates, with i18n tags; a name that nobody passed is an error, never a blank."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals["static"] = static_url
    return made


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template for a request; the visit, language and token are always there."""
    language: Language = request.state.language
    templates: Environment = request.app.state.templates
    visit = getattr(request.state, "visit", None)
    known = {
        "language": language,
        "languages": NAMES,
        "visit": visit,
        "csrf": getattr(request.state, "csrf", ""),
        "path": _path(request),
        "single_keys": request.cookies.get("keys") != "off",
        "idle_seconds": request.app.state.idle_seconds,
        "here": "",
        "can_upload": visit is not None and visit.person.has(*UPLOADERS),
        "can_edit_forms": visit is not None and visit.person.has(*FORM_EDITORS),
        "message": "",
        "suggestions": [],
        **values,
    }
    text = templates.overlay()
    text.install_gettext_callables(  # type: ignore[attr-defined]
        language.catalog.gettext, language.catalog.ngettext, newstyle=True
    )
    return HTMLResponse(text.get_template(template).render(known), status_code=status)


@cache
def static_url(name: str) -> str:
    """Address of a static file; it changes with the file, so that a browser may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def _path(request: Request) -> str:
    """Where a change of language leads back to: only a page that was asked for by GET."""
    if request.method != "GET":
        return str(getattr(request.state, "back", "/"))
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query
