"""`cover` prints what parts stacks and forms, and refuses what could not be read back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from cpims_scan.commands.app import main
from cpims_scan.errors import ExitCode


def pages_of(file: Path) -> int:
    """How many pages a PDF has."""
    document = pdfium.PdfDocument(file)
    try:
        return len(document)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        (["--batch", "B-1", "--office", "290", "--month", "2026-03", "--sheets", "20"], 1),
        (["--slips", "3"], 3),
        (["--batch", "B-1", "--slips", "2", "--first", "21"], 3),
    ],
)
def test_cover__writes_a_pdf(words: list[str], pages: int, tmp_path: Path) -> None:
    """A cover, slips, or a cover with its slips."""
    file = tmp_path / "cover.pdf"

    assert main(["cover", *words, "--output", str(file)]) == ExitCode.DONE
    assert pages_of(file) == pages


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="nothing"),
        pytest.param(["--office", "290", "--slips", "2"], id="context-on-slips"),
        pytest.param(["--batch", "B", "--month", "March"], id="no-month"),
        pytest.param(["--batch", "B" * 65], id="longer-than-a-batch-may-be-called"),
        pytest.param(["--batch", "B\nC"], id="two-lines"),
        pytest.param(["--batch", "B", "--sheets", "0"], id="no-sheets"),
    ],
)
def test_cover__wrong_use_is_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit code 1, and no file."""
    file = tmp_path / "cover.pdf"

    assert main(["cover", *words, "--output", str(file)]) == ExitCode.WRONG_USE
    assert not file.exists()
    assert capsys.readouterr().err.count("\n") == 1


def test_cover__folder_that_is_not_there__is_told(tmp_path: Path) -> None:
    """A file that cannot be written is bad input, not a traceback."""
    file = tmp_path / "nowhere" / "cover.pdf"

    assert main(["cover", "--slips", "1", "--output", str(file)]) == ExitCode.BAD_INPUT
