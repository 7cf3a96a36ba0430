"""From finished records to the central database and its report: once, held, answered, crashed."""

from __future__ import annotations

import multiprocessing
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline import desk, held
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.load import load_ready, preview_load
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.settings import Settings
from cpims_scan.store.batches import status
from cpims_scan.store.people import Person
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import RecordRow
from simulator.answers import Answer, mark, number, text
from simulator.hands import make_hand
from simulator.sheets import FilledSheet, fill_pages, hand_of
from tests.pipeline.clerks import answer_for, finish_next, take
from tests.pipeline.papers import scanned
from tests.pipeline.poison import load_and_die

SPARSE = (  # what a hurried officer writes down
    "county", "sub_county", "date_of_reporting", "first_name", "last_name", "date_of_birth", "sex",
    "case_category", "case_nature", "risk_level", "event_date",
)  # fmt: skip


@pytest.fixture
def bring(readers: Engine, tmp_path: Path) -> Callable[..., None]:
    """Scan pages into batch B."""

    def brought(place: Workplace, pages: tuple[object, ...], seed: int) -> None:
        file = scanned(pages, seed, tmp_path / f"{seed}.pdf")  # type: ignore[arg-type]
        scan(place, readers, [file], Stack("B", BatchContext("290", "2026-03"), "test"))

    return brought


def rows(place: Workplace, table: str) -> int:
    """How many rows a table of the central database has."""
    engine = sa.create_engine(place.settings.central)
    with engine.connect() as connection:
        found = connection.scalar(sa.text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608
    engine.dispose()
    return int(found or 0)


def test_load__killed_after_the_central_commit__is_there_once(
    reviewed: Workplace, settings: Settings, clerk: Person, filled: FilledSheet
) -> None:
    """The next load finds the case by its derived key and only marks the record as loaded."""
    finish_next(reviewed, clerk, filled.answers)
    process = multiprocessing.get_context("spawn").Process(target=load_and_die, args=(settings,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert rows(reviewed, "ovc_case_record") == 1
    with reviewed.db.read() as session:
        assert session.scalars(select(RecordRow.state)).one() == "loading"

    assert [step.outcome for step in load_ready(reviewed)] == ["loaded"]
    assert (rows(reviewed, "ovc_case_record"), rows(reviewed, "scan_load")) == (1, 1)
    assert load_ready(reviewed) == []


def test_preview__says_and_changes_nothing(
    reviewed: Workplace, clerk: Person, filled: FilledSheet
) -> None:
    """A dry run names what would be loaded; afterwards it is still ready."""
    sheet = finish_next(reviewed, clerk, filled.answers).sheet

    assert [(s.sheet, s.outcome) for s in preview_load(reviewed)] == [(sheet, "would load")]
    assert [(s.sheet, s.outcome) for s in preview_load(reviewed)] == [(sheet, "would load")]


@pytest.mark.parametrize("answer", ["different", "same"])
def test_load__same_child_on_another_sheet__is_held_until_answered(
    reviewed: Workplace,
    bring: Callable[..., None],
    clerk: Person,
    filled: FilledSheet,
    answer: str,
) -> None:
    """CPIMS's own rule holds it back; a person says who it is, and it is loaded as that."""
    finish_next(reviewed, clerk, filled.answers)
    load_ready(reviewed)
    people = rows(reviewed, "reg_person")
    again = dict(filled.answers)
    again.pop("case_serial", None)
    bring(reviewed, fill_pages(filled.edition, again, make_hand(hand_of(2004)), 2004), 11)
    finish_next(reviewed, clerk, again)
    (step,) = load_ready(reviewed)
    assert (step.outcome, step.why) == ("held", "possible_duplicate")
    task = take(reviewed, clerk, TaskKind.HELD)
    found = {d["role"]: d["person_id"] for d in task.question["duplicates"]}
    assert "child" in found
    said = {
        f"duplicate:{role}": person if answer == "same" else "different"
        for role, person in found.items()
    }
    held.answer_held(reviewed, clerk, task.id, said)

    assert [step.outcome for step in load_ready(reviewed)] == ["loaded"]
    assert rows(reviewed, "ovc_case_record") == 2
    added = rows(reviewed, "reg_person") - people
    assert added == people - (len(found) if answer == "same" else 0)
    with reviewed.db.read() as session:
        (batch,) = status(session)["batches"]
    assert batch["pages"]["accepted"] == 4
    assert batch["records"]["loaded"] == 2


def test_load__second_return_of_a_month__is_asked(
    place: Workplace, bring: Callable[..., None], clerk: Person, bundled: Catalog
) -> None:
    """Two returns of one office and month do not add up: a person says which one stands."""
    edition = bundled.edition("monthly_caseload_summary", "tool-b")
    category = next(n for n in edition.places if n.startswith("categories."))
    row = category.rpartition(".")[0]
    for hand, figure in ((30, 3), (31, 5)):
        answers: dict[str, Answer] = {
            "county": text("Kisii"),
            "sub_county": text("South Mugirango"),
            "month": mark("03"),
            "year": number(2026),
            f"{row}.m_00_05": number(figure),
            f"{row}.m_sub": number(figure),
            f"{row}.total": number(figure),
            "total_caseload": number(figure),
            "total_disposed": number(figure - 1),
            "prepared_by": text("Amina Otieno"),
            "signature": Answer("signed"),
        }
        bring(place, fill_pages(edition, answers, make_hand(hand), hand), hand)
        finish_next(place, clerk, answers)
        steps = load_ready(place)
        while steps and steps[0].outcome == "held" and steps[0].why != "second_return":
            task = take(place, clerk, TaskKind.HELD)
            held.answer_held(place, clerk, task.id, {"return:blank_is_meant": "yes"})
            steps = load_ready(place)
    assert [(step.outcome, step.why) for step in steps] == [("held", "second_return")]
    task = take(place, clerk, TaskKind.HELD)
    assert {c["new"] for c in task.question["conflicts"]} >= {5}
    held.answer_held(place, clerk, task.id, {"return:second": "replaces"})

    assert [step.outcome for step in load_ready(place)] == ["loaded"]


def test_load__sheet_with_many_blanks__counts_in_the_caseload(
    place: Workplace,
    bring: Callable[..., None],
    clerk: Person,
    filled: FilledSheet,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A sheet on which most is left empty is still a case of its month."""
    from cpims_scan.commands.app import main

    answers = {name: filled.answers[name] for name in SPARSE if name in filled.answers}
    bring(place, fill_pages(filled.edition, answers, filled.hand, 12), 12)
    finish_next(place, clerk, answers)
    (step,) = load_ready(place)
    assert (step.outcome, step.why) == ("held", "ask")
    task = take(place, clerk, TaskKind.HELD)
    for question in task.question["questions"]:
        view = desk.record_view(place, clerk, str(task.sheet))
        key, name = (view.sheet, view.index, view.version), question["field"]
        desk.settle(place, clerk, key, name, answer_for(place, view, name, filled.answers))
    held.answer_held(place, clerk, task.id, {})
    steps = load_ready(place)
    assert [(step.outcome, step.why) for step in steps] == [("loaded", "")], task.question
    month = str(answers["date_of_reporting"].value)[:7]
    code = main(
        ["report", "caseload", "--month", month, "--workspace", str(place.settings.workspace)]
    )

    said = capsys.readouterr().out
    assert code == 0
    assert re.search(r"\b1\b", said)
    assert rows(place, "ovc_case_record") == 1
