"""When a question applies: XLSForm's `relevant`, as far as paper needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cpims_scan.domain.record import Value
from cpims_scan.errors import TemplateError
from cpims_scan.forms.template import FormField

# ${field} = 'answer', ${field} != 'answer', selected(${field}, 'answer')
COMPARISON = re.compile(r"\$\{([\w.]+)\}\s*(!?=)\s*'([^']*)'")
SELECTED = re.compile(r"selected\(\s*\$\{([\w.]+)\}\s*,\s*'([^']*)'\s*\)")


def relevant_in(field: FormField) -> str | None:
    """When a question applies, in the names of its own row: `{row}` stands for the row's name."""
    expression = field.spec.relevant
    return expression.replace("{row}", field.row or "") if expression else None


def is_relevant(expression: str | None, values: Mapping[str, Value]) -> bool:
    """
    Tell whether a question applies, given the answers so far.

    Args:
        expression: As in form.yaml: comparisons joined by `and` or by `or`; `and` binds closer.
            None applies always.
        values: Answers by field name; a field without an answer is empty, as in XLSForm: it
            equals '' and no answer, so that `${field} != ''` asks whether there is one.

    Raises:
        TemplateError: The expression is none of these.
    """
    if expression is None:
        return True
    return any(
        all(_holds(term.strip(), values) for term in re.split(r"\band\b", part))
        for part in re.split(r"\bor\b", expression)
    )


def _holds(term: str, values: Mapping[str, Value]) -> bool:
    chosen = SELECTED.fullmatch(term)
    if chosen:
        name, answer = chosen.groups()
        return answer in _answers(values.get(name))
    compared = COMPARISON.fullmatch(term)
    if compared is None:
        raise TemplateError(
            f"relevant: '{term}' is not understood. Write ${{field}} = 'answer', "
            "${field} != 'answer' or selected(${field}, 'answer'), joined by and, or."
        )
    name, sign, answer = compared.groups()
    return (answer in _answers(values.get(name))) == (sign == "=")


def _answers(value: Value) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [""] if value is None else [str(value)]
