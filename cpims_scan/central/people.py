"""CPIMS's own rule for a possible duplicate person: it holds a record back until someone says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cpims import TABLES
from cpims_scan.central.held import PossibleDuplicate
from cpims_scan.central.plan import LoadPlan, PlannedRow

NATIONAL_ID = "INTL"


def find_duplicates(
    session: Session, plan: LoadPlan, known: frozenset[str] = frozenset()
) -> tuple[PossibleDuplicate, ...]:
    """
    Find who in CPIMS may be one of the sheet's persons, about whom nobody has decided yet.

    Args:
        session: Of the central database.
        plan: The record's rows.
        known: Roles that an earlier revision has loaded already.

    Returns:
        In the order of the sheet. CPIMS's rule: first name, surname, birth date and sex (and
        other names, when given) are equal, and the person lives in the same sub-county (and ward,
        when given). For a relative it needs a birth date, because without one any two people of
        one name would match; the same national id number is enough for anyone.

    Source: person_duplicate in cpovc_registry/functions.py, DCS-Kenya/cpims-dcs-3.0.
    """
    found: list[PossibleDuplicate] = []
    for row in plan.rows:
        if row.person is None or row.is_answered or row.role in known:
            continue
        ids = {person: "name" for person in _same_name(session, row, plan)}
        ids |= {
            person: "national_id" for person in _same_id(session, row, plan) if person not in ids
        }
        found += [
            PossibleDuplicate(row.role, person, rule, _serials(session, person))
            for person, rule in sorted(ids.items())
        ]
    return tuple(found)


def _same_name(session: Session, row: PlannedRow, plan: LoadPlan) -> list[int]:
    person, geo = TABLES["reg_person"], TABLES["reg_persons_geo"]
    born = row.cells["date_of_birth"].value
    areas = _areas(row, plan)
    if not areas or (row.person == "relative" and not isinstance(born, dt.date)):
        return []
    wanted = [
        person.c.is_void.is_(False),
        sa.func.lower(person.c.first_name) == _lower(row, "first_name"),
        sa.func.lower(person.c.surname) == _lower(row, "surname"),
        person.c.sex_id == row.cells["sex_id"].value,
        person.c.date_of_birth == born if born else person.c.date_of_birth.is_(None),
    ]
    if row.cells["other_names"].value:
        wanted.append(sa.func.lower(person.c.other_names) == _lower(row, "other_names"))
    wanted += [
        person.c.id.in_(
            sa.select(geo.c.person_id).where(geo.c.area_id == area, geo.c.is_void.is_(False))
        )
        for area in areas
    ]
    return list(session.scalars(sa.select(person.c.id).where(*wanted)))


def _same_id(session: Session, row: PlannedRow, plan: LoadPlan) -> list[int]:
    """Persons with the same national id number, which CPIMS itself does not compare."""
    ids, person = TABLES["reg_persons_external_ids"], TABLES["reg_person"]
    written = [
        r.cells["identifier"].value
        for r in plan.rows
        if r.table == ids.name
        and r.cells["identifier_type_id"].value == NATIONAL_ID
        and dict(getattr(r.cells["person_id"].value, "given", ())).get("role") == row.role
    ]
    if not written:
        return []
    query = (
        sa.select(person.c.id)
        .join(ids, ids.c.person_id == person.c.id)
        .where(
            ids.c.identifier_type_id == NATIONAL_ID,
            ids.c.identifier.in_(written),
            ids.c.is_void.is_(False),
            person.c.is_void.is_(False),
        )
    )
    return list(session.scalars(query.distinct()))


def _areas(row: PlannedRow, plan: LoadPlan) -> list[Any]:
    """The sub-county first, as the rule wants it, then the ward."""
    return [
        r.cells["area_id"].value
        for role in row.lives_in
        for r in plan.rows
        if r.role == role and r.cells["area_id"].value is not None
    ]


def _lower(row: PlannedRow, column: str) -> str:
    return str(row.cells[column].value or "").lower()


def _serials(session: Session, person: int) -> tuple[str, ...]:
    case = TABLES["ovc_case_record"]
    query = sa.select(case.c.case_serial).where(
        case.c.person_id == person, case.c.is_void.is_(False)
    )
    return tuple(session.scalars(query.order_by(case.c.date_case_opened)))
