"""Code lists printed in columns, so that a code box can be filled without another book."""

from __future__ import annotations

from collections.abc import Sequence

from cpims_scan.errors import TemplateError
from cpims_scan.forms.layout.cells import numbered
from cpims_scan.forms.layout.parts import Piece, Plan, both, line_mm, piece, rise_mm
from cpims_scan.forms.layout.spec import CodesSpec
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.primitives import Ink
from cpims_scan.forms.spec import ChoiceSpec

COLUMN_GAP_MM = 2.5
CODE_WIDTH_MM = {1: 3.2, 2: 4.6, 3: 6.0}
BEFORE_TITLE_MM = 0.9
# Words are narrowed this much before a line is broken: still read with ease.
NARROWEST = 0.86

Line = tuple[str, str, str]  # kind (title, group, entry, more), code, text parted by LANGUAGES
LANGUAGES = "\t"


def codes(
    specs: Sequence[CodesSpec], columns: int, area: tuple[float, float, float], plan: Plan
) -> Piece:
    """
    Print code lists one after another in columns.

    Args:
        specs: Lists in the order of their letters.
        columns: How many stand side by side.
        area: Left, top and width, mm.
        plan: Of the page.

    Raises:
        TemplateError: A list is not there.
    """
    left, top, width = area
    own = (width - COLUMN_GAP_MM * (columns - 1)) / columns
    blocks = _blocks([line for spec in specs for line in _lines(spec, own, plan)])
    heights = [sum(_height(line) for line in block) for block in blocks]
    share = _share(heights, columns)
    inks, x, y, deepest, column = [], left, top, top, 0
    for block, height in zip(blocks, heights, strict=True):
        is_full = y + height - top > share + 0.01
        if is_full and column < columns - 1:
            column += 1
            x, y = x + own + COLUMN_GAP_MM, top
        for line in block:
            inks.append(_ink(line, x, y, own))
            y += _height(line)
        deepest = max(deepest, y)
    return piece(deepest - top + 1.0, inks)


def entries_of(spec: CodesSpec, plan: Plan) -> list[ChoiceSpec]:
    """
    Entries of a list that are printed: with parents, only those that are not their own.

    Raises:
        TemplateError: There is no such list.
    """
    entries = plan.lists.get(spec.list)
    if not entries:
        raise TemplateError(f"layout.yaml: there is no code list '{spec.list}'. Add it to _lists/.")
    return [e for e in entries if not spec.grouped or e.parent not in (None, e.name)]


def digits_of(spec: CodesSpec, plan: Plan) -> int:
    """How many digits the codes of a list need; codes that are numbers keep theirs."""
    entries = plan.lists.get(spec.list, [])
    if entries and all(entry.name.isdigit() for entry in entries):
        return max(len(entry.name) for entry in entries)
    return max(len(str(len(entries))), 2)


def _lines(spec: CodesSpec, width: float, plan: Plan) -> list[Line]:
    letter = plan.letters[spec.list][0]
    made: list[Line] = [("title", letter, LANGUAGES.join(both(spec.title)))]
    code_of = {
        name: c for c, name in numbered(plan.lists[spec.list], digits_of(spec, plan)).items()
    }
    parents = {e.name: e for e in plan.lists.get(spec.grouped or "", [])}
    group = None
    for entry in entries_of(spec, plan):
        if spec.grouped and entry.parent != group:
            group = entry.parent
            parent = parents.get(group or "")
            label = both(parent.label) if parent else (group or "", "")
            made.append(("group", "", LANGUAGES.join(label)))
        made += _entry(code_of[entry.name], entry, width)
    return made


def _entry(code: str, entry: ChoiceSpec, width: float) -> list[Line]:
    english, swahili = both(entry.label)
    room = (width - CODE_WIDTH_MM[len(code)]) / NARROWEST
    one = primitives.width_of(english, "small") + primitives.width_of(f" {swahili}", "small sw")
    if one <= room:
        return [("entry", code, f"{english}{LANGUAGES}{swahili}")]
    rows = [(text, "") for text in primitives.wrapped(english, "small", room)]
    rows += [("", text) for text in primitives.wrapped(swahili, "small sw", room)]
    return [("entry" if not i else "more", code, LANGUAGES.join(row)) for i, row in enumerate(rows)]


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Lines that stay in one column: an entry's own, and a heading with its first entry."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and (line[0] == "more" or blocks[-1][-1][0] in ("title", "group")):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _height(line: Line) -> float:
    kind = line[0]
    pitch = line_mm("label" if kind == "title" else "small")
    return pitch + (BEFORE_TITLE_MM if kind == "title" else 0.0)


def _share(heights: list[float], columns: int) -> float:
    """The least height of a column at which all lines find room."""
    low, high = sum(heights) / columns, sum(heights)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if _needed(heights, middle) <= columns else (middle, high)
    return high


def _needed(heights: list[float], share: float) -> int:
    count, y = 1, 0.0
    for height in heights:
        if y + height > share + 0.01:
            count, y = count + 1, 0.0
        y += height
    return count


def _ink(line: Line, left: float, top: float, width: float) -> Ink:
    kind, code, text = line
    english, swahili = text.split(LANGUAGES)
    if kind == "title":
        at = (left, top + BEFORE_TITLE_MM + rise_mm("label"))
        return _squeezed((f"{code}  {english}", swahili), "label", at, width)
    baseline = top + rise_mm("small")
    if kind == "group":
        return _squeezed((english, swahili), "small bold", (left, baseline), width)
    start = left + CODE_WIDTH_MM[len(code)]
    shown = code if kind == "entry" else ""
    rest = _squeezed((english, swahili), "small", (start, baseline), left + width - start)
    return primitives.words(left, baseline, "small bold", shown) + rest


def _squeezed(texts: tuple[str, str], style: str, at: tuple[float, float], room: float) -> Ink:
    """English, then Swahili on the same line, both narrowed alike where they need more room."""
    left, baseline = at
    second = "label sw" if style == "label" else "small sw"
    gap = primitives.width_of(" ", style) if all(texts) else 0.0
    wide = [primitives.width_of(t, s) for t, s in zip(texts, (style, second), strict=True)]
    squeeze = min(1.0, room / max(sum(wide) + gap, 0.1))
    after = left + (wide[0] + gap) * squeeze
    return primitives.words(left, baseline, style, texts[0], wide[0] * squeeze) + primitives.words(
        after, baseline, second, texts[1], wide[1] * squeeze
    )
