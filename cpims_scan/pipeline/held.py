"""What a person says about a record that CPIMS's own rules kept back."""

from __future__ import annotations

from cpims_scan.domain.record import Value
from cpims_scan.errors import StoreError
from cpims_scan.pipeline.desk import Answer, entry_of
from cpims_scan.pipeline.records import accept_pages
from cpims_scan.pipeline.view import NOT_HERE, visible
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store import review, settlements
from cpims_scan.store.audit import Event, append
from cpims_scan.store.people import Person
from cpims_scan.store.records import set_state
from cpims_scan.store.states import RecordState, Step
from cpims_scan.store.tables import TaskRow


def answer_held(place: Workplace, person: Person, task_id: str, answers: dict[str, Value]) -> None:
    """
    Answer what held a record back from loading; the next load tries it again.

    `answers` stand under `duplicate:<role>` (an id of CPIMS or "different"), `return:second`
    (replaces or rejected) or `return:blank_is_meant`; fields are settled like any other field.

    Raises:
        StoreError: The question is answered, or somebody else has it.
    """
    with place.db.begin() as session:
        task = session.get(TaskRow, task_id)
        if task is None or task.sheet is None:
            raise StoreError(NOT_HERE)
        row = visible(session, person, task.sheet, task.index or 1)
        if not review.finish_task(session, task_id, person.name, place.now()):
            raise StoreError("Somebody else has this record now. Take the next one.")
        for name, value in answers.items():
            entry = entry_of(row, name, None, Answer(value), person, place.now())
            settlements.settle(session, entry, Step.CORRECTION)
        set_state(session, (row.sheet, row.index), RecordState.READY, place.now())
        accept_pages(session, row.sheet)
        told = Event(person.name, "record.release", "sheet", row.sheet, row.office)
        append(session, told, place.now())
