"""Copies of a machine-readable edition: each with its own serial, some filled in beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cpims_scan.errors import InputError
from cpims_scan.forms.pagecode import (
    SERIAL_ALPHABET,
    SERIAL_LENGTH,
    PageCode,
    new_serial,
    shown,
)
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.draw import draw_pages, printable
from cpims_scan.forms.paper.drawing import Drawing, DrawnPage, StyleSpec
from cpims_scan.forms.paper.pdfa import About
from cpims_scan.forms.paper.prefill import Given, prefilled
from cpims_scan.forms.template import Edition
from cpims_scan.forms.yamlfile import read_model

STANDING_STYLES = ("standing", "standing sw")
# What an officer may type for a letter that the alphabet leaves out (Crockford's base 32).
_LOOK_ALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class PrintRun:
    """
    What is wanted of one print.

    Attributes:
        copies: How many sheets.
        serial: Of the one sheet that is printed again; None gives each copy a new one.
        values: What is filled in already, by field name.
        approval: Printed instead of "proposed edition"; None while nobody approved it.
    """

    copies: int = 1
    serial: str | None = None
    values: dict[str, Given] = field(default_factory=dict)
    approval: str | None = None


def print_run(edition: Edition, run: PrintRun) -> bytes:
    """
    Make a PDF/A of so many copies of an edition, at their true size.

    An edition whose drawing has no codes, or that is only a picture, is printed as it is.

    Raises:
        InputError: A value does not fit its field, or an edition without codes was to get some.
        TemplateError: The drawing is wrong.
    """
    file = edition.pages[0].file.parent / "drawing.yaml"
    drawing = read_model(file, Drawing) if file.exists() else None
    if drawing is None or not any(page.codes for page in drawing.pages):
        if run.serial or run.values or run.copies > 1:
            raise InputError(
                f"{edition.form.name} {edition.name} bears no codes: it has no serials and is not "
                "filled in. Print it without these options, or take a 2026-mr edition."
            )
        return printable(edition)
    styles = primitives.STYLES | drawing.styles
    pages = [page for _ in range(run.copies) for page in copy_of(edition, drawing, run, styles)]
    about = About(f"{edition.form.title['en']}, {edition.name}")
    return draw_pages(pages, styles, about, str(file), is_dated=True)


def copy_of(
    edition: Edition, drawing: Drawing, run: PrintRun, styles: dict[str, StyleSpec]
) -> list[DrawnPage]:
    """One sheet: its pages with their codes, its serial, and what is filled in already."""
    serial = run.serial or new_serial()
    made = []
    for number, page in enumerate(drawing.pages, start=1):
        code = PageCode(edition.form.name, edition.name, number, serial)
        approved = _approved(page, run.approval)
        coded = coded_page(approved, code)
        ink = prefilled(edition, run.values, number, styles)
        made.append(primitives.inked(coded, ink))
    return made


def coded_page(page: DrawnPage, code: PageCode) -> DrawnPage:
    """A page with its QR codes and its serial in print."""
    bars = [bar for x, y in page.codes for bar in primitives.code_bars(code.text, x, y)]
    words = [(x, y, 0.0, style, shown(code.serial)) for x, y, style in page.serials]
    return page.model_copy(
        update={
            "bars": [*page.bars, *bars],
            "words": [*page.words, *words],
            "codes": [],
            "serials": [],
        }
    )


def serial_of(typed: str) -> str:
    """
    A serial as it is typed from a sheet: with or without dashes, in any case.

    Raises:
        InputError: It cannot be one of ours.
    """
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_LOOK_ALIKES)
    if len(plain) != SERIAL_LENGTH or set(plain) - set(SERIAL_ALPHABET):
        raise InputError(
            f"'{typed}' is no sheet number. Type the {SERIAL_LENGTH} letters and digits that are "
            "printed beside the code, such as 7K2M-9QXD-41TR."
        )
    return plain


def _approved(page: DrawnPage, approval: str | None) -> DrawnPage:
    """The page with the approval instead of "proposed edition", where there is one."""
    if approval is None:
        return page
    words = [
        (*word[:4], approval) if word[3] == STANDING_STYLES[0] else word
        for word in page.words
        if word[3] != STANDING_STYLES[1]
    ]
    return page.model_copy(update={"words": words})
