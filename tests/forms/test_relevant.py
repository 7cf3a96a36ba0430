"""A question applies, or it does not, by the answers so far."""

from __future__ import annotations

import pytest

from cpims_scan.domain.record import Value
from cpims_scan.errors import TemplateError
from cpims_scan.forms.relevant import is_relevant


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        pytest.param(None, {}, True, id="no-condition"),
        pytest.param("${a} = 'x'", {"a": "x"}, True, id="equal"),
        pytest.param("${a} = 'x'", {"a": "y"}, False, id="other"),
        pytest.param("${a} = 'x'", {}, False, id="unanswered-equals-nothing"),
        pytest.param("${a} != 'x'", {"a": "y"}, True, id="not-equal"),
        pytest.param("selected(${a}, 'x')", {"a": ["w", "x"]}, True, id="one-of-several"),
        pytest.param("${a} = 'x' and ${b} = 'y'", {"a": "x"}, False, id="both"),
        pytest.param("${a} = 'x' or ${b} = 'y'", {"b": "y"}, True, id="either"),
        pytest.param("${c.1.sex} = 'male'", {"c.1.sex": "male"}, True, id="row-of-a-table"),
        pytest.param("${n} = '3'", {"n": 3}, True, id="number"),
        pytest.param("${a} != ''", {}, False, id="unanswered-is-empty"),
        pytest.param("${a} != ''", {"a": "y"}, True, id="any-answer-is-not-empty"),
    ],
)
def test_is_relevant(expression: str | None, values: dict[str, Value], expected: bool) -> None:
    """XLSForm's comparisons hold as in XLSForm."""
    assert is_relevant(expression, values) is expected


def test_is_relevant__unknown_expression_is_refused() -> None:
    """What is not understood is named, with what is."""
    with pytest.raises(TemplateError, match="'a > 3' is not understood"):
        is_relevant("a > 3", {})
