"""An editor's change is written where it belongs, and only there."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml

from cpims_scan.errors import TemplateError
from cpims_scan.forms.editing.packedit import (
    Edited,
    PackText,
    duplicated,
    read_pack,
    removed,
    saved,
)

EXAMPLE = Path(__file__).parents[3] / "docs" / "example-pack" / "form_templates" / "home_visit"
LABEL = {"en": "Was the child seen", "sw": "Je mtoto alionekana"}
SEEN = Edited(
    "child_seen",
    "child_seen",
    LABEL,
    "select_one yesno",
    "cells",
    1,
    {"yes": (52, 93, 18, 9), "no": (70, 93, 18, 9)},
    choices=(("yes", "Yes", "Ndiyo"), ("no", "No", "Hapana"), ("later", "Later", "Baadaye")),
)


@pytest.fixture
def pack() -> PackText:
    """The example pack as it is written."""
    return read_pack(EXAMPLE, "v1")


def test_saved__keeps_words_that_the_editor_does_not_know(pack: PackText) -> None:
    """What stands in a field beside name, type and label stays."""
    fields = yaml.safe_load(saved(pack, SEEN).form)["fields"]

    assert next(f for f in fields if f["name"] == "child_seen")["required"] is True


def test_saved__keeps_what_officers_write_for_an_answer(pack: PackText) -> None:
    """An answer's aliases survive a change of the list."""
    answers = yaml.safe_load(saved(pack, SEEN).form)["choices"]["yesno"]

    assert [a.get("aliases") for a in answers] == [["1", "ndio"], ["2", "la"], None]


def test_saved__absent_answer_gets_no_box(pack: PackText) -> None:
    """An answer that this edition does not print is not placed."""
    text = pack.template.replace("edition: v1\n", "edition: v1\nabsent: [child_seen=later]\n")

    made = saved(dataclasses.replace(pack, template=text), SEEN)

    assert set(yaml.safe_load(made.template)["places"]["child_seen"]["options"]) == {"yes", "no"}


def test_saved__field_with_a_box_is_no_longer_absent(pack: PackText) -> None:
    """A placed field leaves the list of what the edition does not print."""
    text = pack.template.replace("edition: v1\n", "edition: v1\nabsent:\n  - age\n")
    age = Edited("age", "age", {"en": "Age"}, "integer", "number", 1, {"box": (52, 68, 22, 9)})

    assert (
        yaml.safe_load(saved(dataclasses.replace(pack, template=text), age).template)["absent"]
        == []
    )


def test_saved__comb_of_single_cells(pack: PackText) -> None:
    """A comb whose cells stand apart keeps a box for each."""
    cells = {str(i): (124.0 + 7 * i, 42.0, 7.0, 8.0) for i in range(1, 9)}
    comb = Edited(
        "visit_date", "visit_date", {"en": "Date"}, "date", "comb", 1, cells, format="ddmmyyyy"
    )

    place = yaml.safe_load(saved(pack, comb).template)["places"]["visit_date"]
    assert (len(place["comb"]), place["format"]) == (8, "ddmmyyyy")


def test_removed__table_goes_from_both_files(pack: PackText) -> None:
    """Removing one column removes its table: half a table is none."""
    made = removed(pack, "children.age")

    assert "children" not in yaml.safe_load(made.template)["tables"]
    assert "children" not in [f["name"] for f in yaml.safe_load(made.form)["fields"]]


def test_duplicated__table_is_refused(pack: PackText) -> None:
    """A table is not copied by its column."""
    with pytest.raises(TemplateError, match="cannot be doubled"):
        duplicated(pack, "children.age")


def test_read_pack__single_file_is_refused(tmp_path: Path) -> None:
    """A pack in one file is edited by hand, and that is said."""
    (tmp_path / "form.yaml").write_text("form: {}\ntemplate: {}\n", encoding="utf-8")

    with pytest.raises(TemplateError, match="edited by hand"):
        read_pack(tmp_path, "v1")
