"""The compound of each entrance, and likely entrances of compounds without a mapped gate."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.crs import metric_crs
from geo.network import RANK, Ints, RoadNetwork
from geo.road_layers import roads

# A gate is often drawn on the road beside the outline, but rarely farther from it than this.
NEAR_OUTLINE_M = 15.0
# A road that stays this close to the outline runs along it and does not lead in.
ALONG_M = 3.0
# Proposals this close together are one gate, such as the two carriageways of a drive, or a road and its pavement.
MERGE_M = 5.0
# Computed points lie this close to their line.
ROUNDING_M = 0.01


def assign_compounds(entrances: gpd.GeoDataFrame, compounds: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find the compound of each entrance: the one with the nearest outline, at most 15 m away.

    Parameters
    ----------
    entrances, compounds : GeoDataFrame
        The layers of those names, WGS-84.

    Returns
    -------
    GeoDataFrame
        The entrances with ``compound_id`` filled where a compound is found. A building door anywhere inside a compound belongs to it too.
    """
    given = entrances.copy()
    if not len(given) or not len(compounds):
        return given
    crs = metric_crs(*shapely.get_coordinates(compounds.geometry.to_numpy()).T)
    points = given.geometry.to_crs(crs).to_numpy()
    polygons = compounds.geometry.to_crs(crs).to_numpy()
    owner = np.full(len(given), -1)
    within, compound = shapely.STRtree(polygons).query(points, predicate="within")
    doors = (given["kind"] == "building_door").to_numpy()[within]
    owner[within[doors]] = compound[doors]
    near, nearest = shapely.STRtree(shapely.boundary(polygons)).query_nearest(points, max_distance=NEAR_OUTLINE_M, all_matches=False)
    owner[near] = nearest
    owned = owner >= 0
    ids = given["compound_id"].to_numpy(dtype=object, copy=True)
    ids[owned] = compounds["id"].to_numpy(dtype=object)[owner[owned]]
    return given.assign(compound_id=pd.array(ids, dtype="str"))


def infer_entrances(network: RoadNetwork, compounds: gpd.GeoDataFrame, mapped: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Propose entrances where roads and paths lead into compounds without a mapped gate.

    Parameters
    ----------
    network : RoadNetwork
        The roads and paths. Bridges, tunnels and ferries lead into nothing.
    compounds : GeoDataFrame
        The layer of compounds, WGS-84.
    mapped : GeoDataFrame
        The mapped entrances, with ``compound_id``. A building door is no gate.

    Returns
    -------
    GeoDataFrame
        Proposed entrances, WGS-84, with ``provenance`` ``inferred``. The id names the compound, the way and the number of the crossing
        along the way, so it is the same in every import.

    Notes ----- A road leads in where a stretch of it inside the compound, deeper than 3 m, meets the outline within the region. Proposals
    of one compound within 5 m count as one: that of the highest class of road.
    """
    gated = set(mapped["compound_id"][(mapped["kind"] != "building_door") & mapped["compound_id"].notna()])
    bare = compounds[~compounds["id"].isin(gated)]
    lines = roads(network)
    lines = lines[~lines["bridge"] & ~lines["tunnel"]]
    if not len(bare) or not len(lines):
        return _proposals([], [], np.array([], dtype=object))
    crs = metric_crs(*shapely.get_coordinates(bare.geometry.to_numpy()).T)
    polygons, ways = bare.geometry.to_crs(crs).to_numpy(), lines.geometry.to_crs(crs).to_numpy()
    compound, way, points = _ways_in(polygons, ways)

    places = gpd.GeoSeries(points, crs=crs).to_crs(4326).to_numpy()
    in_region = shapely.intersects(network.region, places)
    compound, way, points, places = compound[in_region], way[in_region], points[in_region], places[in_region]
    number = pd.Series(way).groupby([compound, way]).cumcount().to_numpy() + 1
    rank = lines["highway"].map(RANK).to_numpy()[way]
    keep = _one_each(compound, shapely.get_coordinates(points), np.lexsort([number, way, rank]))
    compound_id, way_id = bare["id"].to_numpy()[compound[keep]], lines["osm_id"].to_numpy()[way[keep]]
    ids = [f"{c}x{w}-{n}" for c, w, n in zip(compound_id, way_id, number[keep], strict=True)]
    return _proposals(ids, compound_id, places[keep])


def _ways_in(polygons: NDArray[np.object_], ways: NDArray[np.object_]) -> tuple[Ints, Ints, NDArray[np.object_]]:
    """Return ``(polygon, way, point)`` wherever a way meets an outline and goes in, by polygon, way and distance along the way."""
    polygon, way = shapely.STRtree(ways).query(polygons, predicate="intersects")
    within = shapely.difference(shapely.intersection(ways[way], polygons[polygon]), shapely.boundary(polygons[polygon]))
    # Where a way touches the outline from inside, the difference cuts it in two; merging rejoins it.
    parts, pair = shapely.get_parts(shapely.line_merge(within), return_index=True)
    lines = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)
    deep = lines & shapely.intersects(parts, shapely.buffer(polygons, -ALONG_M)[polygon[pair]])
    parts, pair = parts[deep], pair[deep]
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    pair = np.concatenate([pair, pair])
    on_outline = shapely.distance(ends, shapely.boundary(polygons)[polygon[pair]]) < ROUNDING_M
    ends, pair = ends[on_outline], pair[on_outline]
    order = np.lexsort([shapely.line_locate_point(ways[way[pair]], ends), way[pair], polygon[pair]])
    return polygon[pair][order], way[pair][order], ends[order]


def _one_each(group: Ints, xy: NDArray[np.float64], preference: Ints) -> Ints:
    """Return one point, the first by preference, of each cluster of points of a group that are within 5 m of the next."""
    near = cKDTree(xy).query_pairs(MERGE_M, output_type="ndarray") if len(xy) else np.zeros((0, 2), dtype=np.int64)
    near = near[group[near[:, 0]] == group[near[:, 1]]]
    links = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(xy), len(xy)))
    cluster = connected_components(links, directed=False)[1] if len(xy) else group
    first = np.unique(cluster[preference], return_index=True)[1]
    return np.sort(preference[first])


def _proposals(ids: list[str], compound_id: Any, points: NDArray[np.object_]) -> gpd.GeoDataFrame:
    own = {"id": ids, "name": [""] * len(ids), "compound_id": list(compound_id), "kind": ["entrance"] * len(ids)}
    table = pd.DataFrame(own, dtype="str").assign(provenance="inferred")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs=4326))
