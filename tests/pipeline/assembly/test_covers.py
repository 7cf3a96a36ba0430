"""A cover says once what holds for the forms behind it; the command line goes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from sqlalchemy import select

from benchmarks.crash import DPI, PACKS, save_stack, visit_pages
from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.paper.cover import separators
from cpims_scan.forms.separator import Cover
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.run import Step
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.batches import accounting, find_batch
from cpims_scan.store.tables import ArrivalRow, BatchRow, SheetRow
from simulator.pens import Pixels

GUCHA = Cover("Gucha March", BatchContext("290", "2026-03", "Jane Mwangi", 2))
NJIRU = Cover("Gucha March", BatchContext("280", "2026-03", "Jane Mwangi", 1))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One process with the example pack."""
    with Engine(1, PACKS) as opened:
        yield opened


@pytest.fixture(scope="module")
def visits_drawn() -> list[Pixels]:
    """Three filled pages of a form of one page."""
    return visit_pages(load_catalog(PACKS), 3, 2310)


def page_of(cover: Cover) -> Pixels:
    """The cover as a scanner gives it."""
    document = pdfium.PdfDocument(separators(cover, range(0)))
    bitmap = document[0].render(scale=DPI / 72, grayscale=True)
    pixels = np.asarray(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    document.close()
    return pixels.copy()


def bring(
    place: Workplace, engine: Engine, file: Path, said: BatchContext, batch: str | None = None
) -> list[str]:
    """Scan a file; returns the sentences that were told."""
    told: list[Step] = []
    scan(place, engine, [file], Stack(batch, said, "test"), told.append)
    return [step.error for step in told if step.error]


def test_scan__cover_names_the_batch_and_fills_its_context(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """Nothing was typed: name, office, month, officer and count come from the paper."""
    file = save_stack([page_of(GUCHA), *visits_drawn[:2]], tmp_path / "s.pdf", DPI)

    assert bring(visits, engine, file, BatchContext()) == []
    with visits.db.read() as session:
        row = find_batch(session, "Gucha March")
        assert row is not None
        counted = accounting(session, row)
        offices = session.scalars(select(SheetRow.office)).all()
    assert (row.office, row.month, row.officer, row.sheets_expected) == (
        *("290", "2026-03", "Jane Mwangi"),
        2,
    )
    assert offices == ["290", "290"]
    assert counted["sheets"] == {"expected": 2, "missing": 0}
    assert counted["pages"]["in"] == 3 == sum(counted["pages"].values()) - 3


def test_scan__cover_itself_is_accepted_as_one(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """It is no blank back, no unknown page, and no sheet."""
    file = save_stack([page_of(GUCHA), visits_drawn[0]], tmp_path / "s.pdf", DPI)
    bring(visits, engine, file, BatchContext())

    with visits.db.read() as session:
        arrival = session.scalars(select(ArrivalRow).where(ArrivalRow.number == 1)).one()
    assert (arrival.state, arrival.reason) == ("accepted", "cover")


def test_scan__command_line_and_cover_differ__is_told_and_the_command_line_holds(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """One sentence names both; nothing is chosen silently."""
    file = save_stack([page_of(GUCHA), visits_drawn[0]], tmp_path / "s.pdf", DPI)

    (said,) = bring(visits, engine, file, BatchContext("047"))

    assert said.startswith("s.pdf page 1: the cover says office 290, but")
    assert "047, which is kept" in said
    with visits.db.read() as session:
        assert session.scalars(select(SheetRow.office)).all() == ["047"]


def test_scan__cover_of_another_batch_is_told(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """A stack that is scanned into a batch that its cover does not name."""
    file = save_stack([page_of(GUCHA), visits_drawn[0]], tmp_path / "s.pdf", DPI)

    (said,) = bring(visits, engine, file, BatchContext(), "B-0007")

    assert "the cover is of batch Gucha March; its pages were taken into batch B-0007" in said


def test_scan__second_cover_holds_for_the_pages_behind_it(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """One officer covers two offices: every sheet gets the office of its own cover."""
    pages = [page_of(GUCHA), *visits_drawn[:2], page_of(NJIRU), visits_drawn[2]]
    file = save_stack(pages, tmp_path / "s.pdf", DPI)

    assert bring(visits, engine, file, BatchContext()) == []
    with visits.db.read() as session:
        offices = sorted(str(office) for office in session.scalars(select(SheetRow.office)))
        expected = session.scalars(select(BatchRow.sheets_expected)).one()
    assert offices == ["280", "290", "290"]
    assert expected == 3


def test_scan__next_file_of_the_stack_follows_the_same_cover(
    visits: Workplace, engine: Engine, visits_drawn: list[Pixels], tmp_path: Path
) -> None:
    """A feeder takes fifty pages at a time: the cover lies only in the first file."""
    first = save_stack([page_of(GUCHA), visits_drawn[0]], tmp_path / "1.pdf", DPI)
    second = save_stack([visits_drawn[1]], tmp_path / "2.pdf", DPI)
    bring(visits, engine, first, BatchContext())
    bring(visits, engine, second, BatchContext(), "Gucha March")

    with visits.db.read() as session:
        found = session.execute(select(SheetRow.office, SheetRow.month)).all()
    assert [tuple(row) for row in found] == [("290", "2026-03")] * 2
