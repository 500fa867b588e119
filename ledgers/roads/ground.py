"""The roads of a workspace and the places on them: what does not change with the hour.

*Sources* are where people come in: the outside ends of roads that cross the region's border or pass through it, the ends where the data
stop, landings of ferries from elsewhere, and the stations, wharves and exits that a planner adds. *Settlements* are those of the layer, the
compounds, and villages and communities that hold neither; each has its *ways in*, the places where a road comes into it (``geo.ways_in``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import AccessDenied, InputError
from geo import network as roads
from geo.edits import DEGREE_M, Edited, edited
from geo.joints import join
from geo.network import Bools, Floats, Ints, Mode, RoadNetwork
from geo.watch import NOWHERE, RoadIndex
from geo.ways_in import WaysIn, ways_in
from ledgers.coverage_rules import Rules
from ledgers.roads import declarations, entry_points, joints, road_edits
from queries.view import View
from settings import CRS

EDIT_COLUMNS = ("edit_id", "action", "lon_a", "lat_a", "lon_b", "lat_b", "mode", "note")
# More people than this in one place is a slip of the pen, and counts as unknown.
MOST_PEOPLE = 10**8
# The levels of areas that are settlements themselves where nothing smaller is listed in them.
SETTLED = ("village", "community")
# Places of which a label says too little: people come in all around it.
TOWNS = ("city", "town")
# The kinds of source that say no more than that the data stop.
DATA_ENDS = ("edge_of_data", "open_end")
# A settlement may reach this far over the border of what is known: outlines are never drawn to the metre.
BORDER_M = 15.0


@dataclass(frozen=True)
class Ground:
    """What does not change with the hour.

    ``network`` holds the roads of one mode, ``edited_by_hand``; ``edits`` tells what became of the edits, ``joints`` the doubtful joints
    that nobody has decided, and those that somebody has. ``sources`` has ``id, name, kind, node`` (kind: crossing, passing, edge_of_data,
    open_end, ferry, or an entry point's); ``off_road`` names the entry points that no road is near. ``settlements`` has ``key`` (of layer
    and id), ``id, name, layer, area_id, place, population, population_known, outlined`` (it has an outline), ``declared`` (somebody
    declared its entrances complete), ``doubt`` (beyond_data, needs_outline, or empty), ``outside`` (it lies beyond the data altogether),
    ``node, distance_m``: its nearest way in and how far that is. ``entries`` are the ways in of all settlements: ``settlement`` (its
    key), ``node, distance_m, lon, lat, source`` (people come in there). ``village`` tells of each area the village or community that it
    is, or lies in.
    """

    mode: Mode
    network: RoadNetwork
    index: RoadIndex
    edits: Edited
    edited_by_hand: gpd.GeoDataFrame
    joints: joints.Joints
    sources: gpd.GeoDataFrame
    off_road: list[str]
    settlements: gpd.GeoDataFrame
    entries: pd.DataFrame
    village: Mapping[str, str]
    rules: Rules

    @cached_property
    def led_to(self) -> Bools:
        """Return which nodes a source reaches when nothing is watched and nothing shut; shape ``(nodes,)``."""
        part = self.network.chains.part
        with_source = np.zeros(int(part.max(initial=-1)) + 1, dtype=bool)
        with_source[part[self.sources["node"].to_numpy(dtype=np.int64)]] = True
        return np.asarray(with_source[part])

    @cached_property
    def joined(self) -> tuple[Ground, Ints]:
        """Return the ground with all doubtful joints made, under the same numbers of nodes, and the segments that make them."""
        made = join(self.network, self.joints.doubtful)
        return replace(self, network=made.network, index=RoadIndex(made.network)), made.segment


def find_ground(view: View, *, mode: Mode) -> Ground:
    """Return the roads, sources and settlements of a workspace.

    Raises
    ------
    AccessDenied
        When the viewer sees only some areas: what lies open is a matter of the whole road network.
    InputError
        When there is no road network, or no such mode.
    """
    if view.viewer.areas is not None:
        raise AccessDenied("Your role sees only its own areas; this figure covers the whole workspace.")
    if mode not in ("drive", "walk"):
        raise InputError("{mode} is not a way to travel; choose drive or walk.", mode=repr(mode))
    folder = view.store.path / "network"
    if not (folder / "ways.parquet").exists():
        raise InputError("There are no roads in this workspace: import a road extract first.")
    edits = road_edits.edits(view)
    told = tuple(edits[list(EDIT_COLUMNS)].itertuples(index=False, name=None))
    rules = Rules.of(view.store, view.at)
    areas = view.recorded("areas")
    settlements = _settlements(view, areas)
    places = tuple(shapely.to_wkb(settlements["shape"].to_numpy()))
    with view.store.reading():
        stamp = (folder / "ways.parquet").stat().st_mtime_ns
        found = _roads(folder, stamp, mode, told, places, rules.attach_m, rules.joint_m)
    ways = entry_points.entry_points(view)
    complete = declarations.declared(view)
    declared = set(complete.loc[complete["complete"], "key"])
    return ground_of(found, settlements, ways, declared, rules=rules, mode=mode, edited_by_hand=edits, village=_villages(areas))


def ground_of(
    found: Roads,
    settlements: gpd.GeoDataFrame,
    ways: gpd.GeoDataFrame,
    declared: set[str],
    *,
    rules: Rules,
    mode: Mode,
    edited_by_hand: gpd.GeoDataFrame,
    village: Mapping[str, str],
) -> Ground:
    """Return the ground of roads and settlements (``shape`` and the other columns of :class:`Ground`, but for what is judged here).

    ``ways`` are the entry points that a planner added, ``declared`` the keys of the settlements whose entrances are complete.
    """
    index = found.index
    sources = _sources(index, ways, rules.attach_m)
    settlements = _judged(settlements, found, sources, declared, rules)
    return Ground(
        mode=mode,
        network=index.network,
        index=index,
        edits=found.edits,
        edited_by_hand=edited_by_hand,
        joints=found.joints,
        sources=sources,
        off_road=_off_road(index, ways, rules.attach_m),
        settlements=settlements,
        entries=_entries(settlements, found, sources),
        village=village,
        rules=rules,
    )


@dataclass(frozen=True)
class Roads:
    """The roads of a workspace in one mode, with the edits by hand and a vertex at each way into a settlement."""

    edits: Edited
    index: RoadIndex
    ways_in: WaysIn
    joints: joints.Joints


@lru_cache(maxsize=4)
def _roads(
    folder: Path,
    stamp: int,
    mode: Mode,
    edits: tuple[tuple[Any, ...], ...],
    places: tuple[bytes | None, ...],
    attach_m: float,
    joint_m: float,
) -> Roads:
    """Return the roads; ``stamp`` tells one import from the next, ``places`` are the settlements' shapes as WKB."""
    shapes = shapely.from_wkb(np.array(places, dtype=object))
    return roads_of(roads.load(folder), mode, edits, shapes, attach_m=attach_m, joint_m=joint_m)


def roads_of(
    network: RoadNetwork, mode: Mode, edits: tuple[tuple[Any, ...], ...], shapes: Any, *, attach_m: float, joint_m: float
) -> Roads:
    """Return the roads of one mode with edits by hand (rows of ``EDIT_COLUMNS``), and their ways into places of the shapes given."""
    given = pd.DataFrame(list(edits), columns=list(EDIT_COLUMNS))
    strikes, adds = (given[given["action"] == action] for action in ("strike", "add"))
    changed = edited(network, strikes, adds)
    found = ways_in(changed.network.of_mode(mode), shapes, within_m=attach_m)
    decided = joints.decide(found.network, given[given["action"].isin(joints.DECISIONS)], mode=mode, within_m=joint_m)
    return Roads(changed, RoadIndex(decided.network), found, decided)


def _sources(index: RoadIndex, added: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    network = index.network
    crossing = network.crossings
    u, v = network.seg_u[crossing], network.seg_v[crossing]
    outside, first = np.unique(np.where(network.inside[u], v, u), return_index=True)
    ends, _ = index.ends(*lon_lat(added.geometry), within_m=within_m)
    place, side = np.nonzero(ends != NOWHERE)
    added, node = added.iloc[place], ends[place, side]
    kinds = {
        "crossing": outside,
        "passing": network.passing_ends,
        "edge_of_data": network.edge_node,
        "open_end": network.open_node,
        "ferry": network.ferry_node,
    }
    parts = [
        pd.DataFrame({"id": _node_ids(network, nodes), "name": _names_at(network, nodes), "kind": kind, "node": nodes})
        for kind, nodes in kinds.items()
    ]
    parts[0]["name"] = _road_names(network, crossing[first])
    parts.append(pd.DataFrame({"id": added["entry_id"], "name": added["name"], "kind": added["kind"], "node": node}))
    frame = pd.concat([part.astype({"id": "str", "name": "str", "kind": "str"}) for part in parts], ignore_index=True)
    frame = frame.drop_duplicates("node", ignore_index=True)
    at = frame["node"].to_numpy(dtype=np.int64)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(network.lon[at], network.lat[at]), crs=CRS)


def _road_names(network: RoadNetwork, segments: Ints) -> Any:
    """Return what the roads of segments are called: the name, else the number, else nothing."""
    ways = network.ways.iloc[network.seg_way[segments]]
    return ways["name"].where(ways["name"] != "", ways["ref"]).to_numpy()


def _names_at(network: RoadNetwork, nodes: Ints) -> Any:
    """Return what a road at each node is called."""
    if not len(nodes):
        return np.zeros(0, dtype=object)
    at = np.zeros(len(network.node_id), dtype=np.int64)
    at[network.seg_u], at[network.seg_v] = np.arange(len(network.seg_u)), np.arange(len(network.seg_v))
    return _road_names(network, at[nodes])


def _off_road(index: RoadIndex, added: gpd.GeoDataFrame, within_m: float) -> list[str]:
    ends, _ = index.ends(*lon_lat(added.geometry), within_m=within_m)
    return [str(i) for i in added.loc[(ends == NOWHERE).all(axis=1), "entry_id"]]


def lon_lat(places: gpd.GeoSeries) -> tuple[Floats, Floats]:
    """Return longitude and latitude of points; not a number where there is no place."""
    points = np.array(places.to_numpy(), dtype=object)
    points[shapely.is_empty(points)] = None
    return np.asarray(shapely.get_x(points), dtype=np.float64), np.asarray(shapely.get_y(points), dtype=np.float64)


def _villages(areas: gpd.GeoDataFrame) -> dict[str, str]:
    level, parent = (dict(zip(areas["id"], areas[column], strict=True)) for column in ("level", "parent_id"))
    found = {}
    for area in level:
        at, seen = area, {area}
        while level.get(at) not in SETTLED and isinstance(parent.get(at), str) and parent[at] not in seen:
            at = parent[at]
            seen.add(at)
        found[area] = at if level.get(at) in SETTLED else area
    return found


def _node_ids(network: RoadNetwork, nodes: Ints) -> Any:
    return np.char.add("n", network.node_id[nodes].astype(str)).astype(object)


def _settlements(view: View, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places whose people are to be protected, each person in one of them: who lives in a compound does not count again.

    ``shape`` is what roads are judged by: the place's outline, else that of the compound in which its label lies, else the label.
    """
    columns = ["id", "name", "layer", "area_id", "place", "population", "geometry"]
    listed, compounds = (view.recorded(name).assign(layer=name) for name in ("settlements", "compounds"))
    compounds = compounds.assign(place=None)
    areas = areas.assign(layer="areas", area_id=areas["id"], place=None)
    taken = set(listed["area_id"].dropna())
    parents = dict(zip(areas["id"], areas["parent_id"], strict=True))
    for area in list(taken):  # a village whose grid holds a hamlet is listed by it
        while isinstance(area := parents.get(area), str) and area not in taken:
            taken.add(area)
    bare = areas[areas["level"].isin(SETTLED) & ~areas["id"].isin(taken)]

    village = _villages(areas)
    housed = compounds["population"].groupby(compounds["area_id"].map(village)).sum()
    places = pd.concat([part[columns] for part in (listed, bare) if len(part)] or [listed[columns]], ignore_index=True)
    around = dict.fromkeys(places.index, 0)
    counted = places[places["population"].notna()].sort_values("population", kind="stable")
    beside = dict(iter(counted.groupby(counted["area_id"].map(village))))
    for area, people in housed.items():  # the community itself, its largest settlement, counts those of its compounds among its people
        among = beside.get(area, counted.iloc[:0])
        if len(among):
            around[among.index[-1]] += min(int(people), int(among["population"].iloc[-1]))
    places["population"] = places["population"] - pd.Series(around, index=places.index, dtype="Int64")

    frame = pd.concat([part[columns] for part in (places, compounds) if len(part)] or [places[columns]], ignore_index=True)
    known = frame["population"].between(0, MOST_PEOPLE).fillna(False)
    frame["population"] = frame["population"].where(known)
    return gpd.GeoDataFrame(
        frame.assign(
            key=frame["layer"] + ":" + frame["id"].astype("str"),
            population=frame["population"].fillna(1).astype("int64"),
            population_known=known.astype(bool),
            shape=_shapes(frame.geometry.to_numpy(), compounds.geometry.to_numpy()),
        ),
        geometry="geometry",
        crs=CRS,
    )


def _shapes(places: Any, compounds: Any) -> Any:
    """Return the outline of each place: its own, or that of the one compound around its label; else the label."""
    shapes = np.array(places, dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    labels = np.flatnonzero(shapely.get_dimensions(shapes) == 0)
    outlines = np.array([shape for shape in compounds if shape is not None and shapely.get_dimensions(shape) == 2], dtype=object)
    if len(labels) and len(outlines):
        label, outline = shapely.STRtree(outlines).query(shapes[labels], predicate="within")
        alone = np.bincount(label, minlength=len(labels))[label] == 1
        shapes[labels[label[alone]]] = outlines[outline[alone]]
    lines = shapely.get_dimensions(shapes) == 1
    shapes[lines] = shapely.centroid(shapes[lines])
    return shapes


def _judged(settlements: gpd.GeoDataFrame, of: Roads, sources: gpd.GeoDataFrame, declared: set[str], rules: Rules) -> gpd.GeoDataFrame:
    """Return the settlements with what keeps anything from being proved of them, and their nearest way in."""
    shapes = settlements["shape"].to_numpy()
    outlined = shapely.get_dimensions(shapes) == 2
    # A town or a large village does not end at the compound in which its label happens to lie.
    drawn = shapely.get_dimensions(settlements.geometry.to_numpy()) == 2
    places = settlements["place"].isin(TOWNS) | (settlements["population_known"] & (settlements["population"] > rules.label_people))
    outside, astride = _beyond(of.index.network, shapes)
    # Where the data stop inside an outline, nobody knows what leads on.
    ends = sources[sources["kind"].isin(DATA_ENDS)]
    astride[_inside(ends, shapes, pd.Series(True, index=settlements.index))[1]] = True
    node, distance = np.full(len(shapes), NOWHERE), np.full(len(shapes), np.inf)
    order = np.lexsort([of.ways_in.distance_m, of.ways_in.place])
    place = of.ways_in.place[order]
    first = order[np.flatnonzero(np.diff(place, prepend=-1))]
    node[of.ways_in.place[first]], distance[of.ways_in.place[first]] = of.ways_in.node[first], of.ways_in.distance_m[first]
    doubt = np.select([outside | astride, ~drawn & places.to_numpy(dtype=bool)], ["beyond_data", "needs_outline"], default="")
    return settlements.assign(
        outlined=outlined,
        declared=settlements["key"].isin(declared),
        doubt=doubt,
        outside=outside,
        node=node,
        distance_m=distance,
    )


def _beyond(network: RoadNetwork, shapes: Any) -> tuple[Bools, Bools]:
    """Return which places lie beyond what is known, the region as far as the data reach, and which lie partly beyond it."""
    known = network.known_region
    somewhere = ~shapely.is_missing(shapes)
    outside, astride = np.zeros(len(shapes), dtype=bool), np.zeros(len(shapes), dtype=bool)
    if network.region.is_empty or not somewhere.any():
        return outside, astride
    around = shapely.buffer(known, BORDER_M / DEGREE_M)
    shapely.prepare(around)
    there = shapes[somewhere]
    outside[somewhere] = ~shapely.intersects(around, shapely.point_on_surface(there))
    astride[somewhere] = ~shapely.covers(around, there)
    return outside, astride & ~outside


def _entries(settlements: gpd.GeoDataFrame, of: Roads, sources: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ways into all settlements; where people come in inside an outline, that is one.

    Of a village or community of which no more is known than its border, what people reach from a station within it is its middle.
    """
    network, found, shapes = of.index.network, of.ways_in, settlements["shape"].to_numpy()
    source, place = _inside(sources, shapes, ~settlements["outside"] & (settlements["doubt"] != "beyond_data"))
    node = sources["node"].to_numpy(dtype=np.int64)[source]
    whole_area = (settlements["layer"] == "areas").to_numpy(dtype=bool)[place]
    if whole_area.any():
        middle, _ = of.index.nearest_node(*lon_lat(gpd.GeoSeries(shapely.point_on_surface(shapes[place[whole_area]]))))
        node[whole_area] = middle
    source, place, node = source[node != NOWHERE], place[node != NOWHERE], node[node != NOWHERE]
    at = np.concatenate([found.node, node])
    frame = pd.DataFrame(
        {
            "settlement": settlements["key"].to_numpy(dtype=object)[np.concatenate([found.place, place])],
            "node": at,
            "distance_m": np.concatenate([found.distance_m, np.zeros(len(node))]),
            "lon": network.lon[at],
            "lat": network.lat[at],
            "source": np.arange(len(at)) >= len(found.node),
        }
    )
    # Of a place astride the border no post could prove anything: it must not keep the others from being closed.
    astride = settlements.loc[settlements["doubt"] == "beyond_data", "key"]
    frame = frame[~(frame["settlement"].isin(astride) & frame["node"].isin(sources["node"]))]
    return frame.sort_values("source", ascending=False, kind="stable").drop_duplicates(["settlement", "node"], ignore_index=True)


def _inside(sources: gpd.GeoDataFrame, shapes: Any, wanted: pd.Series) -> tuple[Ints, Ints]:
    """Return ``(source, place)``, rows of each: the sources within the outlines of the places wanted."""
    outlines = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & wanted.to_numpy(dtype=bool))
    points = np.asarray(sources.geometry.to_numpy(), dtype=object)
    source, outline = shapely.STRtree(shapes[outlines]).query(points, predicate="within") if len(points) else (outlines[:0], outlines[:0])
    return source, outlines[outline]
