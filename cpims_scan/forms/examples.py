"""Examples beside the rules: records, and the rules that each must break. Rules tested by data."""

from __future__ import annotations

import datetime as dt
import fnmatch
from pathlib import Path
from typing import Any

from pydantic import RootModel

from cpims_scan.domain.record import Decision, FieldReading, State
from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.rules import RuleBook, load_rules
from cpims_scan.forms.spec import Strict
from cpims_scan.forms.template import Edition, Form
from cpims_scan.forms.yamlfile import read_model


class Example(Strict):
    """
    One record.

    `values`: what was read, None for an empty cell. `states`: other kinds of missing. `blank`:
    a pattern of fields that are empty unless said otherwise. What is not named was not read.
    """

    name: str
    today: dt.date
    values: dict[str, Any] = {}
    states: dict[str, State] = {}
    blank: str | None = None
    expect: list[str]


class ExampleFile(RootModel[list[Example]]):
    """examples.yaml: a list of records."""


def load_examples(root: Path, form: Form) -> list[Example]:
    """
    Read a form's examples; a form without the file has none.

    Raises:
        TemplateError: The file is wrong, or names a field that the form does not ask.
    """
    file = root / "validators" / form.name / "examples.yaml"
    if not file.is_file():
        return []
    examples = read_model(file, ExampleFile).root
    for example in examples:
        for name in (*example.values, *example.states):
            if name not in form.fields:
                raise TemplateError(
                    f"{file}: example '{example.name}': there is no field '{name}'. "
                    "See form.yaml for the names."
                )
    return examples


def broken_rules(example: Example, book: RuleBook, edition: Edition) -> list[str]:
    """Ids of the rules that an example's record breaks, each once, in the book's order."""
    findings = book.findings(_fields(example, edition), edition, example.today)
    return list(dict.fromkeys(finding.rule for finding in findings))


def check_examples(catalog: Catalog, form: str) -> list[str]:
    """
    Try all examples of a form on its first edition.

    Returns:
        One sentence about every example that breaks other rules than it says; [] when all hold.

    Raises:
        TemplateError: The rules or the examples are wrong.
    """
    book = load_rules(catalog.root, catalog.forms[form])
    edition = next(e for (name, _), e in catalog.editions.items() if name == form)
    file = catalog.root / "validators" / form / "examples.yaml"
    tried = [
        (example, broken_rules(example, book, edition))
        for example in load_examples(catalog.root, book.form)
    ]
    return [
        f"{file}: '{example.name}' breaks {', '.join(found) or 'no rule'}, expected "
        f"{', '.join(example.expect) or 'none'}. Correct the rule or the example."
        for example, found in tried
        if found != example.expect
    ]


def _fields(example: Example, edition: Edition) -> dict[str, FieldReading]:
    form = edition.form
    states: dict[str, State] = {}
    if example.blank:
        states = dict.fromkeys(fnmatch.filter(form.fields, example.blank), State.BLANK)
    for name, value in example.values.items():
        states[name] = State.BLANK if value is None else State.ANSWERED
    states |= example.states
    return {
        name: FieldReading(
            field=name,
            kind=form.fields[name].kind,
            state=state,
            value=_plain(example.values.get(name)),
            probability=1.0,
            source="ink",
            decision=Decision.ACCEPT,
        )
        for name, state in states.items()
    }


def _plain(value: Any) -> Any:
    """YAML makes a date of 2018-05-02; values hold ISO text."""
    return value.isoformat() if isinstance(value, dt.date) else value
