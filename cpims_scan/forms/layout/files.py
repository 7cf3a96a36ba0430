"""The files of a laid-out edition: read its layout.yaml, write template, drawing and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cpims_scan.errors import TemplateError
from cpims_scan.forms.build import build_form
from cpims_scan.forms.catalog import load_lists
from cpims_scan.forms.layout.make import LaidOut, lay_out
from cpims_scan.forms.layout.spec import LayoutSpec
from cpims_scan.forms.paper.draw import draw_blanks
from cpims_scan.forms.paper.drawing import Drawing
from cpims_scan.forms.spec import FormSpec
from cpims_scan.forms.yamlfile import read_model

LAYOUT = "layout.yaml"
HEAD = "# Made from layout.yaml by: cpims-scan forms lay-out. Change that, not this.\n"


def layout_of(edition_folder: Path) -> LaidOut:
    """
    Lay out the edition of a folder that holds layout.yaml, beside its form's form.yaml.

    Raises:
        TemplateError: There is no layout, or it is wrong.
    """
    file = edition_folder / LAYOUT
    if not file.exists():
        raise TemplateError(f"{file}: there is no such file. Write it first: docs/printing.md.")
    form_file = edition_folder.parent / "form.yaml"
    lists = load_lists(edition_folder.parent.parent / "_lists")
    form = build_form(read_model(form_file, FormSpec), lists, form_file)
    return lay_out(form, read_model(file, LayoutSpec), lists)


def write_edition(edition_folder: Path) -> list[Path]:
    """
    Write template.yaml, drawing.yaml and page-1.png ... of an edition's layout.

    An edition that has only a drawing gets the pictures of it.

    Returns:
        The files written.
    """
    if not (edition_folder / LAYOUT).exists() and (edition_folder / "drawing.yaml").exists():
        return draw_blanks(edition_folder)
    made = layout_of(edition_folder)
    template, drawing = edition_folder / "template.yaml", edition_folder / "drawing.yaml"
    template.write_text(template_text(made), encoding="utf-8")
    drawing.write_text(drawing_text(made.drawing), encoding="utf-8")
    return [template, drawing, *draw_blanks(edition_folder)]


def template_text(made: LaidOut) -> str:
    """template.yaml: one place a line."""
    lines = [HEAD.rstrip()]
    for key, value in made.template.items():
        if not value:
            continue
        if key in ("places", "pages", "absent", "sums"):
            lines.append(f"{key}:")
            items = value.items() if isinstance(value, dict) else [("-", item) for item in value]
            lines += [f"  {_key(name)} {_flow(item)}" for name, item in items]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def drawing_text(drawing: Drawing) -> str:
    """drawing.yaml: one line, bar or word a line."""
    lines = [HEAD.rstrip(), "styles:"]
    for name, style in drawing.styles.items():
        lines.append(f"  {name}: {_flow(style.model_dump(exclude_defaults=True))}")
    lines.append("pages:")
    for page in drawing.pages:
        data = page.model_dump(exclude_defaults=True)
        lines.append(f"  - size_mm: {_flow(list(page.size_mm))}")
        data.pop("size_mm", None)
        for key, rows in data.items():
            lines.append(f"    {key}:")
            lines += [f"      - {_flow(list(row))}" for row in rows]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return "-" if name == "-" else f"{name}:"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
    )
    return text.removesuffix("...\n").strip()
