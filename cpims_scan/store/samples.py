"""The quality sample in the work database: who was drawn, what people said, what holds since."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cpims_scan.domain.record import FieldReading, State, Value
from cpims_scan.domain.trust import Basis, Checked, FieldClass
from cpims_scan.store.inserts import insert_new
from cpims_scan.store.states import SampleVerdict
from cpims_scan.store.trust_tables import (
    SampleAnswerRow,
    SampleDrawRow,
    SampleKeyRow,
    TrustThresholdRow,
)

KEY = 1  # the only row of sample_key
WRONG = SampleVerdict.WRONG
SECRET_BYTES = 32  # as long as the digest of the HMAC-SHA256 that it keys


@dataclass(frozen=True, slots=True)
class Drawn:
    """
    One field that the draw fell on.

    Attributes:
        index: Of the record, 1-based.
        is_accepted: By the machine; else it would be asked anyway, but with the machine's value.
        least: Threshold in force.
        inclusion: Probability of being drawn.
        writer: Whose errors belong together.
        machine: Digest of the weights that read it: a sample speaks of one machine alone.
    """

    sheet: str
    index: int
    revision: int
    reading: FieldReading
    field_class: FieldClass
    is_accepted: bool
    least: float
    inclusion: float
    writer: str
    machine: str


@dataclass(frozen=True, slots=True)
class Compared:
    """
    One drawn field whose blind answer was compared.

    Attributes:
        number: Of the draw; grows with time.
        answered: Number of the answer; grows with time.
    """

    number: int
    answered: int
    sheet: str
    is_accepted: bool
    checked: Checked


@dataclass(frozen=True, slots=True)
class InForce:
    """A threshold that the sample moved; `after_draw` is the newest draw of that moment."""

    field_class: FieldClass
    least: float
    basis: Basis
    after_draw: int
    at: dt.datetime
    by: str
    machine: str
    why: dict[str, Any]


def secret_of(session: Session) -> bytes:
    """Give the secret of this office's draw; the first who asks makes it."""
    row = session.get(SampleKeyRow, KEY)
    if row is None:
        insert_new(session, SampleKeyRow, id=KEY, secret=secrets.token_hex(SECRET_BYTES))
        row = session.get_one(SampleKeyRow, KEY)
    return bytes.fromhex(row.secret)


def lock_sample(session: Session) -> None:
    """Let one process at a time weigh the sample, so that nothing is moved twice for one cause."""
    session.get(SampleKeyRow, KEY, with_for_update=True)


def add_draw(session: Session, drawn: Drawn, now: dt.datetime) -> bool:
    """Enter a drawn field; False when it is there already, and then nothing is changed."""
    reading = drawn.reading
    return insert_new(
        session,
        SampleDrawRow,
        sheet=drawn.sheet,
        index=drawn.index,
        field=reading.field,
        revision=drawn.revision,
        field_class=drawn.field_class.value,
        is_accepted=drawn.is_accepted,
        least=drawn.least,
        probability=reading.probability,
        inclusion=drawn.inclusion,
        writer=drawn.writer,
        machine=drawn.machine,
        value=reading.value,
        state=reading.state.value,
        drawn_at=now,
    )


def draws_of(session: Session, sheet: str, index: int) -> dict[str, SampleDrawRow]:
    """Fields of a record that the draw fell on, by name."""
    rows = session.scalars(
        select(SampleDrawRow).where(SampleDrawRow.sheet == sheet, SampleDrawRow.index == index)
    )
    return {row.field: row for row in rows}


def answers_of(session: Session, draw: SampleDrawRow) -> list[SampleAnswerRow]:
    """Every answer to a drawn field, oldest first."""
    return list(
        session.scalars(
            select(SampleAnswerRow)
            .where(SampleAnswerRow.draw_id == draw.id)
            .order_by(SampleAnswerRow.id)
        )
    )


def add_answer(
    session: Session,
    draw: SampleDrawRow,
    verdict: SampleVerdict,
    said: tuple[Value, State],
    who: tuple[str, dt.datetime],
) -> None:
    """Enter what a person said of a drawn field, and what comparing it gave."""
    by, at = who
    session.add(
        SampleAnswerRow(
            draw_id=draw.id, verdict=verdict, value=said[0], state=said[1].value, by=by, at=at
        )
    )
    session.flush()


def compared(
    session: Session, field_class: FieldClass, machine: str, after: int = 0
) -> list[Compared]:
    """
    Every drawn field of a class whose comparison is finished, in the order of the answers.

    Args:
        session: Of the work database.
        field_class: One class.
        machine: Whose readings.
        after: Only draws with a greater number.
    """
    newest = select(func.max(SampleAnswerRow.id)).group_by(SampleAnswerRow.draw_id)
    draw = SampleDrawRow
    rows = session.execute(  # columns, not objects: this runs after every blind answer
        select(
            *(draw.id, SampleAnswerRow.id, draw.sheet, draw.is_accepted),
            *(draw.probability, draw.writer, draw.inclusion, SampleAnswerRow.verdict),
        )
        .join(SampleAnswerRow, SampleAnswerRow.draw_id == SampleDrawRow.id)
        .where(
            SampleDrawRow.field_class == field_class.value,
            SampleDrawRow.machine == machine,
            SampleDrawRow.id > after,
            SampleAnswerRow.id.in_(newest),
            SampleAnswerRow.verdict != SampleVerdict.DIFFERS,
        )
        .order_by(SampleAnswerRow.id)
    )
    return [
        Compared(
            number, answered, sheet, kept, Checked(p, verdict == WRONG, writer, 1.0 / inclusion)
        )
        for number, answered, sheet, kept, p, writer, inclusion, verdict in rows
    ]


def open_sheets(session: Session, field_class: FieldClass, machine: str) -> set[str]:
    """Sheets with an accepted field of a class that was drawn and is not compared yet."""
    finished = select(SampleAnswerRow.draw_id).where(
        SampleAnswerRow.verdict != SampleVerdict.DIFFERS
    )
    return set(
        session.scalars(
            select(SampleDrawRow.sheet).where(
                SampleDrawRow.field_class == field_class.value,
                SampleDrawRow.machine == machine,
                SampleDrawRow.is_accepted,
                SampleDrawRow.id.not_in(finished),
            )
        )
    )


def newest_draw(session: Session) -> int:
    """Number of the newest draw, 0 when there is none."""
    return session.scalar(select(func.max(SampleDrawRow.id))) or 0


def add_threshold(session: Session, moved: InForce) -> None:
    """Enter that a threshold holds from now on, by whom and why."""
    session.add(
        TrustThresholdRow(
            field_class=moved.field_class.value,
            least=moved.least,
            basis=moved.basis,
            after_draw=moved.after_draw,
            at=moved.at,
            by=moved.by,
            machine=moved.machine,
            why=moved.why,
        )
    )
    session.flush()


def threshold_history(session: Session, machine: str) -> dict[FieldClass, list[InForce]]:
    """Every threshold of one machine that the sample moved, by class, oldest first."""
    found: dict[FieldClass, list[InForce]] = {}
    for row in session.scalars(
        select(TrustThresholdRow)
        .where(TrustThresholdRow.machine == machine)
        .order_by(TrustThresholdRow.id)
    ):
        name = FieldClass(row.field_class)
        basis = Basis(row.basis)
        found.setdefault(name, []).append(
            InForce(name, row.least, basis, row.after_draw, row.at, row.by, row.machine, row.why)
        )
    return found


def drawn_fields(session: Session) -> Mapping[tuple[str, int, str], bool]:
    """Every drawn field by sheet, index and name; whether the machine had accepted it."""
    rows = session.execute(
        select(
            SampleDrawRow.sheet, SampleDrawRow.index, SampleDrawRow.field, SampleDrawRow.is_accepted
        )
    )
    return {(sheet, index, field): accepted for sheet, index, field, accepted in rows}
