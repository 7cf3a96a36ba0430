"""Field review (S6): one question after another, each answer saved at once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.pipeline import desk, tasks
from cpims_scan.pipeline.suggest import suggest
from cpims_scan.pipeline.view import RecordView
from cpims_scan.store.records import StaleRecordError
from cpims_scan.store.settlements import settled_fields
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from cpims_scan.web import held, phrases, questions, views
from cpims_scan.web.answers import answer_of
from cpims_scan.web.auth import NotHereError, Visit, Worker, language_of, note, place_of
from cpims_scan.web.earlier import earlier_record
from cpims_scan.web.fields import field_view
from cpims_scan.web.language import clock
from cpims_scan.web.pages import to_next
from cpims_scan.web.render import page
from cpims_scan.web.views import Look

router = APIRouter(prefix="/tasks/{task_id}")

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422
TRAIL_LENGTH = 20  # steps that Back remembers


@router.get("")
def show(request: Request, visit: Worker, task_id: str) -> Response:
    """A question: a record at its next open field, or a page that no machine could place."""
    task = tasks.take_task(place_of(request), visit.person, task_id)
    if task.sheet is None or task.kind in questions.KINDS:
        return questions.show_question(request, visit, task)
    if task.kind == TaskKind.HELD and "field" not in request.query_params:
        return held.show_held(request, visit, task)
    record = _record(request, visit, task)
    note(request, visit.person, ("record.view", "record", record.sheet))
    wanted = request.query_params.get("field", "")
    return _desk(request, task, record, {"wanted": wanted, "trail": _trail(request)})


@router.post("/settle")
def settle(request: Request, visit: Worker, task_id: str) -> Response:
    """Save the answer to one field and go on to the next open one."""
    task, record = _taken(request, visit, task_id)
    name = visit.text("field")
    if name not in record.fields:
        raise NotHereError("The form has no such field.")
    where = {"wanted": name, "trail": visit.text("trail").split()}
    try:
        answer = answer_of(visit, _look(request, record), name)
        key = (record.sheet, record.index, _version(visit))
        settled = desk.settle(place_of(request), visit.person, key, name, answer)
    except (InputError, WrongUseError) as error:
        where["message"], where["typed"] = str(error), visit.text("value")
        return _desk(request, task, record, where, UNPROCESSABLE)
    except StaleRecordError:
        where["message"], where["typed"] = _conflict(request, record, name), visit.text("value")
        return _desk(request, task, record, where, CONFLICT)
    following = _after(record.open_fields, settled.open_fields, name)
    trail = [*visit.text("trail").split(), name][-TRAIL_LENGTH:]
    return _go_on(request, task, settled, {"wanted": following, "trail": trail})


@router.post("/acknowledge")
def acknowledge(request: Request, visit: Worker, task_id: str) -> Response:
    """Let a warning stand, with the reason that one key gave."""
    task, record = _taken(request, visit, task_id)
    rule, reason = visit.text("rule"), visit.text("reason")
    known = {code for code, _, _ in phrases.WARNING_REASONS}
    severity = {f.rule: f.severity for f in record.findings}
    if severity.get(rule) != "warning" or reason not in known:
        raise NotHereError("There is no such warning here.")
    key = (record.sheet, record.index, record.version)
    settled = desk.acknowledge(place_of(request), visit.person, key, rule, reason)
    return _go_on(request, task, settled, {"trail": visit.text("trail").split()})


@router.post("/undo")
def undo(request: Request, visit: Worker, task_id: str) -> Response:
    """Take back this person's last answer in the record and ask it again."""
    task, record = _taken(request, visit, task_id)
    key = (record.sheet, record.index, record.version)
    restored = desk.undo(place_of(request), visit.person, key)
    opened = [n for n in restored.open_fields if n not in record.open_fields]
    return _go_on(request, task, restored, {"wanted": opened[0] if opened else ""})


@router.post("/finish")
def finish(request: Request, visit: Worker, task_id: str) -> Response:
    """Finish the record, and go to the next one."""
    task, record = _taken(request, visit, task_id)
    try:
        desk.finish(place_of(request), visit.person, task_id)
    except desk.NotFinishedError:
        message = language_of(request).text(phrases.NOT_FINISHED)
        return _desk(request, task, record, {"message": message}, CONFLICT)
    return to_next(request, visit, None, "/?finished")


@router.post("/suggest")
def suggestions(request: Request, visit: Worker, task_id: str) -> Response:
    """Entries of the field's list for the letters typed so far; posted, never in an address."""
    _, record = _taken(request, visit, task_id)
    asked = record.edition.form.fields.get(visit.text("field"))
    if asked is None:
        raise NotHereError("The form has no such field.")
    typed = visit.text("value")
    language = language_of(request)
    found = suggest(place_of(request), asked, typed, language.code) if typed else []
    return page(request, "options.html", suggestions=found)


@router.get("/record")
def whole_record(request: Request, visit: Worker, task_id: str) -> Response:
    """All fields of the record, also those that the machine accepted (S11)."""
    task, record = _taken(request, visit, task_id)
    note(request, visit.person, ("record.view", "record", record.sheet))
    look = Look(place_of(request), record, language_of(request))
    return page(
        request,
        "record.html",
        task=task,
        title=views.record_title(look),
        pages=sorted(record.pages),
        items=[views.item_view(look, name) for name in record.fields],
        standing=views.findings(look),
    )


@router.get("/page/{number}")
def whole_page(request: Request, visit: Worker, task_id: str, number: int) -> Response:
    """A whole page with the field marked; the picture itself is audited where it is made."""
    task, record = _taken(request, visit, task_id)
    content = record.pages.get(number)
    if content is None:
        raise NotHereError("This page has not come in.")
    field = request.query_params.get("field", "")
    field = field if field in record.fields else ""
    look = Look(place_of(request), record, language_of(request))
    return page(
        request,
        "page.html",
        task=task,
        title=views.record_title(look),
        pages=sorted(record.pages),
        shown=number,
        field_name=field,
        picture=views.page_url(content, field),
        at=views.height_of(record, field),
        alt=language_of(request).text(phrases.PAGE_PICTURE),
        back=f"/tasks/{task.id}" + (f"?field={field}" if field else ""),
    )


def _taken(request: Request, visit: Visit, task_id: str) -> tuple[TaskRow, RecordView]:
    task = tasks.take_task(place_of(request), visit.person, task_id)
    return task, _record(request, visit, task)


def _record(request: Request, visit: Visit, task: TaskRow) -> RecordView:
    if task.sheet is None:
        raise NotHereError("This question is not about a record.")
    return desk.record_view(place_of(request), visit.person, task.sheet, task.index or 1)


def _go_on(request: Request, task: TaskRow, record: RecordView, where: dict[str, Any]) -> Response:
    """The next question: a fragment for htmx, else the page by its own address."""
    address = f"/tasks/{task.id}"
    if where.get("wanted"):
        address += f"?field={where['wanted']}"
    if task.kind == TaskKind.HELD:  # one field was looked at again: back to what held it
        address = f"/tasks/{task.id}"
        if "hx-request" in request.headers:
            return Response(headers={"HX-Redirect": address})
    if "hx-request" not in request.headers:
        return RedirectResponse(address, SEE_OTHER)
    response = _desk(request, task, record, where)
    response.headers["HX-Replace-Url"] = address
    return response


def _desk(
    request: Request, task: TaskRow, record: RecordView, where: dict[str, Any], status: int = 200
) -> HTMLResponse:
    look = _look(request, record)
    template = "desk.html" if "hx-request" in request.headers else "review.html"
    values = _question(look, where) | _surroundings(look, where, task.id)
    request.state.back = f"/tasks/{task.id}"
    return page(request, template, status, task=task, record=record, **values)


def _look(request: Request, record: RecordView) -> Look:
    """The record with the one before it in its batch, for "same as before"."""
    place = place_of(request)
    return Look(place, record, language_of(request), earlier_record(place, record))


def _question(look: Look, where: dict[str, Any]) -> dict[str, Any]:
    """What is asked now: the wanted field, the next open one, a finding, or nothing more."""
    record, wanted = look.record, where.get("wanted", "")
    open_findings = [f for f in views.findings(look) if f.is_open]
    found: dict[str, Any] = {"step": "done", "field": None, "finding": None, "typed": ""}
    if wanted in record.fields or record.open_fields:
        name = wanted if wanted in record.fields else record.open_fields[0]
        field = field_view(look, name)
        found |= {"step": "field", "field": field, "typed": where.get("typed") or field.typed}
    elif open_findings:
        found |= {"step": "finding", "finding": open_findings[0]}
    return found


def _surroundings(look: Look, where: dict[str, Any], task_id: str) -> dict[str, Any]:
    text = look.language.text
    items = views.todo(look)
    trail = where.get("trail", [])
    before, after = _beside(look.record.open_fields, where.get("wanted", ""))
    back = f"/tasks/{task_id}?field={trail[-1]}&trail={'+'.join(trail[:-1])}" if trail else ""
    return {
        "title": views.record_title(look),
        "todo": items,
        "left": sum(item.is_open for item in items),
        "settled": sum(not item.is_open for item in items),
        "standing": views.findings(look),
        "trail": " ".join(trail),
        "before": before,
        "after": after,
        "back": back,
        "message": text(where.get("message", "")),
        "missing": [(state, key, text(words)) for state, key, words in phrases.MISSING],
        "warning_reasons": [(c, k, text(words)) for c, k, words in phrases.WARNING_REASONS],
    }


def _after(before: tuple[str, ...], now: tuple[str, ...], name: str) -> str:
    """The open field that follows the one just settled; empty when none is left."""
    place = before.index(name) if name in before else 0
    later = [field for field in before[place + 1 :] if field in now]
    return (later or list(now) or [""])[0]


def _beside(names: tuple[str, ...], name: str) -> tuple[str, str]:
    """The open fields before and after one; of a settled one, none and the first."""
    at = names.index(name) if name in names else -1 if name else 0
    before = names[at - 1] if at > 0 else ""
    return before, names[at + 1] if at + 1 < len(names) else ""


def _trail(request: Request) -> list[str]:
    return request.query_params.get("trail", "").split()[-TRAIL_LENGTH:]


def _version(visit: Visit) -> int:
    sent = visit.text("version")
    return int(sent) if sent.isdigit() else 0


def _conflict(request: Request, record: RecordView, name: str) -> str:
    """Who made what of the field meanwhile; what this person typed stays in the box."""
    place, language = place_of(request), language_of(request)
    item = views.item_view(Look(place, record, language), name)
    with place.db.read() as session:
        last = settled_fields(session, record.sheet, record.index).get(name)
    who = f" ({last.by}, {clock(last.at)})" if last else ""
    return f"{language.text(phrases.CONFLICT)} {item.label}: {item.said}{who}."
