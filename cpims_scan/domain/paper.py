"""Paper on its way to being read: boxes, pages, where a page's boxes were found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the blank, in millimetres from the page's top-left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge, mm."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge, mm."""
        return self.top + self.height

    @property
    def corners(self) -> Points:
        """The four corners, clockwise from the top left, shape (4, 2), mm."""
        return np.array(
            [
                (self.left, self.top),
                (self.right, self.top),
                (self.right, self.bottom),
                (self.left, self.bottom),
            ]
        )

    def grown(self, margin: float) -> Box:
        """The box with `margin` mm more on every side (less, when negative)."""
        return Box(
            self.left - margin,
            self.top - margin,
            max(self.width + 2 * margin, 0.0),
            max(self.height + 2 * margin, 0.0),
        )

    @staticmethod
    def around(boxes: list[Box]) -> Box:
        """The smallest box that covers all of `boxes`."""
        left, top = min(b.left for b in boxes), min(b.top for b in boxes)
        right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What a clerk says once about a stack; the paper's own word goes before it."""

    office: str | None = None
    month: str | None = None  # YYYY-MM
    officer: str | None = None
    sheets_expected: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One page of one file of one batch, as it came in. The same content may arrive twice."""

    batch: str
    file: str
    number: int  # 1-based page number in the file
    content: str  # sha256 of the page's own bytes, hex
    received_at: dt.datetime  # UTC
    context: BatchContext = field(default_factory=BatchContext)


@dataclass(frozen=True, slots=True)
class PageImage:
    """
    The pixels of one page, in the turn it came (after EXIF rotation).

    Attributes:
        content: sha256 of what the page was made from, hex.
        pixels: Grey, uint8 (H, W), 0 black, 255 paper.
        chroma: Half-size colour, uint8 (H/2, W/2, 2), OpenCV's Cr and Cb; None without colour.
        dpi: Effective dots per inch, as declared or estimated from the size of A4.
    """

    content: str
    pixels: Pixels
    chroma: Pixels | None
    dpi: float


@dataclass(frozen=True, slots=True)
class PageMatch:
    """
    Which printed page a picture shows; `form` is None for an unknown page.

    Attributes:
        turned: Degrees clockwise that the picture is turned against the blank: 0, 90, 180, 270.
        support: Share of the blank's patches that agree, 0..1.
        identified_by: qr, layout, features, print or person.
        serial: Of the sheet, from the page's printed code; "" when it bears none.
        corners: Where a person says that the blank's corners lie, clockwise from its top left,
            pixels of the page as it came; () when nobody said.
    """

    form: str | None
    edition: str | None
    page: int
    turned: int
    support: float
    identified_by: str
    serial: str = ""
    corners: tuple[tuple[float, float], ...] = ()

    @property
    def is_unknown(self) -> bool:
        """True when no form matched."""
        return self.form is None


@dataclass(frozen=True, slots=True)
class Transform:
    """
    The map from millimetres on the blank to pixels of the page as it came.

    A homography is corrected by a regular grid of local shifts, read bilinearly,
    so that paper that is stretched, curled or creased is followed cell by cell.

    Attributes:
        homography: (3, 3), mm -> pixels.
        shifts: (rows, cols, 2), pixels to add at each grid node; node (r, c) stands
            at (c * step_mm, r * step_mm) on the blank.
        step_mm: Distance of the grid's nodes.
    """

    homography: NDArray[np.float64]
    shifts: NDArray[np.float64]
    step_mm: float

    def to_pixels(self, points_mm: Points) -> Points:
        """Map points (N, 2) in mm to pixels (N, 2); pixel centres are at whole numbers."""
        points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        lifted = np.column_stack([points, np.ones(len(points))]) @ self.homography.T
        return lifted[:, :2] / lifted[:, 2:] + self._shift_at(points)

    def _shift_at(self, points: Points) -> Points:
        rows, cols = self.shifts.shape[:2]
        x = np.clip(points[:, 0] / self.step_mm, 0, cols - 1 - 1e-9)
        y = np.clip(points[:, 1] / self.step_mm, 0, rows - 1 - 1e-9)
        c, r = x.astype(int), y.astype(int)
        u, v = (x - c)[:, None], (y - r)[:, None]
        shifts = self.shifts
        upper = shifts[r, c] * (1 - u) + shifts[r, c + 1] * u
        lower = shifts[r + 1, c] * (1 - u) + shifts[r + 1, c + 1] * u
        return np.asarray(upper * (1 - v) + lower * v)

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` takes back."""
        return {
            "homography": self.homography.tolist(),
            "shifts": self.shifts.round(3).tolist(),
            "step_mm": self.step_mm,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Transform:
        """The transform that `to_json` wrote down."""
        return Transform(np.array(data["homography"]), np.array(data["shifts"]), data["step_mm"])


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    Proof that a box was found where the reader will look.

    Attributes:
        residual_mm: Left-over disagreement of the printed marks around the box.
        support: Share of the unique printed patches around the box that agree, 0..1.
        is_found: False when the proof is too weak: no machine may accept that field.
    """

    residual_mm: float
    support: float
    is_found: bool


@dataclass(frozen=True, slots=True)
class AlignedPage:
    """A page with its map from the blank, and a certificate for every place on it."""

    page: PageImage
    match: PageMatch
    transform: Transform
    certificates: dict[str, Certificate]  # by field name


@dataclass(frozen=True, slots=True)
class Streak:
    """
    A line that dirt on the glass drew over a picture.

    Attributes:
        at_mm: From the picture's left edge; from its top when the line runs across.
        is_across: It runs from side to side, in a picture that the machine has turned.
    """

    at_mm: float
    is_across: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a picture is, and what the clerk should do about it."""

    sharpness: float = 1.0
    contrast: float = 1.0
    ink_share: float = 0.0
    is_blank: bool = False
    advice: tuple[str, ...] = field(default_factory=tuple)  # ids of sentences, see imaging.advice
    streak: Streak | None = None


# Cells are cut at 8 pixels a millimetre (203 dpi): the smallest scale at which a
# 2 mm digit still has 16 pixels, and half the pixels of a 300-dpi page.
CELL_PX_PER_MM = 8


@dataclass(frozen=True, slots=True)
class CellImage:
    """
    One cell cut upright from a page, beside what is printed there on the blank.

    Attributes:
        field: Name of its field.
        part: Option name of a choice, 1-based position in a comb as text, or "".
        reader: As in the template: cells, squares, number, date, comb, text, print, signature, qr.
        alphabet: digits, capitals or alphanumeric.
        grey: Page over its own paper, uint8 (h, w), 255 paper, margin included.
        ink: Darkness that the blank does not explain, uint8 (h, w), 0 none, 255 black ink.
        printed: Darkness of the blank there, uint8 (h, w), 0 none.
        box: left, top, width, height of the cell itself in these pixels, without the margin.
        certificate: Proof that the cell was found.
    """

    field: str
    part: str
    reader: str
    alphabet: str
    grey: Pixels
    ink: Pixels
    printed: Pixels
    box: tuple[int, int, int, int]
    certificate: Certificate
