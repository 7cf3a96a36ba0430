"""A form pack proposed from a blank's print: names, types and places for a person to correct."""

from __future__ import annotations

from dataclasses import dataclass, field

from cpims_scan.domain.blank import BlankPrint
from cpims_scan.domain.paper import Box
from cpims_scan.forms.proposal.apart import even_cells, keep_apart
from cpims_scan.forms.proposal.asked import AskedTable, Column, Question
from cpims_scan.forms.proposal.blank_layout import lay_out
from cpims_scan.forms.proposal.cells import ask_cells
from cpims_scan.forms.proposal.lines import ask_combs, ask_lines
from cpims_scan.forms.proposal.marks import ask_marks
from cpims_scan.forms.proposal.names import (
    Names,
    comb_alphabet,
    comb_format,
    guess,
    is_month_first,
    labels,
    slug,
)
from cpims_scan.forms.proposal.tables import find_tables
from cpims_scan.forms.spec import (
    ChoiceSpec,
    ColumnSpec,
    FieldSpec,
    FormSpec,
    PageSpec,
    PlaceSpec,
    RowSpec,
    TableSpec,
    TemplateSpec,
)

# Choices that are written by hand in a plain cell: `Yes/No`, `F or M`.
WRITTEN = {
    "yesno": (("yes", "Yes", "Ndiyo", ["y", "ndio"]), ("no", "No", "Hapana", ["n", "la"])),
    "sex": (
        ("male", "Male", "Mwanamume", ["m", "me"]),
        ("female", "Female", "Mwanamke", ["f", "ke"]),
    ),
}


TITLE_LETTERS = 70  # longer print is a sentence
EVEN_MM = 0.5  # cells of a comb differ less when they stand edge to edge


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a blank seems to ask, in the words of the pack format."""

    form: FormSpec
    template: TemplateSpec


@dataclass(slots=True)
class _Draft:
    """A pack while it is put together."""

    names: Names = field(default_factory=Names)
    lists: Names = field(default_factory=Names)
    fields: list[FieldSpec] = field(default_factory=list)
    choices: dict[str, list[ChoiceSpec]] = field(default_factory=dict)
    places: dict[str, PlaceSpec] = field(default_factory=dict)
    tables: dict[str, TableSpec] = field(default_factory=dict)


def propose(
    pages: list[BlankPrint], form: str, edition: str, codes: list[tuple[int, Box]]
) -> Proposal:
    """
    Propose a pack.

    Args:
        pages: The blank's pages in order.
        form: Name of the form.
        edition: Name of this printed edition.
        codes: Page and box of each printed QR that is not the page's own code.
    """
    draft = _Draft()
    for page, box in codes:
        _add_question(draft, Question(page, "code", box, "Sheet code"))
    for number, blank in enumerate(pages, start=1):
        _add_page(draft, number, blank)
    title = _title(pages) or form.replace("_", " ").capitalize()
    specs = [
        PageSpec(blank=f"page-{i}.png", size_mm=_rounded(blank.size_mm))
        for i, blank in enumerate(pages, start=1)
    ]
    return Proposal(
        FormSpec(form=form, title=labels(title), fields=draft.fields, choices=draft.choices),
        TemplateSpec(edition=edition, pages=specs, places=draft.places, tables=draft.tables),
    )


def _add_page(draft: _Draft, number: int, blank: BlankPrint) -> None:
    layout = lay_out(number, blank)
    tables, taken = find_tables(layout)
    questions = ask_cells(layout, taken) + ask_marks(layout, taken)
    questions += ask_lines(layout) + ask_combs(layout)
    questions = keep_apart(questions, tables, blank.size_mm)
    everything: list[Question | AskedTable] = [*questions, *tables]
    for asked in sorted(everything, key=lambda a: (round(a.box.top / 4), a.box.left)):
        if isinstance(asked, AskedTable):
            _add_table(draft, asked)
        else:
            _add_question(draft, asked)


def _add_question(draft: _Draft, asked: Question) -> None:
    name = draft.names.give(asked.label, asked.section)
    label = labels(asked.label or name.replace("_", " "))
    box = _millimetres(asked.box)
    if asked.options:
        answers = [text for text, _ in asked.options]
        listed, keys = _list_of(draft, name, answers)
        many = "select_multiple" if asked.is_many else "select_one"
        draft.fields.append(FieldSpec(name=name, type=f"{many} {listed}", label=label))
        reader = "cells" if asked.shape == "answers" else "squares"
        options = {key: _millimetres(b) for key, (_, b) in zip(keys, asked.options, strict=True)}
        draft.places[name] = PlaceSpec.model_validate(
            {"page": asked.page, "reader": reader, "options": options}
        )
    elif asked.shape == "comb":
        _add_comb(draft, asked, name, label)
    elif asked.shape == "code":
        draft.fields.append(FieldSpec(name=name, type="code", label=label))
        draft.places[name] = PlaceSpec(page=asked.page, box=box, reader="qr")
    else:
        found = guess(asked.label, asked.hint)
        draft.fields.append(_field(draft, name, found.type, label, asked.hint, found.choices))
        draft.places[name] = PlaceSpec.model_validate(
            {"page": asked.page, "box": box, "reader": found.reader}
        )


def _add_comb(draft: _Draft, asked: Question, name: str, label: dict[str, str]) -> None:
    found = guess(asked.label, asked.hint, len(asked.cells))
    draft.fields.append(_field(draft, name, found.type, label, asked.hint, ""))
    written: dict[str, object] = {
        "page": asked.page,
        "reader": "comb",
        "alphabet": comb_alphabet(found.type, asked.label),
    }
    if even_cells(asked.cells, EVEN_MM):
        written |= {"box": _millimetres(asked.box), "comb": len(asked.cells)}
    else:
        written["comb"] = [_millimetres(cell) for cell in asked.cells]
    if found.type == "date":
        written["format"] = comb_format(asked.hint, len(asked.cells))
    draft.places[name] = PlaceSpec.model_validate(written)


def _add_table(draft: _Draft, asked: AskedTable) -> None:
    name = draft.names.give(asked.title, otherwise="table")
    inner, columns, given = [], {}, Names()
    for column in asked.columns:
        key = given.give(column.label, otherwise="answer" if column.options else "column")
        made, place = _column(draft, key, column, f"{name}_{key}")
        inner.append(made)
        columns[key] = place
    rows: int | list[RowSpec] = len(asked.rows)
    if asked.rows[0][0]:
        row_names = Names()
        rows = [
            RowSpec(name=row_names.give(label, otherwise="row"), label=labels(label))
            for label, _, _ in asked.rows
        ]
    title = labels(asked.title or name.replace("_", " ").capitalize())
    draft.fields.append(FieldSpec(name=name, type="table", label=title, rows=rows, fields=inner))
    draft.tables[name] = TableSpec(
        page=asked.page,
        rows=[(round(top, 2), round(height, 2)) for _, top, height in asked.rows],
        columns=columns,
    )


def _column(
    draft: _Draft, key: str, column: Column, list_name: str
) -> tuple[FieldSpec, ColumnSpec]:
    label = labels(column.label or key)
    place: dict[str, object] = {"left": round(column.left, 2), "width": round(column.width, 2)}
    if column.options:
        listed, keys = _list_of(draft, list_name, [text for text, _, _ in column.options])
        place["options"] = {
            k: (round(left, 2), round(width, 2))
            for k, (_, left, width) in zip(keys, column.options, strict=True)
        }
        is_ticked = not column.label
        place["reader"] = "squares" if is_ticked else "cells"
        made = FieldSpec(name=key, type=f"select_one {listed}", label=label)
        return made, ColumnSpec.model_validate(place)
    found = guess(column.label, column.hint)
    place["reader"] = found.reader
    made = _field(draft, key, found.type, label, column.hint, found.choices)
    return made, ColumnSpec.model_validate(place)


def _field(  # one question from its parts, six of them
    draft: _Draft, name: str, kind: str, label: dict[str, str], hint: str, listed: str
) -> FieldSpec:
    if listed and listed not in draft.choices:
        draft.choices[listed] = [
            ChoiceSpec(name=key, label={"en": en, "sw": sw}, aliases=aliases)
            for key, en, sw, aliases in WRITTEN[listed]
        ]
    more: dict[str, object] = {"hint": {"en": hint}} if hint else {}
    if kind == "date" and is_month_first(hint):
        more["day_first"] = False
    return FieldSpec.model_validate({"name": name, "type": kind, "label": label} | more)


def _list_of(draft: _Draft, name: str, answers: list[str]) -> tuple[str, list[str]]:
    """The list of choices with these answers, made if there is none yet; and their names."""
    given = Names()
    keys = [given.give(answer, otherwise="option") for answer in answers]
    for known, choices in draft.choices.items():
        if [choice.name for choice in choices] == keys:
            return known, keys
    made = draft.lists.give(name)
    draft.choices[made] = [
        ChoiceSpec(name=key, label=labels(answer), aliases=[])
        for key, answer in zip(keys, answers, strict=True)
    ]
    return made, keys


def _title(pages: list[BlankPrint]) -> str:
    """The largest words in the upper third of the first page."""
    layout = lay_out(1, pages[0])
    high = pages[0].size_mm[1] / 3
    headings = [p for p in layout.headings if p.box.top < high]
    texts = [
        p
        for p in (*layout.loose, *headings)
        if p.box.top < high and slug(p.text) and len(p.text) < TITLE_LETTERS and ":" not in p.text
    ]
    return max(texts, key=lambda p: p.box.height, default=None).text if texts else ""  # type: ignore[union-attr]


def _millimetres(box: Box) -> tuple[float, float, float, float]:
    return (round(box.left, 2), round(box.top, 2), round(box.width, 2), round(box.height, 2))


def _rounded(size: tuple[float, float]) -> tuple[float, float]:
    return (round(size[0], 1), round(size[1], 1))
