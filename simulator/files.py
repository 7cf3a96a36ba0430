"""Pictures into files as scanners and phones write them; the same pictures give the same bytes."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from simulator.scanner import Scan
from simulator.tones import Pixels

# A PDF holds when it was made; a sample made again must be the same file.
MADE = time.gmtime(0)
ORIENTATION, MAKE, MODEL = 0x0112, 0x010F, 0x0110  # EXIF tags
# How a picture is stored for each EXIF orientation; a reader turns it back.
STORED = {
    1: None,
    3: cv2.ROTATE_180,
    6: cv2.ROTATE_90_COUNTERCLOCKWISE,
    8: cv2.ROTATE_90_CLOCKWISE,
}


def write_pdf(file: Path, scans: list[Scan], quality: int = 62) -> None:
    """One JPEG a page, as a scanner's own PDF."""
    pictures = [_image(scan.image) for scan in scans]
    pictures[0].save(
        file,
        "PDF",
        save_all=True,
        append_images=pictures[1:],
        resolution=scans[0].dpi,
        quality=quality,
        title="",
        creationDate=MADE,
        modDate=MADE,
    )


def write_tiff(file: Path, scans: list[Scan]) -> None:
    """Black and white pages in CCITT group 4, as a fax or an old office machine sends them."""
    pictures = [_image(scan.image).convert("1", dither=Image.Dither.NONE) for scan in scans]
    dpi = (scans[0].dpi, scans[0].dpi)
    pictures[0].save(
        file, "TIFF", save_all=True, append_images=pictures[1:], compression="group4", dpi=dpi
    )


def write_photo(file: Path, scan: Scan, orientation: int = 1, quality: int = 70) -> None:
    """A phone's JPEG; with an orientation but 1 the pixels lie turned, as phones leave them."""
    code = STORED[orientation]
    pixels = scan.image if code is None else np.asarray(cv2.rotate(scan.image, code), np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[MODEL] = orientation, "Invented", "Simulated phone"
    _image(pixels).save(file, "JPEG", quality=quality, exif=exif)


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., ::-1]))
