"""A form and one edition of its paper, ready for use: every row of every table named."""

from __future__ import annotations

import dataclasses
import fnmatch
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.domain.paper import Box
from cpims_scan.domain.record import Kind
from cpims_scan.forms.grid import Grid
from cpims_scan.forms.spec import CentralSpec, ChoiceSpec, FieldSpec, FormSpec


@dataclass(frozen=True, slots=True)
class FormField:
    """
    One blank of a form.

    Attributes:
        name: Full name, rows included: `siblings.1.date_of_birth`.
        pattern: The same for every row: `siblings.*.date_of_birth`.
        table: Name of the table it stands in, or None; `row` is then its row's name.
        choices: Allowed answers, in the form's order; () when it is not a choice.
        spec: As written in form.yaml.
    """

    name: str
    pattern: str
    table: str | None
    row: str | None
    ref: str | None
    kind: Kind
    label: dict[str, str]
    choices: tuple[ChoiceSpec, ...]
    spec: FieldSpec

    @property
    def is_multiple(self) -> bool:
        """True when several choices may be marked at once."""
        return self.spec.type.startswith("select_multiple")

    @property
    def central(self) -> CentralSpec | None:
        """Where it goes in CPIMS."""
        return self.spec.central


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked, whatever paper it is asked on."""

    name: str
    title: dict[str, str]
    fields: dict[str, FormField]
    spec: FormSpec


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a field stands and how it is read.

    Attributes:
        box: Covers everything that belongs to the field.
        options: Box of every option, for `cells` and `squares`.
        comb: Boxes of a comb, left to right.
        format: Of a date's comb, or what is printed between the cells of a code's.
        codes: What each code that is written in the comb means; {} when it bears no codes.
    """

    field: str
    page: int
    reader: str
    box: Box
    options: dict[str, Box] = dataclasses.field(default_factory=dict)
    comb: tuple[Box, ...] = ()
    alphabet: str = "digits"
    format: str | None = None
    codes: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlankPage:
    """
    The picture of an unfilled page; `file` is a PNG, JPEG or PDF.

    The frame of a printed workbook has no picture: its `file` is the template itself.
    """

    number: int
    file: Path
    pdf_page: int
    size_mm: tuple[float, float]

    @property
    def is_frame(self) -> bool:
        """Whether there is no picture: the page of an edition with a grid."""
        return self.file.suffix == ".yaml"


@dataclass(frozen=True, slots=True)
class Total:
    """A sum that this edition prints: `total` is the sum of `parts` (or a percentage of two)."""

    total: str
    parts: tuple[str, ...]
    kind: str = "sum"


@dataclass(frozen=True, slots=True)
class Edition:
    """
    One printed edition of a form.

    Attributes:
        joins: `order` when pages that follow each other in a file may be one sheet, else `never`.
        absent: What this edition does not print, as its template lists it.
        grid: Of a workbook that is printed at any size; its one page is the grid's own frame.
    """

    form: Form
    name: str
    pages: tuple[BlankPage, ...]
    places: dict[str, Place]
    totals: tuple[Total, ...]
    blank_is_zero: tuple[str, ...]
    digest: str
    joins: str = "order"
    absent: frozenset[str] = frozenset()
    grid: Grid | None = None

    def on_page(self, number: int) -> list[Place]:
        """Places on one page, in the form's order."""
        return [p for p in self.places.values() if p.page == number]

    def prints_answer(self, name: str, choice: str) -> bool:
        """False when this edition leaves one answer of a choice out."""
        pattern = self.form.fields[name].pattern
        return not {f"{name}={choice}", f"{pattern}={choice}"} & self.absent

    def blank_counts_as_zero(self, name: str) -> bool:
        """True when this edition's procedure says that an empty cell of the field is zero."""
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.blank_is_zero)
