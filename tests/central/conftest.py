"""A central database as an office without CPIMS has it, on SQLite and on real PostgreSQL."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpims_scan.central.create import create_central
from cpims_scan.central.loadspec import Loading
from cpims_scan.central.reference import Reference, read_reference
from cpims_scan.forms.catalog import Catalog
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database, open_database
from tests.central import records
from tests.postgres import Server, postgres_server


@pytest.fixture(scope="session")
def packs() -> Catalog:
    """The packs of the checkout, read once."""
    return records.catalog()


@pytest.fixture(scope="session")
def form(packs: Catalog) -> Form:
    """Case Record Sheet A."""
    return packs.forms["case_record_sheet_a"]


@pytest.fixture(scope="session")
def loading(packs: Catalog) -> Loading:
    """Its load.yaml."""
    return records.loading_of(packs, "case_record_sheet_a")


@pytest.fixture(scope="session")
def return_loading(packs: Catalog) -> Loading:
    """The load.yaml of the monthly summary."""
    return records.loading_of(packs, "monthly_caseload_summary")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that is made once and copied for each test."""
    file = tmp_path_factory.mktemp("central") / "filled.sqlite"
    _make(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, filled: Path) -> str:
    """Where an embedded central database with the places of Kenya stands."""
    if request.param == "sqlite":
        shutil.copy(filled, tmp_path / "central.sqlite")
        return f"sqlite:///{tmp_path}/central.sqlite"
    server = postgres_server()
    return server.url(server.new_database(_template(server)))


@pytest.fixture
def central(url: str) -> Iterator[Database]:
    """That database, open."""
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def places() -> Reference:
    """The places of Kenya, without a database."""
    return records.places()


def _make(url: str) -> None:
    database = open_database(url)
    create_central(database, records.CHECKOUT)
    database.close()


@functools.cache
def _template(server: Server) -> str:
    """The filled database is made once and copied for each test."""
    name = server.new_database()
    _make(server.url(name))
    return name


@pytest.fixture
def reference(central: Database) -> Reference:
    """Its places, as read from it."""
    return read_reference(central)
