"""Files come out the same every time and are read back as they were meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cpims_scan.imaging.intake import open_scan
from simulator.files import write_pdf, write_photo, write_tiff
from simulator.scanner import Scan
from simulator.warps import flat


@pytest.fixture
def scan() -> Scan:
    """A small grey page, dark at the top left."""
    image = np.full((1170, 827), 240, np.uint8)
    image[100:300, 80:300] = 20
    return Scan(image, flat(100), 100)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_write_photo__intake_turns_it_upright(scan: Scan, orientation: int, tmp_path: Path) -> None:
    """A reader that honours EXIF sees the page as the phone meant it."""
    write_photo(tmp_path / "p.jpg", scan, orientation)

    with open_scan(tmp_path / "p.jpg") as file:
        pixels = file.page(1).pixels
    assert pixels.shape == (1170, 827)
    assert pixels[200, 190] < 80 < pixels[900, 600]


@pytest.mark.parametrize(
    "write", [pytest.param(write_pdf, id="pdf"), pytest.param(write_tiff, id="tiff")]
)
def test_write__same_pictures_give_the_same_bytes(
    write: object, scan: Scan, tmp_path: Path
) -> None:
    """No clock and no chance is in a sample file."""
    assert callable(write)
    for name in ("a", "b"):
        write(tmp_path / name, [scan, scan])

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_write_tiff__keeps_every_page(scan: Scan, tmp_path: Path) -> None:
    """A fax of three pages has three pages."""
    write_tiff(tmp_path / "fax.tif", [scan] * 3)

    with open_scan(tmp_path / "fax.tif") as file:
        assert file.page_count == 3
