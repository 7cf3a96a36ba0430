"""Each page is read once, whoever dies; what cannot be read is given up aloud."""

from __future__ import annotations

import multiprocessing

import pytest
from sqlalchemy import func, select

from cpims_scan.domain.paper import PageMatch
from cpims_scan.store import queue
from cpims_scan.store.arrivals import arrivals_of
from cpims_scan.store.batches import status
from cpims_scan.store.database import Database
from cpims_scan.store.review import count_tasks
from cpims_scan.store.scope import ALL_OFFICES
from cpims_scan.store.tables import PageReadingRow, PageRow
from tests.store.work import NOW, add_batch, add_file, digest, later, reading_of_page
from tests.store.workers import die_with_pages, read_until_empty

LETTERS = ["a", "b", "c", "d", "e"]


@pytest.fixture
def stocked(work_database: Database) -> Database:
    """Five pages wait."""
    with work_database.begin() as session:
        add_file(session, add_batch(session), LETTERS)
    return work_database


def take(database: Database, worker: str, seconds: float = 0, limit: int = 1) -> list[queue.Claim]:
    """Claim in a transaction of its own."""
    with database.begin() as session:
        return queue.claim(session, worker, later(seconds), 60, limit)


def test_claim__gives_pages_in_the_order_of_the_file(stocked: Database) -> None:
    """Pages come as they lie in the file, with the file to find them in."""
    taken = take(stocked, "w", limit=3)

    assert [claim.content for claim in taken] == [digest(letter) for letter in "abc"]
    assert taken[0].file_sha256 == digest("s.pdf" + "".join(LETTERS))
    assert taken[0].suffix == ".pdf"
    assert taken[0].attempt == 1


def test_claim__two_workers_never_hold_the_same_page(stocked: Database) -> None:
    """What one worker holds the other does not get."""
    first = {claim.content for claim in take(stocked, "w1", limit=3)}
    second = {claim.content for claim in take(stocked, "w2", limit=3)}

    assert first.isdisjoint(second)
    assert len(first | second) == 5


def test_claim__ended_lease_returns_alone(stocked: Database) -> None:
    """A page whose worker vanished is read again with nothing beside it."""
    take(stocked, "gone", limit=2)

    again = take(stocked, "w", seconds=61, limit=5)

    assert [claim.content for claim in again] == [digest("a")]
    assert again[0].is_alone
    assert again[0].attempt == 2


def test_finish__keeps_the_reading(stocked: Database) -> None:
    """What was read comes back as it was."""
    content = take(stocked, "w")[0].content
    reading = reading_of_page(content)

    with stocked.begin() as session:
        assert queue.finish(session, content, "w", reading, NOW)

    with stocked.read() as session:
        assert queue.reading_of(session, content) == reading
        assert queue.counts(session) == {"todo": 4, "doing": 0, "done": 1, "failed": 0}


def test_finish__ended_lease_keeps_nothing(stocked: Database) -> None:
    """A worker that comes too late changes nothing."""
    content = take(stocked, "slow")[0].content
    take(stocked, "other", seconds=61)

    with stocked.begin() as session:
        assert not queue.finish(session, content, "slow", reading_of_page(content), NOW)

    with stocked.read() as session:
        assert queue.reading_of(session, content) is None


def test_finish__twice_keeps_one_reading(stocked: Database) -> None:
    """A repeated finish is refused."""
    content = take(stocked, "w")[0].content
    with stocked.begin() as session:
        queue.finish(session, content, "w", reading_of_page(content), NOW)

    with stocked.begin() as session:
        assert not queue.finish(session, content, "w", reading_of_page(content), NOW)


def test_extend__keeps_a_slow_page(stocked: Database) -> None:
    """An extended lease outlives its first end."""
    content = take(stocked, "slow")[0].content
    with stocked.begin() as session:
        assert queue.extend(session, [content], "slow", later(300)) == 1

    assert content not in [claim.content for claim in take(stocked, "w", seconds=61, limit=5)]


def test_release__broken_pool_costs_neighbours_no_attempt(stocked: Database) -> None:
    """Pages in flight together come back one at a time, all at their first attempt."""
    together = [claim.content for claim in take(stocked, "w", limit=3)]
    with stocked.begin() as session:
        assert queue.release(session, together, "w", count_attempt=False) == 3

    again = take(stocked, "w", limit=5)

    assert [(claim.content, claim.attempt, claim.is_alone) for claim in again] == [
        (digest("a"), 1, True)
    ]


def test_release__poisonous_page_is_given_up_after_three(stocked: Database) -> None:
    """One page that breaks every pool ends as failed, with a task; its arrival is an error."""
    for _ in range(3):
        content = take(stocked, "w")[0].content
        with stocked.begin() as session:
            queue.release(session, [content], "w", count_attempt=True)

    assert digest("a") not in [claim.content for claim in take(stocked, "w", limit=5)]
    with stocked.read() as session:
        assert count_tasks(session, ALL_OFFICES) == {"failed": 1}
        assert status(session)["batches"][0]["pages"]["error"] == 1
        assert session.get_one(PageRow, digest("a")).state == "failed"


def test_claim__page_that_kills_its_program_is_given_up_after_three(stocked: Database) -> None:
    """Three leases that ended unfinished are enough."""
    seconds = 0.0
    while len(taken := take(stocked, "gone", seconds)) == 1 and taken[0].content == digest("a"):
        seconds += 61

    assert seconds == 3 * 61
    with stocked.read() as session:
        assert queue.counts(session)["failed"] == 1


def test_fail__third_error_is_the_last(stocked: Database) -> None:
    """A page that raises three times is given up with the sentence of the last error."""
    for _ in range(3):
        content = take(stocked, "w")[0].content
        with stocked.begin() as session:
            assert queue.fail(session, content, "w", "The picture is broken.", NOW)

    with stocked.read() as session:
        page = session.get_one(PageRow, digest("a"))
        assert (page.state, page.error) == ("failed", "The picture is broken.")


def test_take_in__failed_page_that_comes_again_is_read_again(stocked: Database) -> None:
    """Scanning a given-up page once more is a new try, and the old arrival stays an error."""
    for _ in range(3):
        content = take(stocked, "w")[0].content
        with stocked.begin() as session:
            queue.fail(session, content, "w", "The picture is broken.", NOW)

    with stocked.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["a"], "again.pdf")

    with stocked.read() as session:
        states = [row.state for row in arrivals_of(session, batch.id) if row.content == digest("a")]
        assert states == ["error", "unfinished"]
        assert queue.counts(session)["todo"] == 5


def test_requeue__reads_again_with_what_a_person_said(stocked: Database) -> None:
    """A page whose form a person named is read as that form; the old reading stays."""
    content = take(stocked, "w")[0].content
    match = PageMatch("monthly_summary", "tool-b", 1, 180, 1.0, "person")
    with stocked.begin() as session:
        queue.finish(session, content, "w", reading_of_page(content), NOW)
        assert queue.requeue(session, [content], later(-5), match) == 1

    taken = take(stocked, "w")[0]
    with stocked.begin() as session:
        queue.finish(session, content, "w", reading_of_page(content), NOW)

    assert (taken.content, taken.match) == (content, match)
    with stocked.read() as session:
        assert session.scalar(select(func.count()).select_from(PageReadingRow)) == 2


@pytest.mark.slow
def test_claim__killed_workers_leave_each_page_read_exactly_once(
    work_url: str, work_database: Database
) -> None:
    """Four processes, two killed with pages in hand: every page has one reading, none is lost."""
    contents = [f"page-{number}" for number in range(30)]
    with work_database.begin() as session:
        add_file(session, add_batch(session), contents)
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(4)
    processes = [
        context.Process(target=target, args=(work_url, start))
        for target in (die_with_pages, die_with_pages, read_until_empty, read_until_empty)
    ]

    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)

    assert sorted(process.exitcode or 0 for process in processes) == [-9, -9, 0, 0]
    with work_database.read() as session:
        read = session.execute(
            select(PageReadingRow.content, func.count()).group_by(PageReadingRow.content)
        ).all()
        assert sorted(read) == sorted((digest(content), 1) for content in contents)
        assert queue.counts(session) == {"todo": 0, "doing": 0, "done": 30, "failed": 0}
