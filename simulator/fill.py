"""Ink over a blank page: every answer of an edition put where its field stands."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.random import Generator
from numpy.typing import NDArray

from cpims_scan.domain.paper import Box
from cpims_scan.domain.record import State
from cpims_scan.forms.template import BlankPage, Edition, Place
from simulator.answers import Answer
from simulator.hands import Hand, write_word
from simulator.layout import Written, write_text
from simulator.marks import HABITS, dash, mark_print, mark_square, scribble, signature, strike
from simulator.pens import MM_PER_INCH, Pixels, Stroke, put_ink

PAGE_DPI = 300
# Print darker than this must stay clear of writing; the grey hints are lighter and written over.
DARK_PRINT = 140
# Dotted lines are lower than this; captions inside a cell are higher.
CAPTION_MM = 1.3
LEAST_PRINT_PX = 12
GAP_MM = 4.0  # wider than a space: what follows is another print, such as "Refer to CRD"
LINE_MM = 6.0  # a line of writing needs this
RULE_MM = 0.7  # kept clear of a cell's own rules when looking for print in it


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one hand fills on one page, and the blank below it."""

    edition: Edition
    number: int
    blank: NDArray[np.uint8]  # grey, at PAGE_DPI


def blank_page(page: BlankPage) -> Pixels:
    """The unfilled page, grey, uint8 (H, W), at 300 dpi."""
    return _blank(page.file, page.pdf_page, page.size_mm)


def fill(
    edition: Edition, answers: Mapping[str, Answer], hand: Hand, number: int, seed: int = 0
) -> Pixels:
    """
    Draw one hand's answers over a blank page.

    Args:
        edition: Whose blank and places they are.
        answers: By field name; fields of other pages are passed over, absent ones stay empty.
        hand: Who writes, with which pen.
        number: 1-based page of the edition.
        seed: Another seed writes the same answers anew, as on another day.

    Returns:
        Colour, uint8 (H, W, 3), blue, green, red, 300 dpi.
    """
    grey = blank_page(edition.pages[number - 1])
    page = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    return add_ink(page, (edition, number), answers, hand, seed)


def add_ink(
    page: Pixels,
    where: tuple[Edition, int],
    answers: Mapping[str, Answer],
    hand: Hand,
    seed: int = 0,
) -> Pixels:
    """Draw more answers on a page that may bear ink already: a follow-up row, another pen."""
    edition, number = where
    sheet = Sheet(edition, number, blank_page(edition.pages[number - 1]))
    strokes: list[Stroke] = []
    for place in edition.on_page(number):
        answer = answers.get(place.field)
        if answer is not None and answer.state is not State.BLANK:
            rng = np.random.default_rng([hand.seed, seed, _number_of(place.field)])
            strokes += _strokes(sheet, place, answer, hand, rng)
    return put_ink(page, strokes, hand.pen, PAGE_DPI) if strokes else page


def _strokes(
    sheet: Sheet, place: Place, answer: Answer, hand: Hand, rng: Generator
) -> list[Stroke]:
    if place.options:
        return _choices(sheet, place, answer, hand, rng)
    if place.comb:
        return _combed(place, answer, hand, rng)
    if place.reader == "signature":
        return _signed(_room(sheet, place), hand, rng)
    return _written(_room(sheet, place), place, answer, hand, rng)


def _written(room: Box, place: Place, answer: Answer, hand: Hand, rng: Generator) -> list[Stroke]:
    if answer.written == "-":
        return [dash(room, rng)]
    is_narrow = place.reader in ("number", "date") or room.width < 16
    if not answer.struck:
        return list(write_text(hand, answer.written, room, rng, centred=is_narrow).strokes)
    first_room, second_room = _parted(room, answer)
    first = write_text(hand, answer.struck, first_room, rng)
    strokes = [*first.strokes, *_struck(first, rng)]
    if answer.written:
        strokes += write_text(hand, answer.written, second_room, rng).strokes
    return strokes


def _parted(room: Box, answer: Answer) -> tuple[Box, Box]:
    """Room for what is struck out, and for what is written after or below it."""
    if not answer.written:
        return room, room
    if room.height > 9:
        half = room.height / 2
        return (
            Box(room.left, room.top, room.width, half),
            Box(room.left, room.top + half, room.width, half),
        )
    share = len(answer.struck) / (len(answer.struck) + len(answer.written))
    cut = room.width * min(max(share, 0.3), 0.6)
    return (
        Box(room.left, room.top, cut, room.height),
        Box(room.left + cut, room.top, room.width - cut, room.height),
    )


def _struck(written: Written, rng: Generator) -> list[Stroke]:
    if rng.random() < 0.25:
        return [scribble(written.box, rng)]
    return strike(written.box, rng, int(rng.choice([1, 1, 2])))


def _choices(
    sheet: Sheet, place: Place, answer: Answer, hand: Hand, rng: Generator
) -> list[Stroke]:
    habit = marking_habit(hand)
    chosen = answer.value if isinstance(answer.value, list) else [answer.value]
    strokes: list[Stroke] = []
    for option, box in place.options.items():
        if option not in chosen and option != answer.struck:
            continue
        made = _marked(sheet, place, box, habit, rng)
        strokes += made
        if option == answer.struck:
            strokes.append(scribble(_around(made).grown(0.2), rng))
    return strokes


def _marked(sheet: Sheet, place: Place, box: Box, habit: str, rng: Generator) -> list[Stroke]:
    if place.reader == "squares":
        return mark_square(habit, box, rng)
    return mark_print(habit, box, _printed(sheet, box) or box.grown(-1.2), rng)


def marking_habit(hand: Hand) -> str:
    """How a writer marks printed choices: the same way on the whole sheet, as people do."""
    rng = np.random.default_rng([hand.seed, 11])
    return str(rng.choice(list(HABITS), p=list(HABITS.values())))


def _combed(place: Place, answer: Answer, hand: Hand, rng: Generator) -> list[Stroke]:
    strokes: list[Stroke] = []
    for box, character in zip(place.comb, answer.written, strict=False):
        if character != " ":
            strokes += write_text(hand, character, box, rng, centred=True).strokes
    return strokes


def _signed(room: Box, hand: Hand, rng: Generator) -> list[Stroke]:
    own = np.random.default_rng([hand.seed, 23])  # a signature looks alike every time
    word = write_word(hand, str(own.choice(list("ABCDGJKLMNOPRSW"))), own)
    size = room.height * 0.72 / 20
    first = np.vstack(word.strokes)
    left = room.left + 2 + rng.uniform(0, 3)
    initial = np.column_stack(
        [left + first[:, 0] * size, room.top + room.height * 0.8 - first[:, 1] * size]
    )
    return signature(initial, room, own)


def _room(sheet: Sheet, place: Place) -> Box:
    """The part of a field's box that bears no caption, and no other field's answer."""
    box = place.box.grown(-0.3)
    caption = _printed(sheet, place.box)
    is_beside = caption is not None and caption.left <= box.left + box.width * 0.5
    if caption is not None and is_beside and caption.height >= CAPTION_MM:
        left = caption.right + 1.0
        box = Box(left, box.top, box.right - left, box.height) if left < box.right - 8 else box
    return _own_part(sheet, place, box)


def _own_part(sheet: Sheet, place: Place, room: Box) -> Box:
    """A field's part of a cell that asks for several things: lines where it is high enough."""
    same = [p.field for p in sheet.edition.on_page(sheet.number) if p.box == place.box]
    if len(same) < 2:  # noqa: PLR2004, it has the cell to itself
        return room
    index, count = same.index(place.field), len(same)
    if room.height / count >= LINE_MM:
        high = room.height / count
        return Box(room.left, room.top + index * high, room.width, high)
    wide = room.width / count
    return Box(room.left + index * wide, room.top, wide, room.height)


def _printed(sheet: Sheet, box: Box) -> Box | None:
    """What is printed dark inside a cell, without its rules; None when there is nothing."""
    scale = PAGE_DPI / MM_PER_INCH
    inner = box.grown(-RULE_MM)
    x0, y0 = int(inner.left * scale), int(inner.top * scale)
    part = sheet.blank[y0 : int(inner.bottom * scale), x0 : int(inner.right * scale)]
    rows, columns = _first_word(part < DARK_PRINT)
    if len(rows) < LEAST_PRINT_PX:
        return None
    left, top = x0 + columns.min(), y0 + rows.min()
    return Box(
        float(left) / scale,
        float(top) / scale,
        float(x0 + columns.max() - left) / scale,
        float(y0 + rows.max() - top) / scale,
    )


def _first_word(
    dark: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the leftmost print, up to a gap that no wording has."""
    rows, columns = np.nonzero(dark)
    used = np.unique(columns)
    gaps = np.flatnonzero(np.diff(used) > GAP_MM * PAGE_DPI / MM_PER_INCH)
    if not len(gaps):
        return rows, columns
    is_first = columns <= used[gaps[0]]
    return rows[is_first], columns[is_first]


def _around(strokes: list[Stroke]) -> Box:
    points = np.vstack([s.points for s in strokes])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))


def _number_of(name: str) -> int:
    """A number of a name that is the same on every machine, so that fields draw apart."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


@functools.lru_cache(maxsize=8)
def _blank(file: Path, pdf_page: int, size_mm: tuple[float, float]) -> Pixels:
    size = (round(size_mm[0] / MM_PER_INCH * PAGE_DPI), round(size_mm[1] / MM_PER_INCH * PAGE_DPI))
    if file.suffix.lower() == ".pdf":
        document = pdfium.PdfDocument(file)
        try:
            bitmap = document[pdf_page - 1].render(scale=PAGE_DPI / 72, grayscale=True)
            picture = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
        finally:
            document.close()
    else:
        picture = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
