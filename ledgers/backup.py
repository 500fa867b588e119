"""Backup and restore: the whole workspace in one zip file."""

from __future__ import annotations

import itertools
import stat
import zipfile
import zlib
from datetime import datetime
from pathlib import Path, PurePosixPath

from errors import InputError
from queries import landing
from queries.events import Viewer, new_id
from queries.store import Store, open_store

PARTS = ("ledger.duckdb", "layers", "network", "forms")
# A backup is ours, yet a file from outside: what it may hold, and how far it may unfold.
LARGEST_UNFOLDED = 20 * 1024**3
LARGEST_RATIO = 200
# What reading a zip file raises that is damaged, locked with a password, or packed in a way that Python does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, UnicodeError)


def write_backup(store: Store, viewer: Viewer, out: Path) -> None:
    """Write the ledger, layers and network of a workspace into a zip file; the file is whole or not there.

    Raises
    ------
    InputError
        When the file cannot be written, or would lie among the files that it is to hold.
    AccessDenied
        When the viewer sees only some areas.
    """
    store.check_whole(viewer)
    place = out.resolve()
    if any(place.is_relative_to(store.path / part) for part in (*PARTS, landing.STAGING)):
        raise InputError("{file} lies among the workspace's own files; choose another place.", file=out)
    temporary = out.with_name(out.name + ".part")
    try:
        landing.make_private(temporary)
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


def restore_backup(store: Store, viewer: Viewer, file: Path) -> Path | None:
    """Replace the content of an open workspace by a backup and return where the previous content was saved, if there was any.

    The backup is unfolded and opened beside the workspace first: nothing is touched unless it is whole. Nothing is written
    between the saving of the previous content and the exchange.

    Raises
    ------
    InputError
        When the file is not a backup of this program.
    AccessDenied
        When the viewer sees only some areas, or may not change anything.
    """
    store.check_whole(viewer)
    store.check_writable(viewer)
    with landing.staged(store.path, landing.RESTORE + new_id()) as folder:
        _unfold(file, folder / "workspace")
        _check_ledger(file, folder / "workspace")
        with store.quiet():
            kept = _free_name(store.path / "exports") if store.revision else None
            if kept:
                write_backup(store, viewer, kept)
            store.replace_content(viewer, folder, PARTS)
    return kept


def _free_name(folder: Path) -> Path:
    """Return a file that is not there yet, named by the wall's clock: a workspace's own may stand still."""
    stem = f"before-restore-{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    names = (folder / f"{stem}{suffix}.zip" for suffix in itertools.chain([""], (f"-{n}" for n in itertools.count(2))))
    return next(name for name in names if not name.exists())


def _check_ledger(file: Path, folder: Path) -> None:
    try:
        open_store(folder, create=False).close()
    except InputError as error:
        if error.params.keys() & {"ledger", "folder"}:  # it would name a place that the reader has never heard of
            raise InputError("{file} is not a backup of this program.", file=file) from error
        raise


def _unfold(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if not all(_expected(entry) for entry in entries) or "ledger.duckdb" not in archive.namelist():
                raise InputError("{file} is not a backup of this program.", file=file)
            size = sum(entry.file_size for entry in entries)
            if size > min(LARGEST_UNFOLDED, max(1, file.stat().st_size) * LARGEST_RATIO):
                raise InputError("{file} would unfold to {size} bytes; it is not a backup of this program.", file=file, size=size)
            archive.extractall(folder)
        for path in folder.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
    except UNREADABLE:
        raise InputError("{file} is not a zip file, or it is damaged.", file=file) from None
    except FileNotFoundError:
        raise InputError("There is no file {file}.", file=file) from None
    except OSError as error:
        raise InputError("{file} cannot be read: {why}.", file=file, why=error.strerror) from None


def _expected(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return False
    if entry.filename == "ledger.duckdb":
        return True
    return path.parts[:1] in [(part,) for part in PARTS[1:]] and (entry.is_dir() or len(path.parts) > 1)
