"""layout.yaml word by word: a page as a person plans it, from which template and blank are made."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cpims_scan.forms.spec import EditionName, Strict, SumSpec, Text


class CellSpec(Strict):
    """
    One question on the paper, and what it is answered in.

    A date gets a comb of eight digits, a choice its tick squares, a signature a box; all else says
    one of `comb`, `code`, `text`, `number` or `pattern`.

    Attributes:
        comb: Boxes side by side, one a character.
        code: Digits of a code from the field's list; `times` of them where several may be written.
        text: Height in mm of a box for handwriting, which a person keys.
        number: Width in mm of a plain cell for a number.
        pattern: What is printed between the cells of a code, each cell a #.
        width: In mm; without it combs take what they need and boxes what is left of the row.
        label: Instead of the form's own.
        words: Printed beside a choice's squares instead of the form's own, by the answer's name.
        list: Of the codes; without it the field's code list or choices.
    """

    field: str
    comb: int | None = Field(None, gt=0, le=40)
    code: int | None = Field(None, gt=0, le=6)
    times: int = Field(1, gt=0)
    text: float | None = Field(None, gt=0)
    number: float | None = Field(None, gt=0)
    pattern: str | None = None
    alphabet: Literal["digits", "capitals", "alphanumeric"] | None = None
    width: float | None = Field(None, gt=0)
    label: Text | None = None
    list: str | None = None
    words: dict[str, Text] = {}

    @model_validator(mode="after")
    def _one_answer(self) -> CellSpec:
        said = [self.comb, self.code, self.text, self.number, self.pattern]
        if sum(item is not None for item in said) > 1:
            raise ValueError("says one of comb, code, text, number and pattern, not several")
        return self


class PrintedTable(Strict):
    """
    Rows that ask the same, under one line of labels.

    Attributes:
        name: Of the form's table.
        rows: How many of its rows are printed; all without it.
        cells: Its columns; their `field` is the column's name.
        labels: Width in mm of the rows' labels, 0 for their numbers alone.
        height: Of a row, mm.
        heads: Height of the line of labels, mm; 0 leaves it out, as above a row of totals.
        names: Printed at the rows' left where the form does not name them.
        group: So many columns are parted by a heavier line from the next.
        ends: What such a wide table prints at the end of each row: its printed number, or its
            name in capitals. No two neighbours may look alike there: a page is found by it.
        strong: Fields whose cells have a heavier outline, as sums have.
    """

    name: str
    rows: int | None = None
    cells: list[CellSpec]
    labels: float = 0.0
    height: float = Field(7.0, ge=5.0)
    heads: float = 6.0
    names: list[Text] = []
    group: int = 0
    ends: Literal["ref", "name"] = "ref"
    strong: list[str] = []


class CodesSpec(Strict):
    """
    A printed code list.

    Attributes:
        list: Its name in _lists/, or of the form's own choices.
        grouped: Name of the list whose entries are its parents: an entry that is its own parent
            is not printed, the others stand under their parent's name.
        title: Printed above it.
    """

    list: str
    title: Text
    grouped: str | None = None


class PartSpec(Strict):
    """One thing on a page; the page is filled from top to bottom."""

    heading: Text | None = None
    row: list[CellSpec] = []
    table: PrintedTable | None = None
    note: Text | None = None
    codes: list[CodesSpec] = []
    columns: int = Field(4, gt=0)  # of the code lists

    @model_validator(mode="after")
    def _one_thing(self) -> PartSpec:
        things = [self.heading, self.row, self.table, self.note, self.codes]
        if sum(bool(thing) for thing in things) > 1:
            raise ValueError("is one of heading, row, table, note and codes, not several")
        return self


class LayoutSpec(Strict):
    """layout.yaml: the whole edition, page by page."""

    edition: EditionName
    title: Text
    size_mm: tuple[float, float] = (210.0, 297.0)
    notice: Text
    pages: list[list[PartSpec]]
    sums: list[SumSpec] = []
