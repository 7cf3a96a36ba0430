"""All readers of a page together, and what is plainly blank."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from cpims_scan.domain.paper import CellImage
from cpims_scan.errors import ReadingError
from cpims_scan.reading.cells import is_plainly_blank, read_cells
from cpims_scan.reading.networks import WEIGHTS, network
from tests.reading import drawn

DASH = (((50, 27), (95, 26)),)
TICK = (((40, 28), (50, 40)), ((50, 40), (78, 8)))


def _with_dust(seed: int) -> CellImage:
    """Paper's grain and a photocopier's specks, none longer than half a millimetre."""
    rng = np.random.default_rng(seed)
    cell = drawn.cell()
    ink = np.clip(rng.normal(0, 8, cell.ink.shape), 0, 255).astype(np.uint8)
    for x, y in rng.integers(0, (160, 54), (3, 2)):
        cv2.circle(ink, (int(x) + 12, int(y) + 12), 1, 200, -1)
    return drawn.of_ink(ink, "number")


def _with_residue() -> CellImage:
    """What a ruled line two pixels off leaves along the box, and black words' faint edges."""
    cell = drawn.cell()
    ink, printed = cell.ink.copy(), cell.printed.copy()
    cv2.rectangle(ink, (12, 12), (172, 66), 90, 1)
    cv2.putText(ink, "dd/mm/yyyy", (40, 46), 0, 0.6, 60, 1)
    cv2.putText(printed, "dd/mm/yyyy", (40, 46), 0, 0.6, 220, 1)
    return dataclasses.replace(cell, ink=ink, printed=printed)


def test_read_cells__copiers_streak_is_no_writing() -> None:
    """A line that dirt on a copier's glass drew down the page is not taken for writing."""
    cell = drawn.cell("text")
    ink = cell.ink.copy()
    ink[:40, 80:82], ink[45:, 81:83] = 90, 90

    assert read_cells([drawn.of_ink(ink, "text")])[0].distribution[0][0] == ""


def test_is_plainly_blank__nothing_at_all() -> None:
    """A cell without ink is blank."""
    assert is_plainly_blank(drawn.cell())


@pytest.mark.parametrize("seed", range(5))
def test_is_plainly_blank__dust_is_blank(seed: int) -> None:
    """A photocopier's specks do not make a cell written."""
    assert is_plainly_blank(_with_dust(seed))


def test_is_plainly_blank__left_over_print_is_blank() -> None:
    """Ruled lines and words that were not wholly subtracted do not make a cell written."""
    assert is_plainly_blank(_with_residue())


@pytest.mark.parametrize("darkness", [45, 70, 220])
def test_is_plainly_blank__short_stroke_is_ink(darkness: int) -> None:
    """A one of 2 mm is ink, in light pencil as in black ball pen."""
    assert not is_plainly_blank(drawn.cell(lines=(((80, 20), (80, 36)),), darkness=darkness))


def test_is_plainly_blank__ring_outside_the_box_is_seen() -> None:
    """A ring that runs just outside a choice's cell is looked at."""
    ink = np.zeros((78, 134), np.uint8)
    cv2.ellipse(ink, (67, 39), (62, 34), 0, 0, 360, 200, 2)

    assert not is_plainly_blank(drawn.of_ink(ink, "cells"))


def test_read_cells__readings_keep_the_order_of_the_cells() -> None:
    """Cells of all readers mixed come back in the order they were cut."""
    mixed = [
        dataclasses.replace(drawn.cell("number", lines=DASH), field="a"),
        dataclasses.replace(drawn.cell("cells", lines=TICK), field="b", part="x"),
        dataclasses.replace(drawn.cell("text", lines=TICK), field="c"),
        dataclasses.replace(drawn.cell("cells"), field="b", part="y"),
        dataclasses.replace(drawn.cell("comb", (40, 48)), field="d", part="1"),
    ]
    found = read_cells(mixed)

    assert [(r.field, r.part) for r in found] == [(c.field, c.part) for c in mixed]
    assert [r.distribution[0][0] for r in found] == ["-", "marked", "ink", "empty", ""]


def test_read_cells__readers_have_the_records_names() -> None:
    """A reading names who read it, in the words of the record."""
    kinds = ("number", "date", "comb", "cells", "squares", "text", "signature")
    found = read_cells([drawn.cell(kind, (48, 48)) for kind in kinds])

    names = ["number", "date", "digit", "mark", "mark", "text", "text"]
    assert [r.reader for r in found] == names


def test_read_cells__network_readings_name_their_weights() -> None:
    """A reading by a network carries its digest; a plain blank carries none."""
    found = read_cells([drawn.cell("number", lines=DASH), drawn.cell("number")])

    both = f"{network('strings').digest}+{network('digits').digest}"
    assert [r.weights for r in found] == [both, ""]


def test_read_cells__certificate_goes_along() -> None:
    """A cell whose place was not proven is read, and says so."""
    cell = drawn.cell("number", lines=DASH)
    lost = dataclasses.replace(cell.certificate, is_found=False)
    [reading] = read_cells([dataclasses.replace(cell, certificate=lost)])

    assert not reading.is_certified


def test_read_cells__distributions_sum_to_at_most_one() -> None:
    """No reading claims more than certainty."""
    found = read_cells([drawn.cell(k, lines=TICK) for k in ("number", "text", "cells", "comb")])

    assert all(sum(p for _, p in r.distribution) <= 1 + 1e-4 for r in found)


def test_read_cells__code_on_the_page_is_read() -> None:
    """A printed QR code is read from the grey picture."""
    modules = np.array([list(row) for row in segno.make_qr("EV-0001").matrix], np.uint8)
    grey = np.kron(255 * (1 - modules), np.ones((6, 6))).astype(np.uint8)
    grey = np.pad(grey, 30, constant_values=255)
    cell = dataclasses.replace(drawn.of_ink(np.zeros_like(grey), "qr"), grey=grey)

    assert read_cells([cell])[0].distribution[0][0] == "EV-0001"


def test_read_cells__page_without_cells() -> None:
    """A page with no places gives no readings."""
    assert read_cells([]) == ()


def test_network__changed_weights_are_refused_by_name(tmp_path: Path) -> None:
    """Weights whose digest is not the recorded one read nothing."""
    shutil.copy(WEIGHTS / "weights.toml", tmp_path)
    (tmp_path / "digits.onnx").write_bytes((WEIGHTS / "digits.onnx").read_bytes() + b" ")

    with pytest.raises(ReadingError, match=r"digits\.onnx"):
        network("digits", tmp_path)


def test_network__missing_weights_are_refused_by_name(tmp_path: Path) -> None:
    """Without its weights a reader says which file is missing."""
    shutil.copy(WEIGHTS / "weights.toml", tmp_path)

    with pytest.raises(ReadingError, match=r"strings\.onnx"):
        network("strings", tmp_path)
