"""A form and one edition of it, where the paper prints less or otherwise than the form asks."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cpims_scan.errors import TemplateError
from cpims_scan.forms.catalog import load_catalog
from cpims_scan.forms.check import check_pack
from cpims_scan.forms.template import Edition

FORM = """
form: story
title: {en: Story, sw: Hadithi}
fields:
  - {name: kind, type: select_one kind, label: {en: Kind, sw: Aina}}
  - name: lines
    type: table
    label: {en: Lines, sw: Mistari}
    rows: 3
    fields:
      - {name: name, type: text, label: {en: Name, sw: Jina}}
      - {name: sign, type: signature, label: {en: Sign, sw: Sahihi}}
choices:
  kind:
    - {name: old, label: {en: Old, sw: Zamani}}
    - {name: new, label: {en: New, sw: Mpya}}
"""
EDITION = """
edition: one
pages: [{blank: p.png}, {blank: p.png}]
absent: [lines.2, kind=new]
places:
  kind: {page: 1, reader: squares, options: {old: [20, 20, 4, 4]}}
tables:
  lines:
    page: 1
    rows: [[40, 10], [50, 10]]
    columns:
      name: {left: 20, width: 50, reader: text}
      sign: {page: 2, left: 30, width: 40, rows: [[100, 8], [120, 9]], reader: signature}
"""


def pack(root: Path, template: str = EDITION) -> Path:
    """A pack of one form and one edition."""
    folder = root / "form_templates" / "story"
    (folder / "one").mkdir(parents=True)
    (folder / "form.yaml").write_text(FORM)
    (folder / "one" / "template.yaml").write_text(template)
    cv2.imwrite(str(folder / "one" / "p.png"), np.full((297, 210), 255, np.uint8))
    return root


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    """The edition of the pack."""
    return load_catalog(pack(tmp_path)).edition("story", "one")


def test_absent_row__is_passed_over(edition: Edition) -> None:
    """The second row of the paper is the third of the form."""
    assert edition.places["lines.3.name"].box.top == 50
    assert "lines.2.name" not in edition.places


def test_column__may_stand_on_another_page_at_other_heights(edition: Edition) -> None:
    """The signatures of both rows are on page 2."""
    place = edition.places["lines.3.sign"]

    assert (place.page, place.box.left, place.box.top, place.box.height) == (2, 30, 120, 9)


def test_absent_answer__needs_no_box(tmp_path: Path) -> None:
    """An edition may leave one answer of a choice out, when it says so."""
    assert check_pack(load_catalog(pack(tmp_path)), "story") == []


def test_answer_without_a_box__is_a_fault(tmp_path: Path) -> None:
    """An answer that is neither placed nor said to be absent was forgotten."""
    made = load_catalog(pack(tmp_path, EDITION.replace(", kind=new", "")))

    (fault,) = check_pack(made, "story")
    assert "'kind' has no box for 'new'" in fault


def test_rows__that_are_neither_placed_nor_absent(tmp_path: Path) -> None:
    """Two rows for three say how the third is left out."""
    with pytest.raises(TemplateError, match=r"List a row that is not printed .* as lines\.3"):
        load_catalog(pack(tmp_path, EDITION.replace("lines.2, ", "")))


@pytest.mark.parametrize(("line", "joins"), [("", "order"), ("joins: never\n", "never")])
def test_joins__is_by_order_unless_said(tmp_path: Path, line: str, joins: str) -> None:
    """Pages that follow each other may be one sheet, but not those of a bound book."""
    edition = load_catalog(pack(tmp_path, line + EDITION.lstrip())).edition("story", "one")

    assert edition.joins == joins
