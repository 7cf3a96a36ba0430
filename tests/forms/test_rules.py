"""Rules as data, checks as Python, and the law that unread fields keep rules silent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cpims_scan.domain.record import Decision, FieldReading, Kind, State, Value
from cpims_scan.errors import TemplateError
from cpims_scan.forms.rules import RuleBook, load_rules
from cpims_scan.forms.template import Edition
from tests.reading.paper_forms import edition_of, label

TODAY = dt.date(2018, 6, 30)
UNREAD = object()
HEAD = "severity: warning, source: inf, message: {en: '{label} is odd.', sw: '{label} si kawaida.'}"


@pytest.fixture(scope="module")
def edition() -> Edition:
    """A form with a few fields of every kind, a table of two rows and one printed sum."""
    types = {
        "born": "date", "told": "date", "sex": "select_one list", "name": "text", "place": "text",
        "serial": "code", "boys": "integer", "girls": "integer", "all": "integer",
    }  # fmt: skip
    fields: list[dict[str, Any]] = [
        {"name": n, "type": t, "label": {"en": n.title(), "sw": f"sw {n}"}}
        for n, t in types.items()
    ]
    inner = [
        {"name": "name", "type": "text", "label": label("Name")},
        {"name": "count", "type": "integer", "label": label("Count")},
    ]
    fields.append(
        {"name": "kin", "type": "table", "label": label("Kin"), "rows": 2, "fields": inner}
    )
    options = [{"name": n, "label": label(n)} for n in ("male", "female")]
    return edition_of(
        {"fields": fields, "choices": {"list": options}, "blank_is_zero": ["boys", "girls"]},
        {
            "absent": ["kin", *types],
            "sums": [{"total": "all", "parts": ["boys", "girls"]}],
        },
    )


def book_of(tmp_path: Path, edition: Edition, rules: str, checks: str = "") -> RuleBook:
    """A rule book read from files, as the packs are."""
    folder = tmp_path / "validators" / "trial"
    folder.mkdir(parents=True)
    (folder / "rules.yaml").write_text(rules)
    if checks:
        (folder / "checks.py").write_text(checks)
    return load_rules(tmp_path, edition.form)


def record(edition: Edition, **values: Any) -> dict[str, FieldReading]:
    """Fields with these values; None is blank, UNREAD was not read, `__` stands for a dot."""
    made = {}
    for word, value in values.items():
        name = word.replace("__", ".")
        state = State.BLANK if value is None else State.ANSWERED
        state = State.UNREAD if value is UNREAD else state
        kept: Value = None if value is UNREAD else value
        kind: Kind = edition.form.fields[name].kind
        made[name] = FieldReading(name, kind, state, kept, 1.0, "ink", Decision.ACCEPT)
    return made


@pytest.mark.parametrize(
    ("rule", "kept", "broken"),
    [
        pytest.param("kind: required, field: name", {"name": "A"}, {"name": None}, id="required"),
        pytest.param(
            "kind: required_if, field: place, when: {name: answered}",
            {"place": None, "name": None}, {"place": None, "name": "A"}, id="required_if",
        ),
        pytest.param(
            "kind: only_if, field: place, given: {sex: female}",
            {"place": "A", "sex": "female"}, {"place": "A", "sex": "male"}, id="only_if",
        ),
        pytest.param(
            "kind: between, field: boys, low: 0, high: 9", {"boys": 9}, {"boys": 10}, id="between"
        ),
        pytest.param(
            "kind: one_of, field: sex, values: [female]",
            {"sex": "female"}, {"sex": "male"}, id="one_of",
        ),
        pytest.param(
            "kind: matches, field: serial, pattern: '[0-9]+/[0-9]+'",
            {"serial": "1/15"}, {"serial": "1/15a"}, id="matches",
        ),
        pytest.param(
            "kind: date_order, dates: [born, told, today]",
            {"born": "2018-01-02", "told": "2018-01-02"},
            {"born": "2018-01-03", "told": "2018-01-02"}, id="date_order",
        ),
        pytest.param(
            "kind: date_order, dates: [told, today]",
            {"told": "2018-06-30"}, {"told": "2018-07-01"}, id="today",
        ),
        pytest.param(
            "kind: age_at, born: born, at: told, high: 17",
            {"born": "2000-05-03", "told": "2018-05-02"},
            {"born": "2000-05-02", "told": "2018-05-02"}, id="age_at",
        ),
        pytest.param(
            "kind: sum, parts: [boys, girls], total: all",
            {"boys": 2, "girls": None, "all": 2}, {"boys": 2, "girls": 1, "all": 2}, id="sum",
        ),
        pytest.param(
            "kind: sum, parts: ['kin.*.count'], total: all",
            {"kin__1__count": 2, "kin__2__count": 1, "all": 3},
            {"kin__1__count": 2, "kin__2__count": 1, "all": 2}, id="sum of rows",
        ),
        pytest.param(
            "kind: sum, parts: [all], minus: [boys], total: girls",
            {"all": 5, "boys": 2, "girls": 3}, {"all": 5, "boys": 2, "girls": 2}, id="balance",
        ),
        pytest.param(
            "kind: equal, fields: [name, place]",
            {"name": "A", "place": "A"}, {"name": "A", "place": "B"}, id="equal",
        ),
        pytest.param(
            "kind: at_most, field: boys, limit: girls",
            {"boys": 1, "girls": 1}, {"boys": 1, "girls": None}, id="at_most",
        ),
    ],
)  # fmt: skip
def test_kind__finds_what_breaks_it(
    tmp_path: Path, edition: Edition, rule: str, kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    """Each kind of rule is silent when it is kept, and speaks when it is broken."""
    book = book_of(tmp_path, edition, f"- {{id: TR-101, {rule}, {HEAD}}}")

    assert book.findings(record(edition, **kept), edition, TODAY) == ()
    assert [f.rule for f in book.findings(record(edition, **broken), edition, TODAY)] == ["TR-101"]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"born": "2018-01-03", "told": UNREAD}, id="unread"),
        pytest.param({"born": "2018-01-03"}, id="not printed, or its page is missing"),
    ],
)
def test_rules__are_silent_about_what_was_not_read(
    tmp_path: Path, edition: Edition, values: dict[str, Any]
) -> None:
    """A rule speaks only when every field it names was read."""
    rule = f"- {{id: TR-101, kind: date_order, dates: [born, told], {HEAD}}}"
    book = book_of(tmp_path, edition, rule)

    assert book.findings(record(edition, **values), edition, TODAY) == ()


def test_rules__an_unread_field_is_not_reported_as_empty(tmp_path: Path, edition: Edition) -> None:
    """`required` is about empty cells; what waits to be keyed is asked for already."""
    book = book_of(tmp_path, edition, f"- {{id: TR-101, kind: required, field: name, {HEAD}}}")

    assert book.findings(record(edition, name=UNREAD), edition, TODAY) == ()


def test_rules__speak_once_a_row(tmp_path: Path, edition: Edition) -> None:
    """A rule with {row} names the rows that break it, each with a finding of its own."""
    rule = "kind: required_if, field: 'kin.{row}.count', when: {'kin.{row}.name': answered}"
    book = book_of(tmp_path, edition, f"- {{id: TR-101, {rule}, {HEAD}}}")
    fields = record(
        edition, kin__1__name="A", kin__1__count=3, kin__2__name="B", kin__2__count=None
    )

    found = book.findings(fields, edition, TODAY)
    assert [f.fields for f in found] == [("kin.2.count",)]


def test_rules__a_message_speaks_both_languages(tmp_path: Path, edition: Edition) -> None:
    """The sentence is made per language, with the field's label in that language."""
    book = book_of(tmp_path, edition, f"- {{id: TR-101, kind: required, field: name, {HEAD}}}")
    fields = record(edition, name=None)
    finding = book.findings(fields, edition, TODAY)[0]

    assert book.message(finding, fields, "en") == "Name is odd."
    assert book.message(finding, fields, "sw") == "sw name si kawaida."


def test_rules__a_check_is_python_with_the_same_law(tmp_path: Path, edition: Edition) -> None:
    """A Python rule is called only when its fields were read, and its finding points as told."""
    checks = (
        "from cpims_scan.forms.rules import check\n"
        "@check('TR-101', fields=('boys', 'girls'), blames=('girls',))\n"
        "def even(record):\n"
        "    return (record.number('boys') + record.number('girls')) % 2 == 0\n"
    )
    book = book_of(tmp_path, edition, f"- {{id: TR-101, kind: check, {HEAD}}}", checks)

    assert book.findings(record(edition, boys=1, girls=UNREAD), edition, TODAY) == ()
    assert book.findings(record(edition, boys=1, girls=None), edition, TODAY)[0].fields == (
        "girls",
    )


def test_rules__what_stands_twice_in_a_batch(tmp_path: Path, edition: Edition) -> None:
    """A key that two records share is found in both, whatever its case."""
    rule = f"- {{id: TR-101, kind: unique_in_batch, fields: [name, born], {HEAD}}}"
    book = book_of(tmp_path, edition, rule)
    records = [
        record(edition, name=name, born=born)
        for name, born in (("Ali", "2010-01-01"), ("ALI", "2010-01-01"), ("Ali", None))
    ]

    assert list(book.repeated(records)) == [0, 1]


def test_rules__a_form_without_rules_has_an_empty_book(tmp_path: Path, edition: Edition) -> None:
    """Rules may be absent."""
    assert load_rules(tmp_path, edition.form).rules == ()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        pytest.param(
            f"\n- {{id: TR-101, kind: required, field: nmae, {HEAD}}}",
            ["line 2", "TR-101", "no field 'nmae'", "Did you mean 'name'?"], id="a misspelt field",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: required, field: 'kin.{{row}}.age', {HEAD}}}",
            ["no field 'kin.{row}.age'"], id="a misspelt column",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: requird, field: name, {HEAD}}}", ["line 1", "requird"],
            id="a misspelt kind",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: required, feld: name, {HEAD}}}", ["Did you mean 'field'?"],
            id="a misspelt word",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: required, field: name, when: {{plaec: answered}}, {HEAD}}}",
            ["no field 'plaec'"], id="a misspelt condition",
        ),
        pytest.param(
            "- {id: TR-101, kind: required, field: name, severity: warning, source: inf,"
            " message: {en: '{age} is odd.'}}",
            ["cannot say {age}"], id="a word no message has",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: check, {HEAD}}}", ["no function", '@check("TR-101"'],
            id="a check without its function",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: required, field: name, {HEAD}}}\n"
            f"- {{id: TR-101, kind: required, field: place, {HEAD}}}",
            ["line 2", "stands twice"], id="an id used twice",
        ),
        pytest.param(
            f"- {{id: TR-101, kind: matches, field: name, pattern: '(', {HEAD}}}",
            ["regular expression"], id="no pattern",
        ),
    ],
)  # fmt: skip
def test_load_rules__says_what_is_wrong_and_where(
    tmp_path: Path, edition: Edition, rules: str, says: list[str]
) -> None:
    """A wrong rule stops the pack with file, line and cure."""
    with pytest.raises(TemplateError) as caught:
        book_of(tmp_path, edition, rules)

    assert [word for word in ["rules.yaml", *says] if word not in str(caught.value)] == []


def test_load_rules__a_function_without_a_rule_is_an_error(
    tmp_path: Path, edition: Edition
) -> None:
    """A check that no rule names would never be heard."""
    checks = (
        "from cpims_scan.forms.rules import check\n"
        "@check('TR-102', fields=('name',))\n"
        "def never(record):\n    return False\n"
    )
    rules = f"- {{id: TR-101, kind: required, field: name, {HEAD}}}"

    with pytest.raises(TemplateError, match="check TR-102 has no rule"):
        book_of(tmp_path, edition, rules, checks)
