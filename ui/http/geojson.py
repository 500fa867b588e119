"""Write a layer as GeoJSON for the browser: only what the map needs, fast, and never a value that JSON does not know."""

from __future__ import annotations

import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

DIGITS = 7  # about a centimetre


def feature_collection(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> bytes:
    """Return a frame as a GeoJSON FeatureCollection.

    Parameters
    ----------
    frame
        EPSG:4326, with ``id``, ``name`` and any other columns. Features without geometry keep ``"geometry": null``.
    columns
        The properties besides ``id`` and ``name``; those the frame lacks are left out.

    Returns
    -------
    bytes
        UTF-8, coordinates rounded to ``DIGITS``, missing values null, times in ISO 8601 UTC. The member ``sources`` lists
        where the features come from, so that whoever shows them can say so.
    """
    kept = ["id", "name", *(c for c in columns if c in frame)]
    geometries = shapely.transform(shapely.force_2d(frame.geometry.to_numpy()), lambda lonlat: np.round(lonlat, DIGITS))
    shapes = [shape or "null" for shape in shapely.to_geojson(geometries)]
    # Not splitlines(): it also breaks at U+2028 and other characters that JSON leaves as they are.
    rows = frame[kept].to_json(orient="records", lines=True, force_ascii=False, date_format="iso")
    lines = rows.strip("\n").split("\n") if len(frame) else []
    sources = sorted(set(frame["source"].dropna().astype("str"))) if "source" in frame else []
    features = ",\n".join(f'{{"type":"Feature","geometry":{shape},"properties":{line}}}' for shape, line in zip(shapes, lines, strict=True))
    return f'{{"type":"FeatureCollection","sources":{json.dumps(sources)},"features":[\n{features}\n]}}'.encode()
