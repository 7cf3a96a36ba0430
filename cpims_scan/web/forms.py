"""Forms on the desk: the boxes of a pack over its blank, to be moved, named and typed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.editing.packedit import PackText, added, duplicated, removed, saved
from cpims_scan.forms.preview import LETTERS
from cpims_scan.forms.template import Edition
from cpims_scan.pipeline import formdesk
from cpims_scan.store.audit import Event, append
from cpims_scan.web import formwords
from cpims_scan.web.auth import NotHereError, Visit, Worker, language_of, place_of, require
from cpims_scan.web.formposts import edited_from
from cpims_scan.web.formviews import Chosen, choose, fields_of, shapes_of
from cpims_scan.web.render import FORM_EDITORS, page

router = APIRouter(prefix="/forms")

SEE_OTHER = 303
OK = 200
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition in the list of forms."""

    form: str
    edition: str
    title: str
    pages: int
    fields: int
    note: str  # why its boxes are not shown; "" when they are


@router.get("")
def all_forms(request: Request, visit: Worker) -> Response:
    """Every form and edition that this desk reads, with a way to its boxes."""
    require(visit, *FORM_EDITORS)
    settings = place_of(request).settings
    rows = [
        EditionRow(
            form, name, language_of(request).of(edition.form.title), len(edition.pages),
            len(edition.places), language_of(request).text(_why_not_shown(edition)),
        )
        for (form, name), edition in load_catalog(settings.packs).editions.items()
    ]  # fmt: skip
    can_change = formdesk.may_change(settings)
    return page(request, "forms.html", here="forms", rows=rows, can_change=can_change)


@router.get("/{form}/{edition}/{number}")
def one_page(request: Request, visit: Worker, form: str, edition: str, number: int) -> Response:
    """One page of a form: its boxes over the blank, and the chosen one to be changed."""
    require(visit, *FORM_EDITORS)
    pack = _open(request, form, edition, number)
    return _editor(request, pack, number, request.query_params.get("field", ""))


@router.get("/{form}/{edition}/{number}/picture")
def picture(request: Request, visit: Worker, form: str, edition: str, number: int) -> Response:
    """The blank page itself."""
    require(visit, *FORM_EDITORS)
    pack = _open(request, form, edition, number)
    made = formdesk.page_picture(pack.edition.pages[number - 1])
    return Response(made, media_type="image/jpeg")


@router.post("/{form}/{edition}/{number}")
def change(request: Request, visit: Worker, form: str, edition: str, number: int) -> Response:
    """Save, add, double or remove a box, or take the last change back."""
    require(visit, *FORM_EDITORS)
    place = place_of(request)
    pack = _open(request, form, edition, number)
    field = visit.text("was")
    try:
        field, done = _changed(request, visit, pack, number)
    except TemplateError as error:
        return _editor(request, pack, number, field, str(error))
    details: dict[str, str | int] = {"form": form[:64], "edition": edition[:64], "step": done}
    with place.db.begin() as session:
        event = Event(visit.person.name, "form.change", "form", form, details=details)
        append(session, event, place.now())
    where = f"/forms/{quote(form)}/{quote(edition)}/{number}"
    return RedirectResponse(f"{where}?{urlencode({'field': field, 'done': done})}", SEE_OTHER)


def _changed(
    request: Request, visit: Visit, pack: formdesk.OpenPack, number: int
) -> tuple[str, str]:
    """Do what was asked; gives the field that is chosen next, and what was done."""
    settings = place_of(request).settings
    if visit.text("action") == "undo":
        done = "undone" if formdesk.undo(settings, pack) else "nothing"
        return visit.text("was"), done
    result = _Result(visit.text("was"))
    formdesk.change_pack(
        settings, pack, visit.text("digest"), lambda text: result.made(visit, text, number)
    )
    return result.field, result.done


def _why_not_shown(edition: Edition) -> str:
    if not edition.pages or any(page.is_frame for page in edition.pages):
        return formwords.NO_PICTURE
    is_split = (edition.pages[0].file.parent / "template.yaml").exists()
    return "" if is_split else formwords.ONE_FILE


class _Result:
    """What became of one change: which field is chosen next, and what is said."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.done = "saved"

    def made(self, visit: Visit, text: PackText, number: int) -> PackText:
        """The pack after what the person asked for."""
        action = visit.text("action")
        if action == "add":
            changed, self.field = added(text, number)
            self.done = "added"
        elif action == "double":
            changed, self.field = duplicated(text, self.field)
            self.done = "doubled"
        elif action == "remove":
            changed, self.field, self.done = removed(text, self.field), "", "removed"
        else:
            edited = edited_from(visit, number)
            changed = saved(text, edited)
            table = edited.was.rpartition(".")[0]
            self.field = f"{table}.{edited.name}" if table else edited.name
        return changed


def _open(request: Request, form: str, edition: str, number: int) -> formdesk.OpenPack:
    settings = place_of(request).settings
    if (form, edition) not in load_catalog(settings.packs).editions:
        raise NotHereError("There is no such page.")
    pack = formdesk.open_pack(settings, form, edition)
    request.state.back = f"/forms/{quote(form)}/{quote(edition)}/{number}"
    if not 1 <= number <= len(pack.edition.pages):
        raise NotHereError("There is no such page.")
    return pack


def _editor(
    request: Request, pack: formdesk.OpenPack, number: int, field: str, message: str = ""
) -> Response:
    settings, language = place_of(request).settings, language_of(request)
    chosen: Chosen | None = choose(pack, number, field)
    done = request.query_params.get("done", "")
    return page(
        request,
        "form_boxes.html",
        UNPROCESSABLE if message else OK,
        message=language.text(message),
        here="forms",
        pack=pack,
        number=number,
        fields=fields_of(pack, number, language),
        shapes=shapes_of(pack, number, chosen),
        chosen=chosen,
        types=[(key, language.text(words)) for key, words in formwords.FIELD_TYPES.items()],
        readers=[(key, language.text(words)) for key, words in formwords.READERS.items()],
        alphabets=[(key, language.text(words)) for key, words in formwords.ALPHABETS.items()],
        said=language.text(formwords.CHANGES.get(done, "")),
        letters=LETTERS,
        faults=formdesk.faults(pack),
        can_change=formdesk.may_change(settings),
        can_undo=formdesk.can_undo(settings, pack),
    )
