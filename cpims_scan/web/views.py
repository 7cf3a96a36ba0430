"""A record as the desk shows it: the question in words, choices with their keys, what is left."""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.record import Decision, FieldReading, Finding, Kind, State
from cpims_scan.forms.template import FormField
from cpims_scan.pipeline.desk import RecordView
from cpims_scan.web import phrases
from cpims_scan.web.language import Language
from cpims_scan.web.values import shown, typed_form

# Below this probability a machine's value is only offered, never filled in: a clerk who is
# used to pressing Enter would let it pass (design/desk-and-cli.md, S6).
PREFILL_FROM = 0.6
MOST_RADIOS = 12  # longer lists are typed with suggestions
MOST_ALTERNATIVES = 3
KEYED_CHOICES = 9  # digits 1 to 9
THUMB_WIDTH = 320
PAGE_WIDTH = 1240  # A4 at 150 dpi: handwriting is readable
TRAIL_LENGTH = 20  # steps that Back remembers


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
        typed: What stands in the box; empty when the machine is too unsure.
        proposal: Words for what Enter accepts when nothing is typed: a kind of missing.
        previous: Value of the record before, for repeatable fields; else empty.
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
    proposal: str
    reasons: tuple[str, ...]
    alternatives: tuple[OtherView, ...]
    crop: str
    alt: str
    page: int
    thumb: str
    is_printed: bool
    previous: str = ""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One field in a list: what it is called and what it says."""

    name: str
    ref: str
    label: str
    said: str
    source: str
    is_open: bool
    crop: str
    alt: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A check that does not hold, in words, with the fields it names."""

    rule: str
    is_error: bool
    message: str
    fields: tuple[ItemView, ...]


def field_view(record: RecordView, name: str, language: Language) -> FieldView:
    """One field of a record as a question in a language."""
    asked, reading = record.edition.form.fields[name], record.fields[name]
    place = record.edition.places.get(name)
    page = place.page if place else 0
    widget = _widget(asked)
    return FieldView(
        name=name,
        ref=asked.ref or "",
        label=language.of(asked.label),
        hint=language.of(asked.spec.hint) if asked.spec.hint else "",
        kind=asked.kind,
        widget=widget,
        choices=() if widget == "text" else _choices(asked, reading, language),
        has_list=widget == "text" and bool(asked.spec.code_list or asked.choices),
        typed=_typed(asked, reading, language) if is_sure(reading) else "",
        proposal=_proposal(reading, language),
        reasons=tuple(language.text(phrases.reason(r)) for r in reading.reasons),
        alternatives=() if widget != "text" else _alternatives(asked, reading, language),
        crop=_crop(record, name),
        alt=_alt(asked, language),
        page=page if page in record.pages else 0,
        thumb=_page_picture(record, page, name, THUMB_WIDTH),
        is_printed=place is not None,
    )


def item_view(record: RecordView, name: str, language: Language) -> ItemView:
    """One field of a record as a line of a list."""
    asked, reading = record.edition.form.fields[name], record.fields[name]
    return ItemView(
        name=name,
        ref=asked.ref or "",
        label=language.of(asked.label),
        said=said(asked, reading, language),
        source=language.text(phrases.SOURCES.get(reading.source, "")),
        is_open=reading.decision is Decision.REVIEW,
        crop=_crop(record, name),
        alt=_alt(asked, language),
    )


def finding_view(
    record: RecordView, finding: Finding, message: str, language: Language
) -> FindingView:
    """A finding with its fields; `message` is the rule's own sentence in the language."""
    names = [name for name in finding.fields if name in record.fields]
    items = tuple(item_view(record, name, language) for name in names)
    return FindingView(finding.rule, finding.severity == "error", message, items)


def todo(record: RecordView, language: Language) -> list[ItemView]:
    """Open fields first, in the order they are asked, then what people have settled."""
    by_person = [n for n, f in record.fields.items() if f.source == "person"]
    names = dict.fromkeys((*record.open_fields, *by_person))
    return [item_view(record, name, language) for name in names]


def record_title(record: RecordView, language: Language) -> str:
    """What a record is called on the desk: its form, its edition; never a name of a child."""
    form = language.of(record.edition.form.title)
    number = f" · {record.index}" if record.index > 1 else ""
    return f"{form}, {record.edition.name}{number}"


def said(asked: FormField, reading: FieldReading, language: Language) -> str:
    """What a field says: its value, or which kind of missing it is."""
    if reading.state is State.ANSWERED:
        return shown(reading.value, asked, language)
    return language.text(phrases.STATES[reading.state])


def is_sure(reading: FieldReading) -> bool:
    """Whether a machine's value may be filled in for Enter to accept."""
    return reading.source == "person" or reading.probability >= PREFILL_FROM


def page_url(content: str, width: int, field: str = "") -> str:
    """Address of a page's picture, upright, with a field marked."""
    marked = f"&field={field}" if field else ""
    return f"/pictures/pages/{content}?width={width}{marked}"


def _widget(asked: FormField) -> str:
    if not asked.choices or (len(asked.choices) > MOST_RADIOS and not asked.is_multiple):
        return "text"
    return "checks" if asked.is_multiple else "radio"


def _typed(asked: FormField, reading: FieldReading, language: Language) -> str:
    if asked.choices and isinstance(reading.value, str):
        return shown(reading.value, asked, language)
    return typed_form(reading.value, asked)


def _proposal(reading: FieldReading, language: Language) -> str:
    missing = reading.state not in (State.ANSWERED, State.UNREAD)
    return language.text(phrases.STATES[reading.state]) if missing and is_sure(reading) else ""


def _choices(
    asked: FormField, reading: FieldReading, language: Language
) -> tuple[ChoiceView, ...]:
    value = reading.value if is_sure(reading) else None
    chosen = set(value if isinstance(value, list) else [value])
    first = next((c.name for c in asked.choices if c.name in chosen), asked.choices[0].name)
    return tuple(
        ChoiceView(
            choice.name,
            language.of(choice.label),
            str(number) if number <= KEYED_CHOICES else "",
            choice.name in chosen,
            choice.name == first,
        )
        for number, choice in enumerate(asked.choices, start=1)
    )


def _alternatives(
    asked: FormField, reading: FieldReading, language: Language
) -> tuple[OtherView, ...]:
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


def _crop(record: RecordView, name: str) -> str:
    found = record.crops.get(name)
    return f"/pictures/crops/{found[0]}/{found[1]}" if found else ""


def _page_picture(record: RecordView, page: int, field: str, width: int) -> str:
    content = record.pages.get(page)
    return page_url(content, width, field) if content else ""


def _alt(asked: FormField, language: Language) -> str:
    return f"{language.text(phrases.HANDWRITING)}: {language.of(asked.label)}"
