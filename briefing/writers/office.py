"""Files of office programs, which are zip files: the same parts give the same bytes, whenever they are written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from briefing.files import add


def repacked(package: bytes, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return a package with fixed dates, and with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            add(new, name, (parts or {}).get(name) or old.read(name))
    return out.getvalue()
