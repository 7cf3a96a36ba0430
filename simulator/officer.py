"""The sample officer: answers from a file, given through the same functions as the desk's."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from cpims_scan.domain.record import Decision, State
from cpims_scan.errors import CpimsScanError
from cpims_scan.pipeline.desk import (
    Answer,
    acknowledge,
    finish,
    record_view,
    settle_fields,
)
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord, answer_page
from cpims_scan.pipeline.tasks import next_task
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.people import Person, find_person
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow
from simulator.truth import Sample

# Page questions are asked again when an answer to one makes another; this ends any circle.
MOST_ROUNDS = 200
LET_STAND = "as_written"


class Officer:
    """
    Somebody who knows every sample sheet and settles what the machine left open.

    Attributes:
        counted: What was done, by kind.
    """

    def __init__(self, place: Workplace, answers: Path, samples: list[Sample]) -> None:
        data = json.loads(answers.read_text(encoding="utf-8"))
        self.place = place
        self.person = _signed_in(place)
        self.counted: Counter[str] = Counter()
        contents = {key: c for sample in samples for key, c in sample.contents.items()}
        self._content_of = contents
        self._pages = {contents[k]: v for k, v in data["pages"].items() if k in contents}
        self._records = [
            ({contents[k] for k in r["pages"] if k in contents}, r["fields"])
            for r in data["records"].values()
        ]

    def answer_pages(self) -> None:
        """Say what every page is that no machine could place."""
        kinds = (TaskKind.UNJOINED, TaskKind.UNKNOWN, TaskKind.UNALIGNED, TaskKind.CONTINUED)
        for _ in range(MOST_ROUNDS):
            task = next_task(self.place, self.person, kinds)
            if task is None:
                return
            answer_page(self.place, self.person, task.id, self._page_answer(task))
            self.counted["pages placed"] += 1

    def answer_records(self) -> None:
        """Settle every open field and finding of every record, and finish it."""
        for _ in range(MOST_ROUNDS):
            task = next_task(self.place, self.person, (TaskKind.RECORD,))
            if task is None or task.sheet is None:
                return
            view = self._settled(record_view(self.place, self.person, task.sheet))
            for rule in view.open_rules:
                key = (view.sheet, view.index, view.version)
                view = acknowledge(self.place, self.person, key, rule, LET_STAND)
                self.counted["findings let stand"] += 1
            finish(self.place, self.person, task.id)
            self.counted["records finished"] += 1

    def summary(self) -> str:
        """What was done, in one line."""
        return ", ".join(f"{count} {what}" for what, count in self.counted.items())

    def _settled(self, view: RecordView) -> RecordView:
        fields = self._answers(view)
        while view.open_fields:
            answers = {name: self._answer(view, name, fields) for name in view.open_fields}
            key = (view.sheet, view.index, view.version)
            view = settle_fields(self.place, self.person, key, answers)
            self.counted["fields settled"] += len(answers)
        return view

    def _answers(self, view: RecordView) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for contents, fields in self._records:
            if contents & set(view.pages.values()):
                known |= fields
        return known

    def _answer(self, view: RecordView, name: str, fields: dict[str, Any]) -> Answer:
        if name in fields:
            return Answer(fields[name]["value"], State(fields[name]["state"]))
        reading = view.fields[name]
        if reading.state is State.ANSWERED and reading.decision is Decision.ACCEPT:
            return Answer(reading.value)
        return Answer(None, State.BLANK)

    def _page_answer(self, task: TaskRow) -> PageAnswer:
        said = self._pages.get(str(task.content))
        if said is None:
            return PageAnswer(
                PageWord.ALONE if task.kind == TaskKind.UNJOINED else PageWord.FOREIGN
            )
        other = self._content_of.get(said.get("about") or "")
        return PageAnswer(PageWord(said["word"]), other)


def _signed_in(place: Workplace) -> Person:
    with place.db.read() as session:
        person = find_person(session, "admin")
    if person is None:
        raise CpimsScanError("The workspace has nobody who may sign in. Run cpims-scan init.")
    return person
