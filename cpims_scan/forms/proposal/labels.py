"""Which printed words belong to a box that stands in no ruled row: left of it, above, below."""

from __future__ import annotations

from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.blank_layout import Layout, Phrase, overlap

LEFT_MM = 45.0  # a label ends no further left of its box
ABOVE_MM = 5.0
BELOW_MM = 5.0  # what stands below a line for a signature
SECTION_MM = 120.0
SECOND_LINE_MM = 1.6  # between two lines of one label
LONGEST_LABEL = 45  # letters of each of its lines; longer print is text
LONGEST_BELOW = 40
WIDEST_MM = 110.0  # a wider line parts the page; nobody signs on it


def label_near(box: Box, layout: Layout, below: bool = False) -> str:
    """
    Words that stand left of a box, else above it, else (for lines) below; "" when none do.

    A label on the left is not taken across another box.
    """
    left = _left(box, layout)
    if left is not None:
        return _whole(left, box, layout)
    above = [
        p
        for p in layout.loose
        if not p.is_hint
        and -0.5 < box.top - p.box.bottom < ABOVE_MM
        and overlap(p.box.left, p.box.right, box.left, box.right) > 0.3
    ]
    if above:
        return " ".join(p.text for p in above)
    under = [
        p
        for p in layout.loose
        if -1.0 < p.box.top - box.bottom < BELOW_MM
        and overlap(p.box.left, p.box.right, box.left, box.right) > 0.7
    ]
    text = " ".join(p.text for p in under)
    is_label = (
        len(text) <= LONGEST_BELOW and box.width <= WIDEST_MM and not text[:1].isdigit()
    )  # a footnote is none
    return text if below and is_label else ""


def hint_near(box: Box, layout: Layout) -> str:
    """Small words right below a comb: d d m m y y y y."""
    return " ".join(
        p.text
        for p in layout.loose
        if -0.5 < p.box.top - box.bottom < ABOVE_MM
        and overlap(p.box.left, p.box.right, box.left, box.right) > 0.9
        and p.box.height < box.height
    )


def section_over(box: Box, layout: Layout) -> str:
    """The heading above a box; "" when there is none on the page."""
    found = [h for h in layout.headings if 0 < box.top - h.box.bottom + 1 < SECTION_MM]
    return found[-1].text if found else ""


def _left(box: Box, layout: Layout) -> Phrase | None:
    found = [
        p
        for p in layout.loose
        if not p.is_hint
        and len(p.text) <= LONGEST_LABEL
        and overlap(p.box.top, p.box.bottom, box.top, box.bottom) > 0.5
        and -2.0 < box.left - p.box.right < LEFT_MM
    ]
    best = max(found, key=lambda p: p.box.right, default=None)
    if best is None or _is_parted(best.box.right, box, layout):
        return None
    return best


def _is_parted(right: float, box: Box, layout: Layout) -> bool:
    """True when another box stands between a label and this one."""
    return any(
        other.box != box
        and other.kind != "frame"
        and overlap(other.box.top, other.box.bottom, box.top, box.bottom) > 0.5
        and right - 1 < other.box.left
        and other.box.right < box.left + 1
        for other in layout.print.boxes
    )


def _whole(phrase: Phrase, box: Box, layout: Layout) -> str:
    """A label of two lines: what stands right above or below its line belongs to it."""
    lines = [phrase]
    for other in layout.loose:
        if len(other.text) > LONGEST_LABEL or other.box.right > box.left + 1:
            continue
        gap = max(other.box.top - phrase.box.bottom, phrase.box.top - other.box.bottom)
        starts = abs(other.box.left - phrase.box.left) < 1.0
        if other is not phrase and starts and -0.5 < gap < SECOND_LINE_MM and not other.is_hint:
            alike = abs(other.box.height - phrase.box.height) < 0.5 * phrase.box.height
            lines += [other] if alike else []
    return " ".join(p.text for p in sorted(lines, key=lambda p: p.box.top))
