"""The built-in basemap: the workspace's own roads and ground as tiles."""

from __future__ import annotations

import threading
from typing import Any

from geo.tiles import MAX_ZOOM, RoadTiles, extent
from queries.store import SYSTEM, Store
from ui.http.answers import files_revision

_LAYERS = ("roads", "areas", "compounds", "buildings", "venues")


class Basemap:
    """The workspace's own roads and ground: where they lie, and their tiles, cut anew when they change.

    Preparing the tiles of a city takes about a second: whoever starts the server may call ``tiles`` ahead of the first visitor.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = ""
        self._tiles: RoadTiles | None = None

    def revision(self, store: Store) -> str:
        """Return what names the present basemap."""
        stamps = store.feature_stamps()
        return files_revision([store.path / "layers" / "roads.parquet"], *(stamps.get(name, "") for name in _LAYERS))

    def about(self, store: Store) -> dict[str, Any]:
        """Return the basemap's revision, its bounds (west, south, east, north; or none), where its roads come from, and its depth."""
        areas, roads = store.layer("areas", SYSTEM), store.layer("roads", SYSTEM)
        sources = sorted(set(roads["source"].dropna().astype("str")))
        return {"revision": self.revision(store), "bounds": extent([areas, roads]), "sources": sources, "maxZoom": MAX_ZOOM}

    def tiles(self, store: Store) -> tuple[str, RoadTiles]:
        """Return the basemap's revision and its tiles."""
        revision = self.revision(store)
        with self._lock:
            if self._tiles is None or revision != self._revision:
                # The ground everyone stands on is not confined to a viewer's areas: it carries no names but those of roads.
                layers = {name: store.layer(name, SYSTEM) for name in _LAYERS}
                green = layers["venues"][layers["venues"]["kind"] == "park"]
                self._tiles = RoadTiles(
                    layers["roads"], layers["areas"], compounds=layers["compounds"], buildings=layers["buildings"], green=green
                )
                self._revision = revision
            return revision, self._tiles
