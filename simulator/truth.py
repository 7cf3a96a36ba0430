"""The truth beside the samples, matched to what a workspace holds by the content of the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpims_scan.domain.record import Kind, ValidatedRecord
from cpims_scan.imaging.intake import list_pages
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.records import find_record
from cpims_scan.store.sheets import sheets_with
from simulator.score import Tally, score, total


@dataclass(frozen=True, slots=True)
class Sample:
    """
    One sample file and what is true of it.

    Attributes:
        contents: Content of every page, by its key file#number.
        expected: F.expected.json.
    """

    name: str
    contents: dict[str, str]
    expected: dict[str, Any]


def read_samples(folder: Path, place: Workplace) -> list[Sample]:
    """Read every expected file below a folder, and the contents of the pages it speaks of."""
    samples = []
    for truth in sorted(folder.glob("*/*.expected.json")):
        file = truth.with_name(truth.name.removesuffix(".expected.json"))
        name = str(file.relative_to(folder))
        contents = {f"{name}#{p.number}": p.content for p in list_pages(file) if p.content}
        samples.append(Sample(name, contents, json.loads(truth.read_text(encoding="utf-8"))))
    return samples


def record_with(place: Workplace, content: str) -> ValidatedRecord | None:
    """The record of the sheet that a page belongs to, if it belongs to one."""
    with place.db.read() as session:
        for sheet in sheets_with(session, content):
            return find_record(session, sheet.key)
    return None


def tally_of(place: Workplace, samples: list[Sample]) -> dict[Kind, Tally]:
    """Score every record that stands as it was read; a record is counted once."""
    seen: set[str] = set()
    tallies = []
    for sample in samples:
        for truth in sample.expected["records"]:
            first = _key(sample, truth["pages"][0])
            record = record_with(place, sample.contents.get(first, ""))
            if record is None or record.sheet in seen:
                continue
            seen.add(record.sheet)
            edition = place.catalog.edition(record.form, record.edition)
            tallies.append(score(record.fields, truth["values"], truth["states"], edition))
    return total(tallies)


def _key(sample: Sample, page: int | str) -> str:
    return page if isinstance(page, str) else f"{sample.name}#{page}"
