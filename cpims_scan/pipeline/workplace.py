"""An opened workspace: settings, databases, packs and page store, passed to whatever needs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.steps import station
from cpims_scan.settings import Settings
from cpims_scan.store.database import Database, open_database
from cpims_scan.store.migrations import migrate, require_current
from cpims_scan.store.pages import PageStore

NAIROBI = ZoneInfo("Africa/Nairobi")


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every command and the desk work with."""

    settings: Settings
    db: Database
    catalog: Catalog
    pages: PageStore

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        """The date in Nairobi."""
        return dt.datetime.now(NAIROBI).date()


@contextmanager
def open_workplace(settings: Settings, make: bool = False) -> Iterator[Workplace]:
    """
    Open the workspace; `make` brings its tables to this version first, or makes them.

    Raises:
        StoreError: A database cannot be opened, or is not of this version.
        TemplateError: A form pack is wrong.
    """
    db = open_database(settings.database)
    try:
        if make:
            migrate(db)
        else:
            require_current(db)
        catalog = station(settings.packs).catalog
        yield Workplace(settings, db, catalog, PageStore(settings.page_store))
    finally:
        db.close()
