"""`forms new` says what it found and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cpims_scan.commands.app import main
from cpims_scan.errors import ExitCode
from tests.blanks import draw_blank


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """The drawn empty form."""
    return draw_blank(tmp_path / "visit.pdf")


def test_new__writes_a_pack_and_names_the_next_step(
    blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder and the counts go to stdout, the next command to stderr."""
    code = main(["forms", "new", "elder_visit", "--from", str(blank), "--packs", str(tmp_path)])

    said = capsys.readouterr()
    assert code == ExitCode.DONE
    assert "form_templates/elder_visit/v1" in said.out
    assert "cpims-scan forms preview elder_visit" in said.err


def test_new__json_is_one_document(
    blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts learn readers and problems from one document."""
    main(["forms", "new", "visit", "--from", str(blank), "--packs", str(tmp_path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["pages"], told["tables"], told["problems"]) == (1, 1, [])
    assert told["readers"]["comb"] == 2


def test_new__missing_file_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A blank that is not there is said in one sentence."""
    code = main(["forms", "new", "visit", "--from", "nowhere.pdf", "--packs", str(tmp_path)])

    assert code == ExitCode.BAD_INPUT
    assert "there is no such file" in capsys.readouterr().err
