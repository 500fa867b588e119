"""Marks: what a planner says of a place on the map, each an event that can be undone.

A mark belongs to a place: a feature of a layer where it names one, and the point in any case, so that it stays where it is when an import
gives the features other ids. The latest mark of a place counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import InputError, NotFound
from geo.crs import in_metres
from ledgers.places import areas_of
from queries.events import Viewer
from queries.layers import LAYERS, MARK_STATUSES
from queries.store import Store
from queries.view import View
from settings import CRS

# A layer, the id of its feature (empty for a place inside a road), longitude and latitude.
Place: TypeAlias = tuple[str, str, float, float]
_DEGREE_M = 110_000.0  # no degree of latitude is shorter


def mark_places(
    store: Store,
    viewer: Viewer,
    places: Sequence[Place],
    *,
    status: str,
    note: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Mark places, one or thousands, in one transaction; return the event ids, for ``Store.undo``.

    Raises
    ------
    InputError
        When the status is none of ``MARK_STATUSES``, no place is given, or one is no place in view.
    NotFound
        When there is no such layer, or it has no such feature in view, now or among the marks.
    """
    if status not in MARK_STATUSES:
        choices = ", ".join(MARK_STATUSES)
        raise InputError("{status} is no mark; choose one of: {choices}.", status=repr(status), choices=choices)
    if not places:
        raise InputError("Choose at least one; nothing was selected.")
    rows = pd.DataFrame(list(dict.fromkeys(places)), columns=["layer", "feature_id", "lon", "lat"])
    rows = rows.astype({"layer": "str", "feature_id": "str", "lon": "float64", "lat": "float64"})
    _check_features(store, viewer, rows)
    rows = rows.assign(area_id=areas_of(store, viewer, rows["lon"], rows["lat"]), status=status, note=note.strip())
    return store.append(viewer, {"mark": rows.assign(effective_at=store.moment(effective_at))})


def _check_features(store: Store, viewer: Viewer, rows: pd.DataFrame) -> None:
    for layer, of_layer in rows.groupby("layer"):
        if layer not in LAYERS:
            raise NotFound("There is no layer {name}; there are: {names}.", name=repr(layer), names=", ".join(LAYERS))
        named = set(of_layer["feature_id"]) - {""}
        if named and (missing := named - set(store.layer(str(layer), viewer)["id"])):
            # What an import took away can still be marked as done with.
            marked = store.run("select_marks", viewer)
            missing -= set(marked.loc[marked["layer"] == layer, "feature_id"])
            if missing:
                raise NotFound("There is no such feature here: {names}.", names=", ".join(sorted(missing)[:5]))


def marks(view: View) -> gpd.GeoDataFrame:
    """Return the marked places at a moment, the latest mark of each, oldest first.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``layer, feature_id`` (empty inside a road), ``status, note, since, recorded_by, event_id`` and the point.
    """
    rows = view.run("select_marks")
    return gpd.GeoDataFrame(rows.drop(columns=["lon", "lat"]), geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=CRS)


def of_features(marked: gpd.GeoDataFrame, features: gpd.GeoDataFrame, *, layer: str = "junctions", within_m: float = 30.0) -> pd.DataFrame:
    """Return what the features of a layer are marked as: by id, and by place for marks whose feature an import has renamed.

    A mark without a feature here belongs to the nearest one within ``within_m``, unless that one is marked by id; of several
    such marks the nearest counts, and of equally near ones the latest.

    Parameters
    ----------
    marked
        As from :func:`marks`; those of other layers are passed over.
    features
        The layer, EPSG:4326, with ``id``.

    Returns
    -------
    DataFrame
        ``mark_status, mark_note, mark_since``, missing where there is no mark; index of ``features``.
    """
    mine = marked[marked["layer"] == layer].reset_index(drop=True)
    position = pd.Index(features["id"]).get_indexer(mine["feature_id"])
    lost = np.flatnonzero(position < 0)
    if len(lost) and len(features):
        mark, feature, distance = _nearest(mine.geometry.to_numpy()[lost], features.geometry.to_numpy(), within_m)
        free = ~np.isin(feature, position)
        mark, feature, distance = lost[mark[free]], feature[free], distance[free]
        order = np.lexsort((-mark, distance))  # marks come oldest first
        _, first = np.unique(feature[order], return_index=True)
        position[mark[order][first]] = feature[order][first]
    told = mine[position >= 0].set_index(features.index[position[position >= 0]])[["status", "note", "since"]]
    found: pd.DataFrame = told.add_prefix("mark_").reindex(features.index)
    return found


def _nearest(
    points: np.ndarray[tuple[int], np.dtype[np.object_]], geometries: np.ndarray[tuple[int], np.dtype[np.object_]], within_m: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """Return the nearest geometry within so many metres of each point that has one: positions of points, of geometries, and metres."""
    y = shapely.get_y(points)
    margin = 2 * within_m / _DEGREE_M / np.maximum(np.cos(np.radians(np.minimum(np.abs(y), 89.0))), 0.01)
    around = shapely.box(shapely.get_x(points) - margin, y - margin, shapely.get_x(points) + margin, y + margin)
    _, some = shapely.STRtree(geometries).query(around)
    some = np.unique(some)  # only what may be near is projected: a city has a hundred thousand junctions
    centre = (float(shapely.get_x(points).mean()), float(y.mean()))
    tree = shapely.STRtree(in_metres(geometries[some], centre=centre))
    (mark, near), metres = tree.query_nearest(
        in_metres(points, centre=centre), max_distance=within_m, all_matches=False, return_distance=True
    )
    return mark, some[near], metres
