"""A record as the desk shows it: its fields in words, the checks it breaks, what is left."""

from __future__ import annotations

from dataclasses import dataclass

from cpims_scan.domain.record import Decision, FieldReading, State, ValidatedRecord
from cpims_scan.pipeline.steps import rules_of
from cpims_scan.pipeline.suggest import list_of
from cpims_scan.pipeline.view import RecordView
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.web import phrases
from cpims_scan.web.language import Language
from cpims_scan.web.values import Asked, shown

THUMB_SIDE = 420  # pixels: where the field stands, not what is written


@dataclass(frozen=True, slots=True)
class Look:
    """
    A record that somebody looks at, and in which language.

    Attributes:
        earlier: The record that was settled before it in the same batch, if any.
    """

    place: Workplace
    record: RecordView
    language: Language
    earlier: ValidatedRecord | None = None

    def asked(self, name: str) -> Asked:
        """A field of the record with what it chooses from."""
        field = self.record.edition.form.fields[name]
        return Asked(field, tuple(list_of(self.place, field)))


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
    is_open: bool
    message: str
    fields: tuple[ItemView, ...]


def item_view(look: Look, name: str) -> ItemView:
    """One field of a record as a line of a list."""
    asked, reading = look.asked(name), look.record.fields[name]
    return ItemView(
        name=name,
        ref=asked.field.ref or "",
        label=look.language.of(asked.field.label),
        said=said(asked, reading, look.language),
        source=look.language.text(phrases.SOURCES.get(reading.source, "")),
        is_open=reading.decision is Decision.REVIEW,
        crop=crop_url(look.record, name),
        alt=alt_text(asked, look.language),
    )


def findings(look: Look) -> list[FindingView]:
    """Every check that does not hold, errors first, in the rules' own sentences."""
    record = look.record
    rules = rules_of(look.place.catalog, record.edition.form.name)
    views = [
        FindingView(
            rule=finding.rule,
            is_error=finding.severity == "error",
            is_open=finding.rule in record.open_rules,
            message=rules.message(finding, record.fields, look.language.code),
            fields=tuple(item_view(look, n) for n in finding.fields if n in record.fields),
        )
        for finding in record.findings
    ]
    return sorted(views, key=lambda view: not view.is_error)


def todo(look: Look) -> list[ItemView]:
    """Open fields first, in the order they are asked, then what people have settled."""
    by_person = [n for n, f in look.record.fields.items() if f.source == "person"]
    names = dict.fromkeys((*look.record.open_fields, *by_person))
    return [item_view(look, name) for name in names]


def record_title(look: Look) -> str:
    """What a record is called on the desk: its form, its edition; never a name of a child."""
    edition = look.record.edition
    number = f" · {look.record.index}" if look.record.index > 1 else ""
    return f"{look.language.of(edition.form.title)}, {edition.name}{number}"


def said(asked: Asked, reading: FieldReading, language: Language) -> str:
    """What a field says: its value, or which kind of missing it is."""
    if reading.state is State.ANSWERED:
        return shown(reading.value, asked, language)
    return language.text(phrases.STATES[reading.state])


def page_url(content: str, field: str = "", side: int = 0) -> str:
    """Address of a page's picture, upright, with a field marked; empty without a page."""
    if not content:
        return ""
    words = [f"field={field}"] if field else []
    words += [f"side={side}"] if side else []
    return f"/pictures/pages/{content}?{'&'.join(words)}"


def height_of(record: RecordView, field: str) -> float:
    """How far down its page a field stands, 0..1 of the blank; 0 without a place."""
    place = record.edition.places.get(field)
    if place is None:
        return 0.0
    height = record.edition.pages[place.page - 1].size_mm[1]
    return round((place.box.top + place.box.height / 2) / height, 3)


def crop_url(record: RecordView, name: str) -> str:
    """Address of a field's picture; empty when none was cut."""
    found = record.crops.get(name)
    return f"/pictures/crops/{found[0]}/{found[1]}" if found else ""


def alt_text(asked: Asked, language: Language) -> str:
    """What a screen reader says of a field's picture."""
    return f"{language.text(phrases.HANDWRITING)}: {language.of(asked.field.label)}"
