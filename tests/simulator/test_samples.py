"""sample_forms/ is whole: enough of everything, small enough, every claim checkable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.imaging.intake import open_scan

SAMPLES = Path(__file__).parents[2] / "sample_forms"
TRUTHS = sorted(SAMPLES.glob("*/*.expected.json"))
MOST_BYTES = 15_000_000


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of this checkout."""
    return load_catalog()


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What the sample officer says."""
    loaded: dict[str, Any] = json.loads((SAMPLES / "answers.json").read_text(encoding="utf-8"))
    return loaded


def read(truth: Path) -> dict[str, Any]:
    """One expected file."""
    loaded: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    return loaded


def test_samples__are_enough_and_small() -> None:
    """Fourteen files, 36 pages, 15 MB at most."""
    files = [truth.with_name(truth.name.removesuffix(".expected.json")) for truth in TRUTHS]

    assert len(files) >= 14
    assert sum(len(read(truth)["pages"]) for truth in TRUTHS) >= 36
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file()) <= MOST_BYTES
    assert all(file.is_file() for file in files)


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.name)
def test_samples__pages_are_as_many_as_said(truth: Path) -> None:
    """The truth speaks of every page of its file and of no other."""
    with open_scan(truth.with_name(truth.name.removesuffix(".expected.json"))) as file:
        count = file.page_count

    assert list(range(1, count + 1)) == [page["number"] for page in read(truth)["pages"]]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.name)
def test_samples__every_field_is_one_of_the_form(truth: Path, catalog: Catalog) -> None:
    """Values and states name fields that the edition prints, and each field once."""
    for record in read(truth)["records"]:
        edition = catalog.edition(record["form"], record["edition"])
        named = [*record["values"], *record["states"]]
        printed = {n for n, p in edition.places.items() if p.page in _pages_of(record, truth)}

        assert sorted(printed) == sorted(named)


def test_answers__speak_of_pages_that_are_there(answers: dict[str, Any]) -> None:
    """Every page that an answer is for, or about, is a page of a sample."""
    known = {
        f"{truth['file']}#{page['number']}"
        for truth in map(read, TRUTHS)
        for page in truth["pages"]
    }
    spoken = {*answers["pages"], *(a["about"] for a in answers["pages"].values() if a["about"])}
    spoken |= {page for record in answers["records"].values() for page in record["pages"]}

    assert spoken <= known


def _pages_of(record: dict[str, Any], truth: Path) -> set[int]:
    """Pages of the form that came of a record."""
    if record["is_whole"]:
        return {1, 2}
    numbers = {page["number"]: page["page"] for page in read(truth)["pages"]}
    return {numbers[number] for number in record["pages"]}
