"""The pack format as it is written: form.yaml and template.yaml, word by word."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cpims_scan.forms.gridspec import GridSpec


def _languages(text: dict[str, str]) -> dict[str, str]:
    """English is always there; Swahili beside it; nothing else."""
    if "en" not in text or not set(text) <= {"en", "sw"}:
        raise ValueError("needs the keys 'en' and 'sw': the text in English and in Swahili")
    return text


Text = Annotated[dict[str, str], AfterValidator(_languages)]
Millimetres = tuple[float, float, float, float]  # left, top, width, height
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
# YAML reads 2018-08 as text but 2018 as a number; an edition is always text.
EditionName = Annotated[str, BeforeValidator(str)]


class Strict(BaseModel):
    """A misspelt key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceSpec(Strict):
    """One answer of a choice; `aliases` are words officers write for it, `parent` its group."""

    name: str
    label: Text
    aliases: list[str] = []
    parent: str | None = None


class CentralSpec(Strict):
    """Where a field goes in CPIMS; `none` says in words why it goes nowhere."""

    table: str | None = None
    column: str | None = None
    entity: str | None = None
    map: dict[str, str] = {}
    ask: list[str] = []  # choices whose map is lossy or only inferred: a person confirms
    none: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        """Allow `central: reg_person.date_of_birth` for the plain case."""
        if isinstance(data, str):
            table, _, column = data.partition(".")
            return {"table": table, "column": column} if column else {"none": data}
        return data


class RowSpec(Strict):
    """A named row of a table."""

    name: Name
    label: Text
    ref: str | None = None


class FieldSpec(Strict):
    """
    One question of a form, in XLSForm's words; a table holds fields of its own.

    `keying` is now (names: a person keys it from the picture), list (chosen from a code list) or
    image (the picture is the value). `review: always` is for what decides about a child.
    `context` names what the batch may say when the paper is blank.
    """

    name: Name
    type: (
        str  # text, code, integer, decimal, date, signature, select_one X, select_multiple X, table
    )
    label: Text
    ref: str | None = None
    hint: Text | None = None
    required: bool = False
    relevant: str | None = None
    keying: Literal["now", "list", "image"] = "now"
    code_list: str | None = None
    review: Literal["doubt", "always"] = "doubt"
    second_key: bool = False
    ask: bool = False  # CPIMS wants it, no paper has it: a person is asked
    context: Literal["office", "county", "sub_county", "month", "year", "officer"] | None = None
    repeatable: bool = False  # "same as previous record" is offered on the desk
    protection: str | None = None  # class of protection: identity, sexual_offence, reporter, health
    day_first: bool = True  # False where the print itself invites month first
    digits: tuple[int, int] | None = None  # a code or number has from .. to digits
    central: CentralSpec | None = None
    rows: int | list[RowSpec] | None = None
    refs: list[str] = []  # one for each unnamed row of a table
    fields: list[FieldSpec] = []

    @model_validator(mode="after")
    def _table_has_rows(self) -> FieldSpec:
        if (self.type == "table") != (self.rows is not None and bool(self.fields)):
            raise ValueError("a table has 'rows' and 'fields'; nothing else has them")
        if isinstance(self.rows, int) and self.refs and len(self.refs) != self.rows:
            raise ValueError(f"'refs' names {len(self.refs)} rows, but there are {self.rows}")
        return self


class FormSpec(Strict):
    """
    form.yaml: what is asked, whatever paper it is asked on.

    `records` names a table whose every row is a record of its own, as in a register: what stands
    outside the table belongs to all of them, and a row with nothing in it is no record.
    """

    form: Name
    title: Text
    fields: list[FieldSpec]
    choices: dict[str, list[ChoiceSpec]] = {}
    # What one sheet yields: a case for the central tables, a monthly return, or only values.
    yields: Literal["case", "return", "values"] = "values"
    blank_is_zero: list[str] = []  # patterns of fields: a signed form's blank there is zero
    urgent: dict[str, list[str]] = {}  # field -> values that must reach an officer at once
    records: Name | None = None
    settings: dict[str, str] = {}

    @model_validator(mode="after")
    def _records_are_a_table(self) -> FormSpec:
        tables = [item.name for item in self.fields if item.type == "table"]
        if self.records is not None and self.records not in tables:
            known = ", ".join(tables) or "none"
            raise ValueError(f"records: '{self.records}' is no table of the form. Tables: {known}")
        return self


class PageSpec(Strict):
    """One printed page; `blank` is a PNG, JPEG or PDF file beside the template."""

    blank: str
    size_mm: tuple[float, float] = (210.0, 297.0)
    pdf_page: int = 1


Reader = Literal["cells", "squares", "number", "date", "comb", "text", "print", "signature", "qr"]


class PlaceSpec(Strict):
    """
    Where one field stands on one edition's paper, and how it is read there.

    `cells`: choices printed as text in ruled cells; `squares`: tick squares; both name a box an
    option. `number`, `date`: free in a cell. `comb`: `cells` boxes side by side, or a list of them.
    `text`: blank or ink, keyed by a person. `print`: typed. `signature`: ink. `qr`: a printed code.
    `codes` of a comb says which answer each written code means; all codes are equally long, and a
    comb of several lengths takes several answers. `format` of a date's comb is ddmmyyyy or the
    like; of a code's comb, what is printed between its cells, each cell a #: CCO/##/###/5/29.
    """

    page: int = 1
    box: Millimetres | None = None
    reader: Reader
    options: dict[str, Millimetres] = {}
    comb: int | list[Millimetres] | None = None
    alphabet: Literal["digits", "capitals", "alphanumeric"] = "digits"
    format: str | None = None
    codes: dict[str, str] = {}

    @model_validator(mode="after")
    def _complete(self) -> PlaceSpec:
        if self.reader in ("cells", "squares"):
            if not self.options:
                raise ValueError(f"reader '{self.reader}' needs 'options': a box for each choice")
        elif self.box is None and not isinstance(self.comb, list):
            raise ValueError("needs 'box': [left, top, width, height] in millimetres")
        if self.reader == "comb" and self.comb is None:
            raise ValueError("reader 'comb' needs 'comb': the number of cells, or their boxes")
        if self.codes and (self.reader != "comb" or len({len(code) for code in self.codes}) != 1):
            raise ValueError("'codes' stand in a comb, and all of them are equally long")
        return self


class ColumnSpec(Strict):
    """
    One column of a table: every row's cell has this left edge and width.

    A column whose cells stand on another page, or at other heights than the table's rows (a row of
    several lines), says so with `page` and `rows`.
    """

    left: float
    width: float
    page: int | None = None
    rows: list[tuple[float, float]] | None = None
    reader: Reader = "text"
    options: dict[str, tuple[float, float]] = {}  # option -> left, width
    comb: int | None = None
    alphabet: Literal["digits", "capitals", "alphanumeric"] = "digits"
    format: str | None = None
    codes: dict[str, str] = {}


class TableSpec(Strict):
    """Where a table's rows stand: top and height of each, in the form's order, absent rows not."""

    page: int = 1
    rows: list[tuple[float, float]]
    columns: dict[str, ColumnSpec]


class SumSpec(Strict):
    """A total the edition prints; `{row}` is every row of a table, `*` all of them at once."""

    total: str
    parts: list[str]
    leave_out: list[str] = []
    kind: Literal["sum", "percent"] = "sum"  # percent: parts[0] of parts[1], in hundredths


class TemplateSpec(Strict):
    """
    template.yaml: where the form stands on one edition's paper.

    `absent` lists what this edition does not print: fields (`tribe`), tables (`siblings`), rows
    (`siblings.6`), columns (`parents.*.sex`) and single answers (`case_nature=emergency`).
    `joins` says what makes pages one sheet: `order`, also their order in one file; `never`, only
    a printed serial or a person: the pages of a bound book follow each other in any way.
    `grid` stands in place of pages and places where a workbook is printed at any size.
    """

    edition: EditionName
    title: Text | None = None
    note: str | None = None
    pages: list[PageSpec] = []
    joins: Literal["order", "never"] = "order"
    absent: list[str] = []
    places: dict[str, PlaceSpec] = {}
    tables: dict[str, TableSpec] = {}
    sums: list[SumSpec] = []
    blank_is_zero: list[str] = []
    grid: GridSpec | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> TemplateSpec:
        if bool(self.pages) == (self.grid is not None):
            raise ValueError("needs 'pages', the blank's pictures, or 'grid', a printed workbook")
        return self


class SingleSpec(Strict):
    """A single file with both parts, for a form with one edition."""

    form: FormSpec
    template: TemplateSpec
