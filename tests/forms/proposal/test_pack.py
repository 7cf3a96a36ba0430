"""Which words belong to which box: the cases that forms differ in."""

from __future__ import annotations

from cpims_scan.domain.blank import BlankPrint, FoundBox, PrintedWord
from cpims_scan.domain.paper import Box
from cpims_scan.forms.editing.packtext import form_text, template_text
from cpims_scan.forms.proposal.pack import Proposal, propose

PAGE = (210.0, 297.0)
LETTER_MM = 1.8  # width of a letter in these words; they are 3 mm high
WORD_MM = 3.0


def words(left: float, top: float, text: str, darkness: float = 1.0) -> list[PrintedWord]:
    """Words of one line, a letter's width between them."""
    made = []
    for word in text.split():
        width = len(word) * LETTER_MM
        made.append(PrintedWord(word, Box(left, top, width, WORD_MM), darkness))
        left += width + LETTER_MM
    return made


def cell(left: float, top: float, width: float, height: float = 8.0) -> FoundBox:
    """A ruled cell."""
    return FoundBox("cell", Box(left, top, width, height))


def square(left: float, top: float) -> FoundBox:
    """A tick square."""
    return FoundBox("square", Box(left, top, 4, 4))


def proposed(said: list[PrintedWord], boxes: list[FoundBox]) -> Proposal:
    """The pack of one page."""
    return propose([BlankPrint(PAGE, tuple(said), tuple(boxes))], "form", "v1", [])


def options(made: Proposal, name: str) -> dict[str, float]:
    """Left edge of every answer's box."""
    return {key: box[0] for key, box in made.template.places[name].options.items()}


def test_squares__answers_on_the_right() -> None:
    """`Roof: [] Iron [] Grass`: what ends in a colon is the question, answers follow squares."""
    said = words(20, 50, "Roof:") + words(45, 50, "Iron") + words(75, 50, "Grass")

    made = proposed(said, [square(39, 49.5), square(69, 49.5)])

    assert options(made, "roof") == {"iron": 39, "grass": 69}


def test_squares__answers_on_the_left() -> None:
    """`Iron [] Grass []`: words that stand close before their squares are their answers."""
    said = words(20, 50, "Roof") + words(50, 50, "Iron") + words(80, 50, "Grass")

    made = proposed(said, [square(58.5, 49.5), square(90, 49.5)])

    assert options(made, "roof") == {"iron": 58.5, "grass": 90}


def test_squares__below_each_other() -> None:
    """A column of squares under a question is one question; `all that apply` takes several."""
    said = words(20, 50, "Needs (tick all that apply)")
    said += words(26, 57, "Food") + words(26, 64, "Clothes")

    made = proposed(said, [square(20, 56.5), square(20, 63.5)])

    assert made.form.fields[0].type.startswith("select_multiple")
    assert [c.name for c in made.form.choices["needs"]] == ["food", "clothes"]


def test_cell__label_inside_its_top() -> None:
    """A cell with a small label in its corner is written in itself."""
    said = words(21, 51, "1. Surname") + words(81, 51, "2. Village")

    made = proposed(said, [cell(20, 50, 60, 12), cell(80, 50, 60, 12)])

    assert list(made.template.places) == ["surname", "village"]


def test_cell__label_in_the_cell_beside_it() -> None:
    """A printed cell names the empty one right of it."""
    made = proposed(words(21, 52, "Village"), [cell(20, 50, 30), cell(50, 50, 60)])

    assert made.template.places["village"].box == (50, 50, 60, 8)


def test_cell__tall_one_with_two_labels_is_two() -> None:
    """One tall cell beside two stacked labels is two questions."""
    said = words(21, 52, "Village") + words(21, 60, "Ward")

    made = proposed(said, [cell(20, 50, 30), cell(20, 58, 30), cell(50, 50, 60, 16)])

    assert made.template.places["ward"].box == (50, 58, 60, 8)


def test_cell__hints_side_by_side_part_it() -> None:
    """`First name      Last name`, printed light in one cell, are two answers."""
    said = words(21, 52, "Name") + words(52, 52, "First", 0.2) + words(90, 52, "Last", 0.2)

    made = proposed(said, [cell(20, 50, 30), cell(50, 50, 80)])

    assert list(made.template.places) == ["first", "last"]


def test_answers__printed_in_cells() -> None:
    """`Male [1] | Female [2]` beside a label is a choice, its numbers left out."""
    said = words(21, 52, "Sex") + words(51, 52, "Male [1]") + words(81, 52, "Female [2]")

    made = proposed(said, [cell(20, 50, 30), cell(50, 50, 30), cell(80, 50, 30)])

    assert options(made, "sex") == {"male": 50, "female": 80}


def test_table__yes_and_no_columns_are_one_answer() -> None:
    """A cell for yes and one for no in every row are one choice a row."""
    said = words(51, 42, "Yes") + words(71, 42, "No")
    said += words(21, 52, "Cough") + words(21, 60, "Fever")
    boxes = [cell(20, 40, 30), cell(50, 40, 20), cell(70, 40, 20)]
    boxes += [
        cell(left, top, width) for top in (48, 56) for left, width in ((20, 30), (50, 20), (70, 20))
    ]

    made = proposed(said, boxes)

    (table,) = made.form.fields
    assert [row.name for row in table.rows or []] == ["cough", "fever"]  # type: ignore[union-attr]
    assert list(made.template.tables[table.name].columns["answer"].options) == ["yes", "no"]


def test_table__total_row_under_it_is_a_question() -> None:
    """A column that goes on under the table has one cell more, with the label beside it."""
    said = words(21, 42, "Item") + words(51, 42, "Amount") + words(21, 66, "Total")
    boxes = [cell(20, 40, 30), cell(50, 40, 30)]
    boxes += [cell(left, top, 30) for top in (48, 56) for left in (20, 50)]
    boxes += [cell(20, 64, 30), cell(50, 64, 30)]

    made = proposed(said, boxes)

    assert [f.name for f in made.form.fields] == ["table", "total"]
    assert made.form.fields[0].rows == 2


def test_line__without_words_parts_the_page() -> None:
    """A line that nothing names asks nothing."""
    line = FoundBox("line", Box(20, 95, 170, 8))

    made = proposed(words(20, 50, "Name"), [line, FoundBox("line", Box(40, 45, 80, 9))])

    assert list(made.template.places) == ["name"]


def test_line__two_under_each_other_are_one_answer() -> None:
    """A second line under the first gives it more room."""
    lines = [FoundBox("line", Box(40, top, 80, 9)) for top in (45, 54)]

    made = proposed(words(20, 50, "Notes"), lines)

    assert made.template.places["notes"].box == (40, 45, 80, 18)


def test_boxes__that_overlap_are_not_both_proposed() -> None:
    """A line that crosses a cell gives way, so that the pack passes its check."""
    said = words(21, 52, "Village") + words(20, 60, "Ward")
    line = FoundBox("line", Box(45, 53, 60, 9))

    made = proposed(said, [cell(20, 50, 30), cell(50, 50, 60), line])

    assert made.template.places["village"].box == (50, 50, 60, 8)
    assert made.template.places["ward"].box == (45, 58, 60, 4)


def test_names__of_one_page_are_different() -> None:
    """Two cells under one label have two names."""
    said = words(21, 52, "Date") + words(21, 72, "Date")
    boxes = [cell(20, 50, 30), cell(50, 50, 60), cell(20, 70, 30), cell(50, 70, 60)]

    assert [f.name for f in proposed(said, boxes).form.fields] == ["date", "date_2"]


def test_texts__are_one_line_a_field() -> None:
    """What is written can be read and changed by hand."""
    made = proposed(words(21, 52, "Village"), [cell(20, 50, 30), cell(50, 50, 60)])

    assert "\n  - {name: village, type: text, label: {en: Village, sw: Kijiji}}\n" in form_text(
        made.form, "A form."
    )
    assert "\n  village: {page: 1, box: [50.0, 50.0, 60.0, 8.0], reader: text}\n" in template_text(
        made.template, "Its paper."
    )
