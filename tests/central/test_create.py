"""CPIMS's tables are made only where there is no CPIMS; ours stand beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.create import create_central
from cpims_scan.central.own import OWN
from cpims_scan.central.reference import COUNTY, SUB_COUNTY, WARD, read_reference
from cpims_scan.central.registry import CPIMS
from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database, open_database
from tests.central.records import CHECKOUT


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    database = open_database(f"sqlite:///{tmp_path}/empty.sqlite")
    yield database
    database.close()


def _tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def test_create__makes_everything_in_an_empty_database(empty: Database) -> None:
    """A workspace without CPIMS has a central database that looks the same."""
    assert create_central(empty)
    assert _tables(empty) == set(TABLES) | set(OWN.tables)


def test_create__on_a_real_cpims_makes_only_our_own_tables(empty: Database) -> None:
    """Nothing of theirs is made, changed or filled."""
    with empty.begin() as session:
        CPIMS.create_all(session.connection())
        session.execute(sa.text("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)"))
    is_own = create_central(empty, CHECKOUT)

    assert not is_own
    assert _tables(empty) - set(TABLES) == set(OWN.tables) | {"django_migrations"}
    assert read_reference(empty).areas == {}


def test_create__again_changes_nothing(empty: Database) -> None:
    """It is safe to repeat."""
    create_central(empty, CHECKOUT)
    create_central(empty, CHECKOUT)

    assert len(read_reference(empty).areas) == 47 + 290 + 1450


def test_create__adds_what_a_later_version_needs(empty: Database) -> None:
    """A database of our own from an earlier version gets the tables that it lacks."""
    create_central(empty)
    with empty.begin() as session:
        TABLES["ovc_case_event_summon"].drop(session.connection())
    create_central(empty)

    assert "ovc_case_event_summon" in _tables(empty)


def test_create__another_edition_of_cpims_is_refused(empty: Database) -> None:
    """A CPIMS in which some of the tables are missing is no database to load into."""
    with empty.begin() as session:
        TABLES["list_geo"].create(session.connection())
        session.execute(sa.text("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)"))

    with pytest.raises(StoreError, match="edition of CPIMS"):
        create_central(empty)


def test_places__have_the_ids_and_codes_of_cpims(central: Database) -> None:
    """area_id is 47 more than the constituency's code, 337 more than the ward's."""
    areas = read_reference(central).areas

    assert (areas[1].kind, areas[1].code, areas[1].parent) == (COUNTY, "1", None)
    assert (areas[48].kind, areas[48].code, areas[48].parent) == (SUB_COUNTY, "1", 1)
    assert (areas[338].kind, areas[338].code, areas[338].parent) == (WARD, "1", 48)


def test_places__are_those_of_the_facts(central: Database, shared: Path) -> None:
    """Every place of the official list, with its id, kind, code and parent."""
    with (shared / "facts" / "geo.csv").open(encoding="utf-8", newline="") as stream:
        wanted = {
            int(row["area_id"]): (
                row["area_type_id"],
                row["area_code"],
                int(row["parent_area_id"]) if row["parent_area_id"] else None,
            )
            for row in csv.DictReader(stream)
        }
    areas = read_reference(central).areas

    assert {key: (a.kind, a.code, a.parent) for key, a in areas.items()} == wanted


def test_reference__ambiguous_name_is_no_place(central: Database) -> None:
    """A ward's name that stands several times needs its sub-county, or its number."""
    reference = read_reference(central)
    names = [a.name for a in reference.areas.values() if a.kind == WARD]
    double = next(name for name in names if names.count(name) > 1)

    assert reference.area(double, (WARD,)) is None
