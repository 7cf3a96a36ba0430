"""Which pages machines may join, and which wait for a person."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.pipeline.sheets import FilePage, assemble, count_sheets

FORM = """
form: {form: story, title: {en: Story}, fields: [{name: a, type: text, label: {en: A}}]}
template:
  edition: one
  pages: [{blank: p.png}, {blank: p.png}]
  places: {a: {page: 1, box: [20, 20, 50, 10], reader: text}}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """A pack of one form of two pages."""
    folder = tmp_path / "form_templates" / "story"
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text(FORM)
    cv2.imwrite(str(folder / "p.png"), np.full((297, 210), 255, np.uint8))
    return load_catalog(tmp_path)


def stack(*pages: str) -> list[FilePage]:
    """Pages of one file: "1" and "2" of the form, "?" unknown, "b" blank, "x" another edition."""
    made = []
    for number, word in enumerate(pages, start=1):
        edition = "two" if word == "x" else "one"
        known = word in ("1", "2", "x")
        page = 2 if word in ("2", "x") else 1
        match = PageMatch("story", edition, page, 0, 1.0, "layout") if known else None
        state = {"?": "unknown", "b": "blank"}.get(word, "read")
        reading = PageReading(f"content-{number}", state, match, Quality())
        made.append(FilePage("stack.pdf", number, reading))
    return made


@pytest.mark.parametrize(
    ("pages", "joined", "waiting"),
    [
        pytest.param(["1", "2", "1", "2"], [[1, 2], [3, 4]], [], id="whole-stack"),
        pytest.param(["1", "1", "2"], [[2, 3]], [1], id="page-2-missing"),
        pytest.param(["1", "2", "2", "1", "2"], [[1, 2], [4, 5]], [3], id="page-1-missing"),
        pytest.param(["1", "?", "2"], [], [1, 3], id="unknown-page-between"),
        pytest.param(["1", "b", "2", "b"], [], [1, 3], id="blank-back-between"),
        pytest.param(["2", "1"], [], [1, 2], id="wrong-order"),
    ],
)
def test_assemble__joins_only_whole_runs(
    catalog: Catalog, pages: list[str], joined: list[list[int]], waiting: list[int]
) -> None:
    """Only consecutive pages in page order with nothing between them become a sheet."""
    assembly = assemble(stack(*pages), catalog, BatchContext())

    numbers = [[int(c.split("-")[1]) for c in s.pages.values()] for s in assembly.sheets]
    assert joined == numbers
    assert waiting == [page.number for page in assembly.unjoined]


def test_assemble__count_that_disagrees_joins_nothing(catalog: Catalog) -> None:
    """When a page is missing somewhere, two children could stand behind one another."""
    assembly = assemble(stack("1", "2", "1", "2"), catalog, BatchContext(), may_join=False)

    assert assembly.sheets == ()
    assert len(assembly.unjoined) == 4


def test_assemble__same_pages_give_the_same_key(catalog: Catalog) -> None:
    """Assembling again after a crash finds the sheet that was made before."""
    first = assemble(stack("1", "2"), catalog, BatchContext())
    second = assemble(stack("1", "2"), catalog, BatchContext())

    assert first.sheets[0].key == second.sheets[0].key


def test_count_sheets__counts_strays(catalog: Catalog) -> None:
    """A page 2 without its page 1 is a sheet whose other half is missing."""
    assert count_sheets(stack("1", "2", "2", "1", "2"), catalog) == 3
