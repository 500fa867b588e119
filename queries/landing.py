"""Files that land: staged first, and moved into place once that is decided. Opening the workspace completes what a crash interrupts.

The files of an import land with its batch, once the transaction that names the batch has committed. The content of a backup, including
the ledger, lands once its manifest is written, and finishes before the ledger is opened.
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
# A staging folder whose name begins so holds a whole workspace that replaces the present one. Others are named by their batch.
RESTORE = "restore-"


def make_private(path: Path) -> None:
    """Create a file that only its owner may read, or make an existing one so: a workspace holds names and telephone numbers."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def make_folder(path: Path) -> None:
    """Create a folder that only its owner may enter; an existing one stays as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_manifest(folder: Path, files: Mapping[str, Path | None]) -> None:
    """Write the manifest of a staging folder: which staged file or folder goes where in the workspace.

    Parameters
    ----------
    folder : Path
        The staging folder.
    files : mapping of str to Path or None
        Path within the workspace -> staged file or folder; None removes what is there.
    """
    staged = {target: source and str(Path(source).relative_to(folder)) for target, source in files.items()}
    write_text(folder / MANIFEST, json.dumps(staged))


def land(root: Path, folder: Path) -> None:
    """Move staged files into place; continue after a crash where it stopped.

    Parameters
    ----------
    root : Path
        The workspace.
    folder : Path
        A staging folder with a manifest. It is removed at the end.
    """
    manifest: dict[str, str | None] = json.loads((folder / MANIFEST).read_text("utf-8"))
    for target, source in manifest.items():
        final = root / target
        if source is None:
            remove(final)
        elif (folder / source).exists():  # otherwise it was moved before a crash
            make_folder(final.parent)
            if final.is_dir():
                shutil.rmtree(final)
            move(folder / source, final)
    discard(folder)


def move(staged: Path, final: Path) -> None:
    """Rename one file or folder ``staged`` to ``final``: the one step of landing that is atomic."""
    staged.replace(final)


def remove(path: Path) -> None:
    """Remove a file or folder if it exists."""
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
    """Provide a staging folder. It is removed at the end unless it holds a manifest, which means that it is to land.

    Parameters
    ----------
    root : Path
        The workspace.
    name : str
        The id of its batch, or ``RESTORE`` and an id.

    Yields
    ------
    Path
    """
    folder = root / STAGING / name
    make_folder(folder)
    try:
        yield folder
    finally:
        if not (folder / MANIFEST).exists():
            discard(folder)


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write the layer ``frame`` to ``path`` as GeoParquet. The file appears whole or not at all."""
    temporary = path.with_suffix(".parquet.part")
    make_private(temporary)
    frame.to_parquet(temporary, index=False)
    temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to the small file ``path`` in UTF-8. The file appears whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".part")
    make_private(temporary)
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def pending(root: Path) -> list[Path]:
    """Return the staging folders of restores that were decided but not finished, oldest first."""
    return sorted(manifest.parent for manifest in (root / STAGING).glob(f"{RESTORE}*/{MANIFEST}"))


def recover(root: Path, committed: Callable[[str], bool]) -> None:
    """Finish the landing of committed batches, and discard what was staged for others.

    Parameters
    ----------
    root : Path
        The workspace.
    committed : callable
        Takes the id of a batch; returns whether the ledger holds it.
    """
    staging = root / STAGING
    for folder in sorted(staging.iterdir()) if staging.exists() else ():
        if (folder / MANIFEST).exists() and committed(folder.name):
            land(root, folder)
        else:
            discard(folder)
