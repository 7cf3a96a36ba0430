"""PDF pages to pixels: the embedded scan as it is, else rendered by pdfium, else by Poppler."""

from __future__ import annotations

import ctypes
import hashlib
import math
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFSyntaxError

from cpims_scan.domain.paper import PageImage, Pixels
from cpims_scan.errors import InputError, MissingProgramError
from cpims_scan.imaging.pictures import (
    Where,
    check_size,
    content_of_pixels,
    decode_jpeg,
    make_page,
    split_colour,
)

RENDER_DPI = 300
POINTS_PER_INCH = 72.0
# A scan may leave this share of the page's side uncovered and still be the whole page.
COVER_TOLERANCE = 0.02
# Pixels that a rendered page may differ from its expected size: rounding of both sides.
SIZE_TOLERANCE_PX = 2
INVISIBLE_TEXT = 3  # PDF 32000-1, 9.3.6: text that a recognition program laid under a scan
# A stencil or an inverted scan comes out mostly black; such a page is rendered instead.
DARKEST_MEAN = 90
QUARTER_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
END_MARK = b"%%EOF"
END_BYTES = 2048  # PDF 32000-1 allows the end mark in the last kilobyte; scanners add a little


class PdfPages:
    """The pages of an open PDF; close it after use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._document = _open(path)
        self.count = len(self._document)

    def close(self) -> None:
        """Give the file back."""
        self._document.close()

    def page(self, number: int) -> PageImage:
        """
        Read one page, 1-based, upright as a PDF viewer shows it.

        Raises:
            InputError: The page is damaged, too large or has too few dots per inch.
        """
        where = Where(self.path, number)
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError as error:
            raise InputError(f"{where}: this page is damaged. Scan the sheet again.") from error
        try:
            scan = _only_scan(page)
            found = _take_scan(page, scan, where) if scan is not None else None
            return found or self._rendered(page, where)
        finally:
            page.close()

    def _rendered(self, page: Any, where: Where) -> PageImage:
        width, height = (side / POINTS_PER_INCH * RENDER_DPI for side in page.get_size())
        check_size(math.ceil(width), math.ceil(height), where)
        picture = _render(page)
        if picture is None or not _fits(picture, width, height):
            picture = _render_with_poppler(self.path, where, (round(width), round(height)))
        grey, chroma = split_colour(picture)
        return make_page(content_of_pixels(grey, chroma), grey, chroma, RENDER_DPI, where)


def _open(path: Path) -> Any:
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - END_BYTES, 0))
        tail = stream.read()
    if END_MARK not in tail:
        # pdfium would mend the file silently and might lose its last pages.
        raise InputError(f"{path.name}: the PDF ends in the middle. Copy or scan it again.")
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError(
                f"{path.name}: the PDF asks for a password. Save it without one and try again."
            ) from error
        raise InputError(
            f"{path.name}: the PDF is damaged and cannot be opened. Copy or scan it again."
        ) from error


def _only_scan(page: Any) -> Any | None:
    """The page's one image, when it is all that can be seen and it covers the page upright."""
    if raw.FPDFPage_GetAnnotCount(page):
        return None
    images = []
    for item in page.get_objects(max_depth=2):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            images.append(item)
        elif item.type == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(item) != INVISIBLE_TEXT:
                return None
        elif item.type != raw.FPDF_PAGEOBJ_FORM:
            return None
        if len(images) > 1:
            return None
    return images[0] if images and _covers(images[0], page) else None


def _covers(image: Any, page: Any) -> bool:
    a, b, c, d, *_ = image.get_matrix().get()
    if a <= 0 or d <= 0 or abs(b) > COVER_TOLERANCE * a or abs(c) > COVER_TOLERANCE * d:
        return False
    left, bottom, right, top = page.get_cropbox()
    slack_x, slack_y = COVER_TOLERANCE * (right - left), COVER_TOLERANCE * (top - bottom)
    x0, y0, x1, y1 = image.get_bounds()
    return bool(
        abs(x0 - left) <= slack_x
        and abs(y0 - bottom) <= slack_y
        and abs(x1 - right) <= slack_x
        and abs(y1 - top) <= slack_y
    )


def _take_scan(page: Any, scan: Any, where: Where) -> PageImage | None:
    width, height = scan.get_px_size()
    check_size(width, height, where)
    data = _stream(scan)
    try:
        grey, chroma = _decode_scan(scan, data, where)
    except pdfium.PdfiumError:
        return None
    if (grey.shape[1], grey.shape[0]) != (width, height) or grey[::16, ::16].mean() < DARKEST_MEAN:
        return None
    x0, _, x1, _ = scan.get_bounds()
    dpi = width / (x1 - x0) * POINTS_PER_INCH
    turn = QUARTER_TURNS.get(page.get_rotation())
    if turn is not None:
        grey = cast(Pixels, cv2.rotate(grey, turn))
        chroma = None if chroma is None else cast(Pixels, cv2.rotate(chroma, turn))
    return make_page(hashlib.sha256(data).hexdigest(), grey, chroma, dpi, where)


def _decode_scan(scan: Any, data: bytes, where: Where) -> tuple[Pixels, Pixels | None]:
    colours = scan.get_metadata().colorspace
    plain = colours in (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_DEVICERGB)
    if plain and scan.get_filters() == ["DCTDecode"]:
        # A PDF's own turn counts, the camera's note inside the JPEG does not.
        return decode_jpeg(data, where, honour_exif=False)
    return split_colour(_pixels_of(scan.get_bitmap(render=False)))


def _stream(scan: Any) -> bytes:
    return ctypes.string_at(buffer := scan.get_data(), ctypes.sizeof(buffer))


def _pixels_of(bitmap: Any) -> Pixels:
    pixels = bitmap.to_numpy()
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim == 3:
        pixels = pixels[:, :, :3]
    return cast(Pixels, np.ascontiguousarray(pixels))


def _render(page: Any) -> Pixels | None:
    try:
        return _pixels_of(page.render(scale=RENDER_DPI / POINTS_PER_INCH))
    except (pdfium.PdfiumError, MemoryError):
        return None


def _fits(picture: Pixels, width: float, height: float) -> bool:
    off = max(abs(picture.shape[1] - width), abs(picture.shape[0] - height))
    return bool(off <= SIZE_TOLERANCE_PX)


def _render_with_poppler(path: Path, where: Where, size: tuple[int, int]) -> Pixels:
    try:
        pages = convert_from_path(
            path, first_page=where.number, last_page=where.number, size=size, use_cropbox=True
        )
    except PDFInfoNotInstalledError as error:
        raise MissingProgramError(
            f"{where}: this PDF needs Poppler. Install it: apt-get install poppler-utils."
        ) from error
    except (PDFPageCountError, PDFSyntaxError, OSError) as error:
        raise InputError(f"{where}: this page cannot be drawn. Scan the sheet again.") from error
    if not pages or not _fits(np.asarray(pages[0]), *size):
        raise InputError(f"{where}: this page cannot be drawn. Scan the sheet again.")
    return cast(Pixels, cv2.cvtColor(np.asarray(pages[0].convert("RGB")), cv2.COLOR_RGB2BGR))
