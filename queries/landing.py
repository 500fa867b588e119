"""Files that land with a batch: staged first, moved into place once the transaction that names the batch has committed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd


def write_manifest(folder: Path, files: Mapping[str, Path]) -> None:
    """Note in a staging folder which staged file or folder goes where in the workspace."""
    staged = {target: str(Path(source).relative_to(folder)) for target, source in files.items()}
    write_text(folder / "manifest.json", json.dumps(staged))


def land(root: Path, folder: Path) -> None:
    """Move the staged files of a committed batch into place; goes on where a crash left off."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for target, source in manifest.items():
        staged, final = folder / source, root / target
        if not staged.exists():
            continue  # moved before a crash
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.is_dir():
            shutil.rmtree(final)
        staged.replace(final)
    shutil.rmtree(folder)


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer as GeoParquet; the file is whole or not there."""
    temporary = path.with_suffix(".parquet.part")
    frame.to_parquet(temporary, index=False)
    temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a small file; it is whole or not there."""
    temporary = path.with_suffix(path.suffix + ".part")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def recover(root: Path, committed: Callable[[str], bool]) -> None:
    """Finish the landing of committed batches and discard what was staged for others."""
    staging = root / ".staging"
    for folder in sorted(staging.iterdir()) if staging.exists() else ():
        if committed(folder.name) and (folder / "manifest.json").exists():
            land(root, folder)
        else:
            shutil.rmtree(folder)
