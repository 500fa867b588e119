"""The demo township, made once a run and copied by whoever needs it: to make it takes seconds, to copy it none."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from data.demo.load import load_demo
from queries.store import LOCAL, open_store

PATIENCE_S = 300


def made(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that holds the township; the workers of a run make it once for all of them."""
    base = factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    town, claim = base / "demo-town", base / "demo-town.claim"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE_S
        while not town.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        return town
    with open_store(base / "demo-town.part") as store:
        load_demo(store, LOCAL)
    (base / "demo-town.part").rename(town)
    return town


def copied(source: Path, to: Path) -> Path:
    """Copy the township into a folder that does not exist yet, or is empty, and return it."""
    shutil.copytree(source, to, dirs_exist_ok=True)
    return to
