"""Pages that contradict each other are asked about, unless nothing else explains them."""

from __future__ import annotations

import pytest

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Sheet
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.assembly.agreement import without_contradictions
from cpims_scan.pipeline.assembly.serials import Elsewhere, FilePage
from cpims_scan.pipeline.assembly.sheets import assemble
from tests.pipeline.assembly.test_sheets import catalog as catalog
from tests.pipeline.assembly.test_sheets import joined, stack


def yes(_: Sheet) -> bool:
    """Every sheet contradicts itself."""
    return True


def taken_apart(catalog: Catalog, pages: list[FilePage], elsewhere: Elsewhere) -> list[list[int]]:
    """The sheets that are left of a file whose every sheet contradicts itself."""
    assembly = assemble(pages, catalog, BatchContext(), elsewhere=elsewhere)
    left = without_contradictions(assembly, pages, yes)
    contents = {c for sheet in left.sheets for c in sheet.pages.values()}
    assert contents.isdisjoint(page.reading.content for page in left.unjoined)
    return joined(left)


@pytest.mark.parametrize(
    ("pages", "sheets"),
    [
        pytest.param("A1 A2", [[1, 2]], id="nothing-else-in-the-file"),
        pytest.param("A1 A2 B1 B2", [], id="order-of-a-stack"),
        pytest.param("A1 A2 B1", [], id="a-page-is-missing"),
        pytest.param("A1.S A2.S B1.T B2.T", [[1, 2], [3, 4]], id="serials-together"),
        pytest.param("A1.S B1.T A2.S B2.T", [], id="serials-apart"),
    ],
)
def test_without_contradictions__where_order_may_be_wrong(
    catalog: Catalog, pages: str, sheets: list[list[int]]
) -> None:
    """An officer's slip does not take apart what can only be one sheet."""
    assert taken_apart(catalog, stack(pages), Elsewhere()) == sheets


def test_without_contradictions__partner_of_another_file(catalog: Catalog) -> None:
    """A serial alone, over two files, does not outweigh what the pages say."""
    waiting = Elsewhere(waiting=tuple(stack("A1.S", "monday.pdf")))

    assert taken_apart(catalog, stack("A2.S", "tuesday.pdf"), waiting) == []
