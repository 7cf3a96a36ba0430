"""Values set into the boxes of a page before it is printed, so that a scan reads them again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cpims_scan.domain.paper import Box
from cpims_scan.errors import InputError
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.drawing import StyleSpec
from cpims_scan.forms.paper.faces import natural_width
from cpims_scan.forms.paper.primitives import Ink
from cpims_scan.forms.template import Edition, Place

INK = "ink"  # style of what is filled in: as large and as black as a pen
CAPITAL_SHARE = 0.73  # height of a capital in Vera, of the size
TICK_INSET_MM = 0.9
TICK_LINE_MM = 0.5
FOOT_MM, STROKE_MM = 0.8, 0.35
TEXT_INSET_MM = 1.2
CELL = "#"
# Parts of a child's name, first and last; what stands between them is the middle name.
NAME_FIELDS = ("first_name", "middle_name", "last_name")

Given = str | int | list[str]
_VALUES: TypeAdapter[dict[str, Given]] = TypeAdapter(dict[str, Given])


def read_values(file: Path) -> dict[str, Given]:
    """
    Read a JSON object of field names and values.

    Raises:
        InputError: The file is not there or holds something else. The message names no value.
    """
    try:
        return _VALUES.validate_python(json.loads(file.read_text(encoding="utf-8")), strict=True)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
        raise InputError(
            f"{file}: cannot be read as values to fill in. Write one JSON object, such as "
            '{"first_name": "AMINA", "sex": "female"}.'
        ) from error


def name_values(edition: Edition, name: str) -> dict[str, Given]:
    """
    A whole name as first, middle and last name.

    Raises:
        InputError: The edition has no boxes for a name.
    """
    if not set(NAME_FIELDS) <= set(edition.places):
        raise InputError(
            f"{edition.form.name} {edition.name} has no boxes for a name. "
            "Leave --name out, or give the values in a file with --prefill."
        )
    words = name.split()
    parts = (words[:1], words[1:-1], words[-1:] if len(words) > 1 else [])
    return {f: " ".join(p) for f, p in zip(NAME_FIELDS, parts, strict=True) if p}


def prefilled(
    edition: Edition, values: Mapping[str, Given], page: int, styles: dict[str, StyleSpec]
) -> Ink:
    """
    What is written on one page beforehand.

    Raises:
        InputError: A field is not on this paper, or its value does not fit there. The message
            names the field, never the value.
    """
    inks = []
    for name, value in values.items():
        place = edition.places.get(name)
        if place is None:
            raise InputError(f"'{name}' stands on no page of {edition.name}. Correct the name.")
        if place.page == page:
            inks += _written(place, value, styles[INK])
    return primitives.together(inks)


def _written(place: Place, value: Given, style: StyleSpec) -> list[Ink]:
    if place.options:
        return [_tick(place, answer) for answer in _listed(value)]
    if place.comb:
        text = characters(place, value)
        return [
            _centred(box, c, style) for box, c in zip(place.comb, text, strict=False) if c != " "
        ]
    return [_line(place, " ".join(map(str, _listed(value))), style)]


def characters(place: Place, value: Given) -> str:
    """
    One character for each cell of a comb, as a pen would fill it.

    Raises:
        InputError: The value does not fit into the comb.
    """
    if place.codes:
        text = _as_codes(place, _listed(value))
    elif place.format and CELL in place.format:
        text = _between(place, str(value))
    elif place.format:
        text = _as_date(place, str(value))
    else:
        text = str(value).upper().strip()
    if len(text) > len(place.comb):
        raise InputError(
            f"'{place.field}': the value has {len(text)} characters, the paper {len(place.comb)} "
            "boxes. Shorten it."
        )
    return text


def _as_codes(place: Place, answers: list[str]) -> str:
    code_of = {answer: code for code, answer in place.codes.items()}
    if not set(answers) <= set(code_of):
        raise InputError(
            f"'{place.field}': the value is not in the list on the paper. "
            "Give the entry's code in the list, such as " + next(iter(code_of)) + "."
        )
    return "".join(code_of[answer] for answer in answers)


def _between(place: Place, value: str) -> str:
    """The cells' part of a code that is partly printed."""
    cells = re.escape(place.format or "").replace(re.escape(CELL), "(.)")
    found = re.fullmatch(cells, value.strip(), re.IGNORECASE)
    if found is None:
        raise InputError(f"'{place.field}': the value does not look like {place.format}.")
    return "".join(found.groups())


def _as_date(place: Place, value: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    if found is None:
        raise InputError(f"'{place.field}': write the date as 2026-05-31.")
    parts = {letter: iter(part) for letter, part in zip("ymd", found.groups(), strict=True)}
    return "".join(next(parts[letter], " ") for letter in (place.format or "").lower())


def _listed(value: Given) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def _tick(place: Place, answer: str) -> Ink:
    box = place.options.get(answer)
    if box is None:
        known = ", ".join(place.options)
        raise InputError(f"'{place.field}': the value is no answer of it. Known: {known}.")
    inner = box.grown(-TICK_INSET_MM)
    down = (inner.left, inner.top, inner.right, inner.bottom, TICK_LINE_MM, 0.0)
    up = (inner.left, inner.bottom, inner.right, inner.top, TICK_LINE_MM, 0.0)
    return Ink(lines=(down, up))


def _centred(box: Box, character: str, style: StyleSpec) -> Ink:
    if character == "I":
        return _capital_i(box, style)
    wide = natural_width(character, style.face, style.size) * primitives.POINT_MM
    return Ink(
        words=((box.left + (box.width - wide) / 2, _baseline(box, style), 0, INK, character),)
    )


def _capital_i(box: Box, style: StyleSpec) -> Ink:
    """An I with its feet: without them it is read as an L or a 1."""
    height = style.size * primitives.POINT_MM * CAPITAL_SHARE
    x, bottom = box.left + box.width / 2, _baseline(box, style)
    top = bottom - height
    feet = [(x - FOOT_MM, y, x + FOOT_MM, y, STROKE_MM, 0.0) for y in (top, bottom)]
    return Ink(lines=((x, top, x, bottom, STROKE_MM, 0.0), *feet))


def _line(place: Place, text: str, style: StyleSpec) -> Ink:
    room = place.box.width - 2 * TEXT_INSET_MM
    wide = natural_width(text, style.face, style.size) * primitives.POINT_MM
    if wide > room:
        raise InputError(f"'{place.field}': the value is wider than its box. Shorten it.")
    return Ink(words=((place.box.left + TEXT_INSET_MM, _baseline(place.box, style), 0, INK, text),))


def _baseline(box: Box, style: StyleSpec) -> float:
    capital = style.size * primitives.POINT_MM * CAPITAL_SHARE
    return box.top + (box.height + capital) / 2
