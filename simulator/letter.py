"""A page that is no form: a letter written by hand, such as chiefs and neighbours send."""

from __future__ import annotations

import cv2
import numpy as np

from cpims_scan.domain.paper import Box
from simulator.hands import Hand
from simulator.layout import write_text
from simulator.pens import MM_PER_INCH, Pixels, Stroke, put_ink

DPI = 300
A4_PX = (round(210 / MM_PER_INCH * DPI), round(297 / MM_PER_INCH * DPI))
LINE_MM = 9.0
FIRST_LINE_MM = 34.0
RULED = (226, 208, 190)  # pale blue, as school paper is ruled

LETTER = (
    "The Chief's Office,",
    "Location ya Majengo.",
    "",
    "To the Children Officer,",
    "",
    "RE: MTOTO WA MZEE BAKARI",
    "",
    "I write to tell you that the child was seen at the market",
    "and is now staying with the village elder. The mother says",
    "she will come to your office on Monday morning.",
    "Tafadhali mpokee vizuri, amekuwa na shida nyingi.",
    "",
    "Thank you in advance.",
    "Yours faithfully,",
    "",
    "Juma Mwinyi, village elder",
)


def letter(hand: Hand, seed: int) -> Pixels:
    """A handwritten letter on ruled paper: colour, uint8 (H, W, 3), 300 dpi."""
    page = np.full((A4_PX[1], A4_PX[0], 3), 252, np.uint8)
    scale = DPI / MM_PER_INCH
    for row in range(28):
        y = round((FIRST_LINE_MM + row * LINE_MM) * scale)
        cv2.line(page, (0, y), (A4_PX[0], y), RULED, 2)
    strokes: list[Stroke] = []
    rng = np.random.default_rng([hand.seed, seed])
    for row, line in enumerate(LETTER):
        if line:
            left = 120.0 if row < 2 else 24.0
            top = FIRST_LINE_MM + (row + 0.1) * LINE_MM - LINE_MM
            strokes += write_text(hand, line, Box(left, top, 196 - left, LINE_MM), rng).strokes
    return put_ink(page, strokes, hand.pen, DPI)
