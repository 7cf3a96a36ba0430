"""YAML as a door: what is wrong is said with file, line and cure."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml

from cpims_scan.errors import TemplateError

Model = TypeVar("Model", bound=pydantic.BaseModel)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it was built in


def read_yaml(path: Path) -> Any:
    """
    Read one YAML file into plain data.

    Raises:
        TemplateError: The file is missing, unreadable or not YAML; the message names the line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506, a safe loader
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not YAML"
        raise TemplateError(f"{path}{line}: {problem}. Check the indentation there.") from error


def read_model(path: Path, model: type[Model], part: str | None = None) -> Model:
    """
    Read one YAML file as a pydantic model; `part` names the key that holds it, if not the whole.

    Raises:
        TemplateError: One sentence a wrong entry, each with file, line and cure.
    """
    data = read_yaml(path)
    if part is not None:
        data = data.get(part) if isinstance(data, dict) else None
    try:
        return model.model_validate(data)
    except pydantic.ValidationError as error:
        prefix: tuple[str | int, ...] = (part,) if part else ()
        lines = [_sentence(path, prefix, entry, model) for entry in error.errors()]
        raise TemplateError("\n".join(lines)) from error


def line_of(path: Path, place: tuple[str | int, ...]) -> int:
    """1-based line of an entry in a YAML file; of its nearest parent when it is not there."""
    node: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    line = 1
    for step in place:
        found = _child(node, step)
        if found is None:
            continue  # pydantic also names union members, which are not in the file
        line, node = found
    return line


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child.start_mark.line + 1, child
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    return None


def _sentence(
    path: Path, prefix: tuple[str | int, ...], entry: Any, model: type[pydantic.BaseModel]
) -> str:
    place = prefix + entry["loc"]
    name = ".".join(str(step) for step in place)
    what = entry["msg"].removeprefix("Value error, ")
    if entry["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), _words(model), n=1)
        what = (
            f"is not a word of the pack format. Did you mean '{near[0]}'?"
            if near
            else ("is not a word of the pack format. See docs/forms.md.")
        )
    elif entry["type"] == "missing":
        what = "is missing. Add it."
    return f"{path}, line {line_of(path, place)}: {name}: {what}"


def _words(model: type[pydantic.BaseModel]) -> list[str]:
    words: list[str] = []
    waiting, seen = [model], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        words += [f.alias or n for n, f in current.model_fields.items()]
        for info in current.model_fields.values():
            waiting += _models_in(info.annotation)
    return words


def _models_in(annotation: Any) -> list[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return [annotation]
    return [m for inner in getattr(annotation, "__args__", ()) for m in _models_in(inner)]
