"""A return of an institution: its own rows are stored, the sums it prints are not."""

from __future__ import annotations

import dataclasses

import pytest

from cpims_scan.central.figures import BLANK, WRITTEN, ZERO_BY_BLANK, ReturnPlan, plan_return
from cpims_scan.central.reference import Reference
from cpims_scan.domain.record import Decision, FieldReading, State, Value
from cpims_scan.forms.catalog import Catalog
from tests.central.records import context, loading_of, record

FORM, EDITION = "institution_return", "paper-2026"
UNIT = "U000018"
ROWS, CELLS = 14, 10  # 16 printed rows less two that are sums; five bands of boys and girls


@pytest.fixture
def plan(packs: Catalog, places: Reference) -> ReturnPlan:
    """The plan of one return: 12 boys of 6 to 10 years before, 3 more, one died."""
    form = packs.forms[FORM]
    values: dict[str, Value] = {
        "institution": UNIT,
        "month": "05",
        "year": 2026,
        "population.previous.m_06_10": 12,
        "population.tana.m_06_10": 3,
        "population.aede.m_06_10": 1,
        "population.end.m_06_10": 14,
    }
    made = record(form, values, edition=EDITION)
    signed = FieldReading(
        "signature", form.fields["signature"].kind, State.ANSWERED, "signed", 1.0, "ink",
        Decision.ACCEPT,
    )  # fmt: skip
    made = dataclasses.replace(made, fields=made.fields | {"signature": signed})
    edition = packs.edition(FORM, EDITION)
    return plan_return(made, loading_of(packs, FORM), edition, context(places))


def test_plan__stores_every_row_but_the_sums(plan: ReturnPlan) -> None:
    """Returnees and exits are sums of the rows below them."""
    rows = {row for _, row, _, _ in plan.figures}

    assert len(plan.figures) == ROWS * CELLS
    assert not rows & {"returnees", "exits"}


def test_plan__is_of_the_unit_and_the_month(plan: ReturnPlan) -> None:
    """An institution is named by its number in CPIMS."""
    assert (plan.office, plan.period, plan.is_ready) == (UNIT, "2026-05", True)


@pytest.mark.parametrize(
    ("row", "band", "value", "state"),
    [
        ("previous", "06_10", 12, WRITTEN),
        ("tana", "11_15", 0, ZERO_BY_BLANK),
        ("previous", "11_15", None, BLANK),
    ],
)
def test_plan__blank_is_zero_for_comings_and_goings(
    plan: ReturnPlan, row: str, band: str, value: int | None, state: str
) -> None:
    """Who was there is said or not known; who came is nobody when nothing is written."""
    cell = plan.figures[("population", row, band, "M")]

    assert (cell.value, cell.state) == (value, state)
