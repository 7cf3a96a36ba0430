"""What a load must know besides the paper: CPIMS's places and units, who loads, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.store.database import Database

COUNTY, SUB_COUNTY, WARD = "GPRV", "GDIS", "GWRD"  # CPIMS's area_type_id
KENYA = ZoneInfo("Africa/Nairobi")

# CPIMS's own number for a user it does not know (default of its created_by columns). On a real
# CPIMS the office names an account of its own, because some columns are foreign keys.
UNKNOWN_USER = 404
THIS_MACHINE = "127.0.0.1"

# What a person said about a possible duplicate: another child, or the id of the same one.
PersonAnswer = int | Literal["different"]


@dataclass(frozen=True, slots=True)
class Area:
    """One county, sub-county or ward of list_geo."""

    area_id: int
    kind: str
    name: str
    code: str | None
    parent: int | None


@dataclass(frozen=True, slots=True)
class Reference:
    """CPIMS's places by id, and its units by visible id and by name (upper case)."""

    areas: dict[int, Area] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    def area(self, written: str, kinds: tuple[str, ...], within: int | None = None) -> Area | None:
        """
        Find a place by its area_id or by its name.

        Args:
            written: As in the code lists (the area_id), or as a person wrote it.
            kinds: CPIMS's area_type_id that are meant.
            within: area_id of the place that a name must lie in; None for anywhere.

        Returns:
            None when there is none, or more than one of that name.
        """
        if written.isdigit():
            found = self.areas.get(int(written))
            return found if found and found.kind in kinds else None
        wanted = _plain(written)
        named = [
            area
            for area in self.areas.values()
            if area.kind in kinds and _plain(area.name) == wanted and within in (None, area.parent)
        ]
        return named[0] if len(named) == 1 else None

    def unit(self, written: str) -> int | None:
        """Find an organisation unit by its visible id or its name."""
        return self.units.get(written.strip().upper())


@dataclass(frozen=True, slots=True)
class LoadContext:
    """
    What every load of one run shares.

    Attributes:
        user: Id of the CPIMS account that loads.
        machine: Address of the machine that loads, for CPIMS's audit trail.
        now: Time of the load, UTC.
        people: What a person answered about possible duplicates, by row (`child`, `mother`).
        single_keyed: True when the second key was not given in time (practice.md 26).
    """

    reference: Reference
    now: dt.datetime
    user: int = UNKNOWN_USER
    machine: str = THIS_MACHINE
    people: dict[str, PersonAnswer] = field(default_factory=dict)
    single_keyed: bool = False

    @property
    def today(self) -> dt.date:
        """Date of the load in Kenya."""
        return self.now.astimezone(KENYA).date()


def read_reference(central: Database) -> Reference:
    """Read CPIMS's places and units, once a run."""
    geo, units = TABLES["list_geo"], TABLES["reg_org_unit"]
    with central.read() as session:
        areas = {
            row.area_id: Area(
                row.area_id, row.area_type_id, row.area_name, row.area_code, row.parent_area_id
            )
            for row in session.execute(sa.select(geo).where(geo.c.is_void.is_(False)))
        }
        found: dict[str, int] = {}
        for row in session.execute(sa.select(units).where(units.c.is_void.is_(False))):
            found.setdefault(row.org_unit_name.strip().upper(), row.id)
            found[row.org_unit_id_vis.strip().upper()] = row.id
    return Reference(areas, found)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
