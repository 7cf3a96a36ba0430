"""An edition laid out: from form.yaml and layout.yaml to its template and its drawing."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

from cpims_scan.errors import TemplateError
from cpims_scan.forms.layout.cells import row
from cpims_scan.forms.layout.codes import codes
from cpims_scan.forms.layout.page import Head, whole_page
from cpims_scan.forms.layout.parts import Piece, Plan, below, both, line_mm, piece, rise_mm
from cpims_scan.forms.layout.spec import LayoutSpec, PartSpec
from cpims_scan.forms.layout.tables import table
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.drawing import Drawing
from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import Form

HEADING_MM = 5.2
# Of the code lists: I and O look like digits.
LETTERS = "".join(sorted(set(string.ascii_uppercase) - set("IO")))
RULE_MM = 0.6  # below a heading; a grey ground would be specks on a photocopy
HEADING_AFTER_MM = 1.0
NOTE_STYLE = "small"
TOO_FULL_MM = 0.05
MOST_EXTRA_MM = 1.8  # between two parts of a page that is not full


@dataclass(frozen=True, slots=True)
class LaidOut:
    """
    What one layout makes.

    Attributes:
        template: As template.yaml has it.
        drawing: As drawing.yaml has it.
    """

    template: dict[str, Any]
    drawing: Drawing


def lay_out(form: Form, spec: LayoutSpec, lists: dict[str, list[ChoiceSpec]]) -> LaidOut:
    """
    Give every question of a layout its place and draw the pages around them.

    Fields of the form that the layout leaves out are listed as absent.

    Raises:
        TemplateError: Something names what is not there, or does not fit.
    """
    own = {**lists, **form.spec.choices}
    letters = _letters(spec)
    asked = [cell.field for parts in spec.pages for part in parts for cell in part.row]
    numbers = {name: i for i, name in enumerate(asked, start=1)}
    head = Head(form.name, spec.edition, spec.title, spec.notice, spec.size_mm, len(spec.pages))
    bodies = [
        _body(parts, head, Plan(form, own, letters, number, numbers))
        for number, parts in enumerate(spec.pages, start=1)
    ]
    drawing = Drawing(
        styles=primitives.STYLES,
        pages=[whole_page(head, i, body) for i, body in enumerate(bodies, start=1)],
    )
    return LaidOut(_template(form, spec, bodies), drawing)


def _letters(spec: LayoutSpec) -> dict[str, tuple[str, int]]:
    """Letter and page of every code list, in the order in which they are printed."""
    printed = [
        (item.list, number)
        for number, parts in enumerate(spec.pages, start=1)
        for part in parts
        for item in part.codes
    ]
    if len(printed) > len(LETTERS):
        raise TemplateError(f"layout.yaml: more than {len(LETTERS)} code lists. Leave some out.")
    return {
        name: (letter, number) for letter, (name, number) in zip(LETTERS, printed, strict=False)
    }


def _body(parts: list[PartSpec], head: Head, plan: Plan) -> Piece:
    """One page's questions; what is left of the page is shared out between them."""
    area = head.area
    needed = sum(_part(part, (area.left, area.top, area.width), plan).height for part in parts)
    spare = area.height - needed
    if spare < -TOO_FULL_MM:
        raise TemplateError(
            f"layout.yaml: page {plan.page} is {-spare:.1f} mm too full. "
            "Move something to another page."
        )
    extra = min(max(spare, 0.0) / max(len(parts) - 1, 1), MOST_EXTRA_MM)
    pieces, top = [], area.top
    for part in parts:
        made = _part(part, (area.left, top, area.width), plan)
        pieces.append(made)
        top += made.height + extra
    return below(pieces)


def _part(part: PartSpec, area: tuple[float, float, float], plan: Plan) -> Piece:
    left, top, width = area
    if part.heading:
        return _heading(part.heading, area)
    if part.row:
        return row(part.row, left, top, width, plan)
    if part.table:
        return table(part.table, left, top, width, plan)
    if part.codes:
        return codes(part.codes, part.columns, area, plan)
    return _note(part.note, area) if part.note else Piece()


def _heading(text: dict[str, str], area: tuple[float, float, float]) -> Piece:
    left, top, width = area
    english, swahili = both(text)
    baseline = top + (HEADING_MM + rise_mm("heading") * 0.9) / 2
    after = left + primitives.width_of(english, "heading") + 2.0
    inks = [
        primitives.Ink(bars=((left, top + HEADING_MM - RULE_MM, width, RULE_MM, 0.0),)),
        primitives.words(left, baseline, "heading", english),
        primitives.words(after, baseline, "heading sw", swahili),
    ]
    return piece(HEADING_MM + HEADING_AFTER_MM, inks)


def _note(text: dict[str, str], area: tuple[float, float, float]) -> Piece:
    left, top, width = area
    inks, y = [], top
    for said, style in zip(both(text), (NOTE_STYLE, f"{NOTE_STYLE} sw"), strict=True):
        for line in primitives.wrapped(said, style, width):
            inks.append(primitives.words(left, y + rise_mm(style), style, line))
            y += line_mm(style)
    return piece(y - top + 0.8, inks)


def _template(form: Form, spec: LayoutSpec, bodies: list[Piece]) -> dict[str, Any]:
    found = {name: place for body in bodies for name, place in body.places.items()}
    doubled = sum(len(body.places) for body in bodies) - len(found)
    if doubled:
        raise TemplateError("layout.yaml: a field stands on two pages. Take one of them out.")
    made: dict[str, Any] = {
        "edition": spec.edition,
        "title": spec.title,
        "note": "Made from layout.yaml by: cpims-scan forms lay-out. Change that, not this.",
        "pages": [
            {"blank": f"page-{i + 1}.png", "size_mm": list(spec.size_mm)}
            for i in range(len(bodies))
        ],
        "absent": _absent(form, set(found)),
        "places": {name: found[name] for name in form.fields if name in found},
    }
    if spec.sums:
        made["sums"] = [item.model_dump(exclude_defaults=True) for item in spec.sums]
    return made


def _absent(form: Form, placed: set[str]) -> list[str]:
    """What is not printed, as short as it can be said: tables, rows, columns, fields."""
    left = {name: field for name, field in form.fields.items() if name not in placed}
    names: list[str] = []
    for name, field in left.items():
        words = [field.table or name, f"{field.table}.{field.row}", field.pattern, name]
        wholes = (
            [f for f in form.fields.values() if f.table == field.table and field.table],
            [f for f in form.fields.values() if (f.table, f.row) == (field.table, field.row)],
            [f for f in form.fields.values() if f.pattern == field.pattern],
            [field],
        )
        if field.table is None:
            names.append(name)
            continue
        names.append(
            next(w for w, whole in zip(words, wholes, strict=True) if _all_left(whole, left))
        )
    return list(dict.fromkeys(names))


def _all_left(fields: list[Any], left: dict[str, Any]) -> bool:
    return bool(fields) and all(field.name in left for field in fields)
