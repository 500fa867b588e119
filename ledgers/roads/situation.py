"""What stands on the roads at a moment: who watches, what is shut, and where people would get in.

A settlement is reached at the road nodes of its entrances that stand open with nobody there, and at each way in that no listed entrance
accounts for. Nothing is said of a settlement that lies beyond the data, that no road leads to, or that is no more than a label on a town.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import in_metres
from geo.network import Bools, Ints, geodesic_m
from geo.watch import NOWHERE
from ledgers import state
from ledgers.posts import duty
from ledgers.posts.barriers import firm, holds_alone
from ledgers.roads.ground import Ground, lon_lat
from queries.view import View

# An entrance stands on a road, and shuts it, when it lies this near to the middle line.
ON_ROAD_M = 1.0
# What a settlement can be of which nothing is proved, in the order in which it is said. See ``Study.settlements``.
UNPROVED = ("unattached", "beyond_data", "island", "needs_outline")


@dataclass(frozen=True)
class Situation:
    """What holds at a moment, in terms of the network.

    ``settlements`` are the ground's with ``status`` (attached; closed: every way in has an entrance, and all are shut or watched;
    or one of ``UNPROVED``), ``entrances`` (how many are known), ``unaccounted`` (how many ways in no entrance accounts for), ``access``,
    the list of its access nodes, and ``by_road``, those of them that are ways in without an entrance. ``posts`` are the checkpoints with
    ``node, segment, distance_m, watching``, the segments ``beside`` and ``beyond`` that it watches of the other carriageway, and ``why``
    one does not watch (off_road, unstaffed, soft). ``gates`` are the entrances with the key of their ``settlement`` (``astray``: of
    the compound of one that no road is near), ``shut``, ``free`` (open, nobody there), and the ``shuts_node`` or ``shuts_segment`` of those
    that stand on a road.
    """

    ground: Ground
    settlements: gpd.GeoDataFrame
    posts: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame

    @property
    def people(self) -> Ints:
        """Return how many people of each settlement count: none where nothing can be proved."""
        return np.where(self.provable, self.settlements["population"].to_numpy(dtype=np.int64), 0)

    @property
    def provable(self) -> Bools:
        """Return of which settlements something can be proved."""
        return np.asarray(~self.settlements["status"].isin(UNPROVED).to_numpy(dtype=bool))

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

    @cached_property
    def joined(self) -> tuple[Situation, Ints]:
        """Return the situation on the roads with all doubtful joints made, and the segments that make them."""
        ground, made = self.ground.joined
        return assess(ground, place_entrances(ground, self.gates), place_posts(ground, self.posts)), made

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


def read_ledgers(view: View) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the entrances and the checkpoints as they stand at a moment.

    At a moment still to come whoever is rostered counts as there: nobody can have signed in for a shift that has not begun.
    """
    now = view.store.now()
    entrances, checkpoints = (state.layer(view, name) for name in duty.SUBJECTS)
    if view.at <= now:
        return entrances, checkpoints

    def expected(layer: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        shifts = duty.on_duty(view.moved(view.at), layer=layer)
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
    whose = _settlement_of(ground.settlements, near, ground.village).reindex(placed.index)
    return placed.assign(settlement=whose, astray=_compound_of(ground.settlements, placed).where(whose.isna()))


def assess(ground: Ground, entrances: gpd.GeoDataFrame, posts: gpd.GeoDataFrame) -> Situation:
    """Return the situation of entrances and posts that have been placed, by their ``staffed`` and ``open_now``."""
    patrolled = ground.rules.patrol_minutes
    may_close = (entrances["mode"].isin(["sealed", "open_hours"]) & ~entrances["open_now"]).to_numpy(dtype=bool)
    shut = may_close & firm(entrances, patrol_minutes=patrolled)
    free = ~shut & ~entrances["staffed"].to_numpy(dtype=bool)

    block = (posts["kind"] == "block").to_numpy(dtype=bool)
    staffed = posts["staffed"].to_numpy(dtype=bool)
    on_road = ((posts["node"] != NOWHERE) | (posts["segment"] != NOWHERE)).to_numpy(dtype=bool)
    stands = staffed | holds_alone(posts, patrol_minutes=patrolled)
    why = np.select([~on_road, ~stands & block, ~stands], ["off_road", "soft", "unstaffed"], default="")
    return Situation(
        ground=ground,
        settlements=with_access(ground, entrances.assign(free=free)),
        posts=posts.assign(watching=on_road & stands, why=why),
        gates=entrances.assign(shut=shut, free=free),
    )


def with_access(ground: Ground, entrances: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the settlements with their access nodes: see :class:`Situation`."""
    settlements = ground.settlements
    free = entrances[entrances["free"]]
    ends = pd.concat([free[["settlement"]].assign(node=free[side]) for side in ("node", "other_end")])
    through_entrances = _nodes_by_settlement(ends[ends["node"] != NOWHERE])
    entries = unaccounted(ground, entrances)
    by_road = _nodes_by_settlement(entries)
    key, outside = settlements["key"], settlements["outside"].to_numpy(dtype=bool)
    roads_in = [[] if beyond else by_road.get(k, []) for k, beyond in zip(key, outside, strict=True)]
    access = [
        sorted({*nodes, *([] if beyond else through_entrances.get(k, []))}) for k, nodes, beyond in zip(key, roads_in, outside, strict=True)
    ]
    count = key.map(entrances["settlement"].value_counts()).fillna(0).astype("int64")
    # Of a place that lies nobody knows where its gates are known, but not the roads beside them.
    placed = ~shapely.is_missing(settlements["shape"].to_numpy()) | settlements["declared"]
    with_way_in = key.isin(ground.entries["settlement"]) | (placed & (count > 0))
    led_to = _led_to(ground, entrances)
    status = np.select(
        [
            settlements["doubt"] == "beyond_data",
            ~with_way_in,
            ~key.isin(led_to) & ~ground.sources.empty,
            settlements["doubt"] == "needs_outline",
            np.array([not nodes for nodes in access], dtype=bool),
        ],
        ["beyond_data", "unattached", "island", "needs_outline", "closed"],
        default="attached",
    )
    return settlements.assign(
        entrances=count,
        unaccounted=key.map(entries["settlement"].value_counts()).fillna(0).astype("int64"),
        access=pd.Series(access, index=settlements.index, dtype="object"),
        by_road=pd.Series(roads_in, index=settlements.index, dtype="object"),
        status=status,
    )


def unaccounted(ground: Ground, entrances: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ways in (rows of ``Ground.entries``) that no listed entrance of the settlement accounts for.

    An entrance accounts for every way in at most ``entrance_m`` from it; where the entrances are declared complete, all are accounted for.
    Of a source in the settlement itself none can account. That no entrances at all are complete closes nothing: those declared so were
    withdrawn since, and who declared them did not mean that nobody can come in. Nor do they close a place with one that stands open where
    no road is near: people get in somewhere.
    """
    entries = ground.entries
    listed = entrances[entrances["settlement"].notna()]
    complete = set(ground.settlements.loc[ground.settlements["declared"], "key"]) & set(listed["settlement"])
    complete -= set(entrances.loc[entrances["free"], "astray"].dropna())
    lon, lat = lon_lat(listed.geometry)
    here = pd.DataFrame({"settlement": listed["settlement"].to_numpy(dtype=object), "lon_e": lon, "lat_e": lat}).dropna()
    pairs = entries.reset_index().merge(here, on="settlement")
    ends = np.concatenate([pairs["lon"], pairs["lon_e"]]), np.concatenate([pairs["lat"], pairs["lat_e"]])
    near = geodesic_m(*ends, np.arange(len(pairs)), len(pairs) + np.arange(len(pairs))) <= ground.rules.entrance_m
    accounted = entries.index.isin(pairs["index"][near]) | entries["settlement"].isin(complete).to_numpy(dtype=bool)
    left: pd.DataFrame = entries[~accounted | entries["source"].to_numpy(dtype=bool)]
    return left


def _nodes_by_settlement(frame: pd.DataFrame) -> dict[str, list[int]]:
    return {str(key): sorted({int(node) for node in nodes}) for key, nodes in frame["node"].groupby(frame["settlement"])}


def _led_to(ground: Ground, entrances: gpd.GeoDataFrame) -> set[str]:
    """Return the settlements to which some road leads from a source, whoever watches it and whatever is shut."""
    reached = np.append(ground.led_to, False)  # the last for those that stand on no node
    found = set(ground.entries.loc[reached[ground.entries["node"]], "settlement"])
    for end in ("node", "other_end"):
        found |= set(entrances.loc[reached[entrances[end].to_numpy(dtype=np.int64)], "settlement"].dropna())
    return found


def _compound_of(settlements: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame) -> pd.Series:
    """Return the key of the compound that each entrance is said to be of (missing: of none)."""
    compound = "compounds:" + entrances["compound_id"].astype("str")
    of: pd.Series = compound.where(entrances["compound_id"].notna() & compound.isin(settlements["key"]))
    return of


def _settlement_of(settlements: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame, village: Mapping[str, str]) -> pd.Series:
    """Return whose entrance each is: its compound's, else the nearest settlement's in its village or community (missing: nobody's)."""
    compound = _compound_of(settlements, entrances)
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
