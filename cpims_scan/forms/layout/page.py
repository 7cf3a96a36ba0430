"""What every machine-readable page prints around its questions: codes, marks, ruler, notices."""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.paper import Box
from cpims_scan.forms.layout.parts import (
    Piece,
    both,
    label_ink,
    label_lines,
    line_mm,
    rise_mm,
)
from cpims_scan.forms.pagecode import SERIAL_LENGTH, PageCode
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.drawing import DrawnPage
from cpims_scan.forms.paper.primitives import MODULE_MM, QUIET_MODULES, Ink

FREE_MM = 6.0  # printers leave this edge white
MARK_INSET_MM = 7.0
SIDE_MM = 11.0  # left and right of the questions
HEAD_MM = 28.0  # the questions begin here
FOOT_MM = 27.0  # and end so far above the lower edge
CODE_INSET_MM = MARK_INSET_MM + 3.0  # quiet zone and more between a mark and a code
BESIDE_MM = 3.0  # from the lower code to the words at its right
FOOT_RISE_MM = 1.8  # these words begin so far above the code
SERIAL_BELOW_MM = 7.2  # the serial's baseline below the upper code's edge
RULER_DROP_MM = 1.0
TITLE_RISE_MM = 0.8
STANDING = {
    "en": "PROPOSED EDITION, not issued by the Directorate",
    "sw": "TOLEO LINALOPENDEKEZWA, halijatolewa na Idara",
}
RULER = {
    "en": "Check: this line is 100 mm. Print at 100 %.",
    "sw": "Hakiki: mstari huu ni mm 100. Chapisha kwa 100 %.",
}
NUMBER = {"en": "Sheet number", "sw": "Nambari ya karatasi"}
PAGE = {"en": "Page {page} of {pages}", "sw": "Ukurasa {page} kati ya {pages}"}
COUNSEL = {"en": "Draft for counsel:", "sw": "Rasimu kwa mwanasheria:"}
HOW = {
    "en": "One CAPITAL or digit in a box, black or blue: I with feet, 1 a plain stroke, "
    "7 with a bar. Tick squares. Dates: day month year.",
    "sw": "HERUFI KUBWA au tarakimu moja kwa kisanduku: I yenye miguu, 1 mstari tu, "
    "7 yenye kipao. Alama kwenye mraba. Tarehe: siku mwezi mwaka.",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself, the same for every page but its number."""

    form: str
    edition: str
    title: dict[str, str]
    notice: dict[str, str]
    size_mm: tuple[float, float]
    pages: int

    def code(self, page: int, serial: str) -> PageCode:
        """What the code of one page says."""
        return PageCode(self.form, self.edition, page, serial)

    @property
    def code_mm(self) -> float:
        """Side of the codes without their quiet zone, mm; the same on every page."""
        longest = self.code(self.pages, "Z" * SERIAL_LENGTH)
        return primitives.code_side_mm(longest.text)

    @property
    def area(self) -> Box:
        """Where questions may stand, mm."""
        width, height = self.size_mm
        return Box(SIDE_MM, HEAD_MM, width - 2 * SIDE_MM, height - HEAD_MM - FOOT_MM)


def whole_page(head: Head, number: int, body: Piece) -> DrawnPage:
    """The page with its questions: everything but what differs from copy to copy."""
    width, height = head.size_mm
    side = head.code_mm
    upper = (width - CODE_INSET_MM - side, CODE_INSET_MM)
    lower = (CODE_INSET_MM, height - CODE_INSET_MM - side)
    beside = lower[0] + side + BESIDE_MM
    inks = [
        primitives.corner_marks(head.size_mm, MARK_INSET_MM),
        _top(head, number, upper),
        body.ink,
        _bottom(head, number, (beside, lower[1] - FOOT_RISE_MM)),
    ]
    serials = [
        (_words_left(upper), upper[1] + SERIAL_BELOW_MM),
        (beside, lower[1] - FOOT_RISE_MM + rise_mm("serial")),
    ]
    return primitives.page(head.size_mm, inks).model_copy(
        update={
            "codes": [(round(x, 2), round(y, 2)) for x, y in (upper, lower)],
            "serials": [(round(x, 2), round(y, 2), "serial") for x, y in serials],
        }
    )


def _top(head: Head, number: int, code: tuple[float, float]) -> Ink:
    """Title, standing and how to fill it; beside the upper code what number and page it is."""
    left, baseline = SIDE_MM, CODE_INSET_MM + rise_mm("title") - TITLE_RISE_MM
    english, swahili = both(head.title)
    x, said = _words_left(code), _page_of(head, number)
    return primitives.together(
        [
            primitives.words(left, baseline, "title", english),
            primitives.words(left, baseline + 3.9, "heading sw", swahili),
            _line(STANDING, "standing", left, baseline + 7.6),
            label_ink(label_lines(HOW, 0.0, "small"), left, baseline + 8.9),
            label_ink(label_lines(NUMBER, 0.0, "small"), x, code[1] - 0.6),
            primitives.words(x, code[1] + 10.8, "label", said[0]),
            primitives.words(x, code[1] + 10.8 + line_mm("label"), "label sw", said[1]),
        ]
    )


def _bottom(head: Head, number: int, at: tuple[float, float]) -> Ink:
    """To the right of the lower code: serial, notice in both languages, the ruler."""
    left, top = at
    room = head.size_mm[0] - SIDE_MM - left
    name = f"{head.form} {head.edition}   {'  '.join(_page_of(head, number))}"
    right = left + room - primitives.width_of(name, "small")
    inks = [primitives.words(right, top + rise_mm("serial"), "small", name)]
    y = top + line_mm("serial") + 0.3
    notices = zip(both(COUNSEL), both(head.notice), ("small", "small sw"), strict=True)
    for counsel, notice, style in notices:
        for text in primitives.wrapped(f"{counsel} {notice}", style, room):
            inks.append(primitives.words(left, y + rise_mm(style), style, text))
            y += line_mm(style)
    ruler_top = head.size_mm[1] - CODE_INSET_MM - primitives.RULER_HEIGHT_MM + RULER_DROP_MM
    inks.append(primitives.ruler(left, ruler_top))
    beside, style_of = left + primitives.RULER_MM + 2.5, ("small", "small sw")
    for i, (text, style) in enumerate(zip(both(RULER), style_of, strict=True)):
        baseline = ruler_top + primitives.RULER_HEIGHT_MM - (1 - i) * line_mm(style)
        inks.append(primitives.words(beside, baseline, style, text))
    return primitives.together(inks)


def _page_of(head: Head, number: int) -> list[str]:
    return [text.format(page=number, pages=head.pages) for text in both(PAGE)]


def _line(text: dict[str, str], style: str, left: float, baseline: float) -> Ink:
    english, swahili = both(text)
    after = left + primitives.width_of(english, style) + 1.6
    return primitives.words(left, baseline, style, english) + primitives.words(
        after, baseline, f"{style} sw", swahili
    )


def _words_left(code: tuple[float, float]) -> float:
    """Where the words beside the upper code begin: the serial is the widest of them."""
    wide = primitives.width_of("MMMM-MMMM-MMMM", "serial")
    return code[0] - QUIET_MODULES * MODULE_MM - 1.0 - wide
