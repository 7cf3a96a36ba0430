"""Machine-readable editions in the simulator: printed with codes, answered in combs and codes."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.random import Generator

from cpims_scan.domain.record import State, Value
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.pagecode import SERIAL_ALPHABET, SERIAL_LENGTH
from cpims_scan.forms.paper.drawing import Drawing
from cpims_scan.forms.paper.prefill import CELL, characters
from cpims_scan.forms.paper.printing import PrintRun, print_run
from cpims_scan.forms.relevant import is_relevant
from cpims_scan.forms.template import Edition, FormField, Place
from cpims_scan.forms.yamlfile import read_model
from simulator.answers import BLANK, Answer
from simulator.pens import Pixels

PAGE_DPI = 300
STREAM = 6_101
# Of what CPIMS asks and no earlier sheet prints, this share is filled in [judgement].
SHARE_ASKED = 0.85
MOST_CODES = 2  # an officer names one or two sub-categories, rarely more
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@functools.lru_cache(maxsize=16)
def _bears_codes(drawing: Path) -> bool:
    return drawing.exists() and any(page.codes for page in read_model(drawing, Drawing).pages)


def bears_codes(edition: Edition) -> bool:
    """True when each copy of an edition is printed with codes of its own."""
    return _bears_codes(edition.pages[0].file.parent / "drawing.yaml")


def serial_of_seed(seed: int) -> str:
    """A serial that is the same for the same seed."""
    rng = np.random.default_rng([STREAM, 1, seed])
    return "".join(
        SERIAL_ALPHABET[i] for i in rng.integers(len(SERIAL_ALPHABET), size=SERIAL_LENGTH)
    )


def printed_pages(edition: Edition, serial: str) -> list[Pixels]:
    """Every page of one copy as a laser printer sets it: uint8 (H, W, 3), 300 dpi."""
    document = pdfium.PdfDocument(print_run(edition, PrintRun(serial=serial)))
    try:
        return [_rendered(page) for page in document]
    finally:
        document.close()


def fitted(
    answers: Mapping[str, Answer], edition: Edition, catalog: Catalog, seed: int
) -> dict[str, Answer]:
    """
    The answers of an invented sheet as they are given on a machine-readable edition.

    Words become the codes of their lists, names capitals that fit their comb, dates eight digits;
    what only this edition asks is answered too. What does not fit is left blank.
    """
    rng = np.random.default_rng([STREAM, 2, seed])
    made: dict[str, Answer] = {}
    for name, place in edition.places.items():
        field = edition.form.fields[name]
        given = answers.get(name, BLANK)
        if field.spec.ask and given is BLANK:
            listed = catalog.lists.get(field.spec.code_list or "", [])
            names = sorted(place.codes.values()) or [c.name for c in field.choices]
            given = _asked(field, names or [e.label["en"] for e in listed], made, rng)
        answer = _fitted(field, place, given, catalog, rng)
        if answer.state is not State.BLANK:
            made[name] = answer
    return made | _totals(edition, made)


def _fitted(
    field: FormField, place: Place, given: Answer, catalog: Catalog, rng: Generator
) -> Answer:
    if place.reader == "squares":
        is_mark = given.state is State.ANSWERED
        return dataclasses.replace(given, written="", struck="") if is_mark else BLANK
    if place.reader != "comb":
        return given
    if given.state is not State.ANSWERED or given.value is None:
        return BLANK
    value = _coded(field, place, given, catalog, rng) if place.codes else _shortened(place, given)
    return BLANK if value is None else Answer(value, _cells(place, value))


def _cells(place: Place, value: Value) -> str:
    given = value if isinstance(value, list) else str(value)
    return characters(place, given)


def _coded(
    field: FormField, place: Place, given: Answer, catalog: Catalog, rng: Generator
) -> Value:
    """The list's entry for a word; another one of the list where no entry is called so."""
    known = set(place.codes.values())
    if isinstance(given.value, list):
        return given.value
    entries = [*field.choices, *catalog.lists.get(field.spec.code_list or "", [])]
    words = {
        word.casefold(): entry.name
        for entry in entries
        for word in (*entry.label.values(), *entry.aliases, entry.name)
    }
    found = words.get((given.listed or str(given.value)).casefold())
    return found if found in known else str(rng.choice(sorted(known)))


def _shortened(place: Place, given: Answer) -> Value:
    value = given.value
    if place.format and CELL in place.format:
        pattern = re.escape(place.format).replace(re.escape(CELL), r"\d")
        return value if isinstance(value, str) and re.fullmatch(pattern, value) else None
    if place.format:
        return value if isinstance(value, str) and _DAY.fullmatch(value) else None
    if isinstance(value, int):
        return value if len(str(value)) <= len(place.comb) else None
    if not isinstance(value, str):
        return None
    allowed = r"[^0-9]" if place.alphabet == "digits" else r"[^A-Z0-9 ]"
    allowed = r"[^A-Z ]" if place.alphabet == "capitals" else allowed
    kept = " ".join(
        re.sub(allowed, "" if place.alphabet == "digits" else " ", value.upper()).split()
    )
    return kept[: len(place.comb)].strip() or None


def _asked(
    field: FormField, names: list[str], made: Mapping[str, Answer], rng: Generator
) -> Answer:
    """One of several answers to what only this edition asks, where it applies."""
    known = {name: answer.value for name, answer in made.items()}
    if rng.random() > SHARE_ASKED or not is_relevant(field.spec.relevant, known):
        return BLANK
    if field.is_multiple:
        count = min(int(rng.integers(1, MOST_CODES + 1)), len(names))
        return Answer([str(n) for n in rng.choice(names, size=count, replace=False)])
    return Answer(str(rng.choice(names))) if names else BLANK


def _totals(edition: Edition, made: Mapping[str, Answer]) -> dict[str, Answer]:
    """Sums that the edition prints and nobody added up yet: the Total row of a block."""
    found: dict[str, Answer] = {}
    for total in edition.totals:
        if total.kind != "sum" or total.total in made or total.total in found:
            continue
        parts = [made[p].value for p in total.parts if p in made]
        numbers = [v for v in parts if isinstance(v, int)]
        if numbers:
            found[total.total] = Answer(sum(numbers), str(sum(numbers)))
    return found


def _rendered(page: pdfium.PdfPage) -> Pixels:
    bitmap = page.render(scale=PAGE_DPI / 72, grayscale=True)
    grey = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
