"""What is wrong with a pack beyond its spelling: boxes, blanks, choices, lists, names."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from cpims_scan.domain.paper import Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.preview import blank_pixels
from cpims_scan.forms.records import fields_named
from cpims_scan.forms.relevant import is_relevant, relevant_in
from cpims_scan.forms.spec import FieldSpec
from cpims_scan.forms.template import Edition, Form, FormField, Place
from cpims_scan.forms.yamlfile import line_of, read_yaml

WARNING = "warning: "  # begins what is odd but reads; all else keeps a pack from being used

# Cells of a table share the middle of their rules; a ruler on paper is good to a third of that.
OVERLAP_MM = 0.3
# A blank that is stretched more puts the far edge of A4 3 mm off.
ASPECT_TOLERANCE = 0.01
PAGE_SLACK_MM = 0.05  # rounding of hundredths

NAMED = re.compile(r"\$\{([^}]*)\}")  # ${field} in an XLSForm expression

READERS = {
    "select_one": {"cells", "squares", "text", "print"},
    "select_multiple": {"cells", "squares", "text", "print"},
    "text": {"text", "print", "comb"},
    "code": {"number", "comb", "text", "print", "qr"},
    "integer": {"number", "comb", "print", "text"},
    "decimal": {"number", "comb", "print", "text"},
    "date": {"date", "comb", "print", "text"},
    "signature": {"signature"},
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One box of a field: an option, a comb's cell, or the whole."""

    field: str
    name: str
    box: Box


def check_pack(catalog: Catalog, form: str) -> list[str]:
    """
    Look a form and all its editions over.

    Args:
        catalog: All packs, as loaded: their spelling is right already.
        form: Name of one form.

    Returns:
        One sentence for each fault, with file, line and cure; what begins with `warning: ` does
        not keep the pack from being used.

    Raises:
        TemplateError: There is no such form.
    """
    found = catalog.forms.get(form)
    if found is None:
        known = ", ".join(catalog.forms)
        raise TemplateError(f"There is no form '{form}'. Known: {known}.")
    editions = [e for (name, _), e in catalog.editions.items() if name == form]
    faults = _check_form(found, _form_file(editions[0]), catalog)
    for edition in editions:
        faults += _check_edition(edition)
    return faults


def _template_file(edition: Edition) -> Path:
    folder = edition.pages[0].file.parent
    file = folder / "template.yaml"
    return file if file.exists() else folder / "form.yaml"


def _form_file(edition: Edition) -> Path:
    folder = edition.pages[0].file.parent
    return folder / "form.yaml" if (folder / "form.yaml").exists() else folder.parent / "form.yaml"


def _check_form(form: Form, file: Path, catalog: Catalog) -> list[str]:
    faults: list[str] = []
    seen: set[str] = set()
    for field in form.fields.values():
        if field.pattern in seen:  # the rows of a table are written once
            continue
        seen.add(field.pattern)
        found = _field_faults(field, form, catalog)
        faults += [f"{_in_form(file, form, field)}: {fault}" for fault in found]
        if "sw" not in field.label:
            faults.append(
                f"{WARNING}{_in_form(file, form, field)}: has no Swahili label. Add 'sw' to it."
            )
    faults += _urgent_faults(form, file, catalog)
    for pattern in form.spec.blank_is_zero:
        if not fnmatch.filter(form.fields, pattern):
            faults.append(f"{file}: blank_is_zero: no field is called '{pattern}'. Correct it.")
    return faults


def _in_form(file: Path, form: Form, field: FormField) -> str:
    """File, line and name of a question; a table's are inside it."""
    start: tuple[str | int, ...] = ("form",) if _is_single(file) else ()
    outer = field.table or field.name
    index = next(i for i, item in enumerate(form.spec.fields) if item.name == outer)
    place: tuple[str | int, ...] = (*start, "fields", index)
    if field.table:
        inner = form.spec.fields[index].fields
        place += ("fields", next(i for i, item in enumerate(inner) if item is field.spec))
    return f"{file}, line {line_of(file, place)}: field '{field.pattern}'"


def _is_single(file: Path) -> bool:
    """True when one file holds both the form and its template."""
    data = read_yaml(file)
    return isinstance(data, dict) and "template" in data


def _field_faults(field: FormField, form: Form, catalog: Catalog) -> list[str]:
    spec, faults = field.spec, []
    if spec.code_list and spec.code_list not in catalog.lists:
        faults.append(f"there is no list '{spec.code_list}'. Add _lists/{spec.code_list}.csv.")
    if spec.keying == "list" and not spec.code_list and not field.choices:
        faults.append("keying: list needs a code_list. Name one, or write keying: now.")
    relevant = relevant_in(field)
    unknown = [n for n in NAMED.findall(relevant or "") if n not in form.fields]
    faults += [f"relevant names '{name}', which is no field. Correct it." for name in unknown]
    try:
        is_relevant(relevant, {})
    except TemplateError as error:
        faults.append(str(error))
    return faults + _central_faults(field, spec)


def _central_faults(field: FormField, spec: FieldSpec) -> list[str]:
    central = spec.central
    if central is None or not field.choices:
        return []
    names = {choice.name for choice in field.choices}
    faults = [
        f"central map: '{key}' is no choice of the field. Correct it."
        for key in central.map
        if key not in names
    ]
    faults += [
        f"central ask: '{key}' is no choice of the field. Correct it."
        for key in central.ask
        if key not in names
    ]
    unmapped = sorted(names - set(central.map) - set(central.ask))
    if central.map and unmapped:
        faults.append(f"central map: {', '.join(unmapped)} has no code. Map it, or list it in ask.")
    return faults


def _urgent_faults(form: Form, file: Path, catalog: Catalog) -> list[str]:
    faults = []
    for name, values in form.spec.urgent.items():
        named = fields_named(form, name)
        if not named:
            faults.append(f"{file}: urgent: '{name}' is no field of {form.name}. Correct it.")
            continue
        field = form.fields[named[0]]
        listed = catalog.lists.get(field.spec.code_list or "", [])
        known = {choice.name for choice in [*field.choices, *listed]}
        faults += [
            f"{file}: urgent: '{value}' is no answer of '{name}'. Correct it."
            for value in values
            if value not in known
        ]
    return faults


def _check_edition(edition: Edition) -> list[str]:
    file = _template_file(edition)
    faults = [fault for page in edition.pages for fault in _blank_faults(edition, page.number)]
    for place in edition.places.values():
        found = _place_faults(edition, place)
        faults += [f"{_at(file, place)}: '{place.field}' {fault}" for fault in found]
    for page in edition.pages:
        faults += _overlaps(edition.on_page(page.number), file)
    return faults


def _at(file: Path, place: Place) -> str:
    """File and line of a place; of its table when it stands in one."""
    single = ("template",) if file.name == "form.yaml" else ()
    table = place.field.partition(".")[0]
    direct, whole = (*single, "places", place.field), (*single, "tables", table)
    line = line_of(file, direct)
    if line == line_of(file, direct[:-1]) and table != place.field:
        line = line_of(file, whole)
    return f"{file}, line {line}"


def _blank_faults(edition: Edition, number: int) -> list[str]:
    page = edition.pages[number - 1]
    try:
        height, width = blank_pixels(page).shape
    except TemplateError as error:
        return [str(error)]
    printed = page.size_mm[0] / page.size_mm[1]
    if abs(width / height / printed - 1) <= ASPECT_TOLERANCE:
        return []
    return [
        f"{page.file}: {width} x {height} pixels do not have the shape of "
        f"{page.size_mm[0]:g} x {page.size_mm[1]:g} mm. Crop the picture to the whole page, or "
        "correct size_mm."
    ]


def _place_faults(edition: Edition, place: Place) -> list[str]:
    field, faults = edition.form.fields[place.field], []
    kind = field.spec.type.partition(" ")[0]
    if place.codes:
        faults += _code_faults(field, place)
    elif place.reader not in READERS[kind]:
        known = ", ".join(sorted(READERS[kind]))
        faults.append(
            f"is of type {kind}, which reader '{place.reader}' does not read. Use {known}."
        )
    if place.options:
        printed = [c.name for c in field.choices if edition.prints_answer(field.name, c.name)]
        missing = [name for name in printed if name not in place.options]
        faults += [f"has no box for '{name}'. Add it to options." for name in missing]
    cells = place.format.count("#") or len(place.format) if place.format else len(place.comb)
    if cells != len(place.comb):
        faults.append(f"has {len(place.comb)} comb cells, but format '{place.format}'. Correct it.")
    width, height = edition.pages[place.page - 1].size_mm
    for part in _parts(place):
        box, slack = part.box, PAGE_SLACK_MM
        inside = min(box.left, box.top) >= -slack
        if not (inside and box.right <= width + slack and box.bottom <= height + slack):
            faults.append(
                f"{part.name} reaches {box.right:.1f}, {box.bottom:.1f} mm, off the page of "
                f"{width:g} x {height:g} mm. Boxes are [left, top, width, height]."
            )
        if min(box.width, box.height) <= 0:
            faults.append(f"{part.name} has no area. Boxes are [left, top, width, height].")
    return faults


def _code_faults(field: FormField, place: Place) -> list[str]:
    """Codes fill the comb without rest, and mean answers of a choice where the field has some."""
    size = len(next(iter(place.codes)))
    faults = []
    if len(place.comb) % size:
        faults.append(f"has {len(place.comb)} comb cells for codes of {size}. Correct one of them.")
    known = {choice.name for choice in field.choices}
    unknown = sorted(set(place.codes.values()) - known) if known else []
    faults += [f"codes: '{name}' is no choice of that field. Correct it." for name in unknown]
    return faults


def _parts(place: Place) -> list[_Part]:
    if place.options:
        return [_Part(place.field, f"option '{n}'", box) for n, box in place.options.items()]
    if place.comb:
        return [_Part(place.field, f"cell {i}", box) for i, box in enumerate(place.comb, start=1)]
    return [_Part(place.field, "box", place.box)]


def _overlaps(places: list[Place], file: Path) -> list[str]:
    """Pairs of boxes that cross; one inside the other is a design, crossing is a slip."""
    by_field = {place.field: place for place in places}
    parts = sorted((p for place in places for p in _parts(place)), key=lambda p: p.box.top)
    return [
        f"{_at(file, by_field[a.field])}: '{a.field}' {a.name} and '{b.field}' {b.name} overlap. "
        "Move one of them."
        for a, b in combinations(parts, 2)
        if _shared(a.box, b.box) and not (_holds(a.box, b.box) or _holds(b.box, a.box))
    ]


def _shared(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > OVERLAP_MM and down > OVERLAP_MM


def _holds(outer: Box, inner: Box) -> bool:
    grown = outer.grown(OVERLAP_MM)
    return (
        grown.left <= inner.left
        and grown.top <= inner.top
        and inner.right <= grown.right
        and inner.bottom <= grown.bottom
    )
