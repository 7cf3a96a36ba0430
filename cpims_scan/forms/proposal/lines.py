"""Lines, combs and printed codes of a blank as questions."""

from __future__ import annotations

import dataclasses

from cpims_scan.domain.blank import FoundBox
from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.asked import Question
from cpims_scan.forms.proposal.blank_layout import Layout
from cpims_scan.forms.proposal.labels import hint_near, label_near, section_over

NEXT_LINE_MM = 13.0  # lines of one answer are no further apart
SAME_EDGE_MM = 6.0


def ask_lines(layout: Layout) -> list[Question]:
    """Find the questions that are answered on lines; a line that nothing names parts the page."""
    found: list[Question] = []
    for line in (b for b in layout.print.boxes if b.kind == "line"):
        label = label_near(line.box, layout, below=True)
        before = found[-1] if found else None
        if before is not None and _continues(before.box, line.box) and not _has_own(line, layout):
            whole = Box.around([before.box, line.box])
            found[-1] = dataclasses.replace(before, box=whole)
        elif label:
            section = section_over(line.box, layout)
            found.append(Question(layout.page, "line", line.box, label, section=section))
    return found


def ask_combs(layout: Layout) -> list[Question]:
    """Find the questions that are answered a character a box."""
    found = []
    for comb in (b for b in layout.print.boxes if b.kind == "comb"):
        label = label_near(comb.box, layout) or _cell_label(comb.box, layout)
        found.append(
            Question(
                layout.page,
                "comb",
                comb.box,
                label,
                hint_near(comb.box, layout),
                cells=comb.cells,
                section=section_over(comb.box, layout),
            )
        )
    return found


def _has_own(line: FoundBox, layout: Layout) -> bool:
    """True when words stand left of a line on its own level."""
    return bool(label_near(Box(line.box.left, line.box.bottom - 4, line.box.width, 3), layout))


def _continues(before: Box, box: Box) -> bool:
    """A second line under the first that starts or ends with it."""
    level = 0 < box.bottom - before.bottom < NEXT_LINE_MM
    starts = abs(before.left - box.left) < SAME_EDGE_MM
    return level and (starts or (abs(before.right - box.right) < 1.5 and box.left < before.left))


def _cell_label(box: Box, layout: Layout) -> str:
    """Words of a ruled cell that ends where a comb begins."""
    touching = [
        c.text
        for c in layout.cells
        if abs(c.box.right - box.left) < 2
        and c.box.top < box.bottom - 1
        and c.box.bottom > box.top + 1
    ]
    return touching[0] if touching else ""
