"""The `grid:` of template.yaml: a printed workbook, known by its words and lines, not by places."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Words = list[str]  # ways in which the same thing is printed


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HeadSpec(_Strict):
    """A printed heading over one or more columns; `under` are the words of each column below it."""

    words: Words
    span: int = 1
    under: list[Words] = []

    @model_validator(mode="after")
    def _as_many_under(self) -> HeadSpec:
        if self.under and len(self.under) != self.span:
            raise ValueError(f"'under' names {len(self.under)} columns, but span is {self.span}")
        return self


class BlockSpec(_Strict):
    """
    One ruled table of the workbook: tables of the form, one after the other, in printed order.

    Rows are known by the form's English labels, or by the words that `rows` gives a row
    (`categories.cdis`); columns by `heads`, left to right, in the order of `columns`. `numbered`
    says that the rows' numbers stand in a column of their own, left of the labels.
    """

    tables: list[str]
    columns: list[str]
    heads: list[HeadSpec]
    rows: dict[str, Words] = {}
    numbered: bool = False

    @model_validator(mode="after")
    def _as_many_heads(self) -> BlockSpec:
        spanned = sum(head.span for head in self.heads)
        if spanned != len(self.columns):
            raise ValueError(f"'heads' spans {spanned} columns, but there are {len(self.columns)}")
        return self


class PeriodSpec(_Strict):
    """
    How the sheet says what month it is for, and that it is for one month.

    `month_year`: the words at two fields of the header (`month`, `year`). `dates`: the first and
    the last day, printed beside the words of `start` and `end`. `titles` must be printed on a sheet
    of one month; `others` say that it is for a quarter or a year.
    """

    kind: Literal["month_year", "dates"]
    month: str = "month"
    year: str = "year"
    start: Words = []
    end: Words = []
    titles: Words = []
    others: Words = []

    @model_validator(mode="after")
    def _dates_have_words(self) -> PeriodSpec:
        if self.kind == "dates" and not (self.start and self.end):
            raise ValueError("period of kind 'dates' needs 'start' and 'end': the printed words")
        return self


class GridSpec(_Strict):
    """
    A workbook that offices print at any size: its tables, what stands above and below them.

    `header` and `footer` name fields whose value stands right of printed words.
    """

    blocks: list[BlockSpec]
    header: dict[str, Words] = {}
    footer: dict[str, Words] = {}
    period: PeriodSpec | None = None
