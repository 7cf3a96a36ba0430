"""Makes our own central tables anywhere, and CPIMS's only where there is no CPIMS yet."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.own import OWN
from cpims_scan.central.reference import COUNTY, SUB_COUNTY, WARD
from cpims_scan.central.registry import CPIMS
from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database

# dbschema.md section 0: area_id = offset + the official code of a county, a constituency, a ward.
PLACES = (
    ("counties.csv", COUNTY, 0),
    ("sub_counties.csv", SUB_COUNTY, 47),
    ("wards.csv", WARD, 337),
)


# Django keeps its migrations here, so that only a real CPIMS has this table.
OF_CPIMS = "django_migrations"


def create_central(central: Database, packs: Path | None = None) -> bool:
    """
    Prepare a central database; safe to repeat.

    On a real CPIMS only our own tables are made, beside theirs. Elsewhere CPIMS's tables are made
    too, so that a workspace without CPIMS works the same way, and the places are filled from the
    code lists.

    Args:
        central: The central database.
        packs: Folder that holds `form_templates/_lists`; None leaves the places empty.

    Returns:
        True when it is no real CPIMS, but one of our own.

    Raises:
        StoreError: It is a CPIMS, but of another edition: a table is missing.
    """
    there = set(sa.inspect(central.engine).get_table_names())
    missing = sorted(set(TABLES) - there)
    is_own = OF_CPIMS not in there
    if missing and not is_own:
        raise StoreError(
            f"{central.name}: CPIMS's table '{missing[0]}' is missing. Loading needs the DCS "
            "edition of CPIMS; check that --central names the right database."
        )
    with central.begin() as session:
        if is_own and missing:
            CPIMS.create_all(session.connection())
        OWN.create_all(session.connection())
        if is_own and packs is not None:
            _fill_places(session, packs / "form_templates" / "_lists")
    return is_own


def _fill_places(session: Session, folder: Path) -> None:
    geo = TABLES["list_geo"]
    if session.scalar(sa.select(sa.func.count()).select_from(geo)):
        return
    areas = _areas(folder)
    if areas:
        session.execute(sa.insert(geo), areas)


def _areas(folder: Path) -> list[dict[str, Any]]:
    now = dt.datetime.now(dt.UTC)
    areas: list[dict[str, Any]] = []
    for name, kind, offset in PLACES:
        file = folder / name
        if not file.is_file():
            continue
        with file.open(encoding="utf-8", newline="") as stream:
            areas += [_area(row, kind, offset, now) for row in csv.DictReader(stream)]
    return areas


def _area(row: dict[str, str], kind: str, offset: int, now: dt.datetime) -> dict[str, Any]:
    parent = row.get("parent")
    return {
        "area_id": int(row["code"]),
        "area_type_id": kind,
        "area_name": row["label_en"],
        "area_code": str(int(row["code"]) - offset),
        "parent_area_id": int(parent) if parent else None,
        "area_name_abbr": None,
        "timestamp_created": now,
        "timestamp_updated": now,
        "is_void": False,
    }
