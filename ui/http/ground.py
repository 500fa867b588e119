"""The ground under the map: what the basemap is, its tiles, and the map's script."""

from __future__ import annotations

import json

from starlette.responses import Response

from errors import NotFound
from geo.tiles import MAX_ZOOM
from ui.http.answers import FOR_GOOD, NEVER, send
from ui.http.door import Call
from ui.map import bundle


def about(call: Call) -> Response:
    """Answer what the basemap is."""
    basemap, store = call.door.basemap, call.store
    answer = call.door.answers.get(("basemap", basemap.revision(store)), lambda: json.dumps(basemap.about(store)).encode())
    return send(call.request, answer, "application/json")


def tile(call: Call) -> Response:
    """Answer a tile of the basemap."""
    z, x, y = (int(call.part(c)) for c in "zxy")
    if not (z <= MAX_ZOOM and x < 2**z and y < 2**z):
        raise NotFound("There is no tile {tile}; tiles go to zoom {zoom}.", tile=f"{z}/{x}/{y}", zoom=MAX_ZOOM)
    revision, cut = call.door.basemap.tiles(call.store)
    key = (revision, z, x, y)
    answer = call.door.tiles.get(key, lambda: json.dumps(cut.tile(z, x, y), ensure_ascii=False, separators=(",", ":")).encode())
    # A revision in the address names the content; a page that still asks for an older one gets today's, and must ask again.
    return send(call.request, answer, "application/json", FOR_GOOD if call.part("revision") == revision else NEVER)


def script(call: Call) -> Response:
    """Answer the map's script."""
    answer = call.door.answers.get(("script", bundle.version()), bundle.script)
    return send(call.request, answer, "text/javascript", FOR_GOOD if call.part("version") == bundle.version() else NEVER)
