"""Wrong words and wrong files: one clear sentence, the contract's exit code, the rest goes on."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.crash import DPI, PACKS, save_stack, visit_pages
from cpims_scan.commands.app import main
from cpims_scan.errors import ExitCode
from cpims_scan.forms.catalog import load_catalog

Said = pytest.CaptureFixture[str]


@pytest.fixture
def office(tmp_path: Path) -> list[str]:
    """The options of an empty workspace with the example pack."""
    return ["--workspace", str(tmp_path / "office"), "--packs", str(PACKS)]


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good page and one file of every kind that is wrong."""
    folder = tmp_path_factory.mktemp("bad")
    good = save_stack(visit_pages(load_catalog(PACKS), 1, 2500), folder / "good.pdf", DPI)
    data = good.read_bytes()
    (folder / "truncated.pdf").write_bytes(data[: len(data) // 2])
    (folder / "zero.pdf").write_bytes(b"")
    (folder / "text.pdf").write_text("Dear colleague, the scans follow tomorrow.")
    (folder / "folder.pdf").mkdir()
    (folder / "junk.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"junk")
    (folder / "sub").mkdir()
    shutil.copy(good, folder / "sub" / "emoji 😀.pdf")
    shutil.copy(good, folder / "sub" / "red \x1b[31m\u202e.pdf")
    Image.new("1", (30000, 30000), 1).save(folder / "huge.png")
    _lock(good, folder / "locked.pdf")
    return folder


def _lock(source: Path, target: Path) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab writes locked PDFs")
    page = canvas.Canvas(str(target), encrypt="secret")
    page.drawString(50, 50, source.name)
    page.save()


def one_sentence(text: str) -> bool:
    """Whether a message is one line that ends, without a trace of the program's inside."""
    lines = [line for line in text.splitlines() if line]
    return len(lines) == 1 and lines[0].endswith(".") and "Traceback" not in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param("scna x", ExitCode.WRONG_USE, id="misspelt-command"),
        pytest.param("scan x --ofice 290", ExitCode.WRONG_USE, id="misspelt-option"),
        pytest.param("scan", ExitCode.WRONG_USE, id="nothing-named"),
        pytest.param("scan x --month 2026-13", ExitCode.WRONG_USE, id="no-month"),
        pytest.param("scan x --month 2026-1", ExitCode.WRONG_USE, id="short-month"),
        pytest.param("scan x --sheets 0", ExitCode.WRONG_USE, id="no-sheets"),
        pytest.param("scan x --workers -3", ExitCode.WRONG_USE, id="no-workers"),
        pytest.param("report caseload --month 2026-00", ExitCode.WRONG_USE, id="report-no-month"),
        pytest.param("read x --edition v1", ExitCode.WRONG_USE, id="edition-without-form"),
        pytest.param("status", ExitCode.DATABASE, id="no-workspace-yet"),
        pytest.param("forms check nope", ExitCode.BAD_TEMPLATE, id="no-such-form"),
        pytest.param("forms preview nope", ExitCode.BAD_TEMPLATE, id="no-such-form-to-draw"),
        pytest.param("forms preview home_visit --output /proc/x", ExitCode.BAD_INPUT, id="folder"),
    ],
)
def test_main__wrong_words__one_sentence(
    office: list[str], words: str, code: ExitCode, capsys: Said
) -> None:
    """What cannot be meant is said in one sentence; nothing goes to stdout."""
    assert main([*office, *words.split()]) == code

    said = capsys.readouterr()
    assert one_sentence(said.err)
    assert said.out == ""


def test_scan__missing_file__is_said_and_the_others_are_read(
    office: list[str], bad: Path, capsys: Said
) -> None:
    """A name that is wrong costs exit code 2 and nothing else; stdout is one JSON document."""
    code = main([*office, "scan", "nowhere.pdf", str(bad / "good.pdf"), "--json"])

    said = capsys.readouterr()
    assert code == ExitCode.BAD_INPUT
    assert said.err == "nowhere.pdf: there is no such file or folder. Check the name.\n"
    assert json.loads(said.out)["batches"][0]["pages"]["review"] == 1


@pytest.mark.slow
def test_scan__folder_of_bad_files__each_one_sentence_and_the_good_are_read(
    office: list[str], bad: Path, capsys: Said
) -> None:
    """Every bad file is one page in error with one sentence; the sum holds; nothing is escaped."""
    code = main([*office, "scan", str(bad), "--json"])

    said = capsys.readouterr()
    pages = json.loads(said.out)["batches"][0]["pages"]
    assert code == ExitCode.BAD_INPUT
    assert pages["in"] == sum(count for state, count in pages.items() if state != "in") == 9
    assert (pages["review"], pages["duplicate"], pages["error"]) == (1, 2, 6)
    lines = said.err.splitlines()
    assert {re.split(r"[:,]", line)[0] for line in lines} == {
        "truncated.pdf", "zero.pdf", "text.pdf", "junk.png", "huge.png", "locked.pdf"
    }  # fmt: skip
    assert all(line.endswith(".") for line in lines)
    assert "\x1b" not in said.err + said.out


def test_read__folder_of_bad_files__is_json_with_errors(
    office: list[str], bad: Path, capsys: Said
) -> None:
    """`read --json` names each bad file with its sentence inside the document."""
    code = main([*office, "read", str(bad / "zero.pdf"), str(bad / "text.pdf"), "--json"])

    files = json.loads(capsys.readouterr().out)["files"]
    assert code == ExitCode.BAD_INPUT
    assert [(f["file"], bool(f["error"]), f["pages"]) for f in files] == [
        ("zero.pdf", True, []),
        ("text.pdf", True, []),
    ]


@pytest.mark.parametrize("kind", ["empty", "broken", "absent"])
def test_packs__that_are_wrong__one_sentence_with_the_file(
    tmp_path: Path, kind: str, capsys: Said
) -> None:
    """A folder without packs, or a pack whose YAML is broken, is exit code 4 and says where."""
    packs = tmp_path / "packs"
    if kind != "absent":
        packs.mkdir()
    if kind == "broken":
        shutil.copytree(PACKS, packs, dirs_exist_ok=True)
        with (packs / "form_templates" / "home_visit" / "form.yaml").open("a") as file:
            file.write("  : broken [\n")
    code = main(["--packs", str(packs), "forms", "list"])

    said = capsys.readouterr()
    assert code == ExitCode.BAD_TEMPLATE
    assert one_sentence(said.err)
    assert "form.yaml, line" in said.err or kind != "broken"


def test_workspace__that_cannot_be_made__one_sentence(capsys: Said) -> None:
    """A workspace where nothing can be written is exit code 6."""
    code = main(["--workspace", "/proc/office", "scan", "x.pdf"])

    assert code == ExitCode.DATABASE
    assert one_sentence(capsys.readouterr().err)


def test_scan__example_pack__reads_the_third_form(
    office: list[str], bad: Path, capsys: Said
) -> None:
    """A form that the program has never seen is read from its folder alone."""
    main([*office, "read", str(bad / "good.pdf"), "--json"])
    document = json.loads(capsys.readouterr().out)

    (page,) = document["files"][0]["pages"]
    assert (page["form"], page["edition"], page["state"]) == ("home_visit", "v1", "read")
    kinds = {field["kind"] for field in page["fields"]}
    assert kinds == {"mark", "number", "date", "code", "text", "ink"}
    assert document["records"][0]["form"] == "home_visit"


def test_options_of_every_command__stand_before_or_after(tmp_path: Path, capsys: Said) -> None:
    """`--workspace` and `--verbose` mean the same on either side of the command."""
    room = str(tmp_path / "office")
    assert main(["init", "--workspace", room, "--verbose"]) == ExitCode.DONE
    assert main(["--workspace", room, "status", "--json"]) == ExitCode.DONE
    assert main([f"--workspace={room}", "status", "--json"]) == ExitCode.DONE
    capsys.readouterr()


def test_status__unknown_batch__is_bad_input(office: list[str], capsys: Said) -> None:
    """A batch that is not there is said, not shown as empty."""
    main([*office, "init"])
    capsys.readouterr()
    code = main([*office, "status", "B-9999", "--json"])

    assert code == ExitCode.BAD_INPUT
    assert capsys.readouterr().out == ""


def test_name_with_path__is_only_a_name(office: list[str], tmp_path: Path, capsys: Said) -> None:
    """A file whose path goes up and down lands in the page store under its digest alone."""
    (tmp_path / "a").mkdir()
    page = np.full((2339, 1654), 255, np.uint8)
    save_stack([page], tmp_path / "up.pdf", 200)
    main([*office, "scan", str(tmp_path / "a" / ".." / "up.pdf"), "--json"])
    capsys.readouterr()

    kept = [p for p in (tmp_path / "office" / "pages" / "files").rglob("*") if p.is_file()]
    assert [re.fullmatch(r"[0-9a-f]{64}\.pdf", p.name) is not None for p in kept] == [True]


def test_serve__plain_http_off_this_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Children's papers do not go over a network in the clear."""
    code = main(["serve", "--host", "192.0.2.1"])

    assert code == ExitCode.WRONG_USE
    assert "--behind-tls" in capsys.readouterr().err
