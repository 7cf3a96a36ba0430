"""A broken pack is told what is wrong, where and what to do; a good one hears nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.check import WARNING, check_pack

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
FORM, TEMPLATE = "form.yaml", "v1/template.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the example pack, to be broken."""
    shutil.copytree(EXAMPLE, tmp_path / "pack")
    return tmp_path / "pack"


def _break(pack: Path, file: str, before: str, after: str) -> None:
    path = pack / "form_templates" / "home_visit" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_check__good_pack_is_silent(pack: Path) -> None:
    """The example has no fault."""
    assert check_pack(load_catalog(pack), "home_visit") == []


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        pytest.param(
            TEMPLATE, "[52, 68, 22, 9]", "[192, 68, 22, 9]", "off the page of 210 x 297", id="off"
        ),
        pytest.param(
            TEMPLATE,
            "[52, 68, 22, 9]",
            "[90, 70, 22, 9]",
            "'next_visit' box and 'age' box overlap",
            id="overlap",
        ),
        pytest.param(
            TEMPLATE, "[52, 68, 22, 9]", "[52, 68, 22, 0]", "box has no area", id="no-area"
        ),
        pytest.param(
            TEMPLATE, "      poor: [172, 93, 20, 9]\n", "", "has no box for 'poor'", id="option"
        ),
        pytest.param(
            TEMPLATE, "format: ddmmyyyy", "format: ddmmyy", "has 8 comb cells", id="comb-format"
        ),
        pytest.param(
            TEMPLATE,
            "[52, 68, 22, 9], reader: number",
            "[52, 68, 22, 9], reader: date",
            "'age' is of type integer, which reader 'date' does not read",
            id="reader",
        ),
        pytest.param(FORM, "home_relation", "relation", "there is no list 'relation'", id="list"),
        pytest.param(
            FORM, ", code_list: home_relation", "", "keying: list needs a code_list", id="no-list"
        ),
        pytest.param(
            FORM,
            "meals.*.weekend",
            "meals.*.sunday",
            "no field is called 'meals.*.sunday'",
            id="zero",
        ),
        pytest.param(
            FORM,
            "digits: [1, 2]}",
            "relevant: \"${seen} = 'yes'\"}",
            "relevant names 'seen', which is no field",
            id="relevant",
        ),
        pytest.param(
            FORM,
            "yields: values",
            "yields: values\nurgent: {home_condition: [awful]}",
            "'awful' is no answer of 'home_condition'",
            id="urgent",
        ),
        pytest.param(
            FORM,
            "review: always",
            "central: {table: t, column: c, map: {good: G, fair: F, bad: B}}",
            "'bad' is no choice of the field",
            id="map",
        ),
    ],
)
def test_check__names_the_fault(pack: Path, file: str, before: str, after: str, said: str) -> None:
    """Each kind of fault is named in one sentence."""
    _break(pack, file, before, after)

    faults = check_pack(load_catalog(pack), "home_visit")

    assert any(said in fault for fault in faults)
    assert not any(fault.startswith(WARNING) for fault in faults)


def test_check__says_file_and_line(pack: Path) -> None:
    """A fault names the file and the line of the place."""
    _break(pack, TEMPLATE, "[52, 68, 22, 9]", "[192, 68, 22, 9]")
    text = (pack / "form_templates/home_visit/v1/template.yaml").read_text(encoding="utf-8")
    line = next(i for i, row in enumerate(text.splitlines(), start=1) if "  age:" in row)

    faults = check_pack(load_catalog(pack), "home_visit")

    assert any(f"template.yaml, line {line}: 'age'" in fault for fault in faults)


def test_check__missing_swahili_is_a_warning(pack: Path) -> None:
    """A form without Swahili reads all the same."""
    _break(pack, FORM, "{en: Age in years, sw: Umri kwa miaka}", "{en: Age in years}")

    faults = check_pack(load_catalog(pack), "home_visit")

    assert [fault.startswith(WARNING) for fault in faults] == [True]
    assert "field 'age': has no Swahili label" in faults[0]


def test_check__blank_of_another_shape(pack: Path) -> None:
    """A blank cropped to less than the page is refused with its size."""
    file = pack / "form_templates/home_visit/v1/page-1.png"
    cv2.imwrite(str(file), np.full((2200, 1654), 255, np.uint8))

    faults = check_pack(load_catalog(pack), "home_visit")

    assert any("1654 x 2200 pixels do not have the shape of 210 x 297 mm" in f for f in faults)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(None, "the blank of page 1 cannot be read", id="missing"),
        pytest.param(b"a letter", "is neither PNG, JPEG nor PDF", id="no-picture"),
        pytest.param(b"%PDF-1.7 torn", "is not a readable PDF", id="torn-pdf"),
    ],
)
def test_check__unusable_blank(pack: Path, data: bytes | None, said: str) -> None:
    """A blank that is missing, or no picture, is named."""
    file = pack / "form_templates/home_visit/v1/page-1.png"
    file.unlink()
    if data is not None:
        file.write_bytes(data)

    faults = check_pack(load_catalog(pack), "home_visit")

    assert any(said in fault for fault in faults)


def test_check__unknown_form_lists_the_known(pack: Path) -> None:
    """Asked for a form that is not there, it says which are."""
    with pytest.raises(TemplateError, match=r"no form 'visit'\. Known: home_visit\."):
        check_pack(load_catalog(pack), "visit")


def test_check__one_file_with_both_parts(pack: Path) -> None:
    """A form with one edition may be a single file; a fault there has its line too."""
    folder = pack / "form_templates" / "home_visit"
    parts = {
        "form": yaml.safe_load((folder / FORM).read_text(encoding="utf-8")),
        "template": yaml.safe_load((folder / TEMPLATE).read_text(encoding="utf-8")),
    }
    parts["template"]["places"]["age"]["box"] = [192, 68, 22, 9]
    shutil.move(folder / "v1" / "page-1.png", folder / "page-1.png")
    shutil.rmtree(folder / "v1")
    text = yaml.safe_dump(parts, sort_keys=False)
    (folder / FORM).write_text(text, encoding="utf-8")
    line = next(i for i, row in enumerate(text.splitlines(), start=1) if row == "    age:")

    faults = check_pack(load_catalog(pack), "home_visit")

    assert [f"form.yaml, line {line}: 'age' box reaches" in fault for fault in faults] == [True]
