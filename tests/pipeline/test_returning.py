"""A sheet that comes again is known: the same twice, with more ink, or with a page missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import State
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.load import load_ready
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord, answer_page
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.tasks import next_task
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.batches import accounting, find_batch
from cpims_scan.store.people import Person
from cpims_scan.store.sheets import find_sheet, sheets_in
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import RecordRow, TaskRow
from simulator.answers import Answer
from simulator.case_sheet import follow_up
from simulator.cases import invent_case
from simulator.fill import add_ink
from simulator.sheets import FilledSheet, hand_of
from tests.pipeline.clerks import finish_next, settle_all, take
from tests.pipeline.papers import scanned

MONTH_LATER = 45  # days


def bring(place: Workplace, engine: Engine, *files: Path, sheets: int | None = None) -> None:
    """Scan files into batch B, as an office of Gucha does."""
    scan(place, engine, list(files), Stack("B", BatchContext("290", None, None, sheets), "test"))


def counted(place: Workplace) -> dict[str, int]:
    """The pages of batch B by state."""
    with place.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        pages: dict[str, int] = accounting(session, batch)["pages"]
    assert pages["in"] == sum(n for state, n in pages.items() if state != "in")
    return pages


def asked(place: Workplace) -> Counter[str]:
    """Open questions by kind."""
    with place.db.read() as session:
        return Counter(session.scalars(select(TaskRow.kind).where(TaskRow.state == "open")))


def central_rows(place: Workplace) -> Counter[str]:
    """Rows of every table of the central database."""
    engine = sa.create_engine(place.settings.central)
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        found = {t: connection.scalar(sa.text(f'SELECT count(*) FROM "{t}"')) for t in tables}  # noqa: S608
    engine.dispose()
    return Counter(found)


def another_row(filled: FilledSheet) -> dict[str, Answer]:
    """A follow-up row that the sheet does not have yet."""
    rows = [int(name.split(".")[1]) for name in filled.answers if name.startswith("follow_ups.")]
    case = invent_case(filled.seed, hand_of(filled.seed))
    return follow_up(case, max(rows, default=0) + 1, MONTH_LATER, filled.seed)


def test_scan__same_sheet_three_times__is_one_record(
    place: Workplace, readers: Engine, filled: FilledSheet, sheet_file: Path, tmp_path: Path
) -> None:
    """The same bytes and the same ink in other bytes are duplicates; nothing is asked of them."""
    bring(place, readers, sheet_file)
    bring(place, readers, sheet_file)
    bring(place, readers, scanned(filled.pages, 2, tmp_path / "tuesday.pdf"))

    found = counted(place)
    assert (found["in"], found["review"], found["duplicate"]) == (6, 2, 4)
    assert asked(place) == {"record": 1}
    with place.db.read() as session:
        assert len(session.scalars(select(RecordRow)).all()) == 1


def test_continued__adds_only_what_is_new(
    place: Workplace,
    readers: Engine,
    clerk: Person,
    filled: FilledSheet,
    sheet_file: Path,
    tmp_path: Path,
) -> None:
    """A loaded sheet with one more follow-up row: a question, revision 2, one new event."""
    bring(place, readers, sheet_file)
    assert finish_next(place, clerk, filled.answers).state == "ready"
    assert [step.outcome for step in load_ready(place)] == ["loaded"]
    before = central_rows(place)

    more = another_row(filled)
    longer = add_ink(filled.pages[1], (filled.edition, 2), more, filled.hand, 7)
    bring(place, readers, scanned((filled.pages[0], longer), 3, tmp_path / "june.pdf"))
    question = take(place, clerk, TaskKind.CONTINUED)
    assert (counted(place)["accepted"], counted(place)["review"]) == (2, 2)
    answer_page(place, clerk, question.id, PageAnswer(PageWord.CONTINUED))

    view = desk.record_view(place, clerk, str(question.sheet))
    assert set(view.open_fields) <= set(more)
    with place.db.read() as session:
        sheet = find_sheet(session, view.sheet)
        assert sheet is not None
        assert sheet.revision == 2
    finish_next(place, clerk, filled.answers | more)
    assert [step.outcome for step in load_ready(place)] == ["loaded"]
    new = central_rows(place) - before
    assert {table: n for table, n in new.items() if not table.startswith("scan_")} == {
        "ovc_case_events": 1
    }
    found = counted(place)
    assert (found["accepted"], found["rejected"], found["review"]) == (2, 2, 0)


def test_same__answered_at_the_desk__is_a_duplicate(
    place: Workplace,
    readers: Engine,
    clerk: Person,
    filled: FilledSheet,
    sheet_file: Path,
    tmp_path: Path,
) -> None:
    """When a person says that nothing is new, the pages are duplicates and no record changes."""
    bring(place, readers, sheet_file)
    longer = add_ink(filled.pages[1], (filled.edition, 2), another_row(filled), filled.hand, 7)
    bring(place, readers, scanned((filled.pages[0], longer), 3, tmp_path / "june.pdf"))
    question = take(place, clerk, TaskKind.CONTINUED)
    answer_page(place, clerk, question.id, PageAnswer(PageWord.SAME))

    assert counted(place)["duplicate"] == 2
    assert asked(place) == {"record": 1}


@pytest.mark.parametrize("sheets", [None, 2])
def test_scan__page_missing_between_two_children__joins_nothing_wrong(
    place: Workplace,
    readers: Engine,
    filled: FilledSheet,
    other: FilledSheet,
    tmp_path: Path,
    sheets: int | None,
) -> None:
    """Page 1 of a child, then both pages of another: the stray waits, the pair is one child's."""
    pages = (filled.pages[0], *other.pages)
    bring(place, readers, scanned(pages, 4, tmp_path / "stack.pdf"), sheets=sheets)

    assert asked(place) == {"record": 1, "unjoined": 1}
    with place.db.read() as session:
        batch = find_batch(session, "B")
        assert batch is not None
        (sheet,) = sheets_in(session, batch.id)
        stray = session.scalars(select(TaskRow).where(TaskRow.kind == "unjoined")).one()
    assert stray.content not in sheet.pages.values()
    assert stray.question["page"] == 1


def test_scan__count_disagrees__pages_of_two_children_wait(
    place: Workplace,
    readers: Engine,
    filled: FilledSheet,
    other: FilledSheet,
    tmp_path: Path,
) -> None:
    """Page 1 of one child and page 2 of another look like one sheet; the count says two."""
    file = scanned((filled.pages[0], other.pages[1]), 5, tmp_path / "stack.pdf")
    bring(place, readers, file, sheets=2)

    assert asked(place) == {"unjoined": 2}


def test_scan__count_is_of_the_batch__files_are_counted_together(
    place: Workplace,
    readers: Engine,
    filled: FilledSheet,
    other: FilledSheet,
    tmp_path: Path,
) -> None:
    """Two files of one sheet each are the two sheets that the clerk counted."""
    files = [
        scanned(sheet.pages, 6, tmp_path / f"{number}.pdf")
        for number, sheet in enumerate((filled, other))
    ]
    bring(place, readers, *files, sheets=2)

    assert asked(place) == {"record": 2}


def test_join__by_a_person__makes_the_sheet(
    place: Workplace,
    readers: Engine,
    clerk: Person,
    filled: FilledSheet,
    tmp_path: Path,
) -> None:
    """Pages in the wrong order are asked; what a person joins is one sheet with one record."""
    file = scanned((filled.pages[1], filled.pages[0]), 8, tmp_path / "turned.pdf")
    bring(place, readers, file)
    assert asked(place) == {"unjoined": 2}
    question = take(place, clerk, TaskKind.UNJOINED)
    (partner,) = question.question["neighbours"]
    answer_page(place, clerk, question.id, PageAnswer(PageWord.JOIN, content=partner))

    assert asked(place) == {"record": 1}
    task = next_task(place, clerk)
    assert task is not None
    view = settle_all(place, clerk, str(task.sheet), filled.answers)
    read = {n: f.value for n, f in view.fields.items() if f.state is State.ANSWERED}
    assert read["first_name"] == filled.answers["first_name"].value
