"""What to call a junction: by its roads, else by the place that it lies near, never by the id of a map."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import N_
from geo.crs import in_metres
from words import Translate

# Farther from every settlement a junction is near none.
NEAR_M = 5000.0
UNNAMED = N_("unnamed road")
UNNAMED_NEAR = N_("unnamed road near {place}")


def called(junctions: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, translate: Translate) -> pd.Series:
    """Return what to call each junction.

    Parameters
    ----------
    junctions
        EPSG:4326 points with ``name``: the names of the roads that meet there, empty where none has one.
    settlements
        EPSG:4326, with ``name``.
    """
    names: pd.Series = junctions["name"].fillna("").astype("str")
    nameless = np.flatnonzero((names == "").to_numpy())
    if not len(nameless):
        return names
    points = junctions.geometry.to_numpy()[nameless]
    text = [translate(UNNAMED_NEAR).format(place=place) if place else translate(UNNAMED) for place in _nearest(points, settlements)]
    names.iloc[nameless] = text
    return names


def _nearest(points: np.ndarray[tuple[int], np.dtype[np.object_]], settlements: gpd.GeoDataFrame) -> list[str]:
    """Return the name of the settlement nearest to each point, empty where none is near."""
    there = settlements[settlements.geometry.notna() & ~settlements.geometry.is_empty & (settlements["name"].fillna("") != "")]
    found = [""] * len(points)
    if there.empty:
        return found
    centre = (float(shapely.get_x(points).mean()), float(shapely.get_y(points).mean()))
    tree = shapely.STRtree(in_metres(there.geometry.to_numpy(), centre=centre))
    at, near = tree.query_nearest(in_metres(points, centre=centre), max_distance=NEAR_M, all_matches=False)
    for point, settlement in zip(at, near, strict=True):
        found[point] = str(there["name"].iloc[settlement])
    return found
