"""One field of a record as a question: how it is answered, what is offered, what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cpims_scan.domain.record import FieldReading, Kind, State
from cpims_scan.pipeline.steps import rules_of
from cpims_scan.pipeline.view import RecordView
from cpims_scan.web import phrases
from cpims_scan.web.language import Language
from cpims_scan.web.values import Asked, shown, typed_form
from cpims_scan.web.views import THUMB_SIDE, Look, alt_text, crop_url, page_url, said

# Below this probability a machine's value is only offered, never filled in: a clerk who is
# used to pressing Enter would let it pass (design/desk-and-cli.md, S6).
PREFILL_FROM = 0.6
MOST_RADIOS = 12  # longer lists are typed with suggestions
MOST_ALTERNATIVES = 3
KEYED_CHOICES = 9  # digits 1 to 9


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One answer to tick; `key` is its digit or empty."""

    name: str
    label: str
    key: str
    is_chosen: bool
    has_focus: bool


@dataclass(frozen=True, slots=True)
class OtherView:
    """Another value the ink could mean; `number` is its place among the reading's own."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """
    One field as a question.

    Attributes:
        widget: radio, checks or text.
        thumbs: Number and small picture of its page, or of all pages when no paper prints it.
        typed: What stands in the box; empty when the machine is too unsure.
        code: The entry of the list that `typed` stands for.
        proposal: Words for what Enter accepts when nothing is typed: a kind of missing.
        previous: What the record before says, for repeatable fields; else empty.
    """

    name: str
    ref: str
    label: str
    hint: str
    kind: Kind
    widget: str
    choices: tuple[ChoiceView, ...]
    has_list: bool
    typed: str
    code: str
    proposal: str
    reasons: tuple[str, ...]
    alternatives: tuple[OtherView, ...]
    crop: str
    alt: str
    page: int
    thumbs: tuple[tuple[int, str], ...]
    is_printed: bool
    previous: str


def field_view(look: Look, name: str) -> FieldView:
    """One field of a record as a question."""
    record, language, asked = look.record, look.language, look.asked(name)
    reading = record.fields[name]
    place = record.edition.places.get(name)
    page = reading.page if place else 0  # a piece of a printed workbook may be any page
    widget = _widget(asked)
    sure = is_sure(reading)
    return FieldView(
        name=name,
        ref=asked.field.ref or "",
        label=language.of(asked.field.label),
        hint=language.of(asked.field.spec.hint) if asked.field.spec.hint else "",
        kind=asked.field.kind,
        widget=widget,
        choices=() if widget == "text" else _choices(asked, reading, language),
        has_list=widget == "text" and bool(asked.listed),
        typed=typed_form(reading.value, asked, language) if sure else "",
        code=str(reading.value) if sure and reading.value and asked.listed else "",
        proposal=_proposal(reading, language),
        reasons=tuple(_reasons(look, name)),
        alternatives=() if widget != "text" else _alternatives(asked, reading, language),
        crop=crop_url(record, name),
        alt=alt_text(asked, language),
        page=page if page in record.pages else 0,
        thumbs=_thumbs(record, name, page),
        is_printed=place is not None,
        previous=_previous(look, asked),
    )


def is_sure(reading: FieldReading) -> bool:
    """Whether a machine's value may be filled in for Enter to accept."""
    return reading.source == "person" or reading.probability >= PREFILL_FROM


def _widget(asked: Asked) -> str:
    many = len(asked.listed) > MOST_RADIOS and not asked.field.is_multiple
    if not asked.is_closed or many:
        return "text"
    return "checks" if asked.field.is_multiple else "radio"


def _proposal(reading: FieldReading, language: Language) -> str:
    missing = reading.state not in (State.ANSWERED, State.UNREAD)
    return language.text(phrases.STATES[reading.state]) if missing and is_sure(reading) else ""


def _choices(asked: Asked, reading: FieldReading, language: Language) -> tuple[ChoiceView, ...]:
    value = reading.value if is_sure(reading) else None
    chosen = set(value if isinstance(value, list) else [value])
    first = next((c.name for c in asked.listed if c.name in chosen), asked.listed[0].name)
    return tuple(
        ChoiceView(
            choice.name,
            language.of(choice.label),
            str(number) if number <= KEYED_CHOICES else "",
            choice.name in chosen,
            choice.name == first,
        )
        for number, choice in enumerate(asked.listed, start=1)
    )


def _alternatives(asked: Asked, reading: FieldReading, language: Language) -> tuple[OtherView, ...]:
    """The machine's own value first when it was not filled in, then the others it saw."""
    found = [
        OtherView(number, text)
        for number, other in enumerate(reading.alternatives, start=1)
        if (text := shown(other.value, asked, language))
    ]
    best = shown(reading.value, asked, language)
    if best and not is_sure(reading):
        found.insert(0, OtherView(0, best))
    return tuple(found[:MOST_ALTERNATIVES])


def _thumbs(record: RecordView, name: str, page: int) -> tuple[tuple[int, str], ...]:
    return tuple(
        (number, page_url(content, name if number == page else "", THUMB_SIDE))
        for number, content in sorted(record.pages.items())
        if page in (0, number)
    )


def _previous(look: Look, asked: Asked) -> str:
    if look.earlier is None or not asked.field.spec.repeatable:
        return ""
    reading = look.earlier.fields.get(asked.field.name)
    return said(asked, reading, look.language) if reading else ""


def _reasons(look: Look, name: str) -> Iterator[str]:
    """Why a person is asked; a rule says it in its own sentence."""
    record = look.record
    rules = rules_of(look.place.catalog, record.edition.form.name)
    for reason in record.fields[name].reasons:
        rule = reason.removeprefix("rule:")
        broken = next((f for f in record.findings if f.rule == rule and name in f.fields), None)
        if broken is None:
            yield look.language.text(phrases.reason(reason))
        else:
            yield rules.message(broken, record.fields, look.language.code)
