"""Pictures: one field's crop, one whole page. Who may see them is decided below, in one place."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cpims_scan.imaging.crops import PAGE_LONG_SIDE
from cpims_scan.pipeline.pictures import crop, page_picture
from cpims_scan.web.auth import NotHereError, Worker, place_of
from cpims_scan.web.views import THUMB_SIDE

router = APIRouter(prefix="/pictures")

JPEG = "image/jpeg"
CONTENT = re.compile(r"[0-9a-f]{64}")


@router.get("/crops/{content}/{number}")
def one_crop(request: Request, visit: Worker, content: str, number: int) -> Response:
    """The picture of one field, cut when the page was read."""
    _check(content)
    return Response(crop(place_of(request), visit.person, content, number), media_type=JPEG)


@router.get("/pages/{content}")
def one_page(request: Request, visit: Worker, content: str) -> Response:
    """A whole page, upright, with a field marked; large, or small to show where the field is."""
    _check(content)
    field = request.query_params.get("field") or None
    side = THUMB_SIDE if "side" in request.query_params else PAGE_LONG_SIDE
    picture = page_picture(place_of(request), visit.person, content, field, side)
    return Response(picture, media_type=JPEG)


def _check(content: str) -> None:
    if not CONTENT.fullmatch(content):
        raise NotHereError("There is no such page in your offices. Go back to the queue.")
