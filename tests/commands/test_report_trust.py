"""`report trust`: one line a class with its n, or one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cpims_scan.commands.app import main
from cpims_scan.commands.trust import to_terminal
from cpims_scan.domain.trust import Basis, Bound, FieldClass
from cpims_scan.errors import ExitCode
from cpims_scan.pipeline.trust.report import BLIND, Bin, ClassReport, TrustReport
from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import load_settings

Said = pytest.CaptureFixture[str]


@pytest.fixture
def office(tmp_path: Path) -> list[str]:
    """The options of a fresh workspace."""
    with open_workplace(load_settings(workspace=tmp_path / "office"), make=True):
        return ["--workspace", str(tmp_path / "office")]


def test_report_trust__json__every_class_with_bound_and_threshold(
    office: list[str], capsys: Said
) -> None:
    """Scripts find the target, and per class counts, bound with n, threshold, basis and why."""
    assert main([*office, "report", "trust", "--json"]) == ExitCode.DONE

    document = json.loads(capsys.readouterr().out)
    assert document["target"] == pytest.approx(0.0014)
    assert [one["class"] for one in document["classes"]] == [name.value for name in FieldClass]
    wanted = {"accepted", "checked", "wrong", "bound", "bound_from", "review_rate"}
    wanted |= {"threshold", "basis", "why", "reliability", "history", "bound_rests_on"}
    assert all(wanted <= set(one) for one in document["classes"])


@pytest.mark.parametrize(
    ("language", "words"), [("en", "No reading has been checked blind"), ("sw", "Hakuna usomaji")]
)
def test_report_trust__fresh__says_that_nothing_is_checked(
    office: list[str], language: str, words: str, capsys: Said
) -> None:
    """In both languages: synthetic bounds are not this office's paper."""
    assert main([*office, "report", "trust", "--language", language]) == ExitCode.DONE

    assert words in " ".join(capsys.readouterr().out.split())


def test_report_trust__unknown_language__one_sentence(office: list[str], capsys: Said) -> None:
    """What is not spoken is refused."""
    assert main([*office, "report", "trust", "--language", "fr"]) == ExitCode.WRONG_USE
    assert capsys.readouterr().err.count("\n") == 1


def test_to_terminal__diagram__bar_as_long_as_readings_were_right() -> None:
    """Half of the bar is filled where half was right; the stroke stands at what was said."""
    half = Bin(0.9, 0.95, 8, 0.925, 0.5)
    bound = Bound(8, 4, 2, 6.5, 0.83)
    one = ClassReport(
        FieldClass.DATE, 100, 20, 8, 4, 0.9, Basis.PRIOR, {"rests_on": "judgement"}, bound, BLIND,
        (half,), (),
    )  # fmt: skip

    lines = [part for part in to_terminal(TrustReport(0.0014, 0.02, (one,)), "en")]

    bar = str(lines[-1]).split()[1]
    assert bar.count("█") == 20
    assert bar.index("|") == 36
    assert "n 8" in str(lines[-1])
