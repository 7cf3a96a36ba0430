"""`read --json` is what the contract says, key by key and pixel by pixel."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cpims_scan.commands.app import main
from cpims_scan.forms.catalog import Catalog
from cpims_scan.pipeline.read import ReadOptions, as_json, read_files
from simulator.scanner import Scan, feeder, turn
from simulator.sheets import FilledSheet

TURNED = 90
# The promise of the contract is a box in pixels as the page came; a ruled line is 0.2 mm wide.
NEAR_MM = 0.25
NUMBER = (int, float)
PAGE: dict[str, Any] = {
    "number": int, "state": str, "error": (str, type(None)), "form": str, "edition": str,
    "page": int, "identified_by": str, "turned_degrees": int, "dpi": int, "residual_mm": dict,
    "quality": dict, "seconds": NUMBER, "fields": list,
}  # fmt: skip
FIELD: dict[str, Any] = {
    "name": str, "ref": str, "kind": str, "state": str,
    "value": (str, int, float, list, dict, type(None)), "text": str, "probability": NUMBER,
    "source": str, "decision": str, "reasons": list, "alternatives": list, "box_px": list,
    "quad_px": list, "residual_mm": NUMBER,
}  # fmt: skip
RECORD: dict[str, Any] = {
    "form": str, "edition": str, "sheet": str, "joined_by": str, "pages": list, "values": dict,
    "findings": list,
}  # fmt: skip
WORDS = {
    "kind": {"mark", "number", "date", "code", "text", "ink"},
    "state": {"answered", "blank", "unknown_written", "not_applicable", "illegible", "crossed_out",
              "unread"},
    "source": {"ink", "print", "sum", "list", "date", "rule", "batch", "person"},
    "decision": {"accept", "review"},
}  # fmt: skip


@pytest.fixture(scope="module")
def scan(filled: FilledSheet) -> Scan:
    """The first page through a feeder, lying on its side; its warp is known."""
    return turn(feeder(filled.pages[0], np.random.default_rng(2600)), TURNED)


@pytest.fixture(scope="module")
def document(
    scan: Scan, filled: FilledSheet, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What is said of the turned page 1 and an upright page 2, in two files."""
    folder = tmp_path_factory.mktemp("read")
    second = feeder(filled.pages[1], np.random.default_rng(2601))
    files = [folder / "turned.png", folder / "upright.png"]
    for file, picture in zip(files, (scan.image, second.image), strict=True):
        cv2.imwrite(str(file), picture)
    options = ReadOptions()
    return as_json(read_files(files, options, dt.date(2026, 3, 1)), options)


def has_shape(found: dict[str, Any], shape: dict[str, Any]) -> bool:
    """Whether every key is there with its type, and no other key."""
    return found.keys() == shape.keys() and all(
        isinstance(found[key], kind) for key, kind in shape.items()
    )


def test_read__every_key_of_the_contract(document: dict[str, Any]) -> None:
    """Files, pages, fields, records have exactly the contract's keys, with its types and words."""
    pages = [page for file in document["files"] for page in file["pages"]]
    fields = [field for page in pages for field in page["fields"]]

    assert all(file.keys() == {"file", "sha256", "error", "pages"} for file in document["files"])
    assert all(len(file["sha256"]) == 64 for file in document["files"])
    assert all(has_shape(page, PAGE) for page in pages)
    assert all(set(page["residual_mm"]) == {"median", "max"} for page in pages)
    assert [f["name"] for f in fields if not has_shape(f, FIELD)] == []
    assert all(has_shape(record, RECORD) for record in document["records"])
    for key, words in WORDS.items():
        assert {field[key] for field in fields} <= words
    for field in fields:
        assert (field["value"] is None) == (field["state"] != "answered")
        assert all(a.keys() == {"value", "probability"} for a in field["alternatives"])
    for finding in (f for record in document["records"] for f in record["findings"]):
        assert finding.keys() == {"rule", "severity", "fields", "message"}


def test_read__turned_page__is_known_as_turned(document: dict[str, Any]) -> None:
    """A page on its side says by how much, and is read like any other."""
    first, second = (file["pages"][0] for file in document["files"])

    assert (first["state"], first["page"], first["turned_degrees"]) == ("read", 1, TURNED)
    assert (second["state"], second["page"], second["turned_degrees"]) == ("read", 2, 0)


def test_read__corners_are_pixels_of_the_page_as_it_came(
    document: dict[str, Any], scan: Scan, filled: FilledSheet
) -> None:
    """Every corner lies where the simulator's machine put it, also on a turned page."""
    (page,) = document["files"][0]["pages"]
    per_mm = scan.dpi / 25.4
    away = []
    for field in page["fields"]:
        corners = filled.edition.places[field["name"]].box.corners
        found = np.array(field["quad_px"])
        away.append(np.abs(found - scan.warp.to_pixels(corners)).max() / per_mm)
        left, top, width, height = field["box_px"]
        assert (left, top) == (found[:, 0].min(), found[:, 1].min())
        assert (left + width, top + height) == pytest.approx(found.max(axis=0), abs=0.11)

    assert len(away) > 50
    assert max(away) <= NEAR_MM


def test_read__every_field_of_the_paper_has_its_ref(
    document: dict[str, Any], bundled: Catalog
) -> None:
    """A01 to the last: the numbers of the facts stand beside every printed field."""
    fields = [f for file in document["files"] for f in file["pages"][0]["fields"]]
    printed = bundled.edition("case_record_sheet_a", "2015-08").places

    assert {field["name"] for field in fields} == set(printed)
    assert [field["name"] for field in fields if not field["ref"]] == []


def test_scan_and_read__logs_hold_no_name_of_the_sheet(
    filled: FilledSheet,
    sheet_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With every step logged, nothing that stands on the paper is said on stderr or stdout."""
    words = {
        str(answer.value)
        for name, answer in filled.answers.items()
        if answer.value and name.endswith(("name", "village", "telephone", "id_number"))
    }
    with caplog.at_level(logging.DEBUG, logger="cpims_scan"):
        main(["--workspace", str(tmp_path / "o"), "--verbose", "scan", str(sheet_file), "--json"])

    said = capsys.readouterr()
    heard = " ".join(str(record.__dict__) for record in caplog.records)
    assert len(words) > 5
    assert "page read" in heard
    assert [word for word in words if word in said.err + said.out + heard] == []
