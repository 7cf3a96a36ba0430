"""What kills a worker costs itself and nobody else."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.crash import DPI, save_stack, visit_pages
from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline import arrive
from cpims_scan.pipeline.arrive import receive
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.run import Step, work
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import arrivals_of
from cpims_scan.store.batches import accounting, find_batch, open_batch
from cpims_scan.store.states import ArrivalState, PageState, TaskKind
from cpims_scan.store.tables import PageReadingRow, PageRow, TaskRow
from tests.pipeline.poison import (
    POISON_PAGE,
    blank_or_die,
    call_blank,
    list_or_die,
    read_or_die,
    read_or_raise,
    read_with_other_packs,
)

STACK = Stack("B", BatchContext(), "test")


def take_in(place: Workplace, engine: Engine, file: Path) -> None:
    """Enter a file into batch B."""
    with place.db.begin() as session:
        open_batch(session, "B", BatchContext(), "test", place.now())
    receive(place, engine, "B", file)


def counted(place: Workplace) -> dict[str, int]:
    """The pages of batch B by state."""
    with place.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        pages: dict[str, int] = accounting(session, batch)["pages"]
    return pages


def page_rows(place: Workplace) -> dict[int, PageRow]:
    """Pages by their number in the file."""
    with place.db.read() as session:
        return {row.number: row for row in session.scalars(select(PageRow))}


def test_work__page_that_kills_its_worker__neighbours_are_read(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """Only the poisonous page ends in error, after three attempts of its own; it is asked about."""
    file = save_stack(visit_pages(example, 5, 2200), tmp_path / "stack.pdf", DPI)
    with Engine(2, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        read = work(visits, engine, read=read_or_die)

    assert read == 4
    pages = page_rows(visits)
    poisoned = pages.pop(POISON_PAGE)
    assert (poisoned.state, poisoned.attempts) == (PageState.FAILED, 3)
    assert {row.state for row in pages.values()} == {PageState.DONE}
    assert {row.attempts for row in pages.values()} == {1}
    assert counted(visits) == {
        "in": 5, "accepted": 0, "review": 4, "rejected": 0, "duplicate": 0, "error": 1,
        "unfinished": 0,
    }  # fmt: skip
    with visits.db.read() as session:
        asked = session.scalars(select(TaskRow).where(TaskRow.kind == TaskKind.FAILED)).one()
        readings = session.scalars(select(PageReadingRow.content)).all()
    assert asked.content == poisoned.content
    assert sorted(readings) == sorted(row.content for row in pages.values())


def test_work__page_that_raises__ends_in_error_without_what_it_said(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """An unforeseen exception is kept by its kind; its message may hold what stands on paper."""
    file = save_stack(visit_pages(example, 3, 2210), tmp_path / "stack.pdf", DPI)
    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        work(visits, engine, read=read_or_raise)

    row = page_rows(visits)[POISON_PAGE]
    assert (row.state, row.attempts) == (PageState.FAILED, 3)
    assert row.error == "Reading this page failed inside the program (ZeroDivisionError)."
    assert counted(visits)["error"] == 1


def test_work__fault_of_the_installation__page_can_be_read_later(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """A worker with other packs is no fault of the page: scanned again it is read."""
    file = save_stack(visit_pages(example, 1, 2215), tmp_path / "stack.pdf", DPI)
    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        work(visits, engine, read=read_with_other_packs)
        (row,) = page_rows(visits).values()
        scan(visits, engine, [file], STACK)

    assert (row.state, str(row.error)[-20:]) == (PageState.FAILED, "Restart the workers.")
    found = counted(visits)
    assert (found["in"], found["review"], found["error"]) == (2, 1, 1)


def test_work__worker_killed_between_two_pages__goes_on(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """A pool that broke while nobody waited for it is opened again; no page loses an attempt."""
    file = save_stack(visit_pages(example, 6, 2220), tmp_path / "stack.pdf", DPI)

    def kill_all(step: Step) -> None:
        if step.kind == "page":
            for child in multiprocessing.active_children():
                child.kill()  # SIGKILL; quiet about one that the pool has ended itself
                child.join()

    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        read = work(visits, engine, told=kill_all, read=call_blank)

    assert read == 6
    assert {row.attempts for row in page_rows(visits).values()} == {1}


def test_work__given_back_by_an_error__is_free_at_once(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """Ctrl-C gives pages in flight back without an attempt; the next run reads them."""
    file = save_stack(visit_pages(example, 6, 2230), tmp_path / "stack.pdf", DPI)

    def stop(step: Step) -> None:
        raise KeyboardInterrupt

    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        with pytest.raises(KeyboardInterrupt):
            work(visits, engine, told=stop, read=call_blank)
        held = [row for row in page_rows(visits).values() if row.state == PageState.DOING]
        work(visits, engine, read=call_blank)

    assert held == []
    assert {row.state for row in page_rows(visits).values()} == {PageState.DONE}
    assert counted(visits)["accepted"] == 6


def test_receive__file_that_kills_on_opening__is_one_page_in_error(
    visits: Workplace, example: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is entered as one page in error; the file after it is taken in as if alone."""
    monkeypatch.setattr(arrive, "list_pages", list_or_die)
    bad = tmp_path / "a-bad.pdf"
    bad.write_bytes(b"%PDF-1.7 poison")
    good = save_stack(visit_pages(example, 1, 2240), tmp_path / "b-good.pdf", DPI)
    with Engine(1, visits.settings.packs) as engine:
        run = scan(visits, engine, [bad, good], STACK)

    assert [received.error for received in run.received] == [
        "a-bad.pdf: opening this file ended the program. Scan the sheets again into another file.",
        None,
    ]
    found = counted(visits)
    assert (found["in"], found["error"], found["review"]) == (2, 1, 1)


def test_receive__worker_killed_by_chance__file_is_opened_again(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """A pool that broke before a file came does not put the blame on the file."""
    file = save_stack(visit_pages(example, 1, 2250), tmp_path / "good.pdf", DPI)
    with Engine(1, visits.settings.packs) as engine:
        engine.call(os.getpid)
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        take_in(visits, engine, file)

    assert counted(visits)["unfinished"] == 1


def test_scan__same_name_twice__resumed_run_takes_both(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """Two files of one name in two folders are two files, also after an interruption."""
    files = []
    for folder, page in zip("ab", visit_pages(example, 2, 2260), strict=True):
        (tmp_path / folder).mkdir()
        files.append(save_stack([page], tmp_path / folder / "scan.pdf", DPI))
    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, files[0])  # here the first run was killed
        scan(visits, engine, [tmp_path / "a", tmp_path / "b"], STACK)

    found = counted(visits)
    assert (found["in"], found["duplicate"]) == (2, 0)


def test_scan__file_that_may_not_be_read__others_are_read(
    visits: Workplace, example: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that vanished after it was listed is told, and the next one is taken in."""
    gone = tmp_path / "a-gone.pdf"
    good = save_stack(visit_pages(example, 1, 2270), tmp_path / "b.pdf", DPI)
    monkeypatch.setattr("cpims_scan.pipeline.scan.find_scans", lambda paths: paths)
    with Engine(1, visits.settings.packs) as engine:
        run = scan(visits, engine, [gone, good], STACK)

    assert "a-gone.pdf: cannot be read" in str(run.received[0].error)
    assert counted(visits)["in"] == 1


def test_work__two_batches__each_adds_up(
    visits: Workplace, example: Catalog, tmp_path: Path
) -> None:
    """Every page that came in is in one of six states, whatever became of it."""
    pages = visit_pages(example, 4, 2280)
    file = save_stack([*pages, pages[0]], tmp_path / "stack.pdf", DPI)
    with Engine(1, visits.settings.packs) as engine:
        take_in(visits, engine, file)
        take_in(visits, engine, file)
        work(visits, engine, read=blank_or_die)

    found = counted(visits)
    assert found.pop("in") == sum(found.values()) == 10
    assert (found["accepted"], found["duplicate"], found["error"]) == (3, 6, 1)
    with visits.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        states = {a.state for a in arrivals_of(session, batch.id)}
    assert ArrivalState.UNFINISHED not in states
