"""A study as layers: what the map draws, the tables list and the downloads hold. Frames are EPSG:4326 with ``id`` and ``name``."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.network import Bools, Ints
from ledgers.roads.coverage import Study

# So many of the unmonitored junctions lead the ranking; a map of a city shows the others from near alone.
LEADING = 100
# How much larger than the least the symbol of the junction is that protects most.
SMALLEST, LARGEST, ONE_STEP = 0.7, 1.9, 0.1


def exposed(study: Study) -> gpd.GeoDataFrame:
    """Return the exposed settlements, most people first: ``people, population_known, length_m, way_in`` (the nearest) and a point."""
    routes = routes_in(study)
    points = study.settlements.set_index("id").geometry.reindex(routes["id"])
    frame = routes.set_geometry(gpd.GeoSeries(shapely.point_on_surface(points.to_numpy()), index=routes.index, crs=routes.crs))
    return frame.sort_values(["people", "id"], ascending=[False, True], ignore_index=True)


def routes_in(study: Study) -> gpd.GeoDataFrame:
    """Return a shortest uncovered route to each exposed settlement: ``people, population_known, length_m, way_in`` and the line."""
    sources = study.situation.ground.sources
    name = dict(zip(sources["node"], sources["name"].where(sources["name"] != "", sources["id"]), strict=True))
    way_in = [name.get(int(nodes[0]), "") for nodes in study.routes["nodes"]]
    frame = study.routes.rename(columns={"population": "people"})[
        ["id", "name", "layer", "people", "population_known", "length_m", "geometry"]
    ]
    return frame.assign(length_m=frame["length_m"].astype(float).round(), way_in=pd.Series(way_in, index=frame.index, dtype="str"))


def junctions(study: Study) -> gpd.GeoDataFrame:
    """Return the unmonitored junctions by rank, with the columns of ``Study.junctions``.

    ``size`` says how large to draw each (it grows with the people protected), ``leading`` whether it leads the ranking.
    """
    frame = study.junctions[study.junctions["kind"] == "unmonitored"].sort_values("rank", ignore_index=True)
    share = np.sqrt(frame["alone"] / max(int(frame["alone"].max()), 1)) if len(frame) else frame["alone"]
    size = SMALLEST + (LARGEST - SMALLEST) * share
    size = size.mask(frame["first_posts"].notna(), size.clip(lower=(SMALLEST + LARGEST) / 2))
    steps = (size / ONE_STEP).round() * ONE_STEP
    leading = (frame["rank"] <= LEADING) | frame["mark_status"].notna()
    return frame.assign(size=steps.round(2), leading=leading.astype(bool))


def proposed(study: Study, *, posts: int | None = None) -> gpd.GeoDataFrame:
    """Return the posts of the best plan of at most so many, or of the one that protects all that can be; columns as ``Study.proposed``."""
    plans, sealing = study.coverage.plans, study.coverage.sealing
    plan = plans[-1] if posts is None else study.coverage.plan(posts)
    frame = study.proposed if sealing.posts is not None and plan.cost == sealing.cost else study.by_loss(plan.posts)
    node_id = study.coverage.network.node_id[frame["node"].to_numpy(dtype=np.int64)]
    return frame.assign(id=np.char.add("n", node_id.astype(str)).astype(object), name=frame["road"])


def proof(study: Study) -> gpd.GeoDataFrame:
    """Return the disjoint routes that prove that fewer posts cannot do: ``number, flow`` and the line."""
    return study.proof.assign(id=study.proof["number"].astype("str"), name="")


def sources(study: Study) -> gpd.GeoDataFrame:
    """Return the ways in: ``kind``, and ``with_post``: whether nobody gets off it past nothing that a post watches. Those without first."""
    frame = study.situation.ground.sources
    watched = _watched_at(study, frame["node"].to_numpy(dtype=np.int64))
    return frame.assign(with_post=watched).sort_values(["with_post", "kind", "name", "id"], ignore_index=True)


def _watched_at(study: Study, nodes: Ints) -> Bools:
    """Return at which nodes a post stands, or on every road that leaves it: on the segment or at its other end."""
    network, spots = study.coverage.network, study.situation.watched
    post = np.zeros(len(network.node_id), dtype=bool)
    post[spots.nodes] = True
    on_segment = np.zeros(len(network.seg_u), dtype=bool)
    on_segment[spots.edges] = True
    free = np.zeros(len(network.node_id), dtype=bool)
    for here, there in ((network.seg_u, network.seg_v), (network.seg_v, network.seg_u)):
        free[here[~(on_segment | post[there])]] = True
    return np.asarray(post[nodes] | ~free[nodes])


def marks(marked: gpd.GeoDataFrame, junctions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return marks as a layer, under the names of their junctions; the id of a feature's mark is ``layer:id``, of another its event's."""
    of_feature = marked["feature_id"] != ""
    ids = (marked["layer"] + ":" + marked["feature_id"]).where(of_feature, marked["event_id"])
    names = junctions[junctions["id"].isin(marked["feature_id"])].set_index("id")["name"]
    return marked.assign(id=ids.astype("str"), name=marked["feature_id"].map(names).fillna("").astype("str"))


FRAMES: dict[str, Callable[[Study], gpd.GeoDataFrame]] = {
    "exposed": exposed,
    "routes": routes_in,
    "junctions": junctions,
    "proposed": proposed,
    "proof": proof,
    "sources": sources,
}
