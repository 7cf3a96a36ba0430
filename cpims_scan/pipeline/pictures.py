"""Pictures for the desk: a field's crop, a whole page with the field marked; views are audited."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cpims_scan.domain.paper import Transform
from cpims_scan.errors import StoreError
from cpims_scan.imaging.crops import PAGE_LONG_SIDE, read_crop, whole_page_jpeg
from cpims_scan.imaging.intake import open_scan
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import arrivals_with
from cpims_scan.store.audit import Event, append
from cpims_scan.store.people import Person
from cpims_scan.store.queue import reading_of
from cpims_scan.store.tables import BatchRow, PageRow, ScanFileRow

NOT_HERE = "There is no such page in your offices. Go back to the queue."


def crop(place: Workplace, person: Person, content: str, number: int) -> bytes:
    """
    One field's picture, JPEG.

    Raises:
        StoreError: The page is not of this person's offices.
        InputError: There is no such picture.
    """
    with place.db.read() as session:
        _check(session, person, content)
    return read_crop(place.pages.crops(content), number)


def page_picture(
    place: Workplace,
    person: Person,
    content: str,
    field: str | None,
    long_side: int = PAGE_LONG_SIDE,
) -> bytes:
    """
    A whole page, upright and reduced, JPEG, with a field's box marked when one is named.

    Raises:
        StoreError: The page is not of this person's offices.
    """
    with place.db.begin() as session:
        office = _check(session, person, content)
        row = session.get_one(PageRow, content)
        suffix = session.get_one(ScanFileRow, row.file_sha256).suffix
        reading = reading_of(session, content)
        seen = Event(person.name, "page.view", "page", content, office)
        append(session, seen, place.now())
    with open_scan(place.pages.file(row.file_sha256, suffix)) as scan:
        page = scan.page(row.number)
    transform = Transform.from_json(reading.transform) if reading and reading.transform else None
    box = None
    if reading and reading.match and reading.match.form and field:
        edition = place.catalog.edition(reading.match.form, reading.match.edition or "")
        box = edition.places[field].box if field in edition.places else None
    return whole_page_jpeg(page, transform, box, long_side)


def _check(session: Session, person: Person, content: str) -> str | None:
    """The office of a page that this person may see."""
    for arrival in arrivals_with(session, content):
        office = session.get_one(BatchRow, arrival.batch_id).office
        if person.scope.allows(office):
            return office
    raise StoreError(NOT_HERE)
