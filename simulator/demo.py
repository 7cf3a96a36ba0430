"""`make demo`: the main job on sample_forms/, from an empty workspace to the printed report."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cpims_scan.commands.batch import show_accounting
from cpims_scan.commands.people import first_person
from cpims_scan.domain.paper import BatchContext
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.load import load_ready
from cpims_scan.pipeline.run import Step
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import load_settings
from cpims_scan.store.batches import status
from cpims_scan.store.records import list_records, record_of
from simulator.demo_pictures import write_pictures
from simulator.demo_report import report_months
from simulator.officer import Officer
from simulator.truth import Sample, read_samples, tally_of

CHECKOUT = Path(__file__).parents[1]
SAMPLES = CHECKOUT / "sample_forms"
WORKSPACE = CHECKOUT / "demo-workspace"


def main() -> int:
    """Run the whole walk and print what happened at every station; 0 when nothing went wrong."""
    began = time.monotonic()
    console = Console(width=None if sys.stdout.isatty() else 132, highlight=False)
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    settings = load_settings(workspace=WORKSPACE)
    with open_workplace(settings, make=True) as place:
        said = first_person(place)
        _scan(place, console)
        samples = read_samples(SAMPLES, place)
        _show_accuracy(place, samples, console)
        _show_flags(place, console)
        _answer(place, samples, console)
        _load(place, console)
        reported = report_months(place, WORKSPACE, console)
        pictures = write_pictures(place, WORKSPACE / "pictures")
    console.rule("Look at it")
    console.print(f"Workbooks: {', '.join(str(f.relative_to(CHECKOUT)) for f in reported)}")
    console.print(f"What was read, drawn on {len(pictures)} pages: demo-workspace/pictures/")
    console.print(f"{said}")
    console.print(f"The demo took {time.monotonic() - began:.0f} s.")
    console.print("Next: .venv/bin/cpims-scan --workspace demo-workspace serve   (or: make serve)")
    return 0


def _scan(place: Workplace, console: Console) -> None:
    console.rule("Scan: every page of sample_forms/ is taken in and read")
    done = Counter[str]()

    def told(step: Step) -> None:
        done[step.kind] += 1
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done['file']} files, {done['page']} pages read ")

    with Engine(place.settings.workers) as engine:
        scan(place, engine, [SAMPLES], Stack("DEMO", BatchContext(), "demo"), told)
    sys.stderr.write("\r")
    with place.db.read() as session:
        show_accounting(status(session)["batches"])


def _show_accuracy(place: Workplace, samples: list[Sample], console: Console) -> None:
    console.rule("Accuracy against what was written (a smoke test on drawn pages, not a result)")
    table = Table("kind", "written", "right", "accepted by machine", "accepted and wrong")
    table.add_column("ink called blank")
    for kind, t in tally_of(place, samples).items():
        written = max(t.written, 1)
        table.add_row(
            kind.value,
            str(t.written),
            f"{t.right / written:.1%}",
            f"{t.accepted / written:.1%}",
            str(t.accepted_wrong),
            str(t.ink_called_blank),
        )
    console.print(table)


def _show_flags(place: Workplace, console: Console) -> None:
    console.rule("What waits for a person, and why")
    with place.db.read() as session:
        records = [record_of(row) for row in list_records(session)]
    reasons = Counter(
        reason.split(":")[0]
        for record in records
        for name in record.flagged
        for reason in record.fields[name].reasons
    )
    table = Table("why", "fields")
    for reason, count in reasons.most_common():
        table.add_row(reason, str(count))
    console.print(table)


def _answer(place: Workplace, samples: list[Sample], console: Console) -> None:
    console.rule("The sample officer answers, through the functions of the desk")
    officer = Officer(place, SAMPLES / "answers.json", samples)
    officer.answer_pages()
    officer.answer_records()
    console.print(officer.summary())
    with place.db.read() as session:
        show_accounting(status(session)["batches"])


def _load(place: Workplace, console: Console) -> None:
    console.rule("Load into the central database, each record read back")
    steps = load_ready(place)
    table = Table("form", "outcome", "why", "records")
    for (form, outcome, why), count in Counter((s.form, s.outcome, s.why) for s in steps).items():
        table.add_row(form, outcome, why, str(count))
    console.print(table)
    again = load_ready(place)
    console.print(f"Loaded once more: {len(again)} records; repeating changes nothing.")


if __name__ == "__main__":
    sys.exit(main())
