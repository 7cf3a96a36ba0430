"""Age bands: named only when the age is known well enough."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cpims_scan.central.caseload import band_of


@pytest.mark.parametrize(
    ("born", "written", "band"),
    [
        pytest.param(dt.date(2026, 3, 2), None, "00_05", id="born-that-day"),
        pytest.param(dt.date(2020, 3, 3), None, "00_05", id="six-tomorrow"),
        pytest.param(dt.date(2020, 3, 2), None, "06_10", id="six-today"),
        pytest.param(dt.date(2008, 3, 3), None, "16_17", id="eighteen-tomorrow"),
        pytest.param(dt.date(2008, 3, 2), None, "18_up", id="eighteen-today"),
        pytest.param(dt.date(2026, 3, 3), None, None, id="not-born-yet"),
        pytest.param(None, {"precision": "age_months", "value": "8"}, "00_05", id="months"),
        pytest.param(None, {"precision": "year", "value": "2018"}, "06_10", id="year"),
        pytest.param(None, {"precision": "year", "value": "2015"}, None, id="year-of-two-bands"),
        pytest.param(None, {"precision": "month", "value": "2015-03"}, None, id="month-of-two"),
        pytest.param(None, {"precision": "month", "value": "2015-04"}, "06_10", id="month"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_band__is_named_only_when_it_is_sure(
    born: dt.date | None, written: Any, band: str | None
) -> None:
    """An age that may lie in two bands is in none."""
    assert band_of(born, written, dt.date(2026, 3, 2)) == band
