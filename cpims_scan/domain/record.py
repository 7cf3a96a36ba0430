"""Ink on its way to being a record: readings, values, findings, what people settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality

# A typed value: ISO date text or a dict with its precision, integer, choice name,
# list of choice names, text. Plain data, so that it crosses processes and JSON as it is.
Value = str | int | float | list[str] | dict[str, Any] | None


class Kind(StrEnum):
    """What a field holds, as scripts see it."""

    MARK = "mark"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    TEXT = "text"
    INK = "ink"


class State(StrEnum):
    """Whether a field was answered, and if not, in which way it is missing."""

    ANSWERED = "answered"
    BLANK = "blank"
    UNKNOWN_WRITTEN = "unknown_written"
    NOT_APPLICABLE = "not_applicable"
    ILLEGIBLE = "illegible"
    CROSSED_OUT = "crossed_out"
    UNREAD = "unread"


class Decision(StrEnum):
    """Whether the machine may keep a reading, or a person must see it."""

    ACCEPT = "accept"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class CellReading:
    """
    What one reader saw in one cell.

    Attributes:
        field: Name of the field that the cell belongs to.
        part: Option name of a choice, 1-based position of a comb as text, or "".
        reader: Which reader: mark, number, date, digit, capital, text, print.
        distribution: Outcomes with probabilities that sum to at most 1, best first. For marks
            the outcomes are "empty", "marked", "cancelled"; for strings the text itself, "" for
            an empty cell, "-" for a dash or stroke; for text "" or "ink".
        weights: Digest of the weights that saw it, "" without a network.
        ink: Share of the cell's area that is ink, 0..1.
        is_certified: Whether the cell's place was proven.
        residual_mm: Of the certificate.
        crop: 0-based picture number in the page's crop file; None for a plain blank.
    """

    field: str
    part: str
    reader: str
    distribution: tuple[tuple[str, float], ...]
    weights: str
    ink: float
    is_certified: bool
    residual_mm: float
    crop: int | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """
    All that a machine saw on one page; plain data that crosses processes.

    Attributes:
        content: sha256 of the page.
        state: read, unknown, unaligned, blank or error.
        error: One sentence when the state is error or unaligned.
        transform: `Transform.to_json()`, or None.
        pack: Digest of the pack that read it.
        fingerprint: What is written on the page, for finding the same ink in other bytes.
        seconds: CPU seconds spent.
        separator: What the QR of a cover or slip says; such a page's state is blank.
    """

    content: str
    state: str
    match: PageMatch | None
    quality: Quality
    cells: tuple[CellReading, ...] = ()
    error: str | None = None
    transform: dict[str, Any] | None = None
    residual_mm: tuple[float, float] | None = None  # median, max
    dpi: float = 0.0
    size_px: tuple[int, int] = (0, 0)  # width, height
    pack: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person decided about a field; never changed by a machine."""

    field: str
    value: Value
    state: State
    by: str
    at: dt.datetime  # UTC
    source: str  # desk, second_key, office, sample, batch


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value the ink could mean."""

    value: Value
    probability: float


@dataclass(frozen=True, slots=True)
class FieldReading:
    """
    A field's value as far as it is known.

    Attributes:
        value: Typed; None unless answered.
        text: What stands on the paper, when the reader knows it.
        probability: Calibrated, 0..1, that value and state are right.
        source: ink, print, sum, list, date, rule, batch, person.
        reasons: Ids of why a person must see it: low_probability, two_marks, always_seen,
            not_certified, handwriting, sum_differs, impossible_date, ambiguous_date, unlisted,
            rule:<id>, ask, second_key, sample (drawn to be asked blind).
    """

    field: str
    kind: Kind
    state: State
    value: Value
    probability: float
    source: str
    decision: Decision
    reasons: tuple[str, ...] = ()
    text: str = ""
    alternatives: tuple[Alternative, ...] = ()
    page: int = 0  # 1-based page of the form
    residual_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule does not hold; its sentence is made per language when shown."""

    rule: str
    severity: str  # error or warning
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValidatedRecord:
    """One record of a sheet: its fields, what the rules say, whom it waits for."""

    sheet: str  # UUID of the sheet
    revision: int
    form: str
    edition: str
    index: int  # 1-based among the records of the sheet
    fields: dict[str, FieldReading]
    findings: tuple[Finding, ...] = ()
    context: BatchContext = field(default_factory=BatchContext)

    @property
    def values(self) -> dict[str, Value]:
        """Values of all answered fields, by name."""
        return {n: f.value for n, f in self.fields.items() if f.state is State.ANSWERED}

    @property
    def flagged(self) -> tuple[str, ...]:
        """Names of the fields that a person must see, in the form's order."""
        return tuple(n for n, f in self.fields.items() if f.decision is Decision.REVIEW)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pages of one filled form."""

    key: str  # UUID
    revision: int
    form: str
    edition: str
    pages: dict[int, str]  # page number of the form -> content
    joined_by: str  # one page, file order, qr, person
    context: BatchContext = field(default_factory=BatchContext)


@dataclass(frozen=True, slots=True)
class LoadedRecord:
    """A record in the central database, read back and found equal."""

    sheet: str
    revision: int
    central_ids: dict[str, str]
    loaded_at: dt.datetime  # UTC
    is_equal: bool
