"""The sample forms, scanned as a clerk would: every page in its place, nothing wrong kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Kind, PageReading
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import load_settings
from cpims_scan.store.batches import status
from cpims_scan.store.queue import readings_of
from simulator.score import Tally
from simulator.truth import Sample, read_samples, tally_of

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "sample_forms"
# Below what these weights reach on the samples (marks 98.7, counts 99.8 %), so that only a real
# loss fails; dates and numbers of telephones and IDs have no floor worth the name yet.
LEAST_RIGHT = {Kind.MARK: 0.97, Kind.NUMBER: 0.99}

Scanned = tuple[Workplace, list[Sample]]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    """A workspace into which all samples were scanned, and the truth about them."""
    settings = load_settings(workspace=tmp_path_factory.mktemp("samples") / "w", workers=2)
    with open_workplace(settings, make=True) as place:
        with Engine(2) as engine:
            scan(place, engine, [SAMPLES], Stack("SAMPLES", BatchContext(), "test"))
        yield place, read_samples(SAMPLES, place)


@pytest.fixture(scope="module")
def tallies(scanned: Scanned) -> dict[Kind, Tally]:
    """How much was read right and accepted, by kind."""
    return tally_of(*scanned)


def seen(reading: PageReading) -> tuple[str, str | None, str | None, int | None]:
    """What a page was taken for."""
    match = reading.match
    if match is None or match.is_unknown:
        return reading.state, None, None, None
    return reading.state, match.form, match.edition, match.page


def test_samples__every_page_is_what_it_is(scanned: Scanned) -> None:
    """Form, edition, page, blank backs and foreign pages are told as they are."""
    place, samples = scanned
    truth = {
        sample.contents[f"{sample.name}#{page['number']}"]: (
            page["state"],
            page["form"],
            page["edition"],
            page["page"],
        )
        for sample in samples
        for page in sample.expected["pages"]
    }
    with place.db.read() as session:
        readings = readings_of(session, list(truth))

    assert truth == {content: seen(reading) for content, reading in readings.items()}


def test_samples__states_add_up(scanned: Scanned) -> None:
    """Every page that came in is in exactly one state."""
    place, samples = scanned
    with place.db.read() as session:
        pages = status(session)["batches"][0]["pages"]

    assert sum(len(sample.expected["pages"]) for sample in samples) == pages["in"]
    assert pages["in"] == sum(count for word, count in pages.items() if word != "in")


def test_samples__nothing_wrong_is_accepted(tallies: dict[Kind, Tally]) -> None:
    """No accepted value is wrong, and no ink is called blank."""
    assert sum(tally.accepted_wrong for tally in tallies.values()) == 0
    assert sum(tally.ink_called_blank for tally in tallies.values()) == 0


@pytest.mark.parametrize("kind", LEAST_RIGHT)
def test_samples__are_read(tallies: dict[Kind, Tally], kind: Kind) -> None:
    """Marks and counts are read right, accepted or not."""
    assert tallies[kind].right >= LEAST_RIGHT[kind] * tallies[kind].written
