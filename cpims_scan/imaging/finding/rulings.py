"""The printed rules of a blank page, across and down, as masks; which boxes they close."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from cpims_scan.domain.paper import CELL_PX_PER_MM, Box, Pixels
from cpims_scan.imaging.rectify import over_paper

# Thicker than this is a bar, not a rule: the separators of the 2015 case sheet are 1.6 mm.
THICKEST_RULE_MM = 1.3
SHORTEST_RULE_MM = 1.8  # the side of the smallest tick square met (2 mm) less its corners
BROKEN_BY_MM = 0.4  # a gap that dust or a weak toner leaves in a rule
# Darkness of a rule over its paper: a light grey hairline on a good scan has about 40.
FAINTEST_RULE = 28
# An area as dark as this and as large is filled: a heading's grey, a black bar.
FILLED_DARKNESS = 30
FILLED_MM = 2.0
FILLED_SMOOTH_MM = 0.7  # closes a grey that is printed as dots
# A stroke of a word lies in the word's box; its box is the tight one of the print.
WORD_MARGIN_MM = 0.3
IN_WORD = 0.95
# No letter has a stroke this long, but in a title that names no box.
LONG_RULE_MM = 5.0
# How far a rule's end is drawn out so that corners which do not quite meet are closed.
CORNER_MM = 0.6


@dataclass(frozen=True, slots=True)
class Rulings:
    """
    Rules of one page at 8 pixels a millimetre.

    Attributes:
        across: Horizontal rules, uint8 (H, W), 255 where there is one.
        down: Vertical rules.
        filled: Filled areas without their words.
        darkness: The page's darkness over its paper, 0..255.
    """

    across: Pixels
    down: Pixels
    filled: Pixels
    darkness: Pixels

    @property
    def both(self) -> Pixels:
        """All rules with their ends drawn out, so that corners are closed."""
        reach = _px(CORNER_MM)
        across = cv2.dilate(self.across, np.ones((1, 2 * reach + 1), np.uint8))
        down = cv2.dilate(self.down, np.ones((2 * reach + 1, 1), np.uint8))
        return cast(Pixels, cv2.bitwise_or(across, down))


def find_rulings(picture: Pixels) -> Rulings:
    """
    Find the rules of a straight page.

    Args:
        picture: Grey, 8 pixels a millimetre (CELL_PX_PER_MM), its rules level to half a degree.

    Source: morphological top-hat and openings by lines; Serra, Image Analysis, chapter 11.
    """
    darkness = cast(Pixels, cv2.bitwise_not(over_paper(picture)))
    filled = _filled(darkness)
    return Rulings(
        _rules(darkness, filled, across=True),
        _rules(darkness, filled, across=False),
        filled,
        darkness,
    )


def without_words(rulings: Rulings, words: list[Box]) -> Rulings:
    """Take the strokes of printed words out of the rules: bold capitals have long ones."""
    inside = np.zeros_like(rulings.across)
    for box in words:
        grown = box.grown(WORD_MARGIN_MM)
        left, top, right, bottom = (
            round(side * CELL_PX_PER_MM)
            for side in (grown.left, grown.top, grown.right, grown.bottom)
        )
        inside[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 255
    return dataclasses.replace(
        rulings, across=_beyond(rulings.across, inside), down=_beyond(rulings.down, inside)
    )


def without_rules(picture: Pixels, rulings: Rulings, boxes: list[Box]) -> Pixels:
    """Paint paper over long rules and the sides of small boxes, so that only words are left."""
    lines = cv2.bitwise_or(
        _long(rulings.across, cv2.CC_STAT_WIDTH), _long(rulings.down, cv2.CC_STAT_HEIGHT)
    )
    for box in boxes:
        first = (round(box.left * CELL_PX_PER_MM), round(box.top * CELL_PX_PER_MM))
        last = (round(box.right * CELL_PX_PER_MM), round(box.bottom * CELL_PX_PER_MM))
        cv2.rectangle(lines, first, last, 255, 3)
    # Halves of a hairline's own blur lie beside its mask.
    lines = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    paper = int(np.percentile(picture, 90))
    return np.where(lines > 0, np.uint8(paper), picture)


def _long(rules: Pixels, side: int) -> Pixels:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    keep = stats[:, side] >= LONG_RULE_MM * CELL_PX_PER_MM
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8)


def _beyond(rules: Pixels, inside: Pixels) -> Pixels:
    """The rules without the pieces that lie in words altogether."""
    count, labels = cv2.connectedComponents(rules, connectivity=8)
    whole = np.bincount(labels.ravel(), minlength=count)
    covered = np.bincount(labels[inside > 0], minlength=count)
    keep = covered < IN_WORD * whole
    keep[0] = False
    return np.where(keep[labels], rules, 0).astype(np.uint8)


def _rules(darkness: Pixels, filled: Pixels, across: bool) -> Pixels:
    thin = _line(THICKEST_RULE_MM + 1 / CELL_PX_PER_MM, across=not across)
    strokes = cv2.morphologyEx(darkness, cv2.MORPH_TOPHAT, thin)
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, _line(BROKEN_BY_MM, across))
    long = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, _line(SHORTEST_RULE_MM, across))
    rules = cast(Pixels, cv2.threshold(long, FAINTEST_RULE, 255, cv2.THRESH_BINARY)[1])
    return cast(Pixels, cv2.bitwise_or(rules, _edges(filled, rules, across)))


def _edges(filled: Pixels, rules: Pixels, across: bool) -> Pixels:
    """Edges of filled areas close boxes too, where no rule runs along them already."""
    rim = cv2.morphologyEx(filled, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    near = cv2.dilate(rules, _line(1.0, across=not across))
    rim = cv2.bitwise_and(rim, cv2.bitwise_not(near))
    return cast(Pixels, cv2.morphologyEx(rim, cv2.MORPH_OPEN, _line(SHORTEST_RULE_MM, across)))


def _filled(darkness: Pixels) -> Pixels:
    """Areas of even grey or black: too large for letters and rules."""
    smooth = cv2.medianBlur(darkness, _px(FILLED_SMOOTH_MM) | 1)
    block = np.ones((_px(FILLED_MM), _px(FILLED_MM)), np.uint8)
    solid = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, block)
    return cast(Pixels, cv2.threshold(solid, FILLED_DARKNESS, 255, cv2.THRESH_BINARY)[1])


def _line(length_mm: float, across: bool) -> Pixels:
    length = _px(length_mm)
    return np.ones((1, length) if across else (length, 1), np.uint8)


def _px(millimetres: float) -> int:
    return max(round(millimetres * CELL_PX_PER_MM), 1)
