"""What the doubtful joints of the roads would change: the answer as drawn beside the answer as if all were joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from geo.blocks import find_blocks
from geo.coverage import Coverage
from geo.network import Bools, Ints
from ledgers.roads.situation import Situation
from settings import CRS


@dataclass(frozen=True)
class Doubts:
    """The doubtful joints of a situation; see ``geo.joints``. ``analyse`` gives the analysis of a situation under the same choices."""

    situation: Situation
    drawn: Coverage
    analyse: Callable[[Situation], Coverage]

    @cached_property
    def joined(self) -> Coverage:
        """Return the analysis with all doubtful joints made; that of the roads as drawn where there are none."""
        return self.drawn if self.situation.ground.joints.doubtful.empty else self.analyse(self.situation.joined[0])

    @cached_property
    def opened(self) -> Bools:
        """Return which settlements are protected as drawn, and exposed if the joints are made; shape ``(settlements,)``."""
        return self.joined.exposed & ~self.drawn.exposed

    @cached_property
    def leaking(self) -> Bools:
        """Return which settlements the posts proposed as drawn would leave exposed if the joints are made."""
        posts = self.drawn.sealing_posts
        if posts is None or self.situation.ground.joints.doubtful.empty:
            return np.zeros(len(self.opened), dtype=bool)
        return _reaches(self.joined, posts, np.zeros(0, dtype=np.int64))

    @property
    def count(self) -> int | None:
        """Return the fewest posts that close everything if all joints are made; None when none do."""
        posts = self.joined.sealing_posts
        return None if posts is None else len(posts)

    @property
    def differs(self) -> bool:
        """Tell whether the answers as drawn and as joined differ, or the posts proposed for one would not do for the other."""
        return bool(self.opened.any() or self.leaking.any())

    @cached_property
    def joints(self) -> gpd.GeoDataFrame:
        """Return the doubtful joints, those that matter first.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, points; ``number`` from 1, ``kind`` (gap, crossing), ``gap_m``, ``lon_a, lat_a, lon_b, lat_b`` (what would be
            joined), ``roads`` (the two roads), ``matters``: it lies on an uncovered way to a settlement that is closed as drawn, now or
            with the posts proposed; ``names, settlements, people``: who lies open if this one alone is made, now or with these posts
            (nobody, where it takes several), people as far as known.
        """
        doubtful, network = self.situation.ground.joints.doubtful, self.situation.ground.network
        matters = self._matter()
        alone = [self._alone(row) if matters[row] else np.zeros(len(self.opened), dtype=bool) for row in range(len(doubtful))]
        settlements = self.situation.settlements
        names, known = settlements["name"].to_numpy(), settlements["population_known"].to_numpy(dtype=bool)
        people = settlements["population"].to_numpy(dtype=np.int64)
        ways = network.ways
        called = ways["name"].where(ways["name"] != "", ways["ref"]).to_numpy(dtype=object)[network.seg_way]
        pairs = zip(doubtful["segment"].astype("int64"), doubtful["other"].astype("int64"), strict=True)
        frame = doubtful[["kind", "gap_m", "lon_a", "lat_a", "lon_b", "lat_b"]].assign(
            roads=[" / ".join(dict.fromkeys(name for name in (called[a], called[b]) if name)) for a, b in pairs],
            matters=matters,
            names=[", ".join(filter(None, names[which])) for which in alone],
            settlements=[int(which.sum()) for which in alone],
            people=[int(people[which & known].sum()) for which in alone],
        )
        found = gpd.GeoDataFrame(frame, geometry=shapely.points(doubtful["lon"], doubtful["lat"]), crs=CRS)
        order = np.lexsort([-found["people"], -found["settlements"], ~found["matters"]])
        return found.iloc[order].assign(number=np.arange(1, len(found) + 1)).reset_index(drop=True)

    def _plans(self) -> list[tuple[Ints, Bools]]:
        """Return the posts to reckon with, and the settlements that are closed as drawn past them: nothing more, and what is proposed."""
        none = np.zeros(0, dtype=np.int64)
        posts = self.drawn.sealing_posts
        return [
            (none, ~self.drawn.exposed),
            *([(posts, np.ones(len(self.opened), dtype=bool))] if posts is not None and len(posts) else []),
        ]

    def _matter(self) -> Bools:
        """Return which joints lie on a simple uncovered way, over them, from a source to a settlement that is closed as drawn."""
        count = len(self.situation.ground.joints.doubtful)
        if not count or not (self.opened.any() or self.leaking.any()):
            return np.zeros(count, dtype=bool)
        return np.asarray(np.any([self._on_ways(posts, closed) for posts, closed in self._plans()], axis=0))

    def _on_ways(self, posts: Ints, closed: Bools) -> Bools:
        """Return the joints on ways past some posts: in the graph whose nodes are the pieces of open road, and whose edges the joints."""
        joined, made = self.joined, self.situation.joined[1]
        shut, part, sources, targets = _pieces(joined, posts, made, closed)
        a, b = joined.network.seg_u[made], joined.network.seg_v[made]
        usable = ~(shut[a] | shut[b] | joined.blocked_edge[made]) & (part[a] != part[b])
        on = np.zeros(len(made), dtype=bool)
        targets = np.setdiff1d(targets, sources)  # what the drawn roads reach is no question of joints
        if not usable.any() or not len(sources) or not len(targets):
            return on
        used, number = np.unique(np.concatenate([part[a[usable]], part[b[usable]]]), return_inverse=True)
        edges = number.reshape(2, -1)
        begin, end = (np.flatnonzero(np.isin(used, ids)) for ids in (sources, targets))
        outside, goal = len(used), len(used) + 1
        u = np.concatenate([[outside], np.full(len(begin), outside), edges[0], end]).astype(np.int32)
        v = np.concatenate([[goal], begin, edges[1], np.full(len(end), goal)]).astype(np.int32)
        blocks = find_blocks(len(used) + 2, u, v, outside)
        members = np.zeros(len(used) + 2, dtype=bool)
        members[blocks.members(int(np.flatnonzero(blocks.node == goal)[0]))] = True
        on[usable] = members[edges[0]] & members[edges[1]]
        return on

    def _alone(self, row: int) -> Bools:
        """Return who lies open when one joint alone is made, now or with the posts proposed."""
        others = np.delete(self.situation.joined[1], row)
        return np.asarray(np.any([_reaches(self.joined, posts, others) & closed for posts, closed in self._plans()], axis=0))


def _pieces(coverage: Coverage, posts: Ints, without: Ints, wanted: Bools) -> tuple[Bools, Ints, Ints, Ints]:
    """Return ``(shut, part, sources, targets)``: which nodes are shut, the piece of open road of each node, and the pieces with sources
    and with access nodes of the settlements wanted; ``without`` are segments that do not count.
    """
    network = coverage.network
    shut = coverage.blocked_node.copy()
    shut[posts] = True
    open_edge = ~(coverage.blocked_edge | shut[network.seg_u] | shut[network.seg_v])
    open_edge[without] = False
    u, v, count = network.seg_u[open_edge], network.seg_v[open_edge], len(shut)
    graph = sparse.coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(count, count)).tocsr()
    part = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    access = coverage.access[wanted[coverage.access_of] & ~shut[coverage.access]]
    sources = coverage.sources[~shut[coverage.sources]]
    return shut, part, np.unique(part[sources]), np.unique(part[access])


def _reaches(coverage: Coverage, posts: Ints, without: Ints) -> Bools:
    """Return which settlements a source reaches past posts, when some segments do not count; shape ``(settlements,)``."""
    everyone = np.ones(len(coverage.population), dtype=bool)
    shut, part, sources, _ = _pieces(coverage, posts, without, everyone)
    open_access = ~shut[coverage.access] & np.isin(part[coverage.access], sources)
    found = np.zeros(len(coverage.population), dtype=bool)
    found[coverage.access_of[open_access]] = True
    return found
