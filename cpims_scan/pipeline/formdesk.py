"""Packs changed on the desk: checked before they are written, kept before they are changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import pydantic
import yaml

from cpims_scan.domain.paper import Pixels
from cpims_scan.errors import TemplateError
from cpims_scan.forms.build import build_edition, build_form
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.check import check_pack
from cpims_scan.forms.editing.packedit import PackText, read_pack
from cpims_scan.forms.preview import blank_pixels
from cpims_scan.forms.spec import FormSpec, TemplateSpec
from cpims_scan.forms.template import BlankPage, Edition
from cpims_scan.settings import Settings

HISTORY = "form-edits"  # in the workspace: every pack as it was before each change
PICTURE_SIDE = 1800  # pixels of a page's long side: a hairline is still seen
JPEG_QUALITY = 80

Change = Callable[[PackText], PackText]


class PackReadOnlyError(TemplateError):
    """These packs are not the office's own to change."""


class PackChangedError(TemplateError):
    """Somebody else changed the pack since it was looked at."""


@dataclass(frozen=True, slots=True)
class OpenPack:
    """One edition as it stands on disk now, and the files behind it."""

    catalog: Catalog
    edition: Edition
    text: PackText


def open_pack(settings: Settings, form: str, edition: str) -> OpenPack:
    """
    Read an edition afresh: the desk's own catalog is as old as the desk.

    Raises:
        TemplateError: There is no such edition, it is broken, or it stands in one single file.
    """
    catalog = load_catalog(settings.packs)
    found = catalog.edition(form, edition)
    return OpenPack(catalog, found, read_pack(found.pages[0].file.parent.parent, found.name))


def may_change(settings: Settings) -> bool:
    """True when the packs lie in a folder of the office's own that can be written."""
    return settings.packs is not None and os.access(settings.packs / "form_templates", os.W_OK)


def change_pack(settings: Settings, pack: OpenPack, digest: str, change: Change) -> None:
    """
    Make one change: it is tried in memory first, and what was there before is kept for undo.

    Args:
        settings: Where packs and workspace lie.
        pack: As it stands now.
        digest: Of the pack that the person saw.
        change: From the files' texts to their new texts.

    Raises:
        PackReadOnlyError: The packs are the project's own.
        PackChangedError: The person saw another pack.
        TemplateError: The changed pack would not be one; nothing is written.
    """
    _may_write(settings)
    if pack.text.digest != digest:
        raise PackChangedError("Somebody changed this form meanwhile. Look at it again.")
    changed = change(pack.text)
    if changed.digest == digest:
        return
    _try(changed, pack)
    folder = _history(settings, pack)
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*.json"))) + 1
    before = {"form": pack.text.form, "template": pack.text.template}
    _write(folder / f"{number:05}.json", json.dumps(before, ensure_ascii=False))
    _write(changed.form_file, changed.form)
    _write(changed.template_file, changed.template)


def undo(settings: Settings, pack: OpenPack) -> bool:
    """Put the files back as they were before the last change; False when there is none."""
    _may_write(settings)
    kept = sorted(_history(settings, pack).glob("*.json"))
    if not kept:
        return False
    before = json.loads(kept[-1].read_text(encoding="utf-8"))
    _write(pack.text.form_file, before["form"])
    _write(pack.text.template_file, before["template"])
    kept[-1].unlink()
    return True


def can_undo(settings: Settings, pack: OpenPack) -> bool:
    """True when a change can be taken back."""
    return any(_history(settings, pack).glob("*.json"))


def faults(pack: OpenPack) -> list[str]:
    """What `forms check` says of the form, without the folders that its files lie in."""
    root = f"{pack.catalog.root / 'form_templates'}{os.sep}"
    return [fault.replace(root, "") for fault in check_pack(pack.catalog, pack.edition.form.name)]


def page_picture(page: BlankPage) -> bytes:
    """The blank of a page as JPEG, to lay boxes over."""
    pixels: Pixels = blank_pixels(page)
    scale = min(PICTURE_SIDE / max(pixels.shape), 1.0)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise TemplateError(f"{page.file.name}: the picture could not be drawn.")
    return data.tobytes()


def _may_write(settings: Settings) -> None:
    if not may_change(settings):
        raise PackReadOnlyError("These forms are not changed here.")


def _try(changed: PackText, pack: OpenPack) -> None:
    """Build the changed form and edition; a fault says what is wrong and nothing is written."""
    try:
        form_spec = FormSpec.model_validate(yaml.safe_load(changed.form))
        template_spec = TemplateSpec.model_validate(yaml.safe_load(changed.template))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise TemplateError(f"{place}: {said}") from error
    form = build_form(form_spec, pack.catalog.lists, Path(changed.form_file.name))
    build_edition(form, template_spec, Path(changed.template_file.name), "")


def _history(settings: Settings, pack: OpenPack) -> Path:
    return settings.workspace / HISTORY / pack.edition.form.name / pack.edition.name


def _write(file: Path, text: str) -> None:
    """Replace a file whole: a power cut leaves the old one or the new one."""
    waiting = file.with_name(file.name + ".new")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(file)
