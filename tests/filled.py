"""Workspaces made or filled once a worker and copied from then on: to fill one takes a second, to copy it next to nothing."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, wraps
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


def from_copies(open_store: Callable[..., Store]) -> Callable[..., Store]:
    """Return a way to open workspaces that takes a new one from a copy; ``__wrapped__`` is the way that makes it."""
    template = cache(lambda: _empty(open_store))

    @wraps(open_store)
    def opened(path: str | os.PathLike[str], *, create: bool = True) -> Store:
        folder = Path(path)
        if create and not (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
            with contextlib.suppress(OSError):  # whoever may not write there is told by the one that opens it
                shutil.copytree(template(), folder, dirs_exist_ok=True)
        return open_store(folder, create=create)

    return opened


def _empty(open_store: Callable[..., Store]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="epigrid-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_store(folder / "workspace").close()
    return folder / "workspace"
