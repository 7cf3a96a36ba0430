"""load.yaml, word by word: rows, columns and where a column's value comes from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A misspelt key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DeriveSpec(Strict):
    """A named derivation: which fields it looks at, and what else it is told."""

    name: str
    of: list[str] = []
    given: dict[str, Any] = {}


def _short(data: Any) -> Any:
    return {"name": data} if isinstance(data, str) else data


class ColumnSpec(Strict):
    """
    Where a column's value comes from; of several sources the first that has one wins.

    The order is: `row` (the key of another row), the field (the one form.yaml sends to this
    column, or the one named here, through the conversion `as`), `context` (what the batch or the
    installation says), `derive`, `const`, `unknown` (CPIMS's own code for unknown), `ask`.
    """

    row: str | None = None
    field: str | None = None
    convert: str | None = Field(None, alias="as")
    given: dict[str, Any] = {}  # what the conversion is told
    context: Literal["office", "sub_county", "user", "machine"] | None = None
    derive: Annotated[DeriveSpec | None, BeforeValidator(_short)] = None
    const: str | int | bool | None = None
    unknown: str | None = None
    ask: bool | str = False  # a name: the field in which a person answers
    fixed: bool = False  # stays as first loaded, whatever a later revision says


# A column about which load.yaml says nothing.
UNSAID = ColumnSpec.model_validate({})


class LoadRowSpec(Strict):
    """
    One central row (or one for each value of a field).

    `entity` is the word form.yaml uses in `central:`, when it differs from `row`. The row is made
    when any of the fields in `when` is answered (default: any field that feeds it). `incomplete`:
    a required column without a value is asked, or the row is left out and its values are kept.
    """

    row: str
    table: str
    entity: str | None = None
    repeat: int | dict[str, dict[str, str]] = 1  # or names, each with words of its own
    when: list[str] | Literal["always"] = []
    unless: list[str] = []  # not made when one of these fields is answered
    each: str | None = None  # the field whose values (or comma-separated parts) make a row each
    incomplete: Literal["ask", "keep"] = "ask"
    person: Literal["child", "relative"] | None = None  # may be in CPIMS already, see people.py
    once: list[str] = []  # a row with these values that is there already is taken, none is made
    lives_in: list[str] = []  # rows of reg_persons_geo that say where that person lives
    columns: dict[
        str, Annotated[ColumnSpec, BeforeValidator(lambda d: {} if d is None else d)]
    ] = {}


class ReturnSpec(Strict):
    """
    How a monthly return becomes cells: blocks are tables, columns are a band and a sex.

    A row under `sums` is the sum of others: it checks them and is not stored twice.
    """

    office: str  # field that names the sub-county or the unit
    month: str
    year: str
    signed: str | None = None
    as_of: str | None = None
    nil: str | None = None
    blocks: list[str]
    sums: list[str] = []
    columns: dict[str, tuple[str, Literal["M", "F"]]]


class LoadSpec(Strict):
    """load.yaml of one form."""

    form: str
    every_row: dict[str, ColumnSpec] = {}  # columns that every table with that name fills alike
    rows: list[LoadRowSpec] = []
    # Fields whose values have no column and are kept as written in our own table.
    returns: ReturnSpec | None = None
