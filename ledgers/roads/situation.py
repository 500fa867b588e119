"""What stands on the roads at a moment: where people come in, where they would get to, who watches, and what that rests on.

*Sources* are the outside ends of crossings, the open ends, and the stations, wharves and exits that a planner adds. *Settlements* are those
of the layer, the compounds, and villages and communities that hold neither. A settlement is reached at the road nodes of its entrances
that stand open with nobody there; where no entrance is known, at the nearest road node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import AccessDenied, InputError
from geo import network as roads
from geo.crs import in_metres
from geo.edits import Edited, edited
from geo.network import Bools, Floats, Ints, Mode, RoadNetwork
from geo.watch import NOWHERE, RoadIndex
from ledgers import state
from ledgers.posts import duty
from ledgers.roads import entry_points, road_edits
from ledgers.roads.coverage_rules import Rules
from queries.store import Store, Viewer
from settings import CRS

# An entrance stands on a road, and shuts it, when it lies this near to the middle line.
ON_ROAD_M = 1.0
EDIT_COLUMNS = ("edit_id", "action", "lon_a", "lat_a", "lon_b", "lat_b", "mode", "note")
# More people than this in one place is a slip of the pen, and counts as unknown.
MOST_PEOPLE = 10**8
# The levels of areas that are settlements themselves where nothing smaller is listed in them.
SETTLED = ("village", "community")


@dataclass(frozen=True)
class Ground:
    """What does not change with the hour.

    ``network`` holds the roads of one mode, ``edited_by_hand``; ``edits`` tells what became of the edits. ``sources`` has ``id, name, kind,
    node`` (kind: crossing, open_end, or an entry point's); ``off_road`` names the entry points that no road is near. ``settlements`` has
    ``key`` (of layer and id), ``id, name, layer, area_id, population, population_known, node, distance_m``: the nearest road node and how
    far it is. ``village`` tells of each area the village or community that it is, or lies in.
    """

    mode: Mode
    network: RoadNetwork
    index: RoadIndex
    edits: Edited
    edited_by_hand: gpd.GeoDataFrame
    sources: gpd.GeoDataFrame
    off_road: list[str]
    settlements: gpd.GeoDataFrame
    village: Mapping[str, str]
    rules: Rules


@dataclass(frozen=True)
class Situation:
    """What holds at a moment, in terms of the network.

    ``settlements`` are the ground's with ``status`` (attached, closed, unattached), ``entrances`` (how many are known) and ``access``, the
    list of its access nodes. ``posts`` are the checkpoints with ``node, segment, distance_m, watching``, the segments ``beside`` and
    ``beyond`` that it watches of the other carriageway, and
    ``why`` one does not watch (off_road, unstaffed, soft). ``gates`` are the entrances with the key of their ``settlement``,
    ``shut``, ``free`` (open, nobody there), and the ``shuts_node`` or ``shuts_segment`` of those that stand on a road.
    """

    ground: Ground
    settlements: gpd.GeoDataFrame
    posts: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame

    @property
    def people(self) -> Ints:
        """Return how many people of each settlement count: nothing is proved of those that no road is known to lead to."""
        counted = (self.settlements["status"] != "unattached").to_numpy(dtype=bool)
        return np.where(counted, self.settlements["population"].to_numpy(dtype=np.int64), 0)

    @property
    def access(self) -> list[list[int]]:
        """Return the access nodes of each settlement."""
        return list(self.settlements["access"])

    @cached_property
    def watched(self) -> Spots:
        """Return what posts watch."""
        return spots(self.posts[self.posts["watching"]])

    @cached_property
    def shut(self) -> Spots:
        """Return what closed entrances shut."""
        gates = self.gates[self.gates["shut"]]
        return _spots([gates["shuts_node"]], [gates["shuts_segment"]])

    @property
    def blocked_nodes(self) -> Ints:
        """Return the nodes that nobody passes unseen."""
        return np.union1d(self.watched.nodes, self.shut.nodes)

    @property
    def blocked_edges(self) -> Ints:
        """Return the segments that nobody passes unseen."""
        return np.union1d(self.watched.edges, self.shut.edges)

    def key(self) -> tuple[object, ...]:
        """Return what tells one situation on the same ground from another."""
        return (self.blocked_nodes.tobytes(), self.blocked_edges.tobytes(), self.people.tobytes(), tuple(map(tuple, self.access)))


@dataclass(frozen=True)
class Spots:
    """Nodes and segments of the network, ascending."""

    nodes: Ints
    edges: Ints


def spots(posts: gpd.GeoDataFrame) -> Spots:
    """Return what placed posts watch."""
    return _spots([posts["node"]], [posts["segment"], posts["beside"], posts["beyond"]])


def _spots(nodes: Sequence[pd.Series], edges: Sequence[pd.Series]) -> Spots:
    found = (np.unique(np.concatenate(part).astype(np.int64)) for part in (nodes, edges))
    return Spots(*(part[part != NOWHERE] for part in found))


# Ground -------------------------------------------------------------------------------------------------------------------


def find_ground(
    store: Store, viewer: Viewer, *, mode: Mode, at: datetime | str | None = None, known_at: datetime | str | None = None
) -> Ground:
    """Return the roads, sources and settlements of a workspace.

    Raises
    ------
    AccessDenied
        When the viewer sees only some areas: what lies open is a matter of the whole road network.
    InputError
        When there is no road network, or no such mode.
    """
    if viewer.areas is not None:
        raise AccessDenied("Your role sees only its own areas; this figure covers the whole workspace.")
    if mode not in ("drive", "walk"):
        raise InputError("{mode} is not a way to travel; choose drive or walk.", mode=repr(mode))
    moment = store.moment(at)
    folder = store.path / "network"
    if not (folder / "ways.parquet").exists():
        raise InputError("There are no roads in this workspace: import a road extract first.")
    edits = road_edits.edits(store, viewer, at=moment, known_at=known_at)
    told = tuple(edits[list(EDIT_COLUMNS)].itertuples(index=False, name=None))
    with store.reading():
        changed, index = _roads(folder, (folder / "ways.parquet").stat().st_mtime_ns, mode, told)
    rules = Rules.of(store, moment)
    ways_in = entry_points.entry_points(store, viewer, at=moment, known_at=known_at)
    return Ground(
        mode=mode,
        network=index.network,
        index=index,
        edits=changed,
        edited_by_hand=edits,
        sources=_sources(index, ways_in, rules.attach_m),
        off_road=_off_road(index, ways_in, rules.attach_m),
        settlements=_settlements(store, viewer, index, at=moment, known_at=known_at),
        village=_villages(store.layer("areas", viewer, at=moment, known_at=known_at)),
        rules=rules,
    )


@lru_cache(maxsize=4)
def _roads(folder: Path, stamp: int, mode: Mode, edits: tuple[tuple[Any, ...], ...]) -> tuple[Edited, RoadIndex]:
    """Return the roads of a workspace in one mode, with the edits by hand; ``stamp`` tells one import from the next."""
    given = pd.DataFrame(list(edits), columns=list(EDIT_COLUMNS))
    strikes, adds = (given[given["action"] == action] for action in ("strike", "add"))
    changed = edited(roads.load(folder), strikes, adds)
    return changed, RoadIndex(changed.network.of_mode(mode))


def _sources(index: RoadIndex, added: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    network = index.network
    crossing = network.crossings
    u, v = network.seg_u[crossing], network.seg_v[crossing]
    outside, first = np.unique(np.where(network.inside[u], v, u), return_index=True)
    ways = network.ways.iloc[network.seg_way[crossing[first]]]
    named = ways["name"].where(ways["name"] != "", ways["ref"]).to_numpy()
    open_end = np.setdiff1d(network.open_node, outside)
    ends, _ = index.ends(*lon_lat(added.geometry), within_m=within_m)
    place, side = np.nonzero(ends != NOWHERE)
    added, node = added.iloc[place], ends[place, side]
    parts = [
        pd.DataFrame({"id": _node_ids(network, outside), "name": named, "kind": "crossing", "node": outside}),
        pd.DataFrame({"id": _node_ids(network, open_end), "name": "", "kind": "open_end", "node": open_end}),
        pd.DataFrame({"id": added["entry_id"], "name": added["name"], "kind": added["kind"], "node": node}),
    ]
    frame = pd.concat([part.astype({"id": "str", "name": "str", "kind": "str"}) for part in parts], ignore_index=True)
    frame = frame.drop_duplicates("node", ignore_index=True)
    at = frame["node"].to_numpy(dtype=np.int64)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(network.lon[at], network.lat[at]), crs=CRS)


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


def _settlements(store: Store, viewer: Viewer, index: RoadIndex, *, at: datetime, known_at: datetime | str | None) -> gpd.GeoDataFrame:
    """Return the places whose people are to be protected, each person in one of them: who lives in a compound does not count again."""
    when: dict[str, Any] = {"at": at, "known_at": known_at}
    columns = ["id", "name", "layer", "area_id", "population", "geometry"]
    listed, compounds = (store.layer(name, viewer, **when).assign(layer=name) for name in ("settlements", "compounds"))
    areas = store.layer("areas", viewer, **when).assign(layer="areas", area_id=lambda frame: frame["id"])
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
    whole = frame.geometry.where(~frame.geometry.is_empty, None)
    node, distance = index.nearest_node(*lon_lat(gpd.GeoSeries(shapely.point_on_surface(whole.to_numpy()), index=frame.index)))
    return gpd.GeoDataFrame(
        frame.assign(
            key=frame["layer"] + ":" + frame["id"].astype("str"),
            population=frame["population"].fillna(1).astype("int64"),
            population_known=known.astype(bool),
            node=node,
            distance_m=distance,
        ),
        geometry="geometry",
        crs=CRS,
    )


# Situation ----------------------------------------------------------------------------------------------------------------


def read_ledgers(
    store: Store, viewer: Viewer, *, at: datetime | str | None = None, known_at: datetime | str | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the entrances and the checkpoints as they stand at a moment.

    At a moment still to come whoever is rostered counts as there: nobody can have signed in for a shift that has not begun.
    """
    moment, now = store.moment(at), store.now()
    entrances, checkpoints = (state.layer(store, viewer, name, at=moment, known_at=known_at) for name in duty.SUBJECTS)
    if moment <= now:
        return entrances, checkpoints

    def expected(layer: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        shifts = duty.on_duty(store, viewer, layer=layer, at=moment)
        return frame.assign(staffed=frame["staffed"] | frame["id"].isin(shifts.loc[shifts["starts_at"] > now, "subject_id"]))

    return expected("entrances", entrances), expected("checkpoints", checkpoints)


def place_posts(ground: Ground, checkpoints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the checkpoints with where they stand on the roads, and what they watch on the other carriageway."""
    lon, lat = lon_lat(checkpoints.geometry)
    place = ground.index.place(lon, lat, within_m=ground.rules.post_m)
    other = ground.index.other_carriageway(lon, lat, within_m=ground.rules.post_m, parallel_m=ground.rules.parallel_m)
    return checkpoints.assign(node=place.node, segment=place.segment, beside=other[:, 0], beyond=other[:, 1], distance_m=place.distance_m)


def place_entrances(ground: Ground, entrances: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the entrances with the road node they lead to, and the node or segment that they shut when they are sealed."""
    lon, lat = lon_lat(entrances.geometry)
    ends, distance = ground.index.ends(lon, lat, within_m=ground.rules.attach_m)
    standing = ground.index.place(lon, lat, within_m=ON_ROAD_M, at_node_m=ON_ROAD_M)
    through = np.append(ground.network.degree >= 2, False)  # the last for those that stand on no node
    shuts = np.where(through[standing.node], standing.node, NOWHERE)
    # Someone's click beside a street must not shut the street: away from nodes, only what was found on the way itself does.
    found_there = entrances["provenance"].isin(["mapped", "inferred"]).to_numpy()
    segment = np.where(found_there, standing.segment, NOWHERE)
    placed = entrances.assign(node=ends[:, 0], other_end=ends[:, 1], distance_m=distance, shuts_node=shuts, shuts_segment=segment)
    near = placed[placed["distance_m"] <= ground.rules.attach_m]
    return placed.assign(settlement=_settlement_of(ground.settlements, near, ground.village).reindex(placed.index))


def assess(ground: Ground, entrances: gpd.GeoDataFrame, posts: gpd.GeoDataFrame) -> Situation:
    """Return the situation of entrances and posts that have been placed, by their ``staffed`` and ``open_now``."""
    firm_gate, firm_post = _firm(entrances, ground.rules), _firm(posts, ground.rules)
    shut = (entrances["mode"].isin(["sealed", "open_hours"]) & ~entrances["open_now"] & firm_gate).to_numpy(dtype=bool)
    free = ~shut & ~entrances["staffed"].to_numpy(dtype=bool)

    block = (posts["kind"] == "block").to_numpy(dtype=bool)
    staffed = posts["staffed"].to_numpy(dtype=bool)
    on_road = ((posts["node"] != NOWHERE) | (posts["segment"] != NOWHERE)).to_numpy(dtype=bool)
    stands = staffed | (block & firm_post)
    why = np.select([~on_road, ~stands & block, ~stands], ["off_road", "soft", "unstaffed"], default="")
    return Situation(
        ground=ground,
        settlements=with_access(ground, entrances.assign(free=free)),
        posts=posts.assign(watching=on_road & stands, why=why),
        gates=entrances.assign(shut=shut, free=free),
    )


def _firm(frame: gpd.GeoDataFrame, rules: Rules) -> Bools:
    """Return which barriers count: all but soft ones that are not patrolled as often as the rules ask."""
    patrolled = (frame["patrol_minutes"].fillna(np.inf).astype(float) <= rules.patrol_minutes).to_numpy(dtype=bool)
    return np.asarray((frame["barrier"] != "soft").to_numpy(dtype=bool) | patrolled)


def with_access(ground: Ground, entrances: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the settlements with their access nodes."""
    settlements = ground.settlements
    known = entrances["settlement"].value_counts()
    free = entrances[entrances["free"]]
    ends = pd.concat([free[["settlement"]].assign(node=free[side]) for side in ("node", "other_end")])
    ends = ends[ends["node"] != NOWHERE]
    open_nodes = ends["node"].groupby(ends["settlement"]).agg(lambda nodes: sorted(set(nodes)))
    count = settlements["key"].map(known).fillna(0).astype("int64")
    attached = settlements["distance_m"] <= ground.rules.attach_m
    access, status = [], []
    for settlement, node, entrance_count, reachable in zip(settlements["key"], settlements["node"], count, attached, strict=True):
        nodes = open_nodes.get(settlement, []) if entrance_count else ([node] if reachable else [])
        access.append([int(n) for n in nodes])
        status.append("attached" if nodes else ("closed" if entrance_count else "unattached"))
    return settlements.assign(entrances=count, access=pd.Series(access, index=settlements.index, dtype="object"), status=status)


def _settlement_of(settlements: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame, village: Mapping[str, str]) -> pd.Series:
    """Return whose entrance each is: its compound's, else the nearest settlement's in its village or community (missing: nobody's)."""
    compound = "compounds:" + entrances["compound_id"].astype("str")
    compound = compound.where(entrances["compound_id"].notna() & compound.isin(settlements["key"]))
    rest = entrances[compound.isna() & entrances["area_id"].notna()]
    others = settlements[settlements["layer"] != "compounds"]
    if rest.empty or others.empty:
        alone: pd.Series = compound
        return alone
    west, south, east, north = rest.total_bounds
    centre = ((west + east) / 2, (south + north) / 2)

    def at_home(frame: gpd.GeoDataFrame, **columns: Any) -> pd.DataFrame:
        places = in_metres(frame.geometry, centre=centre)
        return pd.DataFrame({"village": frame["area_id"].map(village), "at": places, **columns}).dropna().astype({"village": "str"})

    pairs = at_home(rest, entrance=rest.index).merge(at_home(others, id=others["key"]).rename(columns={"at": "there"}), on="village")
    pairs = pairs.assign(away=shapely.distance(pairs["at"].to_numpy(dtype=object), pairs["there"].to_numpy(dtype=object)))
    nearest = pairs.sort_values(["entrance", "away", "id"]).drop_duplicates("entrance").set_index("entrance")["id"]
    whose: pd.Series = compound.where(compound.notna(), nearest.reindex(entrances.index))
    return whose
