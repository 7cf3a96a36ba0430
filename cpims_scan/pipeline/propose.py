"""A pack from an empty form: what its print says, written for a person to correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
from pydantic import TypeAdapter, ValidationError

from cpims_scan.domain.paper import Box
from cpims_scan.errors import InputError, TemplateError, WrongUseError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.check import WARNING, check_pack
from cpims_scan.forms.editing.packtext import form_text, template_text
from cpims_scan.forms.pagecode import read_code
from cpims_scan.forms.proposal.pack import Proposal, propose
from cpims_scan.forms.spec import Name
from cpims_scan.imaging.coaching.blank_pages import BlankScan, scan_blank
from cpims_scan.imaging.finding.straighten import PAPERS

FORM_COMMENT = """\
What {form} asks, proposed from the print of its empty form: names, labels, types and
choices are guesses. Correct them, and write the Swahili labels (sw) that are missing.
The words of this file are explained in docs/forms.md."""
TEMPLATE_COMMENT = """\
Where {form} stands on its paper: [left, top, width, height] in millimetres from the page's
top-left corner, to the middle of the rules."""
RULES_TEXT = """\
# Rules of {form}. A rule speaks only when every field that it names was read; docs/forms.md,
# "Rules", shows how one is written.
[]
"""
EXAMPLES_TEXT = "# Records, and the rules that they break.\n[]\n"
PNG_EFFORT = 9


@dataclass(frozen=True, slots=True)
class NewPack:
    """
    A pack that was just written.

    Attributes:
        folder: The edition's folder.
        pages: Number of pages.
        counts: Boxes by reader; a table counts its cells.
        tables: Number of tables.
        problems: Sentences of `forms check`, warnings left out.
    """

    folder: Path
    pages: int
    fields: int
    counts: dict[str, int]
    tables: int
    problems: list[str]


@dataclass(frozen=True, slots=True)
class NewForm:
    """What a person said of the new form; `paper` is its size in mm when the file does not know."""

    name: str
    edition: str
    packs: Path
    paper: tuple[float, float] | None = None


def new_pack(file: Path, wanted: NewForm, say: Callable[[str], None]) -> NewPack:
    """
    Write a pack for an empty form.

    Args:
        file: The empty form: PDF, PNG, JPEG or TIFF.
        wanted: Its name and where the pack goes.
        say: Told of every page as it is done.

    Raises:
        WrongUseError: The name is none, or a pack of that name and edition is there already.
        InputError: The file cannot be opened, or nothing to fill was found on it.
    """
    _check_name(wanted)
    scans = []
    for number, scan in enumerate(scan_blank(file, wanted.paper), start=1):
        scans.append(scan)
        words, boxes = len(scan.print.words), len(scan.print.boxes)
        say(f"page {number}: {words} words, {boxes} boxes")
    codes = [(n, box) for n, scan in enumerate(scans, start=1) for box in _sheet_codes(scan)]
    made = propose([scan.print for scan in scans], wanted.name, wanted.edition, codes)
    if not made.form.fields:
        raise InputError(
            f"{file.name}: no box, line or square to fill was found. Give the empty form straight "
            "and whole, at 200 dots an inch or more."
        )
    folder = _write(made, scans, wanted)
    return _told(made, folder, wanted)


def paper_size(words: str) -> tuple[float, float]:
    """
    Size in mm of a paper by name, or as `210x297`.

    Raises:
        WrongUseError: It is neither.
    """
    known = PAPERS.get(words.lower())
    if known is not None:
        return known
    try:
        width, height = (float(side) for side in words.lower().split("x"))
    except ValueError as error:
        names = ", ".join(PAPERS)
        raise WrongUseError(
            f"--paper '{words}' is no paper. Write {names}, or millimetres such as 210x297."
        ) from error
    return width, height


def _check_name(wanted: NewForm) -> None:
    try:
        TypeAdapter(Name).validate_python(wanted.name)
    except ValidationError as error:
        raise WrongUseError(
            f"'{wanted.name}' is no name of a form. Use small letters, digits and _, a letter "
            "first, such as home_visit."
        ) from error
    folder = _form_folder(wanted)
    if (folder / wanted.edition).exists() or (folder / "form.yaml").exists():
        raise WrongUseError(
            f"{folder}: there is a pack of that name already. Take another name, or remove it "
            "first."
        )


def _form_folder(wanted: NewForm) -> Path:
    return wanted.packs / "form_templates" / wanted.name


def _sheet_codes(scan: BlankScan) -> list[Box]:
    """QR codes that are not the page's own: those differ from copy to copy and are read."""
    return [box for text, box in scan.codes if read_code(text) is None]


def _write(made: Proposal, scans: list[BlankScan], wanted: NewForm) -> Path:
    folder = _form_folder(wanted) / wanted.edition
    rules = wanted.packs / "validators" / wanted.name
    title = wanted.name
    for place in (folder, rules):
        place.mkdir(parents=True, exist_ok=True)
    for number, scan in enumerate(scans, start=1):
        done, data = cv2.imencode(
            ".png", scan.page.pixels, [cv2.IMWRITE_PNG_COMPRESSION, PNG_EFFORT]
        )
        if not done:
            raise TemplateError(f"{folder}: page {number} could not be written as PNG.")
        (folder / f"page-{number}.png").write_bytes(data.tobytes())
    texts = {
        folder.parent / "form.yaml": form_text(made.form, FORM_COMMENT.format(form=title)),
        folder / "template.yaml": template_text(made.template, TEMPLATE_COMMENT.format(form=title)),
        rules / "rules.yaml": RULES_TEXT.format(form=title),
        rules / "examples.yaml": EXAMPLES_TEXT,
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return folder


def _told(made: Proposal, folder: Path, wanted: NewForm) -> NewPack:
    catalog = load_catalog(wanted.packs)
    edition = catalog.edition(wanted.name, wanted.edition)
    counts: dict[str, int] = {}
    for place in edition.places.values():
        counts[place.reader] = counts.get(place.reader, 0) + 1
    problems = [p for p in check_pack(catalog, wanted.name) if not p.startswith(WARNING)]
    return NewPack(
        folder, len(edition.pages), len(edition.places), counts, len(made.template.tables), problems
    )
