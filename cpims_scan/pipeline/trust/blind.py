"""The blind sample: fields drawn by a keyed hash and asked like any other, without a proposal.

A person who is shown the machine's value mostly agrees with it, so such answers say nothing about
the machine. Drawn fields look like every field of low probability: nothing is filled in, nothing
is offered, and among them are some that really were of low probability.
"""

from __future__ import annotations

import dataclasses
import hmac
import json

from sqlalchemy.orm import Session

from cpims_scan.domain.record import (
    Alternative,
    Decision,
    FieldReading,
    Sheet,
    State,
    ValidatedRecord,
    Value,
)
from cpims_scan.domain.trust import FieldClass, Thresholds
from cpims_scan.forms.records import is_shared
from cpims_scan.pipeline.records import Refreshed, refresh_records
from cpims_scan.pipeline.trust.weigh import note_priors, thresholds_in_force, weigh_sample
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.reading.trust.judge import LOW, Classes
from cpims_scan.reading.trust.prior import machine
from cpims_scan.store import samples
from cpims_scan.store.samples import Drawn
from cpims_scan.store.settlements import Entry
from cpims_scan.store.sheets import sheet_row
from cpims_scan.store.states import SampleVerdict
from cpims_scan.store.trust_tables import SampleDrawRow

SAMPLE = "sample"  # id of a reason, see FieldReading.reasons; never shown as such
TWO_ANSWERS = "two_answers"  # shown once the blind answer differs: look again
NOT_MACHINES = ("person", "batch", "rule")
# Empty cells are three of four on these papers, and are read almost without an error.
BLANK_SHARE = 0.1
# Fields of low probability are asked anyway: asking some of them blind costs a little typing, hides
# the drawn ones and is the only evidence that a threshold could be looser.
DOUBTFUL_TIMES = 5.0
MOST_DOUBTFUL = 0.5


def refresh_sampled(place: Workplace, session: Session, sheet: Sheet) -> dict[int, Refreshed]:
    """Decode a stored sheet again by the thresholds in force, and have its drawn fields asked."""
    note_priors(session, place.settings.accuracy_target, place.now())
    least = thresholds_in_force(session, place.settings.accuracy_target)
    found = refresh_records(session, sheet, place.catalog, place.today(), least)
    return {
        index: dataclasses.replace(now, record=with_sample(place, session, now, least))
        for index, now in found.items()
    }


def with_sample(
    place: Workplace, session: Session, now: Refreshed, thresholds: Thresholds
) -> ValidatedRecord:
    """
    Draw among a decoded record's fields, and have the drawn ones asked; the same fields each time.

    Args:
        place: Says how many are drawn.
        session: That writes the draw down.
        now: The record with what people settled; it keeps what the machine read.
        thresholds: That it was decoded by.
    """
    record = now.record
    drawn = set(samples.draws_of(session, record.sheet, record.index))
    for new in _drawn(place, session, record, thresholds):
        name = new.reading.field
        if name not in now.answers and name not in drawn:
            samples.add_draw(session, new, place.now())
            drawn.add(name)
    asked = {
        name: _asked(field) if name in drawn and name not in now.answers else field
        for name, field in record.fields.items()
    }
    return dataclasses.replace(record, fields=asked)


def _asked(field: FieldReading) -> FieldReading:
    reasons = (*(r for r in field.reasons if r != SAMPLE), SAMPLE)
    return dataclasses.replace(field, decision=Decision.REVIEW, reasons=reasons)


def _drawn(
    place: Workplace, session: Session, record: ValidatedRecord, thresholds: Thresholds
) -> list[Drawn]:
    """Fields that the draw falls on; each with its own probability of being drawn."""
    if not place.settings.sample_share:
        return []
    edition = place.catalog.edition(record.form, record.edition)
    classes, secret = Classes.of(edition), samples.secret_of(session)
    writer = _writer(session, record)
    found = []
    for name, reading in record.fields.items():
        if is_shared(edition.form, name) or not _may_be_drawn(reading):
            continue
        field_class = classes.of_reading(name, reading.state, reading.source)
        is_accepted = reading.decision is Decision.ACCEPT
        least = thresholds.of(field_class)
        inclusion = _inclusion(field_class, is_accepted, place.settings.sample_share)
        # What is asked though it is probable enough has another reason, and proves nothing here.
        is_odd = not is_accepted and reading.probability >= least
        if is_odd or uniform(secret, record.sheet, record.index, name) >= inclusion:
            continue
        key = (record.sheet, record.index, record.revision)
        found.append(
            Drawn(*key, reading, field_class, is_accepted, least, inclusion, writer, machine())
        )
    return found


def _may_be_drawn(reading: FieldReading) -> bool:
    if not reading.page or reading.source in NOT_MACHINES or reading.state is State.UNREAD:
        return False
    is_accepted = reading.decision is Decision.ACCEPT and not reading.reasons
    return is_accepted or reading.reasons == (LOW,)


def _inclusion(field_class: FieldClass, is_accepted: bool, share: float) -> float:
    if not is_accepted:
        return min(share * DOUBTFUL_TIMES, MOST_DOUBTFUL)
    return share * BLANK_SHARE if field_class is FieldClass.BLANK else share


def uniform(secret: bytes, sheet: str, index: int, field: str) -> float:
    """
    A number from 0 to 1 that nobody can guess without the secret, and that is always the same.

    Source: RFC 2104 (HMAC); the first 8 bytes of HMAC-SHA256 as a fraction.
    """
    digest = hmac.digest(secret, f"{sheet} {index} {field}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big") / 2**64


def _writer(session: Session, record: ValidatedRecord) -> str:
    """Whose errors belong together: the officer's, else those of all who filled the batch."""
    owner = sheet_row(session, record.sheet)
    return record.context.officer or f"batch {owner.batch_id if owner else 0}"


def shown(
    session: Session, key: tuple[str, int], fields: dict[str, FieldReading]
) -> dict[str, FieldReading]:
    """
    Fields as the desk may show them: of drawn ones nothing that the machine read.

    A person whose blind answer differed sees both readings, in an order that says nothing about
    whose is whose.
    """
    if not any(SAMPLE in field.reasons for field in fields.values()):
        return fields
    draws = samples.draws_of(session, *key)
    return {
        name: _hidden(session, field, draws.get(name)) if SAMPLE in field.reasons else field
        for name, field in fields.items()
    }


def _hidden(session: Session, field: FieldReading, draw: SampleDrawRow | None) -> FieldReading:
    first = _first_look(session, draw) if draw is not None else None
    both = [first[0], field.value] if first is not None else []
    both.sort(key=lambda value: json.dumps(value, sort_keys=True))
    return FieldReading(
        field=field.field,
        kind=field.kind,
        state=State.UNREAD,
        value=None,
        probability=0.0,
        source="ink",
        decision=Decision.REVIEW,
        reasons=(LOW,) if first is None else (TWO_ANSWERS,),
        alternatives=tuple(Alternative(value, 0.0) for value in both if value is not None),
        page=field.page,
        residual_mm=field.residual_mm,
    )


def must_look_again(place: Workplace, session: Session, entry: Entry) -> bool:
    """
    Compare a blind answer with the machine's reading; harmless for fields that were not drawn.

    People slip as well: double entry counts a difference only after a second look. So the first
    answer that differs is kept in the field's history, and the person is asked once more.

    Returns:
        True when the answer is not final yet.
    """
    draw = samples.draws_of(session, entry.sheet, entry.index).get(entry.field)
    if draw is None:
        return False
    said, is_first = (entry.value, entry.state), _first_look(session, draw) is None
    verdict = SampleVerdict.RIGHT
    if not is_same(said, (draw.value, State(draw.state))):
        verdict = SampleVerdict.DIFFERS if is_first else SampleVerdict.WRONG
    samples.add_answer(session, draw, verdict, said, (entry.by, entry.at))
    if verdict is SampleVerdict.DIFFERS:
        return True
    target = place.settings.accuracy_target
    weigh_sample(session, FieldClass(draw.field_class), target, place.now())
    return False


def _first_look(session: Session, draw: SampleDrawRow) -> tuple[Value, State] | None:
    """The blind answer that differed, if there was one."""
    for row in samples.answers_of(session, draw):
        if row.verdict == SampleVerdict.DIFFERS:
            return row.value, State(row.state)
    return None


def is_same(one: tuple[Value, State], other: tuple[Value, State]) -> bool:
    """Whether two readings say the same; capitals and spaces are no difference."""
    return one[1] is other[1] and _plain(one[0]) == _plain(other[0])


def _plain(value: Value) -> str:
    if isinstance(value, str):
        value = " ".join(value.casefold().split())
    if isinstance(value, list):
        value = sorted(value)
    return json.dumps(value, sort_keys=True)
