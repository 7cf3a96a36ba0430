"""Records and pages as they flow into checking."""

from __future__ import annotations

from typing import Any

from cpims_scan.domain.paper import Quality
from cpims_scan.domain.record import (
    CellReading,
    Decision,
    FieldReading,
    Kind,
    PageReading,
    State,
    ValidatedRecord,
)


def field(name: str, value: Any = None, **words: Any) -> FieldReading:
    """A field as decoded: answered with a value, blank without, accepted unless said otherwise."""
    plain = {
        "kind": Kind.TEXT,
        "state": State.BLANK if value is None else State.ANSWERED,
        "probability": 1.0,
        "source": "ink",
        "decision": Decision.ACCEPT,
        "page": 1,
    }
    return FieldReading(field=name, value=value, **{**plain, **words})


def record(*fields: FieldReading, revision: int = 1) -> ValidatedRecord:
    """A record of these fields."""
    return ValidatedRecord("sheet", revision, "trial", "1", 1, {f.field: f for f in fields})


def page(**ink: float) -> PageReading:
    """A page with a share of ink in each cell; 0 is a plain blank."""
    cells = tuple(
        CellReading(name, "", "text", ((("ink" if share else ""), 1.0),), "", share, True, 0.05)
        for name, share in ink.items()
    )
    return PageReading("content", "read", None, Quality(), cells)
