"""Printed sums as an error-correcting code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cpims_scan.domain.record import CellReading, Decision, FieldReading, Settled, State
from cpims_scan.forms.template import Edition
from tests.reading.paper_forms import cell, edition_of, label, read

COLUMNS = ("m1", "m2", "f1", "f2", "m_sub", "f_sub", "total")
ROWS = ("a", "b")
SURE = 0.997

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def summary() -> Edition:
    """Two rows of two boys' and two girls' cells, their sums, and one figure at the foot."""
    inner = [{"name": c, "type": "integer", "label": label(c)} for c in COLUMNS]
    rows = [{"name": r, "label": label(r)} for r in ROWS]
    table = {"name": "t", "type": "table", "label": label("T"), "rows": rows, "fields": inner}
    foot = {"name": "all", "type": "integer", "label": label("All")}
    columns = {c: {"left": 10 * i, "width": 8, "reader": "number"} for i, c in enumerate(COLUMNS)}
    return edition_of(
        {"fields": [table, foot], "blank_is_zero": ["t.*.[mf][12]"]},
        {
            "tables": {"t": {"rows": [[0, 8], [10, 8]], "columns": columns}},
            "places": {"all": {"reader": "number", "box": [0, 100, 10, 8]}},
            "sums": [
                {"total": "t.{row}.m_sub", "parts": ["t.{row}.m1", "t.{row}.m2"]},
                {"total": "t.{row}.f_sub", "parts": ["t.{row}.f1", "t.{row}.f2"]},
                {"total": "t.{row}.total", "parts": ["t.{row}.m_sub", "t.{row}.f_sub"]},
                {"total": "all", "parts": ["t.*.total"]},
            ],
        },
    )


def cells(edition: Edition, written: Seen) -> list[CellReading]:
    """All cells of the edition: those written, read nearly surely, the others plainly blank."""
    found = []
    for name in edition.places:
        seen = written.get(name, (("", 1.0),))
        found.append(cell(name, *(((seen, SURE),) if isinstance(seen, str) else seen)))
    return found


def decoded(edition: Edition, written: Seen) -> dict[str, FieldReading]:
    """The fields of a summary on which this is written."""
    return read(edition, cells(edition, written))


def test_sums__settle_a_doubtful_cell(summary: Edition) -> None:
    """A cell between 1 and 7 is 1 where only 1 makes the sums hold, and that is recorded."""
    doubt = (("1", 0.6), ("7", 0.4))
    written = {"t.a.m1": "3", "t.a.m2": doubt, "t.a.m_sub": "4", "t.a.total": "4", "all": "4"}
    field = decoded(summary, written)["t.a.m2"]

    assert (field.value, field.source) == (1, "sum")
    assert field.decision is Decision.ACCEPT


def test_sums__propose_what_they_prefer_against_the_ink(summary: Edition) -> None:
    """Against the ink's first choice a sum only proposes: the total itself may be wrong."""
    doubt = (("7", 0.6), ("1", 0.4))
    written = {"t.a.m1": "3", "t.a.m2": doubt, "t.a.m_sub": "4", "t.a.total": "4", "all": "4"}
    field = decoded(summary, written)["t.a.m2"]

    assert (field.value, field.source) == (1, "sum")
    assert field.decision is Decision.REVIEW


def test_sums__a_blank_total_among_written_ones_is_seen(summary: Edition) -> None:
    """Where other rows have their totals, a blank one may be a digit that was lost."""
    written = {"t.a.m1": "3", "t.a.m_sub": "3", "t.a.total": "3", "t.b.m1": "1", "t.b.m_sub": "1"}
    fields = decoded(summary, {**written, "t.b.f1": "1", "t.b.f_sub": "1"})

    assert fields["t.b.total"].reasons == ("no_total",)


def test_sums__a_total_on_the_foot_settles_a_cell_above(summary: Edition) -> None:
    """What is known of other rows reaches a cell through the figure at the foot."""
    doubt = (("7", 0.55), ("1", 0.45))
    written = {"t.a.m1": doubt, "t.a.total": doubt, "t.b.f2": "2", "t.b.total": "2", "all": "3"}
    fields = decoded(summary, written)

    assert (fields["t.a.m1"].value, fields["t.a.total"].value) == (1, 1)


def test_sums__do_not_call_up_what_the_ink_does_not_support(summary: Edition) -> None:
    """A reading below the floor is not chosen, whatever the sums say."""
    seen = (("7", 0.98), ("1", 0.01))
    written = {"t.a.m1": "3", "t.a.m2": seen, "t.a.m_sub": "4", "t.a.total": "4"}
    field = decoded(summary, written)["t.a.m2"]

    assert field.value == 7
    assert field.decision is Decision.REVIEW


def test_sums__wrong_paper_is_named_and_not_mended(summary: Edition) -> None:
    """Sure readings that contradict each other stay as written and are asked."""
    written = {"t.a.m1": "3", "t.a.m2": "1", "t.a.m_sub": "5", "t.b.f1": "2", "t.b.f_sub": "2"}
    fields = decoded(summary, written)

    assert [fields[n].value for n in ("t.a.m1", "t.a.m2", "t.a.m_sub")] == [3, 1, 5]
    asked = {n for n, f in fields.items() if "sum_differs" in f.reasons}
    assert asked == {"t.a.m1", "t.a.m2", "t.a.m_sub"}


def test_sums__a_wrong_total_does_not_doubt_what_other_sums_confirm(summary: Edition) -> None:
    """When only the figure at the foot is wrong, the rows that agree are left alone."""
    written = {"t.a.m1": "3", "t.a.m_sub": "3", "t.a.total": "3", "all": "9"}
    fields = decoded(summary, written)

    assert fields["all"].reasons == ("sum_differs",)
    assert fields["t.a.total"].decision is Decision.ACCEPT


def test_sums__one_hand_that_writes_1_like_7_is_not_three_witnesses(summary: Edition) -> None:
    """A row with one count repeats its mistake: its sums hold for 7 as for 1, so it is asked."""
    seen = (("7", 0.8), ("1", 0.19))
    names = ("t.a.m1", "t.a.m_sub", "t.a.total")
    fields = decoded(summary, dict.fromkeys(names, seen))

    assert {fields[name].decision for name in names} == {Decision.REVIEW}


def test_sums__an_independent_sum_settles_what_one_hand_leaves_open(summary: Edition) -> None:
    """The foot counts another row too: it tells whether the hand's sign is 1 or 7."""
    seen = (("7", 0.6), ("1", 0.4))
    row = dict.fromkeys(("t.a.m1", "t.a.m_sub", "t.a.total"), seen)
    fields = decoded(summary, {**row, "t.b.f2": "2", "t.b.total": "2", "all": "3"})

    assert (fields["t.a.m1"].value, fields["t.a.total"].value) == (1, 1)
    assert fields["t.a.m1"].source == "sum"


def test_sums__agreement_raises_the_probability(summary: Edition) -> None:
    """Cells that would be asked alone are accepted when their sums agree."""
    seen = (("4", 0.97), ("9", 0.03))
    written = {"t.a.m1": seen, "t.a.m_sub": "4", "t.a.total": "4"}
    field = decoded(summary, written)["t.a.m1"]

    assert field.probability > 0.99
    assert field.decision is Decision.ACCEPT


def test_sums__a_blank_total_is_no_constraint(summary: Edition) -> None:
    """Cells without a sum are read by their ink alone; the next sum above still counts them."""
    fields = decoded(summary, {"t.a.m1": "3", "t.a.f1": "2", "t.a.total": "5"})

    assert fields["t.a.m_sub"].state is State.BLANK
    assert fields["t.a.total"].decision is Decision.ACCEPT
    assert fields["t.a.total"].probability > 0.999


def test_sums__a_dash_counts_as_nothing(summary: Edition) -> None:
    """A dash in a cell of counts is zero in its sum and stays a dash."""
    fields = decoded(summary, {"t.a.m1": "3", "t.a.m2": "-", "t.a.m_sub": "3"})

    assert fields["t.a.m2"].state is State.NOT_APPLICABLE
    assert fields["t.a.m_sub"].decision is Decision.ACCEPT


def test_sums__an_uncertified_cell_says_nothing(summary: Edition) -> None:
    """A cell that was not found with proof neither helps nor contradicts."""
    found = cells(summary, {"t.a.m1": "3", "t.a.m_sub": "4"})
    unproven = [cell(c.field, *c.distribution, is_certified=c.field != "t.a.m_sub") for c in found]
    fields = read(summary, unproven)

    assert fields["t.a.m1"].decision is Decision.ACCEPT
    assert fields["t.a.m_sub"].reasons == ("not_certified",)


def test_sums__what_a_person_settled_is_certain(summary: Edition) -> None:
    """A corrected total settles the cells below it and is itself never changed."""
    doubt = (("7", 0.55), ("1", 0.45))
    at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    settled = {"t.a.m_sub": Settled("t.a.m_sub", 4, State.ANSWERED, "u1", at, "desk")}
    fields = read(
        summary, cells(summary, {"t.a.m1": "3", "t.a.m2": doubt, "t.a.m_sub": "9"}), settled
    )

    assert fields["t.a.m2"].value == 1
    assert (fields["t.a.m_sub"].value, fields["t.a.m_sub"].source) == (4, "person")


@pytest.mark.parametrize(
    ("percent", "reasons"),
    [
        pytest.param("66", (), id="rounded down"),
        pytest.param("67", (), id="rounded up"),
        pytest.param("66.7", (), id="with a decimal"),
        pytest.param("76", ("sum_differs",), id="wrong"),
    ],
)
def test_sums__a_percentage_may_be_rounded(percent: str, reasons: tuple[str, ...]) -> None:
    """Two of three are 66 or 67 percent."""
    words = ("done", "all", "percent")
    kinds = {"percent": "decimal"}
    edition = edition_of(
        {
            "fields": [
                {"name": w, "type": kinds.get(w, "integer"), "label": label(w)} for w in words
            ]
        },
        {
            "places": {
                w: {"reader": "number", "box": [0, 10 * i, 9, 9]} for i, w in enumerate(words)
            },
            "sums": [{"total": "percent", "parts": ["done", "all"], "kind": "percent"}],
        },
    )
    fields = decoded(edition, {"done": "2", "all": "3", "percent": percent})

    assert fields["percent"].reasons == reasons


def test_sums__a_field_whose_page_has_not_come_is_left_alone(summary: Edition) -> None:
    """A return of which one page came is decoded; nothing is guessed about the other."""
    seen = [c for c in cells(summary, {"all": "4"}) if not c.field.startswith("t.")]

    fields = read(summary, seen)

    assert fields["t.a.m1"].state == State.UNREAD
    assert (fields["t.a.total"].value, fields["t.a.total"].decision) != (4, Decision.ACCEPT)
