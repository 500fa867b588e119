"""Backup and restore: the whole workspace in one zip file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from errors import InputError
from queries.store import Store, open_store

PARTS = ("ledger.duckdb", "layers", "network")
# A backup is ours, yet a file from outside: what it may hold, and how far it may unfold.
LARGEST_UNFOLDED = 20 * 1024**3
LARGEST_RATIO = 200


def write_backup(store: Store, out: Path) -> None:
    """Write the ledger, layers and network of a workspace into a zip file; the file is whole or not there.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    temporary = out.with_name(out.name + ".part")
    try:
        with store.quiet(), zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in PARTS:
                path = store.path / part
                files = sorted(path.rglob("*")) if path.is_dir() else [path]
                for file in files:
                    if file.is_file():
                        archive.write(file, file.relative_to(store.path))
        temporary.replace(out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError("{file} cannot be written: {why}; choose another place.", file=out, why=error.strerror) from None


def restore_backup(store: Store, file: Path) -> Path | None:
    """Replace the content of an open workspace by a backup and return where the previous content was saved, if there was any.

    The backup is unfolded and opened beside the workspace first: nothing is touched unless it is whole.

    Raises
    ------
    InputError
        When the file is not a backup of this program.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=store.path) as scratch:
        folder = Path(scratch) / "workspace"
        _unfold(file, folder)
        with open_store(folder, create=False) as restored:
            restored.checkpoint()
        kept = None
        if store.revision:
            kept = store.path / "exports" / f"before-restore-{store.now():%Y%m%dT%H%M%S}.zip"
            write_backup(store, kept)
        store.replace_content(folder, PARTS)
    return kept


def _unfold(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if not all(_expected(entry.filename) for entry in entries) or "ledger.duckdb" not in archive.namelist():
                raise InputError("{file} is not a backup of this program.", file=file)
            size = sum(entry.file_size for entry in entries)
            if size > min(LARGEST_UNFOLDED, max(1, file.stat().st_size) * LARGEST_RATIO):
                raise InputError("{file} would unfold to {size} bytes; it is not a backup of this program.", file=file, size=size)
            archive.extractall(folder)
    except (zipfile.BadZipFile, EOFError):
        raise InputError("{file} is not a zip file, or it is damaged.", file=file) from None
    except FileNotFoundError:
        raise InputError("There is no file {file}.", file=file) from None


def _expected(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and path.parts[0] in PARTS
