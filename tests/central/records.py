"""Records of invented children, as they come out of checking, and a central database to load."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from cpims_scan.central.loadspec import Loading, find_loading
from cpims_scan.central.reference import LoadContext, Reference
from cpims_scan.domain.paper import BatchContext
from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord, Value
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.template import Form

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


def sheet_a(packs: Catalog) -> tuple[Form, Loading]:
    """The form and its load.yaml."""
    form = packs.forms["case_record_sheet_a"]
    loading = find_loading(CHECKOUT, form)
    assert loading is not None
    return form, loading


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
    if value is None and field.spec.ask:
        state, decision, reasons = State.UNREAD, Decision.REVIEW, ("ask",)
    else:
        state = State.BLANK if value is None else State.ANSWERED
        decision, reasons = Decision.ACCEPT, ()
    source = "person" if field.spec.ask else "ink"
    return FieldReading(name, field.kind, state, value, 0.99, source, decision, reasons)


def context(reference: Reference, **changes: Any) -> LoadContext:
    """Who loads, and when."""
    return dataclasses.replace(LoadContext(reference, NOW), **changes)


def batch(office: str | None = None) -> BatchContext:
    """What the clerk said about the stack."""
    return BatchContext(office=office)
