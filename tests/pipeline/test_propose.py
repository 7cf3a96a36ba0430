"""From an empty form to a pack that passes its check, without anybody writing a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import Box
from cpims_scan.errors import InputError, WrongUseError
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.check import check_pack
from cpims_scan.forms.rules import load_rules
from cpims_scan.forms.template import Edition
from cpims_scan.pipeline.propose import NewForm, NewPack, new_pack, paper_size
from cpims_scan.pipeline.read import ReadOptions, read_files
from simulator.answers import mark, text
from simulator.fill import fill
from simulator.hands import make_hand
from simulator.scanner import Scan, feeder, phone
from tests.blanks import ANSWERS, CELLS, COMB_CELLS, ROWS, SQUARES, draw_blank

CLOSE_MM = 1.0
# The real paper and the places that were measured on it by hand.
REAL = "facts/papers/DCS_CASE_RECORD_SHEET_A_20022016.pdf"


def quiet(line: str) -> None:
    """Nobody listens to the pages going by."""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the drawn form's proposed pack in it."""
    folder = tmp_path_factory.mktemp("packs")
    file = draw_blank(folder / "visit.pdf")
    new_pack(file, NewForm("elder_visit", "v1", folder), quiet)
    return folder


@pytest.fixture(scope="module")
def catalog(packs: Path) -> Catalog:
    """The pack as every command would load it."""
    return load_catalog(packs)


@pytest.fixture(scope="module")
def edition(catalog: Catalog) -> Edition:
    """The drawn form's proposed edition."""
    return catalog.edition("elder_visit", "v1")


def boxes(edition: Edition) -> list[tuple[int, Box]]:
    """Page and box of every part that is read."""
    return [
        (place.page, box)
        for place in edition.places.values()
        for box in ([*place.options.values()] or [*place.comb] or [place.box])
    ]


def found(wanted: Edition, proposed: Edition) -> int:
    """How many of the wanted boxes are proposed, all sides within a millimetre."""
    mine = boxes(proposed)
    return sum(
        any(page == p and is_close(box, other) for p, other in mine) for page, box in boxes(wanted)
    )


def is_close(a: Box, b: Box) -> bool:
    """True when all four sides agree to a millimetre."""
    return float(np.abs(a.corners - b.corners).max()) <= CLOSE_MM


def test_new_pack__passes_its_check(catalog: Catalog) -> None:
    """What is written may lack Swahili, but nothing that keeps it from reading."""
    faults = [f for f in check_pack(catalog, "elder_visit") if not f.startswith("warning: ")]

    assert faults == []
    assert load_rules(catalog.root, catalog.forms["elder_visit"]).form.name == "elder_visit"


@pytest.mark.parametrize(
    ("name", "kind", "reader"),
    [
        ("name", "text", "text"),
        ("date_birth", "date", "date"),
        ("id_no", "code", "number"),
        ("telephone", "code", "number"),
        ("case_number", "code", "comb"),
        ("date", "date", "comb"),
        ("house", "select_one house", "squares"),
        ("sex", "select_one sex", "cells"),
        ("reported", "text", "text"),
        ("county", "text", "text"),
        ("ward", "text", "text"),
    ],
)
def test_new_pack__names_and_types_by_the_print(
    edition: Edition, name: str, kind: str, reader: str
) -> None:
    """The words beside a box name it and say what it takes."""
    assert edition.form.fields[name].spec.type == kind
    assert edition.places[name].reader == reader


@pytest.mark.parametrize(("name", "box"), CELLS.items())
def test_new_pack__places_the_cells(edition: Edition, name: str, box: Box) -> None:
    """Each label's own cell is its box."""
    assert is_close(edition.places[name].box, box)


def test_new_pack__places_the_answers(edition: Edition) -> None:
    """Squares and printed answers stand under their words."""
    squares, answers = edition.places["house"].options, edition.places["sex"].options

    assert all(is_close(squares[name], box) for name, box in SQUARES.items())
    assert all(is_close(answers[name], box) for name, box in ANSWERS.items())


def test_new_pack__counts_a_combs_cells(edition: Edition) -> None:
    """A comb has as many cells as were drawn, and a date's says their order."""
    assert len(edition.places["case_number"].comb) == COMB_CELLS
    assert edition.places["date"].format == "ddmmyy"


def test_new_pack__finds_the_table(edition: Edition) -> None:
    """Numbered rows under headings are a table, its number column left out."""
    names = [name for name in edition.places if name.startswith("table.")]

    assert len(names) == 3 * len(ROWS)
    assert edition.form.fields["table.1.age"].spec.type == "integer"


def test_new_pack__labels_known_words_in_swahili(edition: Edition) -> None:
    """Words that most forms print come with their Swahili."""
    assert edition.form.fields["telephone"].label == {"en": "Telephone", "sw": "Simu"}


def test_new_pack__writes_rows_as_people_do(packs: Path) -> None:
    """A field and a place are one line each."""
    folder = packs / "form_templates" / "elder_visit"
    template = (folder / "v1" / "template.yaml").read_text(encoding="utf-8")

    assert "  name: {page: 1, box: [50.0, 40.0, 60.0, 8.0], reader: text}\n" in template
    assert "  - {name: name, type: text, label: {en: Name, sw: Jina}}" in (
        folder / "form.yaml"
    ).read_text(encoding="utf-8")


def test_new_pack__second_of_a_name_is_refused(packs: Path) -> None:
    """A pack that somebody has worked on is never written over."""
    with pytest.raises(WrongUseError, match="there is a pack of that name already"):
        new_pack(packs / "visit.pdf", NewForm("elder_visit", "v1", packs), quiet)


def test_new_pack__wrong_name_is_refused(packs: Path) -> None:
    """A name that no form may have says what one looks like."""
    with pytest.raises(WrongUseError, match="small letters, digits and _"):
        new_pack(packs / "visit.pdf", NewForm("Elder Visit", "v1", packs), quiet)


@pytest.mark.tesseract
def test_new_pack__page_without_boxes_is_refused(tmp_path: Path) -> None:
    """A white page is no form, and leaves no half a pack behind."""
    cv2.imwrite(str(tmp_path / "white.png"), np.full((2339, 1654), 255, np.uint8))

    with pytest.raises(InputError, match="no box, line or square to fill was found"):
        new_pack(tmp_path / "white.png", NewForm("white", "v1", tmp_path), quiet)

    assert not (tmp_path / "form_templates").exists()


@pytest.mark.parametrize(
    ("words", "size"), [("A5", (148.0, 210.0)), ("100x200", (100.0, 200.0))], ids=["name", "size"]
)
def test_paper_size__by_name_or_millimetres(words: str, size: tuple[float, float]) -> None:
    """Paper is said as people say it."""
    assert paper_size(words) == size


def test_paper_size__other_words_are_refused() -> None:
    """What is no paper lists those that are known."""
    with pytest.raises(WrongUseError, match="letter, legal"):
        paper_size("foolscap")


@pytest.mark.tesseract
def test_new_pack__from_a_scan(tmp_path: Path) -> None:
    """From a crooked grey scan, words read by Tesseract, the cells have their names as well."""
    catalog = load_catalog(Path(__file__).parents[2] / "docs" / "example-pack")
    wanted = catalog.edition("home_visit", "v1")
    page = cv2.imread(str(wanted.pages[0].file), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.6, 1)
    crooked = cv2.warpAffine(page, turn, (width, height), borderValue=(255, 255, 255))
    cv2.imwrite(str(tmp_path / "scan.png"), np.clip(crooked * 0.9 + 12, 0, 255).astype(np.uint8))

    new_pack(tmp_path / "scan.png", NewForm("home_visit", "v1", tmp_path), quiet)

    proposed = load_catalog(tmp_path).edition("home_visit", "v1")
    assert found(wanted, proposed) >= 0.9 * len(boxes(wanted))
    assert {"telephone", "next_visit", "who_met"} <= set(proposed.form.fields)


TRUTH = {
    "date_birth": ("04/03/2011", "2011-03-04"),
    "id_no": ("23456789", "23456789"),
    "telephone": ("0712345678", "0712345678"),
    "case_number": ("4059162738", "4059162738"),
    "table.1.age": ("7", 7),
    "table.2.age": ("12", 12),
}


@pytest.mark.parametrize("paper", [feeder, phone], ids=["scanned", "photographed"])
def test_new_pack__reads_what_is_written(
    packs: Path, edition: Edition, tmp_path: Path, paper: Callable[..., Scan]
) -> None:
    """A form that nobody described by hand is filled, scanned or photographed, and read."""
    written = {name: text(said) for name, (said, _) in TRUTH.items()}
    written |= {"house": mark("fair"), "sex": mark("female")}
    page = fill(edition, written, make_hand(1), 1, 2401)
    file = tmp_path / "filled.png"
    cv2.imwrite(str(file), paper(page, np.random.default_rng(2401)).image)

    (reading,) = read_files([file], ReadOptions(packs=packs), dt.date(2026, 11, 22))

    fields = reading.records[0][1].fields
    wanted = {name: value for name, (_, value) in TRUTH.items()}
    wanted |= {"house": "fair", "sex": "female"}
    assert {name: fields[name].value for name in wanted} == wanted


def _real(shared: Path, name: str, folder: Path) -> tuple[NewPack, Edition]:
    made = new_pack(shared / name, NewForm("real", "v1", folder), quiet)
    return made, load_catalog(folder).edition("real", "v1")


@pytest.mark.shared
def test_new_pack__real_case_sheet(shared: Path, tmp_path: Path) -> None:
    """Of the boxes that were measured on the 2015 sheet by hand, every one is proposed."""
    wanted = load_catalog().edition("case_record_sheet_a", "2015-08")

    made, proposed = _real(shared, REAL, tmp_path)

    assert found(wanted, proposed) == len(boxes(wanted))
    assert made.problems == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "data/pages/phone_checkbox_form/form_templates__checkbox_test_form__form.jpg",
        "data/pages/omr_sheets/sample6__reference.png",
    ],
    ids=["squares", "answer-sheet"],
)
@pytest.mark.tesseract
@pytest.mark.slow
def test_new_pack__real_blanks_pass_their_check(shared: Path, tmp_path: Path, name: str) -> None:
    """Whatever form it is made from, the pack as written passes."""
    made, _ = _real(shared, name, tmp_path)

    assert (made.problems, made.fields > 5) == ([], True)
