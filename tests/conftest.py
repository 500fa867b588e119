"""What the tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder of real files, or skip."""
    folder = os.environ.get("EPIGRID_TEST_DATA")
    if not folder:
        pytest.skip("EPIGRID_TEST_DATA does not name the folder of real files")
    return Path(folder)
