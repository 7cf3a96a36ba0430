"""A record beside the rules of its form."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cpims_scan.checking.validate import validate
from cpims_scan.domain.record import Decision, State
from cpims_scan.forms.rules import RuleBook, load_rules
from cpims_scan.forms.template import Edition
from tests.checking.records import field, record
from tests.reading.paper_forms import edition_of, label

TODAY = dt.date(2018, 6, 30)
RULE = (
    "- {id: TR-101, kind: equal, fields: [one, two], severity: warning, source: inf,"
    " message: {en: They differ., sw: Zinatofautiana.}}\n"
)


@pytest.fixture(scope="module")
def edition() -> Edition:
    """A form of three texts."""
    fields = [{"name": n, "type": "text", "label": label(n)} for n in ("one", "two", "three")]
    return edition_of({"fields": fields}, {"absent": ["one", "two", "three"]})


@pytest.fixture
def rules(tmp_path: Path, edition: Edition) -> RuleBook:
    """One rule: one and two are equal."""
    folder = tmp_path / "validators" / "trial"
    folder.mkdir(parents=True)
    (folder / "rules.yaml").write_text(RULE)
    return load_rules(tmp_path, edition.form)


def test_validate__asks_about_the_fields_of_a_finding(rules: RuleBook, edition: Edition) -> None:
    """Fields of a broken rule go to review with the rule's id; others stay; no value changes."""
    before = record(field("one", "A"), field("two", "B"), field("three", "C"))
    after = validate(before, rules, edition, TODAY)

    assert [f.rule for f in after.findings] == ["TR-101"]
    assert after.flagged == ("one", "two")
    assert after.fields["one"].reasons == ("rule:TR-101",)
    assert before.values == after.values


def test_validate__does_not_ask_again_what_a_person_settled(
    rules: RuleBook, edition: Edition
) -> None:
    """The finding stays, but the field that a person vouched for is not asked again."""
    before = record(field("one", "A", source="person"), field("two", "B"))
    after = validate(before, rules, edition, TODAY)

    assert after.flagged == ("two",)
    assert after.findings[0].fields == ("one", "two")


def test_validate__again_after_a_correction_takes_its_question_back(
    rules: RuleBook, edition: Edition
) -> None:
    """When the rule holds again, what it alone asked is accepted."""
    broken = validate(record(field("one", "A"), field("two", "B")), rules, edition, TODAY)
    mended = record(broken.fields["one"], field("two", "A", source="person"))
    after = validate(mended, rules, edition, TODAY)

    assert (after.findings, after.flagged) == ((), ())


def test_validate__keeps_other_reasons(rules: RuleBook, edition: Edition) -> None:
    """A doubt of the reader stays when a rule's question is taken back."""
    doubt = field("one", "A", decision=Decision.REVIEW, reasons=("low_probability", "rule:TR-101"))
    after = validate(record(doubt, field("two", "A")), rules, edition, TODAY)

    assert after.fields["one"].reasons == ("low_probability",)
    assert after.flagged == ("one",)


def test_validate__is_silent_about_what_was_not_read(rules: RuleBook, edition: Edition) -> None:
    """A rule about a field that waits to be keyed finds nothing yet."""
    unread = field("one", state=State.UNREAD, decision=Decision.REVIEW, reasons=("handwriting",))
    after = validate(record(unread, field("two", "B")), rules, edition, TODAY)

    assert after.findings == ()
