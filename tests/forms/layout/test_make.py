"""One layout gives both what is printed and what is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cpims_scan.domain.paper import Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.build import build_edition, build_form
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.layout.files import drawing_text, layout_of, template_text, write_edition
from cpims_scan.forms.layout.make import LaidOut, lay_out
from cpims_scan.forms.layout.page import FREE_MM
from cpims_scan.forms.layout.spec import LayoutSpec
from cpims_scan.forms.paper.draw import draw_pdf, pictures_of
from cpims_scan.forms.spec import ChoiceSpec, FormSpec, TemplateSpec
from cpims_scan.forms.template import Edition, Place

ROOT = Path(__file__).parents[3]
EDITIONS = [
    pytest.param(file.parent, id=file.parent.parent.name)
    for file in sorted((ROOT / "form_templates").glob("*/*/layout.yaml"))
]
LEAST_CELL_MM = 5.0
LEAST_SQUARE_MM = 4.0


def label(text: str) -> dict[str, str]:
    """A label in English only."""
    return {"en": text}


FORM: dict[str, Any] = {
    "form": "trial",
    "title": label("Trial"),
    "fields": [
        {"name": "name", "type": "text", "label": label("Name")},
        {"name": "born", "type": "date", "label": label("Born")},
        {"name": "sex", "type": "select_one sex", "label": label("Sex")},
        {"name": "kind", "type": "text", "label": label("Kind"), "code_list": "kinds"},
        {"name": "serial", "type": "code", "label": label("Serial")},
        {"name": "notes", "type": "text", "label": label("Notes")},
    ],
    "choices": {
        "sex": [{"name": "male", "label": label("M")}, {"name": "female", "label": label("F")}]
    },
}
LISTS = {"kinds": [ChoiceSpec(name=n, label=label(n)) for n in ("AAA", "BBB", "CCC")]}


def laid(*parts: dict[str, Any], **words: Any) -> LaidOut:
    """A page of the trial form with these parts."""
    form = build_form(FormSpec.model_validate(FORM), LISTS, Path("form.yaml"))
    spec = {
        "edition": "1",
        "title": label("Trial"),
        "notice": label("Private."),
        "pages": [list(parts)],
        **words,
    }
    return lay_out(form, LayoutSpec.model_validate(spec), LISTS)


def built(made: LaidOut) -> Edition:
    """The edition that a layout's template makes."""
    form = build_form(FormSpec.model_validate(FORM), LISTS, Path("form.yaml"))
    template = TemplateSpec.model_validate(made.template)
    return build_edition(form, template, Path("template.yaml"), "digest")


def row(*cells: dict[str, Any]) -> dict[str, Any]:
    """A row of questions."""
    return {"row": list(cells)}


@pytest.mark.parametrize("folder", EDITIONS)
def test_edition__template_and_drawing_are_the_layouts(folder: Path) -> None:
    """What is kept beside a layout is what the layout makes now."""
    made = layout_of(folder)

    assert (folder / "template.yaml").read_text(encoding="utf-8") == template_text(made)
    assert (folder / "drawing.yaml").read_text(encoding="utf-8") == drawing_text(made.drawing)


@pytest.mark.parametrize("folder", EDITIONS)
def test_edition__pictures_are_the_drawings(folder: Path) -> None:
    """The blank pages are what the drawing draws now, pixel by pixel."""
    drawn = pictures_of(draw_pdf(folder / "drawing.yaml"))
    kept = [file.read_bytes() for file in sorted(folder.glob("page-*.png"))]

    assert all(np.array_equal(_grey(a), _grey(b)) for a, b in zip(drawn, kept, strict=True))


def _grey(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


@pytest.mark.parametrize("folder", EDITIONS)
def test_edition__boxes_are_large_enough_and_off_the_edge(folder: Path) -> None:
    """Cells are 5 mm and more, squares 4 mm, and printers leave 6 mm white."""
    edition = load_catalog(ROOT).edition(folder.parent.name, folder.name)
    width, height = edition.pages[0].size_mm
    page = Box(0, 0, width, height).grown(-FREE_MM)
    cells = [box for place in edition.places.values() for box in _parts(place)]

    assert min(box.height for box in cells) >= LEAST_SQUARE_MM
    assert min(min(b.width, b.height) for p in _combs(edition) for b in p.comb) >= LEAST_CELL_MM
    assert min(box.left for box in cells) >= page.left
    assert max(box.right for box in cells) <= page.right
    assert max(box.bottom for box in cells) <= page.bottom


def _parts(place: Place) -> list[Box]:
    return [*place.options.values(), *place.comb] or [place.box]


def _combs(edition: Edition) -> list[Place]:
    return [place for place in edition.places.values() if place.comb]


@pytest.mark.parametrize("folder", EDITIONS)
def test_edition__leaves_out_only_what_cpims_cannot_store(folder: Path) -> None:
    """No field that goes to a column of CPIMS and that earlier editions print is left out."""
    form = load_catalog(ROOT).forms[folder.parent.name]
    placed = set(load_catalog(ROOT).edition(form.name, folder.name).places)
    # The row says the sex; the one tick became a code a caregiver; rows that no office fills.
    known = {"parents.*.sex", "caregiver_relationship"} | {
        f"siblings.{row}.{name}"
        for row in (6, 7, 8)
        for name in ("name", "date_of_birth", "sex", "school_class", "remarks")
    }
    stored = {f.name: f.pattern for f in form.fields.values() if f.central and f.central.table}

    assert {n for n, p in stored.items() if n not in placed and not {n, p} & known} == set()


def test_layout__a_date_is_eight_digits() -> None:
    """A date needs no word in the layout: day, month and year in a comb."""
    place = built(laid(row({"field": "born"}))).places["born"]

    assert (place.reader, place.format, len(place.comb)) == ("comb", "ddmmyyyy", 8)


def test_layout__a_choice_is_tick_squares() -> None:
    """A choice needs no word either: a square an answer."""
    place = built(laid(row({"field": "sex"}))).places["sex"]

    assert place.reader == "squares"
    assert list(place.options) == ["male", "female"]


def test_layout__a_code_box_knows_its_list() -> None:
    """The codes of a list are numbered in its order and read back as its entries."""
    place = built(laid(row({"field": "kind", "code": 2}))).places["kind"]

    assert place.codes == {"01": "AAA", "02": "BBB", "03": "CCC"}


def test_layout__a_code_box_says_where_its_list_is() -> None:
    """Beside the box stands the letter and the page of the list, in both languages."""
    codes = {"codes": [{"list": "kinds", "title": label("Kinds")}]}
    made = laid(row({"field": "kind", "code": 2}), codes)
    words = [word[4] for word in made.drawing.pages[0].words]

    assert "list A, page 1" in words
    assert "orodha A, uk. 1" in words


def test_layout__a_pattern_prints_what_stands_between_cells() -> None:
    """Slashes and fixed numbers are printed, only the rest has boxes."""
    made = laid(row({"field": "serial", "pattern": "CCO/##/5/###"}))
    words = [word[4] for word in made.drawing.pages[0].words]

    assert len(built(made).places["serial"].comb) == 5
    assert {"CCO/", "/5/"} <= set(words)


def test_layout__what_it_leaves_out_is_absent() -> None:
    """Fields that no part names are listed, so that nobody waits for them."""
    made = laid(row({"field": "name", "comb": 10}))

    assert made.template["absent"] == ["born", "sex", "kind", "serial", "notes"]


def test_layout__every_page_bears_two_codes_at_opposite_corners() -> None:
    """Upper right and lower left, so that one torn corner leaves a code."""
    (first, second) = laid(row({"field": "born"})).drawing.pages[0].codes

    assert first[0] > 150 > 100 > first[1]
    assert second[0] < 50 < 250 < second[1]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        pytest.param([row({"field": "nmae", "comb": 5})], "'nmae' is no field", id="misspelt"),
        pytest.param([row({"field": "name", "comb": 40})], "12 mm too wide", id="too-wide"),
        pytest.param([row({"field": "notes"})], "does not say how it is answered", id="no-answer"),
        pytest.param([row({"field": "kind", "code": 1, "list": "no"})], "list 'no'", id="no-list"),
        pytest.param([row({"field": "notes", "text": 300})], "too full", id="too-full"),
        pytest.param([{"table": {"name": "no", "cells": []}}], "table 'no'", id="no-table"),
    ],
)
def test_layout__a_slip_is_named(parts: list[dict[str, Any]], said: str) -> None:
    """What does not fit or is not there is one sentence with its cure."""
    with pytest.raises(TemplateError, match=said):
        laid(*parts)


def test_write_edition__folder_becomes_a_pack_that_loads(tmp_path: Path) -> None:
    """form.yaml and layout.yaml are all that a person writes."""
    folder = tmp_path / "form_templates" / "trial" / "1"
    folder.mkdir(parents=True)
    (folder.parent / "form.yaml").write_text(
        "form: trial\ntitle: {en: Trial}\nfields:\n- {name: n, type: text, label: {en: Name}}\n"
    )
    (folder / "layout.yaml").write_text(
        "edition: '1'\ntitle: {en: Trial}\nnotice: {en: Private.}\n"
        "pages: [[{row: [{field: n, comb: 8}]}]]\n"
    )
    write_edition(folder)

    place = load_catalog(tmp_path).edition("trial", "1").places["n"]

    assert (place.reader, place.alphabet, len(place.comb)) == ("comb", "capitals", 8)


def test_write_edition__a_drawing_alone_gives_its_pictures(tmp_path: Path) -> None:
    """Paper that somebody else designed is drawn again from its measured places."""
    source = ROOT / "docs" / "example-pack" / "form_templates" / "home_visit" / "v1"
    (tmp_path / "drawing.yaml").write_bytes((source / "drawing.yaml").read_bytes())

    assert [file.name for file in write_edition(tmp_path)] == ["page-1.png"]
