"""Printed forms join by their serial over files and days; a photocopied serial joins nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord, answer_page
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.batches import accounting, find_batch
from cpims_scan.store.people import Person
from cpims_scan.store.sheets import sheets_in
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from simulator.coded_paper import fitted, printed_pages, serial_of_seed
from simulator.fill import add_ink
from simulator.pens import Pixels
from simulator.sheets import invent_answers, make_sheet
from tests.pipeline.clerks import take
from tests.pipeline.papers import scanned

FORM, EDITION = "case_record_sheet_a", "2026-mr"
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Children:
    """Two children on paper that was photocopied from one print: pages in page order."""

    first: tuple[Pixels, ...]
    second: tuple[Pixels, ...]


@pytest.fixture(scope="module")
def children(bundled: Catalog) -> Children:
    """Both filled by the same hand, with the serial of the first."""
    sheet = make_sheet(bundled, FORM, EDITION, 2010)
    answers = fitted(invent_answers(FORM, 2011), sheet.edition, bundled, 2011)
    papers = printed_pages(sheet.edition, serial_of_seed(2010))
    second = [
        add_ink(paper, (sheet.edition, number), answers, sheet.hand, 2011)
        for number, paper in enumerate(papers, start=1)
    ]
    return Children(sheet.pages, tuple(second))


def bring(place: Workplace, engine: Engine, file: Path, sheets: int | None = None) -> None:
    """Scan a file into batch B."""
    scan(place, engine, [file], Stack("B", BatchContext("290", None, None, sheets), "test"))


def asked(place: Workplace) -> Counter[str]:
    """Open questions by kind; the states of all pages add up."""
    with place.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        pages = accounting(session, batch)["pages"]
        assert pages["in"] * 2 == sum(pages.values())
        return Counter(session.scalars(select(TaskRow.kind).where(TaskRow.state == "open")))


def joined(place: Workplace) -> list[tuple[str, list[int]]]:
    """How the sheets of batch B were joined, with their page numbers."""
    with place.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        return [(sheet.joined_by, sorted(sheet.pages)) for sheet in sheets_in(session, batch.id)]


def test_scan__pages_of_a_serial_on_two_days__are_one_sheet(
    place: Workplace, readers: Engine, children: Children, tmp_path: Path
) -> None:
    """The first pages wait; those that arrive later join them, whatever their order."""
    one, two, three, four = children.first
    bring(place, readers, scanned((three, one), 1, tmp_path / "monday.pdf"))
    assert asked(place) == {"unjoined": 2}
    bring(place, readers, scanned((four, two), 2, tmp_path / "tuesday.pdf"))

    assert asked(place) == {"record": 1}
    assert joined(place) == [("qr", [1, 2, 3, 4])]


def test_scan__second_child_on_a_photocopied_serial__all_pages_are_asked_about(
    place: Workplace,
    readers: Engine,
    clerk: Person,
    children: Children,
    tmp_path: Path,
) -> None:
    """The first child's sheet is taken apart too: only its serial had joined it."""
    bring(place, readers, scanned(children.first[::-1], 1, tmp_path / "monday.pdf"))
    assert joined(place) == [("qr", [1, 2, 3, 4])]
    bring(place, readers, scanned(children.second, 2, tmp_path / "tuesday.pdf"))

    assert asked(place) == {"unjoined": 8}
    assert joined(place) == []

    question = take(place, clerk, TaskKind.UNJOINED)
    partner = str(question.question["neighbours"][0])
    answer_page(place, clerk, question.id, PageAnswer(PageWord.JOIN, content=partner))
    assert asked(place) == {"unjoined": 6, "record": 1}


def test_scan__photocopied_forms_of_a_counted_stack__are_joined_in_their_order(
    place: Workplace, readers: Engine, children: Children, tmp_path: Path
) -> None:
    """The serial says nothing, but two sheets were counted and two lie there, page by page."""
    pages = (*children.first, *children.second)
    bring(place, readers, scanned(pages, 3, tmp_path / "stack.pdf"), sheets=2)

    assert joined(place) == [("file order", [1, 2, 3, 4])] * 2


def test_scan__sheet_of_a_serial_scanned_again__is_a_duplicate(
    place: Workplace, readers: Engine, children: Children, tmp_path: Path
) -> None:
    """The same ink under the same serial is no second child."""
    bring(place, readers, scanned(children.first, 1, tmp_path / "monday.pdf"))
    bring(place, readers, scanned(children.first, 2, tmp_path / "tuesday.pdf"))

    assert asked(place) == {"record": 1}
    assert joined(place) == [("qr", [1, 2, 3, 4])]
