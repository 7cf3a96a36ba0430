"""What the tests of the line share: workspaces, filled sheets drawn once, somebody at the desk."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.crash import PACKS as EXAMPLE_PACKS
from cpims_scan.domain.paper import BatchContext
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.scan import Stack, scan
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.settings import Settings, load_settings
from cpims_scan.store.people import Person
from cpims_scan.store.scope import ALL_OFFICES
from cpims_scan.store.states import Role
from simulator.sheets import FilledSheet, make_sheet
from tests.pipeline.papers import scanned


@pytest.fixture(scope="session")
def bundled() -> Catalog:
    """The packs that ship."""
    return load_catalog(None)


@pytest.fixture(scope="session")
def example() -> Catalog:
    """The pack of the documentation, a form of one page."""
    return load_catalog(EXAMPLE_PACKS)


@pytest.fixture(scope="session")
def filled(bundled: Catalog) -> FilledSheet:
    """One filled case record sheet of two pages."""
    return make_sheet(bundled, "case_record_sheet_a", "2015-08", 2000)


@pytest.fixture(scope="session")
def other(bundled: Catalog) -> FilledSheet:
    """The sheet of another child."""
    return make_sheet(bundled, "case_record_sheet_a", "2015-08", 2001)


@pytest.fixture
def place(settings: Settings) -> Iterator[Workplace]:
    """A fresh workspace with the packs that ship."""
    with open_workplace(settings, make=True) as opened:
        yield opened


@pytest.fixture
def visits(settings: Settings) -> Iterator[Workplace]:
    """A fresh workspace with the example pack."""
    with open_workplace(dataclasses.replace(settings, packs=EXAMPLE_PACKS), make=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def readers() -> Iterator[Engine]:
    """Two processes with the packs that ship, kept for all tests that do not kill them."""
    with Engine(2) as engine:
        yield engine


@pytest.fixture(scope="session")
def scanned_room(
    readers: Engine, filled: FilledSheet, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A workspace whose batch B is one read sheet that waits at the desk; copied, never used."""
    room = tmp_path_factory.mktemp("scanned")
    file = scanned(filled.pages, 1, room / "monday.pdf")
    with open_workplace(load_settings(workspace=room / "office"), make=True) as opened:
        scan(opened, readers, [file], Stack("B", BatchContext("290"), "test"))
    return room / "office"


@pytest.fixture
def reviewed(scanned_room: Path, settings: Settings) -> Iterator[Workplace]:
    """A workspace of its own with one sheet at the desk."""
    shutil.copytree(scanned_room, settings.workspace)
    with open_workplace(settings, make=True) as opened:
        yield opened


@pytest.fixture
def clerk() -> Person:
    """Somebody who sees all offices."""
    return somebody("amina.clerk")


def somebody(name: str) -> Person:
    """A person as signed in; nothing of them is stored."""
    roles = frozenset((Role.DATA_OFFICER,))
    return Person(name, name, name, roles, ALL_OFFICES, "en", True, False)


@pytest.fixture
def sheet_file(filled: FilledSheet, tmp_path: Path) -> Path:
    """The filled sheet as scanned on the first day."""
    return scanned(filled.pages, 1, tmp_path / "monday.pdf")
