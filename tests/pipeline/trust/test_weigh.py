"""Which thresholds are in force: as shipped, until the office's own blind sample moves them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from cpims_scan.domain.record import Decision, FieldReading, Kind, State
from cpims_scan.domain.trust import NEVER, Basis, FieldClass
from cpims_scan.pipeline.trust.report import BLIND, NOTHING, as_plain, trust_report
from cpims_scan.pipeline.trust.weigh import (
    FIRST_LOOK,
    in_force,
    note_priors,
    shares_by_sheet,
    thresholds_in_force,
    weigh_sample,
)
from cpims_scan.pipeline.workplace import Workplace, open_workplace
from cpims_scan.reading.trust.drift import tightened
from cpims_scan.reading.trust.prior import machine, priors
from cpims_scan.settings import ACCURACY_TARGET, Settings
from cpims_scan.store.samples import (
    Drawn,
    InForce,
    add_answer,
    add_draw,
    draws_of,
    threshold_history,
)
from cpims_scan.store.states import SampleVerdict
from tests.store.work import NOW, add_batch, add_file, add_sheet, read_all

EASY = 0.02  # a target that a few hundred readings prove
PRIOR = priors()[FieldClass.DATE].least


@pytest.fixture
def place(settings: Settings) -> Iterator[Workplace]:
    """A workspace for an accuracy that is soon proven."""
    with open_workplace(dataclasses.replace(settings, accuracy_target=EASY), make=True) as opened:
        yield opened


def sheets(session: Session, count: int) -> list[str]:
    """Keys of so many sheets."""
    batch = add_batch(session)
    names = [f"page {i}" for i in range(count)]
    add_file(session, batch, names)
    read_all(session)
    return [add_sheet(session, batch, [name]).key for name in names]


def check(
    session: Session, sheet: str, fields: int, wrong: int = 0, probability: float = 0.995
) -> None:
    """Draw fields of one sheet and answer them, the first `wrong` of them otherwise."""
    for number in range(fields):
        reading = FieldReading(
            f"f{number}", Kind.DATE, State.ANSWERED, "x", probability, "ink", Decision.ACCEPT
        )
        is_kept = probability >= PRIOR
        how = (0.02 if is_kept else 0.1,)
        drawn = Drawn(sheet, 1, 1, reading, FieldClass.DATE, is_kept, PRIOR, *how, sheet, machine())
        add_draw(session, drawn, NOW)
    for number, draw in enumerate(draws_of(session, sheet, 1).values()):
        verdict = SampleVerdict.WRONG if number < wrong else SampleVerdict.RIGHT
        add_answer(session, draw, verdict, ("x", State.ANSWERED), ("amina", NOW))


def weigh(place: Workplace, session: Session) -> float:
    """Weigh the sample, and say which threshold is in force then."""
    target = place.settings.accuracy_target
    weigh_sample(session, FieldClass.DATE, target, NOW)
    return thresholds_in_force(session, target).of(FieldClass.DATE)


def test_in_force__nothing_moved__is_what_ships(place: Workplace) -> None:
    """A fresh workspace decides by the prior."""
    with place.db.read() as session:
        found = thresholds_in_force(session, ACCURACY_TARGET)

    assert {name: found.of(name) for name in FieldClass} == {
        name: prior.least for name, prior in priors().items()
    }


def test_weigh__wrong_readings_close_together__tighten_at_once(place: Workplace) -> None:
    """The class's threshold takes its next step, and the row says why."""
    with place.db.begin() as session:
        keys = sheets(session, 12)
        for key in keys[:6]:
            check(session, key, 2)
        for key in keys[6:]:
            check(session, key, 1, wrong=1)
        least = weigh(place, session)
        (moved,) = threshold_history(session, machine())[FieldClass.DATE]

    assert least == tightened(PRIOR)
    assert moved.basis is Basis.TIGHTENED
    assert moved.why["evidence"] >= 200


def test_weigh__after_tightening__old_errors_count_no_more(place: Workplace) -> None:
    """The test begins anew with what is drawn under the new threshold."""
    with place.db.begin() as session:
        for key in sheets(session, 6):
            check(session, key, 1, wrong=1)
        once, twice = weigh(place, session), weigh(place, session)

    assert once == twice


def test_weigh__right_readings__loosen_only_at_a_look(place: Workplace) -> None:
    """With a thousand right answers the bound proves a looser threshold; fewer move nothing."""
    with place.db.begin() as session:
        keys = sheets(session, FIRST_LOOK // 20)
        for key in keys[:-1]:
            check(session, key, 20, probability=0.97)
        before = weigh(place, session)
        check(session, keys[-1], 20, probability=0.97)
        after = weigh(place, session)
        (moved,) = threshold_history(session, machine())[FieldClass.DATE]

    assert before == PRIOR
    assert after < PRIOR
    assert (moved.basis, moved.why["checked"]) == (Basis.LOOSENED, FIRST_LOOK)
    assert moved.why["bound"] <= EASY


def test_weigh__a_sheet_not_fully_answered__waits(place: Workplace) -> None:
    """Which of a sheet's drawn fields is answered first must not matter."""
    with place.db.begin() as session:
        (key,) = sheets(session, 1)
        check(session, key, 1, wrong=1)
        late = FieldReading("late", Kind.DATE, State.ANSWERED, "x", 1.0, "ink", Decision.ACCEPT)
        add_draw(
            session, Drawn(key, 1, 1, late, FieldClass.DATE, True, PRIOR, 0.02, key, machine()), NOW
        )

        assert shares_by_sheet(session, FieldClass.DATE, 0) == []


def test_note_priors__once_for_each_target(place: Workplace) -> None:
    """By which thresholds a machine began is written down, class by class, and moves nothing."""
    with place.db.begin() as session:
        for target in (EASY, EASY, ACCURACY_TARGET):
            note_priors(session, target, NOW)
        history = threshold_history(session, machine())
        found = thresholds_in_force(session, ACCURACY_TARGET)

    assert [m.basis for m in history[FieldClass.DATE]] == [Basis.PRIOR, Basis.PRIOR]
    assert set(history) == set(FieldClass)
    assert found.of(FieldClass.DATE) == PRIOR


def moved_to(least: float, basis: Basis, target: float = ACCURACY_TARGET) -> InForce:
    """One threshold that the sample moved."""
    return InForce(FieldClass.DATE, least, basis, 0, NOW, "quality sample", "m", {"target": target})


def test_in_force__loosened_for_a_lesser_accuracy__does_not_count() -> None:
    """Who asks for more accuracy later starts from the prior again."""
    moved = [moved_to(0.9, Basis.LOOSENED, 0.01)]

    assert in_force(FieldClass.DATE, moved, 0.01) == 0.9
    assert in_force(FieldClass.DATE, moved, ACCURACY_TARGET) == PRIOR


def test_in_force__tightened__is_never_looser_than_before() -> None:
    """An alarm holds whatever accuracy is asked for."""
    moved = [moved_to(0.999, Basis.TIGHTENED, 0.01)]

    assert in_force(FieldClass.DATE, moved, 0.05) == 0.999


def test_report__fresh_workspace__every_class_with_a_reason(place: Workplace) -> None:
    """Nothing is checked, and nothing is claimed that is not said to be synthetic or judgement."""
    report = trust_report(place)

    assert [one.name for one in report.classes] == list(FieldClass)
    assert {one.basis for one in report.classes} == {Basis.PRIOR}
    assert BLIND not in {one.bound_from for one in report.classes}
    assert {one.checked for one in report.classes} == {0}
    assert {one.why["rests_on"] for one in report.classes} <= {"drawn sheets", "judgement"}


def test_report__checked_fields__bound_with_its_n_and_diagram(place: Workplace) -> None:
    """What was checked blind is counted, bounded and laid beside what the machine had said."""
    with place.db.begin() as session:
        for key in sheets(session, 20):
            check(session, key, 5, wrong=int(key == "none"))

    (date,) = [one for one in trust_report(place).classes if one.name is FieldClass.DATE]

    assert (date.bound_from, date.checked, date.wrong) == (BLIND, 100, 0)
    assert 0.029 < date.bound.upper < 0.2
    (bar,) = date.bins
    assert (bar.n, bar.right) == (100, 1.0)
    assert bar.said == pytest.approx(0.995)


def test_report__as_plain__a_class_that_is_always_asked_has_no_threshold(
    place: Workplace,
) -> None:
    """JSON says null where no probability is enough."""
    report = trust_report(place)
    closed = dataclasses.replace(report.classes[0], least=NEVER, bound_from=NOTHING)

    document = as_plain(dataclasses.replace(report, classes=(closed,)))

    assert document["classes"][0]["threshold"] is None
