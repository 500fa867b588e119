"""Entry points: where people come in besides the roads that cross the border, as the planner adds them. Each is an event."""

from __future__ import annotations

from datetime import datetime

import geopandas as gpd
import pandas as pd

from errors import InputError, NotFound
from ledgers.places import areas_of
from ledgers.posts.orders import Placed
from queries.events import Viewer, new_id
from queries.layers import ENTRY_KINDS
from queries.store import Store
from queries.view import View
from settings import CRS


def add_entry_point(
    store: Store,
    viewer: Viewer,
    *,
    name: str,
    kind: str,
    lon: float,
    lat: float,
    note: str = "",
    effective_at: datetime | str | None = None,
) -> Placed:
    """Add a station, wharf, expressway exit, airport or other place where people come in.

    Raises
    ------
    InputError
        When the kind is none of ``ENTRY_KINDS``, the name is missing, or the place is none in view.
    """
    if kind not in ENTRY_KINDS:
        raise InputError("{kind} is not a kind of entry point; choose one of: {choices}.", kind=repr(kind), choices=", ".join(ENTRY_KINDS))
    if not name.strip():
        raise InputError("Give it a name.")
    (area_id,) = areas_of(store, viewer, [lon], [lat])
    entry_id = new_id()
    row = {"entry_id": entry_id, "name": name.strip(), "kind": kind, "lon": float(lon), "lat": float(lat), "active": True}
    row |= {"note": note.strip(), "area_id": area_id, "effective_at": store.moment(effective_at)}
    return Placed(entry_id, store.append(viewer, {"entry_point": pd.DataFrame([row])}))


def withdraw_entry_point(
    store: Store, viewer: Viewer, entry_id: str, *, note: str = "", effective_at: datetime | str | None = None
) -> list[str]:
    """Withdraw an entry point from a moment on: nobody comes in there any more. Raises NotFound when it is not there then."""
    moment = store.moment(effective_at)
    standing = store.run("select_entry_points", viewer, at=moment)
    row = standing[standing["entry_id"] == entry_id]
    if row.empty:
        raise NotFound("There is no entry point {entry} here.", entry=entry_id)
    ended = row[["entry_id", "name", "kind", "lon", "lat"]].assign(active=False, note=note.strip(), effective_at=moment)
    return store.append(viewer, {"entry_point": ended.assign(area_id=areas_of(store, viewer, row["lon"], row["lat"]))})


def entry_points(view: View) -> gpd.GeoDataFrame:
    """Return the entry points at a moment, oldest first.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``entry_id, name, kind, note, since, recorded_by, event_id`` and the point.
    """
    rows = view.run("select_entry_points")
    return gpd.GeoDataFrame(rows.drop(columns=["lon", "lat"]), geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=CRS)
