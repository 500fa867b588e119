"""Biconnected components and dominators of an undirected graph, in linear time.

The method is that of Tarjan and Vishkin [1]_. It joins two tree edges in an auxiliary graph when a cycle runs through both; the
connected components of that graph are the blocks. A depth-first search follows one path at a time. This method handles one level of
the tree at a time, so NumPy does the work and no Python object stands for a node.

In an undirected graph, seen from a root, a node dominates another exactly when it is a cut node between the root and that node. The
dominator tree therefore follows from the blocks.

References
----------
.. [1] R. E. Tarjan and U. Vishkin, "An efficient parallel biconnectivity algorithm", SIAM Journal on Computing 14(4), 862–874, 1985.
   doi:10.1137/0214061
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Ints = NDArray[np.int64]
Index = NDArray[np.int32]


@dataclass(frozen=True)
class Blocks:
    """The blocks and dominators of the nodes that a root reaches.

    A *place* is a position in the order of a breadth-first search from the root. All arrays have shape ``(places,)`` and dtype int32.

    Attributes
    ----------
    node
        The node at each place; ``node[0]`` is the root.
    parent
        The place from which the search found each node: ``parent[i] < i`` for ``i > 0``, and 0 for the root.
    block
        For ``i > 0``, the block that holds the edge from place ``i`` to its parent.
    dominator
        For ``i > 0``, the place of the nearest other node that lies on every path from the root to ``node[i]``; 0 for the root.
    """

    node: Index
    parent: Index
    block: Index
    dominator: Index

    def members(self, place: int) -> Ints:
        """Return the nodes of the block that holds the edge from a place to its parent.

        Parameters
        ----------
        place : int
            Any place but the root's.

        Returns
        -------
        ndarray of int64
            Nodes in the order of the search. The node nearest to the root comes last.
        """
        inside = np.flatnonzero(self.block == self.block[place])
        inside = inside[inside > 0]
        return np.asarray(self.node[np.append(inside, self.dominator[inside[0]])], dtype=np.int64)

    def sums_below(self, value: Ints) -> Ints:
        """Sum a value over everything that each place dominates, the place itself included.

        Parameters
        ----------
        value : ndarray of int64, shape (places,)

        Returns
        -------
        ndarray of int64, shape (places,)
        """
        total = value.astype(np.int64)
        # A dominator comes before all that it dominates. Go deepest first, one level of the dominator tree at a time.
        depth = self.depth()
        for level in _runs_of(np.argsort(depth, kind="stable"), depth)[:0:-1]:
            np.add.at(total, self.dominator[level], total[level])
        return total

    def common(self, place: Ints, first: Ints) -> Ints:
        """Return the nearest common dominator of each group of places.

        Parameters
        ----------
        place : ndarray of int64, shape (n,)
            Places, group after group. A group with one place has that place as its common dominator.
        first : ndarray of int64, shape (groups,)
            Where each group starts in ``place``, ascending.

        Returns
        -------
        ndarray of int64, shape (groups,)
        """
        meeting = place[first]
        size = np.diff(np.append(first, len(place)))
        for nth in range(1, int(size.max(initial=0))):
            group = np.flatnonzero(size > nth)
            one, two = meeting[group], place[first[group] + nth]
            while (one != two).any():
                # Dominators come before what they dominate, so step up from the later of the two.
                one, two = np.where(one > two, self.dominator[one], one), np.where(two > one, self.dominator[two], two)
            meeting[group] = one
        return meeting

    def depth(self) -> Index:
        """Return the depth of each place in the dominator tree: 0 for the root, int32, shape ``(places,)``."""
        depth = np.zeros(len(self.node), dtype=np.int32)
        jump = self.dominator.copy()
        hops = np.ones(len(self.node), dtype=np.int32)
        hops[0] = 0
        while jump.any():  # pointer doubling: each round looks twice as far up
            hops += hops[jump]
            jump = jump[jump]
        depth[:] = hops
        return depth


def find_blocks(node_count: int, u: Index, v: Index, root: int) -> Blocks:
    """Find the blocks and dominators of the part of a graph that a root reaches.

    Parameters
    ----------
    node_count : int
        Number of nodes; nodes are numbered from 0.
    u, v : ndarray of int32, shape (m,)
        The two ends of each edge. Parallel edges and loops are allowed and change nothing.
    root : int
        The node from which to search.

    Returns
    -------
    Blocks

    Notes
    -----
    Tarjan and Vishkin (1985) on a breadth-first tree: every edge outside such a tree joins two branches. The work is linear in nodes and
    edges; the number of NumPy calls grows with the depth of the tree.
    """
    node, parent = _search(node_count, u, v, root)
    count = len(node)
    level = _levels(parent)
    size, before = _number(parent, level)

    place = np.full(node_count, -1, dtype=np.int32)
    place[node] = np.arange(count, dtype=np.int32)
    a, b = place[u], place[v]
    other = (a >= 0) & (a != b)
    a, b = a[other], b[other]
    other = (parent[a] != b) & (parent[b] != a)
    a, b = a[other], b[other]

    # The lowest and highest preorder number that non-tree edges reach from below each node.
    low, high = before.copy(), before.copy()
    for here, there in ((a, b), (b, a)):
        np.minimum.at(low, here, before[there])
        np.maximum.at(high, here, before[there])
    for start, stop in level[:0:-1]:
        np.minimum.at(low, parent[start:stop], low[start:stop])
        np.maximum.at(high, parent[start:stop], high[start:stop])

    # In a breadth-first tree no non-tree edge joins a node to its ancestor: all of them join two branches.
    up = parent[1:]
    child = np.arange(1, count, dtype=np.int32)
    joined = (up > 0) & ((low[1:] < before[up]) | (high[1:] >= before[up] + size[up]))
    one, two = np.concatenate([a, child[joined]]), np.concatenate([b, up[joined]])
    block = csgraph.connected_components(_matrix(count, one, two), directed=False)[1].astype(np.int32)

    top = np.zeros(int(block.max()) + 1, dtype=np.int32)
    top[block[:0:-1]] = parent[:0:-1]  # the last write wins: the place found first, nearest to the root
    return Blocks(node, parent, block, np.where(np.arange(count) > 0, top[block], 0).astype(np.int32))


def _search(node_count: int, u: Index, v: Index, root: int) -> tuple[Index, Index]:
    """Return the nodes in breadth-first order, and the place from which each was found (0 for the root)."""
    graph = _matrix(node_count, np.concatenate([u, v]), np.concatenate([v, u]))
    order, found_from = csgraph.breadth_first_order(graph, root, directed=True, return_predecessors=True)
    place = np.zeros(node_count, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    parent = np.zeros(len(order), dtype=np.int32)
    parent[1:] = place[found_from[order[1:]]]
    return order.astype(np.int32), parent


def _levels(parent: Index) -> list[tuple[int, int]]:
    """Return the start and stop of each level of a breadth-first tree; ``parent`` is ascending."""
    levels, start, stop = [(0, 1)], 0, 1
    while stop < len(parent):
        start, stop = stop, int(np.searchsorted(parent, stop, side="left")) if stop <= int(parent[-1]) else len(parent)
        levels.append((start, stop))
    return levels


def _number(parent: Index, level: list[tuple[int, int]]) -> tuple[Index, Index]:
    """Return the size of the subtree at each place, itself included, and its preorder number."""
    size = np.ones(len(parent), dtype=np.int32)
    for start, stop in level[:0:-1]:
        np.add.at(size, parent[start:stop], size[start:stop])
    before = np.zeros(len(parent), dtype=np.int32)
    for start, stop in level[1:]:
        up = parent[start:stop]
        so_far = np.cumsum(size[start:stop]) - size[start:stop]
        first = np.searchsorted(up, up, side="left")
        before[start:stop] = before[up] + 1 + so_far - so_far[first]
    return size, before


def _runs_of(order: Ints, value: Index) -> list[Ints]:
    return np.split(order, np.flatnonzero(np.diff(value[order])) + 1)


def _matrix(node_count: int, u: Index, v: Index) -> sparse.csr_array:
    return sparse.coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(node_count, node_count)).tocsr()
