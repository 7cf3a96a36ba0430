"""A pack's files as people write them: one line a field, in the flow style of the bundled packs."""

from __future__ import annotations

from typing import Any

import yaml

from cpims_scan.forms.spec import FormSpec, TemplateSpec

LONGEST_LINE = 150  # letters; a longer entry is broken over lines, one key each


def form_text(form: FormSpec, comment: str) -> str:
    """form.yaml as text; `comment` stands above it, one sentence a line."""
    said = form.model_dump(mode="json", exclude_defaults=True)
    parts = [_comment(comment), f"form: {form.form}", f"title: {flow(said['title'])}"]
    parts += _scalars(said, ("yields",))
    parts.append("\nfields:")
    parts += [field_lines(field) for field in said["fields"]]
    parts += _choices(said.get("choices", {}))
    parts += _rest(said, ("form", "title", "yields", "fields", "choices"))
    return "\n".join(parts) + "\n"


def template_text(template: TemplateSpec, comment: str) -> str:
    """template.yaml as text."""
    said = template.model_dump(mode="json", exclude_defaults=True)
    # A page's number and size say where a box stands; they are written even when they are usual.
    pages = [page.model_dump(mode="json") for page in template.pages]
    for page in pages:
        if page["pdf_page"] == 1:
            del page["pdf_page"]
    parts = [_comment(comment), f"edition: {scalar(template.edition)}"]
    parts += _rest(said, ("edition", "pages", "places", "tables", "sums"))
    parts += ["pages:", *(f"  - {flow(page)}" for page in pages)]
    parts += ["\nplaces:" if template.places else "places: {}"]
    for name, place in template.places.items():
        parts.append(entry_lines(name, place_row(place.model_dump(mode="json"))))
    if template.tables:
        parts.append("\ntables:")
    for name, table in template.tables.items():
        row = table.model_dump(mode="json", exclude_defaults=True)
        for key, column in table.columns.items():  # handwriting is said, though it is usual
            row["columns"][key].setdefault("reader", column.reader)
        parts.append(table_lines(name, row))
    sums = said.get("sums", [])
    return (
        "\n".join(parts + (["\nsums:"] if sums else []) + [f"  - {flow(s)}" for s in sums]) + "\n"
    )


def place_row(said: dict[str, Any]) -> dict[str, Any]:
    """A place's words in the order of the packs, without those that say nothing."""
    order = ("page", "box", "reader", "comb", "alphabet", "format", "options")
    dull: tuple[Any, ...] = (None, {}, [])
    row = {key: said[key] for key in order if said.get(key) not in dull}
    row |= {key: value for key, value in said.items() if key not in order and value not in dull}
    if said.get("reader") != "comb" and row.get("alphabet") == "digits":
        del row["alphabet"]
    return row


def field_lines(field: dict[str, Any]) -> str:
    """One question of form.yaml; a table's over several lines."""
    if field.get("type") != "table":
        return f"  - {flow(field)}"
    lines = [f"  - name: {scalar(field['name'])}", "    type: table"]
    inner = ("name", "type", "rows", "fields")
    lines += [f"    {key}: {flow(value)}" for key, value in field.items() if key not in inner]
    if isinstance(field["rows"], int):
        lines.append(f"    rows: {field['rows']}")
    else:
        lines += ["    rows:", *(f"      - {flow(row)}" for row in field["rows"])]
    lines += ["    fields:", *(f"      - {flow(one)}" for one in field["fields"])]
    return "\n".join(lines)


def table_lines(name: str, table: dict[str, Any]) -> str:
    """One table of template.yaml."""
    lines = [f"  {scalar(name)}:"]
    lines += [f"    {key}: {flow(value)}" for key, value in table.items() if key != "columns"]
    lines.append("    columns:")
    lines += [f"      {scalar(key)}: {flow(value)}" for key, value in table["columns"].items()]
    return "\n".join(lines)


def entry_lines(name: str, row: dict[str, Any]) -> str:
    """One entry of a mapping, two spaces in; broken over lines when it would be long."""
    line = f"  {scalar(name)}: {flow(row)}"
    if len(line) <= LONGEST_LINE:
        return line
    lines = [f"  {scalar(name)}:"]
    for key, value in row.items():
        text = f"    {scalar(key)}: {flow(value)}"
        if len(text) <= LONGEST_LINE or not isinstance(value, (dict, list)):
            lines.append(text)
            continue
        lines.append(f"    {scalar(key)}:")
        items = value.items() if isinstance(value, dict) else [(None, one) for one in value]
        lines += [
            f"      - {flow(one)}" if at is None else f"      {scalar(at)}: {flow(one)}"
            for at, one in items
        ]
    return "\n".join(lines)


def flow(value: Any) -> str:
    """A value on one line: {name: age, type: integer}."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text.removesuffix("\n").removesuffix("\n...")


def scalar(value: str) -> str:
    """A key or a word, quoted where YAML would take it for something else."""
    return flow(value)


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.splitlines())


def _scalars(said: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    return [f"{key}: {flow(said[key])}" for key in keys if key in said]


def _choices(choices: dict[str, Any]) -> list[str]:
    if not choices:
        return []
    lines = ["\nchoices:"]
    for name, answers in choices.items():
        lines += [f"  {scalar(name)}:", *(f"    - {flow(answer)}" for answer in answers)]
    return lines


def _rest(said: dict[str, Any], known: tuple[str, ...]) -> list[str]:
    """Words of the format that have no layout of their own, one line each."""
    return [f"{key}: {flow(value)}" for key, value in said.items() if key not in known]
