"""Files from outside: what is refused before anything reads them."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path, PurePosixPath

from errors import InputError

MAX_BYTES = 512 * 1024 * 1024
# A workbook compresses about tenfold, a bomb a thousandfold. Any ratio is allowed for small files.
MAX_RATIO, RATIO_FROM_BYTES = 100, 32 * 1024 * 1024
MAX_MEMBERS = 10_000


def checked_file(path: Path) -> Path:
    """Return ``path`` if it is a regular file, not empty and not too large.

    Raises
    ------
    InputError
        When it is not.
    """
    if not path.is_file():
        raise InputError("There is no file {file}.", file=path)
    size = path.stat().st_size
    if size == 0:
        raise InputError("The file {file} is empty.", file=path.name)
    if size > MAX_BYTES:
        raise InputError("The file {file} is larger than {limit} MB; split it.", file=path.name, limit=MAX_BYTES // 2**20)
    return path


def checked_zip(path: Path) -> list[zipfile.ZipInfo]:
    """Return the members of an archive that is safe to unpack.

    Parameters
    ----------
    path : Path
        A zip archive, or a workbook, which is one too.

    Returns
    -------
    list of zipfile.ZipInfo

    Raises
    ------
    InputError
        When it is not a zip archive, is encrypted or damaged, has too many members or would unpack to too much, or names a place outside
        itself.
    """
    try:
        with zipfile.ZipFile(checked_file(path)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError):
        raise InputError("The file {file} is not a zip archive or a workbook, or it is damaged.", file=path.name) from None
    unpacked, packed = sum(m.file_size for m in members), path.stat().st_size
    too_dense = unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed
    if len(members) > MAX_MEMBERS or unpacked > MAX_BYTES or too_dense:
        raise InputError("The file {file} would unpack to {size} MB; that is not a ledger.", file=path.name, size=unpacked // 2**20)
    for member in members:
        name = member.filename.replace("\\", "/")
        outside = ".." in PurePosixPath(name).parts or name.startswith("/") or ":" in name.split("/")[0]
        if outside or stat.S_ISLNK(member.external_attr >> 16):
            raise InputError("The archive {file} names a place outside itself: {member}.", file=path.name, member=repr(member.filename))
        if member.flag_bits & 1:
            raise InputError("The file {file} is locked with a password; save it without one.", file=path.name)
    return members
