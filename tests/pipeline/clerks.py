"""What a careful clerk does with a record: settle what is open with the truth, and finish."""

from __future__ import annotations

from cpims_scan.domain.record import State
from cpims_scan.pipeline import desk
from cpims_scan.pipeline.desk import Answer
from cpims_scan.pipeline.suggest import list_of, suggest
from cpims_scan.pipeline.tasks import next_task
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.people import Person
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from simulator.answers import Answer as Truth

MOST_ROUNDS = 200


def settle_all(place: Workplace, person: Person, sheet: str, truth: dict[str, Truth]) -> RecordView:
    """Settle every open field as it was written, let every finding stand."""
    view = desk.record_view(place, person, sheet)
    for _ in range(MOST_ROUNDS):
        key = (view.sheet, view.index, view.version)
        if view.open_fields:
            name = view.open_fields[0]
            view = desk.settle(place, person, key, name, answer_for(place, view, name, truth))
        elif view.open_rules:
            view = desk.acknowledge(place, person, key, view.open_rules[0], "as_on_paper")
        else:
            return view
    raise AssertionError(f"still open: {view.open_fields} {view.open_rules}")


def answer_for(place: Workplace, view: RecordView, name: str, truth: dict[str, Truth]) -> Answer:
    """What was written, as the code a clerk picks for it; what no paper says is picked too."""
    said = truth.get(name, Truth(None, state=State.BLANK))
    entries = list_of(place, view.edition.form.fields[name])
    is_asked = name not in view.edition.places
    if not entries or (said.state is not State.ANSWERED and not is_asked):
        return Answer(said.value, said.state)
    names = [entry.name for entry in entries]
    given = said.value if isinstance(said.value, list) else [said.value]
    if said.value is not None and all(value in names for value in given):
        return Answer(said.value)
    field = view.edition.form.fields[name]
    likely = suggest(place, field, str(said.value or ""))
    chosen = likely[0].value if likely else names[0]
    return Answer([chosen] if field.is_multiple else chosen)


def finish_next(place: Workplace, person: Person, truth: dict[str, Truth]) -> RecordView:
    """Take the next record, settle all of it, and finish it."""
    task = next_task(place, person, (TaskKind.RECORD,))
    assert task is not None and task.sheet is not None
    settle_all(place, person, task.sheet, truth)
    return desk.finish(place, person, task.id)


def take(place: Workplace, person: Person, kind: TaskKind) -> TaskRow:
    """Take the next question of a kind; there must be one."""
    task = next_task(place, person, (kind,))
    assert task is not None
    return task
