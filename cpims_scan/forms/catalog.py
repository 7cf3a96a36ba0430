"""All packs of one folder: forms, their editions, their code lists, by name and by digest."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.errors import TemplateError
from cpims_scan.forms.build import build_edition, build_form
from cpims_scan.forms.spec import ChoiceSpec, FormSpec, SingleSpec, TemplateSpec
from cpims_scan.forms.template import Edition, Form
from cpims_scan.forms.yamlfile import read_model, read_yaml

PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every form that can be read here."""

    root: Path
    forms: dict[str, Form]
    editions: dict[tuple[str, str], Edition]
    lists: dict[str, list[ChoiceSpec]]
    digest: str

    def edition(self, form: str, edition: str) -> Edition:
        """
        Look an edition up by name.

        Raises:
            TemplateError: There is none; the message lists those that are there.
        """
        found = self.editions.get((form, edition))
        if found is None:
            known = ", ".join(f"{f} {e}" for f, e in self.editions)
            raise TemplateError(f"There is no form '{form}' edition '{edition}'. Known: {known}.")
        return found


def packs_root(packs: Path | None) -> Path:
    """Folder that holds `form_templates/` and `validators/`: named, bundled, or the checkout's."""
    bundled = PACKAGE / "_bundled"
    return packs or (bundled if bundled.exists() else PACKAGE.parent)


def load_catalog(packs: Path | None = None) -> Catalog:
    """
    Read every pack below a folder.

    Raises:
        TemplateError: There is no pack, or one is wrong.
    """
    root = packs_root(packs)
    folder = root / "form_templates"
    if not folder.is_dir():
        raise TemplateError(
            f"{folder}: there is no such folder. --packs names a folder that holds form_templates/."
        )
    lists = load_lists(folder / "_lists")
    forms: dict[str, Form] = {}
    editions: dict[tuple[str, str], Edition] = {}
    for form_file in sorted(folder.glob("*/form.yaml")):
        form, found = load_form(form_file, lists)
        forms[form.name] = form
        editions |= {(form.name, edition.name): edition for edition in found}
    if not forms:
        raise TemplateError(f"{folder}: no form pack found. A pack is <form>/form.yaml.")
    return Catalog(root, forms, editions, lists, _digest(sorted(folder.glob("*/**/*.yaml")), root))


def load_form(file: Path, lists: dict[str, list[ChoiceSpec]]) -> tuple[Form, list[Edition]]:
    """Read one form.yaml with all editions beside it; a single file may hold both parts."""
    if _is_single(file):
        both = read_model(file, SingleSpec)
        form = build_form(both.form, lists, file)
        digest = _digest(sorted(p for p in file.parent.iterdir() if p.is_file()), file.parent)
        return form, [build_edition(form, both.template, file, digest)]
    form = build_form(read_model(file, FormSpec), lists, file)
    editions = []
    for template in sorted(file.parent.glob("*/template.yaml")):
        parts = [file, *sorted(p for p in template.parent.iterdir() if p.is_file())]
        digest = _digest(parts, file.parent)
        editions.append(build_edition(form, read_model(template, TemplateSpec), template, digest))
    if not editions:
        raise TemplateError(f"{file.parent}: no edition found. Add <edition>/template.yaml.")
    return form, editions


def _is_single(file: Path) -> bool:
    data = read_yaml(file)
    return isinstance(data, dict) and "template" in data


def load_lists(folder: Path) -> dict[str, list[ChoiceSpec]]:
    """Code lists as CSV: code, label_en, label_sw, and aliases separated by |."""
    return {file.stem: _load_list(file) for file in sorted(folder.glob("*.csv"))}


def _load_list(file: Path) -> list[ChoiceSpec]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if rows and not {"code", "label_en"} <= set(rows[0]):
        raise TemplateError(
            f"{file}: a code list has the columns code, label_en, label_sw, aliases."
        )
    return [
        ChoiceSpec(
            name=row["code"],
            label={"en": row["label_en"], "sw": row.get("label_sw") or row["label_en"]},
            aliases=[a for a in (row.get("aliases") or "").split("|") if a],
            parent=row.get("parent") or None,
        )
        for row in rows
    ]


def _digest(files: list[Path], root: Path) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(root)).encode())
        total.update(file.read_bytes())
    return total.hexdigest()
