"""Minimum vertex cuts: the cheapest nodes to guard, and the routes that prove it.

Each node is split into a way in and a way out, joined by an arc with the cost of a post as its capacity. Roads are arcs of unlimited
capacity. The maximum flow then equals the cost of a minimum cut [1]_ [2]_. Its routes are the proof: each needs a post of its own.
OR-Tools' ``SimpleMaxFlow``, a push-relabel solver, finds the flow.

References
----------
.. [1] K. Menger, "Zur allgemeinen Kurventheorie", Fundamenta Mathematicae 10, 96–115, 1927. doi:10.4064/fm-10-1-96-115
.. [2] L. R. Ford and D. R. Fulkerson, "Maximal flow through a network", Canadian Journal of Mathematics 8, 399–404, 1956.
   doi:10.4153/CJM-1956-045-5
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow
from scipy import sparse
from scipy.sparse import csgraph

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Marks a node where no post may stand.
UNCUTTABLE = 0


@dataclass(frozen=True)
class Roads:
    """The graph that a cut works on, undirected, and what it has to protect.

    Attributes
    ----------
    cost
        The cost of a post at each node, int64; ``UNCUTTABLE`` where no post may stand. Shape ``(nodes,)``.
    a, b
        The two ends of each link, shape ``(links,)``.
    entry
        The nodes that the outside reaches directly.
    access, goal
        Node ``access[j]`` gives access to goal ``goal[j]``; a goal may have several access nodes. Shape ``(accesses,)``.
    goals
        Number of goals; goals are numbered from 0.
    """

    cost: Ints
    a: Ints
    b: Ints
    entry: Ints
    access: Ints
    goal: Ints
    goals: int

    @property
    def count(self) -> int:
        """Return the number of nodes."""
        return len(self.cost)

    @cached_property
    def arcs(self) -> Arcs:
        """Return the split graph: node ``i`` enters at ``2 i`` and leaves at ``2 i + 1``. Goals cost nothing yet."""
        node = np.arange(self.count)
        first_goal = 2 * self.count
        source, sink = first_goal + self.goals, first_goal + self.goals + 1
        goal = np.arange(self.goals)
        free = np.full(2 * len(self.a) + len(self.entry) + len(self.access), UNCUTTABLE)
        parts = (
            (2 * node, 2 * node + 1),
            (2 * self.a + 1, 2 * self.b),
            (2 * self.b + 1, 2 * self.a),
            (np.full(len(self.entry), source), 2 * self.entry),
            (2 * self.access + 1, first_goal + self.goal),
            (first_goal + goal, np.full(self.goals, sink)),
        )
        tail, head = (np.concatenate(side).astype(np.int32) for side in zip(*parts, strict=True))
        cost = np.concatenate([self.cost, free, np.zeros(self.goals, dtype=np.int64)])
        goal_of = np.concatenate([np.full(len(tail) - self.goals, -1), goal])
        return Arcs(sink + 1, source, sink, tail, head, cost, goal_of)

    def posts(self, source_side: Bools) -> Ints:
        """Return the nodes that a cut of ``arcs`` goes through, ascending; ``source_side`` has shape ``(arcs.count,)``."""
        node = np.arange(self.count)
        return np.flatnonzero(source_side[2 * node] & ~source_side[2 * node + 1])

    def unguarded(self) -> tuple[list[int], Ints]:
        """Find a way in on which no post may stand.

        Returns
        -------
        way : list of int
            The nodes of a shortest such way, from its entry to an access node; empty when there is none.
        goals : ndarray of int64
            All goals reached over such ways, ascending.
        """
        free = self.cost == UNCUTTABLE
        k = free[self.a] & free[self.b]
        entry, reaches = self.entry[free[self.entry]], free[self.access]
        start = self.count
        u, v = np.concatenate([self.a[k], np.full(len(entry), start)]), np.concatenate([self.b[k], entry])
        graph = sparse.coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(start + 1, start + 1)).tocsr()
        order, before = csgraph.breadth_first_order(graph, start, directed=False)
        reaches &= np.isin(self.access, order)
        met = order[np.isin(order, self.access[reaches])]
        way: list[int] = []
        node = int(met[0]) if len(met) else start
        while node != start:
            way.append(node)
            node = int(before[node])
        return way[::-1], np.unique(self.goal[reaches])


@dataclass(frozen=True)
class Arcs:
    """A directed graph with a source and a sink.

    Attributes
    ----------
    count
        Number of nodes.
    source, sink
        The two terminals.
    tail, head
        The node where each arc starts and ends, int32, shape ``(arcs,)``.
    cost
        The cost of cutting each arc, int64, shape ``(arcs,)``. An arc that costs ``UNCUTTABLE`` and stands for no goal cannot be cut.
    goal
        The goal that each arc stands for, -1 for none. Shape ``(arcs,)``.
    """

    count: int
    source: int
    sink: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: Ints
    goal: Ints

    def merge(self, to_source: Bools, to_sink: Bools) -> tuple[Arcs, Ints, Ints]:
        """Merge some nodes into the source and some into the sink.

        Parameters
        ----------
        to_source, to_sink : ndarray of bool, shape (count,)
            The nodes to merge into each terminal.

        Returns
        -------
        merged : Arcs
            Without the arcs that no cut between the terminals can contain, and without those that every cut contains.
        number : ndarray of int64, shape (count,)
            The new number of each node.
        arc : ndarray of int64, shape (merged arcs,)
            The old number of each remaining arc.
        """
        number = np.full(self.count, -1)
        stays = ~(to_source | to_sink)
        stays[[self.source, self.sink]] = False
        kept = int(stays.sum())
        number[stays] = np.arange(kept)
        number[to_source], number[to_sink] = kept, kept + 1
        number[self.source], number[self.sink] = kept, kept + 1
        tail, head = number[self.tail], number[self.head]
        real = (tail != head) & (tail != kept + 1) & (head != kept) & ~((tail == kept) & (head == kept + 1))
        arc = np.flatnonzero(real)
        merged = Arcs(kept + 2, kept, kept + 1, tail[arc].astype(np.int32), head[arc].astype(np.int32), self.cost[arc], self.goal[arc])
        return merged, number, arc


@dataclass(frozen=True)
class Cut:
    """A maximum flow, and the minimum cuts nearest to the source and to the sink.

    Attributes
    ----------
    value
        The value of the flow, and so of every minimum cut.
    flow
        The flow on each arc, int64, shape ``(arcs,)``.
    near_source, near_sink
        The nodes on the source's side of each of the two cuts, shape ``(nodes,)``.
    """

    value: int
    flow: Ints
    near_source: Bools
    near_sink: Bools


def min_cut(arcs: Arcs, capacity: Ints, unlimited: Bools, *, bound: int) -> Cut | None:
    """Find a minimum cut.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    capacity : ndarray of int64, shape (arcs,)
        The capacity of each arc.
    unlimited : ndarray of bool, shape (arcs,)
        The arcs that cannot be cut.
    bound : int
        A number greater than the value of any cut without an unlimited arc; it stands in for unlimited capacity.

    Returns
    -------
    Cut or None
        None when every cut contains an unlimited arc.

    Raises
    ------
    OverflowError
        When the solver finds no optimum, for example because capacities overflow.
    """
    limit = np.where(unlimited, bound, capacity)
    solver = max_flow.SimpleMaxFlow()
    numbers = solver.add_arcs_with_capacity(arcs.tail, arcs.head, limit)
    if not len(numbers):
        flow, value = np.zeros(0, dtype=np.int64), 0
    else:
        status = solver.solve(arcs.source, arcs.sink)
        if status != solver.OPTIMAL:
            raise OverflowError(f"maximum flow: {status}")
        flow, value = np.asarray(solver.flows(numbers), dtype=np.int64), int(solver.optimal_flow())
    if value >= bound:
        return None
    forward, backward = flow < limit, flow > 0
    tail = np.concatenate([arcs.tail[forward], arcs.head[backward]])
    head = np.concatenate([arcs.head[forward], arcs.tail[backward]])
    return Cut(
        value,
        flow,
        near_source=_reached(arcs.count, tail, head, arcs.source),
        near_sink=~_reached(arcs.count, head, tail, arcs.sink),
    )


def _reached(count: int, tail: NDArray[np.int32], head: NDArray[np.int32], start: int) -> Bools:
    graph = sparse.coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(count, count)).tocsr()
    reached = np.zeros(count, dtype=bool)
    reached[csgraph.breadth_first_order(graph, start, directed=True, return_predecessors=False)] = True
    return reached


def seal(roads: Roads) -> Cut | None:
    """Return the cheapest cut that protects every goal, or None when there is none."""
    arcs = roads.arcs
    free = (arcs.cost == UNCUTTABLE) | (arcs.goal >= 0)
    return min_cut(arcs, arcs.cost, free, bound=int(roads.cost.sum()) + 1)


@dataclass(frozen=True)
class Route:
    """A way in that carries flow: its nodes, from an entry to an access node, and the amount."""

    nodes: list[int]
    flow: int


def routes(roads: Roads, flow: Ints) -> list[Route]:
    """Decompose a flow into routes.

    Parameters
    ----------
    roads : Roads
        The graph.
    flow : ndarray of int64, shape (arcs,)
        A flow on ``roads.arcs``, as in :attr:`Cut.flow`.

    Returns
    -------
    list of Route
        No route visits a node twice. The routes over a node carry at most its cost together, unless it is uncuttable.

    Notes
    -----
    Opposite flows along a road cancel out, and a round trip is dropped together with its flow. The time grows with the length of the
    routes, not with the size of the graph.
    """
    m = len(roads.a)
    there, back = flow[roads.count : roads.count + m], flow[roads.count + m : roads.count + 2 * m]
    net = there - back  # opposite flows along a road cancel out
    used = np.flatnonzero(net)
    start, finish = np.where(net[used] > 0, roads.a[used], roads.b[used]), np.where(net[used] > 0, roads.b[used], roads.a[used])
    onward: dict[int, list[list[int]]] = defaultdict(list)
    for here, next_node, amount in zip(start.tolist(), finish.tolist(), np.abs(net[used]).tolist(), strict=True):
        onward[here].append([next_node, amount])
    at = roads.count + 2 * m + len(roads.entry)
    arriving = flow[at : at + len(roads.access)]
    leaves: dict[int, int] = defaultdict(int)
    for node, amount in zip(roads.access[arriving > 0].tolist(), arriving[arriving > 0].tolist(), strict=True):
        leaves[node] += amount
    entering = flow[roads.count + 2 * m : at]
    found = []
    for entry, amount in zip(roads.entry[entering > 0].tolist(), entering[entering > 0].tolist(), strict=True):
        while amount:
            route = _follow(entry, amount, onward, leaves)
            found.append(route)
            amount -= route.flow
    return found


def _follow(entry: int, most: int, onward: dict[int, list[list[int]]], leaves: dict[int, int]) -> Route:
    """Take one route out of a flow. Where it returns to a node, drop the round trip and its flow."""
    nodes, steps, place = [entry], [], {entry: 0}
    while not leaves[nodes[-1]]:
        step = onward[nodes[-1]][-1]
        again = place.get(step[0])
        if again is None:
            place[step[0]] = len(nodes)
            nodes.append(step[0])
            steps.append(step)
            continue
        circle = [*steps[again:], step]
        least = min(amount for _, amount in circle)
        for one in circle:
            one[1] -= least
        for node in nodes[again:]:
            while onward[node] and not onward[node][-1][1]:
                onward[node].pop()
        for node in nodes[again + 1 :]:
            del place[node]
        del nodes[again + 1 :], steps[again:]
    flow = min([most, leaves[nodes[-1]], *(amount for _, amount in steps)])
    leaves[nodes[-1]] -= flow
    for node, step in zip(nodes, steps, strict=False):
        step[1] -= flow
        if not step[1]:
            onward[node].pop()
    return Route(nodes, flow)
