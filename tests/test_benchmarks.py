"""Every benchmark starts and comes to its end, on the smallest size; what it measures there says nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT
from tests.demo_town import copied

# What each is given; ``town`` stands for the demo township.
SMALLEST: dict[str, tuple[str, ...]] = {
    "briefing": ("--workspace", "town", "--area", "qh-v02", "--sheets", "0"),
    "command_map": ("town", "--maps", "epigrid", "--visits", "1"),
    "coverage": ("--tiles", "--centre", "2000"),
    "import_100k": ("50", "--workspace", "town"),
    "import_readings": ("100",),
    "print_map": ("town", "--runs", "1"),
    "readings_5m": ("--readings", "2000", "--rounds", "1"),
}
# Needs the real roads of a city.
REAL = {"coverage"}


def test_each_is_tried() -> None:
    assert SMALLEST.keys() == {file.stem for file in (ROOT / "benchmarks").glob("*.py") if file.stem != "__init__"}


@pytest.mark.browser
@pytest.mark.parametrize("name", SMALLEST)
def test_a_benchmark_runs(name: str, demo_town: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name in REAL:
        request.getfixturevalue("test_data")
    given = [str(copied(demo_town, tmp_path / "town")) if word == "town" else word for word in SMALLEST[name]]
    # As its first line says to start it: a program of its own, with its own browser.
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *given], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and done.stdout, done.stderr
