"""Four points that a person lays on a page become the place of its blank."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.paper import Points
from cpims_scan.errors import WrongUseError
from cpims_scan.forms.catalog import Catalog
from cpims_scan.imaging.blanks import load_blank
from cpims_scan.imaging.targets import choose_targets
from cpims_scan.pipeline.placing import Placing, placed

SIZE_PX = (2480, 3508)


@pytest.fixture(scope="module")
def placing(bundled: Catalog) -> Placing:
    """Page 1 of the case record sheet, not found by the machine."""
    edition = bundled.edition("case_record_sheet_a", "2015-08")
    blank = edition.pages[0]
    targets = choose_targets(255 - load_blank(blank), blank.size_mm)
    return Placing("c", SIZE_PX, edition, blank, targets)


def lying(placing: Placing, turned: int) -> Points:
    """Where the targets lie on a sheet that fills the picture, turned by quarters."""
    wide, high = placing.blank.size_mm
    x, y = (placing.targets_mm / (wide, high)).T
    places = {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}
    return np.asarray(np.column_stack(places[turned]) * SIZE_PX)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_placed__tells_the_turn(placing: Placing, turned: int) -> None:
    """How the sheet lies follows from the points; nobody has to say it."""
    assert placed(placing, lying(placing, turned)).turned == turned


def test_placed__gives_the_corners_of_the_sheet(placing: Placing) -> None:
    """The sheet's corners are told in pixels, clockwise from its top left."""
    answer = placed(placing, lying(placing, 0))

    found = np.array(answer.corners)
    assert np.abs(found - [(0, 0), (2480, 0), (2480, 3508), (0, 3508)]).max() < 0.2


def test_placed__refuses_crossed_points(placing: Placing) -> None:
    """Two points that were exchanged are noticed."""
    crossed = lying(placing, 0)[[1, 0, 2, 3]]

    with pytest.raises(WrongUseError, match="four points"):
        placed(placing, crossed)


def test_placed__refuses_a_mirrored_sheet(placing: Placing) -> None:
    """Paper is never seen from behind."""
    mirrored = lying(placing, 0) * (-1, 1) + (2480, 0)

    with pytest.raises(WrongUseError, match="four points"):
        placed(placing, mirrored)


def test_placed__refuses_a_point_that_slipped(placing: Placing) -> None:
    """A point far from where any camera could see it is asked again."""
    slipped = lying(placing, 0)
    slipped[3] = (1200, 900)

    with pytest.raises(WrongUseError, match="four points"):
        placed(placing, slipped)
