"""Biconnected components and dominators of an undirected graph, in time linear in its size.

The method of Tarjan and Vishkin (1985): two edges lie in one block when tree edges that a cycle joins are joined in a second graph, whose
connected components are the blocks. Unlike a search along single paths it works a level of the tree at a time, so that NumPy does the
work: there is no Python object per node.

In an undirected graph a node dominates another, seen from a root, exactly when it is a cut node between the two: so the tree of
dominators follows from the blocks.
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
    """What lies within reach of a root, node by node in the order of a breadth-first search from it.

    ``node[0]`` is the root. For place ``i > 0``: ``parent[i] < i`` is the place from which node ``i`` was found, ``block[i]`` the block
    of the edge between the two, ``dominator[i]`` the place of the node nearest to it that lies on every path from the root.
    """

    node: Index
    parent: Index
    block: Index
    dominator: Index

    def members(self, place: int) -> Ints:
        """Return the nodes of the block in which the edge between a place (not the root's) and its parent lies."""
        inside = np.flatnonzero(self.block == self.block[place])
        inside = inside[inside > 0]
        return np.asarray(self.node[np.append(inside, self.dominator[inside[0]])], dtype=np.int64)

    def sums_below(self, value: Ints) -> Ints:
        """Return for each place the sum of a value (given by place) over all that it dominates, itself included."""
        total = value.astype(np.int64)
        # A dominator is found before what it dominates; deepest first, a level of the tree of dominators at a time.
        depth = self.depth()
        for level in _runs_of(np.argsort(depth, kind="stable"), depth)[:0:-1]:
            np.add.at(total, self.dominator[level], total[level])
        return total

    def common(self, place: Ints, first: Ints) -> Ints:
        """Return for each group of places the one nearest to them that dominates them all; groups start at ``first``."""
        meeting = place[first]
        size = np.diff(np.append(first, len(place)))
        for nth in range(1, int(size.max(initial=0))):
            group = np.flatnonzero(size > nth)
            one, two = meeting[group], place[first[group] + nth]
            while (one != two).any():
                # Dominators come before what they dominate: the later one is the one to step up from.
                one, two = np.where(one > two, self.dominator[one], one), np.where(two > one, self.dominator[two], two)
            meeting[group] = one
        return meeting

    def depth(self) -> Index:
        """Return how many dominators lie between each place and the root."""
        depth = np.zeros(len(self.node), dtype=np.int32)
        jump = self.dominator.copy()
        hops = np.ones(len(self.node), dtype=np.int32)
        hops[0] = 0
        while jump.any():  # doubling: each round looks twice as far up
            hops += hops[jump]
            jump = jump[jump]
        depth[:] = hops
        return depth


def find_blocks(node_count: int, u: Index, v: Index, root: int) -> Blocks:
    """Return the blocks of the part of a graph that its edges ``u[k]``–``v[k]`` join to the root.

    Parallel edges and loops are allowed; they change nothing.
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

    # How far back and forth edges outside the tree reach from below each node.
    low, high = before.copy(), before.copy()
    for here, there in ((a, b), (b, a)):
        np.minimum.at(low, here, before[there])
        np.maximum.at(high, here, before[there])
    for start, stop in level[:0:-1]:
        np.minimum.at(low, parent[start:stop], low[start:stop])
        np.maximum.at(high, parent[start:stop], high[start:stop])

    # A breadth-first tree has no edge from a node to its forebear but the tree's own: all other edges join two branches.
    up = parent[1:]
    child = np.arange(1, count, dtype=np.int32)
    joined = (up > 0) & ((low[1:] < before[up]) | (high[1:] >= before[up] + size[up]))
    one, two = np.concatenate([a, child[joined]]), np.concatenate([b, up[joined]])
    block = csgraph.connected_components(_matrix(count, one, two), directed=False)[1].astype(np.int32)

    top = np.zeros(int(block.max()) + 1, dtype=np.int32)
    top[block[:0:-1]] = parent[:0:-1]  # written last: the one found first, the nearest to the root
    return Blocks(node, parent, block, np.where(np.arange(count) > 0, top[block], 0).astype(np.int32))


def _search(node_count: int, u: Index, v: Index, root: int) -> tuple[Index, Index]:
    """Return the nodes in breadth-first order, and for each the place of the node that it was found from (the root's: 0)."""
    graph = _matrix(node_count, np.concatenate([u, v]), np.concatenate([v, u]))
    order, found_from = csgraph.breadth_first_order(graph, root, directed=True, return_predecessors=True)
    place = np.zeros(node_count, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    parent = np.zeros(len(order), dtype=np.int32)
    parent[1:] = place[found_from[order[1:]]]
    return order.astype(np.int32), parent


def _levels(parent: Index) -> list[tuple[int, int]]:
    """Return where each level of a breadth-first tree starts and stops; parents stand in rising order."""
    levels, start, stop = [(0, 1)], 0, 1
    while stop < len(parent):
        start, stop = stop, int(np.searchsorted(parent, stop, side="left")) if stop <= int(parent[-1]) else len(parent)
        levels.append((start, stop))
    return levels


def _number(parent: Index, level: list[tuple[int, int]]) -> tuple[Index, Index]:
    """Return the size of the tree below each place, itself included, and its number in preorder."""
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
