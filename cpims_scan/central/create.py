"""Makes our own central tables anywhere, and CPIMS's only where there is no CPIMS yet."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa

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


def create_central(central: Database, packs: Path | None = None) -> bool:
    """
    Prepare a central database; safe to repeat.

    On a real CPIMS only our own tables are made, beside theirs. In an empty database CPIMS's
    tables are made too, so that a workspace without CPIMS works the same way, and the places are
    filled from the code lists.

    Args:
        central: The central database.
        packs: Folder that holds `form_templates/_lists`; None leaves the places empty.

    Returns:
        True when CPIMS's tables were made, False when they were there.

    Raises:
        StoreError: Some of CPIMS's tables are there and others are not: it is another edition.
    """
    there = set(sa.inspect(central.engine).get_table_names())
    missing = sorted(set(TABLES) - there)
    is_empty = not there & set(TABLES)
    if missing and not is_empty:
        raise StoreError(
            f"{central.name}: CPIMS's table '{missing[0]}' is missing. Loading needs the DCS "
            "edition of CPIMS; check that --central names the right database."
        )
    with central.begin() as session:
        if is_empty:
            CPIMS.create_all(session.connection())
        OWN.create_all(session.connection())
        if is_empty and packs is not None:
            areas = _areas(packs / "form_templates" / "_lists")
            if areas:
                session.execute(sa.insert(TABLES["list_geo"]), areas)
    return is_empty


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
