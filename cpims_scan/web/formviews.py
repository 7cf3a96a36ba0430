"""What the page of a form's boxes shows: shapes over the blank, the list, the chosen field."""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.paper import Box
from cpims_scan.forms.preview import LETTERS
from cpims_scan.forms.template import FormField, Place
from cpims_scan.pipeline.formdesk import OpenPack
from cpims_scan.web.language import Language


@dataclass(frozen=True, slots=True)
class Shape:
    """One rectangle over the blank, mm."""

    field: str
    part: str
    reader: str
    box: Box
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field in the list beside the picture; a table's column is one."""

    name: str
    label: str
    reader: str
    letter: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    The field that is being changed.

    Attributes:
        name: As in the list: a field's name, or `table.column`.
        parts: Boxes by part: `box`, an answer's name, a comb's cell.
        choices: `name | English | Swahili`, a line an answer; None when it has no list of its own.
        rows: `top height`, a line a row, of a table; "" for all else.
    """

    name: str
    own_name: str
    label_en: str
    label_sw: str
    type: str
    list: str
    reader: str
    parts: tuple[tuple[str, Box], ...]
    comb: int
    alphabet: str
    format: str
    choices: str | None
    rows: str


def fields_of(pack: OpenPack, number: int, language: Language) -> list[FieldRow]:
    """The fields of a page in the form's order; a table gives one row a column."""
    rows: dict[str, FieldRow] = {}
    for place in pack.edition.on_page(number):
        name = _listed(pack.edition.form.fields[place.field])
        if name not in rows:
            label = language.of(pack.edition.form.fields[place.field].spec.label)
            rows[name] = FieldRow(name, label, place.reader, LETTERS.get(place.reader, "?"))
    return list(rows.values())


def shapes_of(pack: OpenPack, number: int, chosen: Chosen | None) -> list[Shape]:
    """Every box of a page; the chosen field's last, so that it lies on top."""
    shapes = []
    for place in pack.edition.on_page(number):
        name = _listed(pack.edition.form.fields[place.field])
        is_chosen = chosen is not None and name == chosen.name
        shapes += [Shape(name, part, place.reader, box, is_chosen) for part, box in _parts(place)]
    return sorted(shapes, key=lambda shape: shape.is_chosen)


def choose(pack: OpenPack, number: int, wanted: str) -> Chosen | None:
    """The field that was asked for, if it stands on this page."""
    for place in pack.edition.on_page(number):
        field = pack.edition.form.fields[place.field]
        if wanted and _listed(field) == wanted:
            return _chosen(pack, place, field)
    return None


def _chosen(pack: OpenPack, place: Place, field: FormField) -> Chosen:
    spec = field.spec
    listed = spec.type.partition(" ")[2]
    own = pack.edition.form.spec.choices.get(listed)
    lines = None
    if own is not None:
        lines = "\n".join(
            f"{c.name} | {c.label['en']} | {c.label.get('sw', '')}".rstrip(" |") for c in own
        )
    return Chosen(
        name=_listed(field),
        own_name=spec.name,
        label_en=spec.label["en"],
        label_sw=spec.label.get("sw", ""),
        type=spec.type.partition(" ")[0],
        list=listed,
        reader=place.reader,
        parts=tuple(_parts(place)),
        comb=len(place.comb),
        alphabet=place.alphabet,
        format=place.format or "",
        choices=lines if field.table is None else None,
        rows=_rows(pack, field),
    )


def _rows(pack: OpenPack, field: FormField) -> str:
    if field.table is None:
        return ""
    boxes = [
        pack.edition.places[name].box
        for name, other in pack.edition.form.fields.items()
        if other.pattern == field.pattern and name in pack.edition.places
    ]
    return "\n".join(f"{box.top:g} {box.height:g}" for box in boxes)


def _parts(place: Place) -> list[tuple[str, Box]]:
    if place.options:
        return list(place.options.items())
    if place.comb and not _is_even(place):
        return [(str(i), box) for i, box in enumerate(place.comb, start=1)]
    return [("box", place.box)]


def _is_even(place: Place) -> bool:
    """True when a comb was written as one box and a number of cells."""
    width = place.box.width / len(place.comb)
    return all(
        abs(cell.left - place.box.left - i * width) < 0.01 for i, cell in enumerate(place.comb)
    )


def _listed(field: FormField) -> str:
    """The name in the list: all rows of a table's column are one."""
    return field.name if field.table is None else f"{field.table}.{field.spec.name}"
