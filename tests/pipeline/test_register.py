"""One page, many records: a register's left page, its right page, and the people between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import CellReading, PageReading, State
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.assembly.arrange import arrange_all
from cpims_scan.pipeline.desk import Answer
from cpims_scan.pipeline.load import load_ready
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord, answer_page
from cpims_scan.pipeline.tasks import next_task
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import NewFile, NewPage, arrivals_with, take_in
from cpims_scan.store.batches import open_batch
from cpims_scan.store.people import Person
from cpims_scan.store.queue import claim, finish
from cpims_scan.store.records import list_records
from cpims_scan.store.sheets import find_sheet
from cpims_scan.store.states import ArrivalState, TaskKind
from simulator.answers import Answer as Truth
from tests.pipeline.clerks import answer_for, take
from tests.store.work import digest

FORM, EDITION = "case_register", "2017-07"
NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
LEFT, RIGHT = digest("left"), digest("right")
SURE = 0.9999
DAY = "2018-03-12"
MOST_ROUNDS = 80

WRITTEN_LEFT = {
    "cases.1.child_name": "ink",
    "cases.1.child_sex": "ink",
    "cases.1.date_of_reporting": "12/03/2018",
    "cases.3.child_name": "ink",
    "cases.3.child_sex": "ink",
    "cases.3.date_of_reporting": "13/03/2018",
}
WRITTEN_RIGHT = {"cases.1.case_category": "ink", "cases.1.case_serial": "ink"}

# What stands in block 1, and what nobody but a person knows.
TRUTH = {
    "sub_county": Truth("290"),
    "report_orgunit": Truth("290"),
    "cases.1.child_name": Truth("Invented Wanjiku"),
    "cases.1.child_sex": Truth("female"),
    "cases.1.case_category": Truth("CSIC"),
    "cases.1.case_serial": Truth("007/18"),
    "cases.1.event_date": Truth(DAY),
    "cases.1.perpetrator_status": Truth("PUNK"),
    "cases.1.risk_level": Truth("low"),
    "cases.1.referral_present": Truth("no"),
    "cases.1.event_county": Truth("47"),
    "cases.1.event_sub_county": Truth("290"),
    **{f"cases.1.{kind}_condition": Truth("normal") for kind in ("mental", "physical", "other")},
}


@pytest.fixture
def opening(place: Workplace) -> Workplace:
    """A workspace with one opening of the register: two filled blocks left, one line right."""
    return opened(place, _page(place, LEFT, 1, WRITTEN_LEFT), _page(place, RIGHT, 2, WRITTEN_RIGHT))


def opened(place: Workplace, *readings: PageReading) -> Workplace:
    """Take a file of these pages in, read as they are, and arrange it."""
    with place.db.begin() as session:
        batch = open_batch(session, "B", BatchContext("290"), "amina", NOW)
        pages = [NewPage(n, reading.content, None) for n, reading in enumerate(readings, start=1)]
        take_in(session, batch.id, NewFile(digest("file"), "r.pdf", 100, ".pdf"), pages, NOW)
    known = {reading.content: reading for reading in readings}
    with place.db.begin() as session:
        for taken in claim(session, "w", NOW, 60, limit=9):
            finish(session, taken.content, "w", known[taken.content], NOW)
    arrange_all(place)
    return place


def _page(place: Workplace, content: str, number: int, written: dict[str, str]) -> PageReading:
    edition = place.catalog.edition(FORM, EDITION)
    cells = tuple(
        _cell(spot.field, spot.reader, written.get(spot.field, ""))
        for spot in edition.on_page(number)
    )
    match = PageMatch(FORM, EDITION, number, 0, 1.0, "layout")
    return PageReading(content, "read", match, Quality(), cells, fingerprint=content)


def _cell(name: str, reader: str, said: str) -> CellReading:
    return CellReading(name, "", reader, ((said, SURE),), "", 0.1 if said else 0.0, True, 0.02)


def indexes(place: Workplace) -> list[int]:
    """Indexes of all records, in order."""
    with place.db.read() as session:
        return sorted(row.index for row in list_records(session))


def sheet_key(place: Workplace) -> str:
    """Key of the one sheet."""
    with place.db.read() as session:
        return str(list_records(session)[0].sheet)


def settle(place: Workplace, person: Person, index: int, field: str, answer: Answer) -> RecordView:
    """Settle one field of a record as it is now."""
    view = desk.record_view(place, person, sheet_key(place), index)
    return desk.settle(place, person, (view.sheet, index, view.version), field, answer)


def settle_whole(place: Workplace, person: Person, index: int) -> RecordView:
    """Settle all of a record with the truth, and let every finding stand."""
    view = desk.record_view(place, person, sheet_key(place), index)
    for _ in range(MOST_ROUNDS):
        key = (view.sheet, index, view.version)
        if view.open_fields:
            name = view.open_fields[0]
            view = desk.settle(place, person, key, name, answer_for(place, view, name, TRUTH))
        elif view.open_rules:
            view = desk.acknowledge(place, person, key, view.open_rules[0], "as_on_paper")
    return view


def join(place: Workplace, clerk: Person) -> None:
    """Say that the right page lies beside the left one."""
    answer_page(
        place, clerk, take(place, clerk, TaskKind.UNJOINED).id, PageAnswer(PageWord.JOIN, LEFT)
    )


def test_left_page__is_a_record_a_filled_block(opening: Workplace) -> None:
    """Blocks 1 and 3 are filled: two records, under the numbers of their blocks."""
    assert indexes(opening) == [1, 3]


def test_right_page__waits_for_a_person(opening: Workplace, clerk: Person) -> None:
    """Following each other in a file joins no pages of a book."""
    task = take(opening, clerk, TaskKind.UNJOINED)

    assert task.content == RIGHT
    with opening.db.read() as session:
        assert find_sheet(session, sheet_key(opening)).pages == {1: LEFT}  # type: ignore[union-attr]


def test_empty_page__gives_no_record(place: Workplace) -> None:
    """A page on which nobody wrote is filed, and is no case."""
    filed = opened(place, _page(place, digest("empty"), 1, {}))

    assert indexes(filed) == []


def test_join__puts_the_right_page_into_the_records(opening: Workplace, clerk: Person) -> None:
    """The category of block 1 belongs to record 1, and block 3 has none."""
    join(opening, clerk)

    first, third = (desk.record_view(opening, clerk, sheet_key(opening), i) for i in (1, 3))
    assert first.fields["cases.1.case_category"].state is State.UNREAD
    assert third.fields["cases.3.case_category"].state is State.BLANK


def test_record__holds_its_own_block_and_what_all_share(opening: Workplace, clerk: Person) -> None:
    """Record 3 knows nothing of block 1, and asks for the sub-county too."""
    fields = desk.record_view(opening, clerk, sheet_key(opening), 3).fields

    assert {name.rpartition(".")[0] for name in fields} == {"cases.3", ""}
    assert fields["cases.3.date_of_reporting"].value == "2018-03-13"


def test_shared_field__is_settled_for_all(opening: Workplace, clerk: Person) -> None:
    """The sub-county of the book is said once."""
    settle(opening, clerk, 1, "sub_county", Answer("290"))

    other = desk.record_view(opening, clerk, sheet_key(opening), 3)
    assert (other.fields["sub_county"].value, "sub_county" in other.open_fields) == ("290", False)


def test_own_field__is_settled_for_one(opening: Workplace, clerk: Person) -> None:
    """A risk said of case 1 is no word about case 3."""
    settle(opening, clerk, 1, "cases.1.risk_level", Answer("low"))

    other = desk.record_view(opening, clerk, sheet_key(opening), 3)
    assert "cases.3.risk_level" in other.open_fields


def test_own_field__leaves_the_other_records_alone(opening: Workplace, clerk: Person) -> None:
    """Two people may work on two cases of one page: nobody's version is outdated by the other."""
    before = desk.record_view(opening, clerk, sheet_key(opening), 3).version

    settle(opening, clerk, 1, "cases.1.risk_level", Answer("low"))

    assert desk.record_view(opening, clerk, sheet_key(opening), 3).version == before


def test_block_without_writing__is_no_record_any_more(opening: Workplace, clerk: Person) -> None:
    """When a person finds that nothing stands in a block, its record and its question go."""
    for name in ("child_name", "child_sex", "date_of_reporting"):
        settle(opening, clerk, 3, f"cases.3.{name}", Answer(None, State.BLANK))

    assert indexes(opening) == [1]
    assert next_task(opening, clerk, (TaskKind.RECORD,)).index == 1  # type: ignore[union-attr]


@pytest.fixture
def loaded(opening: Workplace, clerk: Person) -> Callable[[str], list[sa.RowMapping]]:
    """Rows of the central database after case 1 was settled, finished and loaded."""
    join(opening, clerk)
    settle_whole(opening, clerk, 1)
    desk.finish(opening, clerk, take(opening, clerk, TaskKind.RECORD).id)
    assert [(s.index, s.outcome, s.why) for s in load_ready(opening)] == [(1, "loaded", "")]
    engine = sa.create_engine(opening.settings.central)

    def rows(table: str) -> list[sa.RowMapping]:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(f"SELECT * FROM {table}")).mappings())  # noqa: S608

    return rows


def test_load__short_serial_is_completed(loaded: Callable[[str], list[sa.RowMapping]]) -> None:
    """007/18 in a register of area 290, sub-county 243 of county 42, is that serial in full."""
    (case,) = loaded("ovc_case_record")

    assert case["case_serial"] == "CCO/42/243/5/29/7/2018"


def test_load__one_case_of_the_main_child(loaded: Callable[[str], list[sa.RowMapping]]) -> None:
    """The child of block 1 is registered, and nobody else."""
    (child,) = loaded("reg_person")

    assert (child["first_name"], child["surname"]) == ("INVENTED", "WANJIKU")


def test_finish__page_waits_for_all_its_records(opening: Workplace, clerk: Person) -> None:
    """The left page is accepted when none of its cases is open any more, not before."""
    settle_whole(opening, clerk, 1)
    desk.finish(opening, clerk, take(opening, clerk, TaskKind.RECORD).id)

    with opening.db.read() as session:
        (arrival,) = arrivals_with(session, LEFT)
        assert arrival.state == ArrivalState.REVIEW
