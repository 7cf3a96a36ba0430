"""Records of invented children, as they come out of checking, and a central database to load."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.loadspec import Loading, find_loading
from cpims_scan.central.own import OWN
from cpims_scan.central.reference import COUNTY, SUB_COUNTY, WARD, Area, LoadContext, Reference
from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord, Value
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.template import Form
from cpims_scan.store.database import Database

CHECKOUT = Path(__file__).parents[2]
SHEET = "6a2f0f4e-1f0a-4c53-9d4e-0a1b2c3d4e5f"
NOW = dt.datetime(2026, 3, 12, 9, 30, tzinfo=dt.UTC)
CHANGAMWE, MOMBASA, PORT_REITZ = "48", "1", "338"

# What one filled sheet says, and what a person answered where CPIMS wants more.
CASE: dict[str, Value] = {
    "sub_county": CHANGAMWE,
    "date_of_reporting": "2026-03-02",
    "reporter_name": "Otieno Juma",
    "reporter_address": "P.O. Box 12, Changamwe",
    "first_name": "Neema",
    "middle_name": "Akinyi",
    "last_name": "Wanjala",
    "date_of_birth": "2015-06-01",
    "sex": "female",
    "home_sub_county": CHANGAMWE,
    "home_ward": PORT_REITZ,
    "mental_condition": "normal",
    "physical_condition": "normal",
    "other_condition": "normal",
    "event_date": "2026-02-27",
    "case_category": "CDIS",
    "case_nature": "one_off",
    "risk_level": "medium",
    "case_reporter": "CRFA",
    "perpetrator_status": "PUNK",
    "event_place_type": "PEHF",
    "referral_present": "no",
}


def catalog() -> Catalog:
    """The packs of the checkout."""
    return load_catalog(CHECKOUT)


def loading_of(packs: Catalog, name: str) -> Loading:
    """A form's load.yaml."""
    loading = find_loading(CHECKOUT, packs.forms[name])
    if loading is None:
        raise LookupError(name)
    return loading


def places() -> Reference:
    """The places that these records name, without a database."""
    return Reference(
        {
            1: Area(1, COUNTY, "Mombasa", "1", None),
            48: Area(48, SUB_COUNTY, "Changamwe", "1", 1),
            49: Area(49, SUB_COUNTY, "Jomvu", "2", 1),
            338: Area(338, WARD, "Port Reitz", "1", 48),
        },
        {"U000018": 7, "CHANGAMWE CHILDREN OFFICE": 7},
    )


def record(form: Form, values: dict[str, Value], **changes: Any) -> ValidatedRecord:
    """A record whose fields are `values`; every other field is blank, or asked and open."""
    fields = {name: reading(form, name, values.get(name)) for name in form.fields}
    made = ValidatedRecord(
        sheet=SHEET, revision=1, form=form.name, edition="2015-08", index=1, fields=fields
    )
    return dataclasses.replace(made, **changes)


def reading(form: Form, name: str, value: Value) -> FieldReading:
    """One field as decoded and settled."""
    field = form.fields[name]
    source = "person" if field.spec.ask else "ink"
    if value is None and field.spec.ask:
        open_ = Decision.REVIEW
        return FieldReading(name, field.kind, State.UNREAD, None, 0.0, source, open_, ("ask",))
    state = State.BLANK if value is None else State.ANSWERED
    return FieldReading(name, field.kind, state, value, 0.99, source, Decision.ACCEPT)


def context(reference: Reference, **changes: Any) -> LoadContext:
    """Who loads, and when."""
    return dataclasses.replace(LoadContext(reference, NOW), **changes)


def with_values(form: Form, **values: Value) -> dict[str, Value]:
    """The usual case with other answers; a double underscore stands for the dot of a table."""
    return CASE | {name.replace("__", "."): value for name, value in values.items()}


def rows_of(central: Database, table: str) -> list[dict[str, Any]]:
    """Every row of a CPIMS table, or of ours, by its key."""
    found = TABLES.get(table, OWN.tables.get(table))
    assert found is not None
    with central.read() as session:
        query = sa.select(found).order_by(*found.primary_key.columns)
        return [dict(row) for row in session.execute(query).mappings()]
