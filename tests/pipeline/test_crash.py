"""Processes killed with SIGKILL in the middle of a batch: no page lost, none twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crash import count, make_stack, run_and_kill

PAGES = 6


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack with a page that came twice, and a file of one page."""
    return make_stack(tmp_path_factory.mktemp("crash") / "stack", PAGES, 2400)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whom", "after"),
    [
        pytest.param("worker", 2, id="worker-while-reading"),
        pytest.param("parent", 3, id="parent-while-reading"),
    ],
)
def test_kill__nothing_lost_nothing_twice(
    stack: Path, tmp_path: Path, whom: str, after: int
) -> None:
    """After the same command again every page is read once and the states add up."""
    run_and_kill(tmp_path, stack, whom, after)

    found = count(tmp_path, PAGES + 2)
    assert (found.lost, found.double, found.adds_up) == (0, 0, True)
    assert (found.pages["review"], found.pages["duplicate"]) == (PAGES + 1, 1)
