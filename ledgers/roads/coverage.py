"""Blind spots of a workspace, proved: what lies open at a moment, the posts that would close it, and what the proof rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import N_, InputError
from geo import road_layers
from geo.coverage import Coverage, analyse
from geo.network import RANK, Bools, Ints, Mode
from ledgers.roads import marks as planning
from ledgers.roads.doubts import Doubts
from ledgers.roads.ground import find_ground
from ledgers.roads.situation import UNPROVED, Situation, Spots, assess, place_entrances, place_posts, read_ledgers
from queries.view import View, fact
from settings import CRS

Sites = Literal["anywhere", "junctions", "marked"]
SITES: tuple[Sites, ...] = ("anywhere", "junctions", "marked")
# A mark inside a road belongs to the node this near.
MARKED_M = 30.0
# Why there is nothing to prove.
NO_SOURCE = N_("No road leads in from outside: give the region's boundary at import, or add ways in.")
NO_SETTLEMENT = N_("No settlement is known: import the list of villages.")
NONE_ATTACHED = N_("No road is known to lead to any settlement: import its roads, or correct the places of the settlements.")
# The kinds of a junction; the four together are all of them.
KINDS = ("unmonitored", "watched", "behind_posts", "leads_nowhere")


@dataclass(frozen=True)
class Study:
    """One analysis of a workspace at a moment. Frames are EPSG:4326; each answer is worked out when it is first asked for."""

    at: datetime
    situation: Situation
    coverage: Coverage
    marks: gpd.GeoDataFrame
    sites: Sites = "anywhere"
    costs: Mapping[str, int] | None = None

    @property
    def proves(self) -> bool:
        """Tell whether there is anything to prove: somebody can come in, and get somewhere."""
        return self.nothing_because is None

    @property
    def nothing_because(self) -> str | None:
        """Return why there is nothing to prove, untranslated; None when there is."""
        settlements = self.situation.settlements
        if self.situation.ground.sources.empty:
            return NO_SOURCE
        if settlements.empty:
            return NO_SETTLEMENT
        if not self.situation.provable.any() and not self.coverage.exposed.any():
            return NONE_ATTACHED
        return None

    @property
    def proved(self) -> bool:
        """Tell whether what is found holds of the region and not of the file alone: it is known how far the data reach."""
        return self.proves and self.extent_known

    @property
    def extent_known(self) -> bool:
        """Tell whether it is known how far the road data reach."""
        return self.coverage.network.extent is not None

    @property
    def fewest(self) -> bool:
        """Tell whether no fewer posts than the plan's can do: they may stand anywhere, and each costs the same."""
        return self.coverage.uniform and self.sites == "anywhere"

    @property
    def mode(self) -> Mode:
        """Return how people are taken to travel."""
        return self.situation.ground.mode

    # Settlements and routes

    @cached_property
    def settlements(self) -> gpd.GeoDataFrame:
        """Return the settlements of the situation.

        ``status``: exposed; protected; closed (every way in has an entrance, and all are shut or watched); and where nothing is proved:
        unattached (no road leads to it), beyond_data (it lies, or reaches, where there are no data), island (its roads touch no others),
        needs_outline (a town that is a mere label); all ``unproved`` when nobody is known to come in anywhere.
        """
        frame = self.situation.settlements
        if self.situation.ground.sources.empty:
            return frame.assign(status=frame["status"].where(frame["status"].isin(UNPROVED), "unproved"))
        status = frame["status"].where(frame["status"] != "attached", "protected").mask(self.coverage.exposed, "exposed")
        return frame.assign(status=status)

    @cached_property
    def known_people(self) -> Ints:
        """Return how many people live in each settlement as far as known: none where nobody knows, or where nothing is proved.

        Plans weigh an unknown population as 1; that weight is nobody to tell of.
        """
        known = self.settlements["population_known"].to_numpy(dtype=bool)
        return np.where(known, self.coverage.population, 0)

    @cached_property
    def doubts(self) -> Doubts:
        """Return the doubtful joints of the roads, and what would be if all of them were joined."""
        return Doubts(
            self.situation,
            self.coverage,
            lambda situation: analyse_situation(situation, sites=self.sites, costs=self.costs, marks=self.marks),
        )

    @cached_property
    def routes(self) -> gpd.GeoDataFrame:
        """Return a shortest uncovered route to each exposed settlement: its ``id, name, layer, population, population_known``, its
        ``length_m``, and ``via``: whether it leads in through an ``entrance`` or over a ``road`` that has none.
        """
        exposed = self.settlements[self.coverage.exposed]
        found = [self.coverage.route(int(row)) for row in exposed.index]
        columns = exposed[["id", "name", "layer", "population", "population_known"]].reset_index(drop=True)
        by_road = [int(route.nodes[-1]) in nodes for route, nodes in zip(found, exposed["by_road"], strict=True)]
        frame = columns.assign(
            length_m=[route.length_m for route in found],
            nodes=[route.nodes for route in found],
            via=pd.Series(np.where(by_road, "road", "entrance"), index=columns.index, dtype="object")
            if found
            else pd.Series(dtype="object"),
        )
        return self._lines(frame, [route.nodes for route in found])

    def _lines(self, frame: pd.DataFrame, routes: Sequence[Ints]) -> gpd.GeoDataFrame:
        network = self.coverage.network
        # A route of one node, from a source that is an access node itself, is drawn as a point on a line without length.
        ways = [np.resize(route, max(len(route), 2)) if len(route) < 2 else route for route in routes]
        lines = [shapely.LineString(np.column_stack([network.lon[way], network.lat[way]])) for way in ways]
        return gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)

    # Junctions

    @cached_property
    def junctions(self) -> gpd.GeoDataFrame:
        """Return all junctions: ``id, name, highway, degree, node, kind`` (of ``KINDS``), what tells their rank, and their marks.

        An unmonitored junction comes the earlier (``rank``, from 1) the fewer posts the first corner of the budget has whose plan uses it
        (``first_posts``), then the more a post there would protect by itself (``weight``: people, an unknown population as 1), then the
        more shortest uncovered routes pass it (``routes``). ``alone`` are the people whom such a post would protect, as far as known;
        ``alone_settlements`` counts where they live.
        """
        network, coverage = self.coverage.network, self.coverage
        frame = road_layers.junctions(network)
        node = frame["node"].to_numpy(dtype=np.int64)
        kind = np.full(len(frame), "leads_nowhere", dtype=object)
        kind[self._reached_without_posts[node]] = "behind_posts"
        kind[coverage.reached[node]] = "leads_nowhere"
        # One where people come in, as at the edge of the data, leads somewhere, though no post may stand there.
        kind[coverage.on_way_in[node]] = "unmonitored"
        kind[np.isin(node, self.situation.watched.nodes)] = "watched"

        passing = np.bincount(np.concatenate([np.zeros(0, dtype=np.int64), *self.routes["nodes"]]), minlength=len(network.node_id))
        first = np.full(len(network.node_id), np.inf)
        for plan in reversed([plan for plan in coverage.plans if plan.corner]):
            first[plan.posts] = plan.cost
        frame = frame.assign(
            kind=kind,
            first_posts=first[node],
            weight=coverage.protected_alone[node],
            alone=coverage.alone(self.known_people)[node],
            alone_settlements=coverage.alone(np.ones_like(self.known_people))[node],
            routes=passing[node],
        )
        counted = ["weight", "alone", "alone_settlements", "routes"]
        frame.loc[frame["kind"] != "unmonitored", ["first_posts", *counted]] = [np.inf, 0, 0, 0, 0]
        # First those that a plan needs at all; ids settle what is left.
        order = frame.assign(weight=-frame["weight"], routes=-frame["routes"]).sort_values(["first_posts", "weight", "routes", "id"]).index
        rank = pd.Series(np.arange(1, len(frame) + 1), index=order).reindex(frame.index)
        frame = frame.assign(rank=rank.where(frame["kind"] == "unmonitored").astype("Int64"))
        frame["first_posts"] = frame["first_posts"].where(np.isfinite(frame["first_posts"])).astype("Int64")
        return frame.join(planning.of_features(self.marks, frame))

    @cached_property
    def _reached_without_posts(self) -> Any:
        """Return which nodes a source reaches when nobody stands anywhere; what is shut stays shut."""
        return analyse_situation(self.situation, blocked=self.situation.shut).reached

    # Plans

    def posts(self, nodes: Ints) -> gpd.GeoDataFrame:
        """Return posts at nodes: ``node, junction_id`` (missing inside a road), ``road, highway`` and the point."""
        network = self.coverage.network
        frame = road_layers.vertices(network, np.asarray(nodes, dtype=np.int64)).rename(columns={"name": "road"})
        junction = np.isin(frame["node"], self.coverage.junctions)
        return frame.assign(junction_id=frame["id"].where(junction))[["node", "junction_id", "road", "highway", "geometry"]]

    @cached_property
    def proposed(self) -> gpd.GeoDataFrame:
        """Return the sealing posts as ``by_loss`` tells of them; none when sealing is impossible."""
        sealing = self.coverage.sealing_posts
        return self.by_loss(np.zeros(0, dtype=np.int64) if sealing is None else sealing)

    def by_loss(self, nodes: Ints) -> gpd.GeoDataFrame:
        """Return posts at nodes that a plan names, numbered from 1, those first without which most people lie open again.

        ``opens`` names the settlements that lie open when this one post of the plan is missing; ``settlements`` counts them, ``people``
        those who live there as far as known (missing where of no settlement they are), ``uncounted`` the settlements of which they are not.
        """
        frame, still = self.posts(nodes), self.coverage.exposed_after(nodes)
        names, weight = self.settlements["name"].to_numpy(), self.coverage.population
        lost = [self.coverage.exposed_after(np.setdiff1d(nodes, node)) & ~still for node in frame["node"]]
        frame = frame.assign(
            opens=[", ".join(names[which]) for which in lost],
            settlements=[int(which.sum()) for which in lost],
            **self._counted(lost)[["known", "uncounted"]].rename(columns={"known": "people"}),
            weight=[int(weight[which].sum()) for which in lost],
        ).sort_values(["weight", "node"], ascending=[False, True], ignore_index=True)
        return frame.drop(columns="weight").assign(number=np.arange(1, len(frame) + 1))

    def alone(self, nodes: Ints) -> pd.DataFrame:
        """Return whom a post at each of some nodes protects by itself: ``settlements``, their people as far as ``known`` (missing where of
        none they are), and of how many they are not (``uncounted``).
        """
        found = [self.coverage.exposed & ~self.coverage.exposed_after(np.array([node])) for node in np.asarray(nodes, dtype=np.int64)]
        return self._counted(found)

    def _counted(self, groups: Sequence[Bools]) -> pd.DataFrame:
        """Return how many settlements each group has, their people as far as ``known``, and of how many they are not."""
        # Not the people of the analysis: of a town that is a mere label it counts none, and it may lie open all the same.
        people, known = (self.settlements[name].to_numpy() for name in ("population", "population_known"))
        known = known.astype(bool)
        return pd.DataFrame(
            {
                "settlements": [int(which.sum()) for which in groups],
                "known": pd.array([int(people[which & known].sum()) if (which & known).any() else None for which in groups], dtype="Int64"),
                "uncounted": [int((which & ~known).sum()) for which in groups],
            }
        )

    @cached_property
    def proof(self) -> gpd.GeoDataFrame:
        """Return the disjoint routes that prove that fewer posts cannot do: ``number, flow`` and the line."""
        sealing = self.coverage.sealing
        frame = pd.DataFrame({"number": np.arange(1, len(sealing.routes) + 1), "flow": sealing.flows})
        return self._lines(frame, sealing.routes)

    @cached_property
    def budget(self) -> pd.DataFrame:
        """Return the best plan found for each number of posts: ``posts, protected_population,
        protected_settlements, exact, corner, bound``; ``people`` are those protected as far as known, where the plan weighs an unknown
        population as 1.
        """
        rows = []
        counted = self.situation.provable
        for plan in self.coverage.plans:
            still = self.coverage.exposed_after(plan.posts)
            people = int(self.known_people[~still].sum())
            rows.append((plan.cost, plan.protected, int((~still & counted).sum()), plan.exact, plan.corner, plan.bound, people))
        return pd.DataFrame(rows, columns=["posts", "protected_population", "protected_settlements", "exact", "corner", "bound", "people"])

    @property
    def why_not(self) -> str | None:
        """Return, in English, what makes sealing impossible, by name; None when it is possible."""
        return None if self.coverage.sealing.posts is not None else str(self.obstacle())

    def obstacle(self) -> InputError:
        """Return what makes sealing impossible, as a message that can be translated."""
        names = ", ".join(name or place for name, place in zip(self.impossible["name"], self.impossible["id"], strict=True))
        route = self.coverage.sealing.open_route
        roads = ", ".join(dict.fromkeys(filter(None, self.posts(route)["road"])))
        if len(route) == 1:
            return InputError("No post can protect {names}: it lies where people come in ({roads}).", names=names, roads=roads or "?")
        return InputError("No post can protect {names}: on the way in over {roads} no post may stand.", names=names, roads=roads or "?")

    @cached_property
    def impossible(self) -> gpd.GeoDataFrame:
        """Return the settlements that no posts can protect."""
        return self.settlements.loc[self.coverage.sealing.open_settlements]


@fact(kept=4)
def study(view: View, *, mode: Mode = "drive", sites: Sites = "anywhere", costs: Mapping[str, int] | None = None) -> Study:
    """Analyse a workspace at a moment.

    Parameters
    ----------
    sites
        Where a post may stand: anywhere on a road, at junctions alone, or at places marked ``requested`` or ``unmonitored`` alone.
    costs
        What a post costs on a road of each class, whole numbers from 1 on; 1 where a class is missing.

    Raises
    ------
    AccessDenied, InputError
        As ``situation.find_ground``; for unknown sites or a cost that is no whole number from 1 on.
    """
    ground = find_ground(view, mode=mode)
    entrances, checkpoints = read_ledgers(view)
    situation = assess(ground, place_entrances(ground, entrances), place_posts(ground, checkpoints))
    found = planning.marks(view)
    return Study(view.at, situation, analyse_situation(situation, sites=sites, costs=costs, marks=found), found, sites, costs)


def analyse_situation(
    situation: Situation,
    *,
    blocked: Spots | None = None,
    only: Bools | None = None,
    avoid: Ints | None = None,
    sites: Sites = "anywhere",
    costs: Mapping[str, int] | None = None,
    marks: gpd.GeoDataFrame | None = None,
) -> Coverage:
    """Return the analysis of a situation.

    ``blocked`` takes the place of what is blocked in it, ``only`` says which settlements count, ``avoid`` where no post may stand.
    """
    ground = situation.ground
    candidates = _candidates(situation, sites, marks)
    if avoid is not None:
        candidates = np.setdiff1d(candidates, avoid) if candidates is not None else _all_but(len(ground.network.node_id), avoid)
    access = situation.access if only is None else [nodes if counts else [] for nodes, counts in zip(situation.access, only, strict=True)]
    return analyse(
        ground.network,
        sources=ground.sources["node"].to_numpy(dtype=np.int64),
        settlements=access,
        population=situation.people,
        blocked_nodes=situation.blocked_nodes if blocked is None else blocked.nodes,
        blocked_edges=situation.blocked_edges if blocked is None else blocked.edges,
        candidates=candidates,
        costs=None if not costs else _costs(situation, costs),
    )


def _all_but(count: int, avoid: Ints) -> Ints:
    kept = np.ones(count, dtype=bool)
    kept[avoid] = False
    return np.flatnonzero(kept)


def _candidates(situation: Situation, sites: Sites, marks: gpd.GeoDataFrame | None) -> Ints | None:
    network = situation.ground.network
    if sites == "anywhere":
        return None
    if sites == "junctions":
        return network.junctions
    if sites != "marked" or marks is None:
        raise InputError("{sites} is no choice of places for posts; choose one of: {choices}.", sites=repr(sites), choices=", ".join(SITES))
    wanted = marks[marks["status"].isin(["unmonitored", "requested"])]
    node, distance = situation.ground.index.nearest_node(wanted.geometry.x.to_numpy(), wanted.geometry.y.to_numpy())
    return np.unique(node[distance <= MARKED_M])


def _costs(situation: Situation, costs: Mapping[str, int]) -> Ints:
    """Return what a post costs at each node: as on the highest class of road that meets there."""
    network = situation.ground.network
    rank = np.full(len(network.node_id), len(RANK) - 1)
    for end in (network.seg_u, network.seg_v):
        np.minimum.at(rank, end, network.ways["highway"].map(RANK).to_numpy(dtype=np.int64)[network.seg_way])
    unknown = sorted(set(costs) - set(RANK))
    if unknown:
        raise InputError("{highway} is no class of road; the classes are: {classes}.", highway=repr(unknown[0]), classes=", ".join(RANK))
    return np.asarray(np.array([costs.get(highway, 1) for highway in RANK])[rank], dtype=np.int64)
