"""What is told about a whole batch, while people answer its questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import Quality, Streak
from cpims_scan.domain.record import PageReading
from cpims_scan.pipeline.coached import BatchAdvice, advise_at_once, advise_batch, is_lost
from cpims_scan.pipeline.scanner import find_dirt, last_pages
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import settle_content
from cpims_scan.store.queue import Claim, claim, finish
from cpims_scan.store.scope import ALL_OFFICES
from cpims_scan.store.states import ArrivalState, Reason
from cpims_scan.store.tables import BatchRow
from tests.store.work import NOW, add_batch, add_file, digest, reading_of_page

STREAKED = Quality(advice=("streak",), streak=Streak(43.2))
EMPTY = Quality(is_blank=True, advice=("blank_back",))


@pytest.fixture
def session(place: Workplace) -> Iterator[Session]:
    """A session on an empty workspace."""
    with place.db.begin() as opened:
        yield opened


def read(session: Session, qualities: dict[str, Quality], pages: dict[str, int]) -> list[Claim]:
    """Read every waiting page: as a page of the form, or as empty."""
    names = {digest(name): name for name in qualities}
    claims = claim(session, "w", NOW, 60, limit=100)
    for taken in claims:
        name = names[taken.content]
        reading = reading_of_page(taken.content, pages.get(name, 1))
        if qualities[name].is_blank:
            reading = PageReading(taken.content, "blank", None, Quality())
        finish(
            session, taken.content, "w",
            dataclasses.replace(reading, quality=qualities[name], dpi=300.0), NOW,
        )  # fmt: skip
    return claims


def advice(place: Workplace, session: Session) -> BatchAdvice:
    """What is told about the one batch."""
    batch = session.scalars(select(BatchRow)).one()
    return advise_batch(session, batch, place.catalog)


def test_advise_batch__counts_and_lists(place: Workplace, session: Session) -> None:
    """Streaks and gaps of a batch are counted, and the pages to scan again are listed."""
    add_file(session, add_batch(session), ["a", "b", "c"])
    read(session, {"a": STREAKED, "b": Quality(), "c": Quality()}, {"a": 1, "b": 2, "c": 1})

    found = advice(place, session)

    assert found.counts == {"streak": 1, "missing_page": 1}
    assert [(told.page.number, is_lost(told)) for told in found.again] == [(1, False), (3, True)]


def test_advise_batch__sheets_that_never_came(place: Workplace, session: Session) -> None:
    """The clerk's count is held against what came."""
    add_file(session, add_batch(session, sheets=2), ["a", "b"])
    read(session, {"a": Quality(), "b": Quality()}, {"a": 1, "b": 2})

    assert advice(place, session).missing == 1


def test_advise_batch__single_files_are_one_run(place: Workplace, session: Session) -> None:
    """Pages that came as files of their own, one after the other, are one stack."""
    batch = add_batch(session)
    add_file(session, batch, ["a"], "1.jpg")
    add_file(session, batch, ["b"], "2.jpg")
    read(session, {"a": Quality(), "b": Quality()}, {"a": 1, "b": 2})

    assert advice(place, session).told == {}


def test_advise_batch__page_that_would_not_open(place: Workplace, session: Session) -> None:
    """A page that could not be opened is to be scanned again."""
    add_file(session, add_batch(session), [""])

    assert [t.notes[0].advice for t in advice(place, session).again] == ["unreadable"]


def test_advise_batch__answered_page_is_told_no_more(place: Workplace, session: Session) -> None:
    """Once a person has said that a page is a letter, nobody is asked to scan it again."""
    add_file(session, add_batch(session), ["a"])
    read(session, {"a": Quality(advice=("foreign",))}, {})
    settle_content(session, digest("a"), ArrivalState.REJECTED, Reason.FOREIGN)

    assert advice(place, session).again == []


def test_advise_at_once__names_file_and_page(session: Session) -> None:
    """What is told at the scanner says which page of which file it is about."""
    add_file(session, add_batch(session), ["a"], "monday.pdf")
    taken = read(session, {"a": STREAKED}, {})[0]

    said = advise_at_once(session, taken, STREAKED)

    assert len(said) == 1
    assert said[0].startswith("monday.pdf, page 1: A dark line runs down the page 43 mm")


def test_advise_at_once__is_silent_about_backs(session: Session) -> None:
    """A stack scanned on both sides does not fill the terminal with its empty backs."""
    add_file(session, add_batch(session), ["a"])
    taken = read(session, {"a": EMPTY}, {})[0]

    assert advise_at_once(session, taken, EMPTY) == ()


def test_last_pages__show_dirt_that_comes_again(session: Session) -> None:
    """Two sheets with a line in one place mean that the glass is dirty there."""
    add_file(session, add_batch(session), ["a", "b", "c"])
    near = Quality(advice=("streak",), streak=Streak(43.9))
    read(session, {"a": STREAKED, "b": near, "c": Quality()}, {"b": 2})

    pages = last_pages(session, ALL_OFFICES)

    assert [page.dpi for page in pages] == [300, 300, 300]
    assert [(dirt.at_mm, dirt.pages) for dirt in find_dirt(pages)] == [(43.2, 2)]
