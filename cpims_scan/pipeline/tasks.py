"""Questions and who has them: leased to one person at a time, within their offices."""

from __future__ import annotations

from cpims_scan.errors import StoreError
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import review
from cpims_scan.store.people import Person
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow


def next_task(
    place: Workplace, person: Person, kinds: tuple[TaskKind, ...] | None = None
) -> TaskRow | None:
    """Lease the next question to a person; nobody else gets it meanwhile."""
    asker = review.Asker(person.name, person.scope)
    with place.db.begin() as session:
        lease = place.settings.task_lease_seconds
        return review.next_task(session, asker, place.now(), lease, kinds)


def take_task(place: Workplace, person: Person, task_id: str) -> TaskRow:
    """
    Take one question by its id.

    Raises:
        StoreError: It is done, another's, or not of this person's offices.
    """
    asker = review.Asker(person.name, person.scope)
    with place.db.begin() as session:
        lease = place.settings.task_lease_seconds
        task = review.take_task(session, task_id, asker, place.now(), lease)
    if task is None:
        raise StoreError("This question is answered, or somebody else has it. Take the next one.")
    return task


def open_counts(place: Workplace, person: Person) -> dict[str, int]:
    """Open questions by kind, of this person's offices and not kept from this person."""
    with place.db.read() as session:
        return review.count_tasks(session, person.scope, person.name)
