"""One change of a pack as an editor makes it: a box moved, a question named, added, removed."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cpims_scan.errors import TemplateError
from cpims_scan.forms.editing.packtext import entry_lines, field_lines, flow, place_row, table_lines
from cpims_scan.forms.editing.yamledit import drop_entry, drop_item, put_entry, put_item

Millimetres = tuple[float, float, float, float]
STEP_MM = 4.0  # a duplicate stands this far below what it was made from
NEW_BOX: Millimetres = (20.0, 20.0, 40.0, 8.0)
OPTION_GAP_MM = 3.0  # a new answer's box stands this far right of the last one


@dataclass(frozen=True, slots=True)
class PackText:
    """The two files of one edition as they are written; one and the same for a single file."""

    form_file: Path
    template_file: Path
    form: str
    template: str

    @property
    def digest(self) -> str:
        """Changes with either file: two people must not write over each other."""
        return hashlib.sha256((self.form + "\0" + self.template).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Edited:
    """
    A question as a person left it in the editor.

    Attributes:
        was: Its name before; "" for a new one. `table.column` for a table's column.
        type: XLSForm's word, the list's name included.
        parts: Box of each part by name: `box`, an answer's name, or a comb's cell `1`, `2` ...
        choices: The answers in order: name, English, Swahili; None leaves the list as it is.
        rows: Top and height of a table's rows; () for all else.
    """

    was: str
    name: str
    label: dict[str, str]
    type: str
    reader: str
    page: int
    parts: dict[str, Millimetres]
    comb: int | None = None
    alphabet: str = "digits"
    format: str | None = None
    choices: tuple[tuple[str, str, str], ...] | None = None
    rows: tuple[tuple[float, float], ...] = field(default=())


def read_pack(form_folder: Path, edition: str) -> PackText:
    """
    Read the files of one edition.

    Raises:
        TemplateError: The pack is written in one file, which the editor leaves alone.
    """
    form_file, template_file = form_folder / "form.yaml", form_folder / edition / "template.yaml"
    if not template_file.exists():
        raise TemplateError(
            f"{form_file}: a pack in one single file is edited by hand. See docs/forms.md."
        )
    texts = (form_file.read_text(encoding="utf-8"), template_file.read_text(encoding="utf-8"))
    return PackText(form_file, template_file, *texts)


def saved(pack: PackText, edited: Edited) -> PackText:
    """Write one question and its place; the files' other lines stay as they are."""
    if "." in edited.was:
        return _saved_column(pack, edited)
    form = _put_field(pack.form, edited)
    if edited.choices is not None:
        form = _put_choices(form, edited)
    template = pack.template
    if edited.was and edited.was != edited.name:
        template = drop_entry(template, ("places",), edited.was)
    written = _data(pack.template)
    absent = _absent_answers(written, edited.was)
    row = _place(edited, (written.get("places") or {}).get(edited.was, {}), absent)
    template = put_entry(
        template, ("places",), edited.name, _dedented(entry_lines(edited.name, row))
    )
    return dataclasses.replace(pack, form=form, template=_present(template, edited.name))


def added(pack: PackText, page: int) -> tuple[PackText, str]:
    """Add an empty question with a box; its name is given back."""
    name = _free_name(_data(pack.form), "new_field")
    label = {"en": "New field", "sw": "Sehemu mpya"}
    new = Edited("", name, label, "text", "text", page, {"box": NEW_BOX})
    return saved(pack, new), name


def duplicated(pack: PackText, name: str) -> tuple[PackText, str]:
    """Add a copy of a question a little below it; its name is given back."""
    fields = _data(pack.form)["fields"]
    index = _index(fields, name)
    place = _data(pack.template)["places"].get(name)
    if index is None or place is None:
        raise TemplateError(f"'{name}' stands in a table, or has no place: it cannot be doubled.")
    copy = _free_name(_data(pack.form), name)
    below = _moved(place, STEP_MM)
    form = put_item(pack.form, ("fields",), None, _item({**fields[index], "name": copy}))
    lines = _dedented(entry_lines(copy, place_row(below)))
    template = put_entry(pack.template, ("places",), copy, lines)
    return dataclasses.replace(pack, form=form, template=template), copy


def removed(pack: PackText, name: str) -> PackText:
    """Take a question, or a whole table, out of both files."""
    name = name.partition(".")[0]
    index = _index(_data(pack.form)["fields"], name)
    form = pack.form if index is None else drop_item(pack.form, ("fields",), index)
    template = drop_entry(pack.template, ("places",), name)
    for part in [key for key in _data(template).get("places", {}) if key.startswith(name + ".")]:
        template = drop_entry(template, ("places",), part)
    template = drop_entry(template, ("tables",), name)
    return dataclasses.replace(pack, form=form, template=template)


def _absent_answers(template: dict[str, Any], field_name: str) -> set[str]:
    """Answers of a field that the edition does not print: `case_nature=emergency`."""
    words = (word.partition("=") for word in template.get("absent") or [])
    return {answer for name, is_one, answer in words if is_one and name == field_name}


def _put_field(text: str, edited: Edited) -> str:
    fields = _data(text)["fields"]
    index = _index(fields, edited.was)
    before = fields[index] if index is not None else {}
    return put_item(text, ("fields",), index, _item(_field(before, edited)))


def _field(before: dict[str, Any], edited: Edited) -> dict[str, Any]:
    """A question's words with what the editor changed; all others stay."""
    said = {"name": edited.name, "type": edited.type, "label": edited.label}
    ordered = {key: said.get(key, value) for key, value in before.items()}
    return {**said, **ordered, **said} if not before else {**ordered, **said}


def _put_choices(text: str, edited: Edited) -> str:
    listed = edited.type.partition(" ")[2]
    if not listed:
        return text
    before = {c["name"]: c for c in _data(text).get("choices", {}).get(listed, [])}
    answers = [
        {**before.get(name, {}), "name": name, "label": {"en": en} | ({"sw": sw} if sw else {})}
        for name, en, sw in edited.choices or ()
    ]
    lines = f"{flow(listed)}:\n" + "\n".join(f"  - {flow(answer)}" for answer in answers)
    return put_entry(text, ("choices",), listed, lines)


def _place(edited: Edited, before: dict[str, Any], absent: set[str]) -> dict[str, Any]:
    """A place's words; answers that this edition does not print get no box."""
    row: dict[str, Any] = {"page": edited.page, "reader": edited.reader}
    boxes = {key: [round(side, 2) for side in box] for key, box in edited.parts.items()}
    known = {"page", "box", "reader", "comb", "alphabet", "format", "options"}
    row |= {key: value for key, value in before.items() if key not in known}
    if edited.reader in ("cells", "squares"):
        row["options"] = _options(edited, boxes, absent)
    elif edited.reader == "comb" and "box" not in boxes:
        row["comb"] = list(boxes.values())
    else:
        row["box"] = boxes.get("box") or next(iter(boxes.values()), list(NEW_BOX))
    if edited.reader == "comb":
        row |= {"alphabet": edited.alphabet, "format": edited.format}
        row.setdefault("comb", edited.comb or 1)
    return place_row(row)


def _options(
    edited: Edited, boxes: dict[str, list[float]], absent: set[str]
) -> dict[str, list[float]]:
    """A box for each answer; a new one stands right of the one before it."""
    names = [name for name, _, _ in edited.choices or ()] or [n for n in boxes if n != "box"]
    last = boxes.get("box", list(NEW_BOX))
    options: dict[str, list[float]] = {}
    for name in names:
        if name in absent:
            continue
        if name not in boxes:
            left = last[0] + last[2] + OPTION_GAP_MM if options else last[0]
            boxes[name] = [round(left, 2), *last[1:]]
        last = options[name] = boxes[name]
    return options


def _saved_column(pack: PackText, edited: Edited) -> PackText:
    """Write one column of a table, and the table's rows."""
    table, _, column = edited.was.partition(".")
    fields = _data(pack.form)["fields"]
    index = _index(fields, table)
    where = _data(pack.template)["tables"].get(table)
    if index is None or where is None or column not in where["columns"]:
        raise TemplateError(f"There is no column '{edited.was}'. Look at the page again.")
    whole = fields[index]
    inner = [_field(f, edited) if f["name"] == column else f for f in whole["fields"]]
    form = put_item(pack.form, ("fields",), index, _item({**whole, "fields": inner}))
    left, _, width, _ = edited.parts["box"]
    spec = where["columns"][column] | {
        "left": round(left, 2), "width": round(width, 2), "reader": edited.reader,
    }  # fmt: skip
    if "options" in spec:
        spec["options"] = {
            name: [round(box[0], 2), round(box[2], 2)]
            for name, box in edited.parts.items()
            if name != "box"
        }
    columns = {edited.name if k == column else k: v for k, v in where["columns"].items()}
    columns[edited.name] = spec
    rows = [[round(top, 2), round(height, 2)] for top, height in edited.rows]
    changed = {**where, "columns": columns}
    if rows:  # a column may have rows of its own, where its cells stand at other heights
        (spec if "rows" in spec else changed)["rows"] = rows
    lines = _dedented(table_lines(table, changed))
    template = put_entry(pack.template, ("tables",), table, lines)
    return dataclasses.replace(pack, form=form, template=template)


def _present(template: str, name: str) -> str:
    """A field that has a place is no longer absent."""
    absent = _data(template).get("absent") or []
    if name not in absent:
        return template
    if len(absent) == 1:
        return put_entry(template, (), "absent", "absent: []")
    return drop_item(template, ("absent",), absent.index(name))


def _moved(place: dict[str, Any], down: float) -> dict[str, Any]:
    """A place further down, all its parts."""

    def lower(box: list[float]) -> list[float]:
        return [box[0], round(box[1] + down, 2), *box[2:]]

    moved = {**place}
    if "box" in place:
        moved["box"] = lower(place["box"])
    if "options" in place:
        moved["options"] = {name: lower(box) for name, box in place["options"].items()}
    if isinstance(place.get("comb"), list):
        moved["comb"] = [lower(box) for box in place["comb"]]
    return moved


def _free_name(form: dict[str, Any], wanted: str) -> str:
    names = {item["name"] for item in form["fields"]}
    stem = re.sub(r"_\d+$", "", wanted)
    number = 2
    while wanted in names:
        wanted, number = f"{stem}_{number}", number + 1
    return wanted


def _index(fields: list[dict[str, Any]], name: str) -> int | None:
    return next((i for i, item in enumerate(fields) if item["name"] == name), None)


def _item(item: dict[str, Any]) -> str:
    """A question's lines as an item of a list, without the dash."""
    return "\n".join(line[4:] for line in field_lines(item).split("\n"))


def _dedented(lines: str) -> str:
    return "\n".join(line[2:] for line in lines.split("\n"))


def _data(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text)
    return found if isinstance(found, dict) else {}
