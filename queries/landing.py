"""Files that land: staged first, moved into place once it is decided that they do; a crash between is made good on opening.

The files of an import land with its batch: once the transaction that names the batch has committed. The content of a backup,
the ledger itself among it, lands once its manifest is written; that is finished before the ledger is opened.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd

STAGING = ".staging"
MANIFEST = "manifest.json"
# Staging folders so named hold a whole workspace that replaces the present one; others are named by their batch.
RESTORE = "restore-"


def make_private(path: Path) -> None:
    """Create a file that its owner alone may read, or make one so: a workspace holds names and telephone numbers."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def make_folder(path: Path) -> None:
    """Create a folder that its owner alone may enter; one that exists stays as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_manifest(folder: Path, files: Mapping[str, Path | None]) -> None:
    """Note in a staging folder which staged file or folder goes where in the workspace; None: what is there goes."""
    staged = {target: source and str(Path(source).relative_to(folder)) for target, source in files.items()}
    write_text(folder / MANIFEST, json.dumps(staged))


def land(root: Path, folder: Path) -> None:
    """Move what was staged into place; goes on where a crash left off."""
    manifest: dict[str, str | None] = json.loads((folder / MANIFEST).read_text("utf-8"))
    for target, source in manifest.items():
        final = root / target
        if source is None:
            remove(final)
        elif (folder / source).exists():  # else moved before a crash
            make_folder(final.parent)
            if final.is_dir():
                shutil.rmtree(final)
            move(folder / source, final)
    discard(folder)


def move(staged: Path, final: Path) -> None:
    """Rename one file or folder; the one step of landing that is all or nothing."""
    staged.replace(final)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def discard(folder: Path) -> None:
    """Remove a staging folder, its manifest first: half a folder must not pass for one that is to land."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def staged(root: Path, name: str) -> Iterator[Path]:
    """Provide a staging folder; it goes at the end, unless it holds a manifest and so is to land."""
    folder = root / STAGING / name
    make_folder(folder)
    try:
        yield folder
    finally:
        if not (folder / MANIFEST).exists():
            discard(folder)


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer as GeoParquet; the file is whole or not there."""
    temporary = path.with_suffix(".parquet.part")
    make_private(temporary)
    frame.to_parquet(temporary, index=False)
    temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a small file; it is whole or not there."""
    temporary = path.with_suffix(path.suffix + ".part")
    make_private(temporary)
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def pending(root: Path) -> list[Path]:
    """Return the staging folders of restores that were decided and not finished, oldest first."""
    return sorted(manifest.parent for manifest in (root / STAGING).glob(f"{RESTORE}*/{MANIFEST}"))


def recover(root: Path, committed: Callable[[str], bool]) -> None:
    """Finish the landing of committed batches and discard what was staged for others."""
    staging = root / STAGING
    for folder in sorted(staging.iterdir()) if staging.exists() else ():
        if (folder / MANIFEST).exists() and committed(folder.name):
            land(root, folder)
        else:
            discard(folder)
