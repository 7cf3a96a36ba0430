"""What all tests share: where the training data and the facts are, a fresh workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpims_scan.settings import Settings, load_settings

CHECKOUT = Path(__file__).parents[1]


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
