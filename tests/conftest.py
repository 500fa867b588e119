"""What the tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from queries import ledger, store
from tests import demo_town as township
from tests.browser import HOW, find_browser
from tests.filled import from_copies

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How fast a busy machine draws examples says nothing about the program.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A new workspace takes a third of the time as a copy of one made before. What imports the store from here on opens it so.
store.open_store = from_copies(store.open_store)
# Each worker has a processor: further threads of DuckDB only wake one another.
ledger.LOCKDOWN = ("threads = 1", *ledger.LOCKDOWN)

# Apps that the tests run, not tests.
collect_ignore = ["map_app"]

# Files are dealt out whole to the workers, in this order: the long ones first, so that short ones fill the end.
LONGEST = (
    "test_coverage_adversary",
    "test_blind_spots_browser",
    "test_briefing_draft",
    "test_page_blind_spots",
    "test_geo_coverage",
    "test_browser",
    "test_crash",
    "test_command_line",
    "test_commands_briefing",
    "test_benchmarks",
    "test_coverage_ledgers",
    "test_pages",
    "test_backup",
    "test_page_briefing",
    "test_answers",
    "test_home_browser",
    "test_field_browser",
    "test_webmap_browser",
    "test_real_map",
    "test_daily_report",
    "test_isolation",
    "test_export_layers",
    "test_import_rows",
    "test_audit_coverage",
    "test_audit_briefing",
    "test_briefing_browser",
    "test_geo_blocks",
    "test_pack",
    "test_demo_town",
    "test_matching",
    "test_store",
    "test_page_daily_report",
    "test_manage",
    "test_page_units",
    "test_demo_ledgers",
    "test_coverage_demo",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first."""
    place = {name: row for row, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_collection_finish() -> None:
    """Take what is loaded by now out of the garbage collector's rounds: it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder of real files, or skip."""
    folder = os.environ.get("EPIGRID_TEST_DATA")
    if not folder:
        pytest.skip("EPIGRID_TEST_DATA does not name the folder of real files")
    return Path(folder)


@pytest.fixture(scope="session")
def demo_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo township as a workspace: to be copied (``tests.demo_town.copied``), not opened."""
    return township.made(tmp_path_factory)


@pytest.fixture(scope="session")
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo city as a workspace: to be copied like the township, not opened."""
    return township.made(tmp_path_factory, "city")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a browser that resolves no name but this machine's; without one, fail under ``CI=true`` and skip elsewhere."""
    found = find_browser()
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no browser: {HOW}")
    from playwright.sync_api import sync_playwright

    quiet = [
        "--disable-background-networking",
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*quiet, *root])
        yield browser
        browser.close()
