"""What is written beside the samples: the truth of every file, and the sample officer's answers."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpims_scan.domain.record import State
from cpims_scan.forms.catalog import Catalog
from simulator.answers import BLANK, Answer
from simulator.asked import at_the_desk
from simulator.sample_sheets import SampleSheet


@dataclass(frozen=True, slots=True)
class PageTruth:
    """
    What one page of a file is.

    Attributes:
        number: 1-based in its file.
        state: As `read` says it: read, unknown or blank.
        degrees: Clockwise that the picture is turned.
        word: What a person says about it (pipeline.page_answers.PageWord), or duplicate; "" when
            nothing is asked.
        about: file#number of the other page that the word is about.
    """

    file: str
    number: int
    state: str
    form: str | None = None
    edition: str | None = None
    page: int | None = None
    degrees: int = 0
    word: str = ""
    about: str = ""

    @property
    def key(self) -> str:
        """file#number."""
        return f"{self.file}#{self.number}"

    def turned(self, degrees: int) -> PageTruth:
        """The same page lying turned."""
        return dataclasses.replace(self, degrees=degrees)

    def of_file(self, file: str) -> PageTruth:
        """The same page in another file."""
        return dataclasses.replace(self, file=file)

    def because(self, word: str, about: str) -> PageTruth:
        """The same page with what a person says about it."""
        return dataclasses.replace(self, word=word, about=about)


@dataclass(frozen=True, slots=True)
class RecordTruth:
    """A filled sheet, the pages of it that came, and whether those are all."""

    sheet: SampleSheet
    pages: tuple[PageTruth, ...]
    is_whole: bool

    def of_file(self, file: str) -> RecordTruth:
        """The same sheet in another file."""
        return dataclasses.replace(self, pages=tuple(p.of_file(file) for p in self.pages))


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file of the samples and everything that is true of it."""

    name: str
    pages: list[PageTruth]
    records: list[RecordTruth]
    note: str


def record(sheet: SampleSheet, pages: list[PageTruth], is_whole: bool = True) -> RecordTruth:
    """The truth of one sheet."""
    return RecordTruth(sheet, tuple(pages), is_whole)


def blank_page(file: str, number: int) -> PageTruth:
    """The empty back of something."""
    return PageTruth(file, number, "blank", word="blank_back")


def foreign_page(file: str, number: int, about: str) -> PageTruth:
    """A page that is no form and goes with the sheet of the page `about`."""
    return PageTruth(file, number, "unknown", word="attachment", about=about)


def write_paperwork(folder: Path, files: list[SampleFile], catalog: Catalog) -> None:
    """Write F.expected.json beside every file F, and answers.json for all."""
    for file in files:
        path = folder / file.name
        _write(path.with_name(path.name + ".expected.json"), _expected(file))
    _write(folder / "answers.json", _answers(files, catalog))


def _expected(file: SampleFile) -> dict[str, Any]:
    return {
        "file": file.name,
        "note": file.note,
        "pages": [
            {
                "number": p.number,
                "state": p.state,
                "form": p.form,
                "edition": p.edition,
                "page": p.page,
                "turned_degrees": p.degrees,
            }
            for p in file.pages
        ],
        "records": [_expected_record(r, file.name) for r in file.records],
    }


def _expected_record(truth: RecordTruth, file: str) -> dict[str, Any]:
    came = _came(truth)
    edition = truth.sheet.filled.edition
    return {
        "form": edition.form.name,
        "edition": edition.name,
        "pages": [p.number if p.file == file else p.key for p in truth.pages],
        "is_whole": truth.is_whole,
        "values": {n: a.value for n, a in came.items() if a.state is State.ANSWERED},
        "states": {n: a.state.value for n, a in came.items() if a.state is not State.ANSWERED},
    }


def _came(truth: RecordTruth) -> dict[str, Answer]:
    """Every field of the pages that came, blank ones too, in the form's order."""
    filled = truth.sheet.filled
    numbers = {p.page for p in truth.pages}
    return {
        name: filled.answers.get(name, BLANK)
        for name, place in filled.edition.places.items()
        if place.page in numbers
    }


def _answers(files: list[SampleFile], catalog: Catalog) -> dict[str, Any]:
    records = {
        f"{file.name}#{index}": _record_answers(truth, catalog)
        for file in files
        for index, truth in enumerate(file.records, start=1)
    }
    pages = {
        page.key: {"word": page.word, "about": page.about or None}
        for file in files
        for page in file.pages
        if page.word and page.word != "duplicate"
    }
    return {"records": records, "pages": pages}


def _record_answers(truth: RecordTruth, catalog: Catalog) -> dict[str, Any]:
    filled = truth.sheet.filled
    said = at_the_desk(_came(truth) | truth.sheet.asked, filled.edition, catalog)
    return {
        "form": filled.edition.form.name,
        "edition": filled.edition.name,
        "pages": [p.key for p in truth.pages],
        "fields": {
            name: {"value": answer.value, "state": answer.state.value}
            for name, answer in said.items()
            if answer.state is not State.BLANK
        },
    }


def _write(file: Path, data: dict[str, Any]) -> None:
    file.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
