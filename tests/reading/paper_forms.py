"""Small forms made in memory, and cells as readers hand them over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import CellReading, FieldReading, Settled
from cpims_scan.domain.trust import Thresholds
from cpims_scan.forms.build import build_edition, build_form
from cpims_scan.forms.spec import FormSpec, TemplateSpec
from cpims_scan.forms.template import Edition
from cpims_scan.reading.decode import decode

FILE = Path("form.yaml")


def label(text: str) -> dict[str, str]:
    """A label in English only."""
    return {"en": text}


def edition_of(form: dict[str, Any], template: dict[str, Any]) -> Edition:
    """An edition of a form that exists in this test alone."""
    words = {"form": "trial", "title": label("Trial"), **form}
    made = build_form(FormSpec.model_validate(words), {}, FILE)
    pages = {"edition": "1", "pages": [{"blank": "page-1.png"}], **template}
    return build_edition(made, TemplateSpec.model_validate(pages), FILE, "digest")


def one_field(reader: str = "number", place: dict[str, Any] | None = None, **words: Any) -> Edition:
    """An edition with the single field `answer`."""
    field = {"name": "answer", "type": "integer", "label": label("Answer"), **words}
    where = {"reader": reader, "box": [0, 0, 20, 5], **(place or {})}
    return edition_of({"fields": [field]}, {"places": {"answer": where}})


def choice(kind: str = "select_one", names: str = "low medium high", **words: Any) -> Edition:
    """An edition with the single choice `answer`."""
    options = names.split()
    form = {
        "fields": [{"name": "answer", "type": f"{kind} list", "label": label("A"), **words}],
        "choices": {"list": [{"name": n, "label": label(n)} for n in options]},
    }
    boxes = {n: [10 * i, 0, 10, 5] for i, n in enumerate(options)}
    place = {"reader": "cells", "options": boxes}
    return edition_of(form, {"places": {"answer": place}})


def cell(
    field: str, *seen: tuple[str, float], part: str = "", is_certified: bool = True
) -> CellReading:
    """One cell as a reader saw it."""
    return CellReading(field, part, "number", seen, "", 0.1, is_certified, 0.05)


def marks(field: str = "answer", /, **options: str) -> list[CellReading]:
    """Cells of a choice, each plainly empty, marked or cancelled."""
    return [cell(field, (word, 1.0), part=name) for name, word in options.items()]


def read(
    edition: Edition,
    cells: list[CellReading],
    settled: dict[str, Settled] | None = None,
    context: BatchContext | None = None,
    thresholds: Thresholds | None = None,
) -> dict[str, FieldReading]:
    """Decode with nothing settled, no context and the shipped thresholds, unless given."""
    return decode(cells, edition, settled or {}, context or BatchContext(), thresholds)


def read_one(edition: Edition, *seen: tuple[str, float], **words: Any) -> FieldReading:
    """Decode the single field `answer` from one cell."""
    return read(edition, [cell("answer", *seen, **words)])["answer"]
