"""What the roads leave open, and the fewest posts that close it: each answer with its proof.

People come in at sources. A settlement is *exposed* when an unblocked route leads from a source to one of its access nodes. Nodes and
edges that posts watch are given as blocked. All work is done on links (``geo.chains``), and within the block that holds every simple
route from a source to a settlement (``geo.blocks``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph

from errors import InputError
from geo import budget as exchange
from geo import cuts
from geo.blocks import Blocks, find_blocks
from geo.certificate import sealed
from geo.chains import LinkFinder, Links, cut_links
from geo.checks import row_numbers, whole_numbers
from geo.network import RoadNetwork

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.int32]

# Higher costs and populations than these are typing errors, and would overflow the arithmetic.
MOST_COST, MOST_PEOPLE = 10**6, 10**9
MOST_PRODUCT = 2**61


@dataclass(frozen=True)
class Sealing:
    """Posts that leave nothing exposed, with the proof that fewer, or cheaper, posts cannot do.

    Attributes
    ----------
    posts, inner_posts
        The minimum cuts nearest to the sources and to the settlements: nodes, ascending. None when no posts close every way in.
    cost
        The cost of ``posts``, and of ``inner_posts``; None when there are none.
    routes
        Node arrays, each from a source to an access node.
    flows
        How much each route carries. The flows add up to ``cost``; no node carries more than its own cost.
    open_route
        Without posts: the nodes of a way in on which no post may stand. Otherwise empty.
    open_settlements
        Without posts: the settlements that cannot be protected. Otherwise empty.
    """

    posts: Ints | None
    inner_posts: Ints | None
    cost: int | None
    routes: list[Ints]
    flows: list[int]
    open_route: Ints
    open_settlements: Ints


@dataclass(frozen=True)
class Plan:
    """A set of posts for a budget.

    Attributes
    ----------
    posts
        Nodes, ascending.
    cost
        The budget; the posts cost at most this much.
    protected
        The people whom nobody from outside reaches.
    bound
        No plan of this cost protects more people.
    corner
        Whether the plan is a corner of the best trade between cost and people; see :mod:`geo.budget`.
    """

    posts: Ints
    cost: int
    protected: int
    bound: int
    corner: bool

    @property
    def exact(self) -> bool:
        """Return whether it is proved that no plan of this cost protects more people."""
        return self.protected == self.bound


@dataclass(frozen=True)
class Route:
    """A route over the roads: its nodes, and its length in metres."""

    nodes: Ints
    length_m: float


class Coverage:
    """The answers of one analysis, each computed on first use. Create it with :func:`analyse`.

    A *kept* node is one of ``links``: an end of a chain, or a node that the analysis names. Settlements are numbered as in the call to
    :func:`analyse`; nodes and edges are rows of the network.
    """

    def __init__(
        self,
        network: RoadNetwork,
        sources: Ints,
        access: Ints,
        access_of: Ints,
        population: Ints,
        blocked_node: Bools,
        blocked_edge: Bools,
        cost: Ints,
    ) -> None:
        self.network = network
        self.sources = sources
        self.access, self.access_of = access, access_of
        self.population = population
        self.blocked_node, self.blocked_edge = blocked_node, blocked_edge
        self.cost = cost
        self.uniform = bool(np.isin(cost, (cuts.UNCUTTABLE, 1)).all())

    # Reach

    @cached_property
    def _is_source(self) -> Bools:
        """Return which nodes are unblocked sources."""
        mask = np.zeros(len(self.cost), dtype=bool)
        mask[self.sources] = True
        return mask & ~self.blocked_node

    @cached_property
    def links(self) -> Links:
        """Return the contracted roads: all nodes that matter here, and inside a link the cheapest node if it costs less than both ends."""
        blocked = np.flatnonzero(self.blocked_node)
        special = np.concatenate([self.sources, self.access, blocked])
        links = cut_links(self.network.chains, special)
        dear = np.where(self.cost == cuts.UNCUTTABLE, MOST_COST + 1, self.cost)
        at_ends = np.minimum(dear[links.node[links.a]], dear[links.node[links.b]])
        source = self._is_source[links.node]
        open_to_better = (at_ends > 1) & ~(source[links.a] & source[links.b])
        if not open_to_better.any():
            return links
        inside, place = links.least(dear)
        needed = open_to_better & (inside < at_ends)
        return cut_links(self.network.chains, np.concatenate([special, place[needed]]))

    @cached_property
    def _open_link(self) -> Bools:
        shut = self.blocked_node[self.links.node]
        return ~(shut[self.links.a] | shut[self.links.b] | self.links.anywhere(self.blocked_edge))

    @cached_property
    def _reached_kept(self) -> Bools:
        return self._reached_past(self.blocked_node[self.links.node], self._open_link)

    def _reached_past(self, shut: Bools, open_link: Bools) -> Bools:
        """Return which kept nodes a source reaches over open links without passing a shut one."""
        count = len(shut)
        a, b = self.links.a[open_link], self.links.b[open_link]
        real = ~(shut[a] | shut[b])
        graph = sparse.coo_array((np.ones(int(real.sum()), dtype=np.int8), (a[real], b[real])), shape=(count, count)).tocsr()
        part = csgraph.connected_components(graph, directed=False)[1]
        with_source = np.zeros(count, dtype=bool)
        source = self.links.at[self.sources]
        with_source[part[source[~shut[source]]]] = True
        return np.asarray(with_source[part] & ~shut)

    @cached_property
    def reached(self) -> Bools:
        """Return which kept nodes a source reaches past nothing blocked, as a mask of shape ``(nodes,)``; False for nodes inside links."""
        mask = np.zeros(len(self.cost), dtype=bool)
        mask[self.links.node[self._reached_kept]] = True
        return mask

    @cached_property
    def reached_nodes(self) -> Bools:
        """Return which nodes a source reaches past nothing blocked, nodes inside links included, shape ``(nodes,)``."""
        mask = self.reached.copy()
        first = np.repeat(np.arange(len(self.links.a)), np.diff(self.links.start))
        # The start of a dart inside an open link is reached when an end of the link is.
        way = self._open_link & (self._reached_kept[self.links.a] | self._reached_kept[self.links.b])
        inside = self.links.chains.from_node[way[first]]
        mask[inside[~self.blocked_node[inside]]] = True
        return mask

    @cached_property
    def touched_nodes(self) -> Bools:
        """Return which nodes are reached, next to a reached node, or sources, shape ``(nodes,)``."""
        reached, network = self.reached_nodes, self.network
        touched = reached.copy()
        touched[network.seg_u[reached[network.seg_v]]] = True
        touched[network.seg_v[reached[network.seg_u]]] = True
        touched[self.sources] = True
        return touched

    @cached_property
    def exposed(self) -> Bools:
        """Return which settlements are exposed, shape ``(settlements,)``."""
        found = np.zeros(len(self.population), dtype=bool)
        found[self.access_of[self.reached[self.access]]] = True
        return found

    def exposed_after(self, posts: ArrayLike) -> Bools:
        """Return which settlements are still exposed once posts stand at some nodes.

        Parameters
        ----------
        posts : array_like of int
            Kept nodes, such as those that a plan or sealing of this analysis names.

        Returns
        -------
        ndarray of bool, shape (settlements,)

        Raises
        ------
        InputError
            When a node is not kept.
        """
        at = self.links.at[np.asarray(posts, dtype=np.int64)]
        if (at < 0).any():
            raise InputError("Only nodes that a plan names can be tried out.")
        shut = self.blocked_node[self.links.node]
        shut[at] = True
        return self._exposed(self._reached_past(shut, self._open_link))

    def exposed_without(self, nodes: Ints, edges: Ints) -> Bools:
        """Return which settlements are exposed once some blocked nodes and edges are no longer blocked.

        Parameters
        ----------
        nodes, edges : ndarray of int64
            The blocked nodes and edges to open.

        Returns
        -------
        ndarray of bool, shape (settlements,)
        """
        shut = self.blocked_node.copy()
        shut[nodes] = False
        blocked_edge = self.blocked_edge.copy()
        blocked_edge[edges] = False
        return self._exposed(self._reached_past(shut[self.links.node], ~self.links.anywhere(blocked_edge)))

    def _exposed(self, reached: Bools) -> Bools:
        found = np.zeros(len(self.population), dtype=bool)
        found[self.access_of[reached[self.links.at[self.access]]]] = True
        return found

    # Junctions

    @cached_property
    def junctions(self) -> Ints:
        """Return the nodes where three or more roads meet, blocked or not. Parallel edges count once each, a loop twice."""
        return np.flatnonzero(self.network.chains.degree >= 3)

    @cached_property
    def _block(self) -> Ints:
        """Return the kept nodes on a simple open route from a source to a settlement, in the order of a search from the sources.

        This order keeps nodes that are near on the map near in memory, which makes a maximum flow about a quarter faster.
        """
        count = len(self.links.node)
        outside, goal = count, count + 1
        source = np.flatnonzero(self._is_source[self.links.node])
        at = self.links.at[np.unique(self.access)]
        at = at[self._reached_kept[at]]
        if not len(at):
            return np.zeros(0, dtype=np.int64)
        u = np.concatenate([[outside], np.full(len(source), outside), self.links.a[self._open_link], at]).astype(np.int32)
        v = np.concatenate([[goal], source, self.links.b[self._open_link], np.full(len(at), goal)]).astype(np.int32)
        blocks = find_blocks(count + 2, u, v, outside)
        members = blocks.members(int(np.flatnonzero(blocks.node == goal)[0]))
        return members[members < count]

    @cached_property
    def on_way_in(self) -> Bools:
        """Return which kept nodes lie on a simple uncovered route from a source to a settlement, sources included, shape ``(nodes,)``."""
        found = np.zeros(len(self.cost), dtype=bool)
        found[self.links.node[self._block]] = True
        return found

    @cached_property
    def unmonitored_junctions(self) -> Ints:
        """Return the junctions, other than sources, on a simple uncovered route from a source to a settlement; ascending."""
        found = self.on_way_in.copy()
        found[self.sources] = False
        return self.junctions[found[self.junctions]]

    @cached_property
    def _dominators(self) -> tuple[Blocks, Ints]:
        """Return the dominators of the reached kept nodes, seen from all sources at once, and the place of each kept node among them."""
        count = len(self.links.node)
        source = np.flatnonzero(self._is_source[self.links.node])
        u = np.concatenate([np.full(len(source), count), self.links.a[self._open_link]]).astype(np.int32)
        v = np.concatenate([source, self.links.b[self._open_link]]).astype(np.int32)
        blocks = find_blocks(count + 1, u, v, count)
        place = np.full(count + 1, -1)
        place[blocks.node] = np.arange(len(blocks.node))
        return blocks, place[:count]

    @cached_property
    def _meeting(self) -> tuple[Ints, Ints]:
        """Return, for each exposed settlement, the last place that all routes to it share; and the settlements."""
        blocks, place = self._dominators
        at = place[self.links.at[self.access]]
        at, of = at[at >= 0], self.access_of[at >= 0]
        order = np.argsort(of, kind="stable")
        at, of = at[order], of[order]
        return blocks.common(at, np.flatnonzero(np.diff(of, prepend=-1))), np.unique(of)

    @cached_property
    def protected_alone(self) -> Ints:
        """Return how many people a post at each node would protect by itself, int64, shape ``(nodes,)``; 0 for nodes that are not kept."""
        return self.alone(self.population)

    def alone(self, weight: Ints) -> Ints:
        """Return the total weight of the settlements that a post at each node would protect by itself.

        Parameters
        ----------
        weight : ndarray of int64, shape (settlements,)
            The weight of each settlement; :attr:`protected_alone` takes the population.

        Returns
        -------
        ndarray of int64, shape (nodes,)
            0 for sources and for nodes that are not kept.

        Notes
        -----
        A post protects an exposed settlement by itself exactly when its node dominates all reached access nodes of the settlement; see
        :mod:`geo.blocks`.
        """
        alone = np.zeros(len(self.cost), dtype=np.int64)
        if not self.exposed.any():
            return alone
        blocks, _ = self._dominators
        meeting, who = self._meeting
        value = np.zeros(len(blocks.node), dtype=np.int64)
        np.add.at(value, meeting, weight[who])
        below = blocks.sums_below(value)
        real = blocks.node < len(self.links.node)
        alone[self.links.node[blocks.node[real]]] = below[real]
        alone[self.sources] = 0
        return alone

    # Routes

    @cached_property
    def _finder(self) -> LinkFinder:
        return LinkFinder(self.links, np.flatnonzero(self._open_link), self.links.sums(self.network.length_m))

    @cached_property
    def _shortest(self) -> tuple[Floats, Index]:
        """Return, for each kept node, the metres to the nearest source, and the kept node before it on that route (negative: none)."""
        length = self.links.sums(self.network.length_m)[self._finder.link]
        count = len(self.links.node)
        # SciPy takes a length of 0 for no edge.
        graph = sparse.coo_array((np.maximum(length, 1e-9), (self._finder.low, self._finder.high)), shape=(count, count)).tocsr()
        source = np.flatnonzero(self._is_source[self.links.node])
        distance, before, _ = csgraph.dijkstra(graph, directed=False, indices=source, min_only=True, return_predecessors=True)
        return distance, before

    def route(self, settlement: int) -> Route:
        """Return a shortest uncovered route to a settlement, by Dijkstra's algorithm.

        Parameters
        ----------
        settlement : int
            Its number.

        Returns
        -------
        Route
            From a source to an access node.

        Raises
        ------
        InputError
            When the settlement is not exposed.
        """
        if not self.exposed[settlement]:
            raise InputError("No uncovered route leads to settlement {settlement}.", settlement=settlement)
        distance, before = self._shortest
        ends = self.links.at[self.access[self.access_of == settlement]]
        steps = [int(ends[np.argmin(distance[ends])])]
        while before[steps[-1]] >= 0:
            steps.append(int(before[steps[-1]]))
        return Route(self._finder.way(steps[::-1]), float(distance[steps[0]]))

    # Sealing

    @cached_property
    def _problem(self) -> _Problem:
        """Return the block without its sources, in the form that the cuts take."""
        source = self._is_source[self.links.node]
        kept = self._block[~source[self._block]]
        count = len(self.links.node)
        number = np.full(count, -1)
        number[kept] = np.arange(len(kept))
        a, b = number[self._finder.low], number[self._finder.high]
        inner = (a >= 0) & (b >= 0) & (a != b)

        enters = [((here >= 0) & source[there], here, there) for here, there in ((a, self._finder.high), (b, self._finder.low))]
        entry, first = np.unique(np.concatenate([here[k] for k, here, _ in enters]), return_index=True)
        outside = np.concatenate([there[k] for k, _, there in enters])[first]

        at = number[self.links.at[self.access]]
        roads = cuts.Roads(
            self.cost[self.links.node[kept]], a[inner], b[inner], entry, at[at >= 0], self.access_of[at >= 0], len(self.population)
        )
        return _Problem(roads, kept, outside)

    def _node_route(self, local: list[int]) -> Ints:
        """Translate a way in over the problem's nodes to nodes of the network, and put its source in front."""
        problem = self._problem
        outside = problem.outside[np.searchsorted(problem.roads.entry, local[0])]
        return self._finder.way([int(outside), *problem.kept[local].tolist()])

    @cached_property
    def sealing(self) -> Sealing:
        """Return the posts that leave nothing exposed, and the proof that nothing less will do."""
        nobody = np.zeros(0, dtype=np.int64)
        problem = self._problem
        on_source = self._is_source[self.access]
        way, goals = problem.roads.unguarded()
        if on_source.any() or way:
            route = self.access[on_source][:1] if on_source.any() else self._node_route(way)
            return Sealing(None, None, None, [], [], route, np.union1d(self.access_of[on_source], goals))
        cut = cuts.seal(problem.roads)
        if cut is None:
            raise AssertionError("no way in is unguarded, and yet no cut exists")
        found = cuts.routes(problem.roads, cut.flow)
        posts, inner = (self._nodes(problem.roads.posts(side)) for side in (cut.near_source, cut.near_sink))
        return Sealing(posts, inner, cut.value, [self._node_route(r.nodes) for r in found], [r.flow for r in found], nobody, nobody)

    def _nodes(self, local: Ints) -> Ints:
        return np.sort(self.links.node[self._problem.kept[local]])

    @property
    def sealing_posts(self) -> Ints | None:
        """Return the fewest posts (with costs: the cheapest) that leave nothing exposed; None when there are none, see :attr:`why_not`."""
        return self.sealing.posts

    @property
    def disjoint_routes(self) -> list[Ints]:
        """Return one route for each post (with costs: for each part of the flow). No node carries more of it than a post there costs."""
        return self.sealing.routes

    @property
    def why_not(self) -> str | None:
        """Return, in English, what makes sealing impossible; None when it is possible."""
        route = self.sealing.open_route
        if self.sealing.posts is not None:
            return None
        who = ", ".join(map(str, self.sealing.open_settlements))
        if len(route) == 1:
            return f"Settlements {who} cannot be protected: node {route[0]} is a source and an access node at once."
        return f"Settlements {who} cannot be protected: no post may stand on the route {', '.join(map(str, route))}."

    def certificate(self, *, at: str, mode: str, ids: Sequence[str], assumes: Sequence[str] = ()) -> dict[str, Any]:
        """Return the sealing posts with their proof, in the form that ``geo.certificate`` verifies.

        Parameters
        ----------
        at : str
            The moment that the analysis is about, ISO 8601.
        mode : str
            How people travel: ``drive`` or ``walk``.
        ids : sequence of str
            The id of each settlement.
        assumes : sequence of str
            What the proof takes for granted about the world, in plain words. The certificate carries it.

        Returns
        -------
        dict
            A JSON document; see :mod:`geo.certificate`.

        Raises
        ------
        InputError
            When no set of posts closes every way in.
        """
        if self.sealing.posts is None:
            raise InputError("There is no certificate: no set of posts closes every way in.")
        network = self.network
        fields = {
            "at": at,
            "mode": mode,
            "assumes": list(assumes),
            "node_count": len(network.node_id),
            "edges": np.column_stack([network.seg_u, network.seg_v]).tolist(),
            "sources": self.sources.tolist(),
            "targets": [{"node": n, "id": ids[s]} for n, s in zip(self.access.tolist(), self.access_of.tolist(), strict=True)],
            "uncuttable": np.flatnonzero(self.cost == cuts.UNCUTTABLE).tolist(),
            "blocked_nodes": np.flatnonzero(self.blocked_node).tolist(),
            "blocked_edges": np.flatnonzero(self.blocked_edge).tolist(),
            "posts": self.sealing.posts.tolist(),
            "disjoint_routes": [route.tolist() for route in self.sealing.routes],
        }
        if not self.uniform:
            dear = np.flatnonzero(self.cost > 1)
            fields |= {"costs": np.column_stack([dear, self.cost[dear]]).tolist(), "route_flows": self.sealing.flows}
        return sealed(fields)

    # Budget

    @cached_property
    def plans(self) -> list[Plan]:
        """Return the best plan found for each cost, from nothing to everyone who can be protected, by rising cost."""
        roads = self._problem.roads
        lost = np.union1d(roads.unguarded()[1], self.access_of[self._is_source[self.access]])
        winnable = ~np.isin(roads.goal, lost)
        roads = replace(roads, access=roads.access[winnable], goal=roads.goal[winnable])
        found = exchange.fill(roads, self.population, *exchange.corners(roads, self.population), self._single_posts(roads))
        everyone, reached_anyway = int(self.population.sum()), int(self.population[lost].sum())
        return [
            Plan(
                self._nodes(plan.posts),
                plan.cost,
                everyone - reached_anyway - plan.reached,
                everyone - reached_anyway - plan.bound,
                plan.corner,
            )
            for plan in found
        ]

    def _single_posts(self, roads: cuts.Roads) -> list[exchange.Option]:
        """Return the settlements that single posts protect. Where several posts protect the same ones, the cheapest stands for them."""
        blocks, place = self._dominators
        meeting, goals = self._meeting
        behind: dict[int, set[int]] = defaultdict(set)
        for at, goal in zip(meeting.tolist(), goals.tolist(), strict=True):
            while at:  # the root stands for the outside
                behind[at].add(goal)
                at = int(blocks.dominator[at])
        number = np.full(len(place) + 1, -1)
        number[self._problem.kept] = np.arange(len(self._problem.kept))
        cheapest: dict[frozenset[int], int] = {}
        for at, who in behind.items():
            node, protects = int(number[blocks.node[at]]), frozenset(who)
            if node >= 0 and roads.cost[node] != cuts.UNCUTTABLE:
                known = cheapest.setdefault(protects, node)
                cheapest[protects] = min(known, node, key=lambda n: int(roads.cost[n]))
        return [exchange.Option(frozenset({node}), who) for who, node in cheapest.items()]

    @property
    def budget(self) -> list[tuple[int, int, bool]]:
        """Return ``(cost, protected population, exact)`` for each plan, by rising cost; all corners are exact."""
        return [(plan.cost, plan.protected, plan.exact) for plan in self.plans]

    def bound(self, most: int) -> int:
        """Return an upper bound on the people that any plan of at most some cost protects: the line between the corners.

        Parameters
        ----------
        most : int
            The cost.

        Returns
        -------
        int
            People.
        """
        corners = [plan for plan in self.plans if plan.corner]
        less = [plan for plan in corners if plan.cost <= max(most, 0)][-1]
        more = next((plan for plan in corners if plan.cost > less.cost), less)
        steps = max(more.cost - less.cost, 1)
        return less.protected + (max(most, 0) - less.cost) * (more.protected - less.protected) // steps

    def plan(self, most: int) -> Plan:
        """Return the best plan found within a budget.

        Parameters
        ----------
        most : int
            The budget: the greatest cost allowed.

        Returns
        -------
        Plan
        """
        return [plan for plan in self.plans if plan.cost <= max(most, 0)][-1]


@dataclass(frozen=True)
class _Problem:
    """The graph for the cuts. Its node ``i`` is kept node ``kept[i]``; source ``outside[e]`` leads to entry ``e``."""

    roads: cuts.Roads
    kept: Ints
    outside: Ints


def analyse(
    network: RoadNetwork,
    *,
    sources: ArrayLike,
    settlements: Sequence[int | Sequence[int]],
    population: ArrayLike | None = None,
    blocked_nodes: ArrayLike = (),
    blocked_edges: ArrayLike = (),
    candidates: ArrayLike | None = None,
    costs: ArrayLike | None = None,
) -> Coverage:
    """Find what the roads leave open. Every edge of the network can be travelled in both directions.

    Parameters
    ----------
    network : RoadNetwork
        The roads; see :meth:`RoadNetwork.of_mode` and :meth:`RoadNetwork.from_edges`.
    sources : array_like of int
        Nodes where people come in. No post may stand on one. A blocked source lets nobody in.
    settlements : sequence of int or of sequences of int
        The access node of each settlement, or several. A settlement without any is never exposed.
    population : array_like of int, shape (settlements,), optional
        People in each settlement, 0 to 10⁹; by default 1 each.
    blocked_nodes, blocked_edges : array_like of int
        Nodes, and rows of the network's edges, that are watched or shut.
    candidates : array_like of int, optional
        Nodes where a post may stand; by default every node but the sources.
    costs : array_like of int, shape (nodes,), optional
        The cost of a post at each node, 1 to 10⁶; by default 1 each.

    Returns
    -------
    Coverage
        Its answers are computed on first use.

    Raises
    ------
    InputError
        When a node or edge does not exist, a population or cost is out of range or not whole, or all people times all costs reach 2⁶¹.
    """
    nodes, edges = len(network.node_id), len(network.seg_u)
    access_lists = [row_numbers(item, nodes, "settlements") for item in settlements]
    access = row_numbers(np.concatenate([np.zeros(0, dtype=np.int64), *access_lists]), nodes, "settlements")
    access_of = np.repeat(np.arange(len(access_lists)), [len(item) for item in access_lists])
    source = np.unique(row_numbers(sources, nodes, "sources"))

    blocked_node, blocked_edge = np.zeros(nodes, dtype=bool), np.zeros(edges, dtype=bool)
    blocked_node[row_numbers(blocked_nodes, nodes, "blocked_nodes")] = True
    blocked_edge[row_numbers(blocked_edges, edges, "blocked_edges")] = True

    cost = np.ones(nodes, dtype=np.int64) if costs is None else whole_numbers(costs, nodes, 1, MOST_COST, "costs")
    if candidates is not None:
        elsewhere = np.ones(nodes, dtype=bool)
        elsewhere[row_numbers(candidates, nodes, "candidates")] = False
        cost = np.where(elsewhere, cuts.UNCUTTABLE, cost)
    cost[source] = cuts.UNCUTTABLE
    count = len(access_lists)
    people = np.ones(count, dtype=np.int64) if population is None else whole_numbers(population, count, 0, MOST_PEOPLE, "population")
    if int(people.sum()) * int(cost.sum()) >= MOST_PRODUCT:
        raise InputError("All people times the costs of posts at all nodes are too large to reckon with; give smaller costs.")
    return Coverage(network, source, access, access_of, people, blocked_node, blocked_edge, cost)
