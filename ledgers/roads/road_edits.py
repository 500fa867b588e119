"""What people correct of the roads, each an event: pieces struck and added, and doubtful joints decided. A map is never quite the roads.

An edit is kept by where its ends lie, not by the ids of an import, and ``geo.edits`` puts it on whatever network there is.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import InputError, NotFound
from ledgers.places import areas_of
from ledgers.posts.orders import Placed
from ledgers.roads.joints import DECISIONS
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View
from settings import CRS

# Longitude and latitude.
End: TypeAlias = tuple[float, float]
MODES = ("drive", "walk")
_ENDS = ["lon_a", "lat_a", "lon_b", "lat_b"]


def strike(
    store: Store, viewer: Viewer, *, a: End, b: End, mode: str, note: str = "", effective_at: datetime | str | None = None
) -> Placed:
    """Strike the piece of road between two ends: it is on the map and not there. ``mode`` walk strikes a footpath as well as a road."""
    return _edit(store, viewer, "strike", a, b, mode, note, effective_at)


def add(store: Store, viewer: Viewer, *, a: End, b: End, mode: str, note: str = "", effective_at: datetime | str | None = None) -> Placed:
    """Add a piece of road between two ends: it is there and not on the map. ``note`` is its name; ``mode`` walk adds a footpath."""
    return _edit(store, viewer, "add", a, b, mode, note, effective_at)


def decide_joint(
    store: Store, viewer: Viewer, *, a: End, b: End, mode: str, decision: str, note: str = "", effective_at: datetime | str | None = None
) -> Placed:
    """Say of a doubtful joint between two points what is so on the ground: ``join``, ``part`` or ``confirm`` (as drawn)."""
    if decision not in DECISIONS:
        raise InputError("{decision} is no answer; choose one of: {choices}.", decision=repr(decision), choices=", ".join(DECISIONS))
    return _edit(store, viewer, decision, a, b, mode, note, effective_at)


def _edit(store: Store, viewer: Viewer, action: str, a: End, b: End, mode: str, note: str, effective_at: datetime | str | None) -> Placed:
    if mode not in MODES:
        raise InputError("{mode} is not a way to travel; choose drive or walk.", mode=repr(mode))
    if a == b and action not in DECISIONS:  # two roads that cross do so at one place
        raise InputError("The two ends are the same place; give the two ends of the piece of road.")
    # An edit acts on both its ends: whoever sees only some areas must see both.
    area_id, _ = areas_of(store, viewer, [a[0], b[0]], [a[1], b[1]])
    edit_id = new_id()
    row = {"edit_id": edit_id, "action": action, **dict(zip(_ENDS, map(float, (*a, *b)), strict=True))}
    row |= {"mode": mode, "note": note.strip(), "area_id": area_id, "effective_at": store.moment(effective_at)}
    return Placed(edit_id, store.append(viewer, {"road_edit": pd.DataFrame([row])}))


def restore(store: Store, viewer: Viewer, edit_id: str, *, note: str = "", effective_at: datetime | str | None = None) -> list[str]:
    """End an edit from a moment on: the road is again as it was imported. Raises NotFound when no such edit is in force then."""
    moment = store.moment(effective_at)
    standing = store.run("select_road_edits", viewer, at=moment)
    row = standing[standing["edit_id"] == edit_id]
    if row.empty:
        raise NotFound("No road edit {edit} is in force here.", edit=edit_id)
    area_id, _ = areas_of(store, viewer, row[["lon_a", "lon_b"]].iloc[0], row[["lat_a", "lat_b"]].iloc[0])
    ended = row[["edit_id", *_ENDS, "mode"]].assign(action="restore", note=note.strip(), area_id=area_id, effective_at=moment)
    return store.append(viewer, {"road_edit": ended})


def edits(view: View) -> gpd.GeoDataFrame:
    """Return the edits in force at a moment, oldest first.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``edit_id, action`` (strike, add, join, part, confirm), ``lon_a, lat_a, lon_b, lat_b, mode, note, since, recorded_by,
        event_id`` and the line from one end to the other. The rows of each action are what ``geo.edits.edited`` takes.
    """
    rows = view.run("select_road_edits")
    ends = rows[_ENDS].to_numpy(dtype=np.float64).reshape(-1, 2, 2)
    return gpd.GeoDataFrame(rows, geometry=shapely.linestrings(ends), crs=CRS)
