"""The closed vocabulary of rules.yaml: each kind says which fields it names and when it holds."""

from __future__ import annotations

import fnmatch
import itertools
import math
import re
from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from cpims_scan.forms.answers import TODAY, Answers
from cpims_scan.forms.spec import Strict, Text

ANSWERED, BLANK = "answered", "blank"


class RuleSpec(Strict):
    """
    What every rule has. `source`: code (of CPIMS), doc (of the department) or inf (inferred).
    `when` names fields and the values for which the rule speaks; `answered` and `blank` are
    words for any value and none. Messages may say {label}, {other} and {row}.
    """

    id: str = Field(pattern=r"^[A-Z]{2,4}-\d{3}$")
    severity: Literal["error", "warning"]
    source: Literal["code", "doc", "inf"]
    message: Text
    when: dict[str, str | list[str]] = {}
    note: str | None = None

    def names(self) -> list[str]:
        """Fields the rule is about, as written: {row} and * not yet replaced."""
        raise NotImplementedError

    def holds(self, answers: Answers) -> bool:
        """Whether the record keeps the rule; asked only when every field was read."""
        raise NotImplementedError

    def blames(self, answers: Answers) -> list[str]:
        """Fields that a finding points at."""
        return [answers.full(n) for n in self.names() if n != TODAY]

    def applies(self, answers: Answers) -> bool:
        """Whether every condition of `when` is known to be met."""
        return all(_meets(answers, name, allowed) for name, allowed in self.when.items())


class _OneField(RuleSpec):
    field: str

    def names(self) -> list[str]:
        """The field."""
        return [self.field]


class _ManyFields(RuleSpec):
    fields: list[str] = Field(min_length=1)

    def names(self) -> list[str]:
        """The fields."""
        return self.fields


class _NotEmpty(_OneField):
    def holds(self, answers: Answers) -> bool:
        """It is not blank; a written "unknown" is an answer."""
        return not answers.is_blank(self.field)


class Required(_NotEmpty):
    """A field that must not be left empty; what is unread is asked for already."""

    kind: Literal["required"]


class RequiredIf(_NotEmpty):
    """A field that must not be left empty when others say so."""

    kind: Literal["required_if"]

    @model_validator(mode="after")
    def _has_when(self) -> RequiredIf:
        if not self.when:
            raise ValueError("needs 'when': the fields and values that make it required")
        return self


class OnlyIf(RuleSpec):
    """A field that may be filled only when others say so."""

    kind: Literal["only_if"]
    field: str
    given: dict[str, str | list[str]]

    def names(self) -> list[str]:
        """The field, and what it depends on."""
        return [self.field, *self.given]

    def holds(self, answers: Answers) -> bool:
        """It is empty, or all that it depends on is so."""
        filled = answers.is_answered(self.field)
        return not filled or all(_meets(answers, n, v) for n, v in self.given.items())


class Between(_OneField):
    """A number within limits; either may be left out."""

    kind: Literal["between"]
    low: float = -math.inf
    high: float = math.inf

    def holds(self, answers: Answers) -> bool:
        """Between the limits, both included."""
        number = answers.number(self.field)
        return number is None or self.low <= number <= self.high


class OneOf(_OneField):
    """A value of a short list."""

    kind: Literal["one_of"]
    values: list[str]

    def holds(self, answers: Answers) -> bool:
        """Every value of it is on the list."""
        return all(value in self.values for value in _values(answers, self.field))


class Matches(_OneField):
    """A text of a pattern, as Python's `re` writes it; the whole text must match."""

    kind: Literal["matches"]
    pattern: str

    @model_validator(mode="after")
    def _compiles(self) -> Matches:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"'{self.pattern}' is no regular expression: {error.msg}") from error
        return self

    def holds(self, answers: Answers) -> bool:
        """The whole text matches."""
        value = answers.value(self.field)
        return value is None or re.fullmatch(self.pattern, str(value)) is not None


class DateOrder(RuleSpec):
    """Dates that follow one another, equal days allowed; `today` may be one of them."""

    kind: Literal["date_order"]
    dates: list[str] = Field(min_length=2)

    def names(self) -> list[str]:
        """The dates."""
        return self.dates

    def holds(self, answers: Answers) -> bool:
        """No date is certainly after the next that is known; a bare year may be any day of it."""
        known = [days for days in map(answers.days, self.dates) if days]
        return all(earlier[0] <= later[1] for earlier, later in itertools.pairwise(known))


class AgeAt(RuleSpec):
    """An age in whole years on a day, within limits."""

    kind: Literal["age_at"]
    born: str
    at: str
    low: int = 0
    high: int = 150

    def names(self) -> list[str]:
        """Birth and day."""
        return [self.born, self.at]

    def holds(self, answers: Answers) -> bool:
        """Some age that the dates allow is within the limits; silent before the birth."""
        ages = answers.ages(self.born, self.at)
        return ages is None or ages[1] < 0 or (ages[0] <= self.high and ages[1] >= self.low)

    def blames(self, answers: Answers) -> list[str]:
        """The birth alone: the day is another rule's matter."""
        return [answers.full(self.born)]


class Sum(RuleSpec):
    """A total of its parts less those under `minus`; * in a part stands for every row."""

    kind: Literal["sum"]
    parts: list[str]
    minus: list[str] = []
    total: str
    leave_out: list[str] = []

    def names(self) -> list[str]:
        """Total and parts."""
        return [self.total, *self.parts, *self.minus]

    def holds(self, answers: Answers) -> bool:
        """The total is blank or equals the sum; unknown parts keep it silent."""
        if not answers.is_answered(self.total):
            return True
        added = [answers.number(name) for name in self._all_parts(answers, self.parts)]
        taken = [answers.number(name) for name in self._all_parts(answers, self.minus)]
        known = [n for n in added if n is not None] + [-n for n in taken if n is not None]
        return len(known) < len(added + taken) or sum(known) == answers.number(self.total)

    def blames(self, answers: Answers) -> list[str]:
        """The total and all parts that hold something; * says nothing about one row."""
        named, total = [*self.parts, *self.minus], answers.full(self.total)
        if any("*" in part for part in named):
            return [total]
        return [total, *(n for n in self._all_parts(answers, named) if not answers.is_blank(n))]

    def _all_parts(self, answers: Answers, of: list[str]) -> list[str]:
        return [n for p in of for n in expand(answers.full(p), answers) if n not in self.leave_out]


class Equal(_ManyFields):
    """Fields that say the same."""

    kind: Literal["equal"]

    def holds(self, answers: Answers) -> bool:
        """All answered ones have one value."""
        return len({str(answers.value(n)) for n in self.fields if answers.is_answered(n)}) <= 1


class AtMost(RuleSpec):
    """A number that is not above another, or above a limit."""

    kind: Literal["at_most"]
    field: str
    limit: str | float

    def names(self) -> list[str]:
        """The field, and the other when it is one."""
        return [self.field, self.limit] if isinstance(self.limit, str) else [self.field]

    def holds(self, answers: Answers) -> bool:
        """Not above."""
        number = answers.number(self.field)
        limit = answers.number(self.limit) if isinstance(self.limit, str) else self.limit
        return number is None or limit is None or number <= limit


class UniqueInBatch(_ManyFields):
    """Fields that together stand once in a batch; silent for a record alone."""

    kind: Literal["unique_in_batch"]

    def holds(self, answers: Answers) -> bool:
        """Told by `RuleBook.repeated`, which sees the batch."""
        return True


class Check(RuleSpec):
    """A rule in Python: the function of this id in checks.py beside rules.yaml."""

    kind: Literal["check"]

    def names(self) -> list[str]:
        """Named by the function."""
        return []


Rule = Annotated[
    Required | RequiredIf | OnlyIf | Between | OneOf | Matches | DateOrder | AgeAt | Sum | Equal
    | AtMost | UniqueInBatch | Check,
    Field(discriminator="kind"),
]  # fmt: skip


class RuleFile(RootModel[list[Rule]]):
    """rules.yaml: a list of rules."""


def expand(name: str, answers: Answers) -> list[str]:
    """All fields of the form that a name with * stands for; the name itself without."""
    if "*" not in name:
        return [name]
    return [field for field in answers.edition.form.fields if fnmatch.fnmatchcase(field, name)]


def _values(answers: Answers, name: str) -> list[object]:
    value = answers.value(name)
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _meets(answers: Answers, name: str, allowed: str | list[str]) -> bool:
    words = [allowed] if isinstance(allowed, str) else allowed
    if ANSWERED in words and answers.is_answered(name):
        return True
    if BLANK in words and answers.is_blank(name):
        return True
    return any(str(value) in words for value in _values(answers, name))
