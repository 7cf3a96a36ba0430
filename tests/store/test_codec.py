"""Domain types survive the way through JSON without loss."""

from __future__ import annotations

import datetime as dt
import json
import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality
from cpims_scan.domain.record import (
    Alternative,
    CellReading,
    Decision,
    FieldReading,
    Finding,
    Kind,
    PageReading,
    Settled,
    Sheet,
    State,
    ValidatedRecord,
)
from cpims_scan.store import codec

EXAMPLES = settings(max_examples=40, deadline=None)
words = st.text(string.ascii_letters + " 'ŋéü", max_size=12)
numbers = st.floats(allow_nan=False)
values = st.one_of(
    st.none(),
    st.integers(),
    words,
    st.lists(words, max_size=3),
    st.fixed_dictionaries({"precision": st.just("year"), "value": words}),
)
maybe_words = st.none() | words
contexts = st.builds(
    BatchContext, maybe_words, maybe_words, maybe_words, st.none() | st.integers(0, 900)
)
cells = st.builds(
    CellReading,
    field=words,
    part=words,
    reader=words,
    distribution=st.lists(st.tuples(words, numbers), max_size=4).map(tuple),
    weights=words,
    ink=numbers,
    is_certified=st.booleans(),
    residual_mm=numbers,
    crop=st.none() | st.integers(0, 999),
)
matches = st.builds(
    PageMatch,
    form=maybe_words,
    edition=maybe_words,
    page=st.integers(0, 9),
    turned=st.sampled_from([0, 90, 180, 270]),
    support=numbers,
    identified_by=words,
)
qualities = st.builds(
    Quality, numbers, numbers, numbers, st.booleans(), st.lists(words, max_size=3).map(tuple)
)
pages = st.builds(
    PageReading,
    content=words,
    state=st.sampled_from(["read", "unknown", "unaligned", "blank", "error"]),
    match=st.none() | matches,
    quality=qualities,
    cells=st.lists(cells, max_size=5).map(tuple),
    error=maybe_words,
    transform=st.none() | st.fixed_dictionaries({"homography": st.lists(st.lists(numbers))}),
    residual_mm=st.none() | st.tuples(numbers, numbers),
    dpi=numbers,
    size_px=st.tuples(st.integers(0), st.integers(0)),
    pack=words,
    fingerprint=words,
    seconds=numbers,
)
fields = st.builds(
    FieldReading,
    field=words,
    kind=st.sampled_from(Kind),
    state=st.sampled_from(State),
    value=values,
    probability=numbers,
    source=words,
    decision=st.sampled_from(Decision),
    reasons=st.lists(words, max_size=3).map(tuple),
    text=words,
    alternatives=st.lists(st.builds(Alternative, values, numbers), max_size=3).map(tuple),
    page=st.integers(0, 3),
    residual_mm=st.none() | numbers,
)
findings = st.builds(Finding, words, words, st.lists(words, max_size=3).map(tuple))
records = st.builds(
    ValidatedRecord,
    sheet=words,
    revision=st.integers(1, 9),
    form=words,
    edition=words,
    index=st.integers(1, 40),
    fields=st.dictionaries(words, fields, max_size=3),
    findings=st.lists(findings, max_size=2).map(tuple),
    context=contexts,
)
sheets = st.builds(
    Sheet,
    key=words,
    revision=st.integers(1, 9),
    form=words,
    edition=words,
    pages=st.dictionaries(st.integers(1, 9), words, max_size=3),
    joined_by=words,
    context=contexts,
)
decisions = st.builds(
    Settled,
    field=words,
    value=values,
    state=st.sampled_from(State),
    by=words,
    at=st.datetimes(timezones=st.just(dt.UTC)),
    source=words,
)


def through_json(plain: Any) -> Any:
    """As strict JSON text and back; numbers without an end are not JSON."""
    return json.loads(json.dumps(plain, allow_nan=False))


@EXAMPLES
@given(pages)
def test_page_reading__comes_back_equal(reading: PageReading) -> None:
    """A page with all its cells survives, infinite numbers too."""
    plain = through_json(codec.page_reading_to_plain(reading))

    assert codec.page_reading_from_plain(plain) == reading


@EXAMPLES
@given(records)
def test_record__comes_back_equal(record: ValidatedRecord) -> None:
    """A record survives with its fields, findings and context."""
    plain = through_json(codec.record_to_plain(record))

    assert codec.record_from_plain(plain) == record


@given(st.dictionaries(words, fields, min_size=2, max_size=4))
def test_fields__keep_the_order_of_the_form(held: dict[str, FieldReading]) -> None:
    """The order of fields is the form's, before and after."""
    back = codec.fields_from_plain(through_json(codec.fields_to_plain(held)))

    assert list(back) == list(held)


@EXAMPLES
@given(sheets)
def test_sheet__comes_back_equal(sheet: Sheet) -> None:
    """A sheet survives; its page numbers are numbers again."""
    assert codec.sheet_from_plain(through_json(codec.sheet_to_plain(sheet))) == sheet


@EXAMPLES
@given(decisions)
def test_settled__comes_back_equal(settled: Settled) -> None:
    """What a person decided survives with its moment."""
    assert codec.settled_from_plain(through_json(codec.settled_to_plain(settled))) == settled


def test_page_reading__not_a_number_comes_back() -> None:
    """A number that is none is kept as such, though it equals nothing."""
    reading = PageReading("c", "read", None, Quality(), dpi=float("nan"))

    back = codec.page_reading_from_plain(through_json(codec.page_reading_to_plain(reading)))

    assert back.dpi != back.dpi
