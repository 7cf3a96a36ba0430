"""Monthly returns into our own table: one return stands for an office and a month."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cpims_scan.central.figures import (
    BLANK,
    Place,
    ReturnAnswers,
    ReturnCell,
    ReturnPlan,
    plan_return,
)
from cpims_scan.central.held import Conflict, HeldBack
from cpims_scan.central.loads import alone, was_loaded, write_load
from cpims_scan.central.own import monthly_return_cell as cells
from cpims_scan.domain.record import LoadedRecord
from cpims_scan.store.database import Database

__all__ = ["ReturnAnswers", "ReturnPlan", "load_return", "plan_return"]


def load_return(central: Database, plan: ReturnPlan) -> LoadedRecord | HeldBack:
    """
    Load one return, or say why it must wait. Loading it again changes nothing.

    A second return for the same office and month with the same figures is a copy: it is noted and
    not stored twice. With other figures it is held back cell by cell until a person says whether it
    replaces the first or is rejected. Figures are never added up over returns.

    Raises:
        StoreError: The database refused.
    """
    record = plan.record
    if not plan.is_ready:
        return HeldBack(record.sheet, record.index, record.revision, plan.questions)
    with central.begin() as session:
        alone(session)
        if not was_loaded(session, record, plan.digest):
            held = _write(session, plan)
            if held is not None:
                return held
    with central.read() as session:
        return _read_back(session, plan)


def _write(session: Session, plan: ReturnPlan) -> HeldBack | None:
    record = plan.record
    standing = _standing(session, plan)
    other = next((row.sheet for row in standing.values() if row.sheet != record.sheet), None)
    if other is None or plan.answers.second == "replaces":
        conflicts: tuple[Conflict, ...] = ()
    else:
        conflicts = _conflicts(standing, plan)
        if conflicts and plan.answers.second is None:
            return HeldBack(
                record.sheet, record.index, record.revision, conflicts=conflicts, other_sheet=other
            )
    write_load(session, record, plan.digest, plan.now, plan.single_keyed)
    is_copy = other is not None and plan.answers.second != "replaces" and not conflicts
    if is_copy or conflicts:
        return None  # noted as received; the return that stands goes on standing
    session.execute(
        sa.update(cells).where(_of_month(plan), cells.c.is_current).values(is_current=False)
    )
    session.execute(sa.insert(cells), [_entry(plan, p, c) for p, c in plan.figures.items()])
    return None


def _of_month(plan: ReturnPlan) -> sa.ColumnElement[bool]:
    return sa.and_(
        cells.c.form == plan.record.form,
        cells.c.office == plan.office,
        cells.c.period == plan.period,
    )


def _standing(session: Session, plan: ReturnPlan) -> dict[Place, sa.Row[tuple[object, ...]]]:
    query = sa.select(cells).where(_of_month(plan), cells.c.is_current)
    return {(r.block, r.row, r.band, r.sex): r for r in session.execute(query)}


def _conflicts(
    standing: dict[Place, sa.Row[tuple[object, ...]]], plan: ReturnPlan
) -> tuple[Conflict, ...]:
    """Cells whose figure differs; a blank that counts as zero equals a written 0."""
    empty = ReturnCell(None, BLANK)
    return tuple(
        Conflict(*place, standing=old, new=new)
        for place in sorted(standing.keys() | plan.figures.keys())
        if (old := standing[place].value if place in standing else None)
        != (new := plan.figures.get(place, empty).value)
    )


def _entry(plan: ReturnPlan, place: Place, cell: ReturnCell) -> dict[str, object]:
    block, row, band, sex = place
    return {
        "form": plan.record.form,
        "office": plan.office,
        "period": plan.period,
        "block": block,
        "row": row,
        "band": band,
        "sex": sex,
        "value": cell.value,
        "state": cell.state,
        "sheet": plan.record.sheet,
        "revision": plan.record.revision,
        "as_of": plan.as_of,
        "loaded_at": plan.now,
        "is_current": True,
    }


def _read_back(session: Session, plan: ReturnPlan) -> LoadedRecord:
    """What stands now for the office and month; a copy or a rejected return points at the other."""
    record = plan.record
    standing = _standing(session, plan)
    is_ours = any(row.sheet == record.sheet for row in standing.values())
    now = {place: (row.value, row.state) for place, row in standing.items()}
    wanted = {place: (cell.value, cell.state) for place, cell in plan.figures.items()}
    became = "loaded" if is_ours else "rejected" if plan.answers.second == "rejected" else "copy"
    return LoadedRecord(
        sheet=record.sheet,
        revision=record.revision,
        central_ids={"office": plan.office, "period": plan.period, "became": became},
        loaded_at=plan.now,
        is_equal=not is_ours or now == wanted,
    )
