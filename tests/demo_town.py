"""The demo township and city, made once a run and copied by whoever needs one: to make it takes seconds, to copy it none."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from data.demo.load import Size, load_demo
from queries.store import LOCAL, open_store

PATIENCE_S = 300


def made(factory: pytest.TempPathFactory, size: Size = "town") -> Path:
    """Return the folder that holds a demo; the workers of a run make it once for all of them. Beside it lie its ``counts``."""
    base = factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    demo, claim, part = (base / f"demo-{size}{end}" for end in ("", ".claim", ".part"))
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE_S
        while not demo.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        return demo
    with open_store(part) as store:
        told = load_demo(store, LOCAL, size=size)
    _told(demo).write_text(json.dumps(told), "utf-8")
    part.rename(demo)
    return demo


def _told(demo: Path) -> Path:
    return demo.with_name(f"{demo.name}.counts")


def counts(demo: Path) -> dict[str, int]:
    """Return what loading a demo told: how many features each layer has."""
    return json.loads(_told(demo).read_text("utf-8"))


def copied(source: Path, to: Path) -> Path:
    """Copy a demo into a folder that does not exist yet, or is empty, and return it."""
    shutil.copytree(source, to, dirs_exist_ok=True)
    return to
