"""A central database as an office without CPIMS has it, on SQLite."""

from __future__ import annotations

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


@pytest.fixture(scope="session")
def packs() -> Catalog:
    """The packs of the checkout, read once."""
    return records.catalog()


@pytest.fixture(scope="session")
def form(packs: Catalog) -> Form:
    """Case Record Sheet A."""
    return records.sheet_a(packs)[0]


@pytest.fixture(scope="session")
def loading(packs: Catalog) -> Loading:
    """Its load.yaml."""
    return records.sheet_a(packs)[1]


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Database]:
    """An embedded central database with the places of Kenya."""
    database = open_database(f"sqlite:///{tmp_path}/central.sqlite")
    create_central(database, records.CHECKOUT)
    yield database
    database.close()


@pytest.fixture
def reference(central: Database) -> Reference:
    """Its places."""
    return read_reference(central)
