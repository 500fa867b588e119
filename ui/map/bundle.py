"""The map's script: Leaflet and our own drawing code, put together as one file that a browser keeps for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from xstatic.pkg import leaflet

ASSETS: Final = Path(__file__).parent / "assets"
LEAFLET: Final = Path(leaflet.BASE_DIR)
STYLE_SHEET: Final = ASSETS / "map.css"
# In the order in which they build on each other.
SCRIPTS: Final = (
    LEAFLET / "leaflet.js",
    *(ASSETS / f"{part}.js" for part in ("symbols", "basemap", "data", "labels", "panels", "map")),
)


@cache
def script() -> bytes:
    """Return the script. streamlit-folium loads files one after another, each a round trip: one file is there at once."""
    return b"\n".join(path.read_bytes() for path in SCRIPTS)


@cache
def version() -> str:
    """Return a short name for the content of script and style sheet, so that a browser never shows an older one."""
    return hashlib.blake2b(script() + STYLE_SHEET.read_bytes(), digest_size=6).hexdigest()
