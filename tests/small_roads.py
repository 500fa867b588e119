"""Small road networks around one box, and what a plain cut of each line at the box says of them."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from geo.network import Nodes, RoadNetwork, build_network, make_ways

BOX = (1.0, 1.0, 3.0, 3.0)
REGION = shapely.box(*BOX)
CLASSES = ("residential", "footway", "construction", "track")


def network_of(
    chains: list[tuple[str, list[int]]],
    nodes: dict[int, tuple[float, float]],
    region: shapely.Polygon = REGION,
    extent: shapely.Polygon | None = None,
) -> RoadNetwork:
    offsets = np.cumsum([0, *(len(refs) for _, refs in chains)])
    refs = np.array([ref for _, chain in chains for ref in chain], dtype=np.int64)
    ways = make_ways(offsets, refs, [highway for highway, _ in chains])
    xy = np.array(list(nodes.values()), dtype=float).reshape(-1, 2)
    return build_network(ways, Nodes(np.array(list(nodes), dtype=np.int64), xy[:, 0], xy[:, 1]), region, extent=extent)


def stretch(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float] | None:
    """Return from where to where (0 to 1) a line runs in the box, by cutting it at each side in turn; none for no length."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        start, step = a[axis], b[axis] - a[axis]
        near, far = BOX[axis] - start, BOX[axis + 2] - start
        if step == 0:
            if near > 0 or far < 0:
                return None
            continue
        first, last = sorted((near / step, far / step))
        low, high = max(low, first), min(high, last)
    return (low, high) if high - low > 1e-12 else None


points = st.tuples(st.integers(0, 4), st.integers(0, 4))
ways = st.lists(st.tuples(st.sampled_from(CLASSES), st.lists(st.integers(1, 12), max_size=7)), max_size=6)
