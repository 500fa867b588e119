"""Files that go out: safe names, and places that are written whole or not at all."""

from __future__ import annotations

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import InputError

# File systems hold names of 255 bytes; a name from data leaves room for what is put behind it.
LONGEST_BYTES = 220
# What Windows or a zip file takes for something else than a name.
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# Zip files know no time before this one; a fixed one makes the same input the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3


def safe_name(text: str, *, otherwise: str = "_") -> str:
    """Return a text as a name for a file on any system, without its ending; ``otherwise`` where nothing is left of it.

    >>> [safe_name(t) for t in ("青禾镇", "../../etc/passwd", " 东/西 村. ", "..", "NUL", "a\\x00b")]
    ['青禾镇', '_etc_passwd', '东_西 村', '_', '_NUL', 'a_b']
    """
    plain = UNSAFE.sub("_", unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()))
    plain = re.sub(r"[._]*_\.*", "_", plain).strip(" .")
    cut = plain.encode()[:LONGEST_BYTES].decode(errors="ignore").rstrip(" .") or otherwise
    return f"_{cut}" if RESERVED.fullmatch(cut) else cut


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Provide a hidden folder within ``folder`` whose files are moved there at the end, all of them; on a failure none is.

    ``folder`` is made if it is missing, and goes again if nothing came of it.

    Raises
    ------
    InputError
        When the folder cannot be made or written.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".epigrid-", dir=folder) as staged:
                yield Path(staged)
                _deliver(Path(staged), folder)
        except OSError as error:
            if error.filename is not None and not _concerns(Path(error.filename), folder):
                raise  # something else went wrong: whoever reads that is not to look for another place
            raise InputError("{file} cannot be written: {why}; choose another place.", file=folder, why=error.strerror or error) from None
    except BaseException:
        for path in missing:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        raise


def _concerns(file: Path, folder: Path) -> bool:
    """Tell whether a file is the folder, in it, or one that it lies in."""
    return file.is_relative_to(folder) or folder.is_relative_to(file)


def _deliver(staged: Path, folder: Path) -> None:
    files = sorted(staged.iterdir())
    for file in files:
        _check_no_folder(folder / file.name)  # before the first is moved, since all go or none
    for file in files:
        file.replace(folder / file.name)


def _check_no_folder(file: Path) -> None:
    if file.is_dir():
        raise InputError("{file} is a folder; choose another name.", file=file)


@contextmanager
def one(out: Path) -> Iterator[Path]:
    """Provide a temporary file that takes the place of ``out`` at the end; on a failure what was there stays.

    Raises
    ------
    InputError
        When there is no folder to hold it, or it cannot be written.
    """
    if not out.parent.is_dir():
        raise InputError("There is no folder {folder} to write {file} in.", folder=out.parent, file=out.name)
    _check_no_folder(out)
    with whole(out.parent) as staged:
        yield staged / out.name


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to a zip file such that the same files give the same bytes, on any system. Pictures are packed already."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = UNIX
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
