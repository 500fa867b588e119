"""Chains: runs of degree-two nodes, contracted to links between the nodes that matter.

On a road map most nodes only shape a road. A *chain* runs from one node that is not such a shape point to the next. A *link* is a
chain, or a piece of one, between two nodes that an analysis needs: the ends of chains, and the *special* nodes of that analysis (a post
may stand inside a chain). Chains depend on the roads alone and are found once. A few array operations then cut links from them.

Edges are rows of two arrays ``u`` and ``v``. A *dart* is an edge with a direction: for ``d < m``, dart ``d`` runs from ``u[d]`` to
``v[d]``; otherwise it runs from ``v[d - m]`` to ``u[d - m]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.int32]


@dataclass(frozen=True)
class Chains:
    """All edges of a graph, sorted into chains.

    Attributes
    ----------
    tail, head
        The node where each dart starts and ends, int32, shape ``(2 m,)``.
    dart
        The darts of all chains: chain ``c`` holds ``dart[offset[c]:offset[c + 1]]``, in its direction. Each edge occurs once, so the
        shape is ``(m,)``.
    offset
        Where each chain starts in ``dart``, int64, shape ``(chains + 1,)``.
    end
        Whether a chain begins or ends at each node; False only inside a chain. Shape ``(nodes,)``.
    degree
        The number of edge ends at each node: parallel edges count once each, a loop twice. Shape ``(nodes,)``.
    """

    tail: Index
    head: Index
    dart: Index
    offset: Ints
    end: Bools
    degree: Ints

    @cached_property
    def row(self) -> Index:
        """Return the edge of each entry of ``dart``, shape ``(m,)``."""
        return np.asarray(self.dart % (len(self.tail) // 2), dtype=np.int32)

    @cached_property
    def first(self) -> Bools:
        """Return which entries of ``dart`` begin a chain, shape ``(m,)``."""
        begins = np.zeros(len(self.dart), dtype=bool)
        begins[self.offset[:-1]] = True
        return begins

    @cached_property
    def part(self) -> Index:
        """Return the connected component of each node, shape ``(nodes,)``."""
        edges = len(self.tail) // 2
        count = len(self.degree)
        graph = sparse.coo_array((np.ones(edges, dtype=np.int8), (self.tail[:edges], self.head[:edges])), shape=(count, count)).tocsr()
        return np.asarray(csgraph.connected_components(graph, directed=False)[1])

    @cached_property
    def from_node(self) -> Index:
        """Return the node where each entry of ``dart`` starts, shape ``(m,)``."""
        return np.asarray(self.tail[self.dart])


@dataclass(frozen=True)
class Links:
    """The edges of a contracted graph.

    Attributes
    ----------
    chains
        The chains that the links were cut from.
    node
        The nodes kept, ascending, shape ``(kept,)``.
    at
        The inverse of ``node``: the position of each node in it, -1 for a node that is not kept. Shape ``(nodes,)``.
    a, b
        Link ``k`` joins ``node[a[k]]`` and ``node[b[k]]``. Shape ``(links,)``.
    start
        Link ``k`` runs over the darts ``chains.dart[start[k]:start[k + 1]]``. Shape ``(links + 1,)``.
    """

    chains: Chains
    node: Ints
    at: Index
    a: Index
    b: Index
    start: Ints

    def sums(self, of_row: Floats) -> Floats:
        """Sum a value over the edges of each link: ``of_row`` has shape ``(edges,)``, the result shape ``(links,)``."""
        if not len(self.a):
            return np.zeros(0)
        return np.asarray(np.add.reduceat(of_row[self.chains.row], self.start[:-1]))

    def anywhere(self, of_row: Bools) -> Bools:
        """Return which links have an edge where ``of_row`` is True: shape ``(edges,)`` in, shape ``(links,)`` out."""
        found = np.zeros(len(self.a), dtype=bool)
        found[np.searchsorted(self.start, np.flatnonzero(of_row[self.chains.row]), side="right") - 1] = True
        return found

    def least(self, of_node: Ints) -> tuple[Ints, Ints]:
        """Return the least value among the nodes inside each link, and the first node that has it.

        Parameters
        ----------
        of_node : ndarray of int64, shape (nodes,)
            Values below 2³¹.

        Returns
        -------
        value : ndarray of int64, shape (links,)
            The largest int64 for a link with no node inside.
        node : ndarray of int64, shape (links,)
            -1 for a link with no node inside.
        """
        nothing = np.iinfo(np.int64).max
        places = np.flatnonzero(~self._begins)
        link = np.cumsum(self._begins)[places] - 1
        value = np.full(len(self.a), nothing)
        found = np.full(len(self.a), -1)
        if len(places):
            key = (of_node[self.chains.from_node[places]] << 32) | places
            runs = np.flatnonzero(np.diff(link, prepend=-1))
            best = np.minimum.reduceat(key, runs)
            value[link[runs]] = best >> 32
            found[link[runs]] = self.chains.from_node[best & 0xFFFFFFFF]
        return value, found

    @cached_property
    def _begins(self) -> Bools:
        begins = np.zeros(len(self.chains.dart), dtype=bool)
        begins[self.start[:-1]] = True
        return begins


def find_chains(node_count: int, u: Ints, v: Ints) -> Chains:
    """Sort the edges of a graph into chains, in linear time.

    Parameters
    ----------
    node_count : int
        Number of nodes; nodes are numbered from 0.
    u, v : ndarray of int64, shape (m,)
        The two ends of each edge. Parallel edges and loops are allowed.

    Returns
    -------
    Chains
        A closed ring of shape points begins and ends at its lowest-numbered node.
    """
    m = len(u)
    tail = np.concatenate([u, v]).astype(np.int32)
    head = np.concatenate([v, u]).astype(np.int32)
    degree = np.bincount(tail, minlength=node_count)
    end = degree != 2
    following = _following(node_count, tail, head, end)

    chain, place = np.full(2 * m, -1, dtype=np.int32), np.zeros(2 * m, dtype=np.int32)
    first = _walk(np.flatnonzero(end[tail]), following, chain, place, 0)
    rest = np.flatnonzero(chain < 0)
    if len(rest):  # closed rings of nothing but shape points: one node of each becomes its end
        ring = csgraph.connected_components(_matrix(node_count, tail[rest], head[rest]), directed=False)[1]
        nodes = np.unique(tail[rest])
        ends = nodes[np.unique(ring[nodes], return_index=True)[1]]
        end[ends] = True
        following[np.isin(head, ends)] = -1
        starts = rest[np.isin(tail[rest], ends)]
        first = np.concatenate([first, _walk(starts, following, chain, place, len(first))])

    # Every chain was walked from both ends; keep one of the two.
    length = np.bincount(chain, minlength=len(first))
    last = np.empty(len(first), dtype=np.int64)
    last[chain[following < 0]] = np.flatnonzero(following < 0)
    kept = first <= (last + m) % (2 * m) if m else np.zeros(0, dtype=bool)
    offset = np.concatenate([[0], np.cumsum(np.where(kept, length, 0))])
    darts = np.flatnonzero(kept[chain])
    dart = np.empty(len(darts), dtype=np.int32)
    dart[offset[chain[darts]] + place[darts]] = darts
    return Chains(tail, head, dart, np.concatenate([offset[:-1][kept], offset[-1:]]), end, degree)


def _following(node_count: int, tail: Index, head: Index, end: Bools) -> Index:
    """Return the dart that continues from the head of each dart; -1 where its chain ends."""
    m = len(tail) // 2
    # Two darts leave a shape point, one of them turning back. Subtract that one from the sum of both to get the other.
    both = np.bincount(tail, weights=np.arange(2 * m, dtype=np.float64), minlength=node_count)
    both[end] = 0
    following = both.astype(np.int32)[head]
    following -= np.roll(np.arange(2 * m, dtype=np.int32), m)
    following[end[head]] = -1
    return following


def _walk(starts: Ints, following: Index, chain: Index, place: Index, numbered: int) -> Ints:
    """Walk from all starting darts at once; write each dart's chain number and place. Return the starts."""
    now, who = starts.astype(np.int32), np.arange(numbered, numbered + len(starts), dtype=np.int32)
    step = 0
    while len(now):
        chain[now], place[now] = who, step
        now = following[now]
        on = now >= 0
        now, who, step = now[on], who[on], step + 1
    return starts


def cut_links(chains: Chains, special: Ints) -> Links:
    """Contract a graph to the ends of its chains and some special nodes.

    Parameters
    ----------
    chains : Chains
        From :func:`find_chains`.
    special : ndarray of int64
        More nodes to keep. Repeats are allowed.

    Returns
    -------
    Links
    """
    keep = chains.end.copy()
    keep[special] = True
    begins = chains.first | keep[chains.from_node]
    start = np.append(np.flatnonzero(begins), len(chains.dart))
    node = np.flatnonzero(keep)
    at = np.full(len(keep), -1, dtype=np.int32)
    at[node] = np.arange(len(node), dtype=np.int32)
    a = at[chains.from_node[start[:-1]]]
    b = at[chains.head[chains.dart[start[1:] - 1]]]
    return Links(chains, node, at, a, b, start)


class LinkFinder:
    """Find the shortest link between two kept nodes.

    Parameters
    ----------
    links : Links
        The contracted graph.
    chosen : ndarray of int64
        The links to consider.
    length : ndarray of float64, shape (links,)
        The length of every link; of parallel links the shortest counts.

    Attributes
    ----------
    low, high
        Positions in ``links.node`` of the two ends of each joined pair, ``low <= high``. Shape ``(pairs,)``.
    link
        The shortest chosen link of each pair. Shape ``(pairs,)``.
    """

    def __init__(self, links: Links, chosen: Ints, length: Floats) -> None:
        low, high = np.minimum(links.a, links.b)[chosen], np.maximum(links.a, links.b)[chosen]
        key = low * np.int64(len(links.node)) + high
        order = np.lexsort([length[chosen], key])
        first = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
        self.low, self.high, self.link = low[first], high[first], chosen[first]
        self._links, self._key = links, key[first]

    def way(self, kept: list[int]) -> Ints:
        """Return all nodes of the graph along a route over kept nodes, including those inside the links.

        Parameters
        ----------
        kept : list of int
            Positions in ``links.node``. Each two consecutive ones are a pair that some chosen link joins; no link is checked for.

        Returns
        -------
        ndarray of int64
            Nodes of the graph, from the first of ``kept`` to the last.
        """
        links, here, there = self._links, np.array(kept[:-1], dtype=np.int64), np.array(kept[1:], dtype=np.int64)
        key = np.minimum(here, there) * len(links.node) + np.maximum(here, there)
        link = self.link[np.searchsorted(self._key, key)]
        size = links.start[link + 1] - links.start[link]
        step = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        forward = np.repeat(links.a[link] == here, size)
        first, last = np.repeat(links.start[link], size), np.repeat(links.start[link + 1], size) - 1
        dart = links.chains.dart[np.where(forward, first + step, last - step)]
        passed = np.where(forward, links.chains.tail[dart], links.chains.head[dart])
        return np.append(passed, links.node[kept[-1]]).astype(np.int64)


def _matrix(node_count: int, u: Index, v: Index) -> sparse.csr_array:
    return sparse.coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(node_count, node_count)).tocsr()
