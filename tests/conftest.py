"""What all tests share: where the training data and the facts are, a fresh workspace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cpims_scan.settings import Settings, load_settings

CHECKOUT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """
    Draw no quality sample unless a test asks for one.

    Every workspace draws by a secret of its own, so what is asked would differ from run to run.
    """
    os.environ["CPIMS_SCAN_SAMPLE_SHARE"] = "0"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the facts and data beside the checkout; the test skips where it is absent."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder 'shared' with the real papers and data is not beside the checkout")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty workspace."""
    return load_settings(workspace=tmp_path / "workspace", workers=2)
