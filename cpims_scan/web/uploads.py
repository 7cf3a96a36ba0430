"""Pages sent by county offices (S3): looked at from outside only; a worker opens them later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError
from cpims_scan.pipeline.inbox import LARGEST_BYTES, Sent, put
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.scope import EVERYWHERE
from cpims_scan.web import phrases
from cpims_scan.web.auth import Visit, Worker, language_of, note, place_of, require
from cpims_scan.web.language import NAIROBI
from cpims_scan.web.render import UPLOADERS, page

router = APIRouter(prefix="/upload")

UNPROCESSABLE = 422
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
OFFICE = re.compile(r"[A-Za-z0-9._/-]{1,20}")
MOST_SHEETS = 5000
# First bytes of what the intake opens: PDF, JPEG, PNG, TIFF of either byte order.
MAGIC = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
# The PDF mark may stand anywhere in the first kilobyte (ISO 32000-1, annex H.3, note 13).
HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of the receipt; `problem` is empty for a file that was taken."""

    name: str
    size: str
    problem: str


@router.get("")
def show_upload(request: Request, visit: Worker) -> Response:
    """The form: files, month, and the office that the person's role fixes."""
    require(visit, *UPLOADERS)
    return _form(request, visit, "")


@router.post("")
def take_upload(request: Request, visit: Worker) -> Response:
    """Keep what can be pages for the workers, and say of every file what became of it."""
    require(visit, *UPLOADERS)
    place = place_of(request)
    try:
        context = _context(visit)
    except InputError as error:
        return _form(request, visit, str(error))
    lines, sent = _sorted(visit.files("files"), request)
    if not lines:
        return _form(request, visit, phrases.NO_FILES)
    batch = put(place, sent, None, context, visit.person.name) if sent else ""
    if batch:
        note(request, visit.person, ("upload", "batch", batch))
    return page(request, "receipt.html", here="upload", lines=lines, taken=len(sent), batch=batch)


def _sorted(files: list[UploadFile], request: Request) -> tuple[list[FileLine], list[Sent]]:
    """A receipt line for every file, and the files that a worker will find readable."""
    text = language_of(request).text
    lines, sent = [], []
    for file in files:
        problem = _problem(file)
        lines.append(FileLine(escape_name(file.filename or ""), _size(file), text(problem)))
        if not problem:
            sent.append(Sent(file.filename or "", file.file))
    return lines, sent


def _problem(file: UploadFile) -> str:
    head = file.file.read(HEAD_BYTES)
    file.file.seek(0)
    if not head:
        return phrases.EMPTY_FILE
    if (file.size or 0) > LARGEST_BYTES:
        return phrases.LARGE_FILE
    is_known = head.startswith(MAGIC) or MAGIC[0] in head
    return "" if is_known else phrases.NOT_PAGES


def _size(file: UploadFile) -> str:
    kilobytes = (file.size or 0) / 1024
    return f"{kilobytes:.0f} kB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


def _context(visit: Visit) -> BatchContext:
    """
    What the form says about the stack, within this person's offices.

    Raises:
        InputError: A month, an office or a number cannot be one; a catalog's sentence.
    """
    month, office, sheets = visit.text("month"), visit.text("office"), visit.text("sheets")
    if not MONTH.fullmatch(month):
        raise InputError(phrases.NOT_A_MONTH)
    if not OFFICE.fullmatch(office) or not visit.person.scope.allows(office):
        raise InputError(phrases.NOT_YOUR_OFFICE)
    if sheets and not (sheets.isdigit() and 0 < int(sheets) <= MOST_SHEETS):
        raise InputError(phrases.NOT_A_COUNT)
    return BatchContext(office, month, None, int(sheets) if sheets else None)


def _form(request: Request, visit: Visit, problem: str) -> Response:
    codes = [code for code in visit.person.scope.offices if EVERYWHERE not in code]
    is_fixed = len(codes) == len(visit.person.scope.offices)
    now = place_of(request).now().astimezone(NAIROBI)
    request.state.back = "/upload"
    return page(
        request,
        "upload.html",
        UNPROCESSABLE if problem else 200,
        here="upload",
        message=language_of(request).text(problem),
        month=visit.text("month") or f"{now:%Y-%m}",
        offices=[(code, code) for code in codes] if is_fixed else [],
    )
