"""Workspaces filled once a worker and copied from then on: to fill one takes a second, to copy it next to nothing."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from queries.store import Store, open_store


@cache
def _filled(fill: Callable[[Store], None]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="epigrid-filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(folder / "workspace") as store:
        fill(store)
    return folder / "workspace"


def copy_filled(fill: Callable[[Store], None], to: Path) -> Path:
    """Make a folder a workspace that a function has filled, and return it."""
    shutil.copytree(_filled(fill), to, dirs_exist_ok=True)
    return to
