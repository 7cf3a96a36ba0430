"""`forms print` and `forms lay-out`: what is written, what is said, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from cpims_scan.commands.app import main
from cpims_scan.errors import ExitCode

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example-pack"
FORM, EDITION = "trial", "2026-mr"
PRINT = ["forms", "print", FORM]
FORM_YAML = """
form: trial
title: {en: Trial, sw: Jaribio}
fields:
- {name: first_name, type: text, label: {en: First name, sw: Jina la kwanza}}
- {name: middle_name, type: text, label: {en: Middle name, sw: Jina la kati}}
- {name: last_name, type: text, label: {en: Last name, sw: Jina la mwisho}}
- {name: year, type: integer, label: {en: Year, sw: Mwaka}}
"""
LAYOUT_YAML = """
edition: 2026-mr
title: {en: Trial, sw: Jaribio}
notice: {en: Private., sw: Siri.}
pages:
- - row: [{field: first_name, comb: 12}, {field: middle_name, comb: 12}]
  - row: [{field: last_name, comb: 12}]
- - row: [{field: year, comb: 4}]
"""

Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small form that is laid out."""
    root = tmp_path_factory.mktemp("packs")
    folder = root / "form_templates" / FORM / EDITION
    folder.mkdir(parents=True)
    (folder.parent / "form.yaml").write_text(FORM_YAML, encoding="utf-8")
    (folder / "layout.yaml").write_text(LAYOUT_YAML, encoding="utf-8")
    assert main(["--packs", str(root), "forms", "lay-out", FORM, EDITION]) == ExitCode.DONE
    return root


def _pages(file: Path) -> int:
    document = pdfium.PdfDocument(file)
    try:
        return len(document)
    finally:
        document.close()


def test_print__so_many_copies(packs: Path, tmp_path: Path, capsys: Said) -> None:
    """Three copies of two pages are six pages, and the file is named."""
    file = tmp_path / "three.pdf"

    code = main(["--packs", str(packs), *PRINT, "--copies", "3", "--output", str(file)])

    assert code == ExitCode.DONE
    assert _pages(file) == 6
    assert capsys.readouterr().out == f"{file}\n"


def test_print__says_in_both_languages_how_to_print(
    packs: Path, tmp_path: Path, capsys: Said
) -> None:
    """A page that the printer fits to its paper is no longer to scale."""
    main(["--packs", str(packs), *PRINT, "--output", str(tmp_path / "one.pdf")])
    said = capsys.readouterr().err

    assert "100 percent" in said
    assert "asilimia 100" in said


def test_print__approval_comes_from_the_settings(
    packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the office set stands on the paper instead of the proposal."""
    monkeypatch.setenv("CPIMS_SCAN_FORM_APPROVAL", "Issued by order 12/2027")
    file = tmp_path / "issued.pdf"

    main(["--packs", str(packs), *PRINT, "--output", str(file)])
    document = pdfium.PdfDocument(file)
    text = document[0].get_textpage().get_text_bounded()
    document.close()

    assert "Issued by order 12/2027" in text
    assert "PROPOSED" not in text


def test_print__a_sheet_again_with_its_number_and_name(packs: Path, tmp_path: Path) -> None:
    """The number is taken as it is typed, and the name stands in the boxes."""
    file = tmp_path / "again.pdf"

    code = main(
        [
            "--packs",
            str(packs),
            *PRINT,
            "--serial",
            "0123-4567-89ab",
            "--name",
            "Amina Otieno",
            "--output",
            str(file),
        ]
    )
    document = pdfium.PdfDocument(file)
    text = document[0].get_textpage().get_text_bounded()
    document.close()

    assert code == ExitCode.DONE
    assert "0123-4567-89AB" in text
    assert text.count("A") > 3


def test_print__values_from_a_file(packs: Path, tmp_path: Path) -> None:
    """A JSON file fills any box of the form."""
    (tmp_path / "values.json").write_text(json.dumps({"first_name": "AMINA", "year": 2026}))

    code = main(
        [
            "--packs",
            str(packs),
            *PRINT,
            "--prefill",
            str(tmp_path / "values.json"),
            "--output",
            str(tmp_path / "f.pdf"),
        ]
    )

    assert code == ExitCode.DONE


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(
            ["--serial", "0123-4567-89AB", "--copies", "2"],
            ExitCode.WRONG_USE,
            "One number belongs to one sheet",
            id="two-of-one-number",
        ),
        pytest.param(["--serial", "12"], ExitCode.BAD_INPUT, "no sheet number", id="no-number"),
        pytest.param(["--name", "A" * 20], ExitCode.BAD_INPUT, "12 boxes", id="long-name"),
        pytest.param(["--prefill", "no.json"], ExitCode.BAD_INPUT, "no.json", id="no-file"),
    ],
)
def test_print__wrong_words_are_one_sentence(
    words: list[str], code: ExitCode, said: str, packs: Path, tmp_path: Path, capsys: Said
) -> None:
    """What cannot mean anything is refused before a file is written."""
    file = tmp_path / "none.pdf"

    assert main(["--packs", str(packs), *PRINT, *words, "--output", str(file)]) == code
    assert said in capsys.readouterr().err
    assert not file.exists()


def test_print__a_form_without_codes_is_printed_as_it_is(tmp_path: Path) -> None:
    """A pack of somebody else's prints without numbers."""
    file = tmp_path / "visit.pdf"

    code = main(["--packs", str(EXAMPLE), "forms", "print", "home_visit", "--output", str(file)])

    assert code == ExitCode.DONE
    assert _pages(file) == 1


def test_lay_out__makes_the_files_again(packs: Path, capsys: Said) -> None:
    """From form.yaml and layout.yaml come the template, the drawing and the pages."""
    folder = packs / "form_templates" / FORM / EDITION
    kept = (folder / "template.yaml").read_text()
    (folder / "page-2.png").unlink()
    (folder / "template.yaml").write_text("")

    code = main(["--packs", str(packs), "forms", "lay-out", FORM, EDITION])

    assert code == ExitCode.DONE
    assert (folder / "page-2.png").exists()
    assert (folder / "template.yaml").read_text() == kept
    assert f"forms check {FORM}" in capsys.readouterr().err


def test_lay_out__a_folder_that_is_not_there_is_named(packs: Path, capsys: Said) -> None:
    """The person is told which folder to make."""
    code = main(["--packs", str(packs), "forms", "lay-out", FORM, "2099-mr"])

    assert code == ExitCode.BAD_TEMPLATE
    assert "2099-mr" in capsys.readouterr().err
