"""Files of office programs, which are zip files: the same parts give the same bytes, whenever they are written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from briefing.files import add

CONTENTS = "[Content_Types].xml"  # what the parts are, which comes first


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a package of parts by their names, with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != CONTENTS, name)):
            add(archive, name, parts[name])
    return out.getvalue()


def repacked(package: bytes, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return a package with fixed dates, and with some of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        return packed({name: old.read(name) for name in old.namelist()} | dict(parts or {}))
