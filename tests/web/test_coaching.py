"""What the desk says about pictures: on the batch, on the slip, on the scanner's page."""

from __future__ import annotations

from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.store.tables import ArrivalRow, PageReadingRow, PageRow
from tests.web.conftest import SignIn, place_of, sign_in

STREAKED = {
    "sharpness": 0.3, "contrast": 0.6, "ink_share": 0.1, "is_blank": False,
    "advice": ["streak"], "streak": {"at_mm": 43.2, "is_across": False},
}  # fmt: skip


def test_batch__names_what_is_missing(signed_in: SignIn) -> None:
    """The lone page 2 says that its page 1 did not come."""
    text = signed_in("amina").get("/batches/B-0001").text

    assert "Page 1 of this form did not come with it." in text


def test_slip__lists_file_and_page_only(signed_in: SignIn) -> None:
    """What to scan again is told by file and page; nothing of a child stands there."""
    text = signed_in("amina").get("/batches/B-0001/rescan").text

    assert "lone.pdf" in text
    assert "sheet.pdf" not in text
    assert "Amani" not in text


def test_slip__of_another_office_is_not_found(signed_in: SignIn) -> None:
    """A batch is shown to its own offices alone."""
    assert signed_in("juma").get("/batches/B-0001/rescan").status_code == 404


def test_scanner__shows_the_last_pages(signed_in: SignIn) -> None:
    """Every page that was read stands there with its resolution."""
    text = signed_in("amina").get("/scanner").text

    assert text.count('<th scope="row">') == 4
    assert '<td class="number">200</td>' in text


def test_scanner__shows_only_own_offices(signed_in: SignIn) -> None:
    """Nobody sees the pages of other offices."""
    assert "No page has been read yet." in signed_in("juma").get("/scanner").text


def test_scanner__says_where_the_glass_is_dirty(own_client: TestClient) -> None:
    """A line on two of the last pages is told above them, in the person's language."""
    desk = sign_in(own_client, "amina")
    with place_of(desk).db.begin() as session:
        _streak(session)
    desk.cookies.set("language", "sw", domain="desk.test")

    text = desk.get("/scanner").text

    assert "mm 43 kutoka kushoto" in text
    assert "Umeonekana kwenye 2 za kurasa za mwisho." in text


def _streak(session: Session) -> None:
    """Let both pages of the sheet be read once more, with a line at the same place."""
    contents = session.scalars(
        select(ArrivalRow.content).where(ArrivalRow.file_name == "sheet.pdf")
    ).all()
    for page in session.scalars(select(PageRow).where(PageRow.content.in_(contents))):
        known = session.get_one(PageReadingRow, page.reading_id)
        again = PageReadingRow(
            content=known.content,
            pack=known.pack,
            worker=known.worker,
            read_at=known.read_at,
            reading={**known.reading, "quality": STREAKED},
        )
        session.add(again)
        session.flush()
        page.reading_id = again.id
