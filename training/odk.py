"""Real tick boxes and bubbles photographed from forms (ODK Scan's training examples)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import cv2
import numpy as np

from cpims_scan.domain.paper import CellImage
from training.data import SPLIT_OF, TEST_TENTH
from training.paper import FOUND
from training.strokes import Canvas
from training.ticks import EMPTY, MARKED

# The first word of a file's name says what was drawn. All of them but `empty` are the mark of
# somebody who wanted that answer, so a barely filled bubble is marked, and a level line too.
CLASS_OF_WORD = {"empty": EMPTY}
# Boxes and bubbles are 20 of the picture's 40 pixels; enlarged, a box is 4 mm as on our paper.
ENLARGE = 1.6
SIDE = 20
# What ODK's pictures show around the box: enough to cut the margin of 1.5 mm.
MARGIN = 12
TEST_SHARE = 3  # tenths of the source photos are kept for testing


def load_marks(data: Path) -> list[tuple[CellImage, int, bool]]:
    """Every crop as a cell with its class, and whether its photo is kept for testing."""
    found = []
    for folder, is_round in (("checkboxes", False), ("bubbles", True)):
        for file in sorted((data / "marks" / folder).glob("*.jpg")):
            word, photo = _words(file.stem)
            grey: Canvas = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE))
            cell = _cell(grey, is_round)
            found.append((cell, CLASS_OF_WORD.get(word, MARKED), _is_test(folder + photo)))
    return found


def _words(stem: str) -> tuple[str, str]:
    """The class word and the source photo of a file's name."""
    word, _, rest = stem.partition("_")
    photo = re.search(r"(?:cb|b|f)\d+", rest)  # the photo's number comes before the box's
    return word, photo.group() if photo else rest.partition("_")[0]


def _is_test(photo: str) -> bool:
    number = int(hashlib.sha256(photo.encode()).hexdigest(), 16) % SPLIT_OF
    return number > TEST_TENTH - TEST_SHARE


def _cell(grey: Canvas, is_round: bool) -> CellImage:
    """Subtract a drawn box or ring where the picture fits it best, as the blank would be."""
    paper = float(np.quantile(grey, 0.9))
    dark = np.clip((paper - grey.astype(np.float32)) * (255 / max(paper, 1)), 0, 255)
    shape: Canvas = np.zeros((SIDE + 8, SIDE + 8), np.uint8)
    if is_round:
        cv2.circle(shape, (SIDE // 2 + 4, SIDE // 2 + 4), SIDE // 2, 255, 2, cv2.LINE_AA)
    else:
        cv2.rectangle(shape, (4, 4), (SIDE + 3, SIDE + 3), 255, 2)
    shape = cv2.GaussianBlur(shape, (0, 0), 0.8)
    padded = cv2.copyMakeBorder(dark, 6, 6, 6, 6, cv2.BORDER_CONSTANT)
    fit = cv2.matchTemplate(padded, shape.astype(np.float32), cv2.TM_CCOEFF_NORMED)
    _, _, _, (x, y) = cv2.minMaxLoc(fit)
    edge = float(np.quantile(dark, 0.9))
    printed = np.zeros(padded.shape, np.float32)
    printed[y : y + SIDE + 8, x : x + SIDE + 8] = shape * (edge / 255)
    ink = np.clip(padded - 1.2 * cv2.dilate(printed, np.ones((2, 2), np.uint8)), 0, 255)
    ink[ink < 12] = 0
    left, top = round((x + 4) * ENLARGE), round((y + 4) * ENLARGE)
    side = round(SIDE * ENLARGE)
    ink, printed = (cv2.resize(v, None, fx=ENLARGE, fy=ENLARGE) for v in (ink, printed))
    x0, y0 = max(left - MARGIN, 0), max(top - MARGIN, 0)
    rows, columns = slice(y0, top + side + MARGIN), slice(x0, left + side + MARGIN)
    ink_, printed_ = (
        np.ascontiguousarray(v[rows, columns].astype(np.uint8)) for v in (ink, printed)
    )
    return CellImage(
        "f", "", "squares", "digits", ink_, ink_, printed_, (left - x0, top - y0, side, side), FOUND
    )  # noqa: E501
