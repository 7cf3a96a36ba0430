"""The JSON that stays stable for scripts: files, pages, fields, records."""

from __future__ import annotations

from typing import Any

from cpims_scan.domain.paper import Quality, Transform
from cpims_scan.domain.record import FieldReading, PageReading, State, ValidatedRecord
from cpims_scan.forms.rules import RuleBook
from cpims_scan.forms.template import Edition, Place
from cpims_scan.pipeline.coach import OF_THE_RUN, Note

# A page's neighbours say these; that a picture shows the wrong side is said of the picture.
OF_PLACE = OF_THE_RUN - {"wrong_side"}


def page_json(
    number: int,
    reading: PageReading,
    edition: Edition | None,
    fields: dict[str, FieldReading],
    advice: dict[Note, str],
) -> dict[str, Any]:
    """
    One page as the contract says.

    Args:
        number: 1-based in its file.
        reading: What was read.
        edition: Of the form it shows, or None.
        fields: Of the page's record, or empty.
        advice: What the scan coach says of it, and in words.
    """
    match = reading.match
    known = match is not None and not match.is_unknown
    residual = reading.residual_mm
    places = edition.on_page(match.page) if edition and match and reading.state == "read" else []
    return {
        "number": number,
        "state": reading.state,
        "error": reading.error,
        "form": match.form if match and known else None,
        "edition": match.edition if match and known else None,
        "page": match.page if match and known else None,
        "identified_by": match.identified_by if match and known else None,
        "turned_degrees": match.turned if match and known else None,
        "dpi": round(reading.dpi),
        "residual_mm": (
            {"median": round(residual[0], 3), "max": round(residual[1], 3)} if residual else None
        ),
        "quality": quality_json(reading.quality, advice),
        "seconds": reading.seconds,
        "fields": [
            field_json(fields[place.field], place, edition, reading)
            for place in places
            if edition is not None and place.field in fields
        ],
    }


def quality_json(quality: Quality, advice: dict[Note, str]) -> dict[str, Any]:
    """What the scan coach says: of the picture itself, and of its place in the run."""
    streak = quality.streak
    return {
        **_told({n: s for n, s in advice.items() if n.advice not in OF_PLACE}),
        "streak_mm": streak.at_mm if streak else None,
        "sharpness": quality.sharpness,
        "contrast": quality.contrast,
        "run": _told({n: s for n, s in advice.items() if n.advice in OF_PLACE}),
    }


def _told(advice: dict[Note, str]) -> dict[str, list[str]]:
    return {"advice": [note.advice for note in advice], "messages": list(advice.values())}


def field_json(
    field: FieldReading, place: Place, edition: Edition, reading: PageReading
) -> dict[str, Any]:
    """One field as the contract says, with its corners in pixels of the page as it came."""
    transform = Transform.from_json(reading.transform) if reading.transform else None
    quad = transform.to_pixels(place.box.corners).round(1).tolist() if transform else None
    return {
        "name": field.field,
        "ref": edition.form.fields[field.field].ref,
        "kind": field.kind.value,
        "state": field.state.value,
        "value": field.value if field.state is State.ANSWERED else None,
        "text": field.text,
        "probability": round(field.probability, 4),
        "source": field.source,
        "decision": field.decision.value,
        "reasons": list(field.reasons),
        "alternatives": [
            {"value": a.value, "probability": round(a.probability, 4)} for a in field.alternatives
        ],
        "box_px": _upright(quad),
        "quad_px": quad,
        "residual_mm": round(field.residual_mm, 3) if field.residual_mm is not None else None,
    }


def record_json(
    record: ValidatedRecord, pages: list[str], joined_by: str, rules: RuleBook, language: str
) -> dict[str, Any]:
    """
    One record as the contract says: its values and what the rules found.

    Where a page gives many records, each says its `index` too: the number of its row.
    """
    one_of_many = {"index": record.index} if rules.form.spec.records else {}
    return one_of_many | {
        "form": record.form,
        "edition": record.edition,
        "sheet": record.sheet,
        "joined_by": joined_by,
        "pages": pages,
        "values": record.values,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "fields": list(finding.fields),
                "message": rules.message(finding, record.fields, language),
            }
            for finding in record.findings
        ],
    }


def _upright(quad: list[list[float]] | None) -> list[float] | None:
    if quad is None:
        return None
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    return [
        min(xs),
        min(ys),
        round(max(xs) - min(xs), 1),
        round(max(ys) - min(ys), 1),
    ]
