"""Writes one planned row: a new one, the changed columns of an old one, or its voiding."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.cells import Cell
from cpims_scan.central.cpims import TABLES
from cpims_scan.central.derive import Deferred
from cpims_scan.central.plan import LoadPlan, PlannedRow
from cpims_scan.central.provenance import Standing, as_json, key_of, own_id_of, write_standing
from cpims_scan.central.reference import KENYA
from cpims_scan.errors import CpimsScanError


class SerialTakenError(CpimsScanError):
    """The paper's case serial belongs to another case in CPIMS."""

    def __init__(self, field: str | None) -> None:
        super().__init__("The case serial on the paper belongs to another case. Look at both.")
        self.field = field


class ChangedInCpimsError(CpimsScanError):
    """Somebody changed a value in CPIMS that the paper now changes too."""

    def __init__(self, field: str | None, table: str, column: str) -> None:
        super().__init__(f"{table}.{column} was changed in CPIMS since it was loaded.")
        self.field, self.table, self.column = field, table, column


@dataclass(frozen=True, slots=True)
class Writing:
    """A transaction under way: `keys` are the central keys of the rows written so far, by role."""

    session: Session
    plan: LoadPlan
    keys: dict[str, Any]


def write_row(writing: Writing, row: PlannedRow, before: Standing | None) -> None:
    """
    Insert a row, or bring the one of an earlier revision up to date.

    Raises:
        SerialTakenError: The paper's serial belongs to another case.
        ChangedInCpimsError: CPIMS no longer holds what we last wrote in a column to be changed.
    """
    if before is not None:
        _update(writing, row, before)
    elif row.same_as is not None:
        _take(writing, row, row.same_as)
    else:
        _insert(writing, row)


def void_row(writing: Writing, row: Standing) -> None:
    """Void a row that the sheet no longer has; CPIMS deletes nothing either."""
    table = TABLES[row.table]
    if not row.is_ours or "is_void" not in table.columns:
        return
    writing.session.execute(sa.update(table).where(_is(table, row.key)).values(is_void=True))
    gone = dataclasses.replace(row, is_void=True, loaded=row.loaded | {"is_void": True})
    write_standing(writing.session, writing.plan, gone)


def typed_key(table: sa.Table, key: str) -> int | uuid.UUID:
    """A row's key, from the text that we keep."""
    (column,) = table.primary_key.columns
    return int(key) if isinstance(column.type, sa.Integer) else uuid.UUID(key)


def _is(table: sa.Table, key: str) -> sa.ColumnElement[bool]:
    (column,) = table.primary_key.columns
    return column == typed_key(table, key)


def _insert(writing: Writing, row: PlannedRow) -> None:
    table = TABLES[row.table]
    values = {name: _resolve(writing, row, name, cell) for name, cell in row.cells.items()}
    there = _find(writing, table, {name: values[name] for name in row.once})
    if there is not None:
        _take(writing, row, there)
        return
    result = writing.session.execute(sa.insert(table).values(values))
    primary = result.inserted_primary_key  # type: ignore[attr-defined]  # an insert's own result
    key = primary[0]
    writing.keys[row.role] = key
    loaded = {name: as_json(value) for name, value in values.items()}
    write_standing(
        writing.session,
        writing.plan,
        Standing(row.role, row.table, str(key), True, False, loaded),
    )


def _take(writing: Writing, row: PlannedRow, key: Any) -> None:
    """Point at a row of CPIMS that is not ours; it is never changed and never voided."""
    writing.keys[row.role] = key
    standing = Standing(row.role, row.table, str(key), False, False, {})
    write_standing(writing.session, writing.plan, standing)


def _find(writing: Writing, table: sa.Table, values: dict[str, Any]) -> Any:
    """The key of a row with these values; None when there is none, or nothing to look by."""
    if not values:
        return None
    wanted = [table.c[name] == value for name, value in values.items()]
    if "is_void" in table.columns:
        wanted.append(table.c.is_void.is_(False))
    (key,) = table.primary_key.columns
    return writing.session.scalar(sa.select(key).where(*wanted).order_by(key).limit(1))


def _update(writing: Writing, row: PlannedRow, before: Standing) -> None:
    table = TABLES[row.table]
    writing.keys[row.role] = typed_key(table, before.key)
    if not before.is_ours:
        return
    changed: dict[str, Any] = {}
    for name, cell in row.cells.items():
        if cell.is_fixed:
            continue
        value = _resolve(writing, row, name, cell)
        if as_json(value) != before.loaded.get(name):
            changed[name] = value
    if not changed:
        return
    _refuse_lost_work(writing, row, before, changed)
    writing.session.execute(sa.update(table).where(_is(table, before.key)).values(changed))
    loaded = before.loaded | {name: as_json(value) for name, value in changed.items()}
    now = dataclasses.replace(before, is_void=bool(loaded.get("is_void")), loaded=loaded)
    write_standing(writing.session, writing.plan, now)


def _refuse_lost_work(
    writing: Writing, row: PlannedRow, before: Standing, changed: dict[str, Any]
) -> None:
    """Someone may have corrected the same value in CPIMS: that work is never written over."""
    table = TABLES[row.table]
    query = sa.select(*(table.c[name] for name in changed)).where(_is(table, before.key))
    now = writing.session.execute(query).mappings().one_or_none()
    for name in changed:
        if now is None or as_json(now[name]) != before.loaded.get(name):
            raise ChangedInCpimsError(row.cells[name].field, row.table, name)


def _resolve(writing: Writing, row: PlannedRow, name: str, cell: Cell) -> Any:
    value = cell.value
    if not isinstance(value, Deferred):
        if name == "case_serial" and isinstance(value, str) and _is_taken(writing, value):
            raise SerialTakenError(cell.field)
        return value
    plan, given = writing.plan, dict(value.given)
    if value.kind == "row":
        return writing.keys.get(given["role"])
    if value.kind == "key":
        return key_of(plan.sheet, plan.index, row.role, plan.revision)
    if value.kind == "own_id":
        return own_id_of(plan.sheet, plan.index, given["name"])
    if value.kind == "serial":
        return _next_serial(writing, given["row"], given["column"])
    if value.kind == "persons":
        ids = [writing.keys[role] for role in given["rows"] if role in writing.keys]
        return ",".join(str(person) for person in ids)
    if value.kind == "form_id":
        return writing.keys[given["row"]].hex
    return plan.now.astimezone(KENYA).date() if value.kind == "today" else plan.now


def _is_taken(writing: Writing, serial: str) -> bool:
    case = TABLES["ovc_case_record"]
    query = sa.select(case.c.case_id).where(case.c.case_serial == serial, case.c.is_void.is_(False))
    return writing.session.execute(query.limit(1)).first() is not None


def _next_serial(writing: Writing, role: str, column: str) -> str:
    """
    Make a case serial as CPIMS makes it: the number of cases of the sub-county, plus one.

    CPIMS may give a serial twice (voided rows count, numbers on paper do not); we go on to the
    next free one.

    Source: generate_serialnumber in cpovc_forms/views.py, DCS-Kenya/cpims-dcs-3.0.
    """
    geo, areas = TABLES["ovc_case_geo"], TABLES["list_geo"]
    office = next(r.cells[column].value for r in writing.plan.rows if r.role == role)
    area = writing.session.execute(sa.select(areas).where(areas.c.area_id == office)).one()
    count = sa.select(sa.func.count()).where(geo.c.report_subcounty_id == office)
    number = int(writing.session.scalar(count) or 0) + 1
    year = writing.plan.now.astimezone(KENYA).year
    while True:
        serial = f"CCO/{area.parent_area_id}/{area.area_code}/5/29/{number}/{year}"
        if not _is_taken(writing, serial):
            return serial
        number += 1
