"""Every machine knows where it put the paper: the warp is the truth that tests measure against."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.random import Generator

from simulator import scanner
from simulator.pens import MM_PER_INCH, Pixels
from simulator.scanner import PAGE_DPI, Scan
from simulator.warps import Points, Warp, flat, waves

Machine = Callable[[Pixels, Generator], Scan]
SPOTS = np.array([(x, y) for x in (25.0, 105.0, 185.0) for y in (30.0, 150.0, 270.0)])
SPOT_MM = 1.6


@pytest.fixture(scope="module")
def page() -> Pixels:
    """White paper with round black spots at known places."""
    scale = PAGE_DPI / MM_PER_INCH
    made = np.full((round(297 * scale), round(210 * scale), 3), 255, np.uint8)
    for x, y in SPOTS * scale - 0.5:
        centre = (round(x * 16), round(y * 16))
        cv2.circle(made, centre, round(SPOT_MM * scale * 16), (20, 20, 20), -1, cv2.LINE_AA, 4)
    return made


def spots_seen(scan: Scan) -> Points:
    """Centres of the dark spots nearest to where the warp says they are, pixels."""
    image = scan.image if scan.image.ndim == 2 else cv2.cvtColor(scan.image, cv2.COLOR_BGR2GRAY)
    reach = round(2.2 * SPOT_MM * scan.dpi / MM_PER_INCH)
    centres = []
    for x, y in scan.warp.to_pixels(SPOTS):
        left, top = round(x) - reach, round(y) - reach
        around = image[top : top + 2 * reach + 1, left : left + 2 * reach + 1].astype(float)
        dark = np.clip(np.median(around) - 60 - around, 0, None)
        rows, columns = np.mgrid[: dark.shape[0], : dark.shape[1]]
        centres.append(
            (left + (dark * columns).sum() / dark.sum(), top + (dark * rows).sum() / dark.sum())
        )
    return np.array(centres)


@pytest.mark.parametrize(
    "machine",
    [
        pytest.param(scanner.feeder, id="feeder"),
        pytest.param(lambda p, r: scanner.feeder(p, r, dpi=150), id="feeder-150"),
        pytest.param(scanner.colour_scan, id="colour"),
        pytest.param(scanner.bilevel, id="bilevel"),
        pytest.param(scanner.photocopy, id="photocopy"),
        pytest.param(scanner.phone, id="phone"),
        pytest.param(lambda p, r: scanner.turn(scanner.feeder(p, r), 90), id="turned-90"),
        pytest.param(lambda p, r: scanner.turn(scanner.feeder(p, r), 180), id="turned-180"),
        pytest.param(lambda p, r: scanner.turn(scanner.feeder(p, r), 270), id="turned-270"),
    ],
)
def test_machine__warp_says_where_everything_went(machine: Machine, page: Pixels) -> None:
    """Spots are found within a twentieth of a millimetre of where the warp puts them."""
    scan = machine(page, np.random.default_rng(2005))

    distances = np.hypot(*(spots_seen(scan) - scan.warp.to_pixels(SPOTS)).T)
    assert distances.max() * MM_PER_INCH / scan.dpi < 0.05


def test_bilevel__has_two_values(page: Pixels) -> None:
    """A fax is black and white."""
    assert {0, 255} == set(np.unique(scanner.bilevel(page, np.random.default_rng(1)).image))


def test_warp__back_and_forth_is_where_it_began() -> None:
    """`to_mm` undoes `to_pixels`, waves included."""
    warp = Warp(flat(300).homography, waves(np.random.default_rng(3), 1.0))

    back = warp.to_mm(warp.to_pixels(SPOTS))
    assert np.abs(back - SPOTS).max() < 1e-4


def test_cut_corner__leaves_the_rest_alone(page: Pixels) -> None:
    """Only one corner changes."""
    scan = scanner.feeder(page, np.random.default_rng(4))
    cut = scanner.cut_corner(scan, np.random.default_rng(4))

    assert 0 < (cut.image != scan.image).mean() < 0.02


def test_blank_back__is_nearly_white(page: Pixels) -> None:
    """What shines through is far from ink."""
    scan = scanner.blank_back(page, np.random.default_rng(6))

    assert scan.image[200:-200, 200:-200].min() > 150
