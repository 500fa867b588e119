"""Minimum vertex cuts: the cheapest nodes to guard, and the routes that prove it.

Every node is split into a way in and a way out, joined by an arc whose capacity is what a post there costs; roads are arcs without
limit. A maximum flow then costs as much as a minimum cut (Menger 1927; Ford and Fulkerson 1956), and its routes are the proof: each
needs a post of its own. The flow itself is OR-Tools'.
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

# The cost of a node where no post may stand.
UNCUTTABLE = 0


@dataclass(frozen=True)
class Roads:
    """What a cut works on.

    ``cost[i]`` is the price of a post at node ``i`` (``UNCUTTABLE``: none may stand there). Link ``k`` joins ``a[k]`` and ``b[k]``.
    ``entry`` holds the nodes that the outside reaches directly. Goal ``goal[j]`` (of ``goals``) is reached at node ``access[j]``.
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
        """Return how many nodes there are."""
        return len(self.cost)

    @cached_property
    def arcs(self) -> Arcs:
        """Return the split graph, each goal worth nothing yet: node ``i`` enters at ``2 i`` and leaves at ``2 i + 1``."""
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
        """Return the nodes that a cut of ``arcs`` goes through."""
        node = np.arange(self.count)
        return np.flatnonzero(source_side[2 * node] & ~source_side[2 * node + 1])

    def unguarded(self) -> tuple[list[int], Ints]:
        """Return a shortest way in to a goal on which no post may stand (its nodes; none when there is none), and all goals so reached."""
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
    """A directed graph of ``count`` nodes: the price of cutting each arc, and which goal it stands for (-1: none).

    An arc that stands for no goal and costs ``UNCUTTABLE`` cannot be cut.
    """

    count: int
    source: int
    sink: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: Ints
    goal: Ints

    def merge(self, to_source: Bools, to_sink: Bools) -> tuple[Arcs, Ints, Ints]:
        """Return the graph with some nodes merged into its source and some into its sink; and each node's new number, each arc's old one.

        Arcs that no cut between the two can hold are left out, those that every cut holds as well.
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
    """A maximum flow, arc by arc, and the two minimum cuts at its ends: the nodes on the source's side of each."""

    value: int
    flow: Ints
    near_source: Bools
    near_sink: Bools


def min_cut(arcs: Arcs, capacity: Ints, unlimited: Bools, *, bound: int) -> Cut | None:
    """Return a minimum cut, or None when every cut holds an unlimited arc.

    Parameters
    ----------
    capacity
        What each arc can carry, shape ``(arcs,)``.
    unlimited
        The arcs that cannot be cut.
    bound
        More than any cut that holds no unlimited arc.
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
    """Return the cheapest cut that keeps every goal from being reached, or None when there is none."""
    arcs = roads.arcs
    free = (arcs.cost == UNCUTTABLE) | (arcs.goal >= 0)
    return min_cut(arcs, arcs.cost, free, bound=int(roads.cost.sum()) + 1)


@dataclass(frozen=True)
class Route:
    """A way in that a flow takes: its nodes, the entry's first, and how much of the flow it carries."""

    nodes: list[int]
    flow: int


def routes(roads: Roads, flow: Ints) -> list[Route]:
    """Take a flow of ``roads.arcs`` apart into routes; each node but uncuttable ones is on routes of at most its cost.

    The work is as long as the routes are, whatever the size of the graph.
    """
    m = len(roads.a)
    there, back = flow[roads.count : roads.count + m], flow[roads.count + m : roads.count + 2 * m]
    net = there - back  # what runs both ways along a road cancels out
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
    """Take one route out of a flow; where it comes back to a node, the round trip is left out and its flow with it."""
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
