"""A page whose boxes no machine found, placed by a person: four points of its blank."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cpims_scan.domain.paper import PageImage, Points
from cpims_scan.errors import InputError, StoreError, WrongUseError
from cpims_scan.forms.template import BlankPage, Edition
from cpims_scan.imaging.blanks import load_blank
from cpims_scan.imaging.crops import whole_page_jpeg
from cpims_scan.imaging.targets import choose_targets
from cpims_scan.pipeline.page_answers import PageAnswer, PageWord
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.queue import reading_of
from cpims_scan.store.states import TaskKind
from cpims_scan.store.tables import TaskRow

PLACED = frozenset({TaskKind.UNALIGNED, TaskKind.UNKNOWN})
NOT_PLACED = "This page cannot be placed. Say what it is instead."
NOT_A_SHEET = (
    "The four points do not lie on the page as they lie on the form. "
    "Look at each of them once more."
)
# A photograph from the side shows the far edge this much shorter; a slip of a point shows more.
MOST_UNEVEN = 3.0


@dataclass(frozen=True, slots=True)
class Placing:
    """
    What a person sees to place a page.

    Attributes:
        size_px: Width and height of the page as it came.
        blank: The printed page that it shows.
        targets_mm: Four points of the blank, clockwise from its top left, (4, 2).
    """

    content: str
    size_px: tuple[int, int]
    edition: Edition
    blank: BlankPage
    targets_mm: Points


def placing_of(place: Workplace, task: TaskRow, chosen: tuple[str, str, int] | None) -> Placing:
    """
    Put together what is needed to place a page.

    Args:
        place: The workspace.
        task: The question about the page.
        chosen: Form, edition and page that a person named; None for what the machine saw.

    Raises:
        StoreError: The question is of another kind, or the page was never read.
        InputError: Nobody has said yet which form it is.
    """
    with place.db.read() as session:
        reading = reading_of(session, task.content or "")
    if task.kind not in PLACED or reading is None or not all(reading.size_px):
        raise StoreError(NOT_PLACED)
    match = reading.match
    if chosen is None and match is not None and match.form and match.edition:
        chosen = (match.form, match.edition, match.page)
    if chosen is None:
        raise InputError("Choose first what the page is.")
    edition = place.catalog.edition(chosen[0], chosen[1])
    blank = next((page for page in edition.pages if page.number == chosen[2]), None)
    if blank is None:
        raise InputError("Choose first what the page is.")
    targets = choose_targets(255 - load_blank(blank), blank.size_mm)
    return Placing(task.content or "", reading.size_px, edition, blank, targets)


def blank_picture(blank: BlankPage, long_side: int) -> bytes:
    """A blank page as a picture for the desk, JPEG."""
    pixels = load_blank(blank)
    dpi = pixels.shape[1] / blank.size_mm[0] * 25.4
    return whole_page_jpeg(PageImage("", pixels, None, dpi), None, None, long_side)


def placed(placing: Placing, points: Points) -> PageAnswer:
    """
    The answer that four placed points are.

    Args:
        placing: What was asked.
        points: Where the targets lie, (4, 2), pixels of the page as it came.

    Raises:
        WrongUseError: The points cannot be those of one sheet.
    """
    homography = _sheet_map(placing, points)
    wide, high = placing.blank.size_mm
    corners = _moved(homography, np.array([(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)]))
    across = corners[1] - corners[0] + corners[2] - corners[3]
    turned = round(float(np.degrees(np.arctan2(across[1], across[0]))) / 90) * 90 % 360
    return PageAnswer(
        PageWord.FORM,
        None,
        placing.edition.form.name,
        placing.edition.name,
        placing.blank.number,
        turned,
        tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners),
    )


def _sheet_map(placing: Placing, points: Points) -> Points:
    """The map mm -> pixels by four points, if it is one that paper and a lens can make."""
    targets = placing.targets_mm.astype(np.float32)
    seen = points.astype(np.float32)
    if not cv2.isContourConvex(seen[:, None]) or _area(points) <= 0:
        raise WrongUseError(NOT_A_SHEET)
    homography = np.asarray(cv2.getPerspectiveTransform(targets, seen), np.float64)
    wide, high = placing.blank.size_mm
    sides = _moved(homography, np.array([(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)]))
    lengths = np.linalg.norm(np.roll(sides, -1, axis=0) - sides, axis=1)
    lengths = lengths / np.array([wide, high, wide, high])
    is_even = lengths.min() > 0 and lengths.max() / lengths.min() <= MOST_UNEVEN
    if not is_even or _area(sides) <= 0:
        raise WrongUseError(NOT_A_SHEET)
    return homography


def _area(corners: Points) -> float:
    """Signed area; above 0 when the corners go clockwise in a picture, so not mirrored."""
    x, y = corners.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2


def _moved(matrix: Points, points: Points) -> Points:
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])
