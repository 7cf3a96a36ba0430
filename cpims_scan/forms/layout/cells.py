"""Single questions: a label, and below it the comb, squares, code box or cell that is filled."""

from __future__ import annotations

from collections.abc import Sequence

from cpims_scan.domain.paper import Box
from cpims_scan.errors import TemplateError
from cpims_scan.forms.layout.parts import (
    LABEL_GAP_MM,
    Piece,
    PlaceData,
    Plan,
    label_height,
    label_ink,
    label_lines,
    line_mm,
    numbers,
    piece,
    rise_mm,
)
from cpims_scan.forms.layout.spec import CellSpec
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.primitives import COMB_PITCH_MM, SQUARE_MM, Ink
from cpims_scan.forms.spec import ChoiceSpec
from cpims_scan.forms.template import FormField

Words = dict[str, dict[str, str]]  # what is printed beside a square instead of the form's word

INPUT_MM = 6.0  # height of combs and cells
CELL_GAP_MM = 4.0  # between two questions of a row
ROW_GAP_MM = 1.3  # below a row
DATE_FORMAT = "ddmmyyyy"
DATE_PARTS = (2, 2, 4)
DATE_GAP_MM = 1.2
CODE_GAP_MM = 2.5  # between two codes of one field
SQUARE_GAP_MM = 1.1  # between a square and its answer
OPTION_GAP_MM = 3.2  # between two answers
LITERAL_GAP_MM = 0.5
LEAST_BOX_MM = 15.0
# What is printed beside a code box: where its list is.
CODE_HINT = (("small", "list {letter}, page {page}"), ("small sw", "orodha {letter}, uk. {page}"))
HINT_GAP_MM = 1.2


def row(specs: Sequence[CellSpec], left: float, top: float, width: float, plan: Plan) -> Piece:
    """
    Questions side by side, their boxes on one line.

    Raises:
        TemplateError: They do not fit into the width, or one does not say how it is answered.
    """
    widths = _widths(specs, width, plan)
    labels = [label_lines(_label(s, plan), w) for s, w in zip(specs, widths, strict=True)]
    inputs_top = top + max(label_height(lines) for lines in labels) + LABEL_GAP_MM
    x, height, inks = left, 0.0, []
    places: dict[str, PlaceData] = {}
    for spec, own, lines in zip(specs, widths, labels, strict=True):
        inks.append(label_ink(lines, x, inputs_top - LABEL_GAP_MM - label_height(lines)))
        made = answer(spec, Box(x, inputs_top, own, INPUT_MM), plan)
        inks.append(made.ink)
        places |= made.places
        height = max(height, made.height)
        x += own + CELL_GAP_MM
    return piece(inputs_top - top + height + ROW_GAP_MM, inks, places)


def answer(spec: CellSpec, box: Box, plan: Plan, name: str | None = None) -> Piece:
    """What one question is answered in, its top left corner in the box's."""
    made = plan.field(name or spec.field)
    kind = made.spec.type.partition(" ")[0]
    if spec.comb:
        cells = _side_by_side(box, spec.comb)
        return _combed(made, cells, {"alphabet": spec.alphabet or _alphabet(kind)}, plan)
    if spec.code:
        return _coded(spec, made, box, plan)
    if spec.pattern:
        return _patterned(spec.pattern, made, box, plan)
    if spec.text or spec.number or kind == "signature":
        reader = "number" if spec.number else kind if kind == "signature" else "text"
        return _boxed(
            made, reader, Box(box.left, box.top, box.width, spec.text or box.height), plan
        )
    if kind == "date":
        return _combed(made, date_cells(box), {"format": DATE_FORMAT}, plan)
    if made.choices and kind.startswith("select"):
        return _squares(made, spec.words, box, plan)
    raise TemplateError(
        f"layout.yaml: '{made.name}' does not say how it is answered. "
        "Give it comb, code, text, number or pattern."
    )


def natural_width(spec: CellSpec, plan: Plan, name: str | None = None) -> float | None:
    """How wide a question's answer is, mm; None for a box, which takes what is left."""
    made = plan.field(name or spec.field)
    kind = made.spec.type.partition(" ")[0]
    if spec.width or spec.number:
        return spec.width or spec.number
    if spec.comb:
        return spec.comb * COMB_PITCH_MM
    if spec.code:
        return _codes_width(spec) + (0.0 if name else _hint_width(spec, made, plan))
    if spec.pattern:
        return sum(_pattern_widths(spec.pattern))
    if kind == "date" and not spec.text:
        return sum(DATE_PARTS) * COMB_PITCH_MM + 2 * DATE_GAP_MM
    if made.choices and not spec.text:
        return sum(_option_widths(made, spec.words)) - OPTION_GAP_MM
    return None


def codes_of(spec: CellSpec, made: FormField, plan: Plan) -> dict[str, str]:
    """
    Code as printed -> answer, for a field's code box.

    An entry whose name is a number keeps it; all others are numbered in the list's order.

    Raises:
        TemplateError: There is no list, or it has more entries than the digits can count.
    """
    name = list_name(spec, made)
    entries = plan.lists.get(name, [])
    made_codes = numbered(entries, spec.code or 1)
    if not entries or any(len(code) != spec.code for code in made_codes):
        raise TemplateError(
            f"layout.yaml: '{made.name}': list '{name}' has {len(entries)} entries for "
            f"{spec.code} digits. Name another list, or change 'code'."
        )
    return made_codes


def numbered(entries: Sequence[ChoiceSpec], digits: int) -> dict[str, str]:
    """Codes of a list, so many digits each, to the names of its entries."""
    if all(entry.name.isdigit() for entry in entries):
        return {entry.name.zfill(digits): entry.name for entry in entries}
    return {str(i).zfill(digits): entry.name for i, entry in enumerate(entries, start=1)}


def list_name(spec: CellSpec, made: FormField) -> str:
    """The list that a code box takes its codes from."""
    return spec.list or made.spec.code_list or made.spec.type.partition(" ")[2]


def date_cells(box: Box) -> list[Box]:
    """Day, month and year, two, two and four cells with a little white between."""
    cells, x = [], box.left
    for count in DATE_PARTS:
        cells += _side_by_side(Box(x, box.top, 0, box.height), count)
        x += count * COMB_PITCH_MM + DATE_GAP_MM
    return cells


def _widths(specs: Sequence[CellSpec], width: float, plan: Plan) -> list[float]:
    natural = [natural_width(spec, plan) for spec in specs]
    spare = width - sum(w or 0.0 for w in natural) - CELL_GAP_MM * (len(specs) - 1)
    boxes = sum(w is None for w in natural)
    if spare < -0.01 or (boxes and spare / boxes < LEAST_BOX_MM):
        names = ", ".join(spec.field for spec in specs)
        raise TemplateError(
            f"layout.yaml: the row of {names} is {-spare:.0f} mm too wide. Break it in two."
        )
    return [spare / boxes if w is None else w for w in natural]


def _label(spec: CellSpec, plan: Plan) -> dict[str, str]:
    made = plan.field(spec.field)
    label, number = spec.label or made.label, plan.numbers.get(made.name)
    # Numbers are for talking about a box, and no two labels look alike with them.
    return label if number is None else {**label, "en": f"{number} {label['en']}"}


def _codes_width(spec: CellSpec) -> float:
    return spec.times * (spec.code or 1) * COMB_PITCH_MM + (spec.times - 1) * CODE_GAP_MM


def _hints(spec: CellSpec, made: FormField, plan: Plan) -> list[tuple[str, str]]:
    """Where the list of a code box is printed; nothing when this edition prints it nowhere."""
    letter = plan.letters.get(list_name(spec, made))
    if letter is None:
        return []
    return [(style, text.format(letter=letter[0], page=letter[1])) for style, text in CODE_HINT]


def _hint_width(spec: CellSpec, made: FormField, plan: Plan) -> float:
    hints = _hints(spec, made, plan)
    wide = max((primitives.width_of(text, style) for style, text in hints), default=-HINT_GAP_MM)
    return HINT_GAP_MM + wide


def _combed(made: FormField, cells: list[Box], more: PlaceData, plan: Plan) -> Piece:
    box = Box.around(cells)
    evenly = [cell.width for cell in cells] == [cells[0].width] * len(cells) and (
        abs(box.width - sum(cell.width for cell in cells)) < 0.01
    )
    place = {"page": plan.page, "box": numbers(box), "reader": "comb"}
    place["comb"] = len(cells) if evenly else [numbers(cell) for cell in cells]
    return piece(box.height, [primitives.comb(cells)], {made.name: place | more})


def _coded(spec: CellSpec, made: FormField, box: Box, plan: Plan) -> Piece:
    cells, x, digits = [], box.left, spec.code or 1
    for _ in range(spec.times):
        cells += _side_by_side(Box(x, box.top, 0, box.height), digits)
        x += digits * COMB_PITCH_MM + CODE_GAP_MM
    found = _combed(made, cells, {"codes": codes_of(spec, made, plan)}, plan)
    if made.table and spec.field != made.name:
        return found  # in a table the hint would stand in every row
    x += HINT_GAP_MM - CODE_GAP_MM
    is_room = box.width >= _codes_width(spec) + _hint_width(spec, made, plan) - 0.01
    hints = _hints(spec, made, plan) if is_room else []
    return piece(box.height, [found.ink, _stack(hints, x, box)], found.places)


def _patterned(pattern: str, made: FormField, box: Box, plan: Plan) -> Piece:
    cells, inks, x = [], [], box.left
    for character, width in zip(_pieces(pattern), _pattern_widths(pattern), strict=True):
        if character == "#":
            cells.append(Box(x, box.top, width, box.height))
        else:
            inks.append(primitives.words(x + LITERAL_GAP_MM, box.bottom - 1.9, "text", character))
        x += width
    made_piece = _combed(made, cells, {"format": pattern}, plan)
    return piece(box.height, [made_piece.ink, *inks], made_piece.places)


def _pieces(pattern: str) -> list[str]:
    """Cells one by one, and what is printed between them as it stands together."""
    found: list[str] = []
    for character in pattern:
        if character != "#" and found and found[-1] != "#":
            found[-1] += character
        else:
            found.append(character)
    return found


def _pattern_widths(pattern: str) -> list[float]:
    return [
        COMB_PITCH_MM if part == "#" else primitives.width_of(part, "text") + 2 * LITERAL_GAP_MM
        for part in _pieces(pattern)
    ]


def _boxed(made: FormField, reader: str, box: Box, plan: Plan) -> Piece:
    place = {"page": plan.page, "box": numbers(box), "reader": reader}
    return piece(box.height, [primitives.frame(box)], {made.name: place})


def _squares(made: FormField, said: Words, box: Box, plan: Plan) -> Piece:
    """Answers side by side, each a square with its word in both languages to the right."""
    inks: list[Ink] = []
    options, x = {}, box.left
    top = box.top + (box.height - SQUARE_MM) / 2
    for choice, width in zip(made.choices, _option_widths(made, said), strict=True):
        square = Box(x, top, SQUARE_MM, SQUARE_MM)
        options[choice.name] = numbers(square)
        words = _stack(_stacked(choice, said), square.right + SQUARE_GAP_MM, square)
        inks += [primitives.frame(square), words]
        x += width
    place = {"page": plan.page, "reader": "squares", "options": options}
    return piece(box.height, inks, {made.name: place})


def _stack(lines: list[tuple[str, str]], left: float, beside: Box) -> Ink:
    """Lines below each other, beside a box and as a whole in its middle."""
    top = beside.top + (beside.height - sum(line_mm(style) for style, _ in lines)) / 2
    inks = []
    for style, text in lines:
        inks.append(primitives.words(left, top + rise_mm(style), style, text))
        top += line_mm(style)
    return primitives.together(inks)


def _stacked(choice: ChoiceSpec, said: Words) -> list[tuple[str, str]]:
    label = said.get(choice.name, choice.label)
    english, swahili = label["en"], label.get("sw", "")
    is_same = swahili in ("", english)
    return [("text", english)] + ([] if is_same else [("text sw", swahili)])


def _option_widths(made: FormField, said: Words) -> list[float]:
    return [
        SQUARE_MM
        + SQUARE_GAP_MM
        + max(primitives.width_of(text, style) for style, text in _stacked(choice, said))
        + OPTION_GAP_MM
        for choice in made.choices
    ]


def _side_by_side(box: Box, count: int) -> list[Box]:
    return [
        Box(box.left + i * COMB_PITCH_MM, box.top, COMB_PITCH_MM, box.height) for i in range(count)
    ]


def _alphabet(kind: str) -> str:
    return "capitals" if kind == "text" else "digits"
