"""What the clerk is told, in both languages."""

from __future__ import annotations

import pytest

from cpims_scan.domain.paper import Quality, Streak
from cpims_scan.imaging.coaching.advice import ADVICE, advice_text, quality_text


@pytest.mark.parametrize("advice", list(ADVICE))
def test_advice__is_in_both_languages(advice: str) -> None:
    """Every advice has an English and a Swahili sentence."""
    numbers = {"mm": "43", "page": "2"}

    assert advice_text(advice, "en", **numbers) != advice_text(advice, "sw", **numbers)


def test_quality_text__says_where_the_line_runs() -> None:
    """The clerk learns where to wipe the glass."""
    quality = Quality(advice=("streak",), streak=Streak(43.2))

    assert "43 mm from the left" in quality_text("streak", quality)
