"""Every rule of every pack, tested by the examples that lie beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.examples import Example, broken_rules, load_examples
from cpims_scan.forms.rules import load_rules

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of this checkout."""
    return load_catalog(ROOT)


def _examples() -> list[object]:
    packs = load_catalog(ROOT)
    return [
        pytest.param(name, example, id=f"{name}: {example.name}")
        for name, form in packs.forms.items()
        for example in load_examples(ROOT, form)
    ]


@pytest.mark.parametrize(("form", "example"), _examples())
def test_examples__break_the_rules_they_say(form: str, example: Example, catalog: Catalog) -> None:
    """A record of examples.yaml breaks the rules named there and no other."""
    edition = next(e for (name, _), e in catalog.editions.items() if name == form)
    book = load_rules(ROOT, catalog.forms[form])

    assert example.expect == broken_rules(example, book, edition)


@pytest.mark.parametrize("form", ["case_record_sheet_a", "monthly_caseload_summary"])
def test_examples__cover_every_rule_of_a_single_record(form: str, catalog: Catalog) -> None:
    """Every rule but those about a whole batch is broken by some example."""
    book = load_rules(ROOT, catalog.forms[form])
    alone = {rule.id for rule in book.rules if rule.kind != "unique_in_batch"}
    broken = {rule for e in load_examples(ROOT, catalog.forms[form]) for rule in e.expect}

    assert set() == alone - broken


@pytest.mark.parametrize("form", ["case_record_sheet_a", "monthly_caseload_summary"])
def test_rules__speak_both_languages(form: str, catalog: Catalog) -> None:
    """Every rule has its sentence in English and in Swahili."""
    book = load_rules(ROOT, catalog.forms[form])

    assert [rule.id for rule in book.rules if set(rule.message) != {"en", "sw"}] == []
