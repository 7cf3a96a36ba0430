"""Invented openings of the register and returns of institutions: coherent, and repeatable."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.forms.catalog import Catalog, load_catalog
from simulator.answers import Answer
from simulator.fill import Sheet, _own_part, blank_page
from simulator.population import CELLS, EXITS, RETURNEES, invent_population
from simulator.register import invent_opening

SEED, HAND = 2017, 41


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs that ship."""
    return load_catalog(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def population() -> dict[str, Answer]:
    """One invented return."""
    return invent_population(SEED, HAND)


def count(population: dict[str, Answer], row: str, cell: str) -> int:
    """A figure of the return; what is not written is 0."""
    found = population.get(f"population.{row}.{cell}")
    return int(found.written) if found else 0


def test_opening__is_the_same_for_the_same_seed() -> None:
    """Nothing is left to chance but the seed."""
    assert invent_opening(SEED, HAND) == invent_opening(SEED, HAND)


def test_opening__answers_fields_of_the_register(catalog: Catalog) -> None:
    """Every invented answer is asked by the form."""
    assert set(invent_opening(SEED, HAND)) <= set(catalog.forms["case_register"].fields)


@pytest.mark.parametrize("cell", CELLS)
def test_population__balances(population: dict[str, Answer], cell: str) -> None:
    """Previous, new and returnees less exits and deaths is what is left."""
    came = sum(count(population, row, cell) for row in ("previous", "tana", *RETURNEES))
    left = sum(count(population, row, cell) for row in (*EXITS, "aede"))

    assert count(population, "end", cell) == came - left


def test_cell_of_several_answers__gives_each_its_part(catalog: Catalog) -> None:
    """First, middle and last name are written beside each other in the one cell there is."""
    edition = catalog.edition("case_record_sheet_a", "2018-08")
    sheet = Sheet(edition, 1, blank_page(edition.pages[0]))
    places = [edition.places[f"{part}_name"] for part in ("first", "middle", "last")]

    first, middle, last = (_own_part(sheet, place, place.box) for place in places)
    assert first.right == pytest.approx(middle.left)
    assert middle.right == pytest.approx(last.left)
    assert last.right == pytest.approx(places[2].box.right)
