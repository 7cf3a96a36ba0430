"""Domain types as plain data for JSON columns, and back again without loss."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from cpims_scan.domain.paper import BatchContext, PageMatch, Quality, Streak
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

# A page has up to 1,100 cells: names of columns are written once a page, not once a cell.
CELL_COLUMNS = tuple(f.name for f in dataclasses.fields(CellReading))
NOT_FINITE = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}

Plain = dict[str, Any]


def page_reading_to_plain(reading: PageReading) -> Plain:
    """A page's reading as plain data; numbers that JSON does not know become words."""
    shallow = {f.name: getattr(reading, f.name) for f in dataclasses.fields(reading)}
    shallow["match"] = None if reading.match is None else match_to_plain(reading.match)
    shallow["quality"] = _plain(dataclasses.asdict(reading.quality))
    shallow["residual_mm"] = _plain(reading.residual_mm)
    shallow["transform"] = _plain(reading.transform)
    shallow["dpi"], shallow["seconds"] = _plain(reading.dpi), _plain(reading.seconds)
    shallow["size_px"] = list(reading.size_px)
    shallow["cells"] = {
        "columns": list(CELL_COLUMNS),
        "rows": [[_plain(getattr(cell, name)) for name in CELL_COLUMNS] for cell in reading.cells],
    }
    return shallow


def page_reading_from_plain(data: Plain) -> PageReading:
    """The reading that `page_reading_to_plain` wrote down."""
    data = dict(data)
    cells = data.pop("cells")
    residual = data.pop("residual_mm")
    quality = quality_from_plain(data.pop("quality"))
    return PageReading(
        content=data["content"],
        state=data["state"],
        match=None if data["match"] is None else match_from_plain(data["match"]),
        quality=quality,
        cells=tuple(_cell(dict(zip(cells["columns"], r, strict=True))) for r in cells["rows"]),
        error=data["error"],
        transform=_rich(data["transform"]),
        residual_mm=None if residual is None else (_rich(residual[0]), _rich(residual[1])),
        dpi=_rich(data["dpi"]),
        size_px=(data["size_px"][0], data["size_px"][1]),
        pack=data["pack"],
        fingerprint=data["fingerprint"],
        seconds=_rich(data["seconds"]),
        separator=data.get("separator", ""),
    )


def quality_from_plain(data: Plain) -> Quality:
    """A picture's quality as `page_reading_to_plain` wrote it down."""
    rich = _rich(data)
    streak = rich.get("streak")
    known = {"advice": tuple(rich["advice"]), "streak": Streak(**streak) if streak else None}
    return Quality(**{**rich, **known})


def match_to_plain(match: PageMatch) -> Plain:
    """A page's match as plain data."""
    plain: Plain = _plain(dataclasses.asdict(match))
    return plain


def match_from_plain(data: Plain) -> PageMatch:
    """The match that `match_to_plain` wrote down."""
    corners = tuple((float(x), float(y)) for x, y in data.get("corners", ()))
    return PageMatch(**{**data, "support": _rich(data["support"]), "corners": corners})


def field_to_plain(field: FieldReading) -> Plain:
    """A field's reading as plain data."""
    plain: Plain = {f.name: getattr(field, f.name) for f in dataclasses.fields(field)}
    plain["alternatives"] = [[a.value, _plain(a.probability)] for a in field.alternatives]
    plain["probability"] = _plain(field.probability)
    plain["residual_mm"] = _plain(field.residual_mm)
    plain["reasons"] = list(field.reasons)
    for name in ("kind", "state", "decision"):
        plain[name] = str(plain[name])
    return plain


def field_from_plain(data: Plain) -> FieldReading:
    """The field that `field_to_plain` wrote down."""
    return FieldReading(
        field=data["field"],
        kind=Kind(data["kind"]),
        state=State(data["state"]),
        value=data["value"],
        probability=_rich(data["probability"]),
        source=data["source"],
        decision=Decision(data["decision"]),
        reasons=tuple(data["reasons"]),
        text=data["text"],
        alternatives=tuple(Alternative(value, _rich(p)) for value, p in data["alternatives"]),
        page=data["page"],
        residual_mm=_rich(data["residual_mm"]),
    )


def fields_to_plain(fields: dict[str, FieldReading]) -> Plain:
    """All fields of a record, in the form's order."""
    return {name: field_to_plain(field) for name, field in fields.items()}


def fields_from_plain(data: Plain) -> dict[str, FieldReading]:
    """The fields that `fields_to_plain` wrote down, in their order."""
    return {name: field_from_plain(field) for name, field in data.items()}


def findings_to_plain(findings: tuple[Finding, ...]) -> list[Plain]:
    """What the rules found, as plain data."""
    return [{"rule": f.rule, "severity": f.severity, "fields": list(f.fields)} for f in findings]


def findings_from_plain(data: list[Plain]) -> tuple[Finding, ...]:
    """The findings that `findings_to_plain` wrote down."""
    return tuple(Finding(f["rule"], f["severity"], tuple(f["fields"])) for f in data)


def context_to_plain(context: BatchContext) -> Plain:
    """A batch's context as plain data."""
    return dataclasses.asdict(context)


def context_from_plain(data: Plain) -> BatchContext:
    """The context that `context_to_plain` wrote down."""
    return BatchContext(**data)


def settled_to_plain(settled: Settled) -> Plain:
    """What a person decided, as plain data; the time is ISO text in UTC."""
    plain = {f.name: getattr(settled, f.name) for f in dataclasses.fields(settled)}
    return {**plain, "state": str(settled.state), "at": settled.at.astimezone(dt.UTC).isoformat()}


def settled_from_plain(data: Plain) -> Settled:
    """The decision that `settled_to_plain` wrote down."""
    at = dt.datetime.fromisoformat(data["at"])
    return Settled(**{**data, "state": State(data["state"]), "at": at})


def sheet_to_plain(sheet: Sheet) -> Plain:
    """A sheet as plain data; page numbers become text, as JSON wants."""
    plain = {f.name: getattr(sheet, f.name) for f in dataclasses.fields(sheet)}
    plain["pages"] = {str(number): content for number, content in sheet.pages.items()}
    plain["context"] = context_to_plain(sheet.context)
    return plain


def sheet_from_plain(data: Plain) -> Sheet:
    """The sheet that `sheet_to_plain` wrote down."""
    pages = {int(number): content for number, content in data["pages"].items()}
    return Sheet(**{**data, "pages": pages, "context": context_from_plain(data["context"])})


def record_to_plain(record: ValidatedRecord) -> Plain:
    """A record as plain data."""
    plain = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    plain["fields"] = fields_to_plain(record.fields)
    plain["findings"] = findings_to_plain(record.findings)
    plain["context"] = context_to_plain(record.context)
    return plain


def record_from_plain(data: Plain) -> ValidatedRecord:
    """The record that `record_to_plain` wrote down."""
    return ValidatedRecord(
        **{
            **data,
            "fields": fields_from_plain(data["fields"]),
            "findings": findings_from_plain(data["findings"]),
            "context": context_from_plain(data["context"]),
        }
    )


def _cell(data: Plain) -> CellReading:
    distribution = tuple((outcome, _rich(p)) for outcome, p in data["distribution"])
    ink, residual = _rich(data["ink"]), _rich(data["residual_mm"])
    return CellReading(
        **{**data, "distribution": distribution, "ink": ink, "residual_mm": residual}
    )


def _plain(data: Any) -> Any:
    """Tuples as lists, and numbers without an end as words."""
    if isinstance(data, float):
        return data if data - data == 0.0 else str(data)
    if isinstance(data, list | tuple):
        return [_plain(item) for item in data]
    if isinstance(data, dict):
        return {key: _plain(item) for key, item in data.items()}
    return data


def _rich(data: Any) -> Any:
    """Words for numbers without an end back into numbers; lists stay lists."""
    if isinstance(data, str):
        return NOT_FINITE.get(data, data)
    if isinstance(data, list):
        return [_rich(item) for item in data]
    if isinstance(data, dict):
        return {key: _rich(item) for key, item in data.items()}
    return data
