"""The pages that an office puts into its stacks: a batch's cover, and numbered slips."""

from __future__ import annotations

import segno

from cpims_scan.domain.paper import Box
from cpims_scan.forms.paper.draw import draw_pages
from cpims_scan.forms.paper.drawing import DrawnPage, StyleSpec
from cpims_scan.forms.paper.faces import natural_width
from cpims_scan.forms.paper.pdfa import About
from cpims_scan.forms.paper.primitives import (
    POINT_MM,
    STYLES,
    Ink,
    code_bars,
    frame,
    page,
    together,
    words,
)
from cpims_scan.forms.separator import Cover, Slip

A4_MM = (210.0, 297.0)
EDGE_MM = 15.0  # wider than a printer's blind edge and what a crooked feed cuts off
# Large enough to be read on a photocopy at 100 dpi, small enough to stay far from its twin.
MODULE_MM, CODE_MM = 0.8, 38.0
LINE_MM = 7.0
SMALL_LINE_MM = 5.5
FIRST_LINE_MM = 75.0
VALUE_LEFT_MM = 85.0
PADDING_MM = 2.0
FRAME_MM = 10.0
STAND_MM = 175.0  # of the number on a slip
COVER_TITLE = ("Batch cover", "Jalada la kundi la fomu")
SLIP_TITLE = ("Separator", "Kitenganishi")
LABELS = {
    "batch": ("Batch", "Kundi"),
    "office": ("Office", "Ofisi"),
    "month": ("Month", "Mwezi"),
    "officer": ("Officer", "Afisa"),
    "sheets_expected": ("Forms in it", "Fomu zilizomo"),
}
COVER_NOTES = (
    "Lay this page on top of the stack and scan it with the forms behind it. What it says holds "
    "for every form until the next cover. Count the forms before you scan.",
    "Weka ukurasa huu juu ya fomu na uuskani pamoja nazo. Unachosema kinahusu kila fomu mpaka "
    "jalada linalofuata. Hesabu fomu kabla ya kuskani.",
)
SLIP_NOTES = (
    "Write this number on the form, lay this page before it, and scan both. Pages behind "
    "different separators are never put together.",
    "Andika nambari hii kwenye fomu, weka ukurasa huu mbele yake, kisha skani zote. Kurasa "
    "zilizo nyuma ya vitenganishi tofauti haziunganishwi kamwe.",
)
_STYLES = STYLES | {
    "cover title": StyleSpec(face="vera bold", size=22),
    "cover label": StyleSpec(face="vera bold", size=12),
    "cover text": StyleSpec(face="vera", size=12),
    "cover text sw": StyleSpec(face="vera italic", size=12, grey=0.15),
    "number": StyleSpec(face="vera bold", size=160),
}


def draw_cover(cover: Cover) -> DrawnPage:
    """One A4 page that says in print and in its two codes what holds for the stack behind it."""
    ink = [_heading(COVER_TITLE)]
    top = FIRST_LINE_MM
    for name, (english, swahili) in LABELS.items():
        value = cover.batch if name == "batch" else getattr(cover.context, name)
        ink.append(_said(top, f"{english} / {swahili}", "" if value is None else str(value)))
        top += 2 * LINE_MM
    ink.append(_notes(top + LINE_MM, COVER_NOTES))
    return page(A4_MM, [*ink, _codes(cover.text)])


def draw_slip(slip: Slip) -> DrawnPage:
    """One A4 page with a number, to be laid before the form that bears the same number."""
    number = str(slip.number)
    left = (A4_MM[0] - _width(number, "number")) / 2
    ink = [
        _heading(SLIP_TITLE),
        words(left, STAND_MM, "number", number),
        _notes(STAND_MM + 3 * LINE_MM, SLIP_NOTES),
    ]
    return page(A4_MM, [*ink, _codes(slip.text)])


def separators(cover: Cover | None, slips: range) -> bytes:
    """
    A PDF/A of a cover, when there is one, and the slips behind it.

    Args:
        cover: Of the batch, or None.
        slips: Their numbers; empty for none.
    """
    pages = [draw_cover(cover)] if cover else []
    pages += [draw_slip(Slip(number)) for number in slips]
    title = f"{COVER_TITLE[0]} {cover.batch}" if cover else f"{SLIP_TITLE[0]}s"
    return draw_pages(pages, _STYLES, About(title))


def _heading(title: tuple[str, str]) -> Ink:
    english, swahili = title
    return together(
        [
            words(EDGE_MM, EDGE_MM + LINE_MM, "cover title", english),
            words(EDGE_MM, EDGE_MM + 2.2 * LINE_MM, "cover text sw", swahili),
        ]
    )


def _said(top: float, label: str, value: str) -> Ink:
    """A label and its value; an empty frame where somebody may write it by hand."""
    room = A4_MM[0] - EDGE_MM - VALUE_LEFT_MM
    box = Box(VALUE_LEFT_MM - PADDING_MM, top - LINE_MM, room + PADDING_MM, FRAME_MM)
    squeezed = room - PADDING_MM if _width(value, "cover text") > room - PADDING_MM else 0.0
    known = words(VALUE_LEFT_MM, top, "cover text", value, squeezed)
    return together([words(EDGE_MM, top, "cover label", label), known, frame(box)])


def _notes(top: float, notes: tuple[str, str]) -> Ink:
    ink = []
    for text, style in zip(notes, ("cover text", "cover text sw"), strict=True):
        for line in _lines(text, style):
            ink.append(words(EDGE_MM, top, style, line))
            top += SMALL_LINE_MM
        top += SMALL_LINE_MM
    return together(ink)


def _lines(text: str, style: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, style) <= A4_MM[0] - 2 * EDGE_MM:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str, style: str) -> float:
    made = _STYLES[style]
    return natural_width(text, made.face, made.size) * POINT_MM


def _codes(text: str) -> Ink:
    """The code at two opposite corners, so that the page is known to be the whole picture."""
    count = len(segno.make_qr(text, error="m", boost_error=True).matrix)
    module = min(MODULE_MM, CODE_MM / count)
    side = count * module
    width, height = A4_MM
    first = code_bars(text, width - EDGE_MM - side, EDGE_MM, module)
    second = code_bars(text, EDGE_MM, height - EDGE_MM - side, module)
    return Ink(bars=(*first, *second))
