"""Pictures of what was read, drawn on the page: seeing is the quickest check."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from cpims_scan.domain.paper import Transform
from cpims_scan.domain.record import Decision, FieldReading, PageReading, State
from cpims_scan.errors import InputError
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.intake import open_scan
from cpims_scan.pipeline.assembly.sheets import FilePage
from cpims_scan.pipeline.read import FileReading, ReadOptions, fields_by_content
from cpims_scan.pipeline.steps import station

# Blue-green-red. Green was accepted, orange waits for a person, grey is blank.
ACCEPTED, WAITING, BLANK = (60, 140, 0), (0, 110, 230), (170, 170, 170)
LONGEST_SIDE_PX = 2400  # enough to read the drawn values; a quarter of the bytes of 300 dpi


def write_overlays(readings: list[FileReading], target: Path, options: ReadOptions) -> list[Path]:
    """
    Draw every page that was read; one page goes to `target`, several to numbered files beside it.

    Raises:
        InputError: The picture cannot be written there.
    """
    drawn = [
        (reading.file, page, fields_by_content(reading))
        for reading in readings
        for page in reading.pages
        if page.reading.state == "read"
    ]
    written = []
    for index, (file, page, fields) in enumerate(drawn, start=1):
        name = target if len(drawn) == 1 else target.with_stem(f"{target.stem}-{index}")
        _write(name, _draw(file, page, fields, options))
        written.append(name)
    return written


def _draw(
    file: Path, page: FilePage, fields: dict[str, dict[str, FieldReading]], options: ReadOptions
) -> np.ndarray:
    with open_scan(file) as scan:
        pixels = scan.page(page.number).pixels
    scale = min(1.0, LONGEST_SIDE_PX / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    match = page.reading.match
    if match is None or match.form is None or page.reading.transform is None:
        return picture
    edition = station(options.packs, options.only).catalog.edition(match.form, match.edition or "")
    mine = fields.get(page.reading.content, {})
    draw_fields(picture, page.reading, edition, mine, scale)
    return picture


def draw_fields(
    picture: np.ndarray,
    reading: PageReading,
    edition: Edition,
    fields: dict[str, FieldReading],
    scale: float,
) -> None:
    """Draw each field's exact corners and its value onto `picture`, in place."""
    if reading.transform is None or reading.match is None:
        return
    transform = Transform.from_json(reading.transform)
    for place in edition.on_page(reading.match.page):
        field = fields.get(place.field)
        if field is None:
            continue
        quad = (transform.to_pixels(place.box.corners) * scale).round().astype(np.int32)
        colour = _colour(field)
        cv2.polylines(picture, [quad.reshape(-1, 1, 2)], True, colour, 2, cv2.LINE_AA)
        if field.state is State.ANSWERED:
            corner = (int(quad[0, 0]) + 3, int(quad[0, 1]) - 4)
            text = str(field.value).encode("ascii", "replace").decode()[:40]
            cv2.putText(
                picture, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.55, colour, 1, cv2.LINE_AA
            )


def _colour(field: FieldReading) -> tuple[int, int, int]:
    if field.decision is Decision.REVIEW:
        return WAITING
    return BLANK if field.state is State.BLANK else ACCEPTED


def _write(file: Path, picture: np.ndarray) -> None:
    try:
        is_written = cv2.imwrite(str(file), picture)
    except cv2.error as error:
        raise InputError(f"{file}: name a picture ending in .png or .jpg.") from error
    if not is_written:
        raise InputError(f"{file}: cannot be written. Does the folder exist?")
