"""What the laying-out of a page works with: pieces of paper, their places, the form behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cpims_scan.domain.paper import Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.primitives import Ink
from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import Form, FormField

LINE_PITCH = 1.26  # of a line of print, in sizes of its face
LABEL_GAP_MM = 0.7  # between a label and the box below it
LANGUAGE_GAP_MM = 1.4  # between English and Swahili on one line
TEXT_RISE = 0.98  # of a face's size, from its top to its baseline

PlaceData = dict[str, Any]
NO_INK = Ink()


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Something laid out: its ink, the places of its fields as template.yaml has them, its height.

    Attributes:
        height: In mm, white below it included.
    """

    ink: Ink = NO_INK
    places: dict[str, PlaceData] = field(default_factory=dict)
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What a page is laid out from.

    Attributes:
        lists: Every code list by name, the form's own choices among them.
        letters: Letter and page of each printed code list.
        numbers: Printed number of each question that stands in a row.
    """

    form: Form
    lists: dict[str, list[ChoiceSpec]]
    letters: dict[str, tuple[str, int]]
    page: int
    numbers: dict[str, int] = field(default_factory=dict)

    def field(self, name: str) -> FormField:
        """
        A field by its full name.

        Raises:
            TemplateError: The form asks nothing of that name.
        """
        found = self.form.fields.get(name)
        if found is None:
            raise TemplateError(
                f"layout.yaml: '{name}' is no field of {self.form.name}. Correct the name."
            )
        return found


def piece(height: float, inks: Iterable[Ink], places: dict[str, PlaceData] | None = None) -> Piece:
    """Put one piece together."""
    return Piece(primitives.together(inks), places or {}, height)


def below(pieces: Iterable[Piece]) -> Piece:
    """Pieces that are laid out already, as one; its height is the sum of theirs."""
    parts = tuple(pieces)
    places = {name: place for part in parts for name, place in part.places.items()}
    return Piece(
        primitives.together(part.ink for part in parts), places, sum(p.height for p in parts)
    )


def line_mm(style: str) -> float:
    """Height of a line of print, mm."""
    return primitives.STYLES[style].size * primitives.POINT_MM * LINE_PITCH


def rise_mm(style: str) -> float:
    """From the top of a line of print to its baseline, mm."""
    return primitives.STYLES[style].size * primitives.POINT_MM * TEXT_RISE


def both(label: dict[str, str]) -> tuple[str, str]:
    """English and Swahili; the second is "" where they are alike."""
    english, swahili = label["en"], label.get("sw", "")
    return english, "" if swahili == english else swahili


def label_lines(label: dict[str, str], width: float, style: str = "label") -> list[list[str]]:
    """
    A label in both languages, broken to a width.

    Returns:
        Lines, each [style, text] or, where both languages fit, [style, text, style, text].
    """
    english, swahili = both(label)
    gap = LANGUAGE_GAP_MM if swahili else 0.0
    one = primitives.width_of(english, style) + gap
    if one + primitives.width_of(swahili, f"{style} sw") <= width:
        return [[style, english, f"{style} sw", swahili]] if swahili else [[style, english]]
    if not width:  # one below the other, unbroken
        return [[style, english], [f"{style} sw", swahili]]
    lines = [[style, text] for text in primitives.wrapped(english, style, width)]
    return lines + [
        [f"{style} sw", text] for text in primitives.wrapped(swahili, f"{style} sw", width)
    ]


def label_ink(lines: list[list[str]], left: float, top: float) -> Ink:
    """Print the lines that `label_lines` broke; `top` is the first line's."""
    inks = []
    for line in lines:
        x, baseline = left, top + rise_mm(line[0])
        for style, text in zip(line[::2], line[1::2], strict=True):
            inks.append(primitives.words(x, baseline, style, text))
            x += primitives.width_of(text, style) + LANGUAGE_GAP_MM
        top += line_mm(line[0])
    return primitives.together(inks)


def label_height(lines: list[list[str]]) -> float:
    """Height of such lines, mm."""
    return sum(line_mm(line[0]) for line in lines)


def numbers(box: Box) -> list[float]:
    """A box as template.yaml writes it."""
    return [round(v, 2) for v in (box.left, box.top, box.width, box.height)]
