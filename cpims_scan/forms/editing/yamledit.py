"""Changes inside a YAML file that leave every other line as a person wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from cpims_scan.errors import TemplateError

Path = tuple[str | int, ...]
# The pure loader: its marks are exact for every node, and these files are edited one at a time.
LOADER = yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class _Entry:
    """Lines of one entry, 0-based, both inclusive, and how far its key is indented."""

    first: int
    last: int
    indent: int


def put_entry(text: str, path: Path, key: str, lines: str) -> str:
    """
    Write an entry of a mapping: in the place of the one with that key, else at its end.

    Args:
        text: The whole file.
        path: Keys and indices that lead to the mapping; it is made when it is not there.
        key: Of the entry.
        lines: The entry as it shall stand, its key included, not indented.
    """
    mapping = _node(text, path)
    if not isinstance(mapping, yaml.MappingNode) or mapping.flow_style:
        text = _made_block(text, path)
        mapping = _node(text, path)
    found = _entry(mapping, key)
    if found is not None:
        return _replaced(text, found, lines)
    return _appended(text, path, mapping, lines)


def drop_entry(text: str, path: Path, key: str) -> str:
    """Take an entry out of a mapping; a mapping that is left empty goes as well."""
    mapping = _node(text, path)
    found = _entry(mapping, key) if isinstance(mapping, yaml.MappingNode) else None
    if found is None:
        return text
    if mapping.flow_style or len(mapping.value) == 1:
        return _replaced_value(text, path, "{}")
    return _cut(text, found)


def put_item(text: str, path: Path, index: int | None, lines: str) -> str:
    """
    Write an item of a list.

    Args:
        text: The whole file.
        path: Leads to the list.
        index: Of the item that is replaced; None appends one.
        lines: The item without its dash, not indented.
    """
    listed = _node(text, path)
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
        raise TemplateError(f"The list '{path[-1]}' is not written one item a line. Write it so.")
    dashed = "- " + lines.replace("\n", "\n  ")
    if index is not None:
        return _replaced(text, _item(listed, index), dashed)
    last = _item(listed, len(listed.value) - 1)
    rows = text.split("\n")
    return "\n".join(
        [*rows[: last.last + 1], _indented(dashed, last.indent), *rows[last.last + 1 :]]
    )


def drop_item(text: str, path: Path, index: int) -> str:
    """Take an item out of a list."""
    listed = _node(text, path)
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style:
        raise TemplateError(f"The list '{path[-1]}' is not written one item a line. Write it so.")
    return _cut(text, _item(listed, index))


def _node(text: str, path: Path) -> Any:
    node = yaml.compose(text, Loader=LOADER)
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), None)
        else:
            return None
    return node


def _entry(mapping: Any, key: str) -> _Entry | None:
    for name, value in mapping.value:
        if name.value == key:
            return _Entry(name.start_mark.line, _last_line(value), name.start_mark.column)
    return None


def _item(listed: Any, index: int) -> _Entry:
    node = listed.value[index]
    # The dash stands on the item's first line, two columns before what it begins with.
    return _Entry(node.start_mark.line, _last_line(node), listed.start_mark.column)


def _last_line(node: Any) -> int:
    """Last line with anything of a node on it; a block's own end mark lies beyond it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        line = node.end_mark.line
        return int(line - 1 if node.end_mark.column == 0 and line > node.start_mark.line else line)
    inner = node.value[-1]
    return _last_line(inner[1] if isinstance(inner, tuple) else inner)


def _replaced(text: str, entry: _Entry, lines: str) -> str:
    rows = text.split("\n")
    return "\n".join(
        [*rows[: entry.first], _indented(lines, entry.indent), *rows[entry.last + 1 :]]
    )


def _cut(text: str, entry: _Entry) -> str:
    rows = text.split("\n")
    return "\n".join([*rows[: entry.first], *rows[entry.last + 1 :]])


def _appended(text: str, path: Path, mapping: Any, lines: str) -> str:
    rows = text.split("\n")
    if isinstance(mapping, yaml.MappingNode) and mapping.value:
        last = _last_line(mapping.value[-1][1])
        indent = mapping.value[0][0].start_mark.column
    else:
        parent = _node(text, path[:-1])
        found = _entry(parent, str(path[-1]))
        if found is None:
            raise TemplateError(f"There is no '{path[-1]}' to write to. Add it to the file.")
        last, indent = found.first, found.indent + 2
    return "\n".join([*rows[: last + 1], _indented(lines, indent), *rows[last + 1 :]])


def _made_block(text: str, path: Path) -> str:
    """Have a mapping written one entry a line; an empty or missing one is begun."""
    mapping = _node(text, path)
    if mapping is None or not getattr(mapping, "value", None):
        if _entry(_node(text, path[:-1]), str(path[-1])) is None:
            end = "" if text.endswith("\n") else "\n"
            return f"{text}{end}{path[-1]}:\n"
        return _replaced_value(text, path, "")
    rows = text.split("\n")
    found = _entry(_node(text, path[:-1]), str(path[-1]))
    if found is None:
        return text
    entries = [
        yaml.serialize(
            yaml.MappingNode(mapping.tag, [pair], flow_style=True), Dumper=yaml.SafeDumper
        )
        for pair in mapping.value
    ]
    inner = [" " * (found.indent + 2) + entry.strip().strip("{}") for entry in entries]
    head = " " * found.indent + f"{path[-1]}:"
    return "\n".join([*rows[: found.first], head, *inner, *rows[found.last + 1 :]])


def _replaced_value(text: str, path: Path, value: str) -> str:
    found = _entry(_node(text, path[:-1]), str(path[-1]))
    return text if found is None else _replaced(text, found, f"{path[-1]}: {value}".rstrip())


def _indented(lines: str, indent: int) -> str:
    return "\n".join(" " * indent + line for line in lines.split("\n"))
