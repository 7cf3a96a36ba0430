"""Which pages machines may join, and which wait for a person."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import PageReading
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.separator import Slip
from cpims_scan.pipeline.assembly.serials import Elsewhere, FilePage
from cpims_scan.pipeline.assembly.sheets import Assembly, Order, assemble, count_sheets

FORM = "{form: story, title: {en: Story}, fields: [{name: a, type: text, label: {en: A}}]}"
EDITION = """
edition: %s
pages: [{blank: p.png}, {blank: p.png}]
places: {a: {page: 1, box: [20, 20, 50, 10], reader: text}}
"""
CELLS = 12


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A pack of one form of two pages, in two editions."""
    root = tmp_path_factory.mktemp("packs")
    for edition in ("one", "two"):
        folder = root / "form_templates" / "story" / edition
        folder.mkdir(parents=True)
        (folder / "template.yaml").write_text(EDITION % edition)
        cv2.imwrite(str(folder / "p.png"), np.full((297, 210), 255, np.uint8))
    (root / "form_templates" / "story" / "form.yaml").write_text(FORM)
    return load_catalog(root)


def ink(child: str, page: int, cells: int = CELLS) -> str:
    """What one child's page looks like: the same every time, unlike that of any other child."""
    rng = np.random.default_rng([*child.encode(), page])
    return " ".join("".join(map(str, rng.integers(0, 4, 8))) for _ in range(cells))


def stack(words: str, file: str = "stack.pdf", first: int = 1) -> list[FilePage]:
    """
    Pages of one file.

    A word is child and page, "A1", of a form without codes; "A1.S" with the serial S; "A1+" has
    another edition; "A1'" shows the same ink in other bytes; "?" is unknown, "b" a blank back,
    "|" a slip, "A2~" a page that was not aligned.
    """
    return [
        FilePage(file, number, _reading(word, f"{file}-{number}"))
        for number, word in enumerate(words.split(), start=first)
    ]


def _reading(word: str, content: str) -> PageReading:
    if word in ("?", "b", "|"):
        state = "unknown" if word == "?" else "blank"
        said = Slip(1).text if word == "|" else ""
        return PageReading(content, state, None, Quality(), separator=said)
    child, page, serial = word[0], int(word[1]), word.partition(".")[2]
    edition = "two" if "+" in word else "one"
    match = PageMatch("story", edition, page, 0, 1.0, "layout", serial)
    state = "unaligned" if "~" in word else "read"
    return PageReading(content, state, match, Quality(), fingerprint=ink(child, page))


def joined(assembly: Assembly) -> list[list[int]]:
    """The pages of the joined sheets, by their number in the file, sheets in file order."""
    return sorted([int(c.rsplit("-", 1)[1]) for c in s.pages.values()] for s in assembly.sheets)


@pytest.mark.parametrize(
    ("pages", "sheets", "waiting"),
    [
        pytest.param("A1 A2 B1 B2", [[1, 2], [3, 4]], [], id="whole-stack"),
        pytest.param("A1 B1 B2", [[2, 3]], [1], id="page-2-missing"),
        pytest.param("A1 A2 B2 C1 C2", [[1, 2], [4, 5]], [3], id="page-1-missing"),
        pytest.param("A1 ? A2", [], [1, 3], id="unknown-page-between"),
        pytest.param("A1 b A2 b", [], [1, 3], id="blank-back-between"),
        pytest.param("A1 | A2", [], [1, 3], id="slip-between"),
        pytest.param("A1 A2~ B1 B2", [[3, 4]], [1], id="page-not-aligned"),
        pytest.param("A1 A2+ B1 B2", [[3, 4]], [1, 2], id="mixed-editions"),
        pytest.param("A2 A1", [], [1, 2], id="wrong-order"),
        pytest.param("A1 B1 A2 B2", [], [1, 2, 3, 4], id="shuffled"),
        pytest.param("A1 B1 A2 B2 | C1 C2", [[6, 7]], [1, 2, 3, 4], id="shuffled-before-a-slip"),
        pytest.param("b A1 A2 b", [], [2, 3], id="backs-of-two-leaves"),
        pytest.param("A1 A2 b ?", [[1, 2]], [], id="one-leaf-of-a-duplex-scan"),
        pytest.param("A1 A1' A2 B1 B2", [[1, 3], [4, 5]], [], id="page-fed-twice"),
        pytest.param("A1 A2 B1 B2 A2'", [[1, 2], [3, 4]], [], id="page-fed-again-later"),
        pytest.param("A2.S B1.T A1.S B2.T", [[2, 4], [3, 1]], [], id="serials-in-any-order"),
        pytest.param("A1.S ? | A2.S", [[1, 4]], [], id="serial-across-a-slip"),
        pytest.param("A2.S C1 C2 A1.S", [[4, 1]], [2, 3], id="serials-show-the-disorder"),
        pytest.param("A1.S A2.S C1 C2", [[1, 2], [3, 4]], [], id="serials-in-order"),
        pytest.param("A1.S A2.S B1.S B2.S", [], [1, 2, 3, 4], id="photocopied-serial"),
        pytest.param("A1.S B1.S A2.S", [], [1, 2, 3], id="photocopied-serial-page-missing"),
        pytest.param("A1.S A2.T", [], [1, 2], id="two-serials"),
        pytest.param("A1.S A2", [[1, 2]], [], id="code-of-one-page-not-read"),
        pytest.param("A1.S A1.S' A2.S", [[1, 3]], [], id="coded-page-fed-twice"),
    ],
)
def test_assemble__joins_only_what_cannot_be_wrong(
    catalog: Catalog, pages: str, sheets: list[list[int]], waiting: list[int]
) -> None:
    """Equal serials join in any order, other pages as whole runs; the rest waits."""
    pages = pages.replace(".S'", "'.S")
    assembly = assemble(stack(pages), catalog, BatchContext())

    assert sheets == joined(assembly)
    assert waiting == [page.number for page in assembly.unjoined]


def test_assemble__count_that_disagrees_joins_nothing(catalog: Catalog) -> None:
    """When a page is missing somewhere, two children could stand behind one another."""
    assembly = assemble(stack("A1 A2 B1 B2"), catalog, BatchContext(), Order.DOUBTED)

    assert assembly.sheets == ()
    assert len(assembly.unjoined) == 4


def test_assemble__count_that_agrees_joins_photocopied_forms(catalog: Catalog) -> None:
    """Their serial says nothing, but as many sheets lie in order as the clerk counted."""
    pages = stack("A1.S A2.S B1.S B2.S")

    assert joined(assemble(pages, catalog, BatchContext(), Order.COUNTED)) == [[1, 2], [3, 4]]


def test_assemble__page_that_came_twice_repeats_the_first(catalog: Catalog) -> None:
    """The double names the page whose ink it repeats."""
    assembly = assemble(stack("A1 A1' A2"), catalog, BatchContext())

    assert assembly.doubles == {"stack.pdf-2": "stack.pdf-1"}


def test_assemble__partner_that_waits_in_another_file(catalog: Catalog) -> None:
    """A page that arrives later joins the one that waits, by their serial."""
    waiting = Elsewhere(waiting=tuple(stack("A1.S", "monday.pdf")))
    assembly = assemble(stack("B1 A2.S", "tuesday.pdf"), catalog, BatchContext(), elsewhere=waiting)

    assert [s.pages for s in assembly.sheets] == [{1: "monday.pdf-1", 2: "tuesday.pdf-2"}]
    assert [s.joined_by for s in assembly.sheets] == ["qr"]


def test_assemble__other_ink_elsewhere_under_the_serial(catalog: Catalog) -> None:
    """A second child on the same serial: it was photocopied, and joins nothing any more."""
    joined_before = Elsewhere(joined=tuple(stack("A1.S A2.S", "monday.pdf")))
    pages = stack("B1.S B2.S", "tuesday.pdf")
    assembly = assemble(pages, catalog, BatchContext(), elsewhere=joined_before)

    assert assembly.sheets == ()
    assert assembly.copied == {("story", "one", "S")}


def test_assemble__sheet_scanned_again_is_no_photocopy(catalog: Catalog) -> None:
    """The same ink under the same serial is the same sheet: it is joined and then found known."""
    joined_before = Elsewhere(joined=tuple(stack("A1.S A2.S", "monday.pdf")))
    pages = stack("A1.S A2.S", "tuesday.pdf")
    assembly = assemble(pages, catalog, BatchContext(), elsewhere=joined_before)

    assert joined(assembly) == [[1, 2]]
    assert assembly.copied == frozenset()


def test_assemble__same_pages_give_the_same_key(catalog: Catalog) -> None:
    """Assembling again after a crash finds the sheet that was made before."""
    first = assemble(stack("A1 A2"), catalog, BatchContext())
    second = assemble(stack("A1 A2"), catalog, BatchContext())

    assert first.sheets[0].key == second.sheets[0].key


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        pytest.param("A1 A2 B2 C1 C2", 3, id="a-page-without-its-first"),
        pytest.param("A1 B1 B2 C2", 3, id="strays-of-two-sheets"),
        pytest.param("A1 ? A2 b", 1, id="one-sheet-interrupted"),
        pytest.param("A1.S A2.S B1.T", 2, id="a-serial-is-a-sheet"),
        pytest.param("A1.S A2.S B1.S B2.S C1.S", 3, id="photocopied-serial"),
    ],
)
def test_count_sheets__counts_strays(catalog: Catalog, pages: str, count: int) -> None:
    """What is left of a sheet counts as one."""
    assert count_sheets(stack(pages), catalog) == count
