"""What month a printed sheet is for."""

from __future__ import annotations

import pytest

from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.periods import Period, read_period

FORM = "monthly_caseload_summary"
TITLE = "Monthly Case Load Summary"


def _told(catalog: Catalog, edition: str, month: str, year: str, title: str = TITLE) -> Period:
    grid = catalog.editions[FORM, edition].grid
    assert grid is not None and grid.period is not None
    months = catalog.forms[FORM].fields["month"]
    return read_period(grid.period, months, {"month": month, "year": year}, title)


@pytest.mark.parametrize(
    ("month", "year"),
    [("July", "2019"), ("Julai", "2019"), ("Jul-19", ""), ("7", "2019"),
     ("01/07/2019 - 31/07/2019", "")],
)  # fmt: skip
def test_read_period__one_month_however_it_is_printed(
    bundled: Catalog, month: str, year: str
) -> None:
    """Names in both languages, numbers and whole ranges are the same month."""
    assert _told(bundled, "excel-tool-b", month, year) == Period("07", 2019)


@pytest.mark.parametrize(
    "month", ["Jul - Sep", "Qtr1", "Quarter 2", "01/07/2019 - 30/09/2019", "Annual"]
)
def test_read_period__more_than_a_month_is_refused(bundled: Catalog, month: str) -> None:
    """Quarters, years and ranges are told with their own print."""
    found = _told(bundled, "excel-tool-b", month, "2019")

    assert found.month is None and found.refusal


def test_read_period__a_quarters_title_is_refused(bundled: Catalog) -> None:
    """The title of another period speaks against any month beside it."""
    found = _told(bundled, "excel-tool-b", "July", "2019", "Quarterly Case Load Summary")

    assert "Quarterly" in found.refusal


def test_read_period__without_its_title_a_month_is_asked(bundled: Catalog) -> None:
    """Where the title cannot be read nothing says that the sheet is for one month."""
    assert _told(bundled, "excel-tool-b", "July", "2019", "") == Period(None, 2019)


def test_read_period__first_to_last_day_is_a_month(bundled: Catalog) -> None:
    """Tool A's two dates make a month only from its first to its last day."""
    whole = _told(bundled, "excel-tool-a", "01-Feb-16", "29-Feb-16", "")
    part = _told(bundled, "excel-tool-a", "01-Feb-16", "28-Feb-16", "")

    assert whole == Period("02", 2016) and part.refusal


def test_read_period__a_financial_year_leaves_the_year_open(bundled: Catalog) -> None:
    """2019/20 does not say on which side of January a month lies."""
    assert _told(bundled, "excel-tool-b", "July", "2019/20") == Period("07", None)
