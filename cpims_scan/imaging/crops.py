"""The one room that cuts: cells for the readers, pictures of fields for people."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from cpims_scan.domain.paper import (
    CELL_PX_PER_MM,
    AlignedPage,
    Box,
    CellImage,
    PageImage,
    Pixels,
    Transform,
)
from cpims_scan.errors import InputError
from cpims_scan.forms.template import Place
from cpims_scan.imaging.blanks import BlankIndex
from cpims_scan.imaging.patches import project
from cpims_scan.imaging.rectify import Rectified, rectify

CELL_MARGIN_MM = 1.5  # what officers write beyond a cell's line, measured on ruled forms
CROP_MARGIN_MM = 3.0  # a person also wants to see the label's edge
CROP_QUALITY = 80
PAGE_LONG_SIDE = 1600  # pixels of a whole page on the desk
PAGE_QUALITY = 75
MARK_COLOUR = (0, 0, 230)  # BGR, red
MARK_MARGIN_MM = 1.0
# Members of a crop file carry no date, so that the same page gives the same bytes.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def cut_cells(
    aligned: AlignedPage, index: BlankIndex, sheet: Rectified | None = None
) -> list[CellImage]:
    """
    Cut every cell of a page upright, at 8 pixels a millimetre with a margin of 1.5 mm.

    A choice gives one picture an option, a comb one a position (1-based), all else one.

    Args:
        aligned: The page.
        index: The blanks it was found with.
        sheet: `rectify(aligned, index)`, when the caller has it already.
    """
    sheet = sheet or rectify(aligned, index)
    edition = index.editions[str(aligned.match.form), str(aligned.match.edition)]
    return [
        _cell(place, part, box, aligned, sheet)
        for place in edition.on_page(aligned.match.page)
        for part, box in _parts(place)
    ]


def _parts(place: Place) -> list[tuple[str, Box]]:
    if place.options:
        return list(place.options.items())
    if place.comb:
        return [(str(i), box) for i, box in enumerate(place.comb, start=1)]
    return [("", place.box)]


def _cell(place: Place, part: str, box: Box, aligned: AlignedPage, sheet: Rectified) -> CellImage:
    rows, cols, inner = _window(box, CELL_MARGIN_MM, sheet.grey)
    return CellImage(
        place.field,
        part,
        place.reader,
        place.alphabet,
        sheet.grey[rows, cols],
        sheet.ink[rows, cols],
        sheet.printed[rows, cols],
        inner,
        aligned.certificates[place.field],
    )


def _window(
    box: Box, margin_mm: float, plane: Pixels
) -> tuple[slice, slice, tuple[int, int, int, int]]:
    """The frame's pixels of a box with its margin, and the box itself inside them."""
    scale = CELL_PX_PER_MM
    left, top = round(box.left * scale), round(box.top * scale)
    right, bottom = round(box.right * scale), round(box.bottom * scale)
    margin = round(margin_mm * scale)
    x0, y0 = max(left - margin, 0), max(top - margin, 0)
    x1, y1 = min(right + margin, plane.shape[1]), min(bottom + margin, plane.shape[0])
    return slice(y0, y1), slice(x0, x1), (left - x0, top - y0, right - left, bottom - top)


def write_crops(
    file: Path,
    aligned: AlignedPage,
    index: BlankIndex,
    fields: list[str],
    sheet: Rectified | None = None,
) -> dict[str, int]:
    """
    Write the pictures of some fields, in colour, into one file; all of it or nothing.

    Returns:
        Field name -> number of its picture, for `read_crop`.
    """
    sheet = sheet or rectify(aligned, index)
    edition = index.editions[str(aligned.match.form), str(aligned.match.edition)]
    numbers = {name: number for number, name in enumerate(fields)}
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                for name, number in numbers.items():
                    picture = _picture(edition.places[name].box, sheet)
                    member = zipfile.ZipInfo(f"{number:04d}.jpg", ZIP_DATE)
                    archive.writestr(member, _jpeg(picture, CROP_QUALITY))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return numbers


def read_crop(file: Path, number: int) -> bytes:
    """
    Read one field's picture (JPEG) back.

    Raises:
        InputError: The file or the picture is not there.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.read(f"{number:04d}.jpg")
    except (FileNotFoundError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{file.name}: picture {number} is not there. "
            "Read the page again: cpims-scan work --reread."
        ) from error


def _picture(box: Box, sheet: Rectified) -> Pixels:
    rows, cols, _ = _window(box, CROP_MARGIN_MM, sheet.picture)
    grey = sheet.picture[rows, cols]
    if sheet.chroma is None:
        return grey
    half = sheet.chroma[rows.start // 2 : rows.stop // 2 + 1, cols.start // 2 : cols.stop // 2 + 1]
    return _in_colour(grey, half)


def _in_colour(grey: Pixels, chroma: Pixels) -> Pixels:
    size = (grey.shape[1], grey.shape[0])
    full = cv2.resize(chroma, size, interpolation=cv2.INTER_LINEAR)
    return cast(Pixels, cv2.cvtColor(cv2.merge([grey, full]), cv2.COLOR_YCrCb2BGR))


def _jpeg(picture: Pixels, quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def whole_page_jpeg(
    page: PageImage,
    transform: Transform | None,
    box: Box | None = None,
    long_side: int = PAGE_LONG_SIDE,
) -> bytes:
    """Draw a page upright and reduced for the desk, with a field's outline when one is named."""
    scale = min(1.0, long_side / max(page.pixels.shape))
    grey = cast(
        Pixels, cv2.resize(page.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    )
    chroma = page.chroma
    colour = (
        _in_colour(grey, chroma) if chroma is not None else cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    )
    if transform is None:
        return _jpeg(cast(Pixels, colour), PAGE_QUALITY)
    if box is not None:
        quad = (transform.to_pixels(box.grown(MARK_MARGIN_MM).corners) + 0.5) * scale - 0.5
        cv2.polylines(colour, [np.rint(quad).astype(np.int32)], True, MARK_COLOUR, 3, cv2.LINE_AA)
    quarters = _quarters(transform)
    return _jpeg(cast(Pixels, np.ascontiguousarray(np.rot90(colour, quarters))), PAGE_QUALITY)


def _quarters(transform: Transform) -> int:
    """Quarter turns counter-clockwise that bring a page upright."""
    start, end = project(transform.homography, np.array([[50.0, 100.0], [150.0, 100.0]]))
    return round(float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))) / 90.0) % 4
