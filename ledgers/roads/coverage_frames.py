"""A study as layers: what the map draws, the tables list and the downloads hold. Frames are EPSG:4326 with ``id`` and ``name``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import road_layers
from geo.network import Bools, Ints, geodesic_m
from ledgers.roads import claim
from ledgers.roads.coverage import Study
from ledgers.roads.ground import lon_lat
from ledgers.roads.situation import UNPROVED, unaccounted
from settings import CRS

# So many of the unmonitored junctions lead the ranking; a map of a city shows the others from near alone.
LEADING = 100
# How much larger than the least the symbol of the junction is that protects most.
SMALLEST, LARGEST, ONE_STEP = 0.7, 1.9, 0.1
# How much larger a doubtful joint is drawn that matters.
MATTERS = 1.6
# What a settlement can be, in the order in which it is listed: what lies open, what nobody knows, what is protected.
STATUSES = ("exposed", *UNPROVED, "unproved", "protected", "closed")


def exposed(study: Study) -> gpd.GeoDataFrame:
    """Return the exposed settlements, most people first: the columns of ``routes_in`` and a point."""
    routes = routes_in(study)
    points = study.settlements[study.coverage.exposed].geometry.to_numpy()
    frame = routes.set_geometry(gpd.GeoSeries(shapely.point_on_surface(points), index=routes.index, crs=routes.crs))
    return frame.sort_values(["people", "id"], ascending=[False, True], na_position="last", ignore_index=True)


def routes_in(study: Study) -> gpd.GeoDataFrame:
    """Return a shortest uncovered route to each exposed settlement, a line.

    ``people`` (missing where nobody knows), ``population_known``; ``length_m``; ``way_in``: the road on which it comes in from outside,
    and ``way_in_id``, that source; ``via``: through an ``entrance`` of the settlement, or over a ``road`` that has none.
    """
    sources = study.situation.ground.sources.drop_duplicates("node").set_index("node")
    begins = [int(nodes[0]) for nodes in study.routes["nodes"]]
    frame = study.routes[["id", "name", "layer", "population_known", "via", "geometry"]]
    return frame.assign(
        people=_known(study.routes),
        length_m=study.routes["length_m"].astype(float).round(),
        way_in=pd.Series(sources["name"].reindex(begins).fillna("").to_numpy(), index=frame.index, dtype="str"),
        way_in_id=pd.Series(sources["id"].reindex(begins).fillna("").to_numpy(), index=frame.index, dtype="str"),
    )


def _known(frame: pd.DataFrame) -> pd.Series:
    """Return the population of settlements, missing where nobody knows it."""
    people: pd.Series = frame["population"].astype("Int64").where(frame["population_known"])
    return people


def settlements(study: Study) -> gpd.GeoDataFrame:
    """Return all settlements with their ``status`` (see ``Study.settlements``), as points; those in need of attention first.

    ``via, length_m, way_in, way_in_id`` of those exposed, as ``routes_in`` has them; ``entrances`` and ``declared`` as
    ``Situation.settlements`` has them; ``unaccounted`` counts its ``entries``, declared or not; ``doubtful``: it lies open if doubtful
    joints are made; ``people`` is missing where nobody knows.
    """
    found = study.settlements
    route = routes_in(study)[["via", "length_m", "way_in", "way_in_id"]].set_axis(found.index[study.coverage.exposed])
    columns = ["id", "name", "layer", "key", "status", "population_known", "entrances", "declared"]
    roads = found["key"].map(entries(study)["settlement"].value_counts()).fillna(0).astype("int64")
    frame = gpd.GeoDataFrame(
        found[columns].assign(unaccounted=roads, people=_known(found), doubtful=study.doubts.opened).join(route),
        geometry=shapely.point_on_surface(found.geometry.to_numpy()),
        crs=found.crs,
    )
    order = {status: place for place, status in enumerate(STATUSES)}
    by = frame.assign(place=frame["status"].map(order)).sort_values(["place", "people", "id"], ascending=[True, False, True])
    return frame.loc[by.index].reset_index(drop=True)


def entries(study: Study) -> gpd.GeoDataFrame:
    """Return the ways into settlements that no listed entrance accounts for, whatever was declared of them.

    ``settlement`` (its key), ``number`` (from 1, in each), ``distance_m`` to the nearest listed entrance of the settlement (missing where
    it has none), ``declared``: its entrances were declared complete all the same.
    """
    ground, gates = study.situation.ground, study.situation.gates
    undeclared = replace(ground, settlements=ground.settlements.assign(declared=False))
    left = unaccounted(undeclared, gates).sort_values(["settlement", "node"])
    nodes = left["node"].to_numpy(dtype=np.int64)
    called = road_layers.vertices(study.coverage.network, np.unique(nodes)).set_index("node")["name"]
    number = left.groupby("settlement").cumcount() + 1
    complete = set(ground.settlements.loc[ground.settlements["declared"], "key"])
    return gpd.GeoDataFrame(
        left[["settlement"]].assign(
            id=left["settlement"].astype("str") + "#" + number.astype("str"),
            name=called.reindex(nodes).fillna("").to_numpy(),
            number=number,
            distance_m=_to_entrance(left, gates),
            declared=left["settlement"].isin(complete),
        ),
        geometry=shapely.points(left["lon"], left["lat"]),
        crs=CRS,
    ).reset_index(drop=True)


def _to_entrance(entries: pd.DataFrame, gates: gpd.GeoDataFrame) -> pd.Series:
    """Return how far the nearest listed entrance of the same settlement is from each way in."""
    lon, lat = lon_lat(gates.geometry)
    listed = pd.DataFrame({"settlement": gates["settlement"].to_numpy(dtype=object), "lon_e": lon, "lat_e": lat}).dropna()
    pairs = entries.reset_index().merge(listed, on="settlement")
    count = len(pairs)
    xs, ys = (np.concatenate([pairs[axis], pairs[f"{axis}_e"]]) for axis in ("lon", "lat"))
    away = pd.Series(geodesic_m(xs, ys, np.arange(count), count + np.arange(count)), index=pairs.index)
    nearest: pd.Series = away.groupby(pairs["index"]).min().reindex(entries.index).round()
    return nearest


def joints(study: Study) -> gpd.GeoDataFrame:
    """Return the doubtful joints of the roads as ``Doubts.joints`` tells of them, those that matter first.

    ``state`` is matters or doubtful, ``size`` says how large to draw each; the id stays while the joint lies where it lies.
    """
    frame = study.doubts.joints
    places = zip(frame.geometry.x, frame.geometry.y, strict=True)
    here = pd.Series([f"j{lon:.6f}_{lat:.6f}" for lon, lat in places], index=frame.index, dtype="str")
    again = here.groupby(here).cumcount()
    return frame.assign(
        id=here.where(again == 0, here + "_" + again.astype("str")).astype("str"),
        name=frame["roads"].astype("str"),
        # Who lies open is known, and not how many they are.
        people=frame["people"].astype("Int64").where((frame["people"] > 0) | (frame["settlements"] == 0)),
        state=np.where(frame["matters"], "matters", "doubtful"),
        size=np.where(frame["matters"], MATTERS, 1.0),
    )


def unknown(study: Study) -> gpd.GeoDataFrame:
    """Return where the road data do not reach: the region beyond their extent; nothing where it is not known how far they reach."""
    network = study.coverage.network
    beyond = None if network.extent is None else shapely.difference(network.region, network.extent)
    parts = [] if beyond is None or claim.unknown_area(study)["km2"] < claim.LEAST_KM2 else [beyond]
    return gpd.GeoDataFrame({"id": ["unknown"] * len(parts), "name": [""] * len(parts)}, geometry=parts, crs=CRS)


def junctions(study: Study) -> gpd.GeoDataFrame:
    """Return the unmonitored junctions by rank, with the columns of ``Study.junctions``.

    ``size`` says how large to draw each (it grows with the people protected), ``leading`` whether it leads the ranking.
    """
    frame = study.junctions[study.junctions["kind"] == "unmonitored"].sort_values("rank", ignore_index=True)
    share = np.sqrt(frame["weight"] / max(int(frame["weight"].max()), 1)) if len(frame) else frame["weight"]
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
    "settlements": settlements,
    "junctions": junctions,
    "proposed": proposed,
    "proof": proof,
    "sources": sources,
    "joints": joints,
    "entries": entries,
    "unknown": unknown,
}
