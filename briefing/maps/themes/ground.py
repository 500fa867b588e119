"""The ground of a sheet, thinned to its scale: green, compounds, roads by class and buildings; and the inset that locates it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.maps.content import Bounds, Drawn
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.pieces import Piece
from briefing.maps.themes.places import DEGREE_M, located
from briefing.view import View
from errors import N_
from geo.tiles import road_class
from queries.store import SYSTEM
from queries.view import fact
from settings import CRS

# Of each class of ``geo.tiles.CLASSES`` the style, and up to how many metres a millimetre (1 : 1000 times that) it is drawn.
_CLASSES: tuple[tuple[str, float], ...] = (
    ("road_motorway", np.inf),  # motorway
    ("road_main", np.inf),  # trunk
    ("road_main", np.inf),  # primary
    ("road_main", 250.0),  # secondary
    ("road_minor", 120.0),  # tertiary
    ("road_minor", 45.0),  # street
    ("road_minor", 15.0),  # service
    ("road_path", 30.0),  # track
    ("road_path", 10.0),  # path
)
# From below: the wider lies over the narrower.
_CALLED = {
    "road_path": N_("Track or path"),
    "road_minor": N_("Minor road"),
    "road_main": N_("Main road"),
    "road_motorway": N_("Motorway"),
}
_NAMED = ("road_main", "road_motorway")
# Layers whose features lie on roads, and how near they are at most.
_ON_ROADS = ("crossings", "checkpoints", "proposed", "routes", "doubtful")
_ON_ROAD_M = 60.0
# What is smaller on paper than this, in millimetres, is drawn straight.
_DETAIL_MM = 0.1
# What is drawn around the extent, in extents: the paper's shape adds to it.
_AROUND = 1.0
# What else is drawn of the ground, from below, and up to how many metres a millimetre.
_SURFACES = {
    "green": (N_("Park or green"), np.inf),
    "compound": (N_("Compound"), 60.0),
    "compound_unmanaged": (N_("Compound without management"), 60.0),
    "building": (N_("Building"), 12.0),
}


@fact()
def roads(whole: View) -> tuple[gpd.GeoDataFrame, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return all roads and the class of each.

    The ground everyone stands on is not confined to a viewer's areas: it tells no more than the roads' names.
    """
    frame = whole.store.layer("roads", SYSTEM)
    codes, values = pd.factorize(frame["highway"].astype("str"))  # of a hundred thousand roads a dozen classes
    return frame, road_class(pd.Series(values, dtype="str"))[codes] if len(frame) else codes


@fact()
def _surfaces(whole: View) -> dict[str, gpd.GeoSeries]:
    """Return the polygons of the ground by their style."""
    venues, compounds, buildings = (whole.layer(name) for name in ("venues", "compounds", "buildings"))
    unmanaged = compounds["unmanaged"].fillna(False).to_numpy(dtype=bool)
    found = {
        "green": venues[(venues["kind"] == "park").to_numpy(dtype=bool)],
        "compound": compounds[~unmanaged],
        "compound_unmanaged": compounds[unmanaged],
        "building": buildings,
    }
    return {style: frame.geometry[frame.geom_type.isin(["Polygon", "MultiPolygon"])] for style, frame in found.items()}


def ground(facts: Facts, extent: Bounds, above: Sequence[Piece] = ()) -> Iterator[Piece]:
    """Yield the ground of a sheet from below: green, compounds, roads, buildings; none of it is counted.

    A road with something of ``above`` on it is drawn whatever its class: an arrow on blank ground tells nobody which way people come.
    """
    scale, window = facts.metres_per_mm(extent), _grown(extent)
    for style, (text, up_to) in _SURFACES.items():
        if style == "building":
            yield from _roads(facts, window, scale, above)
        polygons = _surfaces(facts.whole)[style]
        near = np.sort(polygons.sindex.query(shapely.box(*window))) if scale <= up_to and len(polygons) else ()
        if len(near):
            yield Piece("", Drawn(style, polygons.iloc[near].reset_index(drop=True), style), text, counted=False)


def _roads(facts: Facts, window: Bounds, scale: float, above: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the roads that a scale has room for, and those with something on them, joined end to end.

    A main road's name stands once, on its longest piece.
    """
    frame, kinds = roads(facts.whole)
    room = np.array([up_to for _, up_to in _CLASSES]) >= scale
    near = np.asarray(frame.sindex.query(shapely.box(*window)), dtype=np.int64)
    near = np.union1d(near[room[kinds[near]]], np.intersect1d(near, _carrying(frame, above)))
    styles = np.array([style for style, _ in _CLASSES], dtype=object)[kinds[near]]
    lines, called = frame.geometry.to_numpy()[near], _names(frame.iloc[near])
    for style, text in _CALLED.items():
        mine = styles == style
        if not mine.any():
            continue
        by_name = called[mine] if style in _NAMED else np.full(int(mine.sum()), "", dtype=object)
        parts, labels = [], []
        for name, group in pd.Series(lines[mine]).groupby(by_name):
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(group.to_numpy()))))
            longest = int(np.argmax(shapely.length(merged)))
            parts.append(shapely.simplify(merged, scale * _DETAIL_MM / DEGREE_M, preserve_topology=False))
            labels += [str(name) or None if n == longest else None for n in range(len(merged))]
        geometry = gpd.GeoSeries(np.concatenate(parts), crs=CRS)
        yield Piece("", Drawn(style, geometry, style, labels=labels if any(labels) else None), text, counted=False)


def _carrying(frame: gpd.GeoDataFrame, above: Sequence[Piece]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the rows of the roads on which something lies: the nearest to each point, and to the middle of each step of a route."""
    places = [np.zeros((0, 2))]
    for piece in above:
        if piece.layer in _ON_ROADS:
            geometry = piece.drawn.geometry.to_numpy()
            xy, of = shapely.get_coordinates(geometry, return_index=True)
            step = of[1:] == of[:-1]
            places.append((xy[1:][step] + xy[:-1][step]) / 2 if (shapely.get_dimensions(geometry) == 1).any() else xy)
    points = np.concatenate(places)
    if not len(points) or frame.empty:
        return np.zeros(0, dtype=np.int64)
    found = frame.sindex.nearest(shapely.points(points), return_all=True, max_distance=_ON_ROAD_M / DEGREE_M)
    return np.unique(found[1]).astype(np.int64)


def _names(frame: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return what each road is called: its name, else its number, else nothing."""
    name, ref = (frame[column].fillna("").astype("str") for column in ("name", "ref"))
    return np.asarray(name.where(name != "", ref), dtype=object)


def _grown(extent: Bounds) -> Bounds:
    west, south, east, north = extent
    side = _AROUND * max(east - west, north - south)
    return west - side, south - side, east + side, north + side


def locator(facts: Facts) -> tuple[gpd.GeoSeries, gpd.GeoSeries] | None:
    """Return the outlines for the inset, and of them what the sheet shows; None where it shows everything."""
    areas = located(facts.areas)
    if facts.window is not None:
        focus = gpd.GeoSeries([shapely.box(*facts.window)], crs=CRS)
    else:
        focus = areas.geometry[areas["id"] == facts.view.area].reset_index(drop=True)
    parent = None if facts.area is None else facts.area["parent_id"]
    around = areas["tier"] <= 1 if not isinstance(parent, str) else (areas["id"] == parent) | (areas["parent_id"] == parent)
    outlines = areas.geometry[around].reset_index(drop=True)
    if outlines.empty or focus.empty or (facts.window is None and not isinstance(parent, str)):
        return None
    return outlines, focus
