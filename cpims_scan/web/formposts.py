"""What the page of a form's boxes sends, as one edited question; a number that is none is said."""

from __future__ import annotations

import re

from cpims_scan.errors import TemplateError
from cpims_scan.forms.editing.packedit import Edited, Millimetres
from cpims_scan.web.auth import Visit

SIDES = ("left", "top", "width", "height")
ANSWER_NAME = re.compile(r"^[A-Za-z0-9_]+$")


def edited_from(visit: Visit, page: int) -> Edited:
    """
    Take a posted form apart.

    Raises:
        TemplateError: A number, a row or an answer is not written as it must be.
    """
    kind, listed = visit.text("type"), visit.text("list")
    name = visit.text("name")
    if kind.startswith("select_"):
        kind = f"{kind} {listed or name}"
    label = {"en": visit.text("label_en")} | (
        {"sw": visit.text("label_sw")} if visit.text("label_sw") else {}
    )
    return Edited(
        was=visit.text("was"),
        name=name,
        label=label,
        type=kind,
        reader=visit.text("reader"),
        page=page,
        parts=_parts(visit),
        comb=_whole(visit.text("comb")),
        alphabet=visit.text("alphabet") or "digits",
        format=visit.text("format") or None,
        choices=_choices(visit) if kind.startswith("select_") else None,
        rows=_rows(visit.text("rows")),
    )


def _parts(visit: Visit) -> dict[str, Millimetres]:
    columns = [visit.texts(side) for side in SIDES]
    parts = {}
    for part, *sides in zip(visit.texts("part"), *columns, strict=True):
        left, top, width, height = (_millimetres(side) for side in sides)
        parts[part] = (left, top, width, height)
    return parts


def _choices(visit: Visit) -> tuple[tuple[str, str, str], ...] | None:
    """Answers as `name | English | Swahili`, a line each; None when the list is not its own."""
    lines = [line for line in visit.text("choices").splitlines() if line.strip()]
    if not lines:
        return None
    answers = []
    for line in lines:
        name, english, swahili = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
        if not ANSWER_NAME.match(name):
            raise TemplateError("An answer's name has letters, digits and _ only. Correct it.")
        answers.append((name, english or name.replace("_", " ").capitalize(), swahili))
    return tuple(answers)


def _rows(text: str) -> tuple[tuple[float, float], ...]:
    rows = []
    for line in text.splitlines():
        sides = line.replace(",", " ").split()
        if not sides:
            continue
        if len(sides) != 2:
            raise TemplateError("A row is its top and its height in millimetres, such as: 173 8")
        rows.append((_millimetres(sides[0]), _millimetres(sides[1])))
    return tuple(rows)


def _millimetres(text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise TemplateError("A side of a box is a number of millimetres. Correct it.") from error
    if not 0 <= value <= 2000:  # noqa: PLR2004, no paper is larger; NaN fails both
        raise TemplateError("A side of a box is a number of millimetres. Correct it.")
    return value


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None
