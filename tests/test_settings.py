"""What a run is told from outside: numbers are understood or refused in one sentence."""

from __future__ import annotations

import pytest

from cpims_scan.errors import WrongUseError
from cpims_scan.settings import load_settings


def test_load_settings__wrong_in_1000__is_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """The accuracy is said as it is published, and used as a share."""
    monkeypatch.setenv("CPIMS_SCAN_WRONG_IN_1000", "0.5")

    assert load_settings().accuracy_target == pytest.approx(0.0005)


def test_load_settings__nothing_said__is_double_keyings_accuracy() -> None:
    """1.4 wrong in 1,000 accepted."""
    assert load_settings().accuracy_target == pytest.approx(0.0014)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("CPIMS_SCAN_WRONG_IN_1000", "0", id="nobody is never wrong"),
        pytest.param("CPIMS_SCAN_WRONG_IN_1000", "few", id="no number"),
        pytest.param("CPIMS_SCAN_SAMPLE_SHARE", "2", id="more than all"),
        pytest.param("CPIMS_SCAN_SAMPLE_SHARE", "nan", id="not a number"),
    ],
)
def test_load_settings__no_share__is_refused(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the variable and what it takes."""
    monkeypatch.setenv(name, said)

    with pytest.raises(WrongUseError, match=name):
        load_settings()
