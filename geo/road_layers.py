"""The road network as layers: roads, junctions, crossings and open ends."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from geo.network import DRIVABLE, FERRY, FERRY_CLASS, RANK, Ints, RoadNetwork

# A junction is named after at most this many roads.
NAMES_OF_JUNCTION = 3


def frames(network: RoadNetwork) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers ``roads``, ``junctions``, ``crossings`` and ``open_ends``, WGS-84, with the columns of ``docs/architecture.md``."""
    return {
        "roads": roads(network),
        "junctions": junctions(network),
        "crossings": crossings(network),
        "open_ends": open_ends(network),
    }


def roads(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the layer of roads: one feature for each way. Ferries are no roads.

    Parameters
    ----------
    network : RoadNetwork
        The network.

    Returns
    -------
    GeoDataFrame
        WGS-84: ``id``, ``name``, ``highway``, ``ref``, ``mode`` (drive, walk), ``bridge``, ``tunnel``, ``oneway``, ``osm_id``. The segments
        of a way in order make a line, or a multi-line where a gap or the region cuts it.
    """
    of_road = network.seg_role != FERRY
    u, v, way = network.seg_u[of_road], network.seg_v[of_road], network.seg_way[of_road]
    road = (network.ways["highway"] != FERRY_CLASS).to_numpy()
    table, way = network.ways[road].reset_index(drop=True), (np.cumsum(road) - 1)[way]
    starts = np.ones(len(u), dtype=bool)
    starts[1:] = (way[1:] != way[:-1]) | (u[1:] != v[:-1])
    run = np.cumsum(starts) - 1
    chain = np.empty(len(u) + int(starts.sum()), dtype=np.int64)
    place = np.arange(len(u)) + run
    chain[place[starts]] = u[starts]
    chain[place + 1] = v
    of_point = np.empty_like(chain)
    of_point[place] = run
    of_point[place + 1] = run
    pieces = shapely.linestrings(network.lon[chain], network.lat[chain], indices=of_point)
    way_of_run = way[starts]
    geometry = np.asarray(shapely.multilinestrings(pieces, indices=way_of_run), dtype=object)
    single = np.bincount(way_of_run, minlength=len(table)) == 1
    geometry[single] = shapely.get_geometry(geometry[single], 0)
    mode = np.where(table["highway"].isin(DRIVABLE), "drive", "walk")
    columns = {"id": _ids("w", table["osm_id"].to_numpy()), "name": table["name"], "highway": table["highway"], "ref": table["ref"]}
    flags = {name: table[name] for name in ("bridge", "tunnel", "oneway", "osm_id")}
    return gpd.GeoDataFrame({**columns, "mode": mode, **flags}, geometry=geometry, crs=4326)


def junctions(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the junctions, each named after the roads that meet there and with the highest of their classes."""
    return vertices(network, network.junctions)


def open_ends(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the open ends, with the columns of junctions."""
    return vertices(network, network.open_node)


def vertices(network: RoadNetwork, chosen: Ints) -> gpd.GeoDataFrame:
    """Return nodes of drivable roads as points, each named after the roads that meet there.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    chosen : ndarray of int64, shape (n,)
        The nodes.

    Returns
    -------
    GeoDataFrame
        WGS-84, one row for each node: ``id``, ``name`` (at most ``NAMES_OF_JUNCTION`` roads, highest class first), ``degree`` (counted
        segments), ``highway`` (the highest class), ``node`` and ``osm_id``.
    """
    way = network.seg_way[network.drive]
    rank_of_way = network.ways["highway"].map(RANK).to_numpy(dtype=np.int64)
    rank = np.full(len(network.node_id), len(RANK) - 1, dtype=np.int64)
    ends = np.concatenate([network.seg_u[network.drive], network.seg_v[network.drive]])
    ways_at_end = np.concatenate([way, way])
    np.minimum.at(rank, ends, rank_of_way[ways_at_end])

    wanted = np.isin(ends, chosen)
    names = network.ways["name"].where(network.ways["name"] != "", network.ways["ref"]).to_numpy()
    at = pd.DataFrame({"node": ends[wanted], "rank": rank_of_way[ways_at_end[wanted]], "name": names[ways_at_end[wanted]]})
    at = at[at["name"] != ""].sort_values(["node", "rank", "name"]).drop_duplicates(["node", "name"])
    nth = at.groupby("node").cumcount()
    name = pd.Series("", index=chosen)
    for place in range(NAMES_OF_JUNCTION):
        part = at[nth == place].set_index("node")["name"]
        name = name + (" / " + part if place else part).reindex(chosen, fill_value="")
    osm_id = network.node_id[chosen]
    return gpd.GeoDataFrame(
        {
            "id": _ids("n", osm_id),
            "name": name.to_numpy(),
            "degree": network.degree[chosen],
            "highway": np.array(list(RANK), dtype=object)[rank[chosen]],
            "node": chosen,
            "osm_id": osm_id,
        },
        geometry=shapely.points(network.lon[chosen], network.lat[chosen]),
        crs=4326,
    )


def crossings(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the layer of crossings.

    Parameters
    ----------
    network : RoadNetwork
        The network.

    Returns
    -------
    GeoDataFrame
        WGS-84: ``id``, ``name``, ``highway``, ``ref``, ``bearing`` (the direction of entry, 0 to 360 degrees clockwise from north),
        ``node_inside``, ``node_outside``, ``segment``. The point is where someone who comes from outside first meets the outline of the
        region. The id holds both node ids, so it is the same in every import.
    """
    segment = network.crossings
    u, v = network.seg_u[segment], network.seg_v[segment]
    inside, outside = np.where(network.inside[u], u, v), np.where(network.inside[u], v, u)
    table = network.ways.iloc[network.seg_way[segment]]
    out_lon, out_lat, in_lon, in_lat = network.lon[outside], network.lat[outside], network.lon[inside], network.lat[inside]
    azimuth = Geod(ellps="WGS84").inv(out_lon, out_lat, in_lon, in_lat)[0] if len(segment) else np.zeros(0)
    name = table["name"].where(table["name"] != "", table["ref"])
    ids = pd.Series(_ids("x", network.node_id[inside])) + "-" + pd.Series(network.node_id[outside]).astype(str)
    return gpd.GeoDataFrame(
        {
            "id": ids.to_numpy(),
            "name": name.to_numpy(),
            "highway": table["highway"].to_numpy(),
            "ref": table["ref"].to_numpy(),
            "bearing": np.round(np.asarray(azimuth) % 360, 1) % 360,
            "node_inside": inside,
            "node_outside": outside,
            "segment": segment,
        },
        geometry=_outline_points(network, segment, inside, outside),
        crs=4326,
    )


def _outline_points(network: RoadNetwork, segment: Ints, inside: Ints, outside: Ints) -> NDArray[np.object_]:
    """Return where each segment meets the outline of the region, nearest to its outer end."""
    met = shapely.intersection(network.lines(segment), network.region.boundary)
    xy, index = shapely.get_coordinates(met, return_index=True)
    away = np.hypot(xy[:, 0] - network.lon[outside][index], xy[:, 1] - network.lat[outside][index])
    # The inner end lies in the region. Where rounding leaves no intersection, the outline runs through that end.
    points = np.column_stack([network.lon[inside], network.lat[inside]])
    order = np.lexsort([-away, index])
    points[index[order]] = xy[order]
    return np.asarray(shapely.points(points), dtype=object)


def _ids(prefix: str, numbers: NDArray[Any]) -> NDArray[np.object_]:
    """Return a prefix and a number as strings."""
    return np.char.add(prefix, np.asarray(numbers, dtype=np.int64).astype(str)).astype(object)
